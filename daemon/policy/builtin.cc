#include "daemon/policy/builtin.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/policy/conditions.h"
#include "daemon/policy/labels.h"

namespace liaison::policy {
namespace {

using base::Reason;
using liaison::payload::v1::LegalBasis;
using liaison::payload::v1::Purpose;

std::optional<Denial> CheckRole(const Facts& facts) {
  if (facts.direction == Direction::kIn) return std::nullopt;
  if (facts.role != v1::Rule::ROLE_UNSPECIFIED && v1::Rule::Role_IsValid(facts.role)) {
    return std::nullopt;
  }
  return Denial{Step::kCallerRole,
                Reason::kRoleMissing,
                {"builtin:role"},
                "a role that may send, of whoever submits it"};
}

std::optional<Denial> CheckPartner(const Facts& facts) {
  if (facts.partner_active) return std::nullopt;
  return Denial{Step::kPartner,
                Reason::kPolicyDenied,
                {"builtin:partner-active"},
                "the partner is suspended or unknown"};
}

Denial NotInForce(std::string missing) {
  return {Step::kAgreement, Reason::kAgreementNotInForce, {"builtin:D-03"}, std::move(missing)};
}

std::optional<Denial> CheckInForce(const Instrument* agreement, const Facts& facts) {
  if (agreement == nullptr) {
    return NotInForce("no agreement with this partner has the id that the message names");
  }
  const std::string& id = agreement->proto.id();
  if (agreement->proto.suspended())
    return NotInForce(absl::StrCat("agreement ", id, " is suspended"));
  if (agreement->period.Contains(facts.now)) return std::nullopt;
  return NotInForce(
      absl::StrCat("agreement ", id,
                   facts.now < agreement->period.begin ? " is not yet in force" : " has ended"));
}

bool CoversType(const v1::Agreement& agreement, const Facts& facts) {
  return Holds(agreement.types(), facts.type) &&
         (!HasInner(facts) || Holds(agreement.types(), facts.inner));
}

// D-03 and D-01.
std::optional<Denial> CheckAgreement(const Instrument* agreement, const Facts& facts) {
  if (IsProtective(facts.type)) return std::nullopt;
  if (std::optional<Denial> denial = CheckInForce(agreement, facts)) return denial;
  const v1::Agreement& proto = agreement->proto;
  if (!CoversType(proto, facts)) {
    return Denial{Step::kAgreement,
                  Reason::kPolicyDenied,
                  {"builtin:D-03"},
                  absl::StrCat("agreement ", proto.id(), " does not cover this type of message")};
  }
  if (facts.purposes.empty()) {
    return Denial{
        Step::kAgreement, Reason::kPolicyDenied, {"builtin:D-01"}, "the message has no purpose"};
  }
  for (const int purpose : facts.purposes) {
    if (Holds(proto.purposes(), purpose)) continue;
    return Denial{Step::kAgreement,
                  Reason::kPolicyDenied,
                  {"builtin:D-01"},
                  absl::StrCat("agreement ", proto.id(), " does not cover every purpose")};
  }
  return std::nullopt;
}

bool HasBasis(const Facts& facts, const std::string& country) {
  return std::any_of(
      facts.legal_bases.begin(), facts.legal_bases.end(), [&](const LegalBasis& basis) {
        return basis.country() == country && basis.code() != LegalBasis::LEGAL_BASIS_UNSPECIFIED &&
               LegalBasis::Code_IsValid(basis.code());
      });
}

bool HasCitation(const Instrument* agreement, const std::string& country) {
  return agreement != nullptr && Cites(agreement->proto, country);
}

// D-02.
std::optional<Denial> CheckLegalBasis(const Instrument* agreement, const Facts& facts) {
  if (facts.direction == Direction::kIn || !facts.has_personal_data) return std::nullopt;
  const std::pair<const std::string&, std::string_view> both[] = {
      {facts.own_country, "our country"}, {facts.partner_country, "the partner's country"}};
  for (const auto& [country, words] : both) {
    const std::string whose(words);
    const bool in_message = HasBasis(facts, country);
    if (in_message && HasCitation(agreement, country)) continue;
    return Denial{Step::kLegalBasis,
                  Reason::kPolicyDenied,
                  {"builtin:D-02"},
                  in_message ? absl::StrCat("the agreement cites no legal basis for ", whose)
                             : absl::StrCat("the message names no legal basis for ", whose)};
  }
  return std::nullopt;
}

std::optional<Denial> CheckLabels(const Facts& facts, absl::Span<const Field> fields) {
  const std::optional<LabelFault> fault = FindLabelFault(facts, fields);
  if (!fault) return std::nullopt;
  return Denial{Step::kLabels,
                Reason::kPolicyDenied,
                {std::string(fault->rule)},
                std::string(fault->missing)};
}

std::optional<Denial> CheckConsent(const ConsentFinding& consent) {
  if (consent.may_go) return std::nullopt;
  return Denial{
      Step::kConsent, Reason::kPolicyDenied, {std::string(consent.rule)}, consent.missing};
}

bool CanTurnAgainstThem(Purpose::Code purpose) {
  return purpose == Purpose::BORDER_CONTROL || purpose == Purpose::DRUG_CRIME ||
         purpose == Purpose::TRAFFICKING_PROSECUTION;
}

// D-10: what victims said for their own sake does not become a case, also not against others,
// unless they agreed.
std::optional<Denial> CheckSubjects(const Facts& facts) {
  if (facts.direction == Direction::kIn || facts.victims_consent_to_investigation) {
    return std::nullopt;
  }
  if (std::none_of(facts.purposes.begin(), facts.purposes.end(), CanTurnAgainstThem)) {
    return std::nullopt;
  }
  return Denial{Step::kSubjects,
                Reason::kPolicyDenied,
                {"builtin:D-10"},
                "consent of every victim to INVESTIGATION, because the message serves border "
                "control, drug crime or prosecution"};
}

}  // namespace

bool Cites(const v1::Agreement& agreement, const std::string& country) {
  const auto& bases = agreement.legal_basis();
  return std::any_of(bases.begin(), bases.end(),
                     [&](const v1::Citation& citation) { return citation.country() == country; });
}

bool IsProtective(liaison::payload::v1::MessageType type) {
  return type == liaison::payload::v1::RECALL ||
         type == liaison::payload::v1::RECALL_CONFIRMATION ||
         type == liaison::payload::v1::ONWARD_SHARING_NOTICE;
}

bool IsAboutAnother(liaison::payload::v1::MessageType type) {
  return type == liaison::payload::v1::FIELD_OPENING ||
         type == liaison::payload::v1::FORWARDED_ITEM;
}

bool MayBeInside(liaison::payload::v1::MessageType type) {
  return !IsProtective(type) && !IsAboutAnother(type);
}

bool HasInner(const Facts& facts) {
  return facts.type == liaison::payload::v1::FIELD_OPENING ||
         facts.inner != liaison::payload::v1::MESSAGE_TYPE_UNSPECIFIED;
}

std::optional<Denial> CheckBuiltIn(const Instrument* named, const Facts& facts,
                                   const ConsentFinding& consent, absl::Span<const Field> fields) {
  const bool with_partner = named != nullptr && named->proto.partner() == facts.partner;
  const Instrument* const agreement = with_partner ? named : nullptr;
  std::optional<Denial> denial = CheckRole(facts);
  if (!denial) denial = CheckPartner(facts);
  if (!denial) denial = CheckAgreement(agreement, facts);
  if (!denial) denial = CheckLegalBasis(agreement, facts);
  if (!denial) denial = CheckLabels(facts, fields);
  if (!denial) denial = CheckConsent(consent);
  if (!denial) denial = CheckSubjects(facts);
  return denial;
}

}  // namespace liaison::policy
