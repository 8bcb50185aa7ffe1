#include "daemon/outbox/onward_notices.h"

#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/base/log.h"
#include "daemon/journal/onward_copies.h"

namespace liaison::outbox {
namespace {

using base::Log;
using base::LogLevel;

constexpr size_t kPage = 256;

bool HasArrived(const store::Exchange& item) {
  return item.state == desk::v1::DELIVERED || item.state == desk::v1::ANSWERED;
}

// It carries nothing of any person, so it needs no more than its original had.
desk::v1::Draft NoticeOf(const store::Exchange& item, const exchange::v1::Statement& original) {
  desk::v1::Draft draft;
  draft.add_to(original.from());
  draft.set_in_reply_to(
      absl::StrCat(original.from(), "/", absl::BytesToHexString(original.exchange_id())));
  draft.set_urgency(payload::v1::Urgency::U4);
  *draft.mutable_purposes() = original.purposes();
  draft.set_agreement_id(original.agreement_id());
  draft.mutable_handling()->set_tlp(payload::v1::Tlp::AMBER_STRICT);
  draft.mutable_handling()->set_code(payload::v1::HandlingCode::P);
  draft.set_exercise(original.exercise());
  payload::v1::OnwardSharingNotice& notice =
      *draft.mutable_payload()->mutable_onward_sharing_notice();
  notice.set_agency(item.partner);
  notice.set_item(item.name.id.hex());
  return draft;
}

}  // namespace

absl::Status OnwardNotices::Step() {
  int64_t after = 0;
  do {
    auto page = parts_.journal.reader().AllPassedOn(after, kPage);
    if (!page.ok()) return page.status();
    for (const store::Exchange& item : page->first) {
      if (!HasArrived(item) || done_.contains(item.name)) continue;
      if (absl::Status told = Tell(item); !told.ok()) return told;
    }
    after = page->second;
  } while (after != 0);
  return absl::OkStatus();
}

absl::Status OnwardNotices::Tell(const store::Exchange& item) {
  const absl::StatusOr<exchange::v1::Statement> original =
      journal::OriginalOf(item, parts_.journal.reader(), parts_.at_rest);
  if (!original.ok()) return original.status();
  Submitter daemon{"liaisond", "", policy::v1::Rule::SYSTEM};
  daemon.is_daemon = true;
  const auto results = parts_.outbox.Submit(daemon, NoticeOf(item, *original),
                                            absl::StrCat("onward/", item.name.id.hex()));
  const bool gone = !results.ok() && !base::IsRetryable(results.status());
  if (!results.ok() && !gone) return results.status();
  done_.insert(item.name);
  if (!gone && results->front().state() != desk::v1::DENIED) return absl::OkStatus();
  Log(LogLevel::kError, "originator not told",
      {{"exchange", item.name.id.hex()}, {"originator", original->from()}});
  parts_.metrics.Set("liaison_onward_notices_not_sent", ++not_told_);
  return absl::OkStatus();
}

}  // namespace liaison::outbox
