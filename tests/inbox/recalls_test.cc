// Recalls and confirmations that come from a partner: what they may be about.
#include "daemon/inbox/recalls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "daemon/base/error.h"
#include "daemon/inbox/inbox.h"
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

  // A message of ho-example's to `partner`, which went, or was denied.
  exchange::v1::Envelope Ours(const std::string& partner,
                              payload::v1::MessageType type = payload::v1::RECALL,
                              audit::v1::Event event = audit::v1::SENT) {
    exchange::v1::Statement statement = Statement(type);
    statement.clear_in_reply_to();
    statement.set_from("ho-example");
    statement.set_to(partner);
    return testing::RecordByHand(*agencies_.ho, statement, Recall(), event);
  }

  static exchange::v1::Statement ConfirmationOf(const exchange::v1::Envelope& recall) {
    exchange::v1::Statement statement = testing::ReplyTo(recall, payload::v1::RECALL_CONFIRMATION);
    statement.set_from("bgc-example");
    statement.set_to("ho-example");
    return statement;
  }

  Outward::Code Confirm(const exchange::v1::Statement& statement) {
    return testing::DeliverByHand(agencies_, statement, Confirmation());
  }

  TwoAgencies agencies_;
  std::string id_;
  exchange::v1::Envelope original_;
};

TEST_F(RecallsTest, OfWhatThePartnerSentAreAccepted) {
  EXPECT_EQ(testing::DeliverByHand(agencies_, Statement(payload::v1::RECALL), Recall()),
            Outward::ACCEPTED);
}

// Whoever passes them on need not look for them all the time.
TEST_F(RecallsTest, WakeWhoPassesThemOnAndNothingElseDoes) {
  testing::Agency& ho = *agencies_.ho;
  int woken = 0;
  ho.inbox =
      std::make_unique<Inbox>(Inbox::Parts{*ho.snapshots, *ho.journal, *ho.at_rest, ho.mac_key,
                                           ho.clock, ho.metrics, [&woken] { ++woken; }});
  message::Sealed not_signed =
      testing::SealByHand(agencies_, Statement(payload::v1::RECALL), Recall());
  not_signed.envelope.clear_signatures();
  EXPECT_EQ(testing::DeliverSealed(agencies_, not_signed), Outward::NOT_AUTHENTIC);
  ASSERT_TRUE(agencies_.Send(TwoAgencies::Draft("alert")).ok());
  agencies_.DeliverAll();
  EXPECT_EQ(woken, 0);
  EXPECT_EQ(testing::DeliverByHand(agencies_, Statement(payload::v1::RECALL), Recall()),
            Outward::ACCEPTED);
  EXPECT_EQ(woken, 1);
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
  const message::Sealed first =
      testing::SealByHand(agencies_, Statement(payload::v1::RECALL), Recall());
  EXPECT_EQ(testing::DeliverSealed(agencies_, first), Outward::ACCEPTED);
  original_ = first.envelope;
  EXPECT_EQ(testing::DeliverByHand(agencies_, Statement(payload::v1::RECALL), Recall()),
            Outward::REFUSED);
}

TEST_F(RecallsTest, OfAConfirmationAreRefused) {
  const message::Sealed confirmation =
      testing::SealByHand(agencies_, ConfirmationOf(Ours("bgc-example")), Confirmation());
  EXPECT_EQ(testing::DeliverSealed(agencies_, confirmation), Outward::ACCEPTED);
  original_ = confirmation.envelope;
  EXPECT_EQ(testing::DeliverByHand(agencies_, Statement(payload::v1::RECALL), Recall()),
            Outward::REFUSED);
}

// A partner that could confirm what it was not asked could settle another's recall.
TEST_F(RecallsTest, ConfirmationsOfWhatWasNoRecallAreRefused) {
  EXPECT_EQ(testing::DeliverByHand(agencies_, Statement(payload::v1::RECALL_CONFIRMATION),
                                   Confirmation()),
            Outward::REFUSED);
  const exchange::v1::Envelope ours = Ours("bgc-example", payload::v1::INTELLIGENCE_NOTICE);
  EXPECT_EQ(Confirm(ConfirmationOf(ours)), Outward::REFUSED);
}

TEST_F(RecallsTest, ConfirmationsOfOursAreAccepted) {
  EXPECT_EQ(Confirm(ConfirmationOf(Ours("bgc-example"))), Outward::ACCEPTED);
}

TEST_F(RecallsTest, ConfirmationsOfWhatWentToAnotherPartnerAreRefused) {
  EXPECT_EQ(Confirm(ConfirmationOf(Ours("io-example"))), Outward::REFUSED);
}

TEST_F(RecallsTest, ConfirmationsOfWhatNeverWentAreRefused) {
  EXPECT_EQ(
      Confirm(ConfirmationOf(Ours("bgc-example", payload::v1::RECALL, audit::v1::DENIED_OUT))),
      Outward::REFUSED);
}

TEST_F(RecallsTest, ConfirmationsThatNameNotExactlyOursAreRefused) {
  const exchange::v1::Envelope recall = Ours("bgc-example");
  const std::vector<std::function<void(exchange::v1::Statement&)>> changes = {
      [](auto& statement) { statement.clear_in_reply_to(); },
      [](auto& statement) { statement.mutable_in_reply_to()->set_from("bgc-example"); },
      [](auto& statement) {
        statement.mutable_in_reply_to()->mutable_statement_digest()->front() ^= 1;
      },
      [](auto& statement) { statement.mutable_conversation()->front() ^= 1; }};
  for (size_t i = 0; i < changes.size(); ++i) {
    exchange::v1::Statement statement = ConfirmationOf(recall);
    changes[i](statement);
    EXPECT_EQ(Confirm(statement), Outward::REFUSED) << i;
  }
}

TEST_F(RecallsTest, OfWhatWasDeniedAreRefused) {
  const std::string partner = "partner: \"bgc-example\"";
  agencies_.ho->Change("policy.textproto", partner, "suspended: true " + partner);
  const auto sent = agencies_.Send(TwoAgencies::Draft("intelligence_notice"));
  ASSERT_TRUE(sent.ok()) << sent.status();
  agencies_.DeliverAll();
  ASSERT_EQ(agencies_.ho->StateOf("bgc-example", sent->id()), desk::v1::DENIED);
  agencies_.ho->Change("policy.textproto", "suspended: true " + partner, partner);
  original_ = agencies_.link->requests.back().envelopes(0);
  EXPECT_EQ(testing::DeliverByHand(agencies_, Statement(payload::v1::RECALL), Recall()),
            Outward::REFUSED);
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
