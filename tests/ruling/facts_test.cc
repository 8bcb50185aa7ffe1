#include "daemon/ruling/facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace liaison::ruling {
namespace {

using payload::v1::Payload;
using policy::Direction;

// A victim who agreed to ho-example in GB, and to nobody else.
Payload Agreed() {
  Payload payload;
  payload::v1::Person& victim = *payload.mutable_notice()->add_persons();
  victim.set_category(payload::v1::SubjectCategory::VICTIM);
  victim.set_is_child(payload::v1::TriState::NO);
  victim.mutable_consent()->set_state(payload::v1::ConsentState::GIVEN);
  victim.mutable_consent()->add_covered_agencies("ho-example");
  victim.mutable_consent()->add_covered_countries("GB");
  return payload;
}

TEST(FactsForTest, ConsentIsToWhoeverReceives) {
  Parties from_us;
  from_us.own = "bgc-example";
  from_us.own_country = "VN";
  from_us.partner = "ho-example";
  from_us.partner_country = "GB";
  Parties to_us;
  to_us.own = "ho-example";
  to_us.own_country = "GB";
  to_us.partner = "bgc-example";
  to_us.partner_country = "VN";
  const auto covers = [](const Parties& parties, Direction direction) {
    return FactsFor(parties, direction, policy::v1::Rule::OFFICER, {}, Agreed(),
                    absl::FromUnixSeconds(1'796'000'000))
        .consent_covers;
  };
  EXPECT_TRUE(covers(from_us, Direction::kOut));
  EXPECT_TRUE(covers(to_us, Direction::kIn));
  EXPECT_FALSE(covers(to_us, Direction::kOut));
  EXPECT_FALSE(covers(from_us, Direction::kIn));
}

TEST(FactsForTest, SaysWhatTheNotesSay) {
  const auto facts = [](const Payload& payload) {
    return FactsFor({}, Direction::kIn, policy::v1::Rule::OFFICER, {}, payload,
                    absl::FromUnixSeconds(1'796'000'000));
  };
  Payload payload;
  payload.mutable_notes()->set_instructions("\u00A0");
  payload.mutable_notes()->mutable_no_consent_reason()->set_text("\u00A0");
  payload.mutable_notes()->add_named_recipients("\u00A0");
  EXPECT_FALSE(facts(payload).has_instructions);
  EXPECT_FALSE(facts(payload).has_no_consent_reason);
  EXPECT_TRUE(facts(payload).named_recipients.empty());
  payload.mutable_notes()->set_instructions("ask first");
  payload.mutable_notes()->mutable_no_consent_reason()->set_text("moved now");
  payload.mutable_notes()->set_named_recipients(0, "ho-officer-03");
  EXPECT_TRUE(facts(payload).has_instructions);
  EXPECT_TRUE(facts(payload).has_no_consent_reason);
  EXPECT_EQ(facts(payload).named_recipients.size(), 1u);
}

TEST(SentLeavesTest, AreThoseOfTheRecords) {
  Payload merged;
  merged.mutable_notice()->set_title("x");
  merged.mutable_notice()->add_persons();  // all of it was withheld
  exchange::v1::Envelope envelope;
  envelope.add_records()->set_path("notice.title");
  const auto leaves = SentLeaves(envelope, merged);
  ASSERT_TRUE(leaves.ok()) << leaves.status();
  ASSERT_EQ(leaves->size(), 1u);
  EXPECT_EQ(leaves->front().path, "notice.title");
}

}  // namespace
}  // namespace liaison::ruling
