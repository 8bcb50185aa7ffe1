#include "daemon/outbox/recheck.h"

#include <algorithm>
#include <utility>

#include "daemon/base/error.h"
#include "daemon/journal/duties.h"
#include "daemon/message/message.h"
#include "daemon/outbox/agreements.h"
#include "daemon/outbox/forward.h"
#include "daemon/outbox/opening.h"
#include "daemon/outbox/view.h"
#include "daemon/policy/report.h"

namespace liaison::outbox {
namespace {

// Agreements and consents begin and end at midnight somewhere, and all time zones are whole
// quarters of an hour apart: within a quarter time alone changes no decision.
absl::Time QuarterOf(absl::Time time) {
  constexpr int64_t kQuarter = 15 * 60;
  return absl::FromUnixSeconds(absl::ToUnixSeconds(time) / kQuarter * kQuarter);
}

// The store failed, or what is kept does not hold: no reason to deny.
absl::Status NotDecided(const absl::Status& status) {
  if (!base::GetReason(status)) return status;
  return base::MakeError(base::Reason::kVerificationFailed,
                         "what is kept of the message cannot be decided again");
}

absl::Status DenyTakenBack(const partners::Registry& registry,
                           const exchange::v1::Statement& statement, Again& again) {
  policy::Decision decision;
  decision.step = policy::Step::kLabels;
  decision.rules = {"builtin:D-15"};
  decision.missing = "what it passes on was taken back, or the permission for it was ended";
  again = AgainOf(std::move(decision), {}, partners::InForceOf(registry), statement);
  return policy::ToStatus(policy::ToDesk(again.opening));
}

}  // namespace

struct Recheck::Waiting {
  const partners::Registry& registry;
  const partners::Partner& partner;
  const store::Exchange& exchange;
  const exchange::v1::Envelope& envelope;
  const store::v1::KeptDraft& draft;
  uint32_t releases = 0;  // persons other than the submitter who agreed
};

void Recheck::Begin(const partners::Registry& registry) {
  const absl::Time quarter = QuarterOf(parts_.clock.Now());
  const bool changed = under_ != registry.snapshot_digest() || quarter_ != quarter;
  if (changed || allowed_.size() >= registry.agency().limits().courier_window()) allowed_.clear();
  under_ = registry.snapshot_digest();
  quarter_ = quarter;
}

bool Recheck::IsDue(const store::Exchange& exchange) const {
  // What is opened or passed on may have been taken back a moment ago.
  const bool discloses_again =
      exchange.type == payload::v1::FIELD_OPENING || exchange.type == payload::v1::FORWARDED_ITEM;
  if (discloses_again) return true;
  const bool decided = exchange.decided_under == under_ && QuarterOf(exchange.created) == quarter_;
  return !decided && !allowed_.contains(exchange.name);
}

absl::StatusOr<bool> Recheck::MayGo(const partners::Registry& registry,
                                    const partners::Partner& partner,
                                    const store::Exchange& exchange,
                                    const journal::OpenedBody& body) {
  if (!body.draft) {
    return base::MakeError(base::Reason::kVerificationFailed,
                           "the draft of a message of ours is not kept");
  }
  const absl::StatusOr<std::vector<std::string>> agreed =
      ReadAgreements({parts_.journal, parts_.at_rest, mac_key_}, exchange);
  if (!agreed.ok()) return agreed.status();
  store::v1::KeptDraft draft = *body.draft;
  const StillMay may = StillMayOf(
      registry.agency(), mac_key_,
      {exchange.submitter, exchange.type, draft.role(), !draft.derogations().empty()}, *agreed);
  draft.set_role(may.role);
  Again again;
  const absl::Status decided =
      Decide({registry, partner, exchange, body.envelope, draft, may.releases()}, again);
  if (again.opening.outcome().empty()) return NotDecided(decided);
  if (!decided.ok()) {
    const absl::Status denied =
        DenyQueued(exchange, std::move(again.opening), "it was decided again", parts_);
    if (!denied.ok()) return denied;
    return false;
  }
  if (again.notice) {
    if (absl::Status told = Notify(exchange, again.opening); !told.ok()) return told;
  }
  allowed_.insert(exchange.name);
  return true;
}

absl::Status Recheck::Decide(const Waiting& waiting, Again& again) const {
  const absl::Time now = parts_.clock.Now();
  if (waiting.exchange.type == payload::v1::FIELD_OPENING) {
    return DecideOpeningAgain(
        {waiting.registry, waiting.partner, waiting.draft.role(), now, waiting.releases},
        waiting.envelope, {parts_.journal.reader(), parts_.at_rest}, again);
  }
  if (waiting.exchange.type == payload::v1::FORWARDED_ITEM) {
    const absl::StatusOr<message::StoredBody> body = message::ReadStored(waiting.envelope);
    if (!body.ok()) return body.status();
    const absl::StatusOr<bool> back =
        IsTakenBack(body->merged.payload.forwarded_item(), {waiting.exchange.partner},
                    parts_.journal.reader(), parts_.at_rest);
    if (!back.ok()) return back.status();
    if (*back) return DenyTakenBack(waiting.registry, body->statement, again);
  }
  return DecideAgain(
      {waiting.registry, waiting.partner, waiting.envelope, waiting.draft, waiting.releases, now},
      again);
}

absl::Status Recheck::Notify(const store::Exchange& exchange,
                             const audit::v1::DecisionOpening& decision) {
  const absl::StatusOr<std::vector<store::StoredRecord>> records =
      parts_.journal.reader().RecordsOf(exchange.name);
  if (!records.ok()) return records.status();
  const bool shown = std::any_of(
      records->begin(), records->end(),
      [](const store::StoredRecord& record) { return record.event == audit::v1::NOTICE; });
  if (shown) return absl::OkStatus();
  absl::StatusOr<store::RecordDraft> notice =
      journal::NoticeOf(exchange, Daemon(), decision, parts_.at_rest, parts_.clock.Now());
  if (!notice.ok()) return notice.status();
  store::Append append;
  append.record = *std::move(notice);
  return parts_.journal.Commit({std::move(append)}).status();
}

}  // namespace liaison::outbox
