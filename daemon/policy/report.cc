#include "daemon/policy/report.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/base/invariant.h"
#include "daemon/policy/labels.h"
#include "daemon/policy/onward.h"
#include "daemon/policy/terms.h"

namespace liaison::policy {
namespace {

std::string ReasonOf(const Decision& decision) {
  if (decision.outcome != Outcome::kDeny) return "";
  return std::string(base::ReasonName(decision.reason));
}

bool Names(const desk::v1::Decision& decision, std::string_view rule) {
  return std::find(decision.rules().begin(), decision.rules().end(), rule) !=
         decision.rules().end();
}

std::string ConsentFix(const desk::v1::Decision& decision) {
  if (Names(decision, "builtin:D-05")) {
    return "send it as TLP:RED to named recipients, with a child_safeguard for each child; or "
           "correct is_child, age or birth where they are wrong";
  }
  return "obtain and record the consent that is missing; without it go only what saves a life "
         "(D-06) and anonymous records under a duty to notify (D-07)";
}

// What the person can do about a denial.
std::string FixFor(const desk::v1::Decision& decision) {
  const std::string_view step = decision.step();
  if (Names(decision, kOnwardRule)) {
    return "ask the originator with an ONWARD_SHARING_REQUEST in reply to the message, and pass it "
           "on as its decision grants";
  }
  if (step == StepName(Step::kAgreement)) {
    return "name an agreement that is in force with this partner for this type and purpose";
  }
  if (step == StepName(Step::kConsent)) return ConsentFix(decision);
  if (step == StepName(Step::kLabels)) {
    return decision.missing() == kOtherPurpose
               ? "name no purposes, and those of the message, within the permission, are taken; or "
                 "name some of these"
               : "correct the handling codes";
  }
  if (step == StepName(Step::kLegalBasis)) return "name a legal basis for both countries";
  if (step == StepName(Step::kSubjects)) {
    return "obtain the victims' consent to INVESTIGATION, of a child its guardian's, or leave them "
           "out of what serves border control, drug crime or prosecution";
  }
  if (step == StepName(Step::kObligations)) {
    if (Names(decision, kDerogationRule)) {
      return "take the rule out of derogations; the policy itself must say that it may be set "
             "aside";
    }
    return "agree on a key with the partner and name it as match_key_file";
  }
  if (step == StepName(Step::kQuota)) return "send it on another day, in the quota's time zone";
  return "see each field with --dry-run, or a draft with `liaison policy explain`; the policy's "
         "keeper can change the rules";
}

std::string SpentText(const v1::Quota& quota, std::string_view limit) {
  const bool persons = limit == "distinct_subjects_per_day";
  return absl::StrCat("quota ", quota.id(),
                      " is spent: ", persons ? quota.distinct_subjects_per_day() : quota.per_day(),
                      persons ? " persons" : " attempts", " a day in ",
                      quota.time_zone().empty() ? "UTC" : quota.time_zone(),
                      quota.per_caller() ? " for each caller" : "");
}

template <typename D>
void Deny(const v1::Quota& quota, std::string_view limit, D& decision) {
  decision.set_outcome(std::string(OutcomeName(Outcome::kDeny)));
  decision.set_reason(std::string(base::ReasonName(base::Reason::kPolicyDenied)));
  decision.set_step(std::string(StepName(Step::kQuota)));
  decision.set_missing(SpentText(quota, limit));
}

}  // namespace

audit::v1::DecisionOpening ToOpening(const Decision& decision, absl::Span<const Field> fields,
                                     const InForce& in_force) {
  audit::v1::DecisionOpening opening;
  opening.set_policy_id(in_force.policy_id);
  opening.set_policy_version(in_force.policy_version);
  opening.set_policy_digest(std::string(in_force.policy_digest.raw()));
  opening.set_registry_digest(std::string(in_force.registry_digest.raw()));
  opening.set_outcome(std::string(OutcomeName(decision.outcome)));
  opening.set_reason(ReasonOf(decision));
  opening.set_step(std::string(StepName(decision.step)));
  for (const std::string& rule : decision.rules) opening.add_rules(rule);
  opening.set_missing(decision.missing);
  for (const std::string& obligation : decision.obligations) opening.add_obligations(obligation);
  std::set<std::tuple<std::string_view, std::string, std::string_view>> seen;
  for (size_t i = 0; i < decision.fields.size(); ++i) {
    const FieldFate& fate = decision.fields[i];
    if (fate.action == Action::kKeep) continue;
    std::string name = FateName(fate);
    if (!seen.emplace(fields[i].schema_path, name, fate.rule).second) continue;
    auto* field = opening.add_fields();
    field->set_path(std::string(fields[i].schema_path));
    field->set_action(std::move(name));
    field->set_rule(std::string(fate.rule));
  }
  return opening;
}

desk::v1::Decision ToDesk(const Decision& decision, absl::Span<const Field> fields,
                          const InForce& in_force) {
  base::Invariant(decision.fields.empty() || decision.fields.size() == fields.size(),
                  "a decision has one fate for each field");
  desk::v1::Decision shown;
  shown.set_outcome(std::string(OutcomeName(decision.outcome)));
  shown.set_reason(ReasonOf(decision));
  shown.set_step(std::string(StepName(decision.step)));
  for (const std::string& rule : decision.rules) shown.add_rules(rule);
  shown.set_missing(decision.missing);
  for (const std::string& obligation : decision.obligations) shown.add_obligations(obligation);
  for (size_t i = 0; i < decision.fields.size(); ++i) {
    if (decision.fields[i].action == Action::kKeep) continue;
    auto* field = shown.add_fields();
    field->set_path(std::string(fields[i].path));
    field->set_action(FateName(decision.fields[i]));
    field->set_rule(std::string(decision.fields[i].rule));
    field->set_sens(Sensitivity::Class_Name(fields[i].sens));
  }
  shown.set_policy_id(in_force.policy_id);
  shown.set_policy_version(in_force.policy_version);
  shown.set_policy_digest(in_force.policy_digest.hex());
  return shown;
}

desk::v1::Decision ToDesk(const audit::v1::DecisionOpening& opening) {
  desk::v1::Decision shown;
  shown.set_outcome(opening.outcome());
  shown.set_reason(opening.reason());
  shown.set_step(opening.step());
  *shown.mutable_rules() = opening.rules();
  shown.set_missing(opening.missing());
  *shown.mutable_obligations() = opening.obligations();
  for (const auto& field : opening.fields()) {
    auto* decided = shown.add_fields();
    decided->set_path(field.path());
    decided->set_action(field.action());
    decided->set_rule(field.rule());
  }
  shown.set_policy_id(opening.policy_id());
  shown.set_policy_version(opening.policy_version());
  if (const auto digest = base::Digest::FromRaw(opening.policy_digest()); digest.ok()) {
    shown.set_policy_digest(digest->hex());
  }
  return shown;
}

void DenySpent(const v1::Quota& quota, std::string_view limit, desk::v1::Decision& decision) {
  Deny(quota, limit, decision);
}

void DenySpent(const v1::Quota& quota, std::string_view limit,
               audit::v1::DecisionOpening& decision) {
  Deny(quota, limit, decision);
}

absl::Status ToStatus(const desk::v1::Decision& decision) {
  if (decision.outcome() == OutcomeName(Outcome::kAllow) ||
      decision.outcome() == OutcomeName(Outcome::kHold)) {
    return absl::OkStatus();
  }
  base::ErrorText error;
  error.reason = base::ReasonFromName(decision.reason()).value_or(base::Reason::kPolicyDenied);
  error.message =
      absl::StrCat("policy denies this at step ", decision.step(), ": ", decision.missing());
  error.fix = FixFor(decision);
  error.metadata = {{"step", decision.step()},
                    {"rule", absl::StrJoin(decision.rules(), ",")},
                    {"policy", decision.policy_id()}};
  return base::MakeError(error);
}

}  // namespace liaison::policy
