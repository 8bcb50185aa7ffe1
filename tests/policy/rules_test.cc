// What beside PERMIT and FORBID shapes a decision: protective types, RESTRICT, HOLD, obligations.
#include "daemon/policy/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_replace.h"
#include "daemon/policy/conditions.h"
#include "tests/policy/decide.h"

namespace liaison::policy {
namespace {

using base::Reason;
using liaison::payload::v1::Tlp;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// --- Protective types
// ----------------------------------------------------------------------------------------------

void SetRecall(Facts& facts) {
  facts.type = liaison::payload::v1::RECALL;
  facts.agreement_id = "";
  facts.purposes.clear();
}

TEST(ProtectiveTest, NeedsNoAgreementAndNoPermit) {
  for (const auto type : {liaison::payload::v1::RECALL, liaison::payload::v1::RECALL_CONFIRMATION,
                          liaison::payload::v1::ONWARD_SHARING_NOTICE}) {
    for (const Direction direction : {Direction::kOut, Direction::kIn}) {
      const Decision decision = DecideWith([&](Facts& f) {
        SetRecall(f);
        f.type = type;
        f.direction = direction;
      });
      ExpectAllowed(decision);
      EXPECT_THAT(decision.rules, ElementsAre("builtin:protective"));
      EXPECT_EQ(decision.fields[0].rule, "builtin:protective");
    }
  }
}

TEST(ProtectiveTest, APermitThatNamesOneAddsNothingToIt) {
  std::vector<Field> fields = SampleFields();
  fields.push_back(FieldOf("recall.note", Sensitivity::L8));
  const Decision decision = DecideWith(SetRecall, fields, With(R"(
      rule { id: "recalls" effect: PERMIT direction: OUT partner: "ho-example" types: RECALL
             purposes: TRAFFICKING_INVESTIGATION roles: OFFICER fields { keep_class: L8 }
             obligations { release { persons: 2 within: "1h" } } })"));
  ExpectAllowed(decision);
  EXPECT_THAT(decision.rules, ElementsAre("builtin:protective"));
  EXPECT_EQ(decision.fields[0].action, Action::kKeep);
  EXPECT_EQ(decision.fields[1].action, Action::kOmit);
}

TEST(ProtectiveTest, OtherTypesOfTheExchangeNeedThem) {
  ExpectDenied(DecideWith([](Facts& f) { f.type = liaison::payload::v1::FIELD_OPENING; }),
               Step::kAgreement, Reason::kPolicyDenied, "builtin:D-03");
}

TEST(ProtectiveTest, OmitsWhatIsAboveAdministrative) {
  std::vector<Field> fields = SampleFields();
  fields.push_back(FieldOf("recall.note", Sensitivity::L8));
  const Decision decision = DecideWith(SetRecall, fields);
  ExpectAllowed(decision);
  EXPECT_EQ(decision.fields[1].action, Action::kOmit);
}

TEST(ProtectiveTest, EveryOtherStepHolds) {
  const auto recall = [](const Change& change, std::string_view text = "") {
    return DecideWith(
        [&](Facts& f) {
          SetRecall(f);
          change(f);
        },
        SampleFields(), text);
  };
  ExpectDenied(recall([](Facts& f) { f.role = v1::Rule::ROLE_UNSPECIFIED; }), Step::kCallerRole,
               Reason::kRoleMissing, "builtin:role");
  ExpectDenied(recall([](Facts& f) { f.partner_active = false; }), Step::kPartner,
               Reason::kPolicyDenied, "builtin:partner-active");
  ExpectDenied(recall([](Facts& f) { f.has_personal_data = true; }), Step::kLegalBasis,
               Reason::kPolicyDenied, "builtin:D-02");
  ExpectDenied(recall([](Facts& f) { f.handling.set_tlp(Tlp::RED); }), Step::kLabels,
               Reason::kPolicyDenied, "builtin:D-17");
  ExpectDenied(recall([](Facts&) {}, With(R"(rule { id: "no" effect: FORBID direction: OUT })")),
               Step::kForbid, Reason::kPolicyDenied, "no");
  const Decision held = recall([](Facts&) {}, With(R"(rule { id: "two" effect: HOLD direction: OUT
    types: RECALL obligations { release { persons: 2 within: "1h" } } })"));
  EXPECT_EQ(held.outcome, Outcome::kHold);
}

// --- RESTRICT
// ----------------------------------------------------------------------------------------------

TEST(RestrictTest, TightensWhateverIsPermittedAndIsNamed) {
  const Decision decision = DecideWith(
      [](Facts&) {}, {FieldOf("alert.a", Sensitivity::L1), FieldOf("alert.b", Sensitivity::L2)},
      With(R"(rule { id: "less" effect: RESTRICT direction: OUT
                           fields { withhold_class: L2 } })"));
  ExpectAllowed(decision);
  EXPECT_THAT(decision.rules, ElementsAre("alerts-out", "less"));
  EXPECT_EQ(decision.fields[0].action, Action::kKeep);
  EXPECT_EQ(decision.fields[1].action, Action::kWithhold);
  EXPECT_EQ(decision.fields[1].rule, "less");
}

TEST(RestrictTest, LeavesAMessageThatItDoesNotMeetAsItIs) {
  const Decision decision = DecideWith([](Facts&) {}, SampleFields(),
                                       With(R"(rule { id: "less" effect: RESTRICT direction: OUT
                                         countries: "FR" fields { omit_class: L1 } })"));
  ExpectAllowed(decision);
  EXPECT_THAT(decision.rules, ElementsAre("alerts-out"));
}

TEST(RestrictTest, RefusesWhatComesInWithSuchAField) {
  const Decision decision =
      DecideWith([](Facts& f) { f.direction = Direction::kIn; }, SampleFields(),
                 With(R"(rule { id: "less" effect: RESTRICT direction: IN
                                         fields { withhold_class: L1 } })"));
  ExpectDenied(decision, Step::kFields, Reason::kPolicyDenied, "less");
}

// --- What it carries
// ----------------------------------------------------------------------------------------------

TEST(CarriesStepTest, AForbidLooksAtFieldsThatWouldNotGo) {
  const std::string text =
      With(R"(rule { id: "no-places" effect: FORBID direction: OUT carries: L5 })");
  std::vector<Field> fields = SampleFields();
  ExpectAllowed(DecideWith([](Facts&) {}, fields, text));
  fields.push_back(FieldOf("alert.street", Sensitivity::L5));
  ExpectDenied(DecideWith([](Facts&) {}, fields, text), Step::kForbid, Reason::kPolicyDenied,
               "no-places");
}

TEST(CarriesStepTest, AHoldLooksAtFieldsThatGo) {
  const std::string text = With(R"(rule { id: "look" effect: HOLD direction: OUT carries: [L3, L8]
    obligations { release { persons: 2 within: "4h" } } })");
  std::vector<Field> fields = SampleFields();
  fields.push_back(FieldOf("alert.number", Sensitivity::L3));  // withheld
  ExpectAllowed(DecideWith([](Facts&) {}, fields, text));
  fields.push_back(FieldOf("alert.text", Sensitivity::L8));
  const Decision decision = DecideWith([](Facts&) {}, fields, text);
  EXPECT_EQ(decision.outcome, Outcome::kHold);
  EXPECT_THAT(decision.rules, ElementsAre("alerts-out", "look"));
}

// --- Obligations and release
// ----------------------------------------------------------------------------------------------

// A second permit of the same messages with these obligations.
std::string SecondPermit(const std::string& obligations) {
  return With(R"(quota { id: "q" per_day: 5 } rule { id: "second" effect: PERMIT direction: OUT
      partner: "ho-example" types: ALERT purposes: TRAFFICKING_INVESTIGATION roles: OFFICER
      fields { keep_class: L1 } obligations { )" +
              obligations + " } }");
}

TEST(ObligationsStepTest, GivesWhatEveryPermitAsksFor) {
  const Decision decision = DecideWith([](Facts&) {}, SampleFields(),
                                       SecondPermit(R"(quota: "q" retention: "30d" notice: true)"));
  ExpectAllowed(decision);
  ASSERT_EQ(decision.quotas.size(), 1u);
  EXPECT_EQ(decision.quotas[0].id(), "q");
  EXPECT_EQ(decision.quotas[0].per_day(), 5u);
  EXPECT_EQ(decision.retention, absl::Hours(24 * 30));
  EXPECT_TRUE(decision.notice);
  EXPECT_FALSE(decision.release);
  EXPECT_THAT(decision.obligations,
              ElementsAre("quota q", "kept at most 30d", "notice to auditors"));
}

TEST(ObligationsStepTest, AsksForNothingWhereNothingStands) {
  const Decision decision = DecideWith([](Facts&) {}, SampleFields(), SecondPermit(""));
  ExpectAllowed(decision);
  EXPECT_THAT(decision.obligations, IsEmpty());
  EXPECT_EQ(decision.retention, absl::InfiniteDuration());
}

TEST(ObligationsStepTest, AMatchTokenNeedsASharedKey) {
  std::vector<Field> fields = SampleFields();
  fields.push_back(FieldOf("alert.number", Sensitivity::L2));
  fields[1].form = Form::kText;
  const std::string text = With(R"(rule { id: "tokens" effect: RESTRICT direction: OUT
    fields { match_token: "alert.number" } })");
  const Decision decision = DecideWith([](Facts&) {}, fields, text);
  ExpectDenied(decision, Step::kObligations, Reason::kObligationUnsupported, "tokens");
  EXPECT_EQ(decision.fields.size(), 2u);
  const Decision with_key = DecideWith([](Facts& f) { f.has_match_key = true; }, fields, text);
  ExpectAllowed(with_key);
  EXPECT_EQ(with_key.fields[1].action, Action::kMatchToken);
  ExpectAllowed(DecideWith([](Facts&) {}, SampleFields(), text));
}

TEST(ReleaseStepTest, HoldsUntilEnoughPersonsHaveReleasedIt) {
  const std::string text = SecondPermit(R"(release { persons: 3 within: "4h" } quota: "q")");
  for (const uint32_t releases : {0u, 1u, 2u, 3u}) {
    const Decision decision =
        DecideWith([&](Facts& f) { f.releases = releases; }, SampleFields(), text);
    const bool held = releases < 2;
    EXPECT_EQ(decision.outcome, held ? Outcome::kHold : Outcome::kAllow) << releases;
    EXPECT_EQ(decision.step, held ? Step::kRelease : Step::kDone);
    EXPECT_EQ(decision.missing.empty(), !held);
    ASSERT_TRUE(decision.release);
    EXPECT_EQ(decision.release->persons, 3u);
    EXPECT_EQ(decision.release->within, absl::Hours(4));
    EXPECT_EQ(decision.quotas.size(), 1u);
    EXPECT_EQ(decision.fields.size(), 1u);
  }
}

TEST(ReleaseStepTest, OfPermitsAndHoldsTheStricterOfEachHolds) {
  std::string text = SecondPermit(R"(release { persons: 2 within: "1h" })");
  text.insert(text.rfind('}'), R"(rule { id: "three" effect: HOLD direction: OUT
    obligations { release { persons: 3 within: "2d" } } })");
  const Decision decision = DecideWith([](Facts& f) { f.releases = 1; }, SampleFields(), text);
  EXPECT_EQ(decision.outcome, Outcome::kHold);
  EXPECT_EQ(decision.release->persons, 3u);
  EXPECT_EQ(decision.release->within, absl::Hours(1));
  EXPECT_THAT(decision.missing, HasSubstr("1 more"));
}

// Else whoever asks learns from the wait whether somebody is known here.
TEST(ReleaseStepTest, AnAnswerIsHeldWhateverItSays) {
  std::string text = SampleText();
  text =
      absl::StrReplaceAll(text, {{"VICTIM_VERIFICATION_REQUEST", "VICTIM_VERIFICATION_RESPONSE"}});
  text.insert(text.rfind('}'), R"(rule { id: "look" effect: HOLD direction: OUT
    carries: [L4] subjects: [VICTIM] obligations { release { persons: 2 within: "2d" } } })");
  const auto decide = [&](liaison::payload::v1::MessageType type) {
    return DecideWith([&](Facts& f) { f.type = type; }, SampleFields(), text);
  };
  using namespace liaison::payload::v1;  // NOLINT: names of types alone
  EXPECT_EQ(decide(VICTIM_VERIFICATION_RESPONSE).outcome, Outcome::kHold);
  EXPECT_EQ(decide(ALERT).outcome, Outcome::kAllow);
  Facts inside = SampleFacts();
  inside.type = FORWARDED_ITEM;
  inside.inner = VICTIM_VERIFICATION_RESPONSE;
  const v1::PolicyFile file = FileOf(text);
  EXPECT_TRUE(Applies(file.policy().rule(2), inside)) << "passed on";
  EXPECT_TRUE(HoldsEveryAnswer(file.policy().rule(2), inside));
  EXPECT_FALSE(HoldsEveryAnswer(file.policy().rule(0), inside)) << "no HOLD";
}

TEST(ReleaseStepTest, WhatIsDeniedIsNotHeld) {
  std::vector<Field> fields = SampleFields();
  fields.push_back(FieldOf("alert.x", Sensitivity::L3));
  fields[1].needed = true;
  const Decision decision =
      DecideWith([](Facts&) {}, fields, SecondPermit(R"(release { persons: 2 within: "1h" })"));
  EXPECT_EQ(decision.outcome, Outcome::kDeny);
  EXPECT_EQ(decision.step, Step::kFields);
  EXPECT_FALSE(decision.release);
}

TEST(DecisionTest, OutlivesThePolicyThatMadeIt) {
  auto policy = PolicyOf(With(R"(rule { id: "a-name-too-long-to-be-kept-in-place" effect: RESTRICT
                                        direction: OUT fields { withhold_class: L2 } })"));
  std::vector<Field> fields = SampleFields();
  fields.push_back(FieldOf("alert.x", Sensitivity::L2));
  const Decision decision = policy->Decide(SampleFacts(), fields);
  policy.reset();
  EXPECT_EQ(decision.fields[1].rule, "a-name-too-long-to-be-kept-in-place");
}

}  // namespace
}  // namespace liaison::policy
