#include "daemon/policy/fates.h"

#include <algorithm>
#include <map>

namespace liaison::policy {
namespace {

FieldFate FateOf(const Field& field, absl::Span<const Permit> permits,
                 absl::Span<const Restriction> restrictions) {
  if (field.sens == Sensitivity::L6) return {Action::kOmit, std::string(kSourceRule)};
  for (const Restriction& restriction : restrictions) {
    const auto& omitted = restriction.omitted;
    if (std::find(omitted.begin(), omitted.end(), field.sens) != omitted.end()) {
      return {Action::kOmit, std::string(restriction.rule)};
    }
  }
  FieldFate fate{Action::kKeep, ""};
  for (const Permit& permit : permits) {
    const std::optional<Action> action = permit.fields->Find(field);
    if (!action) return {Action::kOmit, std::string(kDefaultRule)};
    if (fate.rule.empty() || *action > fate.action) fate = {*action, std::string(permit.id)};
  }
  return fate;
}

// Gives every member of a bond the fate of its strictest.
void KeepBondsWhole(absl::Span<const Field> fields, std::vector<FieldFate>& fates) {
  std::map<std::string_view, size_t> strictest;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].bond.empty()) continue;
    const auto [it, is_new] = strictest.emplace(fields[i].bond, i);
    if (!is_new && fates[i].action > fates[it->second].action) it->second = i;
  }
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].bond.empty()) continue;
    const FieldFate& whole = fates[strictest[fields[i].bond]];
    if (whole.action > fates[i].action) fates[i] = FieldFate(whole);
  }
}

}  // namespace

FieldMatrix::FieldMatrix(const v1::FieldRules& rules) {
  Add(rules.keep_class(), Action::kKeep);
  Add(rules.withhold_class(), Action::kWithhold);
  Add(rules.omit_class(), Action::kOmit);
  Add(rules.keep(), Action::kKeep);
  Add(rules.withhold(), Action::kWithhold);
  Add(rules.omit(), Action::kOmit);
}

void FieldMatrix::Add(const google::protobuf::RepeatedPtrField<std::string>& paths, Action action) {
  for (const std::string& path : paths) {
    Action& known = by_path_.emplace(path, action).first->second;
    known = std::max(known, action);
  }
}

void FieldMatrix::Add(const google::protobuf::RepeatedField<int>& classes, Action action) {
  for (const int number : classes) {
    if (!Sensitivity::Class_IsValid(number)) continue;
    std::optional<Action>& known = by_class_[static_cast<size_t>(number)];
    known = known ? std::max(*known, action) : action;
  }
}

std::optional<Action> FieldMatrix::Find(const Field& field) const {
  std::string_view path = by_path_.empty() ? std::string_view() : field.schema_path;
  while (!path.empty()) {
    const auto it = by_path_.find(absl::string_view(path.data(), path.size()));
    if (it != by_path_.end()) return it->second;
    const size_t dot = path.rfind('.');
    path = path.substr(0, dot == std::string_view::npos ? 0 : dot);
  }
  if (!Sensitivity::Class_IsValid(field.sens)) return std::nullopt;
  return by_class_[static_cast<size_t>(field.sens)];
}

std::vector<FieldFate> DecideFates(absl::Span<const Field> fields, absl::Span<const Permit> permits,
                                   absl::Span<const Restriction> restrictions) {
  std::vector<FieldFate> fates;
  fates.reserve(fields.size());
  for (const Field& field : fields) fates.push_back(FateOf(field, permits, restrictions));
  KeepBondsWhole(fields, fates);
  return fates;
}

}  // namespace liaison::policy
