#include <google/protobuf/unknown_field_set.h>

#include "daemon/base/error.h"
#include "daemon/crypto/digest.h"
#include "daemon/message/message.h"

namespace liaison::message {
namespace {

using base::MakeError;
using base::Reason;
using exchange::v1::Envelope;

constexpr size_t kMaxStatementBytes = 64 * 1024;
constexpr int kMaxSignatures = 2;
constexpr size_t kMaxSignatureBytes = 2048;

bool HasUnknownFields(const google::protobuf::Message& message) {
  return !message.GetReflection()->GetUnknownFields(message).empty();
}

// What is not signed must say nothing: a field that we do not know could be taken for a part of the
// message by someone who does. A new field of the envelope comes with a new type.
bool HasStrangeFields(const Envelope& envelope) {
  bool strange = HasUnknownFields(envelope) || HasUnknownFields(envelope.sender_receipt());
  for (const auto& signature : envelope.signatures()) strange |= HasUnknownFields(signature);
  for (const auto& record : envelope.records()) strange |= HasUnknownFields(record);
  for (const auto& withheld : envelope.withheld()) strange |= HasUnknownFields(withheld);
  return strange;
}

absl::Status CheckShape(const Envelope& envelope, size_t max_bytes) {
  if (envelope.ByteSizeLong() > max_bytes) {
    return MakeError(Reason::kTooLarge, "the envelope is larger than agreed");
  }
  if (envelope.statement().empty() || envelope.statement().size() > kMaxStatementBytes) {
    return MakeError(Reason::kMalformed, "no statement, or one over 64 KiB");
  }
  if (envelope.signatures().empty() || envelope.signatures_size() > kMaxSignatures) {
    return MakeError(Reason::kMalformed, "not one or two signatures");
  }
  for (const auto& signature : envelope.signatures()) {
    if (signature.signature().size() <= kMaxSignatureBytes) continue;
    return MakeError(Reason::kMalformed, "a signature over 2 KiB");
  }
  if (envelope.type() != kStatementType) {
    return MakeError(Reason::kMalformed, "not a statement of a type that this version reads");
  }
  if (HasStrangeFields(envelope)) {
    return MakeError(Reason::kMalformed, "the envelope has fields that this version does not have");
  }
  return absl::OkStatus();
}

absl::StatusOr<const crypto::PublicKey*> FindKey(const Opener& opener, std::string_view key_id) {
  for (const SenderKey& known : opener.message_keys) {
    if (known.key.spki_digest().raw() != key_id) continue;
    if (known.revoked) return MakeError(Reason::kBadKey, "signed with a revoked key");
    return &known.key;
  }
  return MakeError(Reason::kBadKey, "signed with a key that is not registered for this partner");
}

// All signatures there are must hold, each by another key: what is in an envelope has been checked.
// Gives the key of the first, which the statement must name.
absl::StatusOr<const crypto::PublicKey*> CheckSignatures(const Envelope& envelope,
                                                         const Opener& opener,
                                                         std::string_view pae) {
  const crypto::PublicKey* first = nullptr;
  for (const auto& signature : envelope.signatures()) {
    const absl::StatusOr<const crypto::PublicKey*> key = FindKey(opener, signature.key_id());
    if (!key.ok()) return key.status();
    if (*key == first) return MakeError(Reason::kMalformed, "two signatures by one key");
    if (!(*key)->Verify(pae, signature.signature()).ok()) {
      return MakeError(Reason::kBadSignature, "the signature does not fit the statement");
    }
    if (first == nullptr) first = *key;
  }
  return first;
}

}  // namespace

// The order is the point: no byte of the statement is parsed before a registered key of the peer
// has signed it.
absl::StatusOr<AuthenticStatement> Authenticate(const Envelope& envelope, const Opener& opener) {
  const absl::Status shape = CheckShape(envelope, opener.max_bytes);
  if (!shape.ok()) return shape;
  const std::string pae = Pae(envelope.type(), envelope.statement());
  const absl::StatusOr<const crypto::PublicKey*> key = CheckSignatures(envelope, opener, pae);
  if (!key.ok()) return key.status();

  AuthenticStatement authentic;
  if (!authentic.statement_.ParseFromString(envelope.statement())) {
    return MakeError(Reason::kMalformed, "the statement does not parse");
  }
  const exchange::v1::Statement& statement = authentic.statement_;
  if (statement.signing_key() != (*key)->spki_digest().raw()) {
    return MakeError(Reason::kBadKey,
                     "the statement names another key than the one that signed it");
  }
  if (statement.from() != opener.sender) {
    return MakeError(Reason::kWrongSender, "the statement is not from the agency that delivers it");
  }
  if (statement.to() != opener.recipient) {
    return MakeError(Reason::kWrongRecipient, "the statement is not addressed to this agency");
  }
  const absl::StatusOr<ExchangeId> id = ExchangeId::FromRaw(statement.exchange_id());
  if (!id.ok()) return MakeError(Reason::kMalformed, "the exchange id is not 16 bytes");
  authentic.id_ = *id;
  authentic.digest_ = crypto::Sha256(pae);
  return authentic;
}

}  // namespace liaison::message
