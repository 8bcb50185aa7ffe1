#include "daemon/journal/prove.h"

#include "absl/strings/str_cat.h"
#include "daemon/audit/tree.h"
#include "daemon/base/error.h"

namespace liaison::journal {
namespace {

using base::MakeError;
using base::Reason;

absl::Status Rotten(std::string_view what) {
  return MakeError(Reason::kVerificationFailed, what,
                   "run `liaison audit verify --full` to see what differs");
}

absl::StatusOr<audit::v1::Receipt> ProveRecord(store::Reader& reader, TreeReader& tree,
                                               audit::v1::Log log, const audit::Checkpoint& head,
                                               uint64_t index) {
  if (index >= head.size) {
    return MakeError(Reason::kNotFound, "there is no record of this index");
  }
  absl::StatusOr<std::string> bytes = reader.RecordBytes(log, index);
  if (!bytes.ok()) return bytes.status();
  const auto read = [&](int level, uint64_t place) {
    return tree.Subtree(log, head.size, level, place);
  };
  const absl::StatusOr<std::vector<Digest>> path = audit::InclusionPath(index, head.size, read);
  if (!path.ok()) return path.status();
  const Digest leaf = audit::LeafHash(*bytes);
  if (!audit::VerifyInclusion(leaf, index, head.size, *path, head.root).ok()) {
    return Rotten(
        absl::StrCat("record ", index, " of ", head.origin, " does not lead to the signed head"));
  }
  audit::v1::Receipt receipt;
  receipt.set_record(*std::move(bytes));
  receipt.set_index(index);
  for (const Digest& hash : *path) receipt.add_path(std::string(hash.raw()));
  return receipt;
}

}  // namespace

absl::StatusOr<std::vector<audit::v1::Receipt>> ProveRecords(store::Reader& reader,
                                                             TreeReader& tree, audit::v1::Log log,
                                                             const audit::Checkpoint& head,
                                                             absl::Span<const uint64_t> indexes) {
  std::vector<audit::v1::Receipt> receipts;
  receipts.reserve(indexes.size());
  for (uint64_t index : indexes) {
    absl::StatusOr<audit::v1::Receipt> receipt = ProveRecord(reader, tree, log, head, index);
    if (!receipt.ok()) return receipt.status();
    receipts.push_back(*std::move(receipt));
  }
  return receipts;
}

absl::StatusOr<audit::v1::ConsistencyProof> ProveConsistency(TreeReader& tree, audit::v1::Log log,
                                                             uint64_t from,
                                                             const audit::Checkpoint& head) {
  if (from > head.size) {
    return MakeError(Reason::kNotFound, "the log has no head of this size");
  }
  const auto read = [&](int level, uint64_t place) {
    return tree.Subtree(log, head.size, level, place);
  };
  const absl::StatusOr<std::vector<Digest>> path = audit::ConsistencyPath(from, head.size, read);
  if (!path.ok()) return path.status();
  if (from > 0) {
    const absl::StatusOr<Digest> root = tree.RootAt(log, from);
    if (!root.ok()) return root.status();
    if (!audit::VerifyConsistency(from, *root, head.size, head.root, *path).ok()) {
      return Rotten(absl::StrCat("the tiles of ", head.origin, " do not lead to the signed head"));
    }
  }
  audit::v1::ConsistencyProof proof;
  proof.set_from_size(from);
  proof.set_to_size(head.size);
  for (const Digest& hash : *path) proof.add_path(std::string(hash.raw()));
  return proof;
}

}  // namespace liaison::journal
