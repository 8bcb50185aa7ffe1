#include "daemon/outbox/settlement.h"

#include "absl/strings/str_cat.h"
#include "daemon/audit/receipt.h"
#include "daemon/base/error.h"
#include "daemon/outbox/queued.h"

namespace liaison::outbox {
namespace {

using audit::v1::Outward;
using base::MakeError;
using base::Reason;

constexpr absl::Duration kDefaultRetry = absl::Seconds(5);

absl::Duration RetryAfter(const exchange::v1::DeliverResult& result) {
  const absl::Duration asked = absl::Seconds(result.retry_after().seconds()) +
                               absl::Nanoseconds(result.retry_after().nanos());
  if (asked <= absl::ZeroDuration()) return kDefaultRetry;
  return std::min(asked, absl::Hours(1));
}

bool IsAbout(const audit::v1::Record& record, const store::Exchange& exchange) {
  return record.exchange_from() == exchange.name.from &&
         record.exchange_id() == exchange.name.id.raw() &&
         record.statement_digest() == exchange.digest.raw();
}

// The record that an outward code must be proved by.
bool Proves(const audit::v1::Record& record, Outward::Code code, const store::Exchange& exchange) {
  switch (code) {
    case Outward::ACCEPTED:
      return record.event() == audit::v1::RECEIVED && IsAbout(record, exchange);
    case Outward::REFUSED:
    case Outward::EXPIRED:
      return record.event() == audit::v1::DENIED_IN && IsAbout(record, exchange);
    default:
      // NOT_AUTHENTIC, TOO_LARGE: the partner could not tell which message it was.
      return record.event() == audit::v1::REJECTED;
  }
}

store::Advance ChangeFor(const store::Exchange& exchange, audit::v1::Event event,
                         Outward::Code code) {
  store::Advance change = StepOf(exchange, event);
  change.from = {desk::v1::QUEUED, desk::v1::EXPIRED};
  change.record.record.set_outward(code);
  return change;
}

}  // namespace

absl::StatusOr<Settlement> SettlementOf(const store::Exchange& exchange,
                                        const exchange::v1::DeliverResult& result,
                                        const audit::Checkpoint& head, std::string_view note,
                                        std::string_view own_agency) {
  const Outward::Code code = result.code();
  if (code == Outward::TRY_AGAIN || code == Outward::OUTWARD_UNSPECIFIED || !result.has_receipt()) {
    return Settlement{std::nullopt, RetryAfter(result)};
  }
  const absl::StatusOr<audit::ProvenRecord> proven = audit::VerifyReceipt(result.receipt(), head);
  if (!proven.ok()) return MakeError(Reason::kBadReceipt, "the partner's receipt does not hold");
  const audit::v1::Record& record = proven->record();
  if (record.partner() != own_agency || !Proves(record, code, exchange)) {
    return MakeError(Reason::kBadReceipt, "the partner's receipt is not of this message");
  }
  Settlement settlement;
  settlement.change = ChangeFor(
      exchange, code == Outward::ACCEPTED ? audit::v1::DELIVERED : audit::v1::REFUSED, code);
  *settlement.change->record.record.mutable_peer_receipt() = proven->Identity();
  audit::v1::Receipt kept = result.receipt();
  kept.set_checkpoint(std::string(note));
  settlement.change->peer_receipt = kept.SerializeAsString();
  return settlement;
}

}  // namespace liaison::outbox
