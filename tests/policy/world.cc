#include "tests/policy/world.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace liaison::policy {

using liaison::payload::v1::MessageType;
using liaison::payload::v1::Purpose;
using liaison::payload::v1::SubjectCategory;
using liaison::payload::v1::Tlp;
using liaison::payload::v1::Urgency;

uint64_t SeedOfRun() {
  uint64_t seed = std::random_device{}();
  const char* given = std::getenv("LIAISON_SEED");
  if (given != nullptr && !absl::SimpleAtoi(given, &seed)) {
    ADD_FAILURE() << "LIAISON_SEED is no number";
  }
  std::cout << "LIAISON_SEED=" << seed << "\n";
  return seed;
}

v1::PolicyFile World::File() {
  v1::PolicyFile file;
  v1::Policy& policy = *file.mutable_policy();
  policy.set_id("random");
  policy.set_version(1);
  for (int i = 0; i < 3; ++i) *policy.add_agreement() = Agreement(i);
  const int rules = 1 + Below(5);
  for (int i = 0; i < rules; ++i) *policy.add_rule() = Rule(absl::StrCat("r", i));
  return file;
}

v1::Agreement World::Agreement(int i) {
  v1::Agreement agreement;
  agreement.set_id(absl::StrCat("g", i));
  agreement.set_partner(kPartners[Below(2)]);
  agreement.mutable_valid()->set_from("2026-01-01");
  if (Chance(70)) agreement.mutable_valid()->set_to("2026-12-31");
  agreement.mutable_valid()->set_time_zone("UTC");
  for (const MessageType type : kTypes) agreement.add_types(type);
  for (const Purpose::Code purpose : kPurposes) agreement.add_purposes(purpose);
  agreement.set_suspended(Chance(5));
  for (const char* country : {"VN", "GB"}) {
    auto& basis = *agreement.add_legal_basis();
    basis.set_country(country);
    basis.set_citation("invented");
  }
  return agreement;
}

v1::Rule World::Rule(const std::string& id) {
  const v1::Rule::Effect effects[] = {v1::Rule::FORBID, v1::Rule::RESTRICT, v1::Rule::HOLD};
  return Rule(id, Chance(65) ? v1::Rule::PERMIT : effects[Below(3)]);
}

v1::Rule World::Rule(const std::string& id, v1::Rule::Effect effect) {
  v1::Rule rule;
  rule.set_id(id);
  rule.set_effect(effect);
  const bool permit = effect == v1::Rule::PERMIT;
  rule.set_direction(Chance(70) || effect == v1::Rule::HOLD ? v1::Rule::OUT : v1::Rule::IN);
  if (permit || Chance(70)) rule.set_partner(kPartners[Below(2)]);
  for (const MessageType type : kTypes) {
    if (Chance(80)) rule.add_types(type);
  }
  for (const Purpose::Code purpose : kPurposes) {
    if (Chance(80)) rule.add_purposes(purpose);
  }
  if (rule.types().empty()) rule.add_types(kTypes[0]);
  if (rule.purposes().empty()) rule.add_purposes(kPurposes[0]);
  rule.add_roles(v1::Rule::OFFICER);
  if (Chance(40)) rule.add_roles(v1::Rule::SYSTEM);
  AddConditions(rule);
  if (permit || effect == v1::Rule::RESTRICT) *rule.mutable_fields() = Fields(permit);
  if (permit && Chance(10)) rule.mutable_obligations()->set_notice(true);
  const bool out = rule.direction() == v1::Rule::OUT;
  if (effect == v1::Rule::HOLD || (permit && out && Chance(5))) {
    v1::Release& release = *rule.mutable_obligations()->mutable_release();
    release.set_persons(static_cast<uint32_t>(2 + Below(4)));
    release.set_within("4h");
  }
  return rule;
}

void World::AddConditions(v1::Rule& rule) {
  if (Chance(20)) rule.set_max_tlp(static_cast<Tlp::Code>(1 + Below(5)));
  if (Chance(5)) rule.add_partner_classes(v1::NGO);
  if (Chance(5)) rule.add_countries("GB");
  if (Chance(5)) rule.add_urgencies(static_cast<Urgency::Code>(1 + Below(4)));
  if (Chance(10)) rule.add_subjects(static_cast<SubjectCategory::Code>(1 + Below(3)));
  if (Chance(5)) rule.add_origins(liaison::payload::v1::Origin::HUMAN_GENERATED);
  if (rule.effect() == v1::Rule::FORBID || rule.effect() == v1::Rule::HOLD) {
    if (Chance(40)) rule.add_carries(Class());
  }
}

Sensitivity::Class World::Class() {
  const auto sens = static_cast<Sensitivity::Class>(1 + Below(Sensitivity::Class_ARRAYSIZE - 1));
  return sens == Sensitivity::L6 ? Sensitivity::L5 : sens;
}

v1::FieldRules World::Fields(bool keep) {
  v1::FieldRules fields;
  for (int sens = 1; sens < Sensitivity::Class_ARRAYSIZE; ++sens) {
    if (sens == Sensitivity::L6) continue;
    const auto which = static_cast<Sensitivity::Class>(sens);
    if (keep && Chance(60)) fields.add_keep_class(which);
    if (Chance(15)) fields.add_withhold_class(which);
    if (Chance(10)) fields.add_omit_class(which);
  }
  for (const char* path : kPaths) {
    if (keep && Chance(20)) fields.add_keep(path);
    if (Chance(10)) fields.add_withhold(path);
    if (Chance(10)) fields.add_omit(path);
    if (Chance(10)) fields.add_pseudonymise(path);
    if (Chance(10)) fields.add_match_token(path);
    if (Chance(10)) {
      v1::Mask& mask = *fields.add_mask();
      mask.set_path(path);
      mask.set_keep_last(static_cast<uint32_t>(Below(5)));
    }
  }
  if (Chance(30)) {
    v1::Generalise& change = *fields.add_generalise();
    change.set_path("a.birth");
    change.set_to(static_cast<v1::Generalise::Level>(1 + Below(3)));
  }
  if (fields.ByteSizeLong() == 0) fields.add_withhold_class(Sensitivity::L4);
  return fields;
}

Facts World::Message() {
  Facts facts = SampleFacts();
  facts.direction = Chance(70) ? Direction::kOut : Direction::kIn;
  facts.partner = kPartners[Below(2)];
  facts.partner_active = !Chance(3);
  facts.role = static_cast<v1::Rule::Role>(1 + Below(2));
  const int type = Below(4);
  facts.type = kTypes[type];
  if (type >= 2) facts.inner = kTypes[Below(2)];
  facts.purposes.clear();
  for (const Purpose::Code purpose : kPurposes) {
    if (Chance(60)) facts.purposes.push_back(purpose);
  }
  facts.agreement_id = absl::StrCat("g", Below(3));
  facts.handling.set_tlp(static_cast<Tlp::Code>(Below(6)));
  if (Chance(80)) facts.named_recipients = {"officer-1"};
  facts.has_adult_victim = Chance(20);
  facts.consent_covers = Chance(80);
  facts.urgency = static_cast<Urgency::Code>(1 + Below(4));
  facts.partner_class = Chance(50) ? v1::NGO : v1::MINISTRY;
  if (Chance(50)) facts.subjects = {static_cast<SubjectCategory::Code>(Below(4))};  // 0: unknown
  facts.releases = static_cast<uint32_t>(Below(3));
  facts.has_match_key = true;  // else a permit may deny by a change that another one rules out
  return facts;
}

std::vector<Field> World::SomeFields() {
  std::vector<Field> fields;
  const int count = 1 + Below(5);
  for (int i = 0; i < count; ++i) {
    Field field = FieldOf(kPaths[Below(7)],
                          static_cast<Sensitivity::Class>(Below(Sensitivity::Class_ARRAYSIZE)));
    field.needed = Chance(5);
    field.form = static_cast<Form>(Below(static_cast<int>(Form::kPlaceExact) + 1));
    if (Chance(30)) field.bond = "bond";
    fields.push_back(field);
  }
  return fields;
}

}  // namespace liaison::policy
