#include "daemon/audit/receipt.h"

#include <utility>

#include "daemon/base/error.h"
#include "daemon/base/invariant.h"
#include "daemon/crypto/digest.h"

namespace liaison::audit {
namespace {

constexpr size_t kSaltSize = 16;
// The tallest tree there can be.
constexpr int kLongestPath = 64;

absl::Status NotProven(const char* why) {
  return base::MakeError(base::Reason::kVerificationFailed, why);
}

absl::StatusOr<std::vector<Digest>> PathOf(const v1::Receipt& receipt) {
  if (receipt.path_size() > kLongestPath) return NotProven("receipt with a path of over 64 hashes");
  std::vector<Digest> path;
  path.reserve(static_cast<size_t>(receipt.path_size()));
  for (const std::string& raw : receipt.path()) {
    absl::StatusOr<Digest> hash = Digest::FromRaw(raw);
    if (!hash.ok()) return NotProven("receipt with a hash that has not 32 bytes");
    path.push_back(*hash);
  }
  return path;
}

}  // namespace

v1::PeerReceipt ProvenRecord::Identity() const {
  v1::PeerReceipt identity;
  identity.set_origin(head_.origin);
  identity.set_index(index_);
  identity.set_leaf(std::string(leaf_.raw()));
  return identity;
}

absl::StatusOr<ProvenRecord> VerifyReceipt(const v1::Receipt& receipt, const Checkpoint& head) {
  const absl::StatusOr<std::vector<Digest>> path = PathOf(receipt);
  if (!path.ok()) return path.status();
  const Digest leaf = LeafHash(receipt.record());
  if (absl::Status proven = VerifyInclusion(leaf, receipt.index(), head.size, *path, head.root);
      !proven.ok()) {
    return proven;
  }
  // Only now are the bytes known to be the log's own; only now are they parsed.
  ProvenRecord result;
  if (!result.record_.ParseFromString(receipt.record())) {
    return NotProven("a record of the log that cannot be read");
  }
  if (result.record_.origin() != head.origin) {
    return NotProven("a record that names another log than the one it stands in");
  }
  result.index_ = receipt.index();
  result.leaf_ = leaf;
  result.head_ = head;
  return result;
}

absl::StatusOr<ProvenRecord> VerifyReceipt(const v1::Receipt& receipt, const LogKey& key) {
  const absl::StatusOr<Checkpoint> head = key.Verify(receipt.checkpoint());
  if (!head.ok()) return NotProven("receipt without a head that the log has signed");
  return VerifyReceipt(receipt, *head);
}

Digest Commit(std::string_view tag, std::string_view salt, std::string_view bytes) {
  base::Invariant(salt.size() == kSaltSize, "a salt has 16 bytes");
  return crypto::Sha256({tag, salt, bytes});
}

}  // namespace liaison::audit
