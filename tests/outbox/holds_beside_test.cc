// Holds beside the rest: policies that come later, quotas, openings, replies, rows that were
// changed.
#include <gmock/gmock.h>

#include "tests/outbox/holds_fixture.h"
#include "tests/store/damage.h"

namespace liaison::outbox {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TwoAgencies;

TEST_F(HoldsTest, WhatWasReleasedStaysReleasedUnderAPolicyThatAsksForNoMore) {
  const std::string id = Hold();
  ASSERT_TRUE(Release(Releaser(1), id, ViewOf(id)).ok());
  bgc().Change("policy.textproto", "version: 1", "version: 2");
  agencies_.DeliverAll();
  EXPECT_EQ(StateOf(id), desk::v1::DELIVERED);
}

TEST_F(HoldsTest, WhatWasReleasedIsDeniedByAPolicyThatAsksForMorePersons) {
  const std::string id = Hold();
  ASSERT_TRUE(Release(Releaser(1), id, ViewOf(id)).ok());
  NeedPersons(3);
  agencies_.DeliverAll();
  EXPECT_EQ(StateOf(id), desk::v1::DENIED);
  EXPECT_TRUE(agencies_.link->requests.empty());
  EXPECT_EQ(LastOpenings(audit::v1::EXCHANGE, audit::v1::DENIED_OUT).decision.step(), "release");
  EXPECT_EQ(bgc().Faults(), "");
}

TEST_F(HoldsTest, WhatNobodyHadToReleaseIsDeniedByAPolicyThatAsksForIt) {
  const auto sent = agencies_.Send(TwoAgencies::Draft("victim_verification_request"));
  ASSERT_EQ(sent->state(), desk::v1::QUEUED);
  bgc().Change("policy.textproto", "origins: [AUTOMATED_RULE, AI_GENERATED]",
               "origins: [AUTOMATED_RULE, AI_GENERATED, HUMAN_GENERATED]");
  agencies_.DeliverAll();
  EXPECT_EQ(StateOf(sent->id()), desk::v1::DENIED);
}

// Somebody with the database lets a person agree twice, or makes another one its submitter.
// Whoever released it before did not agree to what a wider policy would let go now.
TEST_F(HoldsTest, AnAgreementCountsForWhatWasShownAlone) {
  NeedPersons(3);
  bgc().Change("policy.textproto", kKept, "");
  const std::string id = Hold();
  ASSERT_TRUE(Release(Releaser(1), id, ViewOf(id)).ok());
  const std::string other = "keep: \"victim_verification_request.risk_if_authorities_informed\"";
  bgc().Change("policy.textproto", other, absl::StrCat(other, " ", kKept));
  const std::string before = ViewOf(id);
  const auto released = Release(Releaser(2), id, before);
  EXPECT_EQ(ReasonOf(released.status()), base::Reason::kWrongState) << released.status();
  EXPECT_NE(released.status().message().find("since another person released it"),
            std::string::npos);
  EXPECT_EQ(StateOf(id), desk::v1::HELD);
}

TEST_F(HoldsTest, AShorterTimeHoldsForWhatWaits) {
  const std::string id = Hold();
  NeedPersons(2, "1m");
  agencies_.clock.Advance(absl::Minutes(1));
  const auto released = Release(Releaser(1), id, ViewOf(id));
  EXPECT_EQ(ReasonOf(released.status()), base::Reason::kWrongState) << released.status();
  EXPECT_EQ(StateOf(id), desk::v1::HELD);
  EXPECT_TRUE(Reject(Releaser(1), id).ok());
}

// The list went on with the time that had been promised, while nobody could release it any more.
TEST_F(HoldsTest, TheTimeThatHoldsIsListed) {
  const std::string id = Hold();
  const absl::Time held = agencies_.clock.Now();
  const auto lapses = [&](desk::v1::Box box) {
    desk::v1::ListRequest request;
    request.set_box(box);
    const auto list = bgc().mailbox->List(request);
    EXPECT_TRUE(list.ok()) << list.status();
    return absl::FromUnixSeconds(list->messages(0).lapses().seconds());
  };
  NeedPersons(2, "1m");
  EXPECT_EQ(lapses(desk::v1::HELD_BOX), held + absl::Minutes(1));
  EXPECT_EQ(lapses(desk::v1::OUTBOX), held + absl::Minutes(1));
  EXPECT_EQ(absl::FromUnixSeconds(Show(id).held().lapses().seconds()), held + absl::Minutes(1));
}

// What cannot be looked at is listed all the same.
TEST_F(HoldsTest, AnUnreadableDraftIsListedWithTheTimeOfItsRow) {
  const std::string id = Hold();
  const absl::Time held = agencies_.clock.Now();
  const std::string database = bgc().folder + "/data/liaison.db";
  ASSERT_TRUE(store::EditDatabase(database, "UPDATE exchange SET submitter = zeroblob(32)"));
  const auto exchange = bgc().store->Find(Name(id));
  ASSERT_TRUE(exchange.ok());
  EXPECT_EQ(bgc().holds->ReleasableUntil(*exchange), held + absl::Hours(24));
}

TEST_F(HoldsTest, BelievesRecordsAndNotRows) {
  NeedPersons(3);
  const std::string id = Hold();
  const std::string view = ViewOf(id);
  ASSERT_TRUE(Release(Releaser(1), id, view).ok());
  const std::string database = bgc().folder + "/data/liaison.db";
  const auto edit = [&](const std::string& sql) {
    ASSERT_TRUE(store::EditDatabase(database, sql)) << sql;
  };
  const std::string before = store::AskDatabase(database, "SELECT hex(person) FROM agreement");
  edit("UPDATE agreement SET person = zeroblob(32)");
  EXPECT_EQ(ReasonOf(Release(Releaser(1), id, view).status()), base::Reason::kVerificationFailed);
  EXPECT_NE(bgc().Faults(), "");
  edit("UPDATE agreement SET person = x'" + before + "'");
  EXPECT_EQ(bgc().Faults(), "");
  edit("INSERT INTO agreement VALUES (0, 1, x'" + std::string(64, '1') + "')");
  EXPECT_EQ(ReasonOf(Release(Releaser(2), id, view).status()), base::Reason::kVerificationFailed);
  edit("DELETE FROM agreement WHERE idx = 0");
  const std::string row = store::AskDatabase(database, "SELECT hex(submitter) FROM exchange");
  edit("UPDATE exchange SET submitter = zeroblob(32)");
  EXPECT_EQ(ReasonOf(Release(agencies_.Officer(), id, view).status()),
            base::Reason::kVerificationFailed);
  edit("UPDATE exchange SET submitter = x'" + row + "', respond_by_ms = respond_by_ms + 1");
  EXPECT_EQ(ReasonOf(Release(Releaser(2), id, view).status()), base::Reason::kVerificationFailed);
  edit("UPDATE exchange SET respond_by_ms = respond_by_ms - 1");
  EXPECT_EQ(Release(Releaser(2), id, view)->state(), desk::v1::QUEUED);
}

// The sealed draft of one message does not open in the place of another, nor as a body.
TEST_F(HoldsTest, ADraftOpensInItsOwnPlaceAlone) {
  const std::string first = Hold();
  const std::string second = Hold();
  const std::string view = ViewOf(second);
  const std::string database = bgc().folder + "/data/liaison.db";
  ASSERT_TRUE(store::EditDatabase(
      database,
      "UPDATE body SET (key_id, wrapped, second) = (SELECT key_id, wrapped, second FROM"
      " body WHERE row = 1) WHERE row = 2"));
  EXPECT_EQ(ReasonOf(Release(Releaser(1), second, view).status()),
            base::Reason::kVerificationFailed);
  EXPECT_TRUE(Release(Releaser(1), first, ViewOf(first)).ok());
}

TEST_F(HoldsTest, AHeldMessageIsNotAnsweredOrSuperseded) {
  const std::string id = Hold();
  desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
  draft.set_in_reply_to(id);
  EXPECT_EQ(ReasonOf(agencies_.Send(draft).status()), base::Reason::kNotFound);
  draft.clear_in_reply_to();
  draft.set_supersedes(id);
  EXPECT_EQ(ReasonOf(agencies_.Send(draft).status()), base::Reason::kNotFound);
}

TEST_F(HoldsTest, EachRecipientIsHeldOrSentForItself) {
  desk::v1::Draft draft = Draft();
  draft.add_to("io-example");  // has no part in this agreement: denied
  const auto results = bgc().outbox->Submit(agencies_.Officer(), draft, "key");
  ASSERT_TRUE(results.ok()) << results.status();
  EXPECT_EQ((*results)[0].state(), desk::v1::HELD);
  EXPECT_EQ((*results)[1].state(), desk::v1::DENIED);
}

TEST_F(HoldsTest, APreviewSaysThatItWouldBeHeldAndWhatWouldGo) {
  const auto preview = bgc().outbox->Preview(agencies_.Officer(), Draft());
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(preview->previews(0).decision().outcome(), "HOLD");
  EXPECT_THAT(preview->previews(0).decision().obligations(), Contains(HasSubstr("release")));
  EXPECT_TRUE(preview->previews(0).has_view());
  EXPECT_GT(preview->previews(0).withheld_size(), 0);
}

// The submission is the attempt; the release seals the date of deletion and shows it to auditors.
TEST_F(HoldsTest, CountsOnceAndGoesWithWhatElsePolicyAsksFor) {
  const std::string rule = "id: \"ho-verification-request-out\"";
  bgc().Change("policy.textproto", "version: 1", "version: 1 quota { id: \"q\" per_day: 1 }");
  bgc().Change("policy.textproto", rule,
               rule + " obligations { quota: \"q\" retention: \"30d\" notice: true }");
  const std::string id = Hold();
  EXPECT_THAT(bgc().Events(audit::v1::DESK), Not(Contains(audit::v1::NOTICE)));
  EXPECT_EQ(agencies_.Send(Draft())->decision().step(), "quota");
  const desk::v1::ShownMessage shown = Show(id);
  EXPECT_EQ(shown.statement().handling().delete_by(), "2026-12-23");
  EXPECT_EQ(bgc().Faults(), "");
  agencies_.clock.Advance(absl::Hours(20));  // another day
  EXPECT_EQ(Release(Releaser(1), id, shown.held().view_digest())->state(), desk::v1::QUEUED);
  EXPECT_THAT(bgc().Events(audit::v1::DESK), Contains(audit::v1::NOTICE));
  agencies_.DeliverAll();
  EXPECT_EQ(StateOf(id), desk::v1::DELIVERED);
  EXPECT_EQ(bgc().Faults(), "");
  EXPECT_EQ(agencies_.Send(Draft())->state(), desk::v1::HELD) << "the release counted nothing";
  EXPECT_EQ(bgc().Faults(), "");
}

// A record that names it would say that it was counted.
TEST_F(HoldsTest, WhatAQuotaDidNotCountIsDraftedAgain) {
  const std::string id = Hold();
  const std::string rule = "id: \"ho-verification-request-out\"";
  bgc().Change("policy.textproto", "version: 1", "version: 1 quota { id: \"q\" per_day: 9 }");
  bgc().Change("policy.textproto", rule, rule + " obligations { quota: \"q\" }");
  const auto released = ReleaseShown(bgc(), Releaser(1), id);
  EXPECT_EQ(base::GetReason(released.status()), base::Reason::kWrongState) << released.status();
  EXPECT_THAT(std::string(released.status().message()), HasSubstr("quota q"));
  EXPECT_EQ(StateOf(id), desk::v1::HELD);
  EXPECT_EQ(ReleaseShown(bgc(), Releaser(1), Hold())->state(), desk::v1::QUEUED);
}

TEST_F(HoldsTest, AnOpeningOfFieldsIsHeldAndReleasedLikeAnyOther) {
  const auto request = agencies_.Send(TwoAgencies::Draft("victim_verification_request"));
  ASSERT_TRUE(request.ok()) << request.status();
  agencies_.DeliverAll();
  const std::string rule = "id: \"ho-opening-out\"";
  bgc().Change("policy.textproto", rule,
               rule + " obligations { release { persons: 2 within: \"1h\" } }");
  desk::v1::Draft draft;
  draft.add_to("ho-example");
  draft.set_in_reply_to(request->id());
  draft.mutable_open()->add_paths("victim_verification_request.documents_seen[0]");
  const auto probe = agencies_.bgc->outbox->Preview(agencies_.Officer(), draft);
  ASSERT_TRUE(probe.ok()) << probe.status();
  ASSERT_EQ(probe->previews(0).decision().outcome(), "HOLD");
  const std::string id = Hold(draft);
  const desk::v1::ShownMessage shown = Show(id);
  ASSERT_GT(shown.payload().field_opening().fields_size(), 0);
  EXPECT_FALSE(shown.payload().field_opening().fields(0).has_salt());
  EXPECT_FALSE(shown.payload().field_opening().fields(0).has_value());
  EXPECT_EQ(bgc().Faults(), "");
  EXPECT_EQ(Release(Releaser(1), id, shown.held().view_digest())->state(), desk::v1::QUEUED);
  agencies_.DeliverAll();
  EXPECT_EQ(StateOf(id), desk::v1::DELIVERED);
  EXPECT_EQ(bgc().Faults(), "");
}

// Its original may be taken back while it waits: then it can be rejected, and says so.
TEST_F(HoldsTest, AnOpeningWhoseOriginalWasTakenBackSaysThatItCanOnlyBeRejected) {
  const auto request = agencies_.Send(TwoAgencies::Draft("victim_verification_request"));
  ASSERT_TRUE(request.ok()) << request.status();
  agencies_.DeliverAll();
  const std::string rule = "id: \"ho-opening-out\"";
  bgc().Change("policy.textproto", rule,
               rule + " obligations { release { persons: 2 within: \"1h\" } }");
  desk::v1::Draft draft;
  draft.add_to("ho-example");
  draft.set_in_reply_to(request->id());
  draft.mutable_open()->add_paths("victim_verification_request.documents_seen[0]");
  const std::string id = Hold(draft);
  desk::v1::Draft recall;
  recall.add_to("ho-example");
  recall.set_in_reply_to(request->id());
  recall.mutable_payload()->mutable_recall()->set_reason(payload::v1::RecallReason::UNLAWFUL);
  ASSERT_TRUE(agencies_.Send(recall).ok());
  desk::v1::GetRequest get;
  get.set_id(id);
  const auto error = base::GetError(bgc().mailbox->Show(ViewerFor("releaser-1"), get).status());
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->reason, base::Reason::kWrongState);
  EXPECT_THAT(error->message, HasSubstr("it can no longer go: the message was taken back"));
  EXPECT_THAT(error->fix, HasSubstr("message reject"));
  EXPECT_TRUE(Reject(Releaser(1), id).ok());
}

// What protects goes on, whatever became of its sender.
TEST_F(HoldsTest, ARecallOfARevokedPersonIsReleased) {
  const auto request = agencies_.Send(TwoAgencies::Draft("victim_verification_request"));
  ASSERT_TRUE(request.ok()) << request.status();
  agencies_.DeliverAll();
  bgc().Change("policy.textproto", "policy {",
               "policy { rule { id: \"look\" effect: HOLD direction: OUT types: [RECALL]\n"
               "  obligations { release { persons: 2 within: \"1h\" } } }\n");
  desk::v1::Draft recall;
  recall.add_to("ho-example");
  recall.set_in_reply_to(request->id());
  recall.mutable_payload()->mutable_recall()->set_reason(payload::v1::RecallReason::UNLAWFUL);
  const std::string id = Hold(recall);
  bgc().Revoke("officer-1");
  const auto released = Release(Releaser(1), id, ViewOf(id));
  ASSERT_TRUE(released.ok()) << released.status();
  EXPECT_EQ(released->state(), desk::v1::QUEUED);
  agencies_.DeliverAll();
  EXPECT_EQ(StateOf(id), desk::v1::DELIVERED);
}

TEST_F(HoldsTest, IsKeptForAPartnerThatIsGone) {
  const std::string id = Hold();
  const std::string view = ViewOf(id);
  bgc().Change("agency.textproto", "id: \"ho-example\"", "id: \"he-example\"");
  EXPECT_EQ(ReasonOf(Release(Releaser(1), id, view).status()), base::Reason::kUnknownPartner);
  EXPECT_EQ(StateOf(id), desk::v1::HELD);
  EXPECT_TRUE(Reject(Releaser(1), id).ok());
}

}  // namespace
}  // namespace liaison::outbox
