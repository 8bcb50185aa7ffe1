#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/policy/consent.h"
#include "daemon/policy/fates.h"
#include "daemon/policy/labels.h"
#include "daemon/policy/policy.h"
#include "daemon/policy/rules.h"

namespace liaison::policy {
namespace {

using base::Reason;
using liaison::payload::v1::LegalBasis;

// Why a step is not satisfied.
struct Denial {
  Step step = Step::kDone;
  Reason reason = Reason::kPolicyDenied;
  std::vector<std::string> rules;
  std::string missing;
};

std::optional<Denial> CheckRole(const Facts& facts) {
  if (facts.direction == Direction::kIn) return std::nullopt;
  if (facts.role != v1::Rule::ROLE_UNSPECIFIED && v1::Rule::Role_IsValid(facts.role)) {
    return std::nullopt;
  }
  return Denial{Step::kCallerRole,
                Reason::kRoleMissing,
                {"builtin:role"},
                "the caller has no role that may send"};
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
  if (agreement == nullptr || agreement->proto.partner() != facts.partner) {
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

// D-03 and D-01.
std::optional<Denial> CheckAgreement(const Instrument* agreement, const Facts& facts) {
  if (std::optional<Denial> denial = CheckInForce(agreement, facts)) return denial;
  const v1::Agreement& proto = agreement->proto;
  if (!Holds(proto.types(), facts.type)) {
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

bool HasCitation(const v1::Agreement& agreement, const std::string& country) {
  return std::any_of(agreement.legal_basis().begin(), agreement.legal_basis().end(),
                     [&](const v1::Citation& citation) { return citation.country() == country; });
}

// D-02.
std::optional<Denial> CheckLegalBasis(const v1::Agreement& agreement, const Facts& facts) {
  if (facts.direction == Direction::kIn || !facts.has_personal_data) return std::nullopt;
  const std::pair<const std::string&, std::string_view> both[] = {
      {facts.own_country, "our country"}, {facts.partner_country, "the partner's country"}};
  for (const auto& [country, words] : both) {
    const std::string whose(words);
    const bool in_message = HasBasis(facts, country);
    if (in_message && HasCitation(agreement, country)) continue;
    return Denial{
        Step::kLegalBasis,
        Reason::kPolicyDenied,
        {"builtin:D-02"},
        in_message ? absl::StrCat("agreement ", agreement.id(), " cites no legal basis for ", whose)
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
  return Denial{Step::kConsent, Reason::kPolicyDenied, {"builtin:D-04"}, consent.missing};
}

std::optional<Denial> CheckForbids(const std::vector<const Clause*>& forbids, const Facts& facts) {
  Denial denial{Step::kForbid, Reason::kPolicyDenied, {}, ""};
  std::vector<std::string> ignored;
  for (const Clause* clause : forbids) {
    if (Applies(*clause, facts, ignored)) denial.rules.push_back(clause->proto.id());
  }
  if (denial.rules.empty()) return std::nullopt;
  denial.missing = absl::StrCat("forbidden by rule ", absl::StrJoin(denial.rules, ", "));
  return denial;
}

// Fills `applying`.
std::optional<Denial> CheckPermits(const std::vector<const Clause*>& permits, const Facts& facts,
                                   std::vector<const Clause*>& applying) {
  std::vector<std::string> failed;
  for (const Clause* clause : permits) {
    if (Applies(*clause, facts, failed)) applying.push_back(clause);
  }
  if (!applying.empty()) return std::nullopt;
  return Denial{Step::kPermit,
                Reason::kPolicyDenied,
                {std::string(kDefaultRule)},
                permits.empty() ? "no rule permits this type of message with this partner"
                                : absl::StrJoin(failed, "; ")};
}

std::string RemovedBy(const Field& field, const FieldFate& fate) {
  const std::string path(field.schema_path);
  if (fate.rule == kDefaultRule) return absl::StrCat("no rule lets field ", path, " pass");
  return absl::StrCat("rule ", fate.rule, " does not let field ", path, " pass");
}

std::optional<Denial> CheckFields(const Facts& facts, absl::Span<const Field> fields,
                                  const std::vector<FieldFate>& fates) {
  bool anything = false;
  for (size_t i = 0; i < fields.size(); ++i) {
    anything = anything || fates[i].action != Action::kOmit;
    if (fates[i].action == Action::kKeep) continue;
    const bool out = facts.direction == Direction::kOut;
    if (out && !fields[i].needed) continue;
    const std::string why = RemovedBy(fields[i], fates[i]);
    if (!out) return Denial{Step::kFields, Reason::kPolicyDenied, {fates[i].rule}, why};
    return Denial{Step::kFields,
                  Reason::kFieldNeeded,
                  {fates[i].rule},
                  absl::StrCat(why, ", and the message makes no sense without it")};
  }
  if (anything || facts.direction == Direction::kIn) return std::nullopt;
  return Denial{
      Step::kFields, Reason::kPolicyDenied, {"builtin:D-11"}, "no rule lets any field pass"};
}

std::optional<Denial> CheckObligations(const std::vector<const Clause*>& applying) {
  Denial denial{Step::kObligations, Reason::kObligationUnsupported, {}, ""};
  std::vector<std::string> words;
  for (const Clause* clause : applying) {
    if (clause->obligations.empty()) continue;
    denial.rules.push_back(clause->proto.id());
    words.insert(words.end(), clause->obligations.begin(), clause->obligations.end());
  }
  if (denial.rules.empty()) return std::nullopt;
  denial.missing = absl::StrCat("this version cannot fulfil: ", absl::StrJoin(words, ", "));
  return denial;
}

Decision Denied(Denial denial) {
  Decision decision;
  decision.outcome = Outcome::kDeny;
  decision.reason = denial.reason;
  decision.step = denial.step;
  decision.rules = std::move(denial.rules);
  decision.missing = std::move(denial.missing);
  return decision;
}

// The steps before any rule of the file is asked.
std::optional<Denial> CheckBuiltIn(const Instrument* agreement, const Facts& facts,
                                   const ConsentFinding& consent, absl::Span<const Field> fields) {
  if (std::optional<Denial> denial = CheckRole(facts)) return denial;
  if (std::optional<Denial> denial = CheckPartner(facts)) return denial;
  if (std::optional<Denial> denial = CheckAgreement(agreement, facts)) return denial;
  if (std::optional<Denial> denial = CheckLegalBasis(agreement->proto, facts)) return denial;
  if (std::optional<Denial> denial = CheckLabels(facts, fields)) return denial;
  return CheckConsent(consent);
}

// The steps after a permit is found.
Decision DecideContent(const Facts& facts, absl::Span<const Field> fields,
                       const std::vector<const Clause*>& applying, const ConsentFinding& consent) {
  std::vector<Permit> permits;
  for (const Clause* clause : applying) permits.push_back({clause->proto.id(), &clause->fields});
  std::vector<FieldFate> fates = DecideFates(fields, permits, consent.restrictions);
  Decision decision;
  if (std::optional<Denial> denial = CheckFields(facts, fields, fates)) {
    decision = Denied(*std::move(denial));
  } else if ((denial = CheckObligations(applying))) {
    decision = Denied(*std::move(denial));
  } else {
    decision.outcome = Outcome::kAllow;
    decision.step = Step::kDone;
    decision.obligations = consent.obligations;
    for (const Restriction& restriction : consent.restrictions) {
      decision.rules.emplace_back(restriction.rule);
    }
    for (const Permit& permit : permits) decision.rules.emplace_back(permit.id);
    std::sort(decision.rules.begin(), decision.rules.end());
  }
  decision.fields = std::move(fates);
  return decision;
}

}  // namespace

Decision Policy::Decide(const Facts& facts, absl::Span<const Field> fields) const {
  const auto found = rep_->agreements.find(facts.agreement_id);
  const Instrument* agreement = found == rep_->agreements.end() ? nullptr : &found->second;
  ConsentFinding consent;
  consent.may_go = true;
  if (facts.direction == Direction::kOut) consent = FindConsent(facts);
  std::optional<Denial> denial = CheckBuiltIn(agreement, facts, consent, fields);
  if (denial) return Denied(*std::move(denial));
  denial = CheckForbids(rep_->Forbids(facts), facts);
  if (denial) return Denied(*std::move(denial));
  std::vector<const Clause*> applying;
  denial = CheckPermits(rep_->Permits(facts), facts, applying);
  if (denial) return Denied(*std::move(denial));
  return DecideContent(facts, fields, applying, consent);
}

}  // namespace liaison::policy
