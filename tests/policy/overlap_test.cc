// Which messages two rules share, and whether the one asks anything of the other.
#include "daemon/policy/overlap.h"

#include <gtest/gtest.h>

#include "tests/policy/sample.h"

namespace liaison::policy {
namespace {

v1::Rule RuleOf(const std::string& text) {
  return FileOf("policy { rule { " + text + " } }").policy().rule(0);
}

v1::Rule Permit(const std::string& more = "") {
  return RuleOf(R"(effect: PERMIT direction: OUT partner: "ho-example" types: [ALERT, ALERT_HIT]
    purposes: [TRAFFICKING_DETECTION, VICTIM_RESCUE] roles: OFFICER max_tlp: AMBER )" +
                more);
}

TEST(ShadowsTest, AForbidThatNamesNoLessThanThePermit) {
  for (const char* covering :
       {"", R"(partner: "ho-example")", "types: [ALERT, ALERT_HIT, ALERT_CANCEL]",
        "purposes: [TRAFFICKING_DETECTION, VICTIM_RESCUE]", "roles: [OFFICER, SYSTEM]",
        "max_tlp: AMBER", "max_tlp: RED"}) {
    EXPECT_TRUE(Shadows(RuleOf(std::string("effect: FORBID direction: OUT ") + covering), Permit()))
        << covering;
  }
}

TEST(ShadowsTest, NotOneThatNamesLess) {
  for (const char* narrower :
       {R"(partner: "io-example")", "types: ALERT", "purposes: TRAFFICKING_DETECTION",
        "roles: SYSTEM", "max_tlp: GREEN", "partner_classes: NGO", "countries: \"GB\"",
        "urgencies: U1", "subjects: SUSPECT", "origins: AI_GENERATED", "carries: L4",
        R"(agreement: "one")"}) {
    EXPECT_FALSE(
        Shadows(RuleOf(std::string("effect: FORBID direction: OUT ") + narrower), Permit()))
        << narrower;
  }
  EXPECT_FALSE(Shadows(RuleOf("effect: FORBID direction: IN"), Permit()));
  EXPECT_FALSE(Shadows(RuleOf("effect: HOLD direction: OUT"), Permit()));
}

TEST(ShadowsTest, OneThatIsAsNarrowAsThePermit) {
  const std::string narrow =
      R"(partner_classes: NGO countries: "GB" urgencies: U1 origins: AI_GENERATED agreement: "one")";
  EXPECT_TRUE(Shadows(RuleOf("effect: FORBID direction: OUT " + narrow), Permit(narrow)));
  EXPECT_FALSE(Shadows(RuleOf("effect: FORBID direction: OUT " + narrow),
                       Permit(R"(countries: "FR" partner_classes: NGO urgencies: U1
                                 origins: AI_GENERATED agreement: "one")")));
  EXPECT_TRUE(Shadows(RuleOf("effect: FORBID direction: OUT"), Permit(R"(agreement: "one")")));
  // A permit of any TLP lets more pass than up to CLEAR.
  v1::Rule any_tlp = Permit();
  any_tlp.clear_max_tlp();
  EXPECT_FALSE(Shadows(RuleOf("effect: FORBID direction: OUT max_tlp: CLEAR"), any_tlp));
}

TEST(CanMeetTest, UnlessOneConditionRulesItOut) {
  const std::string head = "effect: RESTRICT direction: OUT ";
  EXPECT_TRUE(CanMeet(RuleOf(head), Permit()));
  EXPECT_TRUE(
      CanMeet(RuleOf(head + "types: [ALERT_HIT, ALERT_CANCEL] subjects: SUSPECT"), Permit()));
  const struct {
    const char* rule;
    const char* permit;
  } apart[] = {{R"(partner: "io-example")", ""},
               {"types: ALERT_CANCEL", ""},
               {"purposes: DRUG_CRIME", ""},
               {"roles: SYSTEM", ""},
               {R"(agreement: "one")", R"(agreement: "two")"},
               {"partner_classes: NGO", "partner_classes: FUNDER"},
               {"urgencies: U1", "urgencies: U2"},
               {"origins: AI_GENERATED", "origins: HUMAN_GENERATED"},
               {"subjects: SUSPECT", "subjects: VICTIM"}};
  for (const auto& row : apart) {
    EXPECT_FALSE(CanMeet(RuleOf(head + row.rule), Permit(row.permit))) << row.rule;
  }
  EXPECT_FALSE(CanMeet(RuleOf("effect: RESTRICT direction: IN"), Permit()));
  EXPECT_TRUE(CanMeet(RuleOf(head + R"(agreement: "one")"), Permit()));
  EXPECT_TRUE(CanMeet(RuleOf(head), Permit(R"(agreement: "one")")));
  EXPECT_TRUE(CanMeet(RuleOf(head + R"(agreement: "one")"), Permit(R"(agreement: "one")")));
}

// Nobody's role is asked of what comes in.
TEST(CanMeetTest, WhateverTheRolesOfWhatComesIn) {
  EXPECT_TRUE(CanMeet(RuleOf("effect: RESTRICT direction: IN roles: SYSTEM"),
                      RuleOf("effect: PERMIT direction: IN roles: OFFICER")));
}

TEST(CanMeetTest, WhatTightensLooksAtTheMessageInside) {
  for (const char* outer : {"FORWARDED_ITEM", "FIELD_OPENING"}) {
    const v1::Rule permit = RuleOf(std::string("effect: PERMIT types: ") + outer);
    for (const char* effect : {"effect: RESTRICT", "effect: HOLD"}) {
      const std::string head = std::string(effect) + " types: ";
      EXPECT_TRUE(CanMeet(RuleOf(head + "INTELLIGENCE_NOTICE"), permit)) << outer << effect;
      EXPECT_FALSE(CanMeet(RuleOf(head + "RECALL"), permit)) << outer << effect;
      EXPECT_TRUE(CanMeet(RuleOf(head + outer), permit)) << outer << effect;
    }
    EXPECT_FALSE(CanMeet(RuleOf("effect: PERMIT types: INTELLIGENCE_NOTICE"), permit)) << outer;
    EXPECT_FALSE(CanMeet(RuleOf(std::string("effect: HOLD types: ") + outer),
                         RuleOf("effect: PERMIT types: INTELLIGENCE_NOTICE")))
        << outer;
  }
}

TEST(CanMeetTest, NothingIsOpenedOfWhatIsPassedOnAndPassedOnAsSuch) {
  const v1::Rule opening = RuleOf("effect: RESTRICT types: FIELD_OPENING");
  const v1::Rule item = RuleOf("effect: RESTRICT types: FORWARDED_ITEM");
  EXPECT_FALSE(CanMeet(opening, RuleOf("effect: PERMIT types: FORWARDED_ITEM")));
  EXPECT_FALSE(CanMeet(item, RuleOf("effect: PERMIT types: FIELD_OPENING")));
}

TEST(CanMeetTest, WhateverThePersonsOfAnAnswerThatIsHeld) {
  const auto meets = [](const std::string& rule, const std::string& types) {
    return CanMeet(RuleOf(rule + " subjects: VICTIM"),
                   RuleOf("effect: PERMIT subjects: RETURNEE types: " + types));
  };
  const std::string answers = " types: [ALERT, VICTIM_VERIFICATION_RESPONSE]";
  EXPECT_TRUE(meets("effect: HOLD", "[ALERT, VICTIM_VERIFICATION_RESPONSE]"));
  EXPECT_TRUE(meets("effect: HOLD" + answers, "VICTIM_VERIFICATION_RESPONSE"));
  EXPECT_TRUE(meets("effect: HOLD" + answers, "FORWARDED_ITEM"));
  EXPECT_TRUE(meets("effect: HOLD types: FORWARDED_ITEM", "FORWARDED_ITEM"));
  EXPECT_FALSE(meets("effect: HOLD" + answers, "ALERT"));
  EXPECT_FALSE(meets("effect: HOLD types: ALERT", "[ALERT, VICTIM_VERIFICATION_RESPONSE]"));
  EXPECT_FALSE(meets("effect: RESTRICT" + answers, "VICTIM_VERIFICATION_RESPONSE"));
}

TEST(CanMeetTest, TwoPermitsWhateverTheirPersons) {
  EXPECT_TRUE(CanMeet(Permit("subjects: SUSPECT"), Permit("subjects: VICTIM")));
}

TEST(AsksNothingOfTest, WhenEveryFateOfThePermitIsAsStrict) {
  const auto asks = [](const std::string& restrict, const std::string& permit) {
    return !AsksNothingOf(RuleOf("fields { " + restrict + " }"),
                          RuleOf("fields { " + permit + " }"));
  };
  EXPECT_FALSE(asks("withhold_class: L3", "keep_class: L2 withhold_class: L3"));
  EXPECT_FALSE(asks("withhold_class: L3", "keep_class: L2"));
  EXPECT_FALSE(asks("omit_class: L3", "keep_class: L2"));
  EXPECT_TRUE(asks("omit_class: L3", "withhold_class: L3"));
  EXPECT_TRUE(asks("withhold_class: L3", "withhold_class: L3 keep: \"a\""));
  EXPECT_FALSE(asks("withhold_class: L3", "withhold_class: L3 omit: \"a\""));
  EXPECT_FALSE(asks("withhold: \"a\"", "withhold_class: L3"));
  EXPECT_TRUE(asks("withhold: \"a\"", "withhold_class: L3 keep_class: L2"));
  EXPECT_FALSE(asks("mask { path: \"a\" keep_last: 4 }", "mask { path: \"a\" keep_last: 2 }"));
  EXPECT_TRUE(asks("mask { path: \"a\" keep_last: 2 }", "mask { path: \"a\" keep_last: 4 }"));
  EXPECT_TRUE(asks("omit: \"a\"", "withhold: \"a\""));
  EXPECT_TRUE(asks("pseudonymise: \"a\"", "match_token: \"a\""));
  EXPECT_TRUE(asks("match_token: \"a\"", "pseudonymise: \"a\""));
  EXPECT_FALSE(asks("pseudonymise: \"a\"", "pseudonymise: \"a\""));
  EXPECT_FALSE(asks("match_token: \"a\"", "match_token: \"a\""));
  EXPECT_TRUE(asks("generalise { path: \"a\" to: YEAR }", "generalise { path: \"a\" to: MONTH }"));
  EXPECT_FALSE(asks("generalise { path: \"a\" to: YEAR }", "generalise { path: \"a\" to: YEAR }"));
  EXPECT_TRUE(asks("omit_class: L8", "withhold_class: L8")) << "the last of the classes";
  EXPECT_FALSE(asks("omit_class: L6", "keep: \"a\"")) << "sources never go";
  EXPECT_TRUE(asks("omit_class: L3 withhold_class: L3", "withhold_class: L3"));
}

}  // namespace
}  // namespace liaison::policy
