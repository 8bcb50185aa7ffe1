#include "daemon/inbox/inbox.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "daemon/audit/receipt.h"
#include "daemon/base/error.h"
#include "daemon/base/log.h"
#include "daemon/crypto/secret.h"
#include "daemon/inbox/forwarded.h"
#include "daemon/inbox/incoming.h"
#include "daemon/inbox/openings.h"
#include "daemon/inbox/recalls.h"
#include "daemon/inbox/replies.h"
#include "daemon/journal/bodies.h"
#include "daemon/journal/duties.h"
#include "daemon/journal/kept_row.h"
#include "daemon/journal/openings.h"
#include "daemon/partners/facts.h"
#include "daemon/payload/validate.h"
#include "daemon/policy/decided_on.h"

namespace liaison::inbox {
namespace {

using audit::v1::Outward;
using base::Log;
using base::LogLevel;
using base::MakeError;
using base::Reason;

constexpr int kMostDecisions = 3;
constexpr absl::Duration kRetryAfter = absl::Seconds(5);

absl::Time HourOf(absl::Time time) {
  return absl::FromUnixSeconds(absl::ToUnixSeconds(time) / 3600 * 3600);
}

}  // namespace

// What policy decided on a message that may come, and what it asks for beside the fields.
struct Inbox::Ruling {
  audit::v1::DecisionOpening decision;
  std::vector<policy::v1::Quota> quotas;
  absl::Duration retention = absl::InfiniteDuration();
  bool notice = false;
  // Whose persons it speaks of, when that is another message's payload.
  std::optional<payload::v1::Payload> about = std::nullopt;
  std::string decided_on = "";  // with quotas: policy::DecidedOnBytes
};

// What became of one envelope: a change to commit, or an answer without a record.
struct Inbox::Judged {
  std::optional<store::Change> change;
  Outward::Code code = Outward::TRY_AGAIN;
  Ruling ruling = {};  // with quotas: for the denial, when one of them is spent
};

// What is left of it when the journal has the change.
struct Inbox::Verdict {
  explicit Verdict(Judged& judged) : code(judged.code), recorded(judged.change.has_value()) {
    if (!recorded) return;
    if (const auto* add = std::get_if<store::AddExchange>(&*judged.change)) {
      recall = add->exchange.type == payload::v1::RECALL;
      name = add->exchange.name;
      digest = add->exchange.digest;
      if (add->quotas.empty()) return;
      exchange = add->exchange;
      uses = add->quotas;
      ruling = std::move(judged.ruling);
    }
  }

  Outward::Code code;
  bool recorded;
  bool recall = false;
  store::ExchangeName name;  // with the digest: of an authentic message
  base::Digest digest;
  // Of one that counts against quotas.
  store::Exchange exchange;
  std::vector<store::QuotaUse> uses;
  Ruling ruling;
};

// What policy decides on: the leaves of the message; of an opening, those that it opens of another
// one; of what is passed on, those inside.
struct Inbox::Matter {
  std::vector<payload::Leaf> leaves;
  std::optional<Opened> opened;
  std::optional<partners::PassedOn> item;
};

absl::StatusOr<Inbox::Matter> Inbox::MatterOf(const partners::Registry& registry,
                                              const partners::Partner& partner,
                                              const exchange::v1::Envelope& envelope,
                                              const message::VerifiedMessage& verified) {
  absl::StatusOr<std::vector<payload::Leaf>> leaves =
      partners::SentLeaves(envelope, verified.payload());
  if (!leaves.ok()) {
    return MakeError(Reason::kBodyMismatch, std::string(leaves.status().message()));
  }
  const absl::Status reply = CheckReply(verified.statement(), parts_.journal.reader());
  if (!reply.ok()) return reply;
  Matter matter{*std::move(leaves), std::nullopt, std::nullopt};
  if (verified.statement().type() == payload::v1::FORWARDED_ITEM) {
    absl::StatusOr<std::optional<partners::PassedOn>> item = OpenItem(registry, verified);
    if (!item.ok()) return item.status();
    matter.item = *std::move(item);
    matter.leaves = LeavesOf(std::move(matter.leaves), matter.item);
  }
  if (verified.statement().type() != payload::v1::FIELD_OPENING) return matter;
  absl::StatusOr<Opened> opened =
      CheckOpening(verified, {parts_.journal.reader(), parts_.at_rest, registry, partner});
  if (!opened.ok()) {
    Report(verified, opened.status());
    return opened.status();
  }
  // What stands beside the opened fields is decided on as in any message.
  std::erase_if(matter.leaves, [](const payload::Leaf& leaf) {
    return absl::StartsWith(leaf.path, "field_opening.");
  });
  for (const payload::Leaf& leaf : opened->leaves) matter.leaves.push_back(leaf);
  matter.opened = *std::move(opened);
  return matter;
}

// An opening that does not prove what it says is no slip: somebody should ask the partner.
void Inbox::Report(const message::VerifiedMessage& opening, const absl::Status& why) {
  const std::optional<base::ErrorText> error = base::GetError(why);
  if (!error) return;
  const std::string& partner = opening.statement().from();
  const std::string rule = error->fields.empty() ? "" : error->fields[0].rule;
  Log(LogLevel::kWarn, "opening refused",
      {{"partner", partner}, {"exchange", opening.id().hex()}, {"rule", rule}});
  parts_.metrics.Count("liaison_openings_refused_total", {{"partner", partner}, {"rule", rule}});
}

Inbox::Judged Inbox::Judge(const partners::Registry& registry, const partners::Partner& partner,
                           const exchange::v1::Envelope& envelope) {
  message::Opener opener;
  opener.sender = partner.proto.id();
  opener.recipient = registry.agency().id();
  opener.message_keys = partner.SenderKeys();
  opener.now = parts_.clock.Now();
  opener.max_bytes = registry.agency().limits().message_bytes();
  opener.sender_head = [this, &partner](std::string_view note) {
    return sender_heads_.Verify(partner.log_key, note);
  };
  const absl::StatusOr<message::AuthenticStatement> authentic =
      message::Authenticate(envelope, opener);
  if (!authentic.ok()) return Rejected(registry, partner, envelope, authentic.status());
  return JudgeAuthentic(registry, partner, envelope, *authentic, opener);
}

Inbox::Judged Inbox::JudgeAuthentic(const partners::Registry& registry,
                                    const partners::Partner& partner,
                                    const exchange::v1::Envelope& envelope,
                                    const message::AuthenticStatement& authentic,
                                    const message::Opener& opener) {
  const absl::StatusOr<message::VerifiedMessage> verified =
      message::OpenBody(authentic, envelope, opener);
  if (!verified.ok()) return Denied(registry, authentic, verified.status(), {});
  const partners::Frame frame = partners::FrameOf(verified->statement());
  std::vector<base::FieldFault> faults = payload::ValidateView(
      verified->body(),
      partners::ValidationFrame(frame, opener.recipient, registry.agency().country()));
  if (!faults.empty()) {
    base::ErrorText error;
    error.reason = Reason::kValidationFailed;
    error.message = "the payload does not follow the schema's rules";
    error.fields = std::move(faults);
    return Denied(registry, authentic, base::MakeError(error), {});
  }
  absl::StatusOr<Matter> matter = MatterOf(registry, partner, envelope, *verified);
  const absl::Status recall = CheckRecall(*verified, opener.recipient, parts_.journal.reader());
  if (!recall.ok()) matter = recall;
  if (!matter.ok() && !base::GetReason(matter.status())) {
    Log(LogLevel::kError, "a message cannot be judged", {{"exchange", verified->id().hex()}});
    return {std::nullopt, Outward::TRY_AGAIN};
  }
  if (!matter.ok()) return Denied(registry, authentic, matter.status(), {});
  const std::vector<policy::Field> fields = partners::FieldsOf(matter->leaves);
  const auto facts_of = [&](const payload::v1::Payload& payload) {
    return partners::FactsFor(registry, partner, policy::Direction::kIn,
                              policy::v1::Rule::ROLE_UNSPECIFIED, frame, payload, opener.now);
  };
  policy::Facts facts = matter->opened ? facts_of(matter->opened->payload)
                                       : FactsOf(*verified, matter->item, facts_of);
  if (matter->opened) facts.inner = matter->opened->type;
  policy::Decision decision = registry.policy().Decide(facts, fields);
  CheckPermission(*verified, matter->item, opener.recipient, decision);
  audit::v1::DecisionOpening opening =
      policy::ToOpening(decision, fields, partners::InForceOf(registry));
  // What an opening was decided on stands in another message; what is passed on was decided on in
  // more ways than policy's.
  const bool is_kept = decision.outcome != policy::Outcome::kAllow || matter->opened;
  std::string decided_on;
  if ((is_kept || !decision.quotas.empty()) && !matter->item) {
    decided_on = policy::DecidedOnBytes(facts, fields);
  }
  if (is_kept) opening.set_decided_on(decided_on);
  if (decision.outcome != policy::Outcome::kAllow) {
    return Denied(registry, authentic, MakeError(decision.reason, decision.missing),
                  std::move(opening));
  }
  Ruling ruling{std::move(opening), std::move(decision.quotas), decision.retention,
                decision.notice};
  if (matter->opened) ruling.about = matter->opened->payload;
  if (matter->item) ruling.about = matter->item->body.payload;
  ruling.decided_on = std::move(decided_on);
  return Accepted(registry, envelope, *verified, std::move(ruling));
}

Inbox::Judged Inbox::Accepted(const partners::Registry& registry,
                              const exchange::v1::Envelope& envelope,
                              const message::VerifiedMessage& verified, Ruling ruling) {
  const absl::Time now = parts_.clock.Now();
  const auto& limits = registry.agency().limits();
  store::AddExchange add;
  add.exchange = RowOf(verified.statement(), verified.id(), verified.digest(), registry, now);
  add.exchange.bytes = envelope.ByteSizeLong();
  add.most_unread = limits.unread_per_partner();
  add.most_stored_bytes = uint64_t{limits.stored_bytes_per_partner_mib()} << 20;
  audit::v1::Record& record = add.record.record;
  FillRecord(add.exchange.name, add.exchange.digest, audit::v1::RECEIVED, Outward::ACCEPTED,
             record);
  record.set_respond_by_ms(
      add.exchange.respond_by == absl::InfinitePast()
          ? 0
          : static_cast<uint64_t>(absl::ToUnixMillis(add.exchange.respond_by)));
  *record.mutable_peer_receipt() = verified.sender_record().Identity();
  const payload::v1::Payload& about = ruling.about ? *ruling.about : verified.payload();
  add.quotas = journal::UsesOf(ruling.quotas, {add.exchange.name, about, {}, now}, parts_.mac_key);
  const auto not_sealed = [&add]() -> Judged {
    Log(LogLevel::kError, "cannot seal at rest", {{"partner", add.exchange.partner}});
    return {std::nullopt, Outward::TRY_AGAIN};
  };
  exchange::v1::Envelope kept = envelope;
  absl::StatusOr<store::Sealed> body =
      journal::SealBody(add.exchange.name, kept, nullptr,
                        KeepUntil(verified.statement(), now, ruling.retention), parts_.at_rest);
  if (!body.ok()) return not_sealed();
  const audit::v1::ActorOpening actor = PartnerAsActor(add.exchange.partner);
  const absl::Status attached =
      journal::AttachFirst({ruling.decision, actor}, parts_.at_rest, now, add);
  if (!attached.ok()) return not_sealed();
  if (ruling.notice) {
    absl::StatusOr<store::RecordDraft> notice =
        journal::NoticeOf(add.exchange, actor, ruling.decision, parts_.at_rest, now);
    if (!notice.ok()) return not_sealed();
    add.notice = *std::move(notice);
  }
  add.body = *std::move(body);
  add.head = kept.SerializeAsString();
  return {std::move(add), Outward::ACCEPTED, std::move(ruling)};
}

Inbox::Judged Inbox::Denied(const partners::Registry& registry,
                            const message::AuthenticStatement& authentic, const absl::Status& why,
                            audit::v1::DecisionOpening decision) {
  const std::optional<Reason> reason = base::GetReason(why);
  const Outward::Code code = reason == Reason::kExpired ? Outward::EXPIRED : Outward::REFUSED;
  if (!MayDeny({authentic.statement().from(), authentic.id()},
               registry.agency().limits().denied_per_hour())) {
    return {std::nullopt, Outward::TRY_AGAIN};
  }
  if (decision.outcome().empty()) decision = Refusal(why);
  const absl::Time now = parts_.clock.Now();
  store::AddExchange add;
  add.exchange = RowOf(authentic.statement(), authentic.id(), authentic.digest(), registry, now);
  AsDenied(add.exchange);
  FillRecord(add.exchange.name, add.exchange.digest, audit::v1::DENIED_IN, code, add.record.record);
  const absl::Status attached = journal::AttachFirst(
      {std::move(decision), PartnerAsActor(add.exchange.partner)}, parts_.at_rest, now, add);
  if (!attached.ok()) return {std::nullopt, Outward::TRY_AGAIN};
  Log(LogLevel::kWarn, "message denied",
      {{"partner", add.exchange.partner},
       {"exchange", add.exchange.name.id.hex()},
       {"reason", std::string(base::ReasonName(reason.value_or(Reason::kInternal)))}});
  return {std::move(add), code};
}

Inbox::Judged Inbox::Rejected(const partners::Registry& registry, const partners::Partner& partner,
                              const exchange::v1::Envelope& envelope, const absl::Status& why) {
  const Reason reason = base::GetReason(why).value_or(Reason::kMalformed);
  const Outward::Code code =
      reason == Reason::kTooLarge ? Outward::TOO_LARGE : Outward::NOT_AUTHENTIC;
  const std::string& id = partner.proto.id();
  parts_.metrics.Count("liaison_rejected_total",
                       {{"partner", id}, {"reason", std::string(base::ReasonName(reason))}});
  uint64_t untold = 0;
  if (!MayRecordRejection(id, registry.agency().limits().rejected_per_hour(), untold)) {
    return {std::nullopt, code};
  }
  store::Append append;
  audit::v1::Record& record = append.record.record;
  record.set_event(audit::v1::REJECTED);
  record.set_partner(id);
  record.set_outward(code);
  record.set_count(untold);
  const std::string salt = crypto::RandomBytes(16);
  record.set_statement_digest(
      std::string(audit::Commit(audit::kRejectedTag, salt, envelope.SerializeAsString()).raw()));
  const absl::Status attached = journal::Attach({Refusal(why), PartnerAsActor(id)}, parts_.at_rest,
                                                parts_.clock.Now(), append.record);
  if (!attached.ok()) return {std::nullopt, Outward::TRY_AGAIN};
  Log(LogLevel::kWarn, "message rejected",
      {{"partner", id}, {"reason", std::string(base::ReasonName(reason))}});
  return {std::move(append), code};
}

bool Inbox::MayRecordRejection(const std::string& partner, uint32_t most, uint64_t& untold) {
  const absl::Time hour = HourOf(parts_.clock.Now());
  base::MutexLock lock(mu_);
  Rejections& counted = rejections_[partner];
  if (counted.hour != hour) {
    untold = counted.untold;
    counted = {hour, 0, 0};
  }
  if (counted.recorded < most) {
    ++counted.recorded;
    return true;
  }
  ++counted.untold;
  return false;
}

bool Inbox::MayDeny(const store::ExchangeName& name, uint32_t most) {
  if (parts_.journal.reader().Find(name).ok()) return true;
  const absl::Time hour = HourOf(parts_.clock.Now());
  base::MutexLock lock(mu_);
  Denials& counted = denials_[name.from];
  if (counted.hour != hour) counted = {hour, 0};
  if (counted.recorded >= most) return false;
  ++counted.recorded;
  return true;
}

absl::Status Inbox::RecordSpent(const partners::Registry& registry, std::vector<Verdict>& verdicts,
                                std::vector<store::Outcome>& outcomes) {
  const absl::Time now = parts_.clock.Now();
  std::vector<store::Change> changes;
  std::vector<size_t> places;  // of their outcomes
  size_t next = 0;
  for (Verdict& one : verdicts) {
    if (!one.recorded) continue;
    const size_t place = next++;
    if (outcomes[place].kind != store::Outcome::Kind::kSpentQuota) continue;
    // Beyond the hourly limit the outcome stands, which asks to try again.
    if (!MayDeny(one.name, registry.agency().limits().denied_per_hour())) continue;
    one.ruling.decision.set_decided_on(one.ruling.decided_on);
    absl::StatusOr<store::AddExchange> denial =
        DenialOf({one.exchange, one.uses, one.ruling.quotas, outcomes[place]},
                 std::move(one.ruling.decision), now, parts_.at_rest);
    if (!denial.ok()) return denial.status();
    changes.push_back(*std::move(denial));
    places.push_back(place);
  }
  const absl::StatusOr<std::vector<store::Outcome>> denied =
      parts_.journal.Commit(std::move(changes));
  if (!denied.ok()) return denied.status();
  size_t at = 0;
  for (const size_t place : places) outcomes[place] = (*denied)[at++];
  return absl::OkStatus();
}

// An id that is used with other content is refused for good, and the refusal is on record like any
// other; only the row stays the first message's. Bounded as rejections are.
absl::Status Inbox::RecordReusedIds(const partners::Registry& registry,
                                    const std::vector<Verdict>& verdicts,
                                    std::vector<store::Outcome>& outcomes) {
  size_t next = 0;
  for (const Verdict& one : verdicts) {
    if (!one.recorded) continue;
    store::Outcome& outcome = outcomes[next++];
    if (outcome.kind != store::Outcome::Kind::kReusedId) continue;
    const std::string& partner = one.name.from;
    uint64_t untold = 0;
    if (!MayRecordRejection(partner, registry.agency().limits().rejected_per_hour(), untold)) {
      continue;
    }
    store::Append append;
    FillRecord(one.name, one.digest, audit::v1::DENIED_IN, Outward::REFUSED, append.record.record);
    append.record.record.set_count(untold);
    const absl::Status why =
        MakeError(Reason::kExchangeIdReused, "the exchange id is used with other content");
    absl::Status status = journal::Attach({Refusal(why), PartnerAsActor(partner)}, parts_.at_rest,
                                          parts_.clock.Now(), append.record);
    if (!status.ok()) return status;
    const auto committed = parts_.journal.Commit({std::move(append)});
    if (!committed.ok()) return committed.status();
    outcome = committed->front();
  }
  return absl::OkStatus();
}

absl::StatusOr<exchange::v1::DeliverResponse> Inbox::Accept(
    const std::string& partner_id, const exchange::v1::DeliverRequest& request) {
  for (int attempt = 1;; ++attempt) {
    const std::shared_ptr<const partners::Registry> registry = parts_.snapshots.Current();
    const partners::Partner* partner = registry->FindPartner(partner_id);
    if (partner == nullptr) return MakeError(Reason::kUnknownPartner, "no such partner");
    const auto& limits = registry->agency().limits();
    if (static_cast<uint32_t>(request.envelopes_size()) > limits.deliver_batch()) {
      return MakeError(Reason::kTooLarge, "too many messages in one call");
    }
    std::vector<Verdict> verdicts;
    std::vector<store::Change> changes;
    for (const exchange::v1::Envelope& envelope : request.envelopes()) {
      Judged judged = Judge(*registry, *partner, envelope);
      verdicts.emplace_back(judged);
      if (judged.change) changes.push_back(*std::move(judged.change));
    }
    std::vector<store::Outcome> outcomes;
    if (!changes.empty()) {
      absl::StatusOr<std::vector<store::Outcome>> committed =
          parts_.journal.Commit(std::move(changes));
      if (!committed.ok()) return committed.status();
      outcomes = *std::move(committed);
    }
    absl::Status refused = RecordSpent(*registry, verdicts, outcomes);
    if (!refused.ok()) return refused;
    refused = RecordReusedIds(*registry, verdicts, outcomes);
    if (!refused.ok()) return refused;
    const bool stale = std::any_of(outcomes.begin(), outcomes.end(), [](const auto& outcome) {
      return outcome.kind == store::Outcome::Kind::kStale;
    });
    const bool recalled = std::any_of(verdicts.begin(), verdicts.end(),
                                      [](const Verdict& verdict) { return verdict.recall; });
    if (recalled) parts_.recalled();
    // What was committed is answered as "the same" when it is decided again.
    if (stale && attempt < kMostDecisions) continue;
    return Answer(verdicts, outcomes, request.known_size());
  }
}

absl::StatusOr<exchange::v1::DeliverResponse> Inbox::Answer(
    const std::vector<Verdict>& verdicts, const std::vector<store::Outcome>& outcomes,
    uint64_t known_size) {
  exchange::v1::DeliverResponse response;
  std::vector<uint64_t> indexes;
  std::vector<exchange::v1::DeliverResult*> receipted;
  size_t next = 0;
  for (const Verdict& one : verdicts) {
    exchange::v1::DeliverResult& result = *response.add_results();
    result.set_code(one.code);
    if (!one.recorded) {
      if (one.code == Outward::TRY_AGAIN) {
        result.mutable_retry_after()->set_seconds(absl::ToInt64Seconds(kRetryAfter));
      }
      continue;
    }
    const store::Outcome& outcome = outcomes[next++];
    switch (outcome.kind) {
      case store::Outcome::Kind::kCommitted:
      case store::Outcome::Kind::kSame:
        indexes.push_back(outcome.index);
        receipted.push_back(&result);
        break;
      case store::Outcome::Kind::kReusedId:
        result.set_code(Outward::REFUSED);
        break;
      default:
        result.set_code(Outward::TRY_AGAIN);
        result.mutable_retry_after()->set_seconds(absl::ToInt64Seconds(kRetryAfter));
    }
  }
  absl::StatusOr<journal::Proofs> proofs = parts_.journal.Prove(audit::v1::EXCHANGE, indexes);
  if (!proofs.ok()) return proofs.status();
  size_t at = 0;
  for (exchange::v1::DeliverResult* result : receipted) {
    audit::v1::Receipt& receipt = proofs->receipts[at++];
    audit::v1::Record record;
    // The code of the record that stands, which for a duplicate may not be what was judged just
    // now.
    if (!record.ParseFromString(receipt.record())) {
      return absl::InternalError("a record of ours does not parse");
    }
    result->set_code(record.outward());
    *result->mutable_receipt() = std::move(receipt);
  }
  response.set_checkpoint(proofs->checkpoint);
  absl::StatusOr<audit::Checkpoint> head = audit::ParseUnverified(proofs->checkpoint);
  if (!head.ok()) return head.status();
  absl::StatusOr<audit::v1::ConsistencyProof> consistency =
      parts_.journal.Consistency(audit::v1::EXCHANGE, known_size, *head);
  if (consistency.ok()) *response.mutable_consistency() = *std::move(consistency);
  return response;
}

}  // namespace liaison::inbox
