#include "daemon/inbox/replies.h"

#include <optional>
#include <string>
#include <string_view>

#include "daemon/base/error.h"
#include "daemon/payload/reply_rules.h"

namespace liaison::inbox {
namespace {

absl::StatusOr<std::optional<payload::Replied>> RepliedBy(const exchange::v1::Statement& statement,
                                                          store::Reader& reader) {
  const exchange::v1::ExchangeRef& ref = statement.in_reply_to();
  const absl::StatusOr<base::ExchangeId> id = base::ExchangeId::FromRaw(ref.exchange_id());
  if (!id.ok()) return std::nullopt;
  const absl::StatusOr<store::Exchange> exchange = reader.Find({ref.from(), *id});
  if (absl::IsNotFound(exchange.status())) return std::nullopt;
  if (!exchange.ok()) return exchange.status();
  const bool exchanged =
      exchange->partner == statement.from() && exchange->state != desk::v1::DENIED;
  if (!exchanged) return std::nullopt;
  return payload::Replied{exchange->type, exchange->direction == store::Direction::kIn};
}

}  // namespace

absl::Status CheckReply(const exchange::v1::Statement& statement, store::Reader& reader) {
  // Most types may stand alone: they cost no look-up.
  if (payload::ReplyFault(statement.type(), std::nullopt).empty()) return absl::OkStatus();
  const absl::StatusOr<std::optional<payload::Replied>> replied = RepliedBy(statement, reader);
  if (!replied.ok()) return replied.status();
  const std::string_view fault = payload::ReplyFault(statement.type(), *replied);
  if (fault.empty()) return absl::OkStatus();
  base::ErrorText error;
  error.reason = base::Reason::kValidationFailed;
  error.message = "a reply to something else than its type asks for";
  error.fields = {{"in_reply_to", "REPLY", std::string(fault)}};
  return base::MakeError(error);
}

}  // namespace liaison::inbox
