#include "daemon/message/body.h"

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
                              std::string_view from) {
  if (record.kind() == FieldRecord::KIND_UNSPECIFIED || !FieldRecord::Kind_IsValid(record.kind())) {
    return Mismatch("a record is of a kind that this version has not");
  }
  if (!IsPathSize(record.path()) || record.salt().size() != kSaltSize) {
    return Mismatch("a record's path or salt is not of its size");
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
                                             std::string_view from) {
  std::vector<Digest> leaves;
  leaves.reserve(static_cast<size_t>(envelope.records_size() + envelope.withheld_size()));
  auto record = envelope.records().begin();
  auto withheld = envelope.withheld().begin();
  while (record != envelope.records().end() || withheld != envelope.withheld().end()) {
    const bool sent = withheld == envelope.withheld().end() ||
                      (record != envelope.records().end() && record->path() < withheld->path());
    const absl::StatusOr<Digest> leaf = sent ? LeafOf(*record++, id, from) : LeafOf(*withheld++);
    if (!leaf.ok()) return leaf.status();
    leaves.push_back(*leaf);
  }
  return leaves;
}

absl::Status CheckRoot(const Statement& statement, const ExchangeId& id, const Envelope& envelope) {
  const size_t count =
      static_cast<size_t>(envelope.records_size()) + static_cast<size_t>(envelope.withheld_size());
  if (count == 0 || count > payload::kMaxRecords || count != statement.record_count()) {
    return Mismatch("the number of records is not the statement's");
  }
  const absl::StatusOr<std::vector<Digest>> leaves = LeavesOf(envelope, id, statement.from());
  if (!leaves.ok()) return leaves.status();
  if (audit::TreeRoot(*leaves).raw() == statement.body_root()) return absl::OkStatus();
  return Mismatch("the records are not those that the statement commits to");
}

absl::StatusOr<payload::Merged> MergeRecords(const Statement& statement, const Envelope& envelope) {
  std::vector<payload::RecordView> records;
  records.reserve(static_cast<size_t>(envelope.records_size()));
  for (const FieldRecord& record : envelope.records()) {
    records.push_back({record.path(), record.value(), record.kind()});
  }
  std::vector<std::string_view> withheld;
  withheld.reserve(static_cast<size_t>(envelope.withheld_size()));
  for (const WithheldLeaf& leaf : envelope.withheld()) withheld.push_back(leaf.path());
  return payload::Merge(records, withheld, statement.schema_version() > payload::kSchemaVersion);
}

}  // namespace

absl::StatusOr<payload::Merged> ReadBody(const Statement& statement, const ExchangeId& id,
                                         const Envelope& envelope) {
  const absl::Status root = CheckRoot(statement, id, envelope);
  if (!root.ok()) return root;
  absl::StatusOr<payload::Merged> merged = MergeRecords(statement, envelope);
  if (!merged.ok()) return merged.status();
  const payload::v1::MessageType type = payload::TypeOf(merged->payload);
  if (type != payload::v1::MESSAGE_TYPE_UNSPECIFIED && type != statement.type()) {
    return Mismatch("the payload is not of the type that the statement names");
  }
  return merged;
}

}  // namespace liaison::message
