#include "daemon/policy/decided_on.h"

#include <map>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace liaison::policy {
namespace {

namespace payload = liaison::payload::v1;

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

void SetTime(absl::Time time, google::protobuf::Timestamp& out) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  out.set_seconds(seconds);
  out.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

template <typename Code, typename List>
std::vector<Code> CodesOf(const List& numbers) {
  std::vector<Code> codes;
  for (const int number : numbers) codes.push_back(static_cast<Code>(number));
  return codes;
}

void AddFields(absl::Span<const Field> fields, v1::DecidedOn& out) {
  std::set<std::tuple<std::string_view, int, bool, std::string_view, int>> seen;
  std::map<std::string_view, int> bonds;  // their names hold positions: a number does
  for (const Field& field : fields) {
    const int form = static_cast<int>(field.form);
    if (!seen.emplace(field.schema_path, field.sens, field.needed, field.bond, form).second) {
      continue;
    }
    v1::Field& kept = *out.add_fields();
    kept.set_schema_path(std::string(field.schema_path));
    kept.set_sens(field.sens);
    kept.set_needed(field.needed);
    kept.set_form(static_cast<v1::Field::Form>(form));
    if (field.bond.empty()) continue;
    const int next = static_cast<int>(bonds.size()) + 1;
    kept.set_bond(absl::StrCat(bonds.emplace(field.bond, next).first->second));
  }
}

}  // namespace

std::string DecidedOnBytes(const Facts& facts, absl::Span<const Field> fields) {
  v1::DecidedOn decided_on;
  *decided_on.mutable_facts() = ToProto(facts);
  // That there are some is a fact; who they are is a value.
  for (std::string& name : *decided_on.mutable_facts()->mutable_named_recipients()) name = "named";
  AddFields(fields, decided_on);
  std::string bytes = decided_on.SerializeAsString();
  return bytes.size() <= kMostDecidedOnBytes ? bytes : std::string();
}

v1::Facts ToProto(const Facts& facts) {
  v1::Facts kept;
  kept.set_direction(facts.direction == Direction::kIn ? v1::Rule::IN : v1::Rule::OUT);
  kept.set_partner(facts.partner);
  kept.set_partner_country(facts.partner_country);
  kept.set_own_country(facts.own_country);
  kept.set_partner_active(facts.partner_active);
  kept.set_role(facts.role);
  kept.set_type(facts.type);
  kept.set_inner(facts.inner);
  for (const payload::Purpose::Code purpose : facts.purposes) kept.add_purposes(purpose);
  kept.set_agreement_id(facts.agreement_id);
  for (const payload::LegalBasis& basis : facts.legal_bases) *kept.add_legal_bases() = basis;
  *kept.mutable_handling() = facts.handling;
  kept.set_urgency(facts.urgency);
  kept.set_has_instructions(facts.has_instructions);
  for (const std::string& name : facts.named_recipients) kept.add_named_recipients(name);
  kept.set_has_personal_data(facts.has_personal_data);
  kept.set_has_adult_victim(facts.has_adult_victim);
  kept.set_has_possible_child(facts.has_possible_child);
  kept.set_lacks_child_safeguard(facts.lacks_child_safeguard);
  kept.set_consent_covers(facts.consent_covers);
  kept.set_consent_missing(facts.consent_missing);
  kept.set_has_only_anonymous_refusals(facts.has_only_anonymous_refusals);
  kept.set_has_no_consent_reason(facts.has_no_consent_reason);
  kept.set_partner_class(facts.partner_class);
  for (const payload::SubjectCategory::Code subject : facts.subjects) kept.add_subjects(subject);
  kept.set_victims_consent_to_investigation(facts.victims_consent_to_investigation);
  kept.set_origin(facts.origin);
  kept.set_has_match_key(facts.has_match_key);
  if (facts.received_handling) *kept.mutable_received_handling() = *facts.received_handling;
  for (const payload::Purpose::Code purpose : facts.received_purposes) {
    kept.add_received_purposes(purpose);
  }
  kept.set_releases(facts.releases);
  for (const std::string& rule : facts.derogations) kept.add_derogations(rule);
  SetTime(facts.now, *kept.mutable_now());
  return kept;
}

Facts FactsOf(const v1::Facts& kept) {
  Facts facts;
  facts.direction = kept.direction() == v1::Rule::IN ? Direction::kIn : Direction::kOut;
  facts.partner = kept.partner();
  facts.partner_country = kept.partner_country();
  facts.own_country = kept.own_country();
  facts.partner_active = kept.partner_active();
  facts.role = kept.role();
  facts.type = kept.type();
  facts.inner = kept.inner();
  facts.purposes = CodesOf<payload::Purpose::Code>(kept.purposes());
  facts.agreement_id = kept.agreement_id();
  facts.legal_bases.assign(kept.legal_bases().begin(), kept.legal_bases().end());
  facts.handling = kept.handling();
  facts.urgency = kept.urgency();
  facts.has_instructions = kept.has_instructions();
  facts.named_recipients.assign(kept.named_recipients().begin(), kept.named_recipients().end());
  facts.has_personal_data = kept.has_personal_data();
  facts.has_adult_victim = kept.has_adult_victim();
  facts.has_possible_child = kept.has_possible_child();
  facts.lacks_child_safeguard = kept.lacks_child_safeguard();
  facts.consent_covers = kept.consent_covers();
  facts.consent_missing = kept.consent_missing();
  facts.has_only_anonymous_refusals = kept.has_only_anonymous_refusals();
  facts.has_no_consent_reason = kept.has_no_consent_reason();
  facts.partner_class = kept.partner_class();
  facts.subjects = CodesOf<payload::SubjectCategory::Code>(kept.subjects());
  facts.victims_consent_to_investigation = kept.victims_consent_to_investigation();
  facts.origin = kept.origin();
  facts.has_match_key = kept.has_match_key();
  if (kept.has_received_handling()) facts.received_handling = kept.received_handling();
  facts.received_purposes = CodesOf<payload::Purpose::Code>(kept.received_purposes());
  facts.releases = kept.releases();
  facts.derogations.assign(kept.derogations().begin(), kept.derogations().end());
  facts.now = TimeOf(kept.now());
  return facts;
}

std::vector<Field> FieldsOf(const google::protobuf::RepeatedPtrField<v1::Field>& kept) {
  std::vector<Field> fields;
  for (const v1::Field& field : kept) {
    const std::string& path = field.path().empty() ? field.schema_path() : field.path();
    fields.push_back({path, field.schema_path(), field.sens(), field.needed(), field.bond(),
                      static_cast<Form>(field.form())});
  }
  return fields;
}

}  // namespace liaison::policy
