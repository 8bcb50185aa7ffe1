#include "daemon/outbox/recall_chain.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/base/log.h"
#include "daemon/crypto/digest.h"
#include "daemon/journal/onward_copies.h"
#include "daemon/journal/recalls.h"

namespace liaison::outbox {
namespace {

using base::Log;
using base::LogLevel;

constexpr absl::Duration kLookBack = absl::Hours(1);
constexpr size_t kPage = 256;

// Of the fields at fault those that the copy has; nullopt when it has none of them.
std::optional<payload::v1::Recall> OfCopy(const payload::v1::Recall& says,
                                          const std::vector<std::string>& paths) {
  payload::v1::Recall recall;
  recall.set_reason(says.reason());
  for (const std::string& field : says.fields()) {
    payload::v1::Recall alone;
    alone.add_fields(field);
    const bool there = std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
      return journal::TakesBack(alone, path);
    });
    if (there) recall.add_fields(field);
  }
  if (recall.fields().empty() && !says.fields().empty()) return std::nullopt;
  return recall;
}

}  // namespace

absl::Status RecallChain::Step() {
  const absl::Time began = parts_.clock.Now();
  if (absl::Status counted = Count(); !counted.ok()) return counted;
  const absl::StatusOr<std::vector<store::Exchange>> recalls = Came();
  if (!recalls.ok()) return recalls.status();
  for (const store::Exchange& recall : *recalls) {
    if (absl::Status passed = PassOn(recall); !passed.ok()) return passed;
  }
  done_ = began;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<store::Exchange>> RecallChain::Came() {
  store::ExchangeFilter filter;
  filter.direction = store::Direction::kIn;
  filter.types = {payload::v1::RECALL};
  filter.states = {desk::v1::NEW, desk::v1::READ, desk::v1::ANSWERED};
  filter.limit = kPage;
  filter.since = done_ - kLookBack;
  std::vector<store::Exchange> came;
  do {
    auto page = parts_.journal.reader().List(filter);
    if (!page.ok()) return page.status();
    std::move(page->first.begin(), page->first.end(), std::back_inserter(came));
    filter.before_row = page->second;
  } while (filter.before_row != 0);
  return came;
}

absl::Status RecallChain::PassOn(const store::Exchange& recall) {
  if (!recall.in_reply_to) return absl::OkStatus();
  const absl::StatusOr<std::vector<store::Exchange>> holders =
      journal::OnwardCopiesOf(*recall.in_reply_to, parts_.journal.reader());
  if (!holders.ok()) return holders.status();
  if (holders->empty()) return absl::OkStatus();
  const absl::StatusOr<payload::v1::Recall> says =
      journal::ReadRecall(recall, parts_.journal.reader(), parts_.at_rest);
  if (!says.ok()) return says.status();
  for (const store::Exchange& copy : *holders) {
    if (absl::Status sent = Submit(recall, *says, copy); !sent.ok()) return sent;
  }
  return absl::OkStatus();
}

absl::Status RecallChain::Submit(const store::Exchange& recall, const payload::v1::Recall& says,
                                 const store::Exchange& copy) {
  const auto paths = journal::PathsOf(copy, parts_.journal.reader(), parts_.at_rest);
  if (!paths.ok()) return paths.status();
  const std::optional<payload::v1::Recall> of_copy = OfCopy(says, *paths);
  if (!of_copy) return absl::OkStatus();
  desk::v1::Draft draft;
  draft.add_to(copy.partner);
  draft.set_in_reply_to(copy.name.Text());
  *draft.mutable_payload()->mutable_recall() = *of_copy;
  Submitter daemon{"liaisond", "", policy::v1::Rule::SYSTEM};
  daemon.is_daemon = true;
  const std::string key = absl::StrCat(
      "recall/",
      crypto::Sha256({recall.name.from, "/", recall.name.id.raw(), copy.name.id.raw()}).hex());
  const auto results = parts_.outbox.Submit(daemon, draft, key);
  const bool gone = !results.ok() && !base::IsRetryable(results.status());
  if (!results.ok() && !gone) return results.status();
  if (!gone && results->front().state() != desk::v1::DENIED) return absl::OkStatus();
  // Nothing more can be done here; people must.
  if (stuck_.emplace(recall.name, copy.name).second) {
    Log(LogLevel::kError, "recall not passed on",
        {{"recall", recall.name.id.hex()}, {"from", recall.name.from}, {"to", copy.partner}});
  }
  parts_.metrics.Set("liaison_recalls_not_passed_on", static_cast<double>(stuck_.size()));
  return absl::OkStatus();
}

// For operators: who has not answered.
absl::Status RecallChain::Count() {
  const absl::StatusOr<journal::Unconfirmed> unconfirmed =
      journal::UnconfirmedRecalls(parts_.journal.reader(), parts_.clock.Now());
  if (!unconfirmed.ok()) return unconfirmed.status();
  parts_.metrics.Set("liaison_recalls_unconfirmed", static_cast<double>(unconfirmed->waiting));
  parts_.metrics.Set("liaison_recalls_overdue", static_cast<double>(unconfirmed->overdue));
  return absl::OkStatus();
}

void RecallChain::Await(absl::Duration most) {
  base::MutexLock lock(mu_);
  if (!woken_ && most > absl::ZeroDuration()) wake_.WaitFor(mu_, most);
  woken_ = false;
}

void RecallChain::Wake() {
  {
    base::MutexLock lock(mu_);
    woken_ = true;
  }
  wake_.NotifyOne();
}

}  // namespace liaison::outbox
