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

// A fate that owns the id of its rule.
struct Named : Fate {
  std::string rule;
};

// Rules by id, in this order.
using Texts = std::vector<std::pair<std::string, std::string>>;

std::vector<Named> FatesUnder(const Texts& permits, const Texts& restricts,
                              const std::vector<Field>& fields) {
  PathIndex paths;
  std::vector<FieldMatrix> matrices;
  matrices.reserve(permits.size() + restricts.size());
  const auto voices = [&](const Texts& texts) {
    std::vector<Voice> all;
    for (const auto& [id, rules] : texts) {
      matrices.emplace_back(RulesOf(rules), paths);
      all.push_back({id, &matrices.back()});
    }
    return all;
  };
  const std::vector<Voice> permitting = voices(permits);
  const std::vector<Voice> restricting = voices(restricts);
  std::vector<Named> named;
  for (const FieldFate& fate : DecideFates(paths, {{}, permitting, restricting}, fields)) {
    named.push_back({fate, std::string(fate.rule)});
  }
  return named;
}

Named FateUnder(std::string_view rules, const Field& field) {
  return FatesUnder({{"only", std::string(rules)}}, {}, {field})[0];
}

TEST(FieldMatrixTest, AFieldThatNothingNamesIsOmitted) {
  const Named fate = FateUnder("keep_class: L1", FieldOf("alert.kind", Sensitivity::L2));
  EXPECT_EQ(fate.action, Action::kOmit);
  EXPECT_EQ(fate.rule, "default");
}

TEST(FieldMatrixTest, AClassThatTheSchemaDoesNotHaveIsOmitted) {
  for (const int sens : {0, 10, -1}) {
    const Named fate = FateUnder("keep_class: [L0, L1, L2, L3, L4, L5, L7, L8]",
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
  const std::vector<Field> fields = {FieldOf("a", Sensitivity::L0), FieldOf("b", Sensitivity::L1),
                                     FieldOf("c", Sensitivity::L2)};
  const auto fates = FatesUnder(
      {{"first", "keep_class: [L0, L1, L2]"}, {"second", "keep_class: [L0] withhold_class: [L1]"}},
      {}, fields);
  EXPECT_EQ(fates[0].action, Action::kKeep);
  EXPECT_EQ(fates[0].rule, "first");
  EXPECT_EQ(fates[1].action, Action::kWithhold);
  EXPECT_EQ(fates[1].rule, "second");
  EXPECT_EQ(fates[2].action, Action::kOmit);
  EXPECT_EQ(fates[2].rule, "second") << "the first lets it go";
}

TEST(DecideFatesTest, AFieldOfWhichNoPermitSpeaksIsNotBlamedOnOne) {
  const auto fates = FatesUnder({{"first", "keep_class: L0"}, {"second", "keep_class: L1"}}, {},
                                {FieldOf("c", Sensitivity::L2)});
  EXPECT_EQ(fates[0].action, Action::kOmit);
  EXPECT_EQ(fates[0].rule, "default");
}

TEST(DecideFatesTest, SourceFieldsAreAlwaysOmitted) {
  const Named fate =
      FateUnder(R"(keep: "notice" keep_class: L1)", FieldOf("notice.source_ref", Sensitivity::L6));
  EXPECT_EQ(fate.action, Action::kOmit);
  EXPECT_EQ(fate.rule, "builtin:D-13");
}

TEST(FieldMatrixTest, AChangeCoversAllBelowItsPath) {
  Field field = FieldOf("p.home_place.country", Sensitivity::L2);
  field.form = Form::kPlaceCountry;
  const char* rules = R"(keep_class: [L2] generalise { path: "p.home_place" to: COUNTRY })";
  EXPECT_EQ(FateUnder(rules, field).action, Action::kKeep);
  field.form = Form::kPlaceDistrict;
  EXPECT_EQ(FateUnder(rules, field).action, Action::kWithhold);
}

TEST(FieldMatrixTest, KnowsEveryChange) {
  Field field = FieldOf("p.birth", Sensitivity::L2);
  field.form = Form::kDate;
  const struct {
    const char* rules;
    Fate fate;
  } rows[] = {
      {R"(generalise { path: "p" to: YEAR })", {Action::kGeneralise, v1::Generalise::YEAR}},
      {R"(mask { path: "p" keep_last: 3 })", {Action::kMask, v1::Generalise::LEVEL_UNSPECIFIED, 3}},
      {R"(pseudonymise: "p")", {Action::kPseudonymise}},
      {R"(match_token: "p")", {Action::kMatchToken}}};
  for (const auto& row : rows) {
    const Named fate = FateUnder(row.rules, field);
    EXPECT_EQ(fate, row.fate) << row.rules;
    EXPECT_EQ(fate.rule, "only");
  }
}

TEST(FieldMatrixTest, OfTwoChangesOfOnePathTheMeetIsTakenBeforeTheLeafIsAsked) {
  Field field = FieldOf("p.country", Sensitivity::L2);
  field.form = Form::kPlaceCountry;
  EXPECT_EQ(FateUnder(R"(generalise { path: "p" to: COUNTRY } mask { path: "p" })", field).action,
            Action::kWithhold);
}

TEST(DecideFatesTest, OfTwoPermitsTheMeetOfWhatEachMeansForTheLeafIsTaken) {
  Field field = FieldOf("p.country", Sensitivity::L2);
  field.form = Form::kPlaceCountry;
  const auto fates = FatesUnder({{"a", R"(generalise { path: "p" to: COUNTRY })"},
                                 {"b", R"(mask { path: "p" keep_last: 1 })"}},
                                {}, {field});
  EXPECT_EQ(fates[0].action, Action::kMask);
  EXPECT_EQ(fates[0].rule, "b");
}

TEST(DecideFatesTest, ARestrictTightensWhatItNamesAndLeavesTheRest) {
  Field date = FieldOf("p.birth", Sensitivity::L2);
  date.form = Form::kDate;
  const std::vector<Field> fields = {date, FieldOf("p.name", Sensitivity::L2),
                                     FieldOf("p.number", Sensitivity::L3),
                                     FieldOf("p.other", Sensitivity::L7)};
  const auto fates = FatesUnder(
      {{"permit", R"(keep_class: [L2, L3] generalise { path: "p.birth" to: MONTH })"}},
      {{"less", R"(generalise { path: "p.birth" to: YEAR } withhold_class: [L3, L7])"}}, fields);
  EXPECT_EQ(Fate(fates[0]), (Fate{Action::kGeneralise, v1::Generalise::YEAR}));
  EXPECT_EQ(fates[0].rule, "less");
  EXPECT_EQ(fates[1].action, Action::kKeep);
  EXPECT_EQ(fates[1].rule, "permit");
  EXPECT_EQ(fates[2].action, Action::kWithhold);
  EXPECT_EQ(fates[2].rule, "less");
  EXPECT_EQ(fates[3].action, Action::kOmit);
  EXPECT_EQ(fates[3].rule, "default");
}

TEST(DecideFatesTest, ARestrictNeverLoosens) {
  const auto fates = FatesUnder({{"permit", "omit_class: L2 withhold_class: L3"}},
                                {{"less", R"(withhold_class: [L2] mask { path: "b" })"}},
                                {FieldOf("a", Sensitivity::L2), FieldOf("b", Sensitivity::L3)});
  EXPECT_EQ(fates[0].action, Action::kOmit);
  EXPECT_EQ(fates[1].action, Action::kWithhold);
  EXPECT_EQ(fates[1].rule, "permit");
}

TEST(DecideFatesTest, WithoutPermitsAProtectiveMessageKeepsItsAdministrativeFields) {
  for (int sens = 0; sens <= Sensitivity::L8 + 1; ++sens) {
    const auto fates = FatesUnder({}, {}, {FieldOf("r", static_cast<Sensitivity::Class>(sens))});
    const bool kept = sens == Sensitivity::L0 || sens == Sensitivity::L1;
    EXPECT_EQ(fates[0].action, kept ? Action::kKeep : Action::kOmit) << sens;
    EXPECT_EQ(fates[0].rule, sens == Sensitivity::L6 ? "builtin:D-13" : "builtin:protective");
  }
}

// Text, language and grade are one bond in n[0]; n[1] is another.
std::vector<Field> TwoBonds() {
  std::vector<Field> fields = {
      FieldOf("n.text", Sensitivity::L8), FieldOf("n.lang", Sensitivity::L1),
      FieldOf("n.grade", Sensitivity::L2), FieldOf("n.free", Sensitivity::L1),
      FieldOf("m.lang", Sensitivity::L1)};
  for (size_t i = 0; i < 3; ++i) fields[i].bond = "n[0]/item";
  fields[4].bond = "n[1]/item";
  return fields;
}

TEST(DecideFatesTest, ABondIsAsStrictAsItsStrictestMember) {
  const auto fates = FatesUnder(
      {{"only", "keep_class: [L1] withhold_class: [L2] omit_class: [L8]"}}, {}, TwoBonds());
  EXPECT_EQ(fates[0].action, Action::kOmit);
  EXPECT_EQ(fates[1].action, Action::kOmit);
  EXPECT_EQ(fates[2].action, Action::kOmit);
  EXPECT_EQ(fates[3].action, Action::kKeep);
  EXPECT_EQ(fates[4].action, Action::kKeep);
}

TEST(DecideFatesTest, AMemberOfABondThatIsChangedGoesWithTheOthers) {
  std::vector<Field> fields = TwoBonds();
  fields[0].form = Form::kText;
  const auto fates =
      FatesUnder({{"only", R"(keep_class: [L1, L2] mask { path: "n.text" })"}}, {}, fields);
  EXPECT_EQ(fates[0].action, Action::kMask);
  EXPECT_EQ(fates[1].action, Action::kKeep);
  const auto withheld = FatesUnder(
      {{"only", R"(keep_class: [L1] withhold_class: [L2] mask { path: "n.text" })"}}, {}, fields);
  EXPECT_EQ(withheld[0].action, Action::kWithhold);
  EXPECT_EQ(withheld[1].action, Action::kWithhold);
  EXPECT_EQ(withheld[1].rule, "only");
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
  const std::vector<std::vector<Field>> nothing = {
      {}, {FieldOf("alert.x", Sensitivity::L6)}, {FieldOf("alert.x", Sensitivity::L3)}};
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
