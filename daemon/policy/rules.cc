#include "daemon/policy/rules.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "daemon/policy/labels.h"

namespace liaison::policy {
namespace {

std::vector<std::string> WordsFor(const v1::Obligations& obligations) {
  std::vector<std::string> words;
  if (obligations.has_release()) words.push_back("release by a second person");
  if (!obligations.quota().empty()) words.push_back(absl::StrCat("quota ", obligations.quota()));
  if (!obligations.retention().empty()) {
    words.push_back(absl::StrCat("retention of ", obligations.retention()));
  }
  if (obligations.notice()) words.push_back("notice");
  return words;
}

int DirectionOf(const Facts& facts) {
  return facts.direction == Direction::kOut ? v1::Rule::OUT : v1::Rule::IN;
}

bool ById(const Clause* a, const Clause* b) { return a->proto.id() < b->proto.id(); }

// A PERMIT must cover every purpose of the message; a FORBID meets it in one.
bool CoversPurposes(const v1::Rule& rule, const Facts& facts) {
  const auto in_rule = [&](int purpose) { return Holds(rule.purposes(), purpose); };
  if (rule.effect() == v1::Rule::FORBID) {
    return rule.purposes().empty() ||
           std::any_of(facts.purposes.begin(), facts.purposes.end(), in_rule);
  }
  return std::all_of(facts.purposes.begin(), facts.purposes.end(), in_rule);
}

bool CoversRole(const v1::Rule& rule, const Facts& facts) {
  if (facts.direction == Direction::kIn) return true;
  if (rule.effect() == v1::Rule::FORBID && rule.roles().empty()) return true;
  return Holds(rule.roles(), facts.role);
}

bool CoversTlp(const v1::Rule& rule, const Facts& facts) {
  return rule.max_tlp() == liaison::payload::v1::Tlp::TLP_UNSPECIFIED ||
         EffectiveTlp(facts.handling) <= rule.max_tlp();
}

}  // namespace

Clause::Clause(const v1::Rule& rule)
    : proto(rule), fields(rule.fields()), obligations(WordsFor(rule.obligations())) {}

Policy::Rep::Rep(const v1::Policy& policy) : id(policy.id()), version(policy.version()) {
  std::vector<base::FieldFault> none;
  for (const v1::Agreement& agreement : policy.agreement()) {
    agreements.emplace(agreement.id(),
                       Instrument{agreement, PeriodOf(agreement.valid(), "", none)});
  }
  for (const v1::Rule& rule : policy.rule()) clauses.push_back(std::make_unique<Clause>(rule));
  std::sort(clauses.begin(), clauses.end(),
            [](const auto& a, const auto& b) { return ById(a.get(), b.get()); });
  for (const auto& clause : clauses) Add(*clause);
}

void Policy::Rep::Add(const Clause& clause) {
  const v1::Rule& rule = clause.proto;
  auto& of_partner = index[rule.partner()];
  const auto add = [&](int type) {
    Candidates& candidates = of_partner[Kind(rule.direction(), type)];
    auto& list = rule.effect() == v1::Rule::FORBID ? candidates.forbids : candidates.permits;
    if (list.empty() || list.back() != &clause) list.push_back(&clause);
  };
  for (const int type : rule.types()) add(type);
  if (rule.types().empty()) add(0);
}

const Candidates& Policy::Rep::Find(std::string_view partner, Kind kind) const {
  static const auto* const kNone = new Candidates;
  const auto of_partner = index.find(absl::string_view(partner.data(), partner.size()));
  if (of_partner == index.end()) return *kNone;
  const auto candidates = of_partner->second.find(kind);
  return candidates == of_partner->second.end() ? *kNone : candidates->second;
}

std::vector<const Clause*> Policy::Rep::Forbids(const Facts& facts) const {
  std::vector<const Clause*> all;
  for (const std::string_view partner : {std::string_view(facts.partner), std::string_view()}) {
    for (const int type : {static_cast<int>(facts.type), 0}) {
      const Candidates& found = Find(partner, Kind(DirectionOf(facts), type));
      all.insert(all.end(), found.forbids.begin(), found.forbids.end());
    }
  }
  std::sort(all.begin(), all.end(), ById);
  return all;
}

const std::vector<const Clause*>& Policy::Rep::Permits(const Facts& facts) const {
  return Find(facts.partner, Kind(DirectionOf(facts), facts.type)).permits;
}

bool Applies(const Clause& clause, const Facts& facts, std::vector<std::string>& failed) {
  const size_t before = failed.size();
  const v1::Rule& rule = clause.proto;
  const auto note = [&](std::string_view what) {
    failed.push_back(absl::StrCat("rule ", rule.id(), " ", std::string(what)));
  };
  if (!CoversPurposes(rule, facts)) note("does not cover every purpose");
  if (!CoversRole(rule, facts)) note("is not for the caller's role");
  if (!CoversTlp(rule, facts)) note("ends at a lower TLP");
  if (!rule.agreement().empty() && rule.agreement() != facts.agreement_id) {
    note("is for another agreement");
  }
  return failed.size() == before;
}

bool Holds(const google::protobuf::RepeatedField<int>& list, int number) {
  return std::find(list.begin(), list.end(), number) != list.end();
}

}  // namespace liaison::policy
