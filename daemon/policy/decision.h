// What a decision says: the outcome, the step and the rules that decided, each field's fate, and
// what must be done too.
#ifndef LIAISON_DAEMON_POLICY_DECISION_H_
#define LIAISON_DAEMON_POLICY_DECISION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "daemon/base/error.h"
#include "daemon/policy/fate.h"
#include "liaison/policy/v1/policy.pb.h"

namespace liaison::policy {

enum class Outcome { kAllow, kHold, kDeny };
std::string_view OutcomeName(Outcome outcome);

// The steps of a decision, in their order. Names are lower case with underscores: "caller_role",
// "partner" ...
enum class Step {
  kCallerRole,
  kPartner,
  kAgreement,
  kLegalBasis,
  kLabels,
  kConsent,
  kSubjects,
  kForbid,
  kPermit,
  kFields,
  kObligations,
  kQuota,
  kRelease,
  kDone,
};
std::string_view StepName(Step step);

struct FieldFate : Fate {
  // Id of the rule, "builtin:D-13", or "default" where no rule speaks; lives as long as the
  // Decision or a copy of it.
  std::string_view rule;
};

// Of all permits and HOLD rules that apply, and of derogations: the most persons, the shortest
// time.
struct ReleaseNeed {
  uint32_t persons = 0;
  absl::Duration within;
  bool supervisors = false;  // they alone release it: a rule is set aside
};

struct Decision {
  Outcome outcome = Outcome::kDeny;
  base::Reason reason = base::Reason::kPolicyDenied;  // of a denial
  Step step = Step::kDone;
  std::vector<std::string> rules;        // that decided, in order of id
  std::string missing;                   // in words, without values of the message
  std::vector<std::string> obligations;  // in words, for people
  std::optional<ReleaseNeed> release;    // with ALLOW and HOLD: what is asked for
  std::vector<v1::Quota> quotas;         // with ALLOW and HOLD: in order of id; the store counts
  absl::Duration retention = absl::InfiniteDuration();  // the shortest
  bool notice = false;
  std::vector<FieldFate> fields;  // one for each field asked about, in order; empty when denied
                                  // before kFields (an obligation or a later step denies with them)
  std::shared_ptr<const void> rule_ids;  // what FieldFate::rule looks into
};

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_DECISION_H_
