// Mailbox::FillRecalled: whether the sender took the message back, and what came of that.
#include <utility>

#include "daemon/inbox/mailbox.h"
#include "daemon/journal/recalls.h"

namespace liaison::inbox {

absl::Status Mailbox::FillRecalled(const store::Exchange& exchange, desk::v1::ShownMessage& shown) {
  store::Reader& reader = parts_.journal.reader();
  const absl::StatusOr<std::vector<journal::KnownRecall>> recalls =
      journal::ReadRecallsOf(exchange, reader, parts_.at_rest);
  if (!recalls.ok()) return recalls.status();
  const journal::KnownRecall* recall = journal::TheOneThatHolds(*recalls);
  if (recall == nullptr) return absl::OkStatus();
  desk::v1::Recalled& recalled = *shown.mutable_recalled();
  recalled.set_id(recall->exchange.name.Text());
  recalled.set_reason(recall->says.reason());
  *recalled.mutable_fields() = recall->says.fields();
  const absl::StatusOr<std::optional<absl::Time>> by = journal::ConfirmBy(recall->exchange, reader);
  if (!by.ok()) return by.status();
  if (*by) recalled.mutable_confirm_by()->set_seconds(absl::ToUnixSeconds(**by));
  const absl::StatusOr<std::optional<journal::KnownConfirmation>> confirmation =
      journal::ConfirmationOf(recall->exchange, reader, parts_.at_rest);
  if (!confirmation.ok()) return confirmation.status();
  if (!*confirmation) return absl::OkStatus();
  recalled.set_confirmation((*confirmation)->name.Text());
  recalled.set_action((*confirmation)->says.action());
  recalled.mutable_confirmed()->set_seconds(absl::ToUnixSeconds((*confirmation)->recorded));
  recalled.set_confirmations(static_cast<uint32_t>((*confirmation)->among));
  return absl::OkStatus();
}

}  // namespace liaison::inbox
