#include "daemon/outbox/outbox.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/crypto/secret.h"
#include "daemon/journal/bodies.h"
#include "daemon/journal/duties.h"
#include "daemon/journal/kept_row.h"
#include "daemon/journal/openings.h"
#include "daemon/outbox/expand.h"
#include "daemon/outbox/forward.h"
#include "daemon/outbox/framing.h"
#include "daemon/outbox/idempotency.h"
#include "daemon/outbox/opening.h"
#include "daemon/outbox/outcomes.h"
#include "daemon/outbox/preview.h"
#include "daemon/outbox/recall.h"
#include "daemon/outbox/replies.h"
#include "daemon/outbox/sealing.h"
#include "daemon/outbox/view.h"
#include "daemon/partners/facts.h"
#include "daemon/policy/report.h"

namespace liaison::outbox {
namespace {

using base::MakeError;
using base::Reason;

constexpr int kMostDecisions = 3;

absl::Status CheckPartners(const desk::v1::Draft& draft, const partners::Registry& registry) {
  for (const std::string& to : draft.to()) {
    if (registry.FindPartner(to) != nullptr) continue;
    base::ErrorText error;
    error.reason = Reason::kUnknownPartner;
    error.message = "the draft is addressed to an agency that is no partner of ours";
    error.fix = "see `liaison partner list`";
    error.fields = {{"to", "UNKNOWN_PARTNER", "write the agency id of a registered partner"}};
    return base::MakeError(error);
  }
  return absl::OkStatus();
}

// Values that an opening discloses are read with a reason, and on record: a dry run names the
// paths.
void HideOpened(desk::v1::Preview& preview) {
  if (!preview.view().has_field_opening()) return;
  for (auto& field : *preview.mutable_view()->mutable_field_opening()->mutable_fields()) {
    field.clear_salt();
    field.clear_value();
  }
}

// A draft goes no later than it expires.
absl::Time LapsesAt(const store::Exchange& exchange, const policy::ReleaseNeed& need) {
  return std::min(exchange.created + need.within, exchange.expires);
}

audit::v1::Event EventOf(const View& view) {
  if (view.allowed()) return audit::v1::SENT;
  return view.held() ? audit::v1::HELD : audit::v1::DENIED_OUT;
}

// The answer that the writer gives to what is there already.
store::Outcome StandingOf(const store::Exchange& exchange) {
  store::Outcome outcome;
  outcome.kind = store::Outcome::Kind::kSame;
  outcome.name = exchange.name;
  outcome.log = exchange.first_log;
  outcome.index = exchange.first_index;
  outcome.state = exchange.state;
  return outcome;
}

// Why rules are to be set aside, for the record: "rule: reason; rule: reason".
std::string WhyAside(const desk::v1::Draft& draft) {
  return absl::StrJoin(draft.derogations(), "; ", [](std::string* out, const auto& one) {
    absl::StrAppend(out, one.rule(), ": ", one.reason());
  });
}

bool IsStale(absl::Span<const store::Outcome> outcomes) {
  return std::any_of(outcomes.begin(), outcomes.end(), [](const store::Outcome& outcome) {
    return outcome.kind == store::Outcome::Kind::kStale;
  });
}

}  // namespace

// A submission that has no answer yet.
struct Outbox::Fresh {
  size_t place = 0;  // in the batch
  Submission submission;
  base::Digest draft;  // its mark
};

// A draft on its way to one recipient.
struct Outbox::Prepared {
  std::shared_ptr<const desk::v1::Draft> draft;
  std::string to;
  exchange::v1::Statement statement;
  View view;
  absl::Time decided;
  std::optional<payload::v1::Payload> made = std::nullopt;  // by us, in place of the draft's
  // Whose persons it speaks of, when that is another message's payload.
  std::optional<payload::v1::Payload> about = std::nullopt;

  const payload::v1::Payload& payload() const { return made ? *made : draft->payload(); }
  const payload::v1::Payload& subject() const { return about ? *about : payload(); }
};

// The payload of `draft` is made by us: from what we kept of the message that it opens.
absl::StatusOr<Outbox::Prepared> Outbox::PrepareOpening(const Submitter& submitter,
                                                        const desk::v1::Draft& draft,
                                                        const partners::Registry& registry) {
  const absl::StatusOr<Opening> opening = MakeOpening(
      draft, {registry.agency().id(), submitter.role, MarkOf(parts_.mac_key, submitter.name)},
      {parts_.journal.reader(), parts_.at_rest});
  if (!opening.ok()) return opening.status();
  const desk::v1::Draft whole = Completed(draft, *opening);
  const absl::Time now = parts_.clock.Now();
  if (absl::Status checked = CheckDraft(whole, registry, now); !checked.ok()) return checked;
  const std::string& to = draft.to(0);
  absl::StatusOr<exchange::v1::Statement> statement =
      StatementFor(whole, to, registry, parts_.journal.reader(), now);
  if (!statement.ok()) return statement.status();
  absl::StatusOr<View> view =
      DecideOpening({registry, *registry.FindPartner(to), submitter.role, now},
                    partners::FrameOf(whole), *opening);
  if (!view.ok()) return view.status();
  KeepNoLonger(*view, now, *statement);
  return Prepared{Lent(draft),      to,  *std::move(statement),
                  *std::move(view), now, opening->payload,
                  opening->original};
}

absl::StatusOr<std::vector<Outbox::Prepared>> Outbox::Prepare(const Submitter& submitter,
                                                              const desk::v1::Draft& draft,
                                                              const partners::Registry& registry) {
  absl::Status status = CheckPartners(draft, registry);
  if (!status.ok()) return status;
  std::vector<Prepared> all;
  if (draft.has_open()) {
    absl::StatusOr<Prepared> opening = PrepareOpening(submitter, draft, registry);
    if (!opening.ok()) return opening.status();
    all.push_back(*std::move(opening));
    return all;
  }
  if (draft.payload().has_field_opening()) return MadeByUs("open");
  const absl::StatusOr<std::shared_ptr<const desk::v1::Draft>> made = WithPayload(
      draft, submitter, {registry, parts_.journal.reader(), parts_.at_rest}, parts_.mac_key);
  if (!made.ok()) return made.status();
  const desk::v1::Draft& whole = **made;
  const absl::Time now = parts_.clock.Now();
  status = CheckDraft(whole, registry, now);
  if (!status.ok()) return status;
  const std::optional<payload::v1::Payload> inside = PayloadInside(whole.payload());
  for (const std::string& to : whole.to()) {
    absl::StatusOr<exchange::v1::Statement> statement =
        StatementFor(whole, to, registry, parts_.journal.reader(), now);
    if (!statement.ok()) return statement.status();
    absl::StatusOr<View> view = DecideView(
        {registry, *registry.FindPartner(to), submitter.role, partners::FrameOf(whole),
         parts_.mac_key, RowOf(*statement).conversation, now, std::nullopt, 0, &whole.forward()},
        whole.payload());
    if (!view.ok()) return view.status();
    KeepNoLonger(*view, now, *statement);
    all.push_back({*made, to, *std::move(statement), *std::move(view), now, std::nullopt, inside});
  }
  return all;
}

std::vector<store::QuotaUse> Outbox::UsesOf(const Submitter& submitter,
                                            const Prepared& prepared) const {
  const store::ExchangeName name = RowOf(prepared.statement).name;
  return journal::UsesOf(
      prepared.view.quotas,
      {name, prepared.subject(), MarkOf(parts_.mac_key, submitter.name), prepared.decided},
      parts_.mac_key);
}

absl::StatusOr<store::AddExchange> Outbox::ToChange(const Submitter& submitter, const Fresh& fresh,
                                                    const Prepared& prepared,
                                                    const partners::Registry& registry) {
  store::AddExchange add;
  add.exchange = RowOf(prepared.statement);
  add.exchange.submitter = MarkOf(parts_.mac_key, submitter.name);
  add.exchange.decided_under = registry.snapshot_digest();
  add.idempotency_key =
      KeyMark(parts_.mac_key, {submitter.name, prepared.to}, fresh.submission.idempotency_key);
  add.idempotency_draft = fresh.draft;
  if (!prepared.view.denied()) add.passes_on = PassedOnBy(*prepared.draft);
  add.most_queued = registry.agency().limits().queued_per_partner();

  audit::v1::Record& record = add.record.record;
  record.set_exchange_from(prepared.statement.from());
  record.set_exchange_id(prepared.statement.exchange_id());
  record.set_partner(prepared.to);
  record.set_event(EventOf(prepared.view));
  if (prepared.view.allowed()) {
    const uint32_t most = registry.agency().limits().message_bytes();
    if (absl::Status added = AddSealed(submitter, prepared, most, add); !added.ok()) return added;
  } else if (prepared.view.held()) {
    if (absl::Status added = AddHeld(submitter, prepared, add); !added.ok()) return added;
  }
  add.quotas = UsesOf(submitter, prepared);
  const audit::v1::ActorOpening actor = ActorOf(submitter, WhyAside(*prepared.draft));
  const absl::Status attached =
      journal::AttachFirst({prepared.view.opening, actor}, parts_.at_rest, parts_.clock.Now(), add);
  if (!attached.ok()) return attached;
  if (prepared.view.held() || !prepared.view.notice) return add;
  absl::StatusOr<store::RecordDraft> notice = journal::NoticeOf(
      add.exchange, actor, prepared.view.opening, parts_.at_rest, parts_.clock.Now());
  if (!notice.ok()) return notice.status();
  add.notice = *std::move(notice);
  return add;
}

absl::Status Outbox::AddSealed(const Submitter& submitter, const Prepared& prepared,
                               uint32_t most_bytes, store::AddExchange& add) {
  absl::StatusOr<store::SealedMessage> message =
      SealMessage({prepared.statement, prepared.view, prepared.payload(), submitter.role,
                   parts_.message_key, parts_.at_rest, most_bytes});
  if (!message.ok()) return message.status();
  add.record.record.set_statement_digest(std::string(message->digest.raw()));
  add.exchange.digest = message->digest;
  add.exchange.bytes = message->bytes;
  add.body = std::move(message->body);
  add.head = std::move(message->head);
  return absl::OkStatus();
}

// Nothing is signed: what is kept is the draft itself.
absl::Status Outbox::AddHeld(const Submitter& submitter, const Prepared& prepared,
                             store::AddExchange& add) {
  store::v1::KeptHeld held;
  *held.mutable_draft() = *prepared.draft;
  held.mutable_draft()->clear_to();
  held.mutable_draft()->add_to(prepared.to);
  held.set_role(submitter.role);
  held.set_submitter(submitter.name);
  held.set_conversation(prepared.statement.conversation());
  absl::StatusOr<store::Sealed> body =
      journal::SealHeld(add.exchange.name, held, RetainUntil(prepared.statement), parts_.at_rest);
  if (!body.ok()) return body.status();
  add.body = *std::move(body);
  add.exchange.respond_by = LapsesAt(add.exchange, *prepared.view.release);
  add.record.log = audit::v1::DESK;
  add.record.record.set_respond_by_ms(
      static_cast<uint64_t>(absl::ToUnixMillis(add.exchange.respond_by)));
  return absl::OkStatus();
}

absl::StatusOr<desk::v1::SubmitResult> Outbox::EarlierResult(const std::string& to,
                                                             const store::Outcome& outcome) {
  const absl::StatusOr<store::Exchange> exchange = parts_.journal.reader().Find(outcome.name);
  if (!exchange.ok()) return exchange.status();
  const absl::StatusOr<store::StoredRecord> record =
      parts_.journal.reader().Record(outcome.log, outcome.index);
  if (!record.ok()) return record.status();
  const absl::StatusOr<journal::Openings> openings = journal::Open(*record, parts_.at_rest);
  if (!openings.ok()) return openings.status();
  desk::v1::SubmitResult result;
  result.set_to(to);
  result.set_id(outcome.name.id.hex());
  result.set_state(exchange->state);
  *result.mutable_decision() = policy::ToDesk(openings->decision);
  return WithReceipt(std::move(result), outcome);
}

absl::StatusOr<desk::v1::SubmitResult> Outbox::ToResult(const Prepared& prepared,
                                                        const store::Outcome& outcome) {
  if (outcome.kind == store::Outcome::Kind::kSame) return EarlierResult(prepared.to, outcome);
  if (outcome.kind != store::Outcome::Kind::kCommitted) return OutcomeError(outcome);
  desk::v1::SubmitResult result;
  result.set_to(prepared.to);
  result.set_id(outcome.name.id.hex());
  result.set_state(outcome.state);
  *result.mutable_decision() = prepared.view.decision;
  return WithReceipt(std::move(result), outcome);
}

absl::StatusOr<desk::v1::SubmitResult> Outbox::WithReceipt(desk::v1::SubmitResult result,
                                                           const store::Outcome& outcome) {
  const absl::StatusOr<journal::Proofs> proofs = parts_.journal.Prove(outcome.log, {outcome.index});
  if (!proofs.ok()) return proofs.status();
  *result.mutable_receipt() = proofs->receipts[0];
  result.mutable_receipt()->set_checkpoint(proofs->checkpoint);
  return result;
}

absl::StatusOr<std::vector<desk::v1::SubmitResult>> Outbox::Submit(
    const Submitter& submitter, const desk::v1::Draft& draft, std::string_view idempotency_key) {
  const Submission submission{&draft, idempotency_key};
  return std::move(SubmitAll(submitter, {&submission, 1}).front());
}

// A submission of a batch, on its way into one commit.
struct Outbox::Job {
  const Fresh& fresh;
  size_t first_change = 0;  // in the commit
  std::vector<Prepared> prepared;
};

std::optional<Outbox::Results> Outbox::Earlier(const Submitter& submitter, const Fresh& fresh) {
  const auto& recipients = fresh.submission.draft->to();
  const uint32_t most_unknown = parts_.snapshots.Current()->agency().limits().recipients();
  std::vector<store::Outcome> outcomes;
  absl::flat_hash_set<absl::string_view> asked;
  // All of them, also when one is new: a conflict stores nothing.
  for (const std::string& to : recipients) {
    if (!asked.insert(to).second || asked.size() > outcomes.size() + most_unknown) {
      return std::nullopt;  // refused when it is validated
    }
    const absl::StatusOr<store::Submitted> found = parts_.journal.reader().FindSubmitted(
        KeyMark(parts_.mac_key, {submitter.name, to}, fresh.submission.idempotency_key));
    if (absl::IsNotFound(found.status())) continue;
    if (!found.ok()) return found.status();
    if (found->draft != fresh.draft) return KeyConflict();
    outcomes.push_back(StandingOf(found->exchange));
  }
  if (outcomes.empty() || outcomes.size() < asked.size()) return std::nullopt;
  std::vector<desk::v1::SubmitResult> results;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    // In the middle of its commit: the writer's turn to answer.
    if (outcomes[i].index >= parts_.journal.Head(outcomes[i].log).size) return std::nullopt;
    absl::StatusOr<desk::v1::SubmitResult> result =
        EarlierResult(recipients[static_cast<int>(i)], outcomes[i]);
    if (!result.ok()) return result.status();
    results.push_back(*std::move(result));
  }
  return results;
}

absl::StatusOr<Outbox::Job> Outbox::ToJob(const Submitter& submitter, const Fresh& fresh,
                                          const partners::Registry& registry,
                                          std::vector<store::Change>& changes) {
  absl::StatusOr<std::vector<Prepared>> prepared =
      Prepare(submitter, *fresh.submission.draft, registry);
  if (!prepared.ok()) return prepared.status();
  Job job{fresh, changes.size(), *std::move(prepared)};
  std::vector<store::Change> own;
  for (const Prepared& one : job.prepared) {
    absl::StatusOr<store::AddExchange> add = ToChange(submitter, fresh, one, registry);
    if (!add.ok()) return add.status();
    own.push_back(*std::move(add));
  }
  changes.insert(changes.end(), std::make_move_iterator(own.begin()),
                 std::make_move_iterator(own.end()));
  return job;
}

absl::StatusOr<std::vector<desk::v1::SubmitResult>> Outbox::ToResults(
    const Job& job, absl::Span<const store::Outcome> outcomes) {
  std::vector<desk::v1::SubmitResult> results;
  for (size_t i = 0; i < job.prepared.size(); ++i) {
    const std::string& to = job.prepared[i].to;
    absl::StatusOr<desk::v1::SubmitResult> result =
        ToResult(job.prepared[i], outcomes[job.first_change + i]);
    if (!result.ok()) return result.status();
    parts_.metrics.Count("liaison_submitted_total",
                         {{"partner", to}, {"outcome", result->decision().outcome()}});
    if (result->state() == desk::v1::QUEUED) parts_.wake(to);
    results.push_back(*std::move(result));
  }
  return results;
}

absl::Status Outbox::DenySpent(const Submitter& submitter, const partners::Registry& registry,
                               std::vector<Job>& jobs, std::vector<store::Outcome>& outcomes) {
  std::vector<store::Change> changes;
  std::vector<size_t> places;  // of their outcomes
  for (Job& job : jobs) {
    for (size_t i = 0; i < job.prepared.size(); ++i) {
      const store::Outcome& outcome = outcomes[job.first_change + i];
      if (outcome.kind != store::Outcome::Kind::kSpentQuota) continue;
      outbox::DenySpent(outcome.what, outcome.limit, job.prepared[i].view);
      absl::StatusOr<store::AddExchange> denial =
          ToChange(submitter, job.fresh, job.prepared[i], registry);
      if (!denial.ok()) return denial.status();
      changes.push_back(*std::move(denial));
      places.push_back(job.first_change + i);
    }
  }
  const absl::StatusOr<std::vector<store::Outcome>> denied =
      parts_.journal.Commit(std::move(changes));
  if (!denied.ok()) return denied.status();
  for (size_t i = 0; i < places.size(); ++i) outcomes[places[i]] = (*denied)[i];
  return absl::OkStatus();
}

std::vector<Outbox::Fresh> Outbox::Attempt(const Submitter& submitter,
                                           absl::Span<const Fresh> fresh,
                                           std::vector<Results>& results) {
  const std::shared_ptr<const partners::Registry> registry = parts_.snapshots.Current();
  std::vector<Job> jobs;
  std::vector<store::Change> changes;
  for (const Fresh& one : fresh) {
    absl::StatusOr<Job> job = ToJob(submitter, one, *registry, changes);
    if (job.ok()) {
      jobs.push_back(*std::move(job));
    } else {
      results[one.place] = job.status();
    }
  }
  std::vector<Fresh> again;
  if (jobs.empty()) return again;
  absl::StatusOr<std::vector<store::Outcome>> outcomes = parts_.journal.Commit(std::move(changes));
  if (outcomes.ok()) {
    const absl::Status denied = DenySpent(submitter, *registry, jobs, *outcomes);
    if (!denied.ok()) outcomes = denied;
  }
  for (const Job& job : jobs) {
    Results& result = results[job.fresh.place];
    if (!outcomes.ok()) {
      result = outcomes.status();
    } else if (IsStale(absl::MakeSpan(*outcomes).subspan(job.first_change, job.prepared.size()))) {
      again.push_back(job.fresh);
    } else {
      result = ToResults(job, *outcomes);
    }
  }
  return again;
}

std::vector<Outbox::Results> Outbox::SubmitAll(const Submitter& submitter,
                                               absl::Span<const Submission> submissions) {
  std::vector<Results> results(submissions.size(), ChangedTooOften());
  std::vector<Fresh> fresh;
  for (size_t place = 0; place < submissions.size(); ++place) {
    const Submission& submission = submissions[place];
    if (absl::Status key = CheckKey(submission.idempotency_key); !key.ok()) {
      results[place] = key;
      continue;
    }
    Fresh one{place, submission, DraftMark(parts_.mac_key, *submission.draft)};
    if (std::optional<Results> earlier = Earlier(submitter, one)) {
      results[place] = *std::move(earlier);
    } else {
      fresh.push_back(one);
    }
  }
  for (int attempt = 0; attempt < kMostDecisions && !fresh.empty(); ++attempt) {
    fresh = Attempt(submitter, fresh, results);
  }
  return results;
}

absl::StatusOr<desk::v1::PreviewResponse> Outbox::Preview(const Submitter& submitter,
                                                          const desk::v1::Draft& draft) {
  const std::shared_ptr<const partners::Registry> registry = parts_.snapshots.Current();
  absl::StatusOr<std::vector<Prepared>> all = Prepare(submitter, draft, *registry);
  if (!all.ok()) return all.status();
  desk::v1::PreviewResponse response;
  for (Prepared& prepared : *all) {
    absl::StatusOr<desk::v1::Preview> preview =
        PreviewOf(prepared.to, UsesOf(submitter, prepared), parts_.journal.reader(), prepared.view);
    if (!preview.ok()) return preview.status();
    HideOpened(*preview);
    HideItem(*preview);
    *response.add_previews() = *std::move(preview);
  }
  return response;
}

}  // namespace liaison::outbox
