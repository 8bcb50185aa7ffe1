#include "daemon/policy/consent.h"

#include <algorithm>

namespace liaison::policy {
namespace {

using liaison::payload::v1::LegalBasis;
using liaison::payload::v1::Purpose;
using liaison::payload::v1::Urgency;

bool IsThreatToLife(const Facts& facts) {
  return facts.urgency == Urgency::U1 && facts.has_no_consent_reason &&
         std::find(facts.purposes.begin(), facts.purposes.end(), Purpose::THREAT_TO_LIFE) !=
             facts.purposes.end();
}

bool IsDutyToNotify(const Facts& facts) {
  return std::any_of(facts.legal_bases.begin(), facts.legal_bases.end(),
                     [](const LegalBasis& basis) {
                       return basis.code() == LegalBasis::MODERN_SLAVERY_DUTY_TO_NOTIFY;
                     });
}

}  // namespace

ConsentFinding FindConsent(const Facts& facts) {
  ConsentFinding finding;
  finding.may_go = true;
  if (!facts.has_adult_victim || facts.consent_covers) return finding;
  if (IsThreatToLife(facts)) {
    finding.restrictions.push_back(
        {"builtin:D-06", {Sensitivity::L4, Sensitivity::L7, Sensitivity::L8}});
    finding.obligations.emplace_back("a supervisor reviews this within 24 hours");
    return finding;
  }
  if (IsDutyToNotify(facts)) {
    finding.restrictions.push_back(
        {"builtin:D-07", {Sensitivity::L2, Sensitivity::L3, Sensitivity::L5, Sensitivity::L8}});
    return finding;
  }
  finding.may_go = false;
  finding.missing =
      facts.consent_missing.empty() ? "consent that covers this" : facts.consent_missing;
  return finding;
}

}  // namespace liaison::policy
