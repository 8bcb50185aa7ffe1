// Callers that were refused: on record in the desk log, so that somebody trying keys is seen, and
// bounded, so that it cannot fill the log.
#ifndef LIAISON_DAEMON_JOURNAL_REFUSALS_H_
#define LIAISON_DAEMON_JOURNAL_REFUSALS_H_

#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/ids.h"
#include "daemon/base/mutex.h"
#include "daemon/journal/journal.h"
#include "daemon/message/at_rest.h"

namespace liaison::journal {

// Thread-safe. Record blocks on the journal: call it from a worker.
class Refusals {
 public:
  Refusals(Journal& journal, message::AtRestKeys& at_rest, base::Clock& clock)
      : journal_(journal), at_rest_(at_rest), clock_(clock) {}

  // Writes CALLER_REFUSED with key digest, listener and reason: at most `most` an hour for a key;
  // how many more there were stands in the first record of the next hour. A record that cannot be
  // written is logged: the caller is refused anyway.
  void Record(const base::Digest& key, std::string_view listener, base::Reason reason,
              uint32_t most);

 private:
  struct Counted {
    absl::Time hour;
    uint32_t recorded = 0;
    uint64_t untold = 0;
  };
  bool MayRecord(const base::Digest& key, uint32_t most, uint64_t& untold);

  Journal& journal_;
  message::AtRestKeys& at_rest_;
  base::Clock& clock_;
  base::Mutex mu_;
  absl::flat_hash_map<base::Digest, Counted> counted_ ABSL_GUARDED_BY(mu_);
};

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_REFUSALS_H_
