#include "daemon/policy/overlap.h"

#include <algorithm>
#include <vector>

#include "daemon/policy/builtin.h"
#include "daemon/policy/conditions.h"
#include "daemon/policy/fate.h"

namespace liaison::policy {
namespace {

using google::protobuf::RepeatedField;
using google::protobuf::RepeatedPtrField;
using liaison::payload::v1::MessageType;
using liaison::payload::v1::Tlp;

// A condition of `rule` that is not set, or that names all that the same one of `permit` names.
bool CoversCondition(const RepeatedField<int>& rule, const RepeatedField<int>& permit) {
  return rule.empty() || (!permit.empty() && Covers(rule, permit));
}

bool CanMeetCondition(const RepeatedField<int>& a, const RepeatedField<int>& b) {
  return a.empty() || b.empty() || Meets(a, b);
}

bool NamesAboutAnother(const v1::Rule& rule) {
  return std::any_of(rule.types().begin(), rule.types().end(),
                     [](int type) { return IsAboutAnother(static_cast<MessageType>(type)); });
}

// What tightens looks at the message inside, too.
bool CanMeetTypes(const v1::Rule& rule, const v1::Rule& permit) {
  if (CanMeetCondition(rule.types(), permit.types())) return true;
  return rule.effect() != v1::Rule::PERMIT && NamesAboutAnother(permit) &&
         std::any_of(rule.types().begin(), rule.types().end(),
                     [](int type) { return MayBeInside(static_cast<MessageType>(type)); });
}

bool CanMeetAnswer(const v1::Rule& rule) {
  return rule.types().empty() || NamesAboutAnother(rule) ||
         Holds(rule.types(), liaison::payload::v1::VICTIM_VERIFICATION_RESPONSE);
}

// A PERMIT covers a message without persons whatever it names, and a HOLD holds every answer
// (HoldsEveryAnswer).
bool CanMeetSubjects(const v1::Rule& rule, const v1::Rule& permit) {
  if (rule.effect() == v1::Rule::PERMIT || CanMeetCondition(rule.subjects(), permit.subjects())) {
    return true;
  }
  return rule.effect() == v1::Rule::HOLD && CanMeetAnswer(rule) && CanMeetAnswer(permit);
}

bool CoversCountries(const v1::Rule& rule, const v1::Rule& permit) {
  const auto& ours = rule.countries();
  return ours.empty() ||
         (!permit.countries().empty() &&
          std::all_of(permit.countries().begin(), permit.countries().end(), [&](auto& country) {
            return std::find(ours.begin(), ours.end(), country) != ours.end();
          }));
}

bool CoversTlp(const v1::Rule& rule, const v1::Rule& permit) {
  return rule.max_tlp() == Tlp::TLP_UNSPECIFIED ||
         (permit.max_tlp() != Tlp::TLP_UNSPECIFIED && rule.max_tlp() >= permit.max_tlp());
}

// The fates that the paths of `rules` name.
std::vector<Fate> PathFates(const v1::FieldRules& rules) {
  std::vector<Fate> fates;
  const auto add = [&](const RepeatedPtrField<std::string>& paths, Action action) {
    if (!paths.empty()) fates.push_back({action});
  };
  add(rules.keep(), Action::kKeep);
  add(rules.withhold(), Action::kWithhold);
  add(rules.omit(), Action::kOmit);
  add(rules.pseudonymise(), Action::kPseudonymise);
  add(rules.match_token(), Action::kMatchToken);
  for (const v1::Generalise& change : rules.generalise()) {
    fates.push_back({Action::kGeneralise, change.to()});
  }
  for (const v1::Mask& change : rules.mask()) {
    fates.push_back({Action::kMask, v1::Generalise::LEVEL_UNSPECIFIED, change.keep_last()});
  }
  return fates;
}

// The fate of a field of this class that no path names.
Fate ClassFate(const v1::FieldRules& rules, int sens) {
  if (Holds(rules.omit_class(), sens)) return {Action::kOmit};
  if (Holds(rules.withhold_class(), sens)) return {Action::kWithhold};
  return {Holds(rules.keep_class(), sens) ? Action::kKeep : Action::kOmit};
}

bool AllWithin(const std::vector<Fate>& fates, const Fate& asked) {
  return std::all_of(fates.begin(), fates.end(),
                     [&](const Fate& fate) { return IsWithin(fate, asked); });
}

}  // namespace

bool Covers(const RepeatedField<int>& whole, const RepeatedField<int>& part) {
  return std::all_of(part.begin(), part.end(), [&](int number) { return Holds(whole, number); });
}

bool Meets(const RepeatedField<int>& a, const RepeatedField<int>& b) {
  return std::any_of(a.begin(), a.end(), [&](int number) { return Holds(b, number); });
}

bool Shadows(const v1::Rule& forbid, const v1::Rule& permit) {
  return forbid.effect() == v1::Rule::FORBID && forbid.direction() == permit.direction() &&
         (forbid.partner().empty() || forbid.partner() == permit.partner()) &&
         (forbid.agreement().empty() || forbid.agreement() == permit.agreement()) &&
         CoversCondition(forbid.types(), permit.types()) &&
         CoversCondition(forbid.purposes(), permit.purposes()) &&
         CoversCondition(forbid.roles(), permit.roles()) &&
         CoversCondition(forbid.partner_classes(), permit.partner_classes()) &&
         CoversCondition(forbid.urgencies(), permit.urgencies()) &&
         CoversCondition(forbid.origins(), permit.origins()) && CoversCountries(forbid, permit) &&
         CoversTlp(forbid, permit) && forbid.subjects().empty() && forbid.carries().empty();
}

bool CanMeet(const v1::Rule& rule, const v1::Rule& permit) {
  return rule.direction() == permit.direction() &&
         (rule.partner().empty() || rule.partner() == permit.partner()) &&
         (rule.agreement().empty() || permit.agreement().empty() ||
          rule.agreement() == permit.agreement()) &&
         CanMeetTypes(rule, permit) && CanMeetCondition(rule.purposes(), permit.purposes()) &&
         (rule.direction() == v1::Rule::IN || CanMeetCondition(rule.roles(), permit.roles())) &&
         CanMeetCondition(rule.partner_classes(), permit.partner_classes()) &&
         CanMeetCondition(rule.urgencies(), permit.urgencies()) &&
         CanMeetCondition(rule.origins(), permit.origins()) && CanMeetSubjects(rule, permit);
}

bool AsksNothingOf(const v1::Rule& restrict, const v1::Rule& permit) {
  const std::vector<Fate> of_paths = PathFates(permit.fields());
  std::vector<Fate> all = of_paths;
  for (int sens = Sensitivity::L0; sens <= Sensitivity::L8; ++sens) {
    if (sens == Sensitivity::L6) continue;
    all.push_back(ClassFate(permit.fields(), sens));
    const bool named = Holds(restrict.fields().withhold_class(), sens) ||
                       Holds(restrict.fields().omit_class(), sens);
    if (!named) continue;
    const Fate asked = ClassFate(restrict.fields(), sens);
    if (!IsWithin(all.back(), asked) || !AllWithin(of_paths, asked)) return false;
  }
  const std::vector<Fate> asked = PathFates(restrict.fields());
  return std::all_of(asked.begin(), asked.end(),
                     [&](const Fate& fate) { return AllWithin(all, fate); });
}

}  // namespace liaison::policy
