#include "daemon/inbox/recalls.h"

#include <string>

#include "daemon/base/error.h"

namespace liaison::inbox {
namespace {

using base::Reason;

absl::Status UnknownMessage() {
  base::ErrorText error;
  error.reason = Reason::kBodyMismatch;
  error.message = "it is about no message that was exchanged";
  error.fields = {{"in_reply_to", "UNKNOWN_MESSAGE", "name a message between the two agencies"}};
  return base::MakeError(error);
}

bool IsAboutRecalls(payload::v1::MessageType type) {
  return type == payload::v1::RECALL || type == payload::v1::RECALL_CONFIRMATION;
}

}  // namespace

absl::Status CheckRecall(const message::VerifiedMessage& message, std::string_view own,
                         store::Reader& reader) {
  const exchange::v1::Statement& statement = message.statement();
  if (!IsAboutRecalls(statement.type())) return absl::OkStatus();
  const bool recall = statement.type() == payload::v1::RECALL;
  const exchange::v1::ExchangeRef& ref = statement.in_reply_to();
  const absl::StatusOr<base::ExchangeId> id = base::ExchangeId::FromRaw(ref.exchange_id());
  const std::string whose(recall ? std::string_view(statement.from()) : own);
  if (!id.ok()) return UnknownMessage();
  const absl::StatusOr<store::Exchange> found = reader.Find({whose, *id});
  if (absl::IsNotFound(found.status())) return UnknownMessage();
  if (!found.ok()) return absl::InternalError(found.status().message());
  const bool named = ref.from() == whose && found->partner == statement.from() &&
                     found->state != desk::v1::DENIED &&
                     found->digest.raw() == ref.statement_digest() &&
                     found->conversation.raw() == statement.conversation();
  const bool fits = recall ? !IsAboutRecalls(found->type) : found->type == payload::v1::RECALL;
  return named && fits ? absl::OkStatus() : UnknownMessage();
}

}  // namespace liaison::inbox
