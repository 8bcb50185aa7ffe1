#include "daemon/audit/tree.h"
#include "daemon/base/invariant.h"
#include "daemon/crypto/digest.h"
#include "daemon/message/body.h"
#include "daemon/message/message.h"

namespace liaison::message {
namespace {

using exchange::v1::FieldRecord;
using exchange::v1::Statement;

// Places fields into the envelope or among what is kept back, and gathers their leaves.
class Body {
 public:
  // REQUIRES: `statement` and `sealed` outlive it; `count` leaves are placed at most.
  Body(const Statement& statement, const ExchangeId& id, size_t count, Sealed& sealed)
      : from_(statement.from()),
        id_(id),
        salts_(crypto::RandomBytes(kSaltSize * count)),
        sealed_(sealed) {
    leaves_.reserve(count);
  }

  void Place(const SealedField& field) {
    base::Invariant(!field.changed || field.withhold, "the original of a changed leaf is withheld");
    FieldRecord& original =
        field.withhold ? sealed_.kept_back.emplace_back() : *sealed_.envelope.add_records();
    const Digest commitment = Fill(field.path, {FieldRecord::ORIGINAL, field.value}, original);
    if (!field.withhold) return;
    exchange::v1::WithheldLeaf& withheld = *sealed_.envelope.add_withheld();
    withheld.set_path(field.path);
    withheld.set_commitment(std::string(commitment.raw()));
    if (!field.changed) return;
    base::Invariant(field.changed->kind > FieldRecord::ORIGINAL, "a change has a kind");
    Fill(field.path, *field.changed, *sealed_.envelope.add_records());
  }

  const std::vector<Digest>& leaves() const { return leaves_; }

 private:
  // Gives the commitment.
  Digest Fill(const std::string& path, const ChangedValue& value, FieldRecord& record) {
    const std::string_view salt =
        std::string_view(salts_).substr(leaves_.size() * kSaltSize, kSaltSize);
    record.set_path(path);
    record.set_kind(value.kind);
    record.set_salt(std::string(salt));
    record.set_value(value.value);
    const Digest commitment = ValueCommitment(id_, from_, salt, value.value);
    leaves_.push_back(FieldLeaf(value.kind, path, commitment));
    return commitment;
  }

  const std::string& from_;
  const ExchangeId id_;
  const std::string salts_;
  Sealed& sealed_;
  std::vector<Digest> leaves_;
};

size_t LeavesOf(absl::Span<const SealedField> fields) {
  size_t count = fields.size();
  for (const SealedField& field : fields) count += field.changed ? 1 : 0;
  return count;
}

}  // namespace

Sealed Seal(Statement statement, absl::Span<const SealedField> fields,
            const crypto::PrivateKey& key) {
  const absl::StatusOr<ExchangeId> id = ExchangeId::FromRaw(statement.exchange_id());
  base::Invariant(id.ok(), "a statement to be sealed has an exchange id");
  const size_t count = LeavesOf(fields);
  base::Invariant(count >= 1 && count <= payload::kMaxRecords, "a message has 1 to 200,000 leaves");
  Sealed sealed;
  Body body(statement, *id, count, sealed);
  for (size_t i = 0; i < fields.size(); ++i) {
    base::Invariant(i == 0 || fields[i - 1].path < fields[i].path, "paths are strictly increasing");
    body.Place(fields[i]);
  }
  statement.set_body_root(std::string(audit::TreeRoot(body.leaves()).raw()));
  statement.set_record_count(static_cast<uint32_t>(count));
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
