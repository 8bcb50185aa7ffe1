#include "daemon/policy/difference.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/policy/domain.h"

namespace liaison::policy {
namespace {

// What people must know of a decision, beside its fields.
std::string SummaryOf(const Decision& decision) {
  std::string summary(OutcomeName(decision.outcome));
  if (decision.outcome == Outcome::kDeny) {
    absl::StrAppend(&summary, " at ", std::string(StepName(decision.step)));
    if (decision.step == Step::kForbid) {
      absl::StrAppend(&summary, ": ", absl::StrJoin(decision.rules, ", "));
    }
    return summary;
  }
  if (decision.release) {
    absl::StrAppend(&summary, " for ", decision.release->persons, " persons within ",
                    absl::FormatDuration(decision.release->within));
  }
  for (const v1::Quota& quota : decision.quotas) absl::StrAppend(&summary, ", quota ", quota.id());
  if (decision.retention != absl::InfiniteDuration()) {
    absl::StrAppend(&summary, ", retention ", absl::FormatDuration(decision.retention));
  }
  if (decision.notice) summary += ", notice";
  return summary;
}

bool Passes(const Decision& decision) { return decision.outcome != Outcome::kDeny; }

// The leaves of all types of a region, each once.
std::vector<SchemaLeaf> LeavesOfRegion(const Region& region, LeavesOf leaves_of) {
  std::map<std::string, SchemaLeaf> leaves;
  for (const auto type : region.types) {
    for (SchemaLeaf& leaf : leaves_of(type)) {
      const std::string path = leaf.path;
      leaves.emplace(path, std::move(leaf));
    }
  }
  std::vector<SchemaLeaf> all;
  for (auto& [path, leaf] : leaves) all.push_back(std::move(leaf));
  return all;
}

// One region, case by case.
class RegionComparer {
 public:
  RegionComparer(const Policy& before, const Policy& after, const Region& region,
                 std::vector<SchemaLeaf> leaves)
      : before_(before),
        after_(after),
        region_(region),
        leaves_(std::move(leaves)),
        chosen_(region.axes.size(), 0) {}

  std::vector<Difference> Run() {
    if (region_.size() == 0) return {};
    do {
      CompareCase();
    } while (Advance());
    std::vector<Difference> differences;
    for (auto& [change, cases] : changes_) differences.push_back(Describe(change, cases));
    return differences;
  }

 private:
  using Change = std::tuple<std::string, std::string, std::vector<FieldDifference>>;
  struct Cases {
    uint64_t count = 0;
    std::vector<std::set<size_t>> choices;  // of each axis
  };

  // The next case; false after the last.
  bool Advance() {
    for (size_t i = chosen_.size(); i-- > 0;) {
      if (++chosen_[i] < region_.axes[i].choices.size()) return true;
      chosen_[i] = 0;
    }
    return false;
  }

  void CompareCase() {
    Facts facts = region_.facts;
    std::set<Sensitivity::Class> absent;
    for (size_t i = 0; i < chosen_.size(); ++i) {
      const Choice& choice = region_.axes[i].choices[chosen_[i]];
      choice.set(facts);
      absent.insert(choice.absent.begin(), choice.absent.end());
    }
    std::vector<Field> fields;
    for (const SchemaLeaf& leaf : leaves_) {
      if (absent.count(leaf.sens) != 0) continue;
      fields.push_back({leaf.path, leaf.path, leaf.sens, false, "", leaf.form});
    }
    Change change =
        facts.direction == Direction::kOut ? CompareOut(facts, fields) : CompareIn(facts, fields);
    if (std::get<0>(change) == std::get<1>(change) && std::get<2>(change).empty()) return;
    Cases& cases = changes_[std::move(change)];
    ++cases.count;
    cases.choices.resize(chosen_.size());
    for (size_t i = 0; i < chosen_.size(); ++i) cases.choices[i].insert(chosen_[i]);
  }

  // One message with every field.
  Change CompareOut(const Facts& facts, const std::vector<Field>& fields) const {
    const Decision was = before_.Decide(facts, fields);
    const Decision is = after_.Decide(facts, fields);
    Change change{SummaryOf(was), SummaryOf(is), {}};
    if (!Passes(was) || !Passes(is)) return change;
    for (size_t i = 0; i < fields.size(); ++i) {
      std::string fate_was = FateName(was.fields[i]);
      std::string fate_is = FateName(is.fields[i]);
      if (fate_was == fate_is) continue;
      std::get<2>(change).push_back(
          {std::string(fields[i].path), std::move(fate_was), std::move(fate_is)});
    }
    return change;
  }

  // A field that may not come refuses the whole message: each field is asked alone.
  Change CompareIn(const Facts& facts, const std::vector<Field>& fields) const {
    const Decision was = before_.Decide(facts, {});
    const Decision is = after_.Decide(facts, {});
    Change change{SummaryOf(was), SummaryOf(is), {}};
    if (!Passes(was) || !Passes(is)) return change;
    const auto word = [](const Decision& decision) {
      return std::string(Passes(decision) ? "accepted" : "refused");
    };
    for (const Field& field : fields) {
      std::string word_was = word(before_.Decide(facts, {&field, 1}));
      std::string word_is = word(after_.Decide(facts, {&field, 1}));
      if (word_was == word_is) continue;
      std::get<2>(change).push_back(
          {std::string(field.path), std::move(word_was), std::move(word_is)});
    }
    return change;
  }

  // Partner, direction and type always; of the others those of which some choice is not among the
  // cases.
  Difference Describe(const Change& change, const Cases& cases) const {
    Difference difference{
        std::get<0>(change), std::get<1>(change), std::get<2>(change), {}, cases.count};
    for (size_t i = 0; i < region_.axes.size(); ++i) {
      const Axis& axis = region_.axes[i];
      const bool names_region = i < kRegionAxes;
      if (!names_region && cases.choices[i].size() == axis.choices.size()) continue;
      std::vector<std::string> labels;
      for (const size_t choice : cases.choices[i]) labels.push_back(axis.choices[choice].label);
      difference.where.emplace_back(axis.name, std::move(labels));
    }
    return difference;
  }

  static constexpr size_t kRegionAxes = 3;

  const Policy& before_;
  const Policy& after_;
  const Region& region_;
  const std::vector<SchemaLeaf> leaves_;
  std::vector<size_t> chosen_;  // of each axis
  std::map<Change, Cases> changes_;
};

absl::Status TooLarge() {
  base::ErrorText error;
  error.reason = base::Reason::kTooLarge;
  error.message = absl::StrCat("the policies tell more than ", kMostCases, " cases apart");
  error.fix = "compare with fewer changes at a time, or rules with fewer conditions";
  return base::MakeError(error);
}

}  // namespace

absl::StatusOr<Comparison> Compare(const v1::PolicyFile& before, const v1::PolicyFile& after,
                                   std::string_view own_agency, PathLookup find_path,
                                   LeavesOf leaves_of) {
  const auto was = Policy::Create(before, own_agency, find_path);
  if (!was.ok()) return was.status();
  const auto is = Policy::Create(after, own_agency, find_path);
  if (!is.ok()) return is.status();
  const v1::Policy* const both[] = {&before.policy(), &after.policy()};
  Comparison comparison;
  const std::vector<Region> regions = RegionsOf(both);
  for (const Region& region : regions) {
    const uint64_t cases = region.size();
    if (cases > kMostCases || comparison.cases + cases > kMostCases) return TooLarge();
    comparison.cases += cases;
  }
  for (const Region& region : regions) {
    RegionComparer comparer(**was, **is, region, LeavesOfRegion(region, leaves_of));
    for (Difference& difference : comparer.Run()) {
      comparison.differences.push_back(std::move(difference));
    }
  }
  return comparison;
}

}  // namespace liaison::policy
