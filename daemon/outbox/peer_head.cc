#include "daemon/outbox/peer_head.h"

#include <vector>

#include "daemon/audit/tree.h"
#include "daemon/base/error.h"

namespace liaison::outbox {
namespace {

using base::MakeError;
using base::Reason;

absl::Status CheckExtends(const audit::Checkpoint& known, const audit::Checkpoint& next,
                          const audit::v1::ConsistencyProof& proof) {
  std::vector<base::Digest> path;
  for (const std::string& hash : proof.path()) {
    const absl::StatusOr<base::Digest> digest = base::Digest::FromRaw(hash);
    if (!digest.ok()) return digest.status();
    path.push_back(*digest);
  }
  return audit::VerifyConsistency(known.size, known.root, next.size, next.root, path);
}

}  // namespace

uint64_t PeerHead::known_size() const {
  base::MutexLock lock(mu_);
  return head_ ? head_->size : 0;
}

void PeerHead::Remember(const audit::LogKey& key, std::string_view note) {
  const absl::StatusOr<audit::Checkpoint> head = key.Verify(note);
  base::MutexLock lock(mu_);
  if (head.ok() && !head_) head_ = *head;
}

absl::StatusOr<audit::Checkpoint> PeerHead::Advance(const audit::LogKey& key, std::string_view note,
                                                    const audit::v1::ConsistencyProof& proof) {
  absl::StatusOr<audit::Checkpoint> next = key.Verify(note);
  if (!next.ok()) {
    return MakeError(Reason::kBadReceipt, "the head of the partner's log is not signed by its key");
  }
  base::MutexLock lock(mu_);
  if (head_ && !(*head_ == *next)) {
    const absl::Status extends = CheckExtends(*head_, *next, proof);
    if (!extends.ok()) {
      return MakeError(Reason::kBadReceipt,
                       "the head of the partner's log does not extend the one we verified before",
                       "ask the partner: its log was rewritten, or restored from a backup");
    }
  }
  head_ = *next;
  return next;
}

}  // namespace liaison::outbox
