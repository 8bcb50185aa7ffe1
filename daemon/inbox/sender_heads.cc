#include "daemon/inbox/sender_heads.h"

namespace liaison::inbox {

absl::StatusOr<audit::Checkpoint> SenderHeads::Verify(const audit::LogKey& key,
                                                      std::string_view note) {
  const std::string key_text = key.Text();
  {
    base::MutexLock lock(mu_);
    const auto found = by_origin_.find(key.origin());
    if (found != by_origin_.end() && found->second.note == note && found->second.key == key_text) {
      return found->second.head;
    }
  }
  absl::StatusOr<audit::Checkpoint> head = key.Verify(note);
  if (!head.ok()) return head.status();
  base::MutexLock lock(mu_);
  by_origin_[key.origin()] = {std::string(note), key_text, *head};
  return head;
}

}  // namespace liaison::inbox
