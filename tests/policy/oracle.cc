#include "tests/policy/oracle.h"

#include <algorithm>
#include <map>

namespace liaison::policy {
namespace {

using liaison::payload::v1::Origin;
using liaison::payload::v1::SubjectCategory;
using liaison::payload::v1::Tlp;

template <typename List, typename Value>
bool Has(const List& list, const Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// A list that is not set holds always. `all`: a PERMIT covers every code of the message; the others
// meet one.
template <typename Codes>
bool ListHolds(const google::protobuf::RepeatedField<int>& list, const Codes& codes, bool all) {
  const auto named = [&](int code) { return Has(list, code); };
  if (list.empty()) return true;
  return all ? std::all_of(codes.begin(), codes.end(), named)
             : std::any_of(codes.begin(), codes.end(), named);
}

// The levels of a date and those of a place are two kinds of change.
int KindOf(const Fate& fate) {
  const bool place = fate.action == Action::kGeneralise && fate.level >= v1::Generalise::LOCALITY;
  return place ? -1 : static_cast<int>(fate.action);
}

// A string, alone.
bool IsOneString(Form form) { return form != Form::kOther && form != Form::kPlaceExact; }

Fate OnDate(const Fate& change, Form form) {
  if (form == Form::kDate) return change;
  const bool rest = form == Form::kOther || form == Form::kText;
  return {rest ? Action::kKeep : Action::kWithhold};
}

Fate OnPlace(const Fate& change, Form form) {
  const std::map<Form, v1::Generalise::Level> levels = {
      {Form::kPlaceCountry, v1::Generalise::COUNTRY},
      {Form::kPlaceProvince, v1::Generalise::PROVINCE},
      {Form::kPlaceDistrict, v1::Generalise::DISTRICT},
      {Form::kPlaceLocality, v1::Generalise::LOCALITY}};
  if (form == Form::kOther || form == Form::kText) return {Action::kKeep};
  const auto level = levels.find(form);
  const bool coarse = level != levels.end() && level->second >= change.level;
  return {coarse ? Action::kKeep : Action::kWithhold};
}

// What the fate of a path means for a leaf below it.
Fate OfLeaf(const Fate& fate, Form form) {
  if (fate.action == Action::kKeep || fate.action >= Action::kWithhold) return fate;
  if (fate.action != Action::kGeneralise) {
    return IsOneString(form) ? fate : Fate{Action::kWithhold};
  }
  return KindOf(fate) == -1 ? OnPlace(fate, form) : OnDate(fate, form);
}

// Every fate that a rule gives to exactly this path.
std::vector<Fate> FatesOfPath(const v1::FieldRules& rules, const std::string& path) {
  std::vector<Fate> fates;
  if (Has(rules.keep(), path)) fates.push_back({Action::kKeep});
  if (Has(rules.withhold(), path)) fates.push_back({Action::kWithhold});
  if (Has(rules.omit(), path)) fates.push_back({Action::kOmit});
  if (Has(rules.pseudonymise(), path)) fates.push_back({Action::kPseudonymise});
  if (Has(rules.match_token(), path)) fates.push_back({Action::kMatchToken});
  for (const auto& change : rules.generalise()) {
    if (change.path() == path) fates.push_back({Action::kGeneralise, change.to()});
  }
  for (const auto& change : rules.mask()) {
    if (change.path() == path) fates.push_back({Action::kMask, {}, change.keep_last()});
  }
  return fates;
}

std::vector<Fate> FatesOfClass(const v1::FieldRules& rules, Sensitivity::Class sens) {
  std::vector<Fate> fates;
  if (Has(rules.keep_class(), sens)) fates.push_back({Action::kKeep});
  if (Has(rules.withhold_class(), sens)) fates.push_back({Action::kWithhold});
  if (Has(rules.omit_class(), sens)) fates.push_back({Action::kOmit});
  return fates;
}

// Of no category that is known.
bool NamesSomebodyElse(const Facts& facts) {
  for (const int category : facts.subjects) {
    if (category < SubjectCategory::VICTIM || category > SubjectCategory::OFFICER) return true;
  }
  return false;
}

}  // namespace

bool IsFor(const v1::Rule& rule, const Facts& facts, liaison::payload::v1::MessageType type,
           bool anyone) {
  const bool permit = rule.effect() == v1::Rule::PERMIT;
  const bool out = facts.direction == Direction::kOut;
  const auto one = [](int code) { return std::vector<int>{code}; };
  const bool said =
      facts.origin != Origin::ORIGIN_UNSPECIFIED && Origin::Code_IsValid(facts.origin);
  const auto tlp =
      facts.handling.tlp() == Tlp::TLP_UNSPECIFIED ? Tlp::AMBER_STRICT : facts.handling.tlp();
  return rule.direction() == (out ? v1::Rule::OUT : v1::Rule::IN) &&
         (rule.partner() == facts.partner || (!permit && rule.partner().empty())) &&
         ListHolds(rule.types(), one(type), permit) &&
         ListHolds(rule.purposes(), facts.purposes, permit) &&
         (!out || anyone || ListHolds(rule.roles(), one(facts.role), permit)) &&
         (rule.max_tlp() == Tlp::TLP_UNSPECIFIED || tlp <= rule.max_tlp()) &&
         (rule.agreement().empty() || rule.agreement() == facts.agreement_id) &&
         ListHolds(rule.partner_classes(), one(facts.partner_class), permit) &&
         (rule.countries().empty() || Has(rule.countries(), facts.partner_country)) &&
         ListHolds(rule.urgencies(), one(facts.urgency), permit) &&
         (ListHolds(rule.subjects(), facts.subjects, permit) ||
          (!permit && NamesSomebodyElse(facts))) &&
         ListHolds(rule.origins(), one(said ? facts.origin : Origin::UNCERTAIN), permit);
}

Fate Strictest(const std::vector<Fate>& fates) {
  std::map<int, std::vector<Fate>> by_kind;
  for (const Fate& fate : fates) by_kind[KindOf(fate)].push_back(fate);
  const auto has = [&](Action action) { return by_kind.count(static_cast<int>(action)) > 0; };
  if (has(Action::kOmit)) return {Action::kOmit};
  if (has(Action::kWithhold)) return {Action::kWithhold};
  by_kind.erase(static_cast<int>(Action::kKeep));
  if (by_kind.empty()) return {Action::kKeep};
  if (by_kind.size() > 1) return {Action::kWithhold};  // no value is both
  Fate strictest = by_kind.begin()->second[0];
  for (const Fate& fate : by_kind.begin()->second) {
    strictest.level = std::max(strictest.level, fate.level);
    strictest.keep_last = std::min(strictest.keep_last, fate.keep_last);
  }
  return strictest;
}

std::optional<Fate> SaidOf(const v1::Rule& rule, const Field& field) {
  if (field.sens == Sensitivity::L6) return Fate{Action::kOmit};
  std::vector<Fate> fates;
  std::string path(field.schema_path);
  for (size_t end = path.size(); end != std::string::npos && fates.empty();) {
    path.resize(end);
    fates = FatesOfPath(rule.fields(), path);
    end = path.rfind('.');
  }
  if (fates.empty()) fates = FatesOfClass(rule.fields(), field.sens);
  if (fates.empty()) return std::nullopt;
  return OfLeaf(Strictest(fates), field.form);
}

}  // namespace liaison::policy
