// The RFC 6962 Merkle tree over SHA-256: hashes, frontier, proofs. Pure mathematics, no I/O.
//
// leaf(record)      = SHA-256(0x00 || record)
// node(left, right) = SHA-256(0x01 || left || right)
// root of no leaves = SHA-256("")
#ifndef LIAISON_DAEMON_AUDIT_TREE_H_
#define LIAISON_DAEMON_AUDIT_TREE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "daemon/base/ids.h"

namespace liaison::audit {

using base::Digest;

Digest LeafHash(std::string_view record);
Digest NodeHash(const Digest& left, const Digest& right);

// Root over all leaves at once: for small lists, e.g. the field leaves of a message.
Digest TreeRoot(absl::Span<const Digest> leaves);

// What is needed of a tree to append to it: the roots of its complete subtrees, largest first; at
// most 64 of them. Value type.
class Frontier {
 public:
  Frontier() = default;
  // INVALID_ARGUMENT unless `hashes` has one entry for each one bit of `size`.
  static absl::StatusOr<Frontier> Restore(uint64_t size, std::vector<Digest> hashes);
  // From Serialize(): big-endian u64 size, then the hashes.
  static absl::StatusOr<Frontier> Parse(std::string_view bytes);

  void Append(const Digest& leaf);
  Digest Root() const;
  uint64_t size() const { return size_; }
  const std::vector<Digest>& hashes() const { return hashes_; }
  std::string Serialize() const;

 private:
  uint64_t size_ = 0;
  std::vector<Digest> hashes_;
};

// Gives the hash of the complete subtree of 2^level leaves that begins at leaf index * 2^level.
using SubtreeReader = absl::FunctionRef<absl::StatusOr<Digest>(int level, uint64_t index)>;

// RFC 6962 2.1.1: audit path of leaf `index` in the tree of `size` leaves, leaf to root.
// REQUIRES: index < size. Errors: those of `read`.
absl::StatusOr<std::vector<Digest>> InclusionPath(uint64_t index, uint64_t size,
                                                  SubtreeReader read);
// RFC 6962 2.1.2: from the tree of `from` leaves to that of `to`. Empty when from is 0 or equal to
// `to`.
absl::StatusOr<std::vector<Digest>> ConsistencyPath(uint64_t from, uint64_t to, SubtreeReader read);

// OK when `path` leads from `leaf` at `index` to `root` of `size` leaves and is exactly as long as
// it must be. DATA_LOSS otherwise.
absl::Status VerifyInclusion(const Digest& leaf, uint64_t index, uint64_t size,
                             absl::Span<const Digest> path, const Digest& root);
// OK when `path` shows that the second tree extends the first. From size zero nothing is shown:
// DATA_LOSS unless the path is empty, and the caller must not take it for a proof.
absl::Status VerifyConsistency(uint64_t from, const Digest& from_root, uint64_t to,
                               const Digest& to_root, absl::Span<const Digest> path);

}  // namespace liaison::audit

#endif  // LIAISON_DAEMON_AUDIT_TREE_H_
