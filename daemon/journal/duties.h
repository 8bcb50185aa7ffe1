// What a decision asks for beside the fields, as the writer and the vault of keys take it: what is
// counted, how long it may be kept, who is told.
#ifndef LIAISON_DAEMON_JOURNAL_DUTIES_H_
#define LIAISON_DAEMON_JOURNAL_DUTIES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "daemon/crypto/secret.h"
#include "daemon/message/at_rest.h"
#include "daemon/store/rows.h"
#include "liaison/audit/v1/record.pb.h"
#include "liaison/payload/v1/payload.pb.h"
#include "liaison/policy/v1/policy.pb.h"

namespace liaison::journal {

// One attempt to send or to deliver a message.
struct Attempt {
  const store::ExchangeName& name;
  const payload::v1::Payload& payload;  // whose persons are counted
  base::Digest caller;                  // HMAC; zero for what comes in
  absl::Time now;                       // of the decision
};

// What it counts against, on the day of `now`. A person is kept as an HMAC that no other day and
// no other quota has; who has no name counts as somebody else each time.
std::vector<store::QuotaUse> UsesOf(absl::Span<const policy::v1::Quota> quotas,
                                    const Attempt& attempt, const crypto::Secret& mac_key);

// The ids of the quotas that the exchange counted against whose first record this decision is of.
std::vector<std::string> QuotasCounted(const audit::v1::DecisionOpening& decision);

// The last day on which it may be kept, as Handling.delete_by: the earlier of `delete_by`, which
// may be empty, and `retention` after `from`. REQUIRES: a date, or empty; a retention that is
// finite.
std::string KeepUntil(const std::string& delete_by, absl::Time from, absl::Duration retention);

// The record that shows a message to auditors: who sent it, and the rules that let it pass, or the
// quota that it was over.
absl::StatusOr<store::RecordDraft> NoticeOf(const store::Exchange& exchange,
                                            audit::v1::ActorOpening actor,
                                            const audit::v1::DecisionOpening& decision,
                                            message::AtRestKeys& keys, absl::Time now);

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_DUTIES_H_
