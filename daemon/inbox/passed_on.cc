// Mailbox::FillPassedOn: which third agencies hold the message.
#include "absl/strings/str_cat.h"
#include "daemon/inbox/mailbox.h"
#include "daemon/journal/onward_copies.h"
#include "daemon/journal/replies.h"

namespace liaison::inbox {
namespace {

void Add(const store::Exchange& recorded, desk::v1::OnwardCopy copy,
         desk::v1::ShownMessage& shown) {
  copy.mutable_recorded()->set_seconds(absl::ToUnixSeconds(recorded.recorded));
  *shown.add_passed_on() = std::move(copy);
}

}  // namespace

// Of ours: what its receivers told us.
absl::Status Mailbox::FillTold(const store::Exchange& exchange, desk::v1::ShownMessage& shown) {
  store::Reader& reader = parts_.journal.reader();
  const absl::StatusOr<std::vector<store::Exchange>> notices =
      journal::RepliesThatCount(exchange, payload::v1::ONWARD_SHARING_NOTICE, reader);
  if (!notices.ok()) return notices.status();
  for (const store::Exchange& notice : *notices) {
    const absl::StatusOr<payload::v1::Payload> payload =
        journal::PayloadOf(notice.name, reader, parts_.at_rest);
    if (!payload.ok()) return payload.status();
    const payload::v1::OnwardSharingNotice& says = payload->onward_sharing_notice();
    desk::v1::OnwardCopy copy;
    copy.set_agency(says.agency());
    copy.set_item(absl::StrCat(notice.partner, "/", says.item()));
    copy.set_notice(notice.name.Text());
    Add(notice, std::move(copy), shown);
  }
  return absl::OkStatus();
}

absl::Status Mailbox::FillPassedOn(const store::Exchange& exchange, desk::v1::ShownMessage& shown) {
  if (exchange.direction == store::Direction::kOut) return FillTold(exchange, shown);
  const absl::StatusOr<std::vector<store::Exchange>> items =
      journal::OnwardCopiesOf(exchange.name, parts_.journal.reader());
  if (!items.ok()) return items.status();
  for (const store::Exchange& item : *items) {
    desk::v1::OnwardCopy copy;
    copy.set_agency(item.partner);
    copy.set_item(item.name.Text());
    copy.set_state(item.state);
    Add(item, std::move(copy), shown);
  }
  return absl::OkStatus();
}

}  // namespace liaison::inbox
