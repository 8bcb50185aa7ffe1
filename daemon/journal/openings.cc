#include "daemon/journal/openings.h"

#include <string>

#include "daemon/audit/receipt.h"
#include "daemon/base/error.h"
#include "daemon/crypto/digest.h"
#include "daemon/crypto/secret.h"

namespace liaison::journal {
namespace {

using base::MakeError;
using base::Reason;
using message::Column;

constexpr size_t kSaltSize = 16;
constexpr char kTable[] = "opening";

struct Committed {
  std::string commitment;
  std::string salted;  // salt || bytes
};

Committed CommitTo(std::string_view tag, const google::protobuf::Message& opening) {
  const std::string salt = crypto::RandomBytes(kSaltSize);
  const std::string bytes = opening.SerializeAsString();
  return {std::string(audit::Commit(tag, salt, bytes).raw()), salt + bytes};
}

absl::Status Reopen(const message::RowKey& key, Column column, std::string_view sealed,
                    std::string_view tag, std::string_view commitment,
                    google::protobuf::Message& out) {
  const absl::StatusOr<std::string> salted = key.Open(column, sealed);
  if (!salted.ok()) return salted.status();
  if (salted->size() < kSaltSize) {
    return MakeError(Reason::kVerificationFailed, "an opening is shorter than its salt");
  }
  const std::string_view salt = std::string_view(*salted).substr(0, kSaltSize);
  const std::string_view bytes = std::string_view(*salted).substr(kSaltSize);
  if (!crypto::ConstantTimeEqual(audit::Commit(tag, salt, bytes).raw(), commitment)) {
    return MakeError(Reason::kVerificationFailed, "an opening is not what its record commits to");
  }
  if (!out.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return MakeError(Reason::kVerificationFailed, "an opening does not parse");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Attach(const Openings& openings, message::AtRestKeys& keys, absl::Time now,
                    store::RecordDraft& draft) {
  const std::string row = base::ExchangeId::FromRaw(crypto::RandomBytes(16))->hex();
  const absl::StatusOr<message::RowKey> key =
      keys.NewRow(kTable, row, "audit", now + kOpeningRetention);
  if (!key.ok()) return key.status();
  const Committed decision = CommitTo(audit::kDecisionTag, openings.decision);
  const Committed actor = CommitTo(audit::kActorTag, openings.actor);
  draft.record.set_decision(decision.commitment);
  draft.record.set_actor(actor.commitment);
  draft.opening_row = row;
  draft.opening = store::Sealed{key->wrapped().key_id, key->wrapped().bytes,
                                key->Seal(Column::kDecision, decision.salted),
                                key->Seal(Column::kActor, actor.salted)};
  return absl::OkStatus();
}

absl::StatusOr<Openings> Open(const store::StoredRecord& stored, const message::AtRestKeys& keys) {
  if (!stored.opening) return MakeError(Reason::kNotFound, "the record has no openings");
  audit::v1::Record record;
  if (!record.ParseFromString(stored.bytes)) {
    return MakeError(Reason::kVerificationFailed, "a record does not parse");
  }
  const absl::StatusOr<message::RowKey> key =
      keys.OpenRow(kTable, stored.opening_row, {stored.opening->key_id, stored.opening->wrapped});
  if (!key.ok()) return key.status();
  Openings openings;
  absl::Status status = Reopen(*key, Column::kDecision, stored.opening->first, audit::kDecisionTag,
                               record.decision(), openings.decision);
  if (!status.ok()) return status;
  status = Reopen(*key, Column::kActor, stored.opening->second, audit::kActorTag, record.actor(),
                  openings.actor);
  if (!status.ok()) return status;
  return openings;
}

}  // namespace liaison::journal
