#include "daemon/policy/consent.h"

#include <algorithm>

#include "daemon/policy/labels.h"

namespace liaison::policy {
namespace {

using liaison::payload::v1::LegalBasis;
using liaison::payload::v1::Purpose;
using liaison::payload::v1::Tlp;
using liaison::payload::v1::Urgency;

ConsentFinding MayNotGo(std::string_view rule, std::string_view missing) {
  ConsentFinding finding;
  finding.rule = rule;
  finding.missing = missing;
  return finding;
}

// D-05: what a child is owed in place of being asked; empty when nothing is lacking. What is passed
// on came without a safeguard that its originator did not send.
std::string_view ChildGap(const Facts& facts) {
  if (!facts.has_possible_child) return "";
  if (EffectiveTlp(facts.handling) != Tlp::RED) {
    return "TLP:RED, because a person is or may be a child";
  }
  if (facts.lacks_child_safeguard && !facts.received_handling) {
    return "child_safeguard of everybody who is or may be a child: is_child, age and birth are "
           "looked at together";
  }
  return "";
}

bool ProtectsPeople(v1::PartnerClass partner) {
  return partner == v1::INTERNATIONAL_ORGANISATION || partner == v1::NGO;
}

// What is sent to save a life serves nothing else.
bool SavesLife(const std::vector<Purpose::Code>& purposes) {
  const auto saves = [](Purpose::Code purpose) {
    return purpose == Purpose::THREAT_TO_LIFE || purpose == Purpose::VICTIM_RESCUE;
  };
  return std::find(purposes.begin(), purposes.end(), Purpose::THREAT_TO_LIFE) != purposes.end() &&
         std::all_of(purposes.begin(), purposes.end(), saves);
}

bool IsThreatToLife(const Facts& facts) {
  return facts.urgency == Urgency::U1 && facts.has_no_consent_reason && SavesLife(facts.purposes);
}

// A duty of our own: the law of another country obliges us to nothing.
bool IsDutyToNotify(const Facts& facts) {
  return std::any_of(facts.legal_bases.begin(), facts.legal_bases.end(),
                     [&](const LegalBasis& basis) {
                       return basis.code() == LegalBasis::MODERN_SLAVERY_DUTY_TO_NOTIFY &&
                              basis.country() == facts.own_country;
                     });
}

// Fields of class L4 that an anonymous record has not: where somebody was, and by what they are
// known.
constexpr std::string_view kPointToSomebody[] = {"biometrics",        "certificate_ref",
                                                 "evidence_ref",      "route",
                                                 "recruitment_place", "exploitation_place"};

// Who refused and stands in it by role, age group and refusal alone may stay in it.
std::vector<Sensitivity::Class> OutOfAnAnonymousRecord(const Facts& facts) {
  if (facts.has_only_anonymous_refusals) return {Sensitivity::L3, Sensitivity::L5, Sensitivity::L8};
  return {Sensitivity::L2, Sensitivity::L3, Sensitivity::L5, Sensitivity::L8};
}

}  // namespace

ConsentFinding FindConsent(const Facts& facts) {
  ConsentFinding finding;
  finding.may_go = true;
  const std::string_view child_gap = ChildGap(facts);
  if (!child_gap.empty()) return MayNotGo("builtin:D-05", child_gap);
  if (facts.has_possible_child && !ProtectsPeople(facts.partner_class)) {
    finding.restrictions.push_back({"builtin:D-05", {}, "biometrics"});
  }
  if (!facts.has_adult_victim || facts.consent_covers) return finding;
  if (IsThreatToLife(facts)) {
    finding.restrictions.push_back(
        {"builtin:D-06", {Sensitivity::L4, Sensitivity::L7, Sensitivity::L8}, ""});
    finding.obligations.emplace_back("a supervisor reviews this within 24 hours");
    return finding;
  }
  if (IsDutyToNotify(facts)) {
    finding.restrictions.push_back({"builtin:D-07", OutOfAnAnonymousRecord(facts), ""});
    for (const std::string_view segment : kPointToSomebody) {
      finding.restrictions.push_back({"builtin:D-07", {}, segment});
    }
    return finding;
  }
  const bool named = !facts.consent_missing.empty();
  return MayNotGo("builtin:D-04", named ? facts.consent_missing : "consent that covers this");
}

}  // namespace liaison::policy
