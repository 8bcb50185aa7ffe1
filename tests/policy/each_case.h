// The cases that two policies tell apart, one by one, to hold a comparison of them against.
#ifndef LIAISON_TESTS_POLICY_EACH_CASE_H_
#define LIAISON_TESTS_POLICY_EACH_CASE_H_

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "daemon/policy/difference.h"
#include "daemon/policy/domain.h"

namespace liaison::policy {

// Of one fact; empty when the difference does not name it.
inline std::vector<std::string> ValuesOf(const Difference& difference, const std::string& fact) {
  for (const auto& [name, values] : difference.where) {
    if (name == fact) return values;
  }
  return {};
}

// The cases of a region, one by one: a choice of each axis.
class EachCase {
 public:
  explicit EachCase(const Region& region) : region_(region), at_(region.axes.size()) {}

  Facts facts() const {
    Facts facts = region_.facts;
    for (size_t i = 0; i < at_.size(); ++i) choice(i).set(facts);
    return facts;
  }
  std::vector<Field> FieldsOf(const std::vector<SchemaLeaf>& leaves) const {
    std::set<Sensitivity::Class> absent;
    for (size_t i = 0; i < at_.size(); ++i) {
      absent.insert(choice(i).absent.begin(), choice(i).absent.end());
    }
    std::vector<Field> fields;
    for (const SchemaLeaf& leaf : leaves) {
      if (absent.contains(leaf.sens)) continue;
      fields.push_back({leaf.path, leaf.path, leaf.sens, leaf.needed, leaf.bond, leaf.form});
    }
    return fields;
  }
  bool IsAmong(const Difference& difference) const {
    for (size_t i = 0; i < at_.size(); ++i) {
      const std::vector<std::string> values = ValuesOf(difference, region_.axes[i].name);
      const bool named = std::find(values.begin(), values.end(), choice(i).label) != values.end();
      if (!values.empty() && !named) return false;
    }
    return true;
  }
  // False after the last.
  bool Next() {
    for (size_t i = 0; i < at_.size(); ++i) {
      if (++at_[i] < region_.axes[i].choices.size()) return true;
      at_[i] = 0;
    }
    return false;
  }

 private:
  const Choice& choice(size_t i) const { return region_.axes[i].choices[at_[i]]; }

  const Region& region_;
  std::vector<size_t> at_;
};

// One message of a case: some of its fields.
struct Message {
  Facts facts;
  std::vector<Field> fields;

  bool Has(std::string_view what) const {
    if (what == "TLP:RED") return facts.handling.tlp() == liaison::payload::v1::Tlp::RED;
    return std::any_of(fields.begin(), fields.end(),
                       [&](const Field& field) { return field.path == what; });
  }
  // One of values like "a|b with c|d".
  bool HasOneOf(const std::vector<std::string>& values) const {
    return std::any_of(values.begin(), values.end(), [&](const std::string& value) {
      const std::vector<std::string> all = absl::StrSplit(value, " with ");
      return std::all_of(all.begin(), all.end(), [&](const std::string& some) {
        const std::vector<std::string> names = absl::StrSplit(some, '|');
        return std::any_of(names.begin(), names.end(),
                           [&](const std::string& name) { return Has(name); });
      });
    });
  }
  // It has what the difference asks for beside the facts.
  bool IsMeantBy(const Difference& difference) const {
    const auto with = ValuesOf(difference, "with"), without = ValuesOf(difference, "without");
    return (with.empty() || HasOneOf(with)) && !HasOneOf(without);
  }
};

// What of two decisions must be told apart.
inline std::string Shape(const Decision& decision) {
  std::string shape(OutcomeName(decision.outcome));
  const bool passes = decision.outcome != Outcome::kDeny;
  for (size_t i = 0; passes && i < decision.fields.size(); ++i) {
    absl::StrAppend(&shape, " ", FateName(decision.fields[i]));
  }
  return shape;
}

}  // namespace liaison::policy

#endif  // LIAISON_TESTS_POLICY_EACH_CASE_H_
