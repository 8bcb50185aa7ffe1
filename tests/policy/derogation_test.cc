// D-39: a rule that says so is set aside for one message, and only supervisors let that go.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "daemon/policy/difference.h"
#include "tests/policy/decide.h"

namespace liaison::policy {
namespace {

using base::Reason;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kRules[] = R"(
  rule { id: "no-names" effect: RESTRICT direction: OUT fields { omit_class: [L2] }
         derogation { within: "4h" } }
  rule { id: "no-numbers" effect: RESTRICT direction: OUT fields { omit_class: [L3] } })";

std::vector<Field> NameAndNumber() {
  return {FieldOf("alert.headline", Sensitivity::L1), FieldOf("alert.name", Sensitivity::L2),
          FieldOf("alert.number", Sensitivity::L3)};
}

Decision Asking(std::vector<std::string> rules, const std::string& text = With(kRules),
                uint32_t releases = 0) {
  return DecideWith(
      [&](Facts& facts) {
        facts.derogations = std::move(rules);
        facts.releases = releases;
      },
      NameAndNumber(), text);
}

TEST(DerogationTest, NoMessageThatAsksForNoneIsChangedByOne) {
  const Decision decision = Asking({});
  ExpectAllowed(decision);
  EXPECT_EQ(decision.fields[1].action, Action::kOmit);
  EXPECT_FALSE(decision.release);
  EXPECT_FALSE(decision.notice);
}

TEST(DerogationTest, ARuleThatSaysSoIsSetAsideAndTheMessageHeld) {
  const Decision decision = Asking({"no-names"});
  EXPECT_EQ(decision.outcome, Outcome::kHold);
  EXPECT_EQ(decision.fields[1].action, Action::kKeep);
  EXPECT_EQ(decision.fields[2].action, Action::kOmit) << "every other rule stands";
  ASSERT_TRUE(decision.release);
  EXPECT_EQ(decision.release->persons, 2u);
  EXPECT_EQ(decision.release->within, absl::Hours(4));
  EXPECT_TRUE(decision.release->supervisors);
  EXPECT_TRUE(decision.notice);
  EXPECT_EQ(decision.missing, "release by 1 more, who must be a supervisor");
  EXPECT_THAT(
      decision.obligations,
      ElementsAre("derogation from rule no-names",
                  "release by 2 persons within 4h, by supervisors alone", "notice to auditors"));
  EXPECT_THAT(decision.rules, Contains("builtin:D-39"));
  EXPECT_THAT(decision.rules, Not(Contains("no-names")));
}

TEST(DerogationTest, GoesOnceASupervisorReleasedIt) {
  const Decision decision = Asking({"no-names"}, With(kRules), 1);
  ExpectAllowed(decision);
  EXPECT_EQ(decision.fields[1].action, Action::kKeep);
  EXPECT_TRUE(decision.notice);
}

TEST(DerogationTest, NoOtherRuleIsEverSetAside) {
  for (const char* rule : {"no-numbers", "alerts-out", "nothing", "", "builtin:D-04", "no-name"}) {
    const Decision decision = Asking({"no-names", rule}, With(kRules), 4);
    ExpectDenied(decision, Step::kObligations, Reason::kPolicyDenied, "builtin:D-39");
    EXPECT_EQ(decision.missing, absl::StrCat("policy lets nobody set rule ", rule, " aside"));
  }
}

TEST(DerogationTest, AForbidAndAHoldCanBeSetAsideToo) {
  const std::string forbid = R"( rule { id: "no-alerts" effect: FORBID direction: OUT types: [ALERT]
                                       derogation { within: "2h" } } )";
  EXPECT_EQ(Asking({}, With(forbid)).outcome, Outcome::kDeny);
  EXPECT_EQ(Asking({"no-alerts"}, With(forbid)).outcome, Outcome::kHold);
  ExpectAllowed(Asking({"no-alerts"}, With(forbid), 1));
  const std::string hold = R"( rule { id: "look" effect: HOLD direction: OUT carries: [L2]
                                     obligations { release { persons: 4 within: "5h" } }
                                     derogation { within: "2d" } } )";
  EXPECT_EQ(Asking({}, With(hold)).release->persons, 4u);
  const Decision aside = Asking({"look"}, With(hold));
  EXPECT_EQ(aside.outcome, Outcome::kHold);
  EXPECT_EQ(aside.release->persons, 2u);
  EXPECT_EQ(aside.release->within, absl::Hours(48));
}

TEST(DerogationTest, OfSeveralTheStricterTermsHold) {
  const std::string more = absl::StrCat(kRules, R"(
      rule { id: "no-headlines" effect: RESTRICT direction: OUT fields { omit_class: [L1] }
             derogation { within: "30m" } }
      rule { id: "look" effect: HOLD direction: OUT
             obligations { release { persons: 3 within: "1h" } } } )");
  const Decision decision = Asking({"no-names", "no-headlines"}, With(more), 1);
  EXPECT_EQ(decision.outcome, Outcome::kHold) << "the other HOLD asks for three";
  EXPECT_EQ(decision.release->persons, 3u);
  EXPECT_EQ(decision.release->within, absl::Minutes(30));
  EXPECT_TRUE(decision.release->supervisors);
  EXPECT_THAT(decision.obligations, Contains("derogation from rule no-headlines"));
}

TEST(DerogationTest, WhatIsBuiltInStandsWhateverIsAskedFor) {
  for (const char* rule : {"builtin:D-04", "builtin:D-13"}) {
    const Decision decision = DecideWith(
        [&](Facts& facts) {
          facts.has_adult_victim = true;
          facts.consent_covers = false;
          facts.derogations = {rule};
        },
        NameAndNumber(), With(kRules));
    ExpectDenied(decision, Step::kConsent, Reason::kPolicyDenied, "builtin:D-04");
  }
}

std::vector<Difference> Between(const std::string& before, const std::string& after) {
  const auto leaves = [](liaison::payload::v1::MessageType) { return std::vector<SchemaLeaf>(); };
  const auto comparison =
      Compare(FileOf(With(before)), FileOf(With(after)), "bgc-example", AnyPath, leaves);
  EXPECT_TRUE(comparison.ok()) << comparison.status();
  return comparison.ok() ? comparison->differences : std::vector<Difference>();
}

TEST(DerogationTest, ADifferenceTellsWhichRulesMayBeSetAside) {
  const std::string none = R"( rule { id: "r" effect: FORBID direction: OUT types: [ALERT_HIT] } )";
  const std::string some = R"( rule { id: "r" effect: FORBID direction: OUT types: [ALERT_HIT]
                                      derogation { within: "4h" } } )";
  EXPECT_THAT(Between(none, none), IsEmpty());
  EXPECT_THAT(Between(some, some), IsEmpty());
  const std::vector<Difference> added = Between(none, some);
  ASSERT_EQ(added.size(), 1u);
  EXPECT_EQ(added[0].before, "no derogation");
  EXPECT_EQ(added[0].after, "derogation within 4h");
  EXPECT_EQ(added[0].where,
            (std::vector<std::pair<std::string, std::vector<std::string>>>{{"rule", {"r"}}}));
  EXPECT_EQ(added[0].cases, 0u);
  const std::vector<Difference> removed = Between(some, none);
  ASSERT_EQ(removed.size(), 1u);
  EXPECT_EQ(removed[0].after, "no derogation");
}

}  // namespace
}  // namespace liaison::policy
