#include "daemon/outbox/holds.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/base/log.h"
#include "daemon/journal/bodies.h"
#include "daemon/journal/duties.h"
#include "daemon/journal/reason.h"
#include "daemon/outbox/agreements.h"
#include "daemon/outbox/framing.h"
#include "daemon/outbox/outcomes.h"
#include "daemon/outbox/preview.h"
#include "daemon/outbox/queued.h"
#include "daemon/outbox/sealing.h"

namespace liaison::outbox {
namespace {

using base::MakeError;
using base::Reason;
using Kind = store::Outcome::Kind;

constexpr int kMostDecisions = 3;
constexpr size_t kMostLapsedAtOnce = 256;

absl::Status CheckRequest(const desk::v1::ReleaseRequest& request) {
  if (!base::ParseDigest(request.view_digest()).ok()) {
    return base::FieldError(
        {"viewDigest", "REQUIRED", "write the viewDigest of what was shown to you"});
  }
  const auto fault = journal::ReasonFault(request.reason());
  return fault ? base::FieldError(*fault) : absl::OkStatus();
}

absl::Status Lapsed() {
  return MakeError(Reason::kWrongState, "the time to release the message has passed",
                   "send it again");
}

absl::Status SamePerson(bool submitter) {
  return MakeError(Reason::kPolicyDenied,
                   submitter ? "who submits a message does not release it"
                             : "you have released this message already",
                   "ask another person who may release it");
}

// Who releases a draft: as what they act on it.
absl::StatusOr<Submitter> ActingOn(const desk::v1::Draft& draft, Submitter person) {
  if (draft.derogations().empty()) {
    person.is_supervisor = false;
    if (person.role == policy::v1::Rule::RELEASER) return person;
    return MakeError(Reason::kRoleMissing, "this needs the role releaser",
                     "use a context of a person with that role");
  }
  if (person.is_supervisor) return person;
  return MakeError(Reason::kRoleMissing,
                   absl::StrCat("this needs the role supervisor: rule ",
                                draft.derogations(0).rule(), " is to be set aside"),
                   "use a context of a person with that role");
}

absl::Status NotShown(std::string_view what) {
  return MakeError(
      Reason::kPolicyDenied, what,
      "look at it with `liaison message show --reveal`, and release it when you agree");
}

void FillRecord(const store::Exchange& exchange, audit::v1::Event event,
                store::RecordDraft& draft) {
  const bool told = event == audit::v1::SENT || event == audit::v1::DENIED_OUT;
  draft.log = told ? audit::v1::EXCHANGE : audit::v1::DESK;
  draft.record.set_event(event);
  draft.record.set_exchange_from(exchange.name.from);
  draft.record.set_exchange_id(std::string(exchange.name.id.raw()));
  draft.record.set_partner(exchange.partner);
}

// The earlier of what was promised when it was held and what policy says now.
absl::Time LapsesAt(const store::Exchange& exchange, const View& view) {
  if (!view.release) return exchange.respond_by;
  return std::min(exchange.respond_by, exchange.created + view.release->within);
}

uint32_t PersonsFor(const View& view) {
  if (view.denied()) return 0;
  return view.release ? view.release->persons : 1;
}

void SetTime(absl::Time time, google::protobuf::Timestamp& stamp) {
  const int64_t millis = absl::ToUnixMillis(time);
  stamp.set_seconds(millis / 1000);
  stamp.set_nanos(static_cast<int32_t>(millis % 1000) * 1'000'000);
}

absl::Status FillPartnersView(const HeldView& seen, store::Reader& reader,
                              desk::v1::ShownMessage& shown) {
  View view = seen.view;
  // Its submission was the attempt that quotas count.
  absl::StatusOr<desk::v1::Preview> preview = PreviewOf(seen.statement.to(), {}, reader, view);
  if (!preview.ok()) return preview.status();
  if (preview->has_view()) *shown.mutable_payload() = std::move(*preview->mutable_view());
  *shown.mutable_decision() = std::move(*preview->mutable_decision());
  for (const std::string& path : preview->withheld()) shown.add_withheld()->set_path(path);
  *shown.mutable_changed() = std::move(*preview->mutable_changed());
  return absl::OkStatus();
}

}  // namespace

// A held draft as it stands, and what of it would go.
struct Holds::Standing {
  std::shared_ptr<const partners::Registry> registry;
  store::Exchange exchange;
  store::v1::KeptHeld held;
  std::vector<std::string> agreed;  // names, the submitter first
  StillMay may;                     // of them, by now
  HeldView seen;
};

absl::StatusOr<store::v1::KeptHeld> Holds::OpenDraft(const store::ExchangeName& name) {
  const absl::StatusOr<store::StoredBody> stored = parts_.journal.reader().Body(name);
  if (!stored.ok()) return stored.status();
  absl::StatusOr<store::v1::KeptHeld> held = journal::OpenHeld(name, *stored, parts_.at_rest);
  if (held.ok()) return held;
  // Released or ended since the row was read: something else stands there.
  const absl::StatusOr<store::Exchange> now = parts_.journal.reader().Find(name);
  if (!now.ok()) return now.status();
  if (now->state != desk::v1::HELD) return WrongState(name);
  return held.status();
}

absl::StatusOr<Holds::Standing> Holds::Look(const store::Exchange& exchange, uint32_t more) {
  Standing standing{parts_.snapshots.Current(), exchange, {}, {}, {}, {}};
  absl::StatusOr<store::v1::KeptHeld> held = OpenDraft(exchange.name);
  if (!held.ok()) return held.status();
  standing.held = *std::move(held);
  absl::StatusOr<std::vector<std::string>> agreed =
      ReadAgreements({parts_.journal, parts_.at_rest, parts_.mac_key}, exchange);
  if (!agreed.ok()) return agreed.status();
  if (agreed->empty() || agreed->front() != standing.held.submitter()) {
    return MakeError(Reason::kVerificationFailed, "no record says who submitted a held draft",
                     "run `liaison audit verify --full`");
  }
  standing.agreed = *std::move(agreed);
  standing.may = StillMayOf(standing.registry->agency(), parts_.mac_key,
                            {exchange.submitter, exchange.type, standing.held.role(),
                             !standing.held.draft().derogations().empty()},
                            standing.agreed);
  standing.held.set_role(standing.may.role);
  absl::StatusOr<HeldView> seen =
      ViewHeld({*standing.registry, parts_.journal.reader(), parts_.at_rest, parts_.mac_key,
                exchange, standing.held, standing.may.releases() + more, parts_.clock.Now()});
  if (!seen.ok()) return seen.status();
  standing.seen = *std::move(seen);
  return standing;
}

absl::Status Holds::Show(const store::Exchange& exchange, desk::v1::ShownMessage& shown) {
  absl::StatusOr<Standing> standing = Look(exchange, 0);
  if (!standing.ok()) return standing.status();
  const HeldView& seen = standing->seen;
  const absl::Status filled = FillPartnersView(seen, parts_.journal.reader(), shown);
  if (!filled.ok()) return filled;
  *shown.mutable_statement() = seen.statement;
  desk::v1::Held& held = *shown.mutable_held();
  held.set_persons(PersonsFor(seen.view));
  held.add_agreed(standing->agreed.front());
  for (std::string& name : standing->may.releasers) held.add_agreed(std::move(name));
  SetTime(LapsesAt(exchange, seen.view), *held.mutable_lapses());
  held.set_view_digest(seen.digest.hex());
  *held.mutable_derogations() = seen.draft.derogations();
  return absl::OkStatus();
}

absl::Time Holds::ReleasableUntil(const store::Exchange& held) {
  const absl::StatusOr<Standing> standing = Look(held, 0);
  return standing.ok() ? LapsesAt(held, standing->seen.view) : held.respond_by;
}

absl::StatusOr<desk::v1::ReleaseResponse> Holds::Release(const Submitter& person,
                                                         const store::ExchangeName& name,
                                                         const desk::v1::ReleaseRequest& request) {
  if (absl::Status valid = CheckRequest(request); !valid.ok()) return valid;
  absl::StatusOr<desk::v1::ReleaseResponse> released = TryRelease(person, name, request);
  const std::optional<Reason> why = base::GetReason(released.status());
  if (why != Reason::kPolicyDenied && why != Reason::kRoleMissing) return released;
  const absl::Status recorded = RecordRefused(person, name, released.status());
  if (!recorded.ok()) return recorded;
  return released;
}

absl::Status Holds::RecordRefused(const Submitter& person, const store::ExchangeName& name,
                                  const absl::Status& why) {
  const absl::StatusOr<store::Exchange> exchange = parts_.journal.reader().Find(name);
  if (!exchange.ok()) return exchange.status();
  store::Append append;
  FillRecord(*exchange, audit::v1::CALLER_REFUSED, append.record);
  journal::Openings openings;
  openings.decision.set_outcome("DENY");
  openings.decision.set_reason(std::string(base::ReasonName(*base::GetReason(why))));
  openings.actor = ActorOf(person);
  openings.actor.set_detail(absl::StrCat("release refused: ", std::string(why.message())));
  const absl::Status attached =
      journal::Attach(openings, parts_.at_rest, parts_.clock.Now(), append.record);
  if (!attached.ok()) return attached;
  return parts_.journal.Commit({std::move(append)}).status();
}

absl::StatusOr<desk::v1::ReleaseResponse> Holds::TryRelease(
    const Submitter& person, const store::ExchangeName& name,
    const desk::v1::ReleaseRequest& request) {
  for (int attempt = 0; attempt < kMostDecisions; ++attempt) {
    const absl::StatusOr<store::Exchange> exchange = FindFor(person, name);
    if (!exchange.ok()) return exchange.status();
    const absl::StatusOr<Standing> standing = Look(*exchange, 1);
    if (!standing.ok()) return standing.status();
    const absl::StatusOr<Submitter> acting = ActingOn(standing->held.draft(), person);
    if (!acting.ok()) return acting.status();
    if (absl::Status seen = CheckSeen(person, *standing, request); !seen.ok()) return seen;
    const bool goes = !standing->seen.view.denied();
    if (absl::Status stands = goes ? CheckStands(*standing) : absl::OkStatus(); !stands.ok()) {
      return stands;
    }
    const absl::StatusOr<store::Outcome> outcome =
        goes ? Agree(*acting, *standing, request.reason()) : Deny(*acting, *standing);
    if (!outcome.ok()) return outcome.status();
    if (outcome->kind == Kind::kStale) continue;
    if (outcome->kind == Kind::kWrongState) return WrongState(name);
    if (outcome->kind == Kind::kSamePerson) return SamePerson(false);
    return ToResponse(*standing, *outcome);
  }
  return ChangedTooOften();
}

absl::StatusOr<store::Exchange> Holds::FindFor(const Submitter& person,
                                               const store::ExchangeName& name) {
  absl::StatusOr<store::Exchange> exchange = parts_.journal.reader().Find(name);
  if (!exchange.ok()) return exchange.status();
  if (exchange->state != desk::v1::HELD) return WrongState(name);
  const base::Digest mark = MarkOf(parts_.mac_key, person.name);
  if (mark == exchange->submitter) return SamePerson(true);
  const absl::StatusOr<std::vector<store::Agreement>> agreements =
      parts_.journal.reader().Agreements(name);
  if (!agreements.ok()) return agreements.status();
  for (const store::Agreement& one : *agreements) {
    if (one.person == mark) return SamePerson(false);
  }
  // Whoever looks first ends it; the writer refuses what is late in any case.
  if (exchange->respond_by > parts_.clock.Now()) return exchange;
  if (const absl::StatusOr<size_t> ended = Lapse(); !ended.ok()) return ended.status();
  return Lapsed();
}

absl::StatusOr<std::vector<journal::Openings>> Holds::OpeningsOf(const store::ExchangeName& name,
                                                                 audit::v1::Event event) {
  const absl::StatusOr<std::vector<store::StoredRecord>> records =
      parts_.journal.reader().RecordsOf(name);
  if (!records.ok()) return records.status();
  std::vector<journal::Openings> all;
  for (const store::StoredRecord& record : *records) {
    if (record.event != event) continue;
    absl::StatusOr<journal::Openings> openings = journal::Open(record, parts_.at_rest);
    if (!openings.ok()) return openings.status();
    all.push_back(*std::move(openings));
  }
  return all;
}

absl::Status Holds::CheckSeen(const Submitter& person, const Standing& standing,
                              const desk::v1::ReleaseRequest& request) {
  const base::Digest& view = standing.seen.digest;
  const auto readers = OpeningsOf(standing.exchange.name, audit::v1::READ);
  if (!readers.ok()) return readers.status();
  const auto read = [&](const journal::Openings& one) { return one.actor.name() == person.name; };
  const auto read_this = [&](const journal::Openings& one) {
    return read(one) && one.actor.view_digest() == view.hex();
  };
  if (std::none_of(readers->begin(), readers->end(), read)) {
    return NotShown("the message was not shown to you");
  }
  if (view.hex() != request.view_digest()) {
    return MakeError(Reason::kWrongState, "what would go has changed since it was shown to you",
                     "show the message again, and release it when you agree");
  }
  if (std::any_of(readers->begin(), readers->end(), read_this)) return absl::OkStatus();
  return NotShown("what would go was not shown to you as a whole");
}

absl::Status Holds::CheckStands(const Standing& standing) {
  if (parts_.clock.Now() >= LapsesAt(standing.exchange, standing.seen.view)) {
    return MakeError(Reason::kWrongState,
                     "the time in which it may be released is over under the policy in force",
                     "reject it with `liaison message reject`, and send it again");
  }
  const auto releasers = OpeningsOf(standing.exchange.name, audit::v1::RELEASED);
  if (!releasers.ok()) return releasers.status();
  for (const journal::Openings& releaser : *releasers) {
    if (releaser.actor.view_digest() == standing.seen.digest.hex()) continue;
    return MakeError(Reason::kWrongState,
                     "what would go has changed since another person released it",
                     "reject it with `liaison message reject`, and send it again");
  }
  return CheckCounted(standing);
}

absl::Status Holds::CheckCounted(const Standing& standing) {
  const auto held = OpeningsOf(standing.exchange.name, audit::v1::HELD);
  if (!held.ok()) return held.status();
  std::set<std::string> counted;
  for (const journal::Openings& one : *held) {
    for (std::string& quota : journal::QuotasCounted(one.decision))
      counted.insert(std::move(quota));
  }
  for (const policy::v1::Quota& quota : standing.seen.view.quotas) {
    if (counted.contains(quota.id())) continue;
    return MakeError(Reason::kWrongState,
                     absl::StrCat("policy counts it against quota ", quota.id(),
                                  " by now, which it was not counted against when it was drafted"),
                     "reject it with `liaison message reject`, and send it again");
  }
  return absl::OkStatus();
}

absl::Status Holds::WrongState(const store::ExchangeName& name) {
  const absl::StatusOr<store::Exchange> exchange = parts_.journal.reader().Find(name);
  if (!exchange.ok()) return exchange.status();
  if (exchange->state == desk::v1::HELD) return Lapsed();
  return MakeError(
      Reason::kWrongState,
      absl::StrCat("the message is not held: it is ", desk::v1::State_Name(exchange->state)),
      "see what waits with `liaison message list --box held`");
}

absl::StatusOr<store::Outcome> Holds::Agree(const Submitter& person, const Standing& standing,
                                            const std::string& reason) {
  const HeldView& seen = standing.seen;
  store::Release release;
  release.name = standing.exchange.name;
  release.person = MarkOf(parts_.mac_key, person.name);
  release.others = standing.agreed.size() - 1;
  release.decided_under = standing.registry->snapshot_digest();
  FillRecord(standing.exchange, audit::v1::RELEASED, release.record);
  journal::Openings openings{seen.view.opening, ActorOf(person, reason)};
  openings.actor.set_view_digest(seen.digest.hex());
  const absl::Status attached =
      journal::Attach(openings, parts_.at_rest, parts_.clock.Now(), release.record);
  if (!attached.ok()) return attached;
  if (seen.view.allowed()) {
    absl::StatusOr<store::Release::Sending> sending = Seal(person, standing);
    if (!sending.ok()) return sending.status();
    release.sending = *std::move(sending);
  }
  const bool urgent = standing.exchange.urgency == payload::v1::Urgency::U1;
  absl::StatusOr<std::unique_ptr<journal::Journal::Pending>> pending = parts_.journal.Begin(
      {std::move(release)}, urgent ? journal::Haste::kUrgent : journal::Haste::kRoutine);
  if (!pending.ok()) return pending.status();
  absl::StatusOr<std::vector<store::Outcome>> outcomes = (*pending)->Await();
  if (!outcomes.ok()) return outcomes.status();
  return std::move(outcomes->front());
}

absl::StatusOr<store::Release::Sending> Holds::Seal(const Submitter& person,
                                                    const Standing& standing) {
  const HeldView& seen = standing.seen;
  const desk::v1::Draft& draft = seen.draft;
  // What a draft must be can depend on who receives it, and that may have changed.
  const absl::Status valid = CheckDraft(draft, *standing.registry, standing.exchange.created);
  if (!valid.ok()) return valid;
  absl::StatusOr<store::SealedMessage> message = SealMessage(
      {seen.statement, seen.view, draft.payload(), standing.held.role(), parts_.message_key,
       parts_.at_rest, standing.registry->agency().limits().message_bytes(),
       partners::DerogationsOf(draft)});
  if (!message.ok()) return message.status();
  store::Release::Sending sending;
  sending.message = *std::move(message);
  FillRecord(standing.exchange, audit::v1::SENT, sending.record);
  sending.record.record.set_statement_digest(std::string(sending.message.digest.raw()));
  const absl::Status attached = journal::Attach({seen.view.opening, ActorOf(person)},
                                                parts_.at_rest, parts_.clock.Now(), sending.record);
  if (!attached.ok()) return attached;
  if (!seen.view.notice) return sending;
  absl::StatusOr<store::RecordDraft> notice = journal::NoticeOf(
      standing.exchange, ActorOf(person), seen.view.opening, parts_.at_rest, parts_.clock.Now());
  if (!notice.ok()) return notice.status();
  sending.notice = *std::move(notice);
  return sending;
}

absl::StatusOr<store::Advance> Holds::StepOf(const store::Exchange& exchange,
                                             audit::v1::Event event,
                                             const audit::v1::ActorOpening& actor,
                                             const audit::v1::DecisionOpening& decision) {
  store::Advance change;
  change.name = exchange.name;
  change.from = {desk::v1::HELD};
  FillRecord(exchange, event, change.record);
  const absl::Status attached =
      journal::Attach({decision, actor}, parts_.at_rest, parts_.clock.Now(), change.record);
  if (!attached.ok()) return attached;
  return change;
}

absl::StatusOr<store::Outcome> Holds::Deny(const Submitter& person, const Standing& standing) {
  absl::StatusOr<store::Advance> change =
      StepOf(standing.exchange, audit::v1::DENIED_OUT, ActorOf(person), standing.seen.view.opening);
  if (!change.ok()) return change.status();
  change->decided_under = standing.registry->snapshot_digest();
  absl::StatusOr<std::vector<store::Outcome>> outcomes =
      parts_.journal.Commit({*std::move(change)});
  if (!outcomes.ok()) return outcomes.status();
  return std::move(outcomes->front());
}

absl::StatusOr<desk::v1::ReleaseResponse> Holds::ToResponse(const Standing& standing,
                                                            const store::Outcome& outcome) {
  if (outcome.kind != Kind::kCommitted) {
    return absl::InternalError("the journal gave an outcome that a release cannot have");
  }
  const absl::StatusOr<journal::Proofs> proofs = parts_.journal.Prove(outcome.log, {outcome.index});
  if (!proofs.ok()) return proofs.status();
  const View& view = standing.seen.view;
  const bool denied = outcome.state == desk::v1::DENIED;
  desk::v1::ReleaseResponse response;
  response.set_id(standing.exchange.name.id.hex());
  response.set_state(outcome.state);
  response.set_agreed(1 + standing.may.releases() + (denied ? 0 : 1));
  response.set_persons(PersonsFor(view));
  *response.mutable_receipt() = proofs->receipts[0];
  response.mutable_receipt()->set_checkpoint(proofs->checkpoint);
  *response.mutable_decision() = view.decision;
  if (outcome.state != desk::v1::HELD) Count(standing.exchange, denied ? "denied" : "released");
  if (outcome.state == desk::v1::QUEUED) parts_.wake(standing.exchange.partner);
  return response;
}

absl::StatusOr<desk::v1::RejectResponse> Holds::Reject(const Submitter& person,
                                                       const store::ExchangeName& name,
                                                       const std::string& reason) {
  if (const auto fault = journal::NeededReasonFault(reason)) return base::FieldError(*fault);
  const absl::StatusOr<store::Exchange> exchange = parts_.journal.reader().Find(name);
  if (!exchange.ok()) return exchange.status();
  const bool own = MarkOf(parts_.mac_key, person.name) == exchange->submitter;
  if (!own && !person.is_supervisor && person.role != policy::v1::Rule::RELEASER) {
    return MakeError(Reason::kRoleMissing,
                     "this needs the role releaser or supervisor, or one's own message",
                     "use a context of a person with that role");
  }
  if (exchange->state != desk::v1::HELD) return WrongState(name);
  absl::StatusOr<store::Advance> change =
      StepOf(*exchange, audit::v1::REJECTED_BY, ActorOf(person, reason), {});
  if (!change.ok()) return change.status();
  const absl::StatusOr<std::vector<store::Outcome>> outcomes =
      parts_.journal.Commit({*std::move(change)});
  if (!outcomes.ok()) return outcomes.status();
  if (outcomes->front().kind != Kind::kCommitted) return WrongState(name);
  Count(*exchange, "rejected");
  desk::v1::RejectResponse response;
  response.set_id(name.id.hex());
  response.set_state(outcomes->front().state);
  return response;
}

absl::StatusOr<size_t> Holds::Lapse() {
  const absl::StatusOr<std::vector<store::Exchange>> late =
      parts_.journal.reader().LapsedHeld(parts_.clock.Now(), kMostLapsedAtOnce);
  if (!late.ok()) return late.status();
  if (late->empty()) return 0;
  std::vector<store::Change> changes;
  for (const store::Exchange& exchange : *late) {
    absl::StatusOr<store::Advance> change = StepOf(exchange, audit::v1::LAPSED, Daemon(), {});
    if (!change.ok()) return change.status();
    changes.push_back(*std::move(change));
  }
  const absl::StatusOr<std::vector<store::Outcome>> outcomes =
      parts_.journal.Commit(std::move(changes));
  if (!outcomes.ok()) return outcomes.status();
  size_t ended = 0;
  for (size_t i = 0; i < late->size(); ++i) {
    if ((*outcomes)[i].kind != Kind::kCommitted) continue;  // somebody was in time
    ++ended;
    Count((*late)[i], "lapsed");
    base::Log(base::LogLevel::kInfo, "nobody released a held message in time",
              {{"exchange", (*late)[i].name.id.hex()}, {"partner", (*late)[i].partner}});
  }
  return ended;
}

void Holds::Count(const store::Exchange& exchange, const std::string& outcome) {
  parts_.metrics.Count("liaison_held_ended_total",
                       {{"partner", exchange.partner}, {"outcome", outcome}});
}

}  // namespace liaison::outbox
