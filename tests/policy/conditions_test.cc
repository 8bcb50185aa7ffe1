// The conditions of a rule: a PERMIT covers the message, a rule that tightens meets it.
#include "daemon/policy/conditions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policy/decide.h"

namespace liaison::policy {
namespace {

using liaison::payload::v1::Origin;
using liaison::payload::v1::Purpose;
using liaison::payload::v1::SubjectCategory;
using liaison::payload::v1::Tlp;
using liaison::payload::v1::Urgency;
using ::testing::HasSubstr;

// A rule with one condition; of a PERMIT with what it must have beside.
v1::Rule RuleOf(v1::Rule::Effect effect, const std::string& condition) {
  v1::Rule rule = FileOf("policy { rule { " + condition + " } }").policy().rule(0);
  rule.set_id("r");
  rule.set_effect(effect);
  if (effect != v1::Rule::PERMIT) return rule;
  if (rule.purposes().empty()) rule.add_purposes(Purpose::TRAFFICKING_INVESTIGATION);
  if (rule.roles().empty()) rule.add_roles(v1::Rule::OFFICER);
  return rule;
}

bool Permits(const std::string& condition, const Change& change) {
  Facts facts = SampleFacts();
  change(facts);
  return Applies(RuleOf(v1::Rule::PERMIT, condition), facts);
}

// All that tighten must agree.
bool Tightens(const std::string& condition, const Change& change) {
  Facts facts = SampleFacts();
  change(facts);
  const bool forbids = Applies(RuleOf(v1::Rule::FORBID, condition), facts);
  EXPECT_EQ(Applies(RuleOf(v1::Rule::RESTRICT, condition), facts), forbids);
  EXPECT_EQ(Applies(RuleOf(v1::Rule::HOLD, condition), facts), forbids);
  return forbids;
}

TEST(ConditionsTest, WithoutConditionsARuleApplies) {
  EXPECT_TRUE(Permits("", [](Facts&) {}));
  EXPECT_TRUE(Tightens("", [](Facts&) {}));
}

TEST(ConditionsTest, APermitCoversEveryPurposeTheOthersMeetOne) {
  const std::string two = "purposes: [TRAFFICKING_INVESTIGATION, VICTIM_RESCUE]";
  const auto both = [](Facts& f) {
    f.purposes = {Purpose::TRAFFICKING_INVESTIGATION, Purpose::TRAINING};
  };
  EXPECT_TRUE(Permits(two, [](Facts&) {}));
  EXPECT_FALSE(Permits(two, both));
  EXPECT_TRUE(Tightens(two, both));
  EXPECT_FALSE(Tightens(two, [](Facts& f) { f.purposes = {Purpose::TRAINING}; }));
}

TEST(ConditionsTest, APermitCoversEverySubjectTheOthersMeetOne) {
  const std::string suspects = "subjects: [SUSPECT, ARRESTED]";
  const auto of = [](std::vector<SubjectCategory::Code> subjects) {
    return [subjects](Facts& f) { f.subjects = subjects; };
  };
  EXPECT_TRUE(Permits(suspects, of({SubjectCategory::SUSPECT, SubjectCategory::ARRESTED})));
  EXPECT_FALSE(Permits(suspects, of({SubjectCategory::SUSPECT, SubjectCategory::WITNESS})));
  EXPECT_TRUE(Permits(suspects, of({})));
  EXPECT_TRUE(Tightens(suspects, of({SubjectCategory::WITNESS, SubjectCategory::SUSPECT})));
  EXPECT_FALSE(Tightens(suspects, of({SubjectCategory::WITNESS})));
  EXPECT_FALSE(Tightens(suspects, of({})));
}

// What a newer partner calls a person may be a suspect.
TEST(ConditionsTest, WhoIsOfACategoryThatWeDoNotKnowMeetsEveryRuleThatTightensAndNoPermit) {
  for (const int number : {0, 14, 99}) {
    const auto unknown = [&](Facts& f) {
      f.subjects = {SubjectCategory::WITNESS, static_cast<SubjectCategory::Code>(number)};
    };
    EXPECT_TRUE(Tightens("subjects: SUSPECT", unknown)) << number;
    EXPECT_FALSE(Permits("subjects: [SUSPECT, WITNESS]", unknown)) << number;
  }
}

// Else whether it waits would tell whether it names somebody. The other rules look at whom it
// names.
TEST(ConditionsTest, AHoldAloneMeetsEveryAnswerWhoeverItIsAbout) {
  Facts answer = SampleFacts();
  answer.type = liaison::payload::v1::VICTIM_VERIFICATION_RESPONSE;
  answer.subjects = {SubjectCategory::WITNESS};
  EXPECT_TRUE(Applies(RuleOf(v1::Rule::HOLD, "subjects: VICTIM"), answer));
  for (const auto effect : {v1::Rule::PERMIT, v1::Rule::FORBID, v1::Rule::RESTRICT}) {
    EXPECT_FALSE(Applies(RuleOf(effect, "subjects: VICTIM"), answer)) << effect;
    EXPECT_TRUE(Applies(RuleOf(effect, "subjects: WITNESS"), answer)) << effect;
  }
}

// Both a PERMIT and a rule that tightens apply to one value and not to the other.
void ExpectAlike(const std::string& condition, const Change& met, const Change& unmet) {
  SCOPED_TRACE(condition);
  EXPECT_TRUE(Permits(condition, met));
  EXPECT_FALSE(Permits(condition, unmet));
  EXPECT_TRUE(Tightens(condition, met));
  EXPECT_FALSE(Tightens(condition, unmet));
}

TEST(ConditionsTest, OneValueIsAmongThoseListed) {
  ExpectAlike(
      "partner_classes: [NGO, FUNDER]", [](Facts& f) { f.partner_class = v1::FUNDER; },
      [](Facts& f) { f.partner_class = v1::MINISTRY; });
  ExpectAlike(
      "countries: [\"GB\", \"FR\"]", [](Facts&) {}, [](Facts& f) { f.partner_country = "VN"; });
  ExpectAlike(
      "urgencies: [U1, U3]", [](Facts&) {}, [](Facts& f) { f.urgency = Urgency::U2; });
  ExpectAlike(
      "agreement: \"joint-plan\"", [](Facts&) {}, [](Facts& f) { f.agreement_id = "other"; });
  ExpectAlike(
      "roles: OFFICER", [](Facts&) {}, [](Facts& f) { f.role = v1::Rule::SYSTEM; });
  ExpectAlike(
      "max_tlp: AMBER", [](Facts& f) { f.handling.set_tlp(Tlp::AMBER); },
      [](Facts& f) { f.handling.set_tlp(Tlp::AMBER_STRICT); });
  ExpectAlike(
      "origins: [AI_GENERATED]", [](Facts& f) { f.origin = Origin::AI_GENERATED; },
      [](Facts& f) { f.origin = Origin::HUMAN_GENERATED; });
}

TEST(ConditionsTest, WhatCannotBeToldIsNotAmongThoseListed) {
  EXPECT_FALSE(Permits("partner_classes: [NGO]", [](Facts&) {}));
  EXPECT_FALSE(Permits("countries: [\"GB\"]", [](Facts& f) { f.partner_country = ""; }));
}

TEST(ConditionsTest, AnOriginThatIsNotSaidOrNotKnownIsUncertain) {
  for (const int origin : {0, 4, 99}) {
    const auto set = [&](Facts& f) { f.origin = static_cast<Origin::Code>(origin); };
    EXPECT_TRUE(Tightens("origins: [UNCERTAIN]", set)) << origin;
    EXPECT_FALSE(Permits("origins: [HUMAN_GENERATED]", set)) << origin;
  }
}

TEST(ConditionsTest, RolesAreOfNoMeaningForWhatComesIn) {
  EXPECT_TRUE(Permits("roles: SYSTEM", [](Facts& f) { f.direction = Direction::kIn; }));
  EXPECT_TRUE(Tightens("roles: SYSTEM", [](Facts& f) { f.direction = Direction::kIn; }));
}

TEST(ConditionsTest, SaysWhichConditionsDoNotHold) {
  Facts facts = SampleFacts();
  facts.purposes = {Purpose::TRAINING};
  facts.urgency = Urgency::U1;
  facts.subjects = {SubjectCategory::VICTIM};
  const std::string words =
      WhyNot(RuleOf(v1::Rule::PERMIT, R"(countries: "FR" partner_classes: NGO urgencies: U2
        subjects: SUSPECT origins: AI_GENERATED roles: SYSTEM agreement: "x" max_tlp: CLEAR)"),
             facts);
  for (const char* part : {"rule r does not cover every purpose", "caller's role", "lower TLP",
                           "another agreement", "another class", "another country",
                           "another urgency", "category of every person", "another origin"}) {
    EXPECT_THAT(words, HasSubstr(part));
  }
  EXPECT_EQ(WhyNot(RuleOf(v1::Rule::PERMIT, ""), SampleFacts()), "");
}

TEST(CarriesTest, AForbidLooksAtTheWholeMessageAHoldAtWhatGoes) {
  const std::vector<Field> fields = {FieldOf("a", Sensitivity::L1), FieldOf("b", Sensitivity::L5)};
  const v1::Rule rule = RuleOf(v1::Rule::HOLD, "carries: [L4, L5]");
  EXPECT_TRUE(Carries(rule, fields));
  EXPECT_FALSE(Carries(RuleOf(v1::Rule::FORBID, "carries: L4"), fields));
  EXPECT_TRUE(Carries(RuleOf(v1::Rule::FORBID, ""), {}));
  const auto away = [&](Action action) {
    const std::vector<FieldFate> fates = {{{Action::kKeep}, "r"}, {{action}, "r"}};
    return CarriesAway(rule, fields, fates);
  };
  EXPECT_TRUE(away(Action::kKeep));
  EXPECT_TRUE(away(Action::kMask));
  EXPECT_FALSE(away(Action::kWithhold));
  EXPECT_FALSE(away(Action::kOmit));
  EXPECT_TRUE(CarriesAway(RuleOf(v1::Rule::HOLD, ""), {}, {}));
}

}  // namespace
}  // namespace liaison::policy
