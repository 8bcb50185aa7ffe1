#include "daemon/ruling/outgoing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policy/sample.h"

namespace liaison::ruling {
namespace {

using payload::v1::HandlingCode;
using payload::v1::Payload;
using payload::v1::Tlp;
using policy::Action;
using policy::Outcome;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What its labels may speak of, and what they never do.
Payload Noted() {
  Payload payload;
  payload.mutable_notes()->set_instructions("call first");
  payload.mutable_notes()->add_named_recipients("officer-3");
  payload.mutable_alert_cancel()->mutable_details()->set_text("found");
  return payload;
}

std::vector<std::string> NeededUnder(Tlp::Code tlp, HandlingCode::Code code) {
  policy::Facts facts = policy::SampleFacts();
  facts.handling.set_tlp(tlp);
  facts.handling.set_code(code);
  const auto ruled = Rule(*policy::PolicyOf(policy::SampleText()), facts, Noted());
  EXPECT_TRUE(ruled.ok()) << ruled.status();
  std::vector<std::string> needed;
  for (const payload::Leaf& leaf : ruled->leaves) {
    if (leaf.needed) needed.push_back(leaf.path);
  }
  return needed;
}

TEST(RuleTest, WhatTheLabelsSpeakOfIsNeeded) {
  EXPECT_THAT(NeededUnder(Tlp::AMBER, HandlingCode::P), IsEmpty());
  EXPECT_THAT(NeededUnder(Tlp::AMBER, HandlingCode::C), ElementsAre("notes.instructions"));
  EXPECT_THAT(NeededUnder(Tlp::RED, HandlingCode::P), ElementsAre("notes.named_recipients"));
  EXPECT_THAT(NeededUnder(Tlp::RED, HandlingCode::C),
              ElementsAre("notes.instructions", "notes.named_recipients"));
}

// Omits the first field as often as it is asked to.
class ReduceTest : public ::testing::Test {
 protected:
  static Payload Persons(int count) {
    Payload payload;
    for (int i = 0; i < count; ++i) {
      payload.mutable_notice()->add_persons()->set_local_id(std::to_string(i));
    }
    return payload;
  }
  Ruled RulingOn(const Payload& payload) {
    Ruled ruled{*payload::Cut(payload), {}};
    ruled.decision.outcome = outcome_;
    ruled.decision.fields.resize(ruled.leaves.size());
    for (policy::FieldFate& fate : ruled.decision.fields) fate.action = Action::kKeep;
    if (omissions_ > 0) ruled.decision.fields[0].action = Action::kOmit;
    --omissions_;
    return ruled;
  }
  absl::StatusOr<Ruled> Reduced(const Payload& payload) {
    return Reduce(payload, RulingOn(payload), [&](const Payload& rest) {
      outcome_ = later_;
      return absl::StatusOr<Ruled>(RulingOn(rest));
    });
  }

  int omissions_ = 0;
  Outcome outcome_ = Outcome::kAllow;
  Outcome later_ = Outcome::kAllow;
};

TEST_F(ReduceTest, TakesOutUntilNothingIsOmitted) {
  omissions_ = 2;
  const auto reduced = Reduced(Persons(3));
  ASSERT_TRUE(reduced.ok()) << reduced.status();
  ASSERT_EQ(reduced->leaves.size(), 1u);
  EXPECT_EQ(reduced->leaves[0].path, "notice.persons[0].local_id");
  EXPECT_TRUE(reduced->leaves[0].text);
  EXPECT_THAT(reduced->leaves[0].value, ::testing::HasSubstr("2")) << "positions close up";
}

TEST_F(ReduceTest, IsWhatItWasWhereNothingIsOmitted) {
  later_ = Outcome::kDeny;
  const auto reduced = Reduced(Persons(2));
  ASSERT_TRUE(reduced.ok()) << reduced.status();
  EXPECT_EQ(reduced->decision.outcome, Outcome::kAllow) << "not ruled on again";
}

TEST_F(ReduceTest, WhatIsLeftMayBeDenied) {
  omissions_ = 5;
  later_ = Outcome::kDeny;
  const auto reduced = Reduced(Persons(9));
  ASSERT_TRUE(reduced.ok()) << reduced.status();
  EXPECT_EQ(reduced->decision.outcome, Outcome::kDeny);
  EXPECT_EQ(reduced->leaves.size(), 8u) << "and is not looked at again";
}

TEST_F(ReduceTest, EndsAfterFourRounds) {
  omissions_ = 3;
  EXPECT_TRUE(Reduced(Persons(9)).ok());
  omissions_ = 4;
  EXPECT_EQ(Reduced(Persons(9)).status().code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace liaison::ruling
