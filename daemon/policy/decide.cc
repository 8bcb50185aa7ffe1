#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/policy/builtin.h"
#include "daemon/policy/conditions.h"
#include "daemon/policy/consent.h"
#include "daemon/policy/fates.h"
#include "daemon/policy/labels.h"
#include "daemon/policy/policy.h"
#include "daemon/policy/rules.h"

namespace liaison::policy {
namespace {

using base::Reason;

using liaison::payload::v1::FIELD_OPENING;

// Of a message about the fields of another one: its facts as if that were sent with them alone.
std::optional<Facts> AsSent(const Facts& facts) {
  if (!HasInner(facts)) return std::nullopt;
  Facts sent = facts;
  sent.type = facts.inner;
  return sent;
}

// But for those that are set aside.
Clauses ThoseThatApply(const Clauses& clauses, const Facts& facts, const Clauses& aside) {
  Clauses applying;
  for (const Clause* clause : clauses) {
    const bool is_aside = std::find(aside.begin(), aside.end(), clause) != aside.end();
    if (!is_aside && Applies(clause->proto, facts)) applying.push_back(clause);
  }
  return applying;
}

// Of two in order of id: in that order, each once.
Clauses Union(const Clauses& some, const Clauses& more) {
  Clauses both;
  std::set_union(some.begin(), some.end(), more.begin(), more.end(), std::back_inserter(both),
                 [](const Clause* a, const Clause* b) { return a->rank < b->rank; });
  return both;
}

std::optional<Denial> CheckForbids(const Clauses& forbids, absl::Span<const Field> fields) {
  Denial denial{Step::kForbid, Reason::kPolicyDenied, {}, ""};
  for (const Clause* clause : forbids) {
    if (Carries(clause->proto, fields)) denial.rules.push_back(clause->proto.id());
  }
  if (denial.rules.empty()) return std::nullopt;
  denial.missing = absl::StrCat("forbidden by rule ", absl::StrJoin(denial.rules, ", "));
  return denial;
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

std::string RemovedBy(const Facts& facts, const Field& field, const FieldFate& fate) {
  const std::string path(field.schema_path);
  const std::string what = facts.type == FIELD_OPENING ? "be opened" : "pass";
  if (fate.rule == kDefaultRule) return absl::StrCat("no rule lets field ", path, " ", what);
  return absl::StrCat("rule ", std::string(fate.rule), " does not let field ", path, " ", what);
}

// What is received is not changed, and what is opened is opened as it is: all or nothing.
bool MustKeepAll(const Facts& facts) {
  return facts.direction == Direction::kIn || facts.type == FIELD_OPENING;
}

std::optional<Denial> CheckField(const Facts& facts, const Field& field, const FieldFate& fate) {
  if (MustKeepAll(facts)) {
    if (fate.action == Action::kKeep) return std::nullopt;
    return Denial{Step::kFields,
                  Reason::kPolicyDenied,
                  {std::string(fate.rule)},
                  RemovedBy(facts, field, fate)};
  }
  if (!field.needed || IsThere(field.schema_path, fate.action)) return std::nullopt;
  return Denial{
      Step::kFields,
      Reason::kFieldNeeded,
      {std::string(fate.rule)},
      absl::StrCat(RemovedBy(facts, field, fate), ", and the message makes no sense without it")};
}

std::optional<Denial> CheckFields(const Facts& facts, absl::Span<const Field> fields,
                                  const std::vector<FieldFate>& fates) {
  bool anything = MustKeepAll(facts);
  for (size_t i = 0; i < fields.size(); ++i) {
    if (std::optional<Denial> denial = CheckField(facts, fields[i], fates[i])) return denial;
    anything = anything || Goes(fates[i].action);
  }
  if (anything) return std::nullopt;
  return Denial{
      Step::kFields, Reason::kPolicyDenied, {"builtin:D-11"}, "no rule lets any field pass"};
}

// D-39: a rule is set aside only where it says so. `aside`: those of facts.derogations, null for
// one that cannot be.
std::optional<Denial> CheckDerogations(const Facts& facts, const Clauses& aside) {
  for (size_t i = 0; i < aside.size(); ++i) {
    if (aside[i] != nullptr) continue;
    return Denial{Step::kObligations,
                  Reason::kPolicyDenied,
                  {kDerogationRule},
                  absl::StrCat("policy lets nobody set rule ", facts.derogations[i], " aside")};
  }
  return std::nullopt;
}

std::optional<Denial> CheckMatchTokens(const Facts& facts, const std::vector<FieldFate>& fates) {
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
  // Of an opening or of what is passed on: those for the message inside. What they omit stays, and
  // what a permit asks for when the message goes it asks for when more of it is opened.
  Clauses sent_permits;
  Clauses sent_restricts;
  Clauses aside;  // what the message asks to be set aside
};

void AddTerms(const Applying& applying, Decision& decision) {
  Terms terms;
  for (const Clauses* clauses : {&applying.permits, &applying.sent_permits, &applying.holds}) {
    for (const Clause* clause : *clauses) Join(clause->terms, terms);
  }
  for (const Clause* clause : applying.aside) {
    Join(*clause->derogation, terms);
    decision.obligations.push_back(absl::StrCat("derogation from rule ", clause->proto.id()));
  }
  for (std::string& words : InWords(terms)) decision.obligations.push_back(std::move(words));
  decision.release = terms.release;
  for (const auto& [id, quota] : terms.quotas) decision.quotas.push_back(*quota);
  decision.retention = terms.retention;
  decision.notice = terms.notice;
}

void NameRules(const Applying& applying, const ConsentFinding& consent, Decision& decision) {
  for (const Clauses* clauses : {&applying.permits, &applying.restricts, &applying.holds,
                                 &applying.sent_permits, &applying.sent_restricts}) {
    for (const Clause* clause : *clauses) decision.rules.push_back(clause->proto.id());
  }
  for (const Restriction& restriction : consent.restrictions) {
    decision.rules.emplace_back(restriction.rule);
  }
  if (applying.permits.empty()) decision.rules.emplace_back(kProtectiveRule);
  if (!applying.aside.empty()) decision.rules.emplace_back(kDerogationRule);
  std::sort(decision.rules.begin(), decision.rules.end());
  decision.rules.erase(std::unique(decision.rules.begin(), decision.rules.end()),
                       decision.rules.end());
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
  decision.missing =
      absl::StrCat("release by ", decision.release->persons - have, " more",
                   decision.release->supervisors ? ", who must be a supervisor" : "");
  return decision;
}

// What the rules for the message inside would omit of it is not opened or passed on. What they
// withhold or change may be: that is what an opening is for.
void OmitAsSent(const PathIndex& paths, const Message& message, const Applying& applying,
                std::vector<FieldFate>& fates) {
  if (applying.sent_permits.empty() && applying.sent_restricts.empty()) return;
  const std::vector<Voice> permits = VoicesOf(Union(applying.permits, applying.sent_permits));
  const std::vector<Voice> restricts = VoicesOf(Union(applying.restricts, applying.sent_restricts));
  const std::vector<FieldFate> sent =
      DecideFates(paths, {message.consent.restrictions, permits, restricts}, message.fields);
  for (size_t i = 0; i < fates.size(); ++i) {
    if (sent[i].action == Action::kOmit) fates[i] = FieldFate(sent[i]);
  }
}

// The steps after a permit is found.
Decision DecideContent(const PathIndex& paths, const Message& message, Applying applying) {
  const std::vector<Voice> permits = VoicesOf(applying.permits);
  const std::vector<Voice> restricts = VoicesOf(applying.restricts);
  std::vector<FieldFate> fates =
      DecideFates(paths, {message.consent.restrictions, permits, restricts}, message.fields);
  OmitAsSent(paths, message, applying, fates);
  std::optional<Denial> denial = CheckFields(message.facts, message.fields, fates);
  if (!denial) denial = CheckDerogations(message.facts, applying.aside);
  if (!denial) denial = CheckMatchTokens(message.facts, fates);
  std::erase_if(applying.holds, [&](const Clause* clause) {
    return !HoldsEveryAnswer(clause->proto, message.facts) &&
           !CarriesAway(clause->proto, message.fields, fates);
  });
  Decision decision = denial ? Denied(*std::move(denial)) : Passed(message, applying);
  decision.fields = std::move(fates);
  return decision;
}

using RulesFor = absl::FunctionRef<Clauses(v1::Rule::Effect effect, const Facts& facts)>;

// The rules of one effect that tighten: also those for the message inside.
Clauses Tightening(v1::Rule::Effect effect, const Facts& facts, const std::optional<Facts>& sent,
                   RulesFor rules) {
  return sent ? Union(rules(effect, facts), rules(effect, *sent)) : rules(effect, facts);
}

// Whoever sends: often a system sent the message, and an officer opens its fields.
Clauses PermitsForAnyone(Facts facts, RulesFor rules) {
  Clauses permits;
  for (const int role : {v1::Rule::OFFICER, v1::Rule::SYSTEM, v1::Rule::RELEASER}) {
    facts.role = static_cast<v1::Rule::Role>(role);
    permits = Union(permits, rules(v1::Rule::PERMIT, facts));
  }
  return permits;
}

Applying ApplyingTo(const Facts& facts, const std::optional<Facts>& sent, RulesFor rules) {
  Applying applying;
  if (!IsProtective(facts.type)) applying.permits = rules(v1::Rule::PERMIT, facts);
  applying.restricts = rules(v1::Rule::RESTRICT, facts);
  applying.holds = Tightening(v1::Rule::HOLD, facts, sent, rules);
  if (!sent) return applying;
  if (facts.type == FIELD_OPENING) applying.sent_permits = PermitsForAnyone(*sent, rules);
  applying.sent_restricts = rules(v1::Rule::RESTRICT, *sent);
  return applying;
}

}  // namespace

Decision Policy::Decide(const Facts& facts, absl::Span<const Field> fields) const {
  const auto found = rep_->agreements.find(facts.agreement_id);
  const Instrument* agreement = found == rep_->agreements.end() ? nullptr : &found->second;
  Clauses aside;
  for (const std::string& id : facts.derogations) aside.push_back(rep_->FindDerogable(id));
  const auto rules = [&](v1::Rule::Effect effect, const Facts& to) {
    return ThoseThatApply(rep_->Find(effect, to), to, aside);
  };
  const std::optional<Facts> sent = AsSent(facts);
  ConsentFinding consent;
  consent.may_go = true;
  if (facts.direction == Direction::kOut) consent = FindConsent(facts);
  std::optional<Denial> denial = CheckBuiltIn(agreement, facts, consent, fields);
  if (!denial) denial = CheckForbids(Tightening(v1::Rule::FORBID, facts, sent, rules), fields);
  if (denial) return Denied(*std::move(denial));
  Applying applying = ApplyingTo(facts, sent, rules);
  applying.aside = aside;
  if (applying.permits.empty() && !IsProtective(facts.type)) {
    return Denied(NoPermit(rep_->Find(v1::Rule::PERMIT, facts), facts));
  }
  if (facts.type == FIELD_OPENING && applying.sent_permits.empty()) {
    return Denied(NoPermit(rep_->Find(v1::Rule::PERMIT, *sent), *sent));
  }
  Decision decision = DecideContent(rep_->paths(), {facts, fields, consent}, std::move(applying));
  decision.rule_ids = rep_;
  return decision;
}

}  // namespace liaison::policy
