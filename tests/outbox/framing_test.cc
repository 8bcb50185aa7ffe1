#include "daemon/outbox/framing.h"

#include <gtest/gtest.h>

#include "tests/outbox/two_agencies.h"

namespace liaison::outbox {
namespace {

using testing::TwoAgencies;

// ho-example has a message from bgc-example, and answers it.
class ReferenceTest : public ::testing::Test {
 protected:
  ReferenceTest() {
    const auto sent = agencies_.Send(TwoAgencies::Draft("victim_verification_request"));
    EXPECT_TRUE(sent.ok()) << sent.status();
    agencies_.DeliverAll();
    id_ = sent->id();
    draft_ = TwoAgencies::Draft("victim_verification_response");
    draft_.clear_to();
    draft_.add_to("bgc-example");
  }

  // A row of ho-example with bgc-example under the same id: of `from`, and its first event.
  void AddRow(const std::string& from, audit::v1::Event event) {
    store::AddExchange add;
    add.exchange.name = {from, *base::ParseExchangeId(id_)};
    add.exchange.partner = "bgc-example";
    add.exchange.digest.mutable_data()[0] = 7;
    add.record.record.set_event(event);
    add.record.record.set_exchange_from(from);
    add.record.record.set_exchange_id(std::string(add.exchange.name.id.raw()));
    const auto outcomes = agencies_.ho->journal->Commit({add});
    ASSERT_TRUE(outcomes.ok()) << outcomes.status();
    ASSERT_EQ(outcomes->front().kind, store::Outcome::Kind::kCommitted);
  }

  absl::StatusOr<exchange::v1::Statement> Statement() {
    const auto registry = agencies_.ho->snapshots->Current();
    const absl::Status checked = CheckDraft(draft_, *registry, agencies_.clock.Now());
    if (!checked.ok()) return checked;
    return StatementFor(draft_, "bgc-example", *registry, agencies_.ho->journal->reader(),
                        agencies_.clock.Now());
  }
  base::Reason Refusal() {
    return base::GetReason(Statement().status()).value_or(base::Reason::kInternal);
  }

  TwoAgencies agencies_;
  std::string id_;
  desk::v1::Draft draft_;
};

TEST_F(ReferenceTest, NamesSenderIdAndDigestOfWhatIsAnswered) {
  draft_.set_in_reply_to(id_);
  const auto statement = Statement();
  ASSERT_TRUE(statement.ok()) << statement.status();
  EXPECT_EQ(statement->in_reply_to().from(), "bgc-example");
  EXPECT_EQ(statement->in_reply_to().exchange_id(), base::ParseExchangeId(id_)->raw());
  EXPECT_FALSE(statement->in_reply_to().statement_digest().empty());
  EXPECT_EQ(statement->conversation(), base::ParseExchangeId(id_)->raw());
}

// A partner can give its message the id of one of ours: which one is answered must be said.
TEST_F(ReferenceTest, RefusesAnIdThatBothHaveUsedUntilTheSenderIsNamed) {
  AddRow("ho-example", audit::v1::SENT);
  draft_.set_in_reply_to(id_);
  const absl::Status ambiguous = Statement().status();
  const auto error = base::GetError(ambiguous);
  ASSERT_TRUE(error.has_value()) << ambiguous;
  EXPECT_EQ(error->reason, base::Reason::kValidationFailed);
  ASSERT_EQ(error->fields.size(), 1u);
  EXPECT_EQ(error->fields[0].field, "inReplyTo");
  EXPECT_NE(error->fields[0].description.find("AGENCY/ID"), std::string::npos);
  for (const char* from : {"ho-example", "bgc-example"}) {
    draft_.set_in_reply_to(std::string(from) + "/" + id_);
    const auto statement = Statement();
    ASSERT_TRUE(statement.ok()) << statement.status();
    EXPECT_EQ(statement->in_reply_to().from(), from);
  }
}

TEST_F(ReferenceTest, SupersedesOurOwnMessageWhateverIdAPartnerGaveToIts) {
  draft_.set_supersedes(id_);
  EXPECT_EQ(Refusal(), base::Reason::kNotFound) << "theirs alone";
  AddRow("ho-example", audit::v1::SENT);
  const auto statement = Statement();
  ASSERT_TRUE(statement.ok()) << statement.status();
  EXPECT_EQ(statement->supersedes().from(), "ho-example");
  draft_.set_supersedes("bgc-example/" + id_);
  EXPECT_EQ(Refusal(), base::Reason::kNotFound);
}

TEST_F(ReferenceTest, WhatWasDeniedIsNoMessageToReferTo) {
  AddRow("ho-example", audit::v1::DENIED_OUT);
  draft_.set_in_reply_to(id_);
  EXPECT_TRUE(Statement().ok()) << "one message and a draft that never went";
  draft_.set_in_reply_to("ho-example/" + id_);
  EXPECT_EQ(Refusal(), base::Reason::kNotFound);
}

TEST_F(ReferenceTest, WhatIsHeldIsNoMessageToReferToYet) {
  AddRow("ho-example", audit::v1::HELD);
  draft_.set_in_reply_to("ho-example/" + id_);
  EXPECT_EQ(Refusal(), base::Reason::kNotFound);
}

TEST_F(ReferenceTest, WhatWasExchangedWithAnotherIsNoMessageToReferTo) {
  AddRow("ho-example", audit::v1::SENT);  // to bgc-example
  draft_.set_in_reply_to("ho-example/" + id_);
  EXPECT_TRUE(Statement().ok());
  const auto registry = agencies_.ho->snapshots->Current();
  EXPECT_EQ(base::GetReason(StatementFor(draft_, "io-example", *registry,
                                         agencies_.ho->journal->reader(), agencies_.clock.Now())
                                .status()),
            base::Reason::kNotFound);
}

TEST_F(ReferenceTest, LivesThirtyDaysOrAsLongAsTheDraftSays) {
  draft_.set_in_reply_to(id_);
  const absl::Time now = agencies_.clock.Now();
  EXPECT_EQ(RowOf(*Statement()).expires, now + absl::Hours(30 * 24));
  draft_.mutable_expires()->set_seconds(absl::ToUnixSeconds(now) + 60);
  EXPECT_EQ(RowOf(*Statement()).expires, now + absl::Minutes(1));
}

TEST_F(ReferenceTest, TheRowOfAReplyNamesWhatItAnswersAndOfAnotherNothing) {
  draft_.set_in_reply_to(id_);
  EXPECT_EQ(RowOf(*Statement()).in_reply_to,
            (store::ExchangeName{"bgc-example", *base::ParseExchangeId(id_)}));
  draft_ = TwoAgencies::Draft("intelligence_notice");
  draft_.set_to(0, "bgc-example");
  EXPECT_EQ(RowOf(*Statement()).in_reply_to, std::nullopt);
}

TEST_F(ReferenceTest, RefusesWhatIsNoWholeNameOrNoExchangeWithTheRecipient) {
  draft_.set_in_reply_to("io-example/" + id_);
  EXPECT_EQ(Refusal(), base::Reason::kNotFound);
  for (const std::string& text : {id_.substr(0, 12), "bgc-example/" + id_.substr(0, 12),
                                  "bgc example/" + id_, id_ + "/bgc-example"}) {
    draft_.set_in_reply_to(text);
    EXPECT_EQ(Refusal(), base::Reason::kValidationFailed) << text;
  }
}

}  // namespace
}  // namespace liaison::outbox
