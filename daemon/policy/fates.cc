#include "daemon/policy/fates.h"

#include <algorithm>

namespace liaison::policy {
namespace {

FieldFate Omitted(std::string_view rule) { return {{Action::kOmit}, rule}; }

// Makes `fate` as strict as `rule` asks for.
void Tighten(const Fate& asked, std::string_view rule, FieldFate& fate) {
  const Fate both = Meet(fate, asked);
  if (both != fate) fate = {both, rule};
}

// What the permits give. One that says nothing of the field is against it, and is named when
// another lets it go.
FieldFate Permitted(const PathIndex& paths, absl::Span<const Voice> permits, const Field& field,
                    PathIndex::Node node) {
  if (permits.empty()) {
    const bool lets = field.sens == Sensitivity::L0 || field.sens == Sensitivity::L1;
    return {{lets ? Action::kKeep : Action::kOmit}, kProtectiveRule};
  }
  FieldFate fate{{Action::kKeep}, permits[0].id};
  bool named = false;
  for (const Voice& permit : permits) {
    const std::optional<Fate> says = permit.fields->Find(paths, node, field.sens);
    named = named || says.has_value();
    Tighten(says ? OnLeaf(*says, field.form) : Fate{Action::kOmit}, permit.id, fate);
  }
  return named ? fate : Omitted(kDefaultRule);
}

bool HasSegment(std::string_view path, std::string_view segment) {
  const auto dotted = [](std::string_view text) {
    return absl::StrCat(".", std::string(text), ".");
  };
  return dotted(path).find(dotted(segment)) != std::string::npos;
}

bool TakesOut(const Restriction& restriction, const Field& field) {
  const auto& omitted = restriction.omitted;
  return std::find(omitted.begin(), omitted.end(), field.sens) != omitted.end() ||
         HasSegment(field.schema_path, restriction.segment);
}

FieldFate FateOf(const PathIndex& paths, const Voices& voices, const Field& field) {
  if (field.sens == Sensitivity::L6) return Omitted(kSourceRule);
  for (const Restriction& restriction : voices.exceptions) {
    if (TakesOut(restriction, field)) return Omitted(restriction.rule);
  }
  const PathIndex::Node node = paths.Find(field.schema_path);
  FieldFate fate = Permitted(paths, voices.permits, field, node);
  for (const Voice& restrict : voices.restricts) {
    const std::optional<Fate> says = restrict.fields->Find(paths, node, field.sens);
    if (says) Tighten(OnLeaf(*says, field.form), restrict.id, fate);
  }
  return fate;
}

// Of a bond's members all go, with a change or without, or none does.
void KeepBondsWhole(absl::Span<const Field> fields, std::vector<FieldFate>& fates) {
  absl::flat_hash_map<std::string_view, size_t> removed;  // bond to the strictest that does not go
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].bond.empty() || Goes(fates[i].action)) continue;
    const auto strictest = removed.emplace(fields[i].bond, i).first;
    if (fates[i].action > fates[strictest->second].action) strictest->second = i;
  }
  if (removed.empty()) return;
  for (size_t i = 0; i < fields.size(); ++i) {
    const auto whole = removed.find(fields[i].bond);
    if (whole == removed.end()) continue;
    const FieldFate& strictest = fates[whole->second];
    if (strictest.action > fates[i].action) fates[i] = FieldFate(strictest);
  }
}

}  // namespace

FieldMatrix::FieldMatrix(const v1::FieldRules& rules, PathIndex& paths) {
  AddClasses(rules.keep_class(), Action::kKeep);
  AddClasses(rules.withhold_class(), Action::kWithhold);
  AddClasses(rules.omit_class(), Action::kOmit);
  const auto add = [&](const google::protobuf::RepeatedPtrField<std::string>& list, Action action) {
    for (const std::string& path : list) AddPath(paths.Add(path), {action});
  };
  add(rules.keep(), Action::kKeep);
  add(rules.withhold(), Action::kWithhold);
  add(rules.omit(), Action::kOmit);
  add(rules.pseudonymise(), Action::kPseudonymise);
  add(rules.match_token(), Action::kMatchToken);
  for (const v1::Generalise& change : rules.generalise()) {
    AddPath(paths.Add(change.path()), {Action::kGeneralise, change.to()});
  }
  for (const v1::Mask& change : rules.mask()) {
    AddPath(paths.Add(change.path()),
            {Action::kMask, v1::Generalise::LEVEL_UNSPECIFIED, change.keep_last()});
  }
}

void FieldMatrix::AddPath(PathIndex::Node node, const Fate& fate) {
  Fate& known = by_path_.emplace(node, fate).first->second;
  known = Meet(known, fate);
}

void FieldMatrix::AddClasses(const google::protobuf::RepeatedField<int>& classes, Action action) {
  for (const int number : classes) {
    if (!Sensitivity::Class_IsValid(number)) continue;
    std::optional<Fate>& known = by_class_[static_cast<size_t>(number)];
    known = known ? Meet(*known, {action}) : Fate{action};
  }
}

std::optional<Fate> FieldMatrix::Find(const PathIndex& paths, PathIndex::Node node,
                                      Sensitivity::Class sens) const {
  if (!by_path_.empty()) {
    for (; node != PathIndex::kRoot; node = paths.Above(node)) {
      const auto found = by_path_.find(node);
      if (found != by_path_.end()) return found->second;
    }
  }
  if (!Sensitivity::Class_IsValid(sens)) return std::nullopt;
  return by_class_[static_cast<size_t>(sens)];
}

std::vector<FieldFate> DecideFates(const PathIndex& paths, const Voices& voices,
                                   absl::Span<const Field> fields) {
  std::vector<FieldFate> fates;
  fates.reserve(fields.size());
  for (const Field& field : fields) fates.push_back(FateOf(paths, voices, field));
  KeepBondsWhole(fields, fates);
  return fates;
}

}  // namespace liaison::policy
