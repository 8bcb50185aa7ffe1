#include "daemon/outbox/queued.h"

#include <utility>

#include "daemon/base/log.h"
#include "daemon/journal/openings.h"

namespace liaison::outbox {

audit::v1::ActorOpening Daemon() {
  audit::v1::ActorOpening actor;
  actor.set_name("liaisond");
  return actor;
}

store::Advance StepOf(const store::Exchange& exchange, audit::v1::Event event) {
  store::Advance change;
  change.name = exchange.name;
  change.from = {desk::v1::QUEUED};
  audit::v1::Record& record = change.record.record;
  record.set_event(event);
  record.set_exchange_from(exchange.name.from);
  record.set_exchange_id(std::string(exchange.name.id.raw()));
  record.set_partner(exchange.partner);
  record.set_statement_digest(std::string(exchange.digest.raw()));
  return change;
}

absl::Status DenyQueued(const store::Exchange& exchange, audit::v1::DecisionOpening decision,
                        std::string_view why, const QueuedParts& parts) {
  store::Advance change = StepOf(exchange, audit::v1::DENIED_OUT);
  const absl::Status attached = journal::Attach({std::move(decision), Daemon()}, parts.at_rest,
                                                parts.clock.Now(), change.record);
  if (!attached.ok()) return attached;
  const absl::StatusOr<std::vector<store::Outcome>> outcomes =
      parts.journal.Commit({std::move(change)});
  if (!outcomes.ok()) return outcomes.status();
  base::Log(base::LogLevel::kWarn, "queued message denied",
            {{"exchange", exchange.name.id.hex()},
             {"partner", exchange.partner},
             {"why", std::string(why)}});
  return absl::OkStatus();
}

}  // namespace liaison::outbox
