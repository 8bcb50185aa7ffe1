// Reading: on record before it is answered, with identifiers masked, and only what was committed
// to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/audit/receipt.h"
#include "daemon/base/error.h"
#include "daemon/inbox/mailbox.h"
#include "daemon/journal/openings.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::inbox {
namespace {

using base::Reason;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::TwoAgencies;

class MailboxRulesTest : public ::testing::Test {
 protected:
  MailboxRulesTest() { id_ = Deliver("intelligence_notice"); }

  std::string Deliver(const std::string& draft) {
    const auto sent = agencies_.Send(TwoAgencies::Draft(draft));
    EXPECT_TRUE(sent.ok()) << sent.status();
    agencies_.DeliverAll();
    return sent.ok() ? sent->id() : "";
  }
  desk::v1::GetRequest Get(const std::string& reason = "", bool reveal = false) const {
    desk::v1::GetRequest request;
    request.set_id(id_);
    request.set_reveal(reveal);
    request.set_reason(reason);
    return request;
  }
  absl::StatusOr<desk::v1::ShownMessage> Show(const desk::v1::GetRequest& request) {
    return ho().mailbox->Show(agencies_.Viewer(), request);
  }
  std::optional<Reason> Refusal(const desk::v1::GetRequest& request) {
    return base::GetReason(Show(request).status());
  }
  testing::Agency& ho() { return *agencies_.ho; }
  journal::Openings LastOpenings() {
    const uint64_t size = ho().journal->Head(audit::v1::DESK).size;
    const auto openings =
        journal::Open(*ho().store->Record(audit::v1::DESK, size - 1), *ho().at_rest);
    EXPECT_TRUE(openings.ok()) << openings.status();
    return openings.value_or(journal::Openings());
  }
  std::vector<std::string> Listed(testing::Agency& agency, const desk::v1::ListRequest& request) {
    const auto listed = agency.mailbox->List(request);
    EXPECT_TRUE(listed.ok()) << listed.status();
    std::vector<std::string> ids;
    for (const auto& message : listed->messages()) ids.push_back(message.id());
    return ids;
  }

  TwoAgencies agencies_;
  std::string id_;
};

TEST_F(MailboxRulesTest, ShowsNothingWhoseReadingCannotBeRecorded) {
  ho().failing->fail_commit = true;
  EXPECT_EQ(Refusal(Get()), Reason::kStopped);
  ho().failing->fail_commit = false;
  EXPECT_EQ(Refusal(Get("to answer it", true)), Reason::kStopped);
  ho().stopped = true;
}

TEST_F(MailboxRulesTest, TheReadingIsOnRecordBeforeTheBodyIsOpened) {
  ho().EditRows("UPDATE body SET first = x'00'");
  EXPECT_EQ(Refusal(Get()), Reason::kVerificationFailed);
  EXPECT_THAT(ho().Events(audit::v1::DESK), Contains(audit::v1::READ));
}

TEST_F(MailboxRulesTest, ARefusedReadingIsNone) {
  EXPECT_EQ(Refusal(Get("", true)), Reason::kValidationFailed);
  EXPECT_EQ(Refusal(Get(" ", true)), Reason::kValidationFailed) << "blanks say nothing";
  EXPECT_EQ(Refusal(Get(std::string(501, 'x'))), Reason::kValidationFailed);
  EXPECT_EQ(Refusal(Get("to read\x1b[2J", true)), Reason::kValidationFailed);
  const Viewer system{"officer-1", "", "SYSTEM", true};
  EXPECT_EQ(base::GetReason(ho().mailbox->Show(system, Get()).status()), Reason::kNotFound);
  EXPECT_THAT(ho().Events(audit::v1::DESK), Not(Contains(audit::v1::READ)));
  EXPECT_EQ(ho().StateOf("bgc-example", id_), desk::v1::NEW);
  EXPECT_EQ(Refusal(Get(std::string(500, 'x'))), std::nullopt);
}

TEST_F(MailboxRulesTest, ASystemRevealsNothingAlsoOfItsOwn) {
  const Viewer own{"officer-1", "", "SYSTEM", true};
  EXPECT_EQ(base::GetReason(agencies_.bgc->mailbox->Show(own, Get("to see it", true)).status()),
            Reason::kRoleMissing);
  EXPECT_THAT(agencies_.bgc->Events(audit::v1::DESK), Not(Contains(audit::v1::READ)));
  EXPECT_TRUE(agencies_.bgc->mailbox->Show(own, Get()).ok());
}

TEST_F(MailboxRulesTest, TheRecordSaysToAuditorsWhoReadWhatAndWhy) {
  ASSERT_TRUE(Show(Get()).ok());
  EXPECT_EQ(LastOpenings().actor.detail(), "masked");
  ASSERT_TRUE(Show(Get("to answer it", true)).ok());
  const audit::v1::ActorOpening actor = LastOpenings().actor;
  EXPECT_EQ(actor.name(), "officer-1");
  EXPECT_EQ(actor.uri(), "liaison://agency/ho-example/person/officer-1");
  EXPECT_EQ(actor.role(), "OFFICER");
  EXPECT_EQ(actor.reason(), "to answer it");
  EXPECT_EQ(actor.detail(), "revealed");
  const uint64_t size = ho().journal->Head(audit::v1::DESK).size;
  audit::v1::Record record;
  ASSERT_TRUE(record.ParseFromString(ho().store->Record(audit::v1::DESK, size - 1)->bytes));
  EXPECT_EQ(record.event(), audit::v1::READ);
  EXPECT_EQ(record.exchange_from(), "bgc-example");
  EXPECT_EQ(record.exchange_id(), base::ParseExchangeId(id_)->raw());
  EXPECT_EQ(record.partner(), "bgc-example");
  EXPECT_EQ(record.SerializeAsString().find("to answer it"), std::string::npos);
}

TEST_F(MailboxRulesTest, ShowsNothingThatIsNotWhatWasRecorded) {
  ho().EditRows("UPDATE exchange SET digest = zeroblob(32)");
  EXPECT_EQ(Refusal(Get()), Reason::kVerificationFailed);
}

TEST_F(MailboxRulesTest, ShowsTheReceiptsOfBothSides) {
  const auto ours = audit::LogKey::Make("ho.example/liaison-log/1/1", ho().log_key->public_key());
  const auto theirs =
      audit::LogKey::Make("bgc.example/liaison-log/1/1", agencies_.bgc->log_key->public_key());
  const auto event = [](const audit::v1::Receipt& receipt, const audit::LogKey& key) {
    const auto proven = audit::VerifyReceipt(receipt, key);
    EXPECT_TRUE(proven.ok()) << proven.status();
    return proven.ok() ? proven->record().event() : audit::v1::EVENT_UNSPECIFIED;
  };
  const auto in = Show(Get());
  ASSERT_TRUE(in.ok()) << in.status();
  ASSERT_EQ(in->receipts_size(), 2);
  EXPECT_EQ(event(in->receipts(0), ours), audit::v1::RECEIVED);
  EXPECT_EQ(event(in->receipts(1), theirs), audit::v1::SENT);
  const auto out = agencies_.bgc->mailbox->Show(agencies_.Viewer(), Get());
  ASSERT_TRUE(out.ok()) << out.status();
  ASSERT_EQ(out->receipts_size(), 2);
  EXPECT_EQ(event(out->receipts(0), theirs), audit::v1::SENT);
  EXPECT_EQ(event(out->receipts(1), ours), audit::v1::RECEIVED);
}

TEST_F(MailboxRulesTest, ShowsADraftThatWasDeniedWithoutAnyOfItsValues) {
  desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
  draft.set_agreement_id("no-such-agreement");
  const auto denied = agencies_.Send(draft);
  ASSERT_TRUE(denied.ok()) << denied.status();
  desk::v1::GetRequest request;
  request.set_id(denied->id());
  const auto shown = agencies_.bgc->mailbox->Show(agencies_.Viewer(), request);
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->state(), desk::v1::DENIED);
  EXPECT_FALSE(shown->has_payload());
  EXPECT_EQ(shown->statement().from(), "bgc-example");
  EXPECT_EQ(shown->statement().to(), "ho-example");
  EXPECT_EQ(shown->statement().type(), payload::v1::INTELLIGENCE_NOTICE);
  EXPECT_EQ(shown->statement().handling().tlp(), draft.handling().tlp());
  EXPECT_EQ(shown->statement().created().seconds(), absl::ToUnixSeconds(agencies_.clock.Now()));
  EXPECT_EQ(shown->decision().reason(), "AGREEMENT_NOT_IN_FORCE");
}

// --- Lists

TEST_F(MailboxRulesTest, EachBoxHoldsItsOwn) {
  desk::v1::ListRequest request;
  EXPECT_EQ(base::GetReason(ho().mailbox->List(request).status()), Reason::kValidationFailed);
  request.set_box(desk::v1::INBOX);
  EXPECT_THAT(Listed(ho(), request), ElementsAre(id_));
  EXPECT_THAT(Listed(*agencies_.bgc, request), IsEmpty());
  request.set_box(desk::v1::OUTBOX);
  EXPECT_THAT(Listed(ho(), request), IsEmpty());
  EXPECT_THAT(Listed(*agencies_.bgc, request), ElementsAre(id_));
  request.set_box(desk::v1::HELD_BOX);
  EXPECT_THAT(Listed(*agencies_.bgc, request), IsEmpty());
}

TEST_F(MailboxRulesTest, WhatIsNotInTheBoxIsNotListedByItsState) {
  const std::string second = Deliver("victim_verification_request");
  desk::v1::ListRequest request;
  request.set_box(desk::v1::INBOX);
  EXPECT_THAT(Listed(ho(), request), ElementsAre(second, id_));
  ASSERT_TRUE(Show(Get()).ok());
  request.add_states(desk::v1::READ);
  EXPECT_THAT(Listed(ho(), request), ElementsAre(id_));
  request.add_states(desk::v1::NEW);
  EXPECT_THAT(Listed(ho(), request), ElementsAre(second, id_));
  request.clear_states();
  request.add_states(desk::v1::DENIED);
  EXPECT_THAT(Listed(ho(), request), IsEmpty()) << "no state of an inbox";
  request.clear_states();
  request.add_types(payload::v1::VICTIM_VERIFICATION_REQUEST);
  EXPECT_THAT(Listed(ho(), request), ElementsAre(second));
  request.clear_types();
  request.set_partner("io-example");
  EXPECT_THAT(Listed(ho(), request), IsEmpty());
}

TEST_F(MailboxRulesTest, AnOutboxIsListedByEveryStateThatIsAskedFor) {
  agencies_.link->down = true;
  const std::string waiting = Deliver("victim_verification_request");
  desk::v1::ListRequest request;
  request.set_box(desk::v1::OUTBOX);
  request.add_states(desk::v1::QUEUED);
  EXPECT_THAT(Listed(*agencies_.bgc, request), ElementsAre(waiting));
  request.set_states(0, desk::v1::DELIVERED);
  EXPECT_THAT(Listed(*agencies_.bgc, request), ElementsAre(id_));
}

TEST_F(MailboxRulesTest, ListsPageByPageSinceATime) {
  const std::string second = Deliver("victim_verification_request");
  agencies_.clock.Advance(absl::Hours(1));
  const std::string third = Deliver("victim_verification_request");
  desk::v1::ListRequest request;
  request.set_box(desk::v1::INBOX);
  request.set_page_size(2);
  const auto page = ho().mailbox->List(request);
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->messages_size(), 2);
  EXPECT_EQ(page->messages(0).id(), third);
  EXPECT_EQ(page->messages(1).id(), second);
  request.set_page_token(page->next_page_token());
  const auto rest = ho().mailbox->List(request);
  ASSERT_TRUE(rest.ok()) << rest.status();
  ASSERT_EQ(rest->messages_size(), 1);
  EXPECT_EQ(rest->messages(0).id(), id_);
  EXPECT_EQ(rest->next_page_token(), "");
  request.set_page_token("-1");
  EXPECT_EQ(base::GetReason(ho().mailbox->List(request).status()), Reason::kValidationFailed);
  request.clear_page_token();
  request.mutable_since()->set_seconds(absl::ToUnixSeconds(agencies_.clock.Now()));
  EXPECT_THAT(Listed(ho(), request), ElementsAre(third));
}

TEST_F(MailboxRulesTest, ASummaryIsWhatTheStatementSays) {
  id_ = Deliver("victim_verification_request");
  desk::v1::ListRequest request;
  request.set_box(desk::v1::INBOX);
  const auto listed = ho().mailbox->List(request);
  ASSERT_TRUE(listed.ok()) << listed.status();
  const desk::v1::Summary& summary = listed->messages(0);
  EXPECT_EQ(summary.from(), "bgc-example");
  EXPECT_EQ(summary.to(), "ho-example");
  EXPECT_EQ(summary.type(), payload::v1::VICTIM_VERIFICATION_REQUEST);
  EXPECT_EQ(summary.state(), desk::v1::NEW);
  EXPECT_EQ(summary.conversation(), id_);
  EXPECT_EQ(summary.in_reply_to(), "");
  EXPECT_GT(summary.respond_by().seconds(), summary.recorded().seconds());
  EXPECT_FALSE(listed->messages(1).has_respond_by()) << "asks nothing";
  request.set_box(desk::v1::OUTBOX);
  const auto sent = agencies_.bgc->mailbox->List(request);
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(sent->messages(0).from(), "bgc-example");
  EXPECT_EQ(sent->messages(0).to(), "ho-example");
}

}  // namespace
}  // namespace liaison::inbox
