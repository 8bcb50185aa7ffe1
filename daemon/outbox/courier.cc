#include "daemon/outbox/courier.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "daemon/base/error.h"
#include "daemon/base/log.h"
#include "daemon/journal/bodies.h"
#include "daemon/journal/openings.h"
#include "daemon/outbox/settlement.h"

namespace liaison::outbox {
namespace {

using base::Log;
using base::LogLevel;
using base::MakeError;
using base::Reason;

constexpr absl::Duration kIdle = absl::Seconds(30);
constexpr absl::Duration kDeliverTimeout = absl::Seconds(30);
constexpr absl::Duration kDamagedRetry = absl::Hours(1);
constexpr absl::Duration kBadReceiptRetry = absl::Minutes(1);
constexpr uint32_t kSmall = 16;  // messages in a call, for a while after a threat to life
constexpr absl::Duration kSmallFor = absl::Minutes(1);

bool IsThreatToLife(const store::Exchange& exchange) {
  return exchange.urgency == payload::v1::Urgency::U1;
}

// What is kept of one message does not hold, or is gone.
bool IsDamage(const absl::Status& status) {
  const std::optional<Reason> reason = base::GetReason(status);
  return reason == Reason::kVerificationFailed || reason == Reason::kNotFound;
}

std::string ReasonText(const absl::Status& status) {
  const std::optional<Reason> reason = base::GetReason(status);
  if (reason) return std::string(base::ReasonName(*reason));
  return absl::StatusCodeToString(status.code());
}

}  // namespace

Courier::Courier(std::string partner, const Parts& parts)
    : partner_(std::move(partner)),
      parts_(parts),
      queued_{parts.journal, parts.at_rest, parts.clock},
      recheck_(queued_, parts.mac_key) {}

// One message on its way.
struct Courier::Parcel {
  store::Exchange exchange;
  exchange::v1::Envelope envelope;
};

// What goes in one call.
struct Courier::Load {
  std::vector<Parcel> parcels;
  bool denied = false;  // something was taken out of the queue: what stands behind it may go
};

absl::Duration Courier::Step() {
  const std::shared_ptr<const partners::Registry> registry = parts_.snapshots.Current();
  const partners::Partner* partner = registry->FindPartner(partner_);
  const size_t window = registry->agency().limits().courier_window();
  const absl::StatusOr<size_t> expired = Expire(window);
  if (!expired.ok()) return Failed(expired.status(), *registry);
  if (*expired >= window) return absl::ZeroDuration();  // first all of them: none is delivered
  if (partner == nullptr || partner->proto.suspended()) return kIdle;
  // New messages do not hurry a partner that is down.
  const absl::Duration wait = not_before_ - parts_.clock.Elapsed();
  if (wait > absl::ZeroDuration()) return wait;
  return Deliver(*registry, *partner);
}

absl::StatusOr<size_t> Courier::Expire(size_t window) {
  const absl::StatusOr<std::vector<store::Exchange>> past =
      parts_.journal.reader().ExpiredOutgoing(partner_, parts_.clock.Now(), window);
  if (!past.ok()) return past.status();
  if (past->empty()) return 0;
  std::vector<store::Change> changes;
  for (const store::Exchange& exchange : *past) {
    store::Advance change = StepOf(exchange, audit::v1::EXPIRED);
    const absl::Status attached =
        journal::Attach({{}, Daemon()}, parts_.at_rest, parts_.clock.Now(), change.record);
    if (!attached.ok()) return attached;
    changes.push_back(std::move(change));
  }
  const auto outcomes = parts_.journal.Commit(std::move(changes));
  if (!outcomes.ok()) return outcomes.status();
  return past->size();
}

// After a restart: the head in the receipt of the newest message that was settled. What the partner
// shows next must extend it.
absl::Status Courier::RememberHead(const partners::Partner& partner) {
  if (remembered_) return absl::OkStatus();
  store::ExchangeFilter filter;
  filter.direction = store::Direction::kOut;
  filter.partner = partner_;
  filter.states = {desk::v1::DELIVERED, desk::v1::REFUSED, desk::v1::ANSWERED};
  filter.limit = 1;
  const auto settled = parts_.journal.reader().List(filter);
  if (!settled.ok()) return settled.status();
  for (const store::Exchange& exchange : settled->first) {
    const absl::StatusOr<store::StoredBody> body = parts_.journal.reader().Body(exchange.name);
    if (!body.ok()) return body.status();
    audit::v1::Receipt receipt;
    if (receipt.ParseFromString(body->peer_receipt)) {
      peer_head_.Remember(partner.log_key, receipt.checkpoint());
    }
  }
  remembered_ = true;
  return absl::OkStatus();
}

absl::Duration Courier::Deliver(const partners::Registry& registry,
                                const partners::Partner& partner) {
  if (const absl::Status head = RememberHead(partner); !head.ok()) return Failed(head, registry);
  absl::StatusOr<Load> load = Pack(registry, partner);
  if (!load.ok()) return Failed(load.status(), registry);
  std::vector<Parcel>& parcels = load->parcels;
  if (parcels.empty()) return load->denied ? absl::ZeroDuration() : Rest();
  exchange::v1::DeliverRequest request;
  request.set_known_size(peer_head_.known_size());
  for (Parcel& parcel : parcels) *request.add_envelopes() = std::move(parcel.envelope);
  const absl::Duration begun = parts_.clock.Elapsed();
  const absl::StatusOr<exchange::v1::DeliverResponse> response =
      parts_.link.Deliver(request, kDeliverTimeout);
  parts_.metrics.Observe("liaison_deliver_seconds",
                         absl::ToDoubleSeconds(parts_.clock.Elapsed() - begun),
                         {{"partner", partner_}});
  if (!response.ok()) return Failed(response.status(), registry);
  const absl::Status settled = Settle(partner, parcels, *response);
  if (!settled.ok()) return Failed(settled, registry);
  Succeeded();
  return absl::ZeroDuration();
}

absl::Duration Courier::Rest() const {
  if (deferred_.empty()) return kIdle;
  const absl::Duration first =
      std::min_element(deferred_.begin(), deferred_.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; })
          ->second -
      parts_.clock.Now();
  return std::clamp(first, absl::Milliseconds(10), kIdle);
}

// A threat to life waits for the call that is under way: while there are such messages, all calls
// are short.
size_t Courier::MostInACall(const config::v1::Limits& limits,
                            const std::vector<store::Exchange>& due) {
  const absl::Duration now = parts_.clock.Elapsed();
  if (!due.empty() && IsThreatToLife(due.front())) small_until_ = now + kSmallFor;
  return now < small_until_ ? std::min(kSmall, limits.deliver_batch()) : limits.deliver_batch();
}

absl::StatusOr<Courier::Load> Courier::Pack(const partners::Registry& registry,
                                            const partners::Partner& partner) {
  const auto& limits = registry.agency().limits();
  std::erase_if(deferred_,
                [now = parts_.clock.Now()](const auto& entry) { return entry.second <= now; });
  // No more than can go now: rows that are read and left out cost as much as rows that go.
  const size_t most =
      std::min<size_t>(limits.courier_window(), limits.deliver_batch() + deferred_.size());
  const absl::StatusOr<std::vector<store::Exchange>> due =
      parts_.journal.reader().DueOutgoing(partner_, most);
  if (!due.ok()) return due.status();
  const absl::StatusOr<std::set<store::ExchangeName>> withdrawn = Withdraw(*due);
  if (!withdrawn.ok()) return withdrawn.status();
  // A row can be read a moment before its record is under a signed head, and proved. Who submitted
  // it wakes us then.
  const uint64_t proved = parts_.journal.Head(audit::v1::EXCHANGE).size;
  recheck_.Begin(registry);
  Load load;
  load.denied = !withdrawn->empty();
  std::vector<Parcel>& parcels = load.parcels;
  const size_t count = MostInACall(limits, *due);
  size_t bytes = 0;
  for (const store::Exchange& exchange : *due) {
    if (parcels.size() >= count) break;
    if (!parcels.empty() && bytes + exchange.bytes > limits.deliver_bytes() / 2) break;
    if (deferred_.contains(exchange.name) || exchange.first_index >= proved) continue;
    if (withdrawn->contains(exchange.name)) continue;
    if (!parcels.empty() && IsThreatToLife(parcels.front().exchange) && !IsThreatToLife(exchange)) {
      break;  // its receipt does not wait until routine messages are judged
    }
    absl::StatusOr<std::optional<Parcel>> parcel = PackOne(registry, partner, exchange);
    if (IsDamage(parcel.status())) {
      Defer(exchange, parcel.status(), kDamagedRetry);  // the others go on
      continue;
    }
    if (!parcel.ok()) return parcel.status();
    if (!*parcel) {
      load.denied = true;  // and on record
      continue;
    }
    bytes += exchange.bytes;
    parcels.push_back(**std::move(parcel));
  }
  const absl::Status added = AddSenderReceipts(parcels);
  if (!added.ok()) return added;
  return load;
}

absl::StatusOr<std::optional<Courier::Parcel>> Courier::PackOne(const partners::Registry& registry,
                                                                const partners::Partner& partner,
                                                                const store::Exchange& exchange) {
  const absl::StatusOr<store::StoredBody> stored = parts_.journal.reader().Body(exchange.name);
  if (!stored.ok()) return stored.status();
  if (!recheck_.IsDue(exchange)) {
    absl::StatusOr<exchange::v1::Envelope> envelope =
        journal::OpenEnvelope(exchange.name, *stored, parts_.at_rest);
    if (!envelope.ok()) return envelope.status();
    return Parcel{exchange, *std::move(envelope)};
  }
  absl::StatusOr<journal::OpenedBody> body =
      journal::OpenBody(exchange.name, *stored, parts_.at_rest);
  if (!body.ok()) return body.status();
  const absl::StatusOr<bool> may_go = recheck_.MayGo(registry, partner, exchange, *body);
  if (!may_go.ok()) return may_go.status();
  if (!*may_go) return std::nullopt;
  return Parcel{exchange, std::move(body->envelope)};
}

// What waits here is not sent any more. The recall goes all the same: the message may have arrived,
// and the receipt not.
absl::StatusOr<std::set<store::ExchangeName>> Courier::Withdraw(
    const std::vector<store::Exchange>& due) {
  std::set<store::ExchangeName> withdrawn;
  for (const store::Exchange& recall : due) {
    if (recall.type != payload::v1::RECALL || !recall.in_reply_to) continue;
    const absl::StatusOr<store::Exchange> original =
        parts_.journal.reader().Find(*recall.in_reply_to);
    if (!original.ok()) return original.status();
    if (original->state != desk::v1::QUEUED || original->partner != partner_) continue;
    if (absl::Status done = Withdraw(*original); !done.ok()) return done;
    withdrawn.insert(original->name);
  }
  return withdrawn;
}

absl::Status Courier::Withdraw(const store::Exchange& original) {
  audit::v1::DecisionOpening decision;
  decision.set_outcome("DENY");
  decision.set_reason(std::string(base::ReasonName(Reason::kPolicyDenied)));
  decision.set_step("recall");
  decision.set_missing("it was taken back before it was delivered");
  return DenyQueued(original, std::move(decision), "it was taken back", queued_);
}

absl::Status Courier::AddSenderReceipts(std::vector<Parcel>& parcels) {
  std::vector<uint64_t> indexes;
  for (const Parcel& parcel : parcels) indexes.push_back(parcel.exchange.first_index);
  if (indexes.empty()) return absl::OkStatus();
  absl::StatusOr<journal::Proofs> proofs = parts_.journal.Prove(audit::v1::EXCHANGE, indexes);
  if (!proofs.ok()) return proofs.status();
  for (size_t i = 0; i < parcels.size(); ++i) {
    *parcels[i].envelope.mutable_sender_receipt() = std::move(proofs->receipts[i]);
    parcels[i].envelope.mutable_sender_receipt()->set_checkpoint(proofs->checkpoint);
  }
  return absl::OkStatus();
}

absl::Status Courier::Settle(const partners::Partner& partner, const std::vector<Parcel>& parcels,
                             const exchange::v1::DeliverResponse& response) {
  if (static_cast<size_t>(response.results_size()) != parcels.size()) {
    return MakeError(Reason::kBadReceipt, "the partner answered another number of messages");
  }
  const absl::StatusOr<audit::Checkpoint> head =
      peer_head_.Advance(partner.log_key, response.checkpoint(), response.consistency());
  if (!head.ok()) return head.status();
  const std::string& own = parts_.snapshots.Current()->agency().id();
  std::vector<store::Change> changes;
  bool passed_on = false;
  for (size_t i = 0; i < parcels.size(); ++i) {
    absl::StatusOr<Settlement> settlement =
        SettlementOf(parcels[i].exchange, response.results(static_cast<int>(i)), *head,
                     response.checkpoint(), own);
    if (!settlement.ok()) {
      Defer(parcels[i].exchange, settlement.status(), kBadReceiptRetry);
      continue;
    }
    if (!settlement->change) {
      deferred_[parcels[i].exchange.name] = parts_.clock.Now() + settlement->retry_after;
      continue;
    }
    parts_.metrics.Count(
        "liaison_settled_total",
        {{"partner", partner_},
         {"code", audit::v1::Outward::Code_Name(settlement->change->record.record.outward())}});
    passed_on |= parcels[i].exchange.type == payload::v1::FORWARDED_ITEM;
    changes.push_back(*std::move(settlement->change));
  }
  if (changes.empty()) return absl::OkStatus();
  const bool urgent = IsThreatToLife(parcels.front().exchange);
  const auto pending = parts_.journal.Begin(
      std::move(changes), urgent ? journal::Haste::kUrgent : journal::Haste::kRoutine);
  if (!pending.ok()) return pending.status();
  const absl::Status settled = (*pending)->Await().status();
  if (settled.ok() && passed_on) parts_.passed_on();
  return settled;
}

void Courier::Defer(const store::Exchange& exchange, const absl::Status& status,
                    absl::Duration wait) {
  deferred_[exchange.name] = parts_.clock.Now() + wait;
  const std::string reason = ReasonText(status);
  Log(LogLevel::kError, "message put off",
      {{"exchange", exchange.name.id.hex()}, {"partner", partner_}, {"reason", reason}});
  parts_.metrics.Count("liaison_put_off_total", {{"partner", partner_}, {"reason", reason}});
}

absl::Duration Courier::Failed(const absl::Status& status, const partners::Registry& registry) {
  const auto& limits = registry.agency().limits();
  const absl::Duration first = absl::Milliseconds(limits.retry_first_ms());
  const absl::Duration most = absl::Seconds(limits.retry_most_seconds());
  const absl::Duration wait = std::min(most, first * std::pow(2.0, std::min(failures_, 20)));
  ++failures_;
  const std::string reason = ReasonText(status);
  Log(LogLevel::kWarn, "delivery failed",
      {{"partner", partner_}, {"reason", reason}, {"attempt", std::to_string(failures_)}});
  parts_.metrics.Count("liaison_delivery_failures_total",
                       {{"partner", partner_}, {"reason", reason}});
  {
    base::MutexLock lock(mu_);
    status_.last_error = reason;
  }
  const absl::Duration jittered = wait * (0.5 + 0.5 * parts_.random());
  not_before_ = parts_.clock.Elapsed() + jittered;
  return jittered;
}

void Courier::Succeeded() {
  failures_ = 0;
  base::MutexLock lock(mu_);
  status_.last_error.clear();
  status_.last_delivery = parts_.clock.Now();
  status_.verified_size = peer_head_.known_size();
}

void Courier::Await(absl::Duration most) {
  base::MutexLock lock(mu_);
  if (!woken_ && most > absl::ZeroDuration()) wake_.WaitFor(mu_, most);
  woken_ = false;
}

void Courier::Wake() {
  {
    base::MutexLock lock(mu_);
    woken_ = true;
  }
  wake_.NotifyOne();
}

CourierStatus Courier::status() const {
  base::MutexLock lock(mu_);
  return status_;
}

}  // namespace liaison::outbox
