// Seal and open: the statement, its signature, and the salted commitments to the fields.
//
// Bytes are signed once and never rebuilt. A VerifiedMessage exists only when signature, sender,
// recipient, receipt and body hold; only Open makes one.
#ifndef LIAISON_DAEMON_MESSAGE_MESSAGE_H_
#define LIAISON_DAEMON_MESSAGE_MESSAGE_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "daemon/audit/receipt.h"
#include "daemon/base/ids.h"
#include "daemon/crypto/keys.h"
#include "daemon/payload/records.h"
#include "liaison/exchange/v1/statement.pb.h"

namespace liaison::message {

using base::Digest;
using base::ExchangeId;

inline constexpr std::string_view kStatementType = "application/vnd.liaison.statement.v1+protobuf";
inline constexpr absl::Duration kMaxLifetime = absl::Hours(90 * 24);
inline constexpr absl::Duration kMaxAhead = absl::Minutes(5);

// DSSE v1 pre-authentication encoding.
std::string Pae(std::string_view type, std::string_view body);
// SHA-256(PAE): the message's identity.
Digest StatementDigest(std::string_view type, std::string_view statement);

// --- Sealing
// ---------------------------------------------------------------------------------------------------------

// What goes in place of a leaf's original value.
struct ChangedValue {
  payload::Kind kind = exchange::v1::FieldRecord::KIND_UNSPECIFIED;  // not ORIGINAL
  std::string value;
};

// A leaf that goes (withhold = false) or is committed to and kept back. One that is changed is kept
// back, and its changed value goes.
struct SealedField {
  std::string path;
  std::string value;  // the original
  bool withhold = false;
  std::optional<ChangedValue> changed = std::nullopt;  // REQUIRES: withhold
};

struct Sealed {
  exchange::v1::Envelope envelope;  // without sender_receipt, which the journal gives
  Digest digest;
  // Salt and value of each withheld leaf, those that were changed too, to open it later: kept at
  // rest by the sender, never sent.
  std::vector<exchange::v1::FieldRecord> kept_back;
};

// `statement` holds everything but body_root, record_count and signing_key, which are set here.
// `fields` in increasing order of path (payload::Cut of what is left after omission). REQUIRES: 1
// to 200,000 leaves, of which a changed field has two.
Sealed Seal(exchange::v1::Statement statement, absl::Span<const SealedField> fields,
            const crypto::PrivateKey& key);

// --- Opening
// ---------------------------------------------------------------------------------------------------------

// Whether an envelope has every record that its sender sent, or is an excerpt of it (embedded.h).
enum class Extent { kWhole, kExcerpt };

// A key of a partner, from the registry.
struct SenderKey {
  crypto::PublicKey key;
  bool revoked = false;
};

struct Opener {
  std::string sender;     // the TLS peer
  std::string recipient;  // us
  std::vector<SenderKey> message_keys;
  absl::Time now;
  size_t max_bytes = 1 << 20;
  Extent extent = Extent::kWhole;
  // Verifies a checkpoint of the sender's exchange log (audit::LogKey::Verify, cached by the
  // caller).
  std::function<absl::StatusOr<audit::Checkpoint>(std::string_view note)> sender_head;
};

// An authentic statement: signature, sender and recipient hold. Only Authenticate makes one.
class AuthenticStatement {
 public:
  const exchange::v1::Statement& statement() const { return statement_; }
  const Digest& digest() const { return digest_; }
  const ExchangeId& id() const { return id_; }

 private:
  friend absl::StatusOr<AuthenticStatement> Authenticate(const exchange::v1::Envelope&,
                                                         const Opener&);
  AuthenticStatement() = default;
  exchange::v1::Statement statement_;
  Digest digest_;
  ExchangeId id_;
};

// Sizes, type, key, signature, and only then the statement's contents; from, to. Errors by Reason,
// all of them "not authentic": TOO_LARGE, MALFORMED, BAD_KEY, BAD_SIGNATURE, WRONG_SENDER,
// WRONG_RECIPIENT.
absl::StatusOr<AuthenticStatement> Authenticate(const exchange::v1::Envelope& envelope,
                                                const Opener& opener);

class VerifiedMessage {
 public:
  const exchange::v1::Statement& statement() const { return statement_; }
  const Digest& digest() const { return digest_; }
  const ExchangeId& id() const { return id_; }
  const payload::Merged& body() const { return body_; }
  const payload::v1::Payload& payload() const { return body_.payload; }
  const std::vector<payload::UnknownRecord>& unknown() const { return body_.unknown; }
  const std::vector<std::string>& withheld() const { return withheld_; }
  const audit::ProvenRecord& sender_record() const { return sender_record_; }

 private:
  friend absl::StatusOr<VerifiedMessage> OpenBody(const AuthenticStatement&,
                                                  const exchange::v1::Envelope&, const Opener&);
  explicit VerifiedMessage(audit::ProvenRecord record) : sender_record_(std::move(record)) {}
  exchange::v1::Statement statement_;
  Digest digest_;
  ExchangeId id_;
  payload::Merged body_;
  std::vector<std::string> withheld_;
  audit::ProvenRecord sender_record_;
};

// Times, the sender's receipt, body_root, merge. Errors by Reason, all of them final for an
// authentic statement: EXPIRED, MALFORMED (times, lengths), BAD_RECEIPT, BODY_MISMATCH.
absl::StatusOr<VerifiedMessage> OpenBody(const AuthenticStatement& statement,
                                         const exchange::v1::Envelope& envelope,
                                         const Opener& opener);

// For a stored envelope of either direction: body_root and merge alone. DATA_LOSS-like
// VERIFICATION_FAILED when the records are not those that the statement commits to.
struct StoredBody {
  exchange::v1::Statement statement;
  payload::Merged merged;
};
absl::StatusOr<StoredBody> ReadStored(const exchange::v1::Envelope& envelope,
                                      Extent extent = Extent::kWhole);

// A leaf that was withheld, and whose original value was disclosed later.
struct OpenedLeaf {
  std::string_view path;
  std::string_view value;
};
// A body with opened leaves, in order of path, in place of what was sent or withheld there.
// BODY_MISMATCH when one was not withheld, its value is not of its field, or a bond is opened in
// part. REQUIRES: ReadStored takes `envelope`, whose statement is `statement`. Whether the values
// are those committed to is for the caller to know.
absl::StatusOr<payload::Merged> MergeOpened(const exchange::v1::Statement& statement,
                                            const exchange::v1::Envelope& envelope,
                                            absl::Span<const OpenedLeaf> opened);

// m and c of formats.md, for vectors, verifiers and opening.
Digest ValueCommitment(const ExchangeId& id, std::string_view from, std::string_view salt,
                       std::string_view value);
Digest FieldLeaf(int kind, std::string_view path, const Digest& commitment);

}  // namespace liaison::message

#endif  // LIAISON_DAEMON_MESSAGE_MESSAGE_H_
