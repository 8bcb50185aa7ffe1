// A decision in the words of those who ask: the audit record's opening, the desk's answer, an
// error.
#ifndef LIAISON_DAEMON_POLICY_REPORT_H_
#define LIAISON_DAEMON_POLICY_REPORT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "daemon/base/ids.h"
#include "daemon/policy/policy.h"
#include "liaison/audit/v1/record.pb.h"
#include "liaison/desk/v1/desk.pb.h"

namespace liaison::policy {

// Under what a decision was made.
struct InForce {
  std::string policy_id;
  uint64_t policy_version = 0;
  base::Digest policy_digest;
  base::Digest registry_digest;
};

// For the record. Fields by schema path, each path and fate once, those that are kept left out.
audit::v1::DecisionOpening ToOpening(const Decision& decision, absl::Span<const Field> fields,
                                     const InForce& in_force);

// For the person who asks: fields with list positions, those that are kept left out.
desk::v1::Decision ToDesk(const Decision& decision, absl::Span<const Field> fields,
                          const InForce& in_force);
// The same from an old record's opening; fields by schema path.
desk::v1::Decision ToDesk(const audit::v1::DecisionOpening& opening);

// Turns a decision that would let a message go into the denial of a spent quota. `limit`: "per_day"
// or "distinct_subjects_per_day".
void DenySpent(const v1::Quota& quota, std::string_view limit, desk::v1::Decision& decision);
void DenySpent(const v1::Quota& quota, std::string_view limit,
               audit::v1::DecisionOpening& decision);

// OK for ALLOW and HOLD, which waits and is no failure; else the decision's Reason with step, rules
// and missing condition.
absl::Status ToStatus(const desk::v1::Decision& decision);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_REPORT_H_
