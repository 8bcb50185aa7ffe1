// Recalls and confirmations that come from a partner: what they may be about.
#include "daemon/inbox/recalls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/base/error.h"
#include "tests/outbox/by_hand.h"

namespace liaison::inbox {
namespace {

using audit::v1::Outward;
using payload::v1::RecallReason;
using testing::TwoAgencies;

class RecallsTest : public ::testing::Test {
 protected:
  RecallsTest() {
    const auto sent = agencies_.Send(TwoAgencies::Draft("intelligence_notice"));
    EXPECT_TRUE(sent.ok()) << sent.status();
    agencies_.DeliverAll();
    id_ = sent->id();
    original_ = agencies_.link->requests.back().envelopes(0);
  }

  exchange::v1::Statement Statement(payload::v1::MessageType type) const {
    exchange::v1::Statement statement = testing::ReplyTo(original_, type);
    statement.mutable_handling()->Clear();
    statement.set_urgency(payload::v1::Urgency::U2);
    return statement;
  }

  static payload::v1::Payload Recall() {
    payload::v1::Payload payload;
    payload.mutable_recall()->set_reason(RecallReason::UNLAWFUL);
    return payload;
  }
  static payload::v1::Payload Confirmation() {
    payload::v1::Payload payload;
    payload.mutable_recall_confirmation()->set_action(payload::v1::RecallAction::DELETED);
    return payload;
  }

  TwoAgencies agencies_;
  std::string id_;
  exchange::v1::Envelope original_;
};

TEST_F(RecallsTest, OfWhatThePartnerSentAreAccepted) {
  EXPECT_EQ(testing::DeliverByHand(agencies_, Statement(payload::v1::RECALL), Recall()),
            Outward::ACCEPTED);
}

TEST_F(RecallsTest, OfWhatItDidNotSendAreRefused) {
  const std::vector<std::function<void(exchange::v1::Statement&)>> changes = {
      [](auto& statement) { statement.clear_in_reply_to(); },
      [](auto& statement) { statement.mutable_in_reply_to()->mutable_exchange_id()->front() ^= 1; },
      [](auto& statement) { statement.mutable_in_reply_to()->set_from("ho-example"); },
      [](auto& statement) {
        statement.mutable_in_reply_to()->mutable_statement_digest()->front() ^= 1;
      },
      [](auto& statement) { statement.mutable_conversation()->front() ^= 1; }};
  for (size_t i = 0; i < changes.size(); ++i) {
    exchange::v1::Statement statement = Statement(payload::v1::RECALL);
    changes[i](statement);
    EXPECT_EQ(testing::DeliverByHand(agencies_, statement, Recall()), Outward::REFUSED) << i;
  }
}

TEST_F(RecallsTest, OfAnotherRecallAreRefused) {
  const exchange::v1::Statement first = Statement(payload::v1::RECALL);
  const exchange::v1::Envelope recall = testing::SealByHand(agencies_, first, Recall()).envelope;
  EXPECT_EQ(testing::DeliverSealed(agencies_, testing::SealByHand(agencies_, first, Recall())),
            Outward::ACCEPTED);
  exchange::v1::Statement second = testing::ReplyTo(recall, payload::v1::RECALL);
  EXPECT_EQ(testing::DeliverByHand(agencies_, second, Recall()), Outward::REFUSED);
}

// A partner that could confirm what it was not asked could settle another's recall.
TEST_F(RecallsTest, ConfirmationsOfWhatWasNoRecallAreRefused) {
  EXPECT_EQ(testing::DeliverByHand(agencies_, Statement(payload::v1::RECALL_CONFIRMATION),
                                   Confirmation()),
            Outward::REFUSED);
  exchange::v1::Statement statement = Statement(payload::v1::RECALL_CONFIRMATION);
  statement.mutable_in_reply_to()->set_from("ho-example");
  EXPECT_EQ(testing::DeliverByHand(agencies_, statement, Confirmation()), Outward::REFUSED);
}

// Protective messages carry nothing that a permit would be needed for.
TEST_F(RecallsTest, ThatCarryMoreAreRefused) {
  payload::v1::Payload payload = Recall();
  payload.mutable_notes()->set_instructions("Read this all the same.");
  payload.mutable_notes()->set_instructions_lang("en");
  EXPECT_EQ(testing::DeliverByHand(agencies_, Statement(payload::v1::RECALL), payload),
            Outward::REFUSED);
}

}  // namespace
}  // namespace liaison::inbox
