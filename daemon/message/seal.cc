#include "daemon/audit/tree.h"
#include "daemon/base/invariant.h"
#include "daemon/crypto/digest.h"
#include "daemon/message/body.h"
#include "daemon/message/message.h"

namespace liaison::message {
namespace {

using exchange::v1::FieldRecord;
using exchange::v1::Statement;

// Adds the field to the envelope, or to what is kept back. Gives its leaf.
Digest Place(const SealedField& field, std::string_view salt, const Statement& statement,
             const ExchangeId& id, Sealed& sealed) {
  const Digest commitment = ValueCommitment(id, statement.from(), salt, field.value);
  if (field.withhold) {
    exchange::v1::WithheldLeaf& withheld = *sealed.envelope.add_withheld();
    withheld.set_path(field.path);
    withheld.set_commitment(std::string(commitment.raw()));
  }
  FieldRecord& record =
      field.withhold ? sealed.kept_back.emplace_back() : *sealed.envelope.add_records();
  record.set_path(field.path);
  record.set_kind(FieldRecord::ORIGINAL);
  record.set_salt(std::string(salt));
  record.set_value(field.value);
  return FieldLeaf(FieldRecord::ORIGINAL, field.path, commitment);
}

}  // namespace

Sealed Seal(Statement statement, absl::Span<const SealedField> fields,
            const crypto::PrivateKey& key) {
  const absl::StatusOr<ExchangeId> id = ExchangeId::FromRaw(statement.exchange_id());
  base::Invariant(id.ok(), "a statement to be sealed has an exchange id");
  base::Invariant(!fields.empty() && fields.size() <= payload::kMaxRecords,
                  "a message has 1 to 200,000 fields");
  Sealed sealed;
  const std::string salts = crypto::RandomBytes(kSaltSize * fields.size());
  std::vector<Digest> leaves;
  leaves.reserve(fields.size());
  for (size_t i = 0; i < fields.size(); ++i) {
    base::Invariant(i == 0 || fields[i - 1].path < fields[i].path, "paths are strictly increasing");
    const auto salt = std::string_view(salts).substr(i * kSaltSize, kSaltSize);
    leaves.push_back(Place(fields[i], salt, statement, *id, sealed));
  }
  statement.set_body_root(std::string(audit::TreeRoot(leaves).raw()));
  statement.set_record_count(static_cast<uint32_t>(fields.size()));
  const std::string key_id(key.public_key().spki_digest().raw());
  statement.set_signing_key(key_id);

  // The one time that these bytes are made: from here on they are kept, sent and hashed as they
  // are.
  std::string bytes = statement.SerializeAsString();
  const std::string pae = Pae(kStatementType, bytes);
  sealed.digest = crypto::Sha256(pae);
  exchange::v1::Signature& signature = *sealed.envelope.add_signatures();
  signature.set_key_id(key_id);
  signature.set_signature(key.Sign(pae));
  sealed.envelope.set_type(std::string(kStatementType));
  sealed.envelope.set_statement(std::move(bytes));
  return sealed;
}

}  // namespace liaison::message
