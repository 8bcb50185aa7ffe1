#include "daemon/inbox/incoming.h"

#include <algorithm>
#include <optional>

#include "daemon/base/error.h"
#include "daemon/inbox/deadline.h"
#include "daemon/journal/duties.h"
#include "daemon/journal/kept_row.h"
#include "daemon/journal/openings.h"
#include "daemon/policy/report.h"

namespace liaison::inbox {
namespace {

using base::Reason;

constexpr absl::Duration kRetention = absl::Hours(365 * 24);  // after it expired

absl::Time TimeOf(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixSeconds(stamp.seconds()) + absl::Nanoseconds(stamp.nanos());
}

}  // namespace

audit::v1::ActorOpening PartnerAsActor(const std::string& partner) {
  audit::v1::ActorOpening actor;
  actor.set_name(partner);
  actor.set_role("PARTNER");
  return actor;
}

store::Exchange RowOf(const exchange::v1::Statement& statement, const base::ExchangeId& id,
                      const base::Digest& digest, const partners::Registry& registry,
                      absl::Time now) {
  store::Exchange row;
  row.name = {statement.from(), id};
  row.direction = store::Direction::kIn;
  row.partner = statement.from();
  row.digest = digest;
  row.type = statement.type();
  row.urgency = statement.urgency();
  row.tlp = statement.handling().tlp();
  row.created = TimeOf(statement.created());
  row.expires = TimeOf(statement.expires());
  row.respond_by = RespondBy(statement.type(), statement.urgency(), now);
  row.conversation = base::ExchangeId::FromRaw(statement.conversation()).value_or(id);
  if (statement.has_in_reply_to()) {
    const auto replied = base::ExchangeId::FromRaw(statement.in_reply_to().exchange_id());
    if (replied.ok())
      row.in_reply_to = store::ExchangeName{statement.in_reply_to().from(), *replied};
  }
  row.exercise = statement.exercise();
  row.decided_under = registry.snapshot_digest();
  return row;
}

void FillRecord(const store::ExchangeName& name, const base::Digest& digest, audit::v1::Event event,
                audit::v1::Outward::Code code, audit::v1::Record& record) {
  record.set_event(event);
  record.set_exchange_from(name.from);
  record.set_exchange_id(std::string(name.id.raw()));
  record.set_partner(name.from);
  record.set_statement_digest(std::string(digest.raw()));
  record.set_outward(code);
}

absl::Time KeepUntil(const exchange::v1::Statement& statement, absl::Time now,
                     absl::Duration retention) {
  const absl::Time most = std::min(TimeOf(statement.expires()) + kRetention, now + retention);
  absl::Time day;
  std::string ignored;
  if (!absl::ParseTime("%Y-%m-%d", statement.handling().delete_by(), &day, &ignored)) return most;
  return std::max(now, std::min(most, day));  // a day that is past is no reason to lose it at once
}

void AsDenied(store::Exchange& exchange) {
  exchange.in_reply_to.reset();
  exchange.respond_by = absl::InfinitePast();
  exchange.bytes = 0;
}

absl::StatusOr<store::AddExchange> DenialOf(const Spent& spent, audit::v1::DecisionOpening decision,
                                            absl::Time now, message::AtRestKeys& at_rest) {
  store::AddExchange add;
  add.exchange = spent.exchange;
  AsDenied(add.exchange);
  add.quotas = spent.uses;
  FillRecord(add.exchange.name, add.exchange.digest, audit::v1::DENIED_IN,
             audit::v1::Outward::REFUSED, add.record.record);
  for (const policy::v1::Quota& quota : spent.quotas) {
    if (quota.id() == spent.outcome.what) policy::DenySpent(quota, spent.outcome.limit, decision);
  }
  const audit::v1::ActorOpening actor = PartnerAsActor(add.exchange.partner);
  absl::StatusOr<store::RecordDraft> notice =
      journal::NoticeOf(add.exchange, actor, decision, at_rest, now);
  if (!notice.ok()) return notice.status();
  add.notice = *std::move(notice);
  const absl::Status attached =
      journal::AttachFirst({std::move(decision), actor}, at_rest, now, add);
  if (!attached.ok()) return attached;
  return add;
}

audit::v1::DecisionOpening Refusal(const absl::Status& why) {
  audit::v1::DecisionOpening decision;
  decision.set_outcome("DENY");
  const std::optional<base::ErrorText> error = base::GetError(why);
  decision.set_reason(std::string(base::ReasonName(error ? error->reason : Reason::kInternal)));
  decision.set_step("open");
  decision.set_missing(std::string(why.message()));
  if (!error) return decision;
  for (const base::FieldFault& fault : error->fields) {
    auto* field = decision.add_fields();
    field->set_path(fault.field);
    field->set_rule(fault.rule);
    if (decision.fields_size() >= 20) break;
  }
  return decision;
}

}  // namespace liaison::inbox
