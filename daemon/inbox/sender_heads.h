// Heads of partners' logs that were verified a moment ago: a batch of messages comes under one
// head.
#ifndef LIAISON_DAEMON_INBOX_SENDER_HEADS_H_
#define LIAISON_DAEMON_INBOX_SENDER_HEADS_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "daemon/audit/checkpoint.h"
#include "daemon/base/mutex.h"

namespace liaison::inbox {

// Thread-safe. Keeps the last verified note for each log.
class SenderHeads {
 public:
  // What LogKey::Verify says, remembered for the same note and key.
  absl::StatusOr<audit::Checkpoint> Verify(const audit::LogKey& key, std::string_view note);

 private:
  struct Verified {
    std::string note;
    std::string key;  // verifier key
    audit::Checkpoint head;
  };
  base::Mutex mu_;
  std::map<std::string, Verified> by_origin_ ABSL_GUARDED_BY(mu_);
};

}  // namespace liaison::inbox

#endif  // LIAISON_DAEMON_INBOX_SENDER_HEADS_H_
