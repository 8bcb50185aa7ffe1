#include "daemon/journal/bodies.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"

namespace liaison::journal {
namespace {

using base::MakeError;
using base::Reason;
using message::Column;

constexpr char kTable[] = "body";
constexpr char kHeldTable[] = "held";

std::string RowName(const store::ExchangeName& name) {
  return absl::StrCat(name.from, "/", name.id.hex());
}

absl::Status Reopen(const message::RowKey& key, Column column, std::string_view sealed,
                    google::protobuf::Message& out) {
  const absl::StatusOr<std::string> bytes = key.Open(column, sealed);
  if (!bytes.ok()) return bytes.status();
  if (out.ParseFromString(*bytes)) return absl::OkStatus();
  return MakeError(Reason::kVerificationFailed, "a kept body does not parse");
}

absl::StatusOr<message::RowKey> KeyOf(const store::ExchangeName& name,
                                      const store::StoredBody& stored,
                                      const message::AtRestKeys& keys) {
  if (!stored.body) return MakeError(Reason::kNotFound, "no body is kept of this message");
  return keys.OpenRow(kTable, RowName(name), {stored.body->key_id, stored.body->wrapped});
}

absl::StatusOr<exchange::v1::Envelope> PutTogether(const message::RowKey& key,
                                                   const store::StoredBody& stored) {
  exchange::v1::Envelope envelope;
  if (!envelope.ParseFromString(stored.head)) {
    return MakeError(Reason::kVerificationFailed, "a kept envelope does not parse");
  }
  store::v1::KeptBody body;
  const absl::Status status = Reopen(key, Column::kBody, stored.body->first, body);
  if (!status.ok()) return status;
  envelope.mutable_records()->Swap(body.mutable_records());
  envelope.mutable_withheld()->Swap(body.mutable_withheld());
  return envelope;
}

}  // namespace

absl::StatusOr<store::Sealed> SealBody(const store::ExchangeName& name,
                                       exchange::v1::Envelope& envelope,
                                       const store::v1::KeptDraft* draft, absl::Time delete_by,
                                       message::AtRestKeys& keys) {
  const absl::StatusOr<message::RowKey> key =
      keys.NewRow(kTable, RowName(name), "message", delete_by);
  if (!key.ok()) return key.status();
  store::v1::KeptBody body;
  body.mutable_records()->Swap(envelope.mutable_records());
  body.mutable_withheld()->Swap(envelope.mutable_withheld());
  store::Sealed sealed{key->wrapped().key_id, key->wrapped().bytes,
                       key->Seal(Column::kBody, body.SerializeAsString()), ""};
  if (draft != nullptr) sealed.second = key->Seal(Column::kDraft, draft->SerializeAsString());
  return sealed;
}

absl::StatusOr<store::Sealed> SealHeld(const store::ExchangeName& name,
                                       const store::v1::KeptHeld& held, absl::Time delete_by,
                                       message::AtRestKeys& keys) {
  const absl::StatusOr<message::RowKey> key =
      keys.NewRow(kHeldTable, RowName(name), "message", delete_by);
  if (!key.ok()) return key.status();
  return store::Sealed{key->wrapped().key_id, key->wrapped().bytes, "",
                       key->Seal(Column::kDraft, held.SerializeAsString())};
}

absl::StatusOr<store::v1::KeptHeld> OpenHeld(const store::ExchangeName& name,
                                             const store::StoredBody& stored,
                                             const message::AtRestKeys& keys) {
  if (!stored.body) return MakeError(Reason::kNotFound, "no draft is kept of this message");
  const absl::StatusOr<message::RowKey> key =
      keys.OpenRow(kHeldTable, RowName(name), {stored.body->key_id, stored.body->wrapped});
  if (!key.ok()) return key.status();
  store::v1::KeptHeld held;
  if (absl::Status status = Reopen(*key, Column::kDraft, stored.body->second, held); !status.ok()) {
    return status;
  }
  return held;
}

absl::StatusOr<exchange::v1::Envelope> OpenEnvelope(const store::ExchangeName& name,
                                                    const store::StoredBody& stored,
                                                    const message::AtRestKeys& keys) {
  const absl::StatusOr<message::RowKey> key = KeyOf(name, stored, keys);
  if (!key.ok()) return key.status();
  return PutTogether(*key, stored);
}

absl::StatusOr<OpenedBody> OpenBody(const store::ExchangeName& name,
                                    const store::StoredBody& stored,
                                    const message::AtRestKeys& keys) {
  const absl::StatusOr<message::RowKey> key = KeyOf(name, stored, keys);
  if (!key.ok()) return key.status();
  absl::StatusOr<exchange::v1::Envelope> envelope = PutTogether(*key, stored);
  if (!envelope.ok()) return envelope.status();
  OpenedBody opened{*std::move(envelope), {}};
  if (stored.body->second.empty()) return opened;
  const absl::Status status =
      Reopen(*key, Column::kDraft, stored.body->second, opened.draft.emplace());
  if (!status.ok()) return status;
  return opened;
}

}  // namespace liaison::journal
