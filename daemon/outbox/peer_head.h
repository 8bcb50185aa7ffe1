// The newest head of a partner's log that we have verified. A head that is not proved to extend it
// is not believed.
#ifndef LIAISON_DAEMON_OUTBOX_PEER_HEAD_H_
#define LIAISON_DAEMON_OUTBOX_PEER_HEAD_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "daemon/audit/checkpoint.h"
#include "daemon/base/mutex.h"
#include "liaison/audit/v1/record.pb.h"

namespace liaison::outbox {

// Thread-safe.
class PeerHead {
 public:
  // Size of the head that we hold; 0: none.
  uint64_t known_size() const;

  // Takes up a head that was verified before a restart, when none is held yet and `key` still signs
  // for it.
  void Remember(const audit::LogKey& key, std::string_view note);

  // Verifies the note with `key` and that it extends the head we hold, which then moves forward. A
  // head that is older than ours and signed by the same log cannot be compared here: BAD_RECEIPT,
  // as for everything that does not hold.
  absl::StatusOr<audit::Checkpoint> Advance(const audit::LogKey& key, std::string_view note,
                                            const audit::v1::ConsistencyProof& proof);

 private:
  mutable base::Mutex mu_;
  std::optional<audit::Checkpoint> head_ ABSL_GUARDED_BY(mu_);
};

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_PEER_HEAD_H_
