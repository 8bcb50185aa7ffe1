// What a partner may reply to with a type that stands for nothing alone.
#include "daemon/inbox/replies.h"

#include <gtest/gtest.h>

#include "daemon/base/error.h"
#include "tests/outbox/by_hand.h"

namespace liaison::inbox {
namespace {

using exchange::v1::Envelope;
using exchange::v1::Statement;
using testing::TwoAgencies;

class RepliesTest : public ::testing::Test {
 protected:
  RepliesTest() {
    const auto sent = agencies_.Send(TwoAgencies::Draft("intelligence_notice"));
    EXPECT_TRUE(sent.ok()) << sent.status();
    agencies_.DeliverAll();
    received_ = agencies_.link->requests.back().envelopes(0);
  }

  // A notice of ho-example's, on record.
  Envelope Ours(const std::string& partner, audit::v1::Event event = audit::v1::SENT) {
    Statement statement = testing::ReplyTo(received_, payload::v1::INTELLIGENCE_NOTICE);
    statement.clear_in_reply_to();
    statement.set_from("ho-example");
    statement.set_to(partner);
    payload::v1::Payload payload;
    payload.mutable_notice()->set_title("Example");
    return testing::RecordByHand(*agencies_.ho, statement, payload, event);
  }

  // Whether bgc-example may ask to pass `original` on.
  bool MayAskAbout(const Envelope& original) {
    Statement statement = testing::ReplyTo(original, payload::v1::ONWARD_SHARING_REQUEST);
    statement.set_from("bgc-example");
    statement.set_to("ho-example");
    return Passes(statement);
  }
  bool Passes(const Statement& statement) {
    const absl::Status status = CheckReply(statement, *agencies_.ho->store);
    if (status.ok()) return true;
    EXPECT_EQ(base::GetReason(status), base::Reason::kValidationFailed) << status;
    return false;
  }

  TwoAgencies agencies_;
  Envelope received_;
};

TEST_F(RepliesTest, AMessageOfTheOtherMayBeAskedAbout) {
  EXPECT_TRUE(MayAskAbout(Ours("bgc-example")));
}

TEST_F(RepliesTest, AMessageOfItsOwnMayNot) { EXPECT_FALSE(MayAskAbout(received_)); }

TEST_F(RepliesTest, AMessageToAnotherPartnerMayNot) {
  EXPECT_FALSE(MayAskAbout(Ours("io-example")));
}

TEST_F(RepliesTest, AMessageThatNeverWentMayNot) {
  EXPECT_FALSE(MayAskAbout(Ours("bgc-example", audit::v1::DENIED_OUT)));
}

TEST_F(RepliesTest, WhatIsNotThereMayNot) {
  Statement statement = testing::ReplyTo(received_, payload::v1::ONWARD_SHARING_REQUEST);
  statement.mutable_in_reply_to()->mutable_exchange_id()->front() ^= 1;
  EXPECT_FALSE(Passes(statement));
  statement.clear_in_reply_to();
  EXPECT_FALSE(Passes(statement));
}

TEST_F(RepliesTest, MostTypesStandAlone) {
  Statement statement = testing::ReplyTo(received_, payload::v1::INTELLIGENCE_NOTICE);
  statement.clear_in_reply_to();
  EXPECT_TRUE(Passes(statement));
}

}  // namespace
}  // namespace liaison::inbox
