// What becomes of each field.
#include "daemon/policy/fates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policy/sample.h"

namespace liaison::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

v1::FieldRules RulesOf(std::string_view text) {
  const std::string file = "policy { rule { fields { " + std::string(text) + " } } }";
  return FileOf(file).policy().rule(0).fields();
}

FieldFate FateUnder(std::string_view rules, const Field& field) {
  const FieldMatrix matrix(RulesOf(rules));
  return DecideFates({field}, {Permit{"only", &matrix}}, {})[0];
}

TEST(FieldMatrixTest, AFieldThatNothingNamesIsOmitted) {
  const FieldFate fate = FateUnder("keep_class: L1", FieldOf("alert.kind", Sensitivity::L2));
  EXPECT_EQ(fate.action, Action::kOmit);
  EXPECT_EQ(fate.rule, "default");
}

TEST(FieldMatrixTest, AClassThatTheSchemaDoesNotHaveIsOmitted) {
  for (const int sens : {0, 10, -1}) {
    const FieldFate fate = FateUnder("keep_class: [L0, L1, L2, L3, L4, L5, L7, L8]",
                                     FieldOf("alert.kind", static_cast<Sensitivity::Class>(sens)));
    EXPECT_EQ(fate.action, Action::kOmit);
  }
}

TEST(FieldMatrixTest, APathWinsOverAClassAndALongerPathOverAShorter) {
  const char* rules = R"(keep_class: L1 omit: "a" keep: "a.b" withhold: "a.b.c" )";
  const struct {
    const char* path;
    Action action;
  } rows[] = {{"z", Action::kKeep},     {"a", Action::kOmit},
              {"a.x", Action::kOmit},   {"a.b", Action::kKeep},
              {"a.b.x", Action::kKeep}, {"a.b.c", Action::kWithhold},
              {"ab", Action::kKeep},    {"a.b.c.d.e", Action::kWithhold}};
  for (const auto& row : rows) {
    EXPECT_EQ(FateUnder(rules, FieldOf(row.path, Sensitivity::L1)).action, row.action) << row.path;
  }
}

TEST(FieldMatrixTest, OfEqualsTheStricterWins) {
  const Field field = FieldOf("a.b", Sensitivity::L2);
  EXPECT_EQ(FateUnder(R"(keep: "a" withhold: "a")", field).action, Action::kWithhold);
  EXPECT_EQ(FateUnder(R"(keep: "a" withhold: "a" omit: "a")", field).action, Action::kOmit);
  EXPECT_EQ(FateUnder("keep_class: L2 withhold_class: L2", field).action, Action::kWithhold);
  EXPECT_EQ(FateUnder("keep_class: L2 omit_class: L2 withhold_class: L2", field).action,
            Action::kOmit);
}

TEST(DecideFatesTest, SeveralPermitsIntersect) {
  const FieldMatrix first(RulesOf("keep_class: [L0, L1, L2]"));
  const FieldMatrix second(RulesOf("keep_class: [L0] withhold_class: [L1]"));
  const std::vector<Field> fields = {FieldOf("a", Sensitivity::L0), FieldOf("b", Sensitivity::L1),
                                     FieldOf("c", Sensitivity::L2)};
  const auto fates = DecideFates(fields, {Permit{"first", &first}, Permit{"second", &second}}, {});
  EXPECT_EQ(fates[0].action, Action::kKeep);
  EXPECT_EQ(fates[0].rule, "first");
  EXPECT_EQ(fates[1].action, Action::kWithhold);
  EXPECT_EQ(fates[1].rule, "second");
  EXPECT_EQ(fates[2].action, Action::kOmit);
  EXPECT_EQ(fates[2].rule, "default");
}

TEST(DecideFatesTest, SourceFieldsAreAlwaysOmitted) {
  const FieldFate fate =
      FateUnder(R"(keep: "notice" keep_class: L1)", FieldOf("notice.source_ref", Sensitivity::L6));
  EXPECT_EQ(fate.action, Action::kOmit);
  EXPECT_EQ(fate.rule, "builtin:D-13");
}

TEST(DecideFatesTest, ABondIsAsStrictAsItsStrictestMember) {
  std::vector<Field> fields = {
      FieldOf("n.text", Sensitivity::L8), FieldOf("n.lang", Sensitivity::L1),
      FieldOf("n.grade", Sensitivity::L2), FieldOf("n.free", Sensitivity::L1),
      FieldOf("m.lang", Sensitivity::L1)};
  for (int i = 0; i < 3; ++i) fields[static_cast<size_t>(i)].bond = "n[0]/item";
  fields[4].bond = "n[1]/item";
  const FieldMatrix matrix(RulesOf("keep_class: [L1] withhold_class: [L2] omit_class: [L8]"));
  const auto fates = DecideFates(fields, {Permit{"only", &matrix}}, {});
  EXPECT_EQ(fates[0].action, Action::kOmit);
  EXPECT_EQ(fates[1].action, Action::kOmit);
  EXPECT_EQ(fates[2].action, Action::kOmit);
  EXPECT_EQ(fates[3].action, Action::kKeep);
  EXPECT_EQ(fates[4].action, Action::kKeep);
}

TEST(FieldsStepTest, ANeededFieldThatIsRemovedDeniesAndNamesTheRule) {
  const auto policy = PolicyOf(SampleText());
  for (const auto& [sens, rule] : {std::pair{Sensitivity::L3, "alerts-out"},
                                   {Sensitivity::L5, "alerts-out"},
                                   {Sensitivity::L6, "builtin:D-13"}}) {
    std::vector<Field> fields = SampleFields();
    fields.push_back(FieldOf("alert.what_to_do", sens));
    EXPECT_EQ(policy->Decide(SampleFacts(), fields).outcome, Outcome::kAllow);
    fields[1].needed = true;
    const Decision decision = policy->Decide(SampleFacts(), fields);
    EXPECT_EQ(decision.outcome, Outcome::kDeny);
    EXPECT_EQ(decision.reason, base::Reason::kFieldNeeded);
    EXPECT_EQ(decision.step, Step::kFields);
    EXPECT_THAT(decision.rules, ElementsAre(rule));
    EXPECT_THAT(decision.missing, HasSubstr("alert.what_to_do"));
    EXPECT_EQ(decision.fields.size(), 2u);
  }
}

TEST(FieldsStepTest, DeniesWhenNothingWouldGo) {
  const auto policy = PolicyOf(SampleText());
  const std::vector<std::vector<Field>> nothing = {{}, {FieldOf("alert.x", Sensitivity::L6)}};
  for (const auto& fields : nothing) {
    const Decision decision = policy->Decide(SampleFacts(), fields);
    EXPECT_EQ(decision.outcome, Outcome::kDeny);
    EXPECT_EQ(decision.step, Step::kFields);
    EXPECT_THAT(decision.rules, ElementsAre("builtin:D-11"));
  }
}

TEST(FieldsStepTest, WhatComesInIsRefusedWhenAFieldMayNotCome) {
  const auto policy = PolicyOf(SampleText());
  Facts facts = SampleFacts();
  facts.direction = Direction::kIn;
  facts.role = v1::Rule::ROLE_UNSPECIFIED;
  std::vector<Field> fields = SampleFields();
  EXPECT_EQ(policy->Decide(facts, fields).outcome, Outcome::kAllow);
  fields.push_back(FieldOf("alert.subjects.documents.number", Sensitivity::L3));
  const Decision decision = policy->Decide(facts, fields);
  EXPECT_EQ(decision.outcome, Outcome::kDeny);
  EXPECT_EQ(decision.step, Step::kFields);
  EXPECT_EQ(decision.reason, base::Reason::kPolicyDenied);
  EXPECT_THAT(decision.missing, HasSubstr("alert.subjects.documents.number"));
  EXPECT_THAT(decision.rules, ElementsAre("default"));
}

}  // namespace
}  // namespace liaison::policy
