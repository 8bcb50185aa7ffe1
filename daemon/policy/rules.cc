#include "daemon/policy/rules.h"

#include <algorithm>

namespace liaison::policy {
namespace {

int DirectionOf(const Facts& facts) {
  return facts.direction == Direction::kOut ? v1::Rule::OUT : v1::Rule::IN;
}

}  // namespace

Policy::Rep::Rep(const v1::Policy& policy)
    : id(policy.id()), version(policy.version()), quotas_(policy.quota()) {
  std::vector<base::FieldFault> none;
  for (const v1::Agreement& agreement : policy.agreement()) {
    agreements.emplace(agreement.id(),
                       Instrument{agreement, PeriodOf(agreement.valid(), "", none)});
  }
  std::vector<const v1::Rule*> rules;
  for (const v1::Rule& rule : policy.rule()) rules.push_back(&rule);
  std::sort(rules.begin(), rules.end(), [](auto* a, auto* b) { return a->id() < b->id(); });
  for (const v1::Rule* rule : rules) {
    clauses_.push_back(std::make_unique<const Clause>(
        Clause{*rule, clauses_.size(), FieldMatrix(rule->fields(), paths_),
               TermsOf(rule->obligations(), quotas_), DerogationOf(*rule)}));
    Add(*clauses_.back());
  }
}

const Clause* Policy::Rep::FindDerogable(std::string_view rule_id) const {
  for (const auto& clause : clauses_) {
    if (clause->derogation && clause->proto.id() == rule_id) return clause.get();
  }
  return nullptr;
}

void Policy::Rep::Add(const Clause& clause) {
  const v1::Rule& rule = clause.proto;
  ByKind& of_partner = index_[rule.partner()];
  const auto add = [&](int type) {
    Clauses& list = of_partner[{rule.effect(), rule.direction(), type}];
    if (list.empty() || list.back() != &clause) list.push_back(&clause);
  };
  for (const int type : rule.types()) add(type);
  if (rule.types().empty()) add(0);
}

Clauses Policy::Rep::Find(v1::Rule::Effect effect, const Facts& facts) const {
  Clauses all;
  size_t lists = 0;
  for (const std::string_view partner : {std::string_view(facts.partner), std::string_view()}) {
    const auto of_partner = index_.find(absl::string_view(partner.data(), partner.size()));
    if (of_partner == index_.end()) continue;
    for (const int type : {static_cast<int>(facts.type), 0}) {
      const auto found = of_partner->second.find({effect, DirectionOf(facts), type});
      if (found == of_partner->second.end()) continue;
      all.insert(all.end(), found->second.begin(), found->second.end());
      ++lists;
    }
  }
  if (lists > 1) {
    std::sort(all.begin(), all.end(), [](auto* a, auto* b) { return a->rank < b->rank; });
  }
  return all;
}

}  // namespace liaison::policy
