#include "daemon/policy/kinds.h"

#include <algorithm>

#include "daemon/base/invariant.h"
#include "daemon/policy/builtin.h"
#include "daemon/policy/conditions.h"
#include "daemon/policy/validity.h"

namespace liaison::policy {
namespace {

// The rule with the condition of one axis alone, and with the role that a PERMIT must name: the one
// that the facts of a region have.
v1::Rule OnlyCondition(const v1::Rule& rule, const std::string& condition) {
  const auto* const kept = v1::Rule::descriptor()->FindFieldByName(condition);
  base::Invariant(kept != nullptr, "an axis names a condition of Rule");
  const auto& reflection = *v1::Rule::GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(rule, &fields);
  v1::Rule only = rule;
  for (const auto* field : fields) {
    if (field != kept) reflection.ClearField(&only, field);
  }
  only.set_effect(rule.effect());
  if (condition != "roles") only.add_roles(v1::Rule::OFFICER);
  return only;
}

// Whether a message may go under the agreement, as far as facts of one axis say.
bool Covers(const v1::Agreement& agreement, const Axis& axis, const Facts& facts) {
  if (axis.condition == "agreement") {
    std::vector<base::FieldFault> none;
    return agreement.id() == facts.agreement_id &&
           PeriodOf(agreement.valid(), "", none).Contains(facts.now);
  }
  return std::all_of(facts.purposes.begin(), facts.purposes.end(),
                     [&](int purpose) { return Holds(agreement.purposes(), purpose); });
}

// '1' for each rule whose condition on this axis holds for this choice, and then for each agreement
// that covers it; else '0'.
std::string MaskOf(const Region& region, const Axis& axis, const Choice& choice) {
  Facts facts = region.facts;
  choice.set(facts);
  const auto applies = [&](const v1::Rule& rule) {
    return axis.condition.empty() || Applies(OnlyCondition(rule, axis.condition), facts);
  };
  std::string mask;
  for (const v1::Rule* rule : region.rules) mask.push_back(applies(*rule) ? '1' : '0');
  for (const v1::Agreement* agreement : region.agreements) {
    mask.push_back(Covers(*agreement, axis, facts) ? '1' : '0');
  }
  return mask;
}

// A rule as far as it decides on cases: they ask for no derogation.
std::string KeyOf(v1::Rule rule) {
  rule.clear_derogation();
  return rule.SerializeAsString();
}

// Whether the agreement cites a legal basis for both countries (D-02). A case names one for every
// country that is disputed; one without personal data, of which none is asked, has no own_country.
bool HasBasis(const v1::Agreement& agreement, const Facts& facts) {
  return Cites(agreement, facts.own_country) && Cites(agreement, facts.partner_country);
}

// Two editions of one agreement that decide alike where both cover a case, or none does, and both
// or none cites a basis.
bool AreOtherwiseAlike(v1::Agreement one, v1::Agreement other) {
  for (v1::Agreement* edition : {&one, &other}) {
    edition->clear_valid();
    edition->clear_purposes();
    edition->clear_legal_basis();
  }
  return one.SerializeAsString() == other.SerializeAsString();
}

// What is known of a case whose axes are not all in it yet.
enum class Known { kLittle, kWhatCoversIt, kItsBasis };

// Whether a kind is decided by something that one policy has alone.
class Touched {
 public:
  Touched(const Changes& changes, const Region& region)
      : region_(region), needs_agreement_(!IsProtective(region.facts.type)) {
    const auto& agreements = region.agreements;
    std::set<size_t> paired;
    for (size_t i = 0; i < agreements.size(); ++i) {
      if (!changes.Have(*agreements[i]) || paired.contains(i)) continue;
      const auto edition =
          std::find_if(agreements.begin() + static_cast<std::ptrdiff_t>(i) + 1, agreements.end(),
                       [&](auto* other) { return AreOtherwiseAlike(*agreements[i], *other); });
      const bool alone = edition == agreements.end();
      const size_t other = alone ? i : static_cast<size_t>(edition - agreements.begin());
      paired.insert(other);
      agreements_.emplace_back(i, other);
    }
    for (size_t i = 0; i < region.rules.size(); ++i) {
      if (changes.Have(*region.rules[i])) rules_.push_back(i);
    }
  }

  bool Any() const { return !agreements_.empty() || !rules_.empty(); }

  // `facts`: of the case as far as it is known.
  bool Is(const Kind& kind, Known known, const Facts& facts) const {
    const bool covered = kind.holds.find('1', region_.rules.size()) != std::string::npos;
    if (needs_agreement_ && !covered) return false;  // both deny it
    // Named, in force or not, for its legal basis.
    if (!needs_agreement_ && !agreements_.empty()) return true;
    return std::any_of(rules_.begin(), rules_.end(),
                       [&](size_t rule) { return kind.holds[rule] == '1'; }) ||
           std::any_of(agreements_.begin(), agreements_.end(), [&](const auto& editions) {
             return Differ(editions.first, editions.second, kind, known, facts);
           });
  }

 private:
  // Of the same agreement twice: whether it covers the case. Of a case that neither covers nothing
  // is asked: it names this agreement, and no other covers it.
  bool Differ(size_t one, size_t other, const Kind& kind, Known known, const Facts& facts) const {
    const bool covers = kind.holds[region_.rules.size() + one] == '1';
    const bool covers_too = kind.holds[region_.rules.size() + other] == '1';
    if (one == other || known == Known::kLittle) return covers || covers_too;
    if (covers != covers_too) return true;
    if (known == Known::kItsBasis) {
      return HasBasis(*region_.agreements[one], facts) !=
             HasBasis(*region_.agreements[other], facts);
    }
    return CitationsOf(one) != CitationsOf(other);
  }

  std::string CitationsOf(size_t agreement) const {
    v1::Agreement citations;
    *citations.mutable_legal_basis() = region_.agreements[agreement]->legal_basis();
    return citations.SerializeAsString();
  }

  const Region& region_;
  bool needs_agreement_;
  std::vector<size_t> rules_;  // places of those of the region that one policy has alone
  // The same of agreements: of two editions that are otherwise alike both places; else one of them
  // twice.
  std::vector<std::pair<size_t, size_t>> agreements_;
};

// The choice that decides in place of this one: fields of a class that no rule looks for which may
// apply are taken to be there, as those are that no rule looks for at all.
size_t DecidingChoice(const Region& region, const Axis& axis, size_t choice,
                      const std::string& holds) {
  if (!axis.content) return choice;
  std::vector<Sensitivity::Class> absent = axis.choices[choice].absent;
  std::erase_if(absent, [&](Sensitivity::Class sens) {
    for (size_t i = 0; i < region.rules.size(); ++i) {
      if (holds[i] == '1' && Holds(region.rules[i]->carries(), sens)) return false;
    }
    return true;
  });
  const auto same = std::find_if(axis.choices.begin(), axis.choices.end(),
                                 [&](const Choice& one) { return one.absent == absent; });
  base::Invariant(same != axis.choices.end(), "the choices are all sets of classes");
  return static_cast<size_t>(same - axis.choices.begin());
}

// As far as the choices go.
Facts FactsOf(const Region& region, const std::vector<size_t>& choices) {
  Facts facts = region.facts;
  for (size_t i = 0; i < choices.size(); ++i) region.axes[i].choices[choices[i]].set(facts);
  return facts;
}

// All kinds with one more axis, that are touched: one that is not stays so. Nothing when there are
// more than `most`.
std::optional<Kinds> Extend(const Kinds& kinds, const Region& region, const Axis& axis,
                            const Touched& touched, Known known, size_t most) {
  Kinds extended;
  for (size_t choice = 0; choice < axis.choices.size(); ++choice) {
    const std::string mask = MaskOf(region, axis, axis.choices[choice]);
    for (const auto& [kind, cases] : kinds) {
      Kind next = kind;
      std::transform(mask.begin(), mask.end(), kind.holds.begin(), next.holds.begin(),
                     [](char one, char other) { return std::min(one, other); });
      const size_t deciding = DecidingChoice(region, axis, choice, next.holds);
      Cases with = cases;
      with.example.push_back(deciding);
      if (!touched.Is(next, known, FactsOf(region, with.example))) continue;
      if (axis.decides_itself) next.deciding.push_back(deciding);
      with.choices.push_back({choice});
      Join(with, extended[std::move(next)]);
      if (extended.size() > most) return std::nullopt;
    }
  }
  return extended;
}

}  // namespace

void Join(const Cases& more, Cases& all) {
  all.example = more.example;
  all.count += more.count;
  all.choices.resize(more.choices.size());
  for (size_t i = 0; i < more.choices.size(); ++i) {
    all.choices[i].insert(more.choices[i].begin(), more.choices[i].end());
  }
}

Changes::Changes(const v1::Policy& before, const v1::Policy& after) {
  std::map<std::string, std::set<std::string>> quotas;
  for (const v1::Policy* policy : {&before, &after}) {
    for (const v1::Agreement& one : policy->agreement()) ++holders_[one.SerializeAsString()];
    for (const v1::Rule& one : policy->rule()) ++holders_[KeyOf(one)];
    for (const v1::Quota& one : policy->quota()) quotas[one.id()].insert(one.SerializeAsString());
  }
  for (const auto& [id, editions] : quotas) {
    if (editions.size() > 1) quotas_.insert(id);
  }
}

bool Changes::Have(const v1::Agreement& agreement) const {
  return holders_.at(agreement.SerializeAsString()) == 1;
}

bool Changes::Have(const v1::Rule& rule) const {
  return holders_.at(KeyOf(rule)) == 1 || quotas_.contains(rule.obligations().quota());
}

std::optional<Kinds> TouchedKinds(const Region& region, const Changes& changes, size_t most) {
  std::optional<Kinds> kinds = Kinds();
  const Touched touched(changes, region);
  if (!touched.Any()) return kinds;
  (*kinds)[{std::string(region.rules.size() + region.agreements.size(), '1'), {}}].count = 1;
  Known known = Known::kLittle;
  for (const Axis& axis : region.axes) {
    if (axis.choices.empty()) return std::nullopt;
    if (axis.condition == "purposes") known = Known::kWhatCoversIt;  // behind that of agreements
    if (axis.name == kPersonalDataAxis) known = Known::kItsBasis;    // behind that of countries
    kinds = Extend(*kinds, region, axis, touched, known, most);
    if (!kinds) return std::nullopt;
  }
  return kinds;
}

}  // namespace liaison::policy
