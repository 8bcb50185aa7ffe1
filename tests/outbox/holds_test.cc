// From hold to release, refusal or lapse.
#include "daemon/outbox/holds.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <thread>

#include "daemon/audit/receipt.h"
#include "tests/outbox/holds_fixture.h"

namespace liaison::outbox {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TwoAgencies;

TEST_F(HoldsTest, HoldsWhatPolicyAsksASecondPersonForAndSignsNothing) {
  const std::string id = Hold(Draft(), "key");
  EXPECT_THAT(bgc().Events(audit::v1::DESK), Contains(audit::v1::HELD));
  EXPECT_THAT(bgc().Events(audit::v1::EXCHANGE), Not(Contains(audit::v1::SENT)));
  const auto row = bgc().store->Find(Name(id));
  EXPECT_TRUE(row->digest.is_zero());
  EXPECT_EQ(row->respond_by, agencies_.clock.Now() + absl::Hours(24));
  const auto body = bgc().store->Body(Name(id));
  EXPECT_EQ(body->head, "");
  ASSERT_TRUE(body->body.has_value());
  EXPECT_THAT(body->body->second, Not(HasSubstr("present_situation")));
  EXPECT_THAT(bgc().woken, Not(Contains("ho-example")));
  agencies_.DeliverAll();
  EXPECT_TRUE(agencies_.link->requests.empty());
  const auto again = agencies_.Send(Draft(), "key");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->id(), id);
  EXPECT_EQ(again->state(), desk::v1::HELD);
  EXPECT_EQ(again->decision().outcome(), "HOLD");
  EXPECT_EQ(bgc().Faults(), "");
}

TEST_F(HoldsTest, GoesWhenASecondPersonReleasesIt) {
  const std::string id = Hold(Draft(), "key");
  const auto conversation = bgc().store->Find(Name(id))->conversation;
  agencies_.clock.Advance(absl::Hours(2));
  const std::string view = ViewOf(id);
  const auto released = Release(Releaser(1), id, view);
  ASSERT_TRUE(released.ok()) << released.status();
  EXPECT_EQ(released->state(), desk::v1::QUEUED);
  EXPECT_EQ(released->agreed(), 2u);
  EXPECT_EQ(released->persons(), 2u);
  EXPECT_EQ(released->decision().outcome(), "ALLOW");
  const auto key = audit::LogKey::Make("bgc.example/liaison-log/1/1", bgc().log_key->public_key());
  const auto proven = audit::VerifyReceipt(released->receipt(), key);
  ASSERT_TRUE(proven.ok()) << proven.status();
  EXPECT_EQ(proven->record().event(), audit::v1::SENT);
  EXPECT_THAT(bgc().woken, ElementsAre("ho-example"));
  EXPECT_EQ(bgc().store->Find(Name(id))->conversation, conversation);
  agencies_.DeliverAll();
  EXPECT_EQ(StateOf(id), desk::v1::DELIVERED);
  EXPECT_EQ(agencies_.ho->StateOf("bgc-example", id), desk::v1::NEW);
  const journal::Openings agreed = LastOpenings(audit::v1::DESK, audit::v1::RELEASED);
  EXPECT_EQ(agreed.actor.name(), "releaser-1");
  EXPECT_EQ(agreed.actor.role(), "RELEASER");
  EXPECT_EQ(agreed.actor.reason(), "checked");
  EXPECT_EQ(agreed.actor.view_digest(), view);
  const auto again = agencies_.Send(Draft(), "key");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->id(), id);
  EXPECT_EQ(again->state(), desk::v1::DELIVERED);
  EXPECT_EQ(bgc().Faults(), "");
}

TEST_F(HoldsTest, ShowsWhatWouldGoTheReadingOnRecord) {
  const std::string id = Hold();
  const size_t reads = bgc().Events(audit::v1::DESK).size();
  const desk::v1::ShownMessage shown = Show(id);
  EXPECT_EQ(bgc().Events(audit::v1::DESK).size(), reads + 1);
  EXPECT_EQ(shown.state(), desk::v1::HELD);
  EXPECT_EQ(shown.statement().to(), "ho-example");
  EXPECT_EQ(shown.payload().notes().instructions(), "[L8]");
  EXPECT_THAT(shown.masked(), Contains("notes.instructions"));
  EXPECT_GT(shown.withheld_size(), 0);
  EXPECT_EQ(shown.decision().outcome(), "HOLD");
  EXPECT_EQ(shown.held().persons(), 2u);
  EXPECT_THAT(shown.held().agreed(), ElementsAre("officer-1"));
  EXPECT_EQ(shown.held().lapses().seconds(),
            absl::ToUnixSeconds(agencies_.clock.Now() + absl::Hours(24)));
  const desk::v1::ShownMessage revealed = Show(id, "case work");
  EXPECT_NE(revealed.payload().notes().instructions(), "[L8]");
  EXPECT_EQ(revealed.held().view_digest(), shown.held().view_digest());
  ASSERT_TRUE(Release(Releaser(1), id, shown.held().view_digest()).ok());
  agencies_.DeliverAll();
  const desk::v1::ShownMessage sent = Show(id, "case work");
  EXPECT_FALSE(sent.has_held());
  EXPECT_EQ(sent.decision().outcome(), "ALLOW") << "the newest decision";
  EXPECT_EQ(sent.payload().SerializeAsString(), revealed.payload().SerializeAsString());
  EXPECT_EQ(sent.withheld_size(), shown.withheld_size());
  EXPECT_EQ(sent.statement().created().seconds(), shown.statement().created().seconds());
}

TEST_F(HoldsTest, ItsSubmitterDoesNotReleaseIt) {
  const std::string id = Hold();
  const Submitter both{"officer-1", "", policy::v1::Rule::RELEASER};
  const absl::Status refused = Release(both, id, ViewOf(id)).status();
  EXPECT_EQ(ReasonOf(refused), base::Reason::kPolicyDenied);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("who submits"));
  EXPECT_EQ(StateOf(id), desk::v1::HELD);
  EXPECT_THAT(bgc().Events(audit::v1::DESK), Not(Contains(audit::v1::RELEASED)));
  EXPECT_EQ(LastOpenings(audit::v1::DESK, audit::v1::CALLER_REFUSED).actor.name(), "officer-1");
}

TEST_F(HoldsTest, NeedsAsManyPersonsAsPolicySaysEachOnce) {
  NeedPersons(3);
  const std::string id = Hold();
  const std::string view = ViewOf(id);
  const auto first = Release(Releaser(1), id, view);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->state(), desk::v1::HELD);
  EXPECT_EQ(first->agreed(), 2u);
  EXPECT_EQ(first->persons(), 3u);
  const absl::Status twice = Release(Releaser(1), id, view).status();
  EXPECT_EQ(ReasonOf(twice), base::Reason::kPolicyDenied);
  EXPECT_THAT(std::string(twice.message()), HasSubstr("already"));
  EXPECT_EQ(ViewOf(id), view) << "who agreed changes nothing of what goes";
  EXPECT_THAT(Show(id).held().agreed(), ElementsAre("officer-1", "releaser-1"));
  bgc().Restart();
  EXPECT_EQ(ReasonOf(Release(Releaser(1), id, view).status()), base::Reason::kPolicyDenied);
  const auto second = Release(Releaser(2), id, view);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->state(), desk::v1::QUEUED);
  EXPECT_EQ(second->agreed(), 3u);
  EXPECT_EQ(ReasonOf(Release(Releaser(3), id, view).status()), base::Reason::kWrongState);
  EXPECT_EQ(bgc().Faults(), "");
}

TEST_F(HoldsTest, WhoWasRevokedSinceCountsNoMore) {
  NeedPersons(3);
  const std::string id = Hold();
  ASSERT_TRUE(Release(Releaser(1), id, ViewOf(id)).ok());
  bgc().Revoke("releaser-1");
  EXPECT_THAT(Show(id).held().agreed(), ElementsAre("officer-1"));
  const auto second = Release(Releaser(2), id, ViewOf(id));
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->state(), desk::v1::HELD);
  EXPECT_EQ(second->agreed(), 2u) << "of 3";
  const auto third = Release(Releaser(3), id, ViewOf(id));
  ASSERT_TRUE(third.ok()) << third.status();
  EXPECT_EQ(third->state(), desk::v1::QUEUED);
  EXPECT_EQ(bgc().Faults(), "");
}

TEST_F(HoldsTest, WhatARevokedPersonSubmittedIsDenied) {
  const std::string id = Hold();
  bgc().Revoke("officer-1");
  const auto released = Release(Releaser(1), id, ViewOf(id));
  ASSERT_TRUE(released.ok()) << released.status();
  EXPECT_EQ(released->state(), desk::v1::DENIED);
  EXPECT_EQ(released->decision().step(), "caller_role");
}

TEST_F(HoldsTest, WhatIsQueuedIsDeniedWhenItsReleaserIsRevoked) {
  const std::string id = Hold();
  ASSERT_TRUE(Release(Releaser(1), id, ViewOf(id)).ok());
  bgc().Revoke("releaser-1");
  agencies_.DeliverAll();
  EXPECT_EQ(StateOf(id), desk::v1::DENIED);
}

TEST_F(HoldsTest, TwoWhoAgreeAtTheSameMomentAreBothCounted) {
  NeedPersons(3);
  for (int round = 0; round < 5; ++round) {
    const std::string id = Hold();
    const std::string view = ViewOf(id);
    std::vector<desk::v1::State> states(3);
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&, i] {
        const auto released = Release(Releaser(i), id, view);
        if (released.ok()) states[static_cast<size_t>(i)] = released->state();
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(std::count(states.begin(), states.end(), desk::v1::HELD), 1);
    EXPECT_EQ(std::count(states.begin(), states.end(), desk::v1::QUEUED), 1);
    EXPECT_EQ(bgc().store->Agreements(Name(id))->size(), 2u);
  }
  EXPECT_EQ(bgc().Faults(), "");
}

TEST_F(HoldsTest, ReleasesOnlyWhatWasShown) {
  const std::string id = Hold();
  const std::string old_view = ViewOf(id);
  bgc().Change("policy.textproto", kKept, "");
  const auto stale = Release(Releaser(1), id, old_view);
  EXPECT_EQ(ReasonOf(stale.status()), base::Reason::kWrongState);
  EXPECT_THAT(std::string(stale.status().message()), HasSubstr("has changed"));
  EXPECT_EQ(StateOf(id), desk::v1::HELD);
  const std::string view = ViewOf(id);
  EXPECT_NE(view, old_view);
  EXPECT_EQ(Release(Releaser(1), id, view)->state(), desk::v1::QUEUED);
  agencies_.DeliverAll();
  EXPECT_EQ(StateOf(id), desk::v1::DELIVERED);
  for (const auto& record : agencies_.link->requests.back().envelopes(0).records()) {
    EXPECT_NE(record.path(), "victim_verification_request.present_situation");
  }
}

// releaser-2 read an older view, and took the digest of this one from releaser-1.
TEST_F(HoldsTest, NobodyReleasesAViewThatWasShownToAnotherAlone) {
  const std::string id = Hold();
  desk::v1::GetRequest look;
  look.set_id(id);
  look.set_reveal(true);
  look.set_reason("case work");
  ASSERT_TRUE(bgc().mailbox->Show(ViewerFor("releaser-2"), look).ok());
  bgc().Change("policy.textproto", kKept, "");
  const std::string view = ViewOf(id);
  EXPECT_EQ(ReasonOf(ReleaseUnseen(Releaser(2), id, view).status()), base::Reason::kPolicyDenied);
  EXPECT_EQ(StateOf(id), desk::v1::HELD);
  EXPECT_TRUE(Release(Releaser(2), id, view).ok());
}

TEST_F(HoldsTest, NobodyReleasesWhatWasHiddenFromThem) {
  const std::string id = Hold();
  const std::string view = Show(id).held().view_digest();
  const absl::Status refused = ReleaseUnseen(Releaser(1), id, view).status();
  EXPECT_EQ(ReasonOf(refused), base::Reason::kPolicyDenied);
  const auto told = LastOpenings(audit::v1::DESK, audit::v1::CALLER_REFUSED);
  EXPECT_EQ(told.actor.name(), "releaser-1");
  EXPECT_EQ(told.actor.detail(), "release refused: what would go was not shown to you as a whole");
  EXPECT_EQ(told.decision.reason(), "POLICY_DENIED");
  EXPECT_EQ(ViewOf(id), view);
  EXPECT_TRUE(ReleaseUnseen(Releaser(1), id, view).ok());
}

TEST_F(HoldsTest, NobodyReleasesWhatWasShownToAnotherAlone) {
  const std::string id = Hold();
  const std::string view = ViewOf(id);  // by releaser-1
  EXPECT_EQ(ReasonOf(ReleaseUnseen(Releaser(2), id, view).status()), base::Reason::kPolicyDenied);
  EXPECT_EQ(StateOf(id), desk::v1::HELD);
  EXPECT_TRUE(Release(Releaser(2), id, view).ok());
}

TEST_F(HoldsTest, RefusesARequestThatNamesNoView) {
  const std::string id = Hold();
  for (const std::string& view : {std::string(), std::string("0123"), std::string(64, 'g')}) {
    EXPECT_EQ(ReasonOf(Release(Releaser(1), id, view).status()), base::Reason::kValidationFailed);
  }
  desk::v1::ReleaseRequest request;
  request.set_view_digest(ViewOf(id));
  for (int i = 0; i < 501; ++i) *request.mutable_reason() += "ế";
  EXPECT_EQ(ReasonOf(bgc().holds->Release(Releaser(1), Name(id), request).status()),
            base::Reason::kValidationFailed);
  request.mutable_reason()->resize(500 * 3);
  EXPECT_TRUE(bgc().holds->Release(Releaser(1), Name(id), request).ok());
}

TEST_F(HoldsTest, IsDeniedForGoodWhenPolicyForbidsItByNow) {
  const std::string id = Hold();
  const std::string view = ViewOf(id);
  bgc().Change("policy.textproto", "id: \"bgc-ho-example-2026\"", "id: \"another\"");
  EXPECT_EQ(Show(id).decision().outcome(), "DENY");
  EXPECT_EQ(Show(id).held().persons(), 0u) << "nobody's agreement helps";
  EXPECT_FALSE(Show(id).has_payload());
  EXPECT_EQ(ReasonOf(Release(Releaser(1), id, view).status()), base::Reason::kWrongState)
      << "who saw what no longer goes is told so first";
  EXPECT_EQ(StateOf(id), desk::v1::HELD);
  const auto denied = Release(Releaser(1), id, ViewOf(id));
  ASSERT_TRUE(denied.ok()) << denied.status();
  EXPECT_EQ(denied->state(), desk::v1::DENIED);
  EXPECT_EQ(denied->agreed(), 1u);
  EXPECT_EQ(denied->persons(), 0u);
  EXPECT_EQ(denied->id(), id);
  EXPECT_EQ(denied->decision().reason(), "AGREEMENT_NOT_IN_FORCE");
  EXPECT_THAT(bgc().Events(audit::v1::EXCHANGE), Contains(audit::v1::DENIED_OUT));
  EXPECT_FALSE(bgc().store->Body(Name(id))->body.has_value());
  bgc().Change("policy.textproto", "id: \"another\"", "id: \"bgc-ho-example-2026\"");
  EXPECT_EQ(ReasonOf(Release(Releaser(1), id, view).status()), base::Reason::kWrongState);
  EXPECT_EQ(bgc().Faults(), "");
}

TEST_F(HoldsTest, ALateReleaseNeverWins) {
  const std::string id = Hold();
  const std::string view = ViewOf(id);
  agencies_.clock.Advance(absl::Hours(24) - absl::Milliseconds(1));
  EXPECT_EQ(*bgc().holds->Lapse(), 0u);
  agencies_.clock.Advance(absl::Milliseconds(1));
  const auto late = Release(Releaser(1), id, view);
  EXPECT_EQ(ReasonOf(late.status()), base::Reason::kWrongState);
  EXPECT_THAT(std::string(late.status().message()), HasSubstr("time"));
  EXPECT_EQ(StateOf(id), desk::v1::DENIED) << "who came late ended it";
  EXPECT_THAT(bgc().Events(audit::v1::DESK), Contains(audit::v1::LAPSED));
  EXPECT_EQ(LastOpenings(audit::v1::DESK, audit::v1::LAPSED).actor.name(), "liaisond");
  EXPECT_EQ(bgc().Faults(), "");
}

// It was looked at in time, and its time came before the writer came to it.
TEST_F(HoldsTest, AReleaseThatBecomesLateOnItsWayIsRefusedByTheWriter) {
  const std::string id = Hold();
  const std::string view = ViewOf(id);
  int reads = 0;  // the third: what others saw who released it, after its time was looked at
  bgc().failing->on_records = [&] {
    if (++reads == 3) agencies_.clock.Advance(absl::Hours(24));
  };
  const auto late = ReleaseUnseen(Releaser(1), id, view);
  bgc().failing->on_records = nullptr;
  EXPECT_EQ(ReasonOf(late.status()), base::Reason::kWrongState);
  EXPECT_THAT(std::string(late.status().message()), HasSubstr("has passed"));
  EXPECT_EQ(StateOf(id), desk::v1::HELD) << "nobody has looked after its time yet";
  EXPECT_EQ(*bgc().holds->Lapse(), 1u);
}

TEST_F(HoldsTest, LapsesByItselfAndNoLaterThanItExpires) {
  desk::v1::Draft soon = Draft();
  soon.mutable_expires()->set_seconds(absl::ToUnixSeconds(agencies_.clock.Now()) + 3600);
  const std::string first = Hold(soon);
  const std::string second = Hold();
  agencies_.clock.Advance(absl::Hours(1));
  EXPECT_EQ(*bgc().holds->Lapse(), 1u);
  EXPECT_EQ(StateOf(first), desk::v1::DENIED);
  EXPECT_EQ(StateOf(second), desk::v1::HELD);
  bgc().Restart();
  agencies_.clock.Advance(absl::Hours(23));
  EXPECT_EQ(*bgc().holds->Lapse(), 1u);
  EXPECT_EQ(*bgc().holds->Lapse(), 0u);
  EXPECT_EQ(StateOf(second), desk::v1::DENIED);
  EXPECT_EQ(ReasonOf(Reject(Releaser(1), second).status()), base::Reason::kWrongState);
  EXPECT_EQ(bgc().Faults(), "");
}

TEST_F(HoldsTest, ARejectedDraftNeverGoes) {
  const std::string id = Hold();
  const std::string view = ViewOf(id);
  EXPECT_EQ(ReasonOf(bgc().holds->Reject(Releaser(1), Name(id), "  ").status()),
            base::Reason::kValidationFailed);
  const Submitter other{"officer-2", "", policy::v1::Rule::OFFICER};
  EXPECT_EQ(ReasonOf(Reject(other, id).status()), base::Reason::kRoleMissing);
  const auto rejected = Reject(Releaser(1), id);
  ASSERT_TRUE(rejected.ok()) << rejected.status();
  EXPECT_EQ(rejected->state(), desk::v1::DENIED);
  EXPECT_EQ(rejected->id(), id);
  const journal::Openings openings = LastOpenings(audit::v1::DESK, audit::v1::REJECTED_BY);
  EXPECT_EQ(openings.actor.name(), "releaser-1");
  EXPECT_EQ(openings.actor.reason(), "not needed");
  EXPECT_EQ(ReasonOf(Release(Releaser(2), id, view).status()), base::Reason::kWrongState);
  EXPECT_EQ(ReasonOf(Reject(Releaser(2), id).status()), base::Reason::kWrongState);
  EXPECT_FALSE(bgc().store->Body(Name(id))->body.has_value());
  EXPECT_FALSE(Show(id).has_payload());
  EXPECT_EQ(bgc().Faults(), "");
}

// That somebody without the role tried to release it was shown as the decision on the message.
TEST_F(HoldsTest, ARefusedReleaseIsNoDecisionOnTheMessage) {
  const std::string lapsing = Hold();
  const std::string rejected = Hold();
  const Submitter other{"officer-2", "", policy::v1::Rule::OFFICER};
  for (const std::string& id : {lapsing, rejected}) {
    ASSERT_EQ(ReasonOf(Release(other, id, ViewOf(id)).status()), base::Reason::kRoleMissing);
  }
  ASSERT_TRUE(Reject(Releaser(1), rejected).ok());
  agencies_.clock.Advance(absl::Hours(24));
  ASSERT_EQ(bgc().holds->Lapse().value_or(0), 1u);
  for (const std::string& id : {lapsing, rejected}) {
    const desk::v1::ShownMessage shown = Show(id);
    EXPECT_EQ(shown.state(), desk::v1::DENIED);
    EXPECT_EQ(shown.decision().outcome(), "HOLD") << shown.decision().DebugString();
  }
}

TEST_F(HoldsTest, IsListedWithWhenItLapsesUntilItEnds) {
  const std::string id = Hold();
  const auto listed = [&](desk::v1::Box box) {
    desk::v1::ListRequest request;
    request.set_box(box);
    const auto list = bgc().mailbox->List(request);
    EXPECT_TRUE(list.ok()) << list.status();
    return list->messages(0);
  };
  const int64_t lapses = absl::ToUnixSeconds(agencies_.clock.Now() + absl::Hours(24));
  for (const desk::v1::Box box : {desk::v1::HELD_BOX, desk::v1::OUTBOX}) {
    EXPECT_EQ(listed(box).lapses().seconds(), lapses);
    EXPECT_FALSE(listed(box).has_respond_by());
  }
  ASSERT_TRUE(Reject(Releaser(1), id).ok());
  EXPECT_FALSE(listed(desk::v1::OUTBOX).has_lapses());
  EXPECT_FALSE(listed(desk::v1::OUTBOX).has_respond_by());
}

TEST_F(HoldsTest, ItsSubmitterTakesItBack) {
  const std::string id = Hold();
  EXPECT_EQ(Reject(agencies_.Officer(), id)->state(), desk::v1::DENIED);
  EXPECT_EQ(StateOf(id), desk::v1::DENIED);
}

}  // namespace
}  // namespace liaison::outbox
