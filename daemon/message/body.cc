#include "daemon/message/body.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "daemon/audit/tree.h"
#include "daemon/base/error.h"
#include "daemon/message/message.h"

namespace liaison::message {
namespace {

using base::MakeError;
using base::Reason;
using exchange::v1::Envelope;
using exchange::v1::FieldRecord;
using exchange::v1::Statement;
using exchange::v1::WithheldLeaf;

absl::Status Mismatch(std::string_view what) { return MakeError(Reason::kBodyMismatch, what); }

bool IsPathSize(const std::string& path) {
  return !path.empty() && path.size() <= payload::kMaxPathBytes;
}

absl::StatusOr<Digest> LeafOf(const FieldRecord& record, const ExchangeId& id,
                              std::string_view from, Extent extent) {
  if (record.kind() == FieldRecord::KIND_UNSPECIFIED || !FieldRecord::Kind_IsValid(record.kind())) {
    return Mismatch("a record is of a kind that this version has not");
  }
  const bool committed = extent == Extent::kExcerpt && IsCommitmentAlone(record);
  if (!IsPathSize(record.path()) || (!committed && record.salt().size() != kSaltSize)) {
    return Mismatch("a record's path or salt is not of its size");
  }
  if (committed) {
    const absl::StatusOr<Digest> commitment = Digest::FromRaw(record.value());
    if (!commitment.ok()) return Mismatch("a commitment is not of its size");
    return FieldLeaf(record.kind(), record.path(), *commitment);
  }
  return FieldLeaf(record.kind(), record.path(),
                   ValueCommitment(id, from, record.salt(), record.value()));
}

absl::StatusOr<Digest> LeafOf(const WithheldLeaf& withheld) {
  const absl::StatusOr<Digest> commitment = Digest::FromRaw(withheld.commitment());
  if (!commitment.ok() || !IsPathSize(withheld.path())) {
    return Mismatch("a withheld leaf's path or commitment is not of its size");
  }
  return FieldLeaf(FieldRecord::ORIGINAL, withheld.path(), *commitment);
}

// The leaves of both lists in order of (path, kind): of one path the original, which is withheld,
// comes first. Whether that order is strict is for Merge to say.
absl::StatusOr<std::vector<Digest>> LeavesOf(const Envelope& envelope, const ExchangeId& id,
                                             std::string_view from, Extent extent) {
  std::vector<Digest> leaves;
  leaves.reserve(static_cast<size_t>(envelope.records_size() + envelope.withheld_size()));
  auto record = envelope.records().begin();
  auto withheld = envelope.withheld().begin();
  while (record != envelope.records().end() || withheld != envelope.withheld().end()) {
    const bool sent = withheld == envelope.withheld().end() ||
                      (record != envelope.records().end() && record->path() < withheld->path());
    const absl::StatusOr<Digest> leaf =
        sent ? LeafOf(*record++, id, from, extent) : LeafOf(*withheld++);
    if (!leaf.ok()) return leaf.status();
    leaves.push_back(*leaf);
  }
  return leaves;
}

absl::Status CheckRoot(const Statement& statement, const ExchangeId& id, const Envelope& envelope,
                       Extent extent) {
  const size_t count =
      static_cast<size_t>(envelope.records_size()) + static_cast<size_t>(envelope.withheld_size());
  if (count == 0 || count > payload::kMaxRecords || count != statement.record_count()) {
    return Mismatch("the number of records is not the statement's");
  }
  const absl::StatusOr<std::vector<Digest>> leaves =
      LeavesOf(envelope, id, statement.from(), extent);
  if (!leaves.ok()) return leaves.status();
  if (audit::TreeRoot(*leaves).raw() == statement.body_root()) return absl::OkStatus();
  return Mismatch("the records are not those that the statement commits to");
}

// What is merged: views into an envelope.
struct Leaves {
  std::vector<payload::RecordView> records;
  std::vector<std::string_view> withheld;
};

Leaves ViewsOf(const Envelope& envelope) {
  Leaves leaves;
  leaves.records.reserve(static_cast<size_t>(envelope.records_size()));
  for (const FieldRecord& record : envelope.records()) {
    if (IsCommitmentAlone(record)) continue;  // its original, withheld, stands for the path
    leaves.records.push_back({record.path(), record.value(), record.kind()});
  }
  leaves.withheld.reserve(static_cast<size_t>(envelope.withheld_size()));
  for (const WithheldLeaf& leaf : envelope.withheld()) leaves.withheld.push_back(leaf.path());
  return leaves;
}

absl::StatusOr<payload::Merged> MergeLeaves(const Statement& statement, const Leaves& leaves) {
  return payload::Merge(leaves.records, leaves.withheld,
                        statement.schema_version() > payload::kSchemaVersion);
}

}  // namespace

bool IsCommitmentAlone(const FieldRecord& record) {
  return record.salt().empty() && record.kind() > FieldRecord::ORIGINAL;
}

absl::StatusOr<payload::Merged> ReadBody(const Statement& statement, const ExchangeId& id,
                                         const Envelope& envelope, Extent extent) {
  const absl::Status root = CheckRoot(statement, id, envelope, extent);
  if (!root.ok()) return root;
  absl::StatusOr<payload::Merged> merged = MergeLeaves(statement, ViewsOf(envelope));
  if (!merged.ok()) return merged.status();
  const payload::v1::MessageType type = payload::TypeOf(merged->payload);
  if (type != payload::v1::MESSAGE_TYPE_UNSPECIFIED && type != statement.type()) {
    return Mismatch("the payload is not of the type that the statement names");
  }
  return merged;
}

absl::StatusOr<payload::Merged> MergeOpened(const Statement& statement, const Envelope& envelope,
                                            absl::Span<const OpenedLeaf> opened) {
  Leaves leaves = ViewsOf(envelope);
  absl::flat_hash_set<std::string_view> paths;
  for (const OpenedLeaf& leaf : opened) paths.insert(leaf.path);
  const size_t withheld = leaves.withheld.size();
  std::erase_if(leaves.withheld, [&](std::string_view path) { return paths.contains(path); });
  if (withheld - leaves.withheld.size() != opened.size()) {
    return Mismatch("an opened field is not one that was withheld");
  }
  std::erase_if(leaves.records, [&](const auto& record) { return paths.contains(record.path); });
  for (const OpenedLeaf& leaf : opened) leaves.records.push_back({leaf.path, leaf.value});
  std::sort(leaves.records.begin(), leaves.records.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return MergeLeaves(statement, leaves);
}

}  // namespace liaison::message
