#include "daemon/policy/field_lint.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/policy/conditions.h"

namespace liaison::policy {
namespace {

using google::protobuf::RepeatedField;
using google::protobuf::RepeatedPtrField;

// Every path that the rule names, sorted; one that is named twice stands twice.
std::vector<std::string> PathsOf(const v1::FieldRules& fields) {
  std::vector<std::string> paths;
  for (const auto* list : {&fields.keep(), &fields.withhold(), &fields.omit(),
                           &fields.pseudonymise(), &fields.match_token()}) {
    paths.insert(paths.end(), list->begin(), list->end());
  }
  for (const v1::Generalise& change : fields.generalise()) paths.push_back(change.path());
  for (const v1::Mask& change : fields.mask()) paths.push_back(change.path());
  std::sort(paths.begin(), paths.end());
  return paths;
}

class FieldLinter {
 public:
  FieldLinter(const v1::Rule& rule, SchemaPaths& schema)
      : rule_(rule), fields_(rule.fields()), schema_(schema), paths_(PathsOf(fields_)) {}

  std::vector<std::string> Run() {
    WarnTwice(fields_.keep_class(), fields_.withhold_class());
    WarnTwice(fields_.keep_class(), fields_.omit_class());
    WarnTwice(fields_.withhold_class(), fields_.omit_class());
    for (size_t i = 1; i < paths_.size(); ++i) {
      if (paths_[i] != paths_[i - 1] || (i > 1 && paths_[i] == paths_[i - 2])) continue;
      Warn(absl::StrCat("field ", paths_[i], " is named twice; what both allow holds"));
    }
    if (HasKnownTypes()) {
      for (const std::string& path : std::set<std::string>(paths_.begin(), paths_.end())) {
        if (!IsOfOurTypes(path)) WarnForeign(path);
      }
      for (const std::string& path : fields_.keep()) WarnThatItWins(path);
    }
    return std::move(warnings_);
  }

 private:
  void Warn(std::string text) { warnings_.push_back(std::move(text)); }

  void WarnTwice(const RepeatedField<int>& a, const RepeatedField<int>& b) {
    for (const int number : a) {
      if (!Holds(b, number)) continue;
      Warn(absl::StrCat("class ", Sensitivity::Class_Name(number),
                        " has two fates; the stricter holds"));
    }
  }

  // It names types, and none that is to come.
  bool HasKnownTypes() const {
    const auto& types = rule_.types();
    return !types.empty() && std::none_of(types.begin(), types.end(),
                                          [&](int type) { return schema_.Leaves(type).empty(); });
  }

  bool IsOfOurTypes(const std::string& path) const {
    return std::any_of(rule_.types().begin(), rule_.types().end(),
                       [&](int type) { return !schema_.Below(path, type).empty(); });
  }

  void WarnForeign(const std::string& path) {
    Warn(absl::StrCat("field ", path,
                      " is of no message of these types; name the type that has it, too, or take "
                      "the field out"));
  }

  // Of a leaf below `path`: the rule names no longer path above it.
  bool IsDecidedBy(const std::string& path, std::string leaf) const {
    while (leaf.size() > path.size()) {
      if (std::binary_search(paths_.begin(), paths_.end(), leaf)) return false;
      leaf.resize(leaf.rfind('.'));
    }
    return true;
  }

  void WarnThatItWins(const std::string& path) {
    const auto [first, end] = std::equal_range(paths_.begin(), paths_.end(), path);
    if (end - first > 1) return;  // named twice, as is said already
    std::set<std::string> classes;
    for (const int type : rule_.types()) {
      for (const SchemaLeaf& leaf : schema_.Below(path, type)) {
        const bool goes_by_class =
            !Holds(fields_.withhold_class(), leaf.sens) && !Holds(fields_.omit_class(), leaf.sens);
        if (leaf.sens == Sensitivity::L6 || goes_by_class) continue;
        if (IsDecidedBy(path, leaf.path)) classes.insert(Sensitivity::Class_Name(leaf.sens));
      }
    }
    const bool is_body = path.find('.') == std::string::npos;
    if (classes.size() < (is_body ? 1 : 2)) return;
    Warn(absl::StrCat("keep ", path, " lets go what is below it of ", absl::StrJoin(classes, ", "),
                      ", too, which the rule withholds or omits: a path wins over a class; name "
                      "single fields, or withhold or omit by path what must not go"));
  }

  const v1::Rule& rule_;
  const v1::FieldRules& fields_;
  SchemaPaths& schema_;
  const std::vector<std::string> paths_;
  std::vector<std::string> warnings_;
};

}  // namespace

std::vector<std::string> FieldWarnings(const v1::Rule& rule, SchemaPaths& schema) {
  return FieldLinter(rule, schema).Run();
}

}  // namespace liaison::policy
