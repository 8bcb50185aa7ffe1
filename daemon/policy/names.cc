#include "daemon/policy/decision.h"

namespace liaison::policy {

std::string_view StepName(Step step) {
  switch (step) {
    case Step::kCallerRole:
      return "caller_role";
    case Step::kPartner:
      return "partner";
    case Step::kAgreement:
      return "agreement";
    case Step::kLegalBasis:
      return "legal_basis";
    case Step::kLabels:
      return "labels";
    case Step::kConsent:
      return "consent";
    case Step::kSubjects:
      return "subjects";
    case Step::kForbid:
      return "forbid";
    case Step::kPermit:
      return "permit";
    case Step::kFields:
      return "fields";
    case Step::kObligations:
      return "obligations";
    case Step::kQuota:
      return "quota";
    case Step::kRelease:
      return "release";
    case Step::kDone:
      return "done";
  }
  return "";
}

std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAllow:
      return "ALLOW";
    case Outcome::kHold:
      return "HOLD";
    case Outcome::kDeny:
      return "DENY";
  }
  return "";
}

}  // namespace liaison::policy
