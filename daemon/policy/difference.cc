#include "daemon/policy/difference.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/policy/blockers.h"
#include "daemon/policy/domain.h"
#include "daemon/policy/kinds.h"

namespace liaison::policy {
namespace {

using liaison::payload::v1::FORWARDED_ITEM;

std::string DenialAt(Step step) {
  return absl::StrCat(std::string(OutcomeName(Outcome::kDeny)), " at ",
                      std::string(StepName(step)));
}

// What people must know of a decision, beside its fields.
std::string SummaryOf(const Decision& decision) {
  std::string summary(OutcomeName(decision.outcome));
  if (decision.outcome == Outcome::kDeny) {
    summary = DenialAt(decision.step);
    if (decision.step == Step::kForbid) {
      absl::StrAppend(&summary, ": ", absl::StrJoin(decision.rules, ", "));
    }
    return summary;
  }
  if (decision.release) {
    absl::StrAppend(&summary, " for ", decision.release->persons, " persons within ",
                    absl::FormatDuration(decision.release->within));
  }
  for (const v1::Quota& quota : decision.quotas) {
    absl::StrAppend(&summary, ", quota ", quota.id(), " {", quota.ShortDebugString(), "}");
  }
  if (decision.retention != absl::InfiniteDuration()) {
    absl::StrAppend(&summary, ", retention ", absl::FormatDuration(decision.retention));
  }
  if (decision.notice) summary += ", notice";
  return summary;
}

bool Passes(const Decision& decision) { return decision.outcome != Outcome::kDeny; }

// What becomes of a field by itself, in words, and when it does not go what shares its fate only
// because their bond is kept whole, in a message that goes.
std::string WordsFor(size_t field, const std::vector<Field>& fields,
                     const std::vector<FieldFate>& fates) {
  const Action action = fates[field].action;
  std::vector<std::string> along;
  for (size_t i = 0; !Goes(action) && !fields[field].bond.empty() && i < fields.size(); ++i) {
    const bool is_bonded = fields[i].bond == fields[field].bond && !fields[i].needed;
    if (is_bonded && fates[i].action < action) along.emplace_back(fields[i].path);
  }
  const std::string words = FateName(fates[field]);
  return along.empty() ? words : absl::StrCat(words, ", with ", absl::StrJoin(along, ", "));
}

// As the sender finds them when it passes a message on: in place of the original stand its fields,
// of which none is needed, and the permission must go.
void PassOn(SchemaLeaf& leaf) { leaf.needed = leaf.path == "forwarded_item.grant"; }

// The leaves of all types of a region, each once.
std::vector<SchemaLeaf> LeavesOfRegion(const Region& region, LeavesOf leaves_of) {
  const bool passed_on = region.facts.type == FORWARDED_ITEM;
  std::map<std::string, SchemaLeaf> leaves;
  for (const auto type : region.types) {
    for (SchemaLeaf& leaf : leaves_of(type)) {
      if (passed_on) PassOn(leaf);
      const std::string path = leaf.path;
      leaves.emplace(path, std::move(leaf));
    }
  }
  leaves.erase("forwarded_item.original");
  std::vector<SchemaLeaf> all;
  for (auto& [path, leaf] : leaves) all.push_back(std::move(leaf));
  return all;
}

// All cases of a region.
uint64_t CountOf(const Region& region) {
  uint64_t count = 1;
  for (const Axis& axis : region.axes) count *= axis.choices.size();
  return count;
}

// One way in which decisions change.
struct Change {
  std::string before, after;
  std::vector<FieldDifference> fields;
  std::vector<std::string> with, without;  // as Difference::where has them
  friend auto operator<=>(const Change&, const Change&) = default;
};

// What cases in which the same classes are absent have in common.
struct Content {
  explicit Content(std::vector<Field> all) : fields(std::move(all)), alone(fields), needs(fields) {
    for (Field& field : alone) {
      field.needed = false;
      field.bond = {};
    }
  }

  std::vector<Field> fields;
  std::vector<Field> alone;  // each to be decided by itself
  Needs needs;
};

// One region, kind by kind.
class RegionComparer {
 public:
  RegionComparer(const Policy& before, const Policy& after, const Region& region,
                 std::vector<SchemaLeaf> leaves)
      : before_(before), after_(after), region_(region), leaves_(std::move(leaves)) {}

  std::vector<Difference> Run(const Kinds& kinds) {
    for (const auto& [kind, cases] : kinds) CompareKind(cases);
    std::vector<Difference> differences;
    for (const auto& [change, cases] : changes_) differences.push_back(Describe(change, cases));
    return differences;
  }

 private:
  void CompareKind(const Cases& cases) {
    Facts facts = region_.facts;
    std::set<Sensitivity::Class> absent;
    for (size_t i = 0; i < cases.example.size(); ++i) {
      const Choice& choice = region_.axes[i].choices[cases.example[i]];
      choice.set(facts);
      absent.insert(choice.absent.begin(), choice.absent.end());
    }
    const Content& content = ContentWithout(absent);
    const bool all_or_nothing =
        facts.direction == Direction::kIn || facts.type == liaison::payload::v1::FIELD_OPENING;
    for (Change& change : all_or_nothing ? std::vector<Change>{CompareEach(facts, content.fields)}
                                         : CompareWhole(facts, content)) {
      if (change.before == change.after && change.fields.empty()) continue;
      Join(cases, changes_[std::move(change)]);
    }
  }

  const Content& ContentWithout(const std::set<Sensitivity::Class>& absent) {
    const auto known = contents_.find(absent);
    if (known != contents_.end()) return known->second;
    std::vector<Field> fields;
    for (const SchemaLeaf& leaf : leaves_) {
      if (absent.count(leaf.sens) != 0) continue;
      fields.push_back({leaf.path, leaf.path, leaf.sens, leaf.needed, leaf.bond, leaf.form});
    }
    return contents_.emplace(absent, Content(std::move(fields))).first->second;
  }

  // Every field is decided by itself: which of those that take others along a message has is its
  // own affair. One that has a blocker is denied; the others are as if nothing were needed.
  std::vector<Change> CompareWhole(const Facts& facts, const Content& content) const {
    const Decision was = before_.Decide(facts, content.alone);
    const Decision is = after_.Decide(facts, content.alone);
    const auto unmet = [&](const Decision& decision) {
      return Passes(decision) ? content.needs.Unmet(facts, decision.fields) : Blockers();
    };
    const Blockers kept_back = unmet(was), keeps_back = unmet(is);
    const std::string before = SummaryOf(was), after = SummaryOf(is);
    const std::string denied = DenialAt(Step::kFields);
    std::vector<Change> changes;
    if (const Blockers more = Without(keeps_back, kept_back); !more.empty()) {
      changes.push_back({before, denied, {}, InWords(more), InWords(kept_back)});
    }
    if (const Blockers fewer = Without(kept_back, keeps_back); !fewer.empty()) {
      changes.push_back({denied, after, {}, InWords(fewer), InWords(keeps_back)});
    }
    const Blockers either = Union(kept_back, keeps_back);
    Change rest{before, after, {}, {}, InWords(either)};
    for (size_t i = 0; Passes(was) && Passes(is) && i < content.fields.size(); ++i) {
      if (FateName(was.fields[i]) == FateName(is.fields[i])) continue;
      std::string path(content.fields[i].path);
      if (either.contains({path, ""})) continue;  // the rest has it not
      rest.fields.push_back({std::move(path), WordsFor(i, content.fields, was.fields),
                             WordsFor(i, content.fields, is.fields)});
    }
    changes.push_back(std::move(rest));
    return changes;
  }

  // A field that may not pass refuses the whole message: each field is asked alone.
  Change CompareEach(const Facts& facts, const std::vector<Field>& fields) const {
    const Decision was = before_.Decide(facts, {});
    const Decision is = after_.Decide(facts, {});
    Change change{SummaryOf(was), SummaryOf(is), {}, {}, {}};
    if (!Passes(was) || !Passes(is)) return change;
    const auto word = [](const Decision& decision) {
      if (decision.outcome == Outcome::kHold) return SummaryOf(decision);
      return std::string(Passes(decision) ? "accepted" : "refused");
    };
    for (const Field& field : fields) {
      std::string word_was = word(before_.Decide(facts, {&field, 1}));
      std::string word_is = word(after_.Decide(facts, {&field, 1}));
      if (word_was == word_is) continue;
      change.fields.push_back({std::string(field.path), std::move(word_was), std::move(word_is)});
    }
    return change;
  }

  // Partner, direction and type always; of the others those of which some choice is not among the
  // cases; what the message has beside them last.
  Difference Describe(const Change& change, const Cases& cases) const {
    Difference difference{change.before, change.after, change.fields, {}, cases.count};
    for (size_t i = 0; i < region_.axes.size(); ++i) {
      const Axis& axis = region_.axes[i];
      const bool names_region = i < kRegionAxes;
      if (!names_region && cases.choices[i].size() == axis.choices.size()) continue;
      std::vector<std::string> labels;
      for (const size_t choice : cases.choices[i]) labels.push_back(axis.choices[choice].label);
      difference.where.emplace_back(axis.name, std::move(labels));
    }
    if (!change.with.empty()) difference.where.emplace_back("with", change.with);
    if (!change.without.empty()) difference.where.emplace_back("without", change.without);
    return difference;
  }

  static constexpr size_t kRegionAxes = 3;

  const Policy& before_;
  const Policy& after_;
  const Region& region_;
  const std::vector<SchemaLeaf> leaves_;
  std::map<std::set<Sensitivity::Class>, Content> contents_;  // their fields look into leaves_
  std::map<Change, Cases> changes_;
};

std::map<std::string, std::string> DerogationsOf(const v1::Policy& policy) {
  std::map<std::string, std::string> derogations;
  for (const v1::Rule& rule : policy.rule()) {
    if (rule.has_derogation()) derogations[rule.id()] = rule.derogation().within();
  }
  return derogations;
}

// Which rules a supervisor may set aside: of the rules, not of the cases.
void CompareDerogations(const v1::Policy& before, const v1::Policy& after, Comparison& comparison) {
  const std::map<std::string, std::string> was = DerogationsOf(before);
  const std::map<std::string, std::string> is = DerogationsOf(after);
  std::set<std::string> rules;
  for (const auto* derogations : {&was, &is}) {
    for (const auto& [rule, within] : *derogations) rules.insert(rule);
  }
  const auto words = [](const auto& derogations, const std::string& rule) {
    const auto found = derogations.find(rule);
    if (found == derogations.end()) return std::string("no derogation");
    return absl::StrCat("derogation within ", found->second);
  };
  for (const std::string& rule : rules) {
    std::string before_words = words(was, rule), after_words = words(is, rule);
    if (before_words == after_words) continue;
    comparison.differences.push_back(
        {std::move(before_words), std::move(after_words), {}, {{"rule", {rule}}}, 0});
  }
}

absl::Status TooLarge(size_t most_kinds) {
  base::ErrorText error;
  error.reason = base::Reason::kTooLarge;
  error.message =
      absl::StrCat("the policies tell more than ", most_kinds, " kinds of messages apart");
  error.fix = "compare with fewer changes at a time, or rules with fewer conditions";
  return base::MakeError(error);
}

}  // namespace

absl::StatusOr<Comparison> Compare(const v1::PolicyFile& before, const v1::PolicyFile& after,
                                   std::string_view own_agency, PathLookup find_path,
                                   LeavesOf leaves_of, size_t most_kinds) {
  const auto was = Policy::Create(before, own_agency, find_path);
  if (!was.ok()) return was.status();
  const auto is = Policy::Create(after, own_agency, find_path);
  if (!is.ok()) return is.status();
  const v1::Policy* const both[] = {&before.policy(), &after.policy()};
  const Changes changes(before.policy(), after.policy());
  Comparison comparison;
  const std::vector<Region> regions = RegionsOf(both);
  for (const Region& region : regions) {
    comparison.cases += CountOf(region);
    const std::optional<Kinds> kinds = TouchedKinds(region, changes, most_kinds);
    if (!kinds) return TooLarge(most_kinds);
    if (kinds->empty()) continue;
    RegionComparer comparer(**was, **is, region, LeavesOfRegion(region, leaves_of));
    for (Difference& difference : comparer.Run(*kinds)) {
      comparison.differences.push_back(std::move(difference));
    }
  }
  CompareDerogations(before.policy(), after.policy(), comparison);
  return comparison;
}

}  // namespace liaison::policy
