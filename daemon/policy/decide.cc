#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/policy/builtin.h"
#include "daemon/policy/conditions.h"
#include "daemon/policy/consent.h"
#include "daemon/policy/fates.h"
#include "daemon/policy/policy.h"
#include "daemon/policy/rules.h"

namespace liaison::policy {
namespace {

using base::Reason;

std::optional<Denial> CheckForbids(const Clauses& forbids, const Facts& facts,
                                   absl::Span<const Field> fields) {
  Denial denial{Step::kForbid, Reason::kPolicyDenied, {}, ""};
  for (const Clause* clause : forbids) {
    if (!Applies(clause->proto, facts) || !Carries(clause->proto, fields)) continue;
    denial.rules.push_back(clause->proto.id());
  }
  if (denial.rules.empty()) return std::nullopt;
  denial.missing = absl::StrCat("forbidden by rule ", absl::StrJoin(denial.rules, ", "));
  return denial;
}

Clauses ThoseThatApply(const Clauses& clauses, const Facts& facts) {
  Clauses applying;
  for (const Clause* clause : clauses) {
    if (Applies(clause->proto, facts)) applying.push_back(clause);
  }
  return applying;
}

Denial NoPermit(const Clauses& permits, const Facts& facts) {
  std::vector<std::string> why;
  for (const Clause* clause : permits) why.push_back(WhyNot(clause->proto, facts));
  return {Step::kPermit,
          Reason::kPolicyDenied,
          {std::string(kDefaultRule)},
          permits.empty() ? "no rule permits this type of message with this partner"
                          : absl::StrJoin(why, "; ")};
}

std::vector<Voice> VoicesOf(const Clauses& clauses) {
  std::vector<Voice> voices;
  voices.reserve(clauses.size());
  for (const Clause* clause : clauses) voices.push_back({clause->proto.id(), &clause->fields});
  return voices;
}

std::string RemovedBy(const Field& field, const FieldFate& fate) {
  const std::string path(field.schema_path);
  if (fate.rule == kDefaultRule) return absl::StrCat("no rule lets field ", path, " pass");
  return absl::StrCat("rule ", std::string(fate.rule), " does not let field ", path, " pass");
}

// What is refused of one field. OUT: a needed one must go. IN: each must be kept.
std::optional<Denial> CheckField(const Facts& facts, const Field& field, const FieldFate& fate) {
  if (facts.direction == Direction::kIn) {
    if (fate.action == Action::kKeep) return std::nullopt;
    return Denial{
        Step::kFields, Reason::kPolicyDenied, {std::string(fate.rule)}, RemovedBy(field, fate)};
  }
  if (!field.needed || Goes(fate.action)) return std::nullopt;
  return Denial{
      Step::kFields,
      Reason::kFieldNeeded,
      {std::string(fate.rule)},
      absl::StrCat(RemovedBy(field, fate), ", and the message makes no sense without it")};
}

std::optional<Denial> CheckFields(const Facts& facts, absl::Span<const Field> fields,
                                  const std::vector<FieldFate>& fates) {
  bool anything = facts.direction == Direction::kIn;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (std::optional<Denial> denial = CheckField(facts, fields[i], fates[i])) return denial;
    anything = anything || Goes(fates[i].action);
  }
  if (anything) return std::nullopt;
  return Denial{
      Step::kFields, Reason::kPolicyDenied, {"builtin:D-11"}, "no rule lets any field pass"};
}

std::optional<Denial> CheckObligations(const Facts& facts, const std::vector<FieldFate>& fates) {
  if (facts.has_match_key) return std::nullopt;
  for (const FieldFate& fate : fates) {
    if (fate.action != Action::kMatchToken) continue;
    return Denial{Step::kObligations,
                  Reason::kObligationUnsupported,
                  {std::string(fate.rule)},
                  "a key shared with this partner (match_key_file) to make match tokens with"};
  }
  return std::nullopt;
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

// What is decided on.
struct Message {
  const Facts& facts;
  absl::Span<const Field> fields;
  const ConsentFinding& consent;
};

// The rules that apply when the message may pass.
struct Applying {
  Clauses permits;  // none: a protective type
  Clauses restricts;
  Clauses holds;  // but for what they carry, until fates are known
};

void AddTerms(const Applying& applying, Decision& decision) {
  Terms terms;
  for (const Clause* clause : applying.permits) Join(clause->terms, terms);
  for (const Clause* clause : applying.holds) Join(clause->terms, terms);
  for (std::string& words : InWords(terms)) decision.obligations.push_back(std::move(words));
  decision.release = terms.release;
  for (const auto& [id, quota] : terms.quotas) decision.quotas.push_back(*quota);
  decision.retention = terms.retention;
  decision.notice = terms.notice;
}

void NameRules(const Applying& applying, const ConsentFinding& consent, Decision& decision) {
  for (const Clauses* clauses : {&applying.permits, &applying.restricts, &applying.holds}) {
    for (const Clause* clause : *clauses) decision.rules.push_back(clause->proto.id());
  }
  for (const Restriction& restriction : consent.restrictions) {
    decision.rules.emplace_back(restriction.rule);
  }
  if (applying.permits.empty()) decision.rules.emplace_back(kProtectiveRule);
  std::sort(decision.rules.begin(), decision.rules.end());
}

// What must be done, and whether it must be done before the message goes.
Decision Passed(const Message& message, const Applying& applying) {
  Decision decision;
  decision.outcome = Outcome::kAllow;
  decision.obligations = message.consent.obligations;
  AddTerms(applying, decision);
  NameRules(applying, message.consent, decision);
  const uint32_t have = 1 + message.facts.releases;  // the submitter is one of them
  if (!decision.release || have >= decision.release->persons) return decision;
  decision.outcome = Outcome::kHold;
  decision.step = Step::kRelease;
  decision.missing = absl::StrCat("release by ", decision.release->persons - have, " more");
  return decision;
}

// The steps after a permit is found.
Decision DecideContent(const PathIndex& paths, const Message& message, Applying applying) {
  const std::vector<Voice> permits = VoicesOf(applying.permits);
  const std::vector<Voice> restricts = VoicesOf(applying.restricts);
  std::vector<FieldFate> fates =
      DecideFates(paths, {message.consent.restrictions, permits, restricts}, message.fields);
  std::optional<Denial> denial = CheckFields(message.facts, message.fields, fates);
  if (!denial) denial = CheckObligations(message.facts, fates);
  std::erase_if(applying.holds, [&](const Clause* clause) {
    return !CarriesAway(clause->proto, message.fields, fates);
  });
  Decision decision = denial ? Denied(*std::move(denial)) : Passed(message, applying);
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
  denial = CheckForbids(rep_->Find(v1::Rule::FORBID, facts), facts, fields);
  if (denial) return Denied(*std::move(denial));
  Applying applying;
  if (!IsProtective(facts.type)) {
    const Clauses permits = rep_->Find(v1::Rule::PERMIT, facts);
    applying.permits = ThoseThatApply(permits, facts);
    if (applying.permits.empty()) return Denied(NoPermit(permits, facts));
  }
  applying.restricts = ThoseThatApply(rep_->Find(v1::Rule::RESTRICT, facts), facts);
  applying.holds = ThoseThatApply(rep_->Find(v1::Rule::HOLD, facts), facts);
  Decision decision = DecideContent(rep_->paths(), {facts, fields, consent}, std::move(applying));
  decision.rule_ids = rep_;
  return decision;
}

}  // namespace liaison::policy
