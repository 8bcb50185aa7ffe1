// An opening is decided on as what it opens, too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "daemon/policy/policy.h"
#include "tests/policy/sample.h"

namespace liaison::policy {
namespace {

using liaison::payload::v1::ALERT;
using liaison::payload::v1::FIELD_OPENING;
using ::testing::ElementsAre;

constexpr char kNumber[] = "alert.subjects.documents.number";

// The sample, which withholds L3 of alerts, with a permit to open the numbers of documents.
std::string WithPermit(const std::string& more = "") {
  std::string text = absl::StrReplaceAll(
      SampleText(), {{"types: [ALERT, VICTIM_VERIFICATION_REQUEST]\n    purposes: [TRAFFICKING_"
                      "INVESTIGATION, VICTIM_IDENTIFICATION, THREAT_TO_LIFE]\n    legal",
                      "types: [ALERT, FIELD_OPENING]\n    purposes: [TRAFFICKING_INVESTIGATION]\n"
                      "    legal"}});
  const std::string rules = absl::StrCat(R"(
  rule {
    id: "opening-out" effect: PERMIT direction: OUT partner: "ho-example"
    types: [FIELD_OPENING] purposes: [TRAFFICKING_INVESTIGATION] roles: [OFFICER]
    fields { keep: "alert.subjects.documents" mask { path: "alert.subjects.phone" keep_last: 2 } }
  }
)",
                                         more, "\n");
  return text.insert(text.rfind('}'), rules);
}

Facts OpeningFacts() {
  Facts facts = SampleFacts();
  facts.type = FIELD_OPENING;
  facts.inner = ALERT;
  return facts;
}

Field Number() { return FieldOf(kNumber, Sensitivity::L3); }

Decision Decide(const std::string& text, const std::vector<Field>& fields) {
  return PolicyOf(text)->Decide(OpeningFacts(), fields);
}

void ExpectDenied(const Decision& decision, Step step, const std::string& rule,
                  const std::string& words) {
  EXPECT_EQ(decision.outcome, Outcome::kDeny);
  EXPECT_EQ(decision.reason, base::Reason::kPolicyDenied);
  EXPECT_EQ(decision.step, step);
  EXPECT_EQ(decision.rules, std::vector<std::string>{rule});
  EXPECT_NE(decision.missing.find(words), std::string::npos) << decision.missing;
}

TEST(OpeningTest, LetsGoWhatAPermitKeeps) {
  const Decision decision = Decide(WithPermit(), {Number()});
  EXPECT_EQ(decision.outcome, Outcome::kAllow) << decision.missing;
  ASSERT_EQ(decision.fields.size(), 1u);
  EXPECT_EQ(decision.fields[0].action, Action::kKeep);
}

TEST(OpeningTest, DeniesTheWholeForOneFieldThatNoRuleKeeps) {
  const Decision decision =
      Decide(WithPermit(), {Number(), FieldOf("alert.subjects.names", Sensitivity::L2)});
  ExpectDenied(decision, Step::kFields, "opening-out", "does not let field alert.subjects.names");
  EXPECT_EQ(decision.fields.size(), 2u) << "the fate of each is told";
}

// That nothing would go is no reason to name no field.
TEST(OpeningTest, NamesTheFieldAndTheRuleWhenItIsTheOnlyOne) {
  ExpectDenied(Decide(WithPermit(), {FieldOf("alert.subjects.names", Sensitivity::L2)}),
               Step::kFields, "opening-out", "alert.subjects.names");
}

TEST(OpeningTest, OpensNoValueThatARuleChanges) {
  Field phone = FieldOf("alert.subjects.phone", Sensitivity::L3);
  phone.form = FormOf(Part::PART_UNSPECIFIED, true);
  ExpectDenied(Decide(WithPermit(), {phone}), Step::kFields, "opening-out", "be opened");
}

TEST(OpeningTest, DeniesWithoutAPermitForOpenings) {
  const Decision decision =
      Decide(absl::StrReplaceAll(WithPermit(), {{"types: [FIELD_OPENING]", "types: [ALERT_HIT]"}}),
             {Number()});
  EXPECT_EQ(decision.outcome, Outcome::kDeny);
  EXPECT_EQ(decision.step, Step::kPermit);
}

TEST(OpeningTest, NeverOpensASource) {
  ExpectDenied(Decide(WithPermit(), {FieldOf("alert.subjects.documents.source", Sensitivity::L6)}),
               Step::kFields, "builtin:D-13", "documents.source");
}

// What forbids the message forbids to say more of it.
TEST(OpeningTest, DeniesWhatForbidsTheOriginal) {
  ExpectDenied(Decide(WithPermit(R"(rule { id: "no-alerts" effect: FORBID direction: OUT
                                           types: [ALERT] carries: [L3] })"),
                      {Number()}),
               Step::kForbid, "no-alerts", "forbidden");
}

TEST(OpeningTest, IsNotTouchedByAForbidThatTheOpenedFieldsDoNotMeet) {
  EXPECT_EQ(Decide(WithPermit(R"(rule { id: "no-health" effect: FORBID direction: OUT
                                        types: [ALERT] carries: [L4] })"),
                   {Number()})
                .outcome,
            Outcome::kAllow);
}

TEST(OpeningTest, OpensNothingThatTheOriginalWouldOmitNow) {
  ExpectDenied(Decide(WithPermit(R"(rule { id: "numbers-stay" effect: RESTRICT direction: OUT
                                           types: [ALERT] fields { omit_class: [L3] } })"),
                      {Number()}),
               Step::kFields, "numbers-stay", kNumber);
}

// Also when no RESTRICT does.
TEST(OpeningTest, OpensNothingThatThePermitOfTheOriginalOmits) {
  ExpectDenied(Decide(WithPermit(), {FieldOf(kNumber, Sensitivity::L5)}), Step::kFields,
               "alerts-out", kNumber);
}

TEST(OpeningTest, DoesNotNeedAFieldThatTheOriginalNeeded) {
  Field number = Number();
  number.needed = true;
  number.schema_path = "alert.subjects.names";
  ExpectDenied(Decide(WithPermit(), {number}), Step::kFields, "opening-out", "be opened");
}

// Also when no permit of the original's type applies.
TEST(OpeningTest, OpensNothingThatARestrictOnTheOriginalOmits) {
  const std::string text =
      absl::StrReplaceAll(WithPermit(R"(rule { id: "numbers-stay" effect: RESTRICT direction: OUT
                                               types: [ALERT] fields { omit_class: [L3] } })"),
                          {{"roles: [OFFICER, SYSTEM]", "roles: [SYSTEM]"}});
  ExpectDenied(Decide(text, {Number()}), Step::kFields, "numbers-stay", kNumber);
}

TEST(OpeningTest, OpensWhatARestrictOnTheOriginalWithholds) {
  const Decision decision =
      Decide(WithPermit(R"(rule { id: "numbers-later" effect: RESTRICT direction: OUT
                                  types: [ALERT] fields { withhold_class: [L3] } })"),
             {Number()});
  EXPECT_EQ(decision.outcome, Outcome::kAllow) << decision.missing;
}

TEST(OpeningTest, IsHeldWhenTheOriginalWouldBe) {
  const Decision decision =
      Decide(WithPermit(R"(rule { id: "second-look" effect: HOLD direction: OUT types: [ALERT]
                                  carries: [L3]
                                  obligations { release { persons: 2 within: "4h" } } })"),
             {Number()});
  EXPECT_EQ(decision.outcome, Outcome::kHold) << decision.missing;
  ASSERT_TRUE(decision.release.has_value());
  EXPECT_EQ(decision.release->persons, 2u);
  EXPECT_THAT(decision.rules, ElementsAre("alerts-out", "opening-out", "second-look"));
}

// Else one person opens alone what needs two, and no quota counts it.
TEST(OpeningTest, AsksForWhatThePermitOfTheOriginalAsksFor) {
  std::string text = absl::StrReplaceAll(
      WithPermit(),
      {{"fields { keep_class: [L0, L1, L2, L4, L8]",
        "obligations { release { persons: 2 within: \"4h\" } quota: \"q\" "
        "retention: \"30d\" notice: true } fields { keep_class: [L0, L1, L2, L4, L8]"}});
  text.insert(text.rfind('}'), " quota { id: \"q\" per_day: 3 } ");
  const Decision decision = Decide(text, {Number()});
  EXPECT_EQ(decision.outcome, Outcome::kHold);
  ASSERT_TRUE(decision.release);
  EXPECT_EQ(decision.release->persons, 2u);
  ASSERT_EQ(decision.quotas.size(), 1u);
  EXPECT_EQ(decision.quotas[0].id(), "q");
  EXPECT_EQ(decision.retention, absl::Hours(24 * 30));
  EXPECT_TRUE(decision.notice);
}

TEST(OpeningTest, NamesARuleForBothTypesOnce) {
  const Decision decision = Decide(WithPermit(R"(rule { id: "no-numbers" effect: FORBID
                                                        direction: OUT carries: [L3] })"),
                                   {Number()});
  ExpectDenied(decision, Step::kForbid, "no-numbers", "forbidden by rule no-numbers");
}

TEST(OpeningTest, NamesRulesOfBothTypesInOrderAndOnce) {
  const Decision forbidden = Decide(WithPermit(R"(
      rule { id: "b" effect: FORBID direction: OUT types: [FIELD_OPENING] }
      rule { id: "a" effect: FORBID direction: OUT types: [ALERT] })"),
                                    {Number()});
  EXPECT_THAT(forbidden.rules, ElementsAre("a", "b"));
  const Decision allowed = Decide(WithPermit(R"(rule { id: "no-health" effect: RESTRICT
                                                      direction: OUT
                                                      fields { omit_class: [L4] } })"),
                                  {Number()});
  EXPECT_THAT(allowed.rules, ElementsAre("alerts-out", "no-health", "opening-out"));
}

TEST(OpeningTest, NeedsAnAgreementThatCoversBothTypes) {
  for (const char* other : {"ALERT", "FIELD_OPENING"}) {
    const Decision decision = Decide(
        absl::StrReplaceAll(WithPermit(), {{"types: [ALERT, FIELD_OPENING]",
                                            absl::StrCat("types: [", other, ", ALERT_HIT]")}}),
        {Number()});
    ExpectDenied(decision, Step::kAgreement, "builtin:D-03", "does not cover this type");
  }
}

TEST(OpeningTest, IsDeniedWhenItDoesNotSayOfWhat) {
  Facts facts = OpeningFacts();
  facts.inner = liaison::payload::v1::MESSAGE_TYPE_UNSPECIFIED;
  const std::vector<Field> fields = {Number()};
  ExpectDenied(PolicyOf(WithPermit())->Decide(facts, fields), Step::kAgreement, "builtin:D-03",
               "does not cover this type");
}

// What is passed on is decided on as what it was, too.
Decision PassOn(const std::string& text) {
  Facts facts = OpeningFacts();
  facts.type = liaison::payload::v1::FORWARDED_ITEM;
  const std::vector<Field> fields = {Number(), FieldOf("alert.headline", Sensitivity::L1)};
  return PolicyOf(absl::StrReplaceAll(text, {{"FIELD_OPENING", "FORWARDED_ITEM"}}))
      ->Decide(facts, fields);
}
std::string ToPassOn(const std::string& more = "") {
  return absl::StrReplaceAll(
      WithPermit(more), {{"fields { keep: \"alert.subjects.documents\"",
                          "fields { keep: [\"alert.subjects.documents\", \"alert.headline\"]"}});
}

TEST(PassingOnTest, NeedsItsOwnPermitAlone) {
  // That for alerts withholds L3.
  const Decision decision = PassOn(ToPassOn());
  EXPECT_EQ(decision.outcome, Outcome::kAllow) << decision.missing;
  EXPECT_EQ(decision.fields.at(0).action, Action::kKeep);
  EXPECT_THAT(decision.rules, ElementsAre("opening-out"));
}

TEST(PassingOnTest, IsForbiddenWhereTheOriginalWouldBe) {
  ExpectDenied(PassOn(ToPassOn(R"(rule { id: "no-alerts" effect: FORBID direction: OUT
                                         types: [ALERT] })")),
               Step::kForbid, "no-alerts", "forbidden");
}

TEST(PassingOnTest, LeavesOutWhatARestrictOnTheOriginalOmits) {
  const Decision decision =
      PassOn(ToPassOn(R"(rule { id: "numbers-stay" effect: RESTRICT direction: OUT
                                types: [ALERT] fields { omit_class: [L3] } })"));
  EXPECT_EQ(decision.outcome, Outcome::kAllow) << decision.missing;
  EXPECT_EQ(decision.fields.at(0).action, Action::kOmit);
  EXPECT_EQ(decision.fields.at(1).action, Action::kKeep);
}

TEST(PassingOnTest, IsHeldWhereTheOriginalWouldBe) {
  EXPECT_EQ(PassOn(ToPassOn(R"(rule { id: "second-look" effect: HOLD direction: OUT types: [ALERT]
                                      obligations { release { persons: 2 within: "4h" } } })"))
                .outcome,
            Outcome::kHold);
}

TEST(PassingOnTest, NeedsAnAgreementThatCoversTheOriginalsType) {
  ExpectDenied(PassOn(absl::StrReplaceAll(ToPassOn(), {{"types: [ALERT, FIELD_OPENING]",
                                                        "types: [ALERT_HIT, FIELD_OPENING]"}})),
               Step::kAgreement, "builtin:D-03", "does not cover this type");
}

TEST(OpeningTest, NeedsAPermitOfTheOriginalsType) {
  const Decision decision = Decide(
      absl::StrReplaceAll(
          WithPermit(), {{"roles: [OFFICER, SYSTEM]", "roles: [OFFICER, SYSTEM] max_tlp: CLEAR"}}),
      {Number()});
  EXPECT_EQ(decision.outcome, Outcome::kDeny);
  EXPECT_EQ(decision.step, Step::kPermit);
}

// A system sent the alert.
TEST(OpeningTest, NeedsNoPermitOfTheOriginalsTypeForItsOwnRole) {
  EXPECT_EQ(
      Decide(absl::StrReplaceAll(WithPermit(), {{"roles: [OFFICER, SYSTEM]", "roles: [SYSTEM]"}}),
             {Number()})
          .outcome,
      Outcome::kAllow);
}

}  // namespace
}  // namespace liaison::policy
