#include "daemon/base/error.h"
#include "daemon/base/invariant.h"
#include "daemon/message/body.h"
#include "daemon/message/message.h"

namespace liaison::message {
namespace {

using base::MakeError;
using base::Reason;
using exchange::v1::Envelope;
using exchange::v1::ExchangeRef;
using exchange::v1::Statement;

constexpr int64_t kLastSecond = 253'402'300'799;  // of the year 9999, as Timestamp has it
constexpr int kMaxCodes = 64;
constexpr size_t kMaxAgreementBytes = 255;

absl::Status Malformed(std::string_view what) { return MakeError(Reason::kMalformed, what); }

bool IsTime(const google::protobuf::Timestamp& time) {
  return time.seconds() > 0 && time.seconds() <= kLastSecond && time.nanos() >= 0 &&
         time.nanos() < 1'000'000'000;
}

absl::Time ToTime(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

absl::Status CheckTimes(const Statement& statement, absl::Time now) {
  if (!IsTime(statement.created()) || !IsTime(statement.expires())) {
    return Malformed("created or expires is not a time");
  }
  const absl::Time created = ToTime(statement.created());
  const absl::Time expires = ToTime(statement.expires());
  if (expires <= created || expires - created > kMaxLifetime) {
    return Malformed("expires is not within 90 days after created");
  }
  if (created > now + kMaxAhead) return Malformed("created lies more than 5 minutes ahead");
  if (now >= expires) return MakeError(Reason::kExpired, "the statement has expired");
  return absl::OkStatus();
}

// Replies and corrections name exchanges between these two agencies and no others.
bool IsReference(const ExchangeRef& reference, const Statement& statement) {
  return (reference.from() == statement.from() || reference.from() == statement.to()) &&
         reference.exchange_id().size() == ExchangeId::kSize &&
         reference.statement_digest().size() == Digest::kSize;
}

absl::Status CheckLengths(const Statement& statement) {
  if (statement.type() == payload::v1::MESSAGE_TYPE_UNSPECIFIED ||
      statement.schema_version() == 0) {
    return Malformed("no message type or no schema version");
  }
  if (statement.conversation().size() != ExchangeId::kSize ||
      statement.body_root().size() != Digest::kSize) {
    return Malformed("conversation or body_root is not of its size");
  }
  if ((statement.has_in_reply_to() && !IsReference(statement.in_reply_to(), statement)) ||
      (statement.has_supersedes() && !IsReference(statement.supersedes(), statement))) {
    return Malformed("in_reply_to or supersedes is not an exchange between the two agencies");
  }
  if (statement.purposes_size() > kMaxCodes || statement.legal_bases_size() > kMaxCodes ||
      statement.agreement_id().size() > kMaxAgreementBytes) {
    return Malformed("too many codes, or too long an agreement id");
  }
  return absl::OkStatus();
}

absl::Status BadReceipt(std::string_view what) { return MakeError(Reason::kBadReceipt, what); }

// No receipt, no processing: the sender's own log must hold this message, as sent to us.
absl::StatusOr<audit::ProvenRecord> CheckReceipt(const AuthenticStatement& authentic,
                                                 const Envelope& envelope, const Opener& opener) {
  base::Invariant(opener.sender_head != nullptr, "an opener can verify heads");
  if (!envelope.has_sender_receipt()) return BadReceipt("the sender's receipt is missing");
  const audit::v1::Receipt& receipt = envelope.sender_receipt();
  const absl::StatusOr<audit::Checkpoint> head = opener.sender_head(receipt.checkpoint());
  if (!head.ok()) return BadReceipt("the head is not signed by the sender's log");
  absl::StatusOr<audit::ProvenRecord> proven = audit::VerifyReceipt(receipt, *head);
  if (!proven.ok()) return BadReceipt("the record is not proved to stand under the head");
  const audit::v1::Record& record = proven->record();
  const Statement& statement = authentic.statement();
  const bool fits =
      record.event() == audit::v1::SENT && record.exchange_from() == statement.from() &&
      record.exchange_id() == statement.exchange_id() && record.partner() == statement.to() &&
      record.statement_digest() == authentic.digest().raw();
  if (!fits) return BadReceipt("the record does not say that this message was sent to us");
  return proven;
}

absl::Status Unreadable(std::string_view what) {
  return MakeError(Reason::kVerificationFailed, what);
}

}  // namespace

absl::StatusOr<VerifiedMessage> OpenBody(const AuthenticStatement& statement,
                                         const Envelope& envelope, const Opener& opener) {
  absl::Status checked = CheckTimes(statement.statement(), opener.now);
  if (checked.ok()) checked = CheckLengths(statement.statement());
  if (!checked.ok()) return checked;
  absl::StatusOr<audit::ProvenRecord> record = CheckReceipt(statement, envelope, opener);
  if (!record.ok()) return record.status();
  absl::StatusOr<payload::Merged> body =
      ReadBody(statement.statement(), statement.id(), envelope, opener.extent);
  if (!body.ok()) return body.status();

  VerifiedMessage message(*std::move(record));
  message.statement_ = statement.statement();
  message.digest_ = statement.digest();
  message.id_ = statement.id();
  message.body_ = *std::move(body);
  for (const auto& withheld : envelope.withheld()) message.withheld_.push_back(withheld.path());
  return message;
}

absl::StatusOr<StoredBody> ReadStored(const Envelope& envelope, Extent extent) {
  StoredBody stored;
  if (!stored.statement.ParseFromString(envelope.statement())) {
    return Unreadable("a stored statement does not parse");
  }
  const absl::StatusOr<ExchangeId> id = ExchangeId::FromRaw(stored.statement.exchange_id());
  if (!id.ok()) return Unreadable("a stored statement has no exchange id");
  absl::StatusOr<payload::Merged> body = ReadBody(stored.statement, *id, envelope, extent);
  if (!body.ok()) return Unreadable("a stored body is not what its statement commits to");
  stored.merged = *std::move(body);
  return stored;
}

}  // namespace liaison::message
