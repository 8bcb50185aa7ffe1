#include "daemon/policy/conditions.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "daemon/policy/labels.h"

namespace liaison::policy {
namespace {

using google::protobuf::RepeatedField;
using liaison::payload::v1::Origin;
using liaison::payload::v1::SubjectCategory;
using liaison::payload::v1::Tlp;

// A list of which a message has one or more: a PERMIT covers them all, the others meet one.
template <typename Codes>
bool CoversOrMeets(const v1::Rule& rule, const RepeatedField<int>& list, const Codes& codes) {
  const auto listed = [&](int code) { return Holds(list, code); };
  return rule.effect() == v1::Rule::PERMIT ? std::all_of(codes.begin(), codes.end(), listed)
                                           : std::any_of(codes.begin(), codes.end(), listed);
}

// A PERMIT without purposes is refused when it is made, and would cover nothing here.
bool PurposesHold(const v1::Rule& rule, const Facts& facts) {
  if (rule.purposes().empty() && rule.effect() != v1::Rule::PERMIT) return true;
  return CoversOrMeets(rule, rule.purposes(), facts.purposes);
}

// Somebody of a category that this version does not know may be of any.
bool HasSomebodyUnknown(const Facts& facts) {
  return std::any_of(facts.subjects.begin(), facts.subjects.end(),
                     [](SubjectCategory::Code category) {
                       return category == SubjectCategory::SUBJECT_CATEGORY_UNSPECIFIED ||
                              !SubjectCategory::Code_IsValid(category);
                     });
}

bool SubjectsHold(const v1::Rule& rule, const Facts& facts) {
  if (rule.subjects().empty() || HoldsEveryAnswer(rule, facts)) return true;
  if (rule.effect() != v1::Rule::PERMIT && HasSomebodyUnknown(facts)) return true;
  return CoversOrMeets(rule, rule.subjects(), facts.subjects);
}

bool RoleHolds(const v1::Rule& rule, const Facts& facts) {
  if (facts.direction == Direction::kIn) return true;
  if (rule.roles().empty() && rule.effect() != v1::Rule::PERMIT) return true;
  return Holds(rule.roles(), facts.role);
}

bool TlpHolds(const v1::Rule& rule, const Facts& facts) {
  return rule.max_tlp() == Tlp::TLP_UNSPECIFIED || EffectiveTlp(facts.handling) <= rule.max_tlp();
}

bool AgreementHolds(const v1::Rule& rule, const Facts& facts) {
  return rule.agreement().empty() || rule.agreement() == facts.agreement_id;
}

bool PartnerClassHolds(const v1::Rule& rule, const Facts& facts) {
  return rule.partner_classes().empty() || Holds(rule.partner_classes(), facts.partner_class);
}

bool CountryHolds(const v1::Rule& rule, const Facts& facts) {
  const auto& countries = rule.countries();
  return countries.empty() ||
         std::find(countries.begin(), countries.end(), facts.partner_country) != countries.end();
}

bool UrgencyHolds(const v1::Rule& rule, const Facts& facts) {
  return rule.urgencies().empty() || Holds(rule.urgencies(), facts.urgency);
}

bool OriginHolds(const v1::Rule& rule, const Facts& facts) {
  const bool known =
      facts.origin != Origin::ORIGIN_UNSPECIFIED && Origin::Code_IsValid(facts.origin);
  return rule.origins().empty() || Holds(rule.origins(), known ? facts.origin : Origin::UNCERTAIN);
}

struct Condition {
  bool (*holds)(const v1::Rule&, const Facts&);
  std::string_view otherwise;
};
constexpr Condition kConditions[] = {
    {PurposesHold, "does not cover every purpose"},
    {RoleHolds, "is not for the caller's role"},
    {TlpHolds, "ends at a lower TLP"},
    {AgreementHolds, "is for another agreement"},
    {PartnerClassHolds, "is for partners of another class"},
    {CountryHolds, "is for partners of another country"},
    {UrgencyHolds, "is for another urgency"},
    {SubjectsHold, "does not cover the category of every person"},
    {OriginHolds, "is for content of another origin"},
};

}  // namespace

bool HoldsEveryAnswer(const v1::Rule& rule, const Facts& facts) {
  constexpr auto kAnswer = liaison::payload::v1::VICTIM_VERIFICATION_RESPONSE;
  return rule.effect() == v1::Rule::HOLD && (facts.type == kAnswer || facts.inner == kAnswer);
}

bool Applies(const v1::Rule& rule, const Facts& facts) {
  return std::all_of(std::begin(kConditions), std::end(kConditions),
                     [&](const Condition& condition) { return condition.holds(rule, facts); });
}

std::string WhyNot(const v1::Rule& rule, const Facts& facts) {
  std::string words;
  for (const Condition& condition : kConditions) {
    if (condition.holds(rule, facts)) continue;
    absl::StrAppend(&words, words.empty() ? "" : "; ", "rule ", rule.id(), " ",
                    std::string(condition.otherwise));
  }
  return words;
}

bool Carries(const v1::Rule& rule, absl::Span<const Field> fields) {
  return rule.carries().empty() ||
         std::any_of(fields.begin(), fields.end(),
                     [&](const Field& field) { return Holds(rule.carries(), field.sens); });
}

bool CarriesAway(const v1::Rule& rule, absl::Span<const Field> fields,
                 absl::Span<const FieldFate> fates) {
  if (rule.carries().empty()) return true;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (Goes(fates[i].action) && Holds(rule.carries(), fields[i].sens)) return true;
  }
  return false;
}

bool Holds(const RepeatedField<int>& list, int number) {
  return std::find(list.begin(), list.end(), number) != list.end();
}

}  // namespace liaison::policy
