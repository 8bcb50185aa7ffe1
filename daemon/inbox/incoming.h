// What of an incoming message goes into its row, its record and the openings beside it.
#ifndef LIAISON_DAEMON_INBOX_INCOMING_H_
#define LIAISON_DAEMON_INBOX_INCOMING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/message/at_rest.h"
#include "daemon/partners/registry.h"
#include "daemon/store/rows.h"
#include "liaison/audit/v1/record.pb.h"
#include "liaison/exchange/v1/statement.pb.h"
#include "liaison/policy/v1/policy.pb.h"

namespace liaison::inbox {

audit::v1::ActorOpening PartnerAsActor(const std::string& partner);

store::Exchange RowOf(const exchange::v1::Statement& statement, const base::ExchangeId& id,
                      const base::Digest& digest, const partners::Registry& registry,
                      absl::Time now);

// Of what is denied nothing is kept, nothing is answered, and no answer is due.
void AsDenied(store::Exchange& exchange);

// Of a message from the partner that `name` names.
void FillRecord(const store::ExchangeName& name, const base::Digest& digest, audit::v1::Event event,
                audit::v1::Outward::Code code, audit::v1::Record& record);

// Until when the body is kept: what the statement and our policy say, the earlier of both.
absl::Time KeepUntil(const exchange::v1::Statement& statement, absl::Time now,
                     absl::Duration retention);

// What the writer found over a policy's quota, as a denial that counts against the same quotas.
struct Spent {
  const store::Exchange& exchange;
  const std::vector<store::QuotaUse>& uses;
  const std::vector<policy::v1::Quota>& quotas;
  const store::Outcome& outcome;
};
absl::StatusOr<store::AddExchange> DenialOf(const Spent& spent, audit::v1::DecisionOpening decision,
                                            absl::Time now, message::AtRestKeys& at_rest);

// The decision that a refusal is, for the openings.
audit::v1::DecisionOpening Refusal(const absl::Status& why);

}  // namespace liaison::inbox

#endif  // LIAISON_DAEMON_INBOX_INCOMING_H_
