#include "daemon/inbox/sender_heads.h"

namespace liaison::inbox {

absl::StatusOr<audit::Checkpoint> SenderHeads::Verify(const audit::LogKey& key,
                                                      std::string_view note) {
  const std::string key_text = key.Text();
  {
    base::MutexLock lock(mu_);
    const Verified& known = by_origin_[key.origin()];
    if (known.note == note && known.key == key_text) return known.head;
  }
  absl::StatusOr<audit::Checkpoint> head = key.Verify(note);
  if (!head.ok()) return head.status();
  base::MutexLock lock(mu_);
  by_origin_[key.origin()] = {std::string(note), key_text, *head};
  return head;
}

}  // namespace liaison::inbox
