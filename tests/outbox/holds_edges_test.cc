// Holds where two come at once, where rows and records part, and what is counted.
#include <gmock/gmock.h>

#include "absl/strings/escaping.h"
#include "daemon/journal/bodies.h"
#include "tests/outbox/holds_fixture.h"
#include "tests/store/damage.h"

namespace liaison::outbox {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::TwoAgencies;

class HoldsEdgesTest : public HoldsTest {
 protected:
  // Held, in reply to a message that is looked up each time that it is decided on.
  std::string HoldReply() {
    const auto sent = agencies_.Send(TwoAgencies::Draft("intelligence_notice"));
    EXPECT_TRUE(sent.ok()) << sent.status();
    earlier_ = sent->id();
    desk::v1::Draft draft = Draft();
    draft.set_in_reply_to(earlier_);
    return Hold(draft);
  }
  void OnLookUp(const std::string& id, const std::function<void()>& act) {
    bgc().failing->on_find = [this, id, act](const store::ExchangeName& name) {
      if (busy_ || name.id.hex() != id) return;
      busy_ = true;
      act();
      busy_ = false;
    };
  }
  void Edit(const std::string& sql) {
    ASSERT_TRUE(store::EditDatabase(bgc().folder + "/data/liaison.db", sql)) << sql;
  }
  // "REASON: message" of who looks at it.
  std::string FaultOf(const std::string& id) {
    desk::v1::GetRequest request;
    request.set_id(id);
    const absl::Status status = bgc().mailbox->Show(ViewerFor("releaser-1"), request).status();
    const auto error = base::GetError(status);
    if (!error) return status.ToString();
    return absl::StrCat(std::string(base::ReasonName(error->reason)), ": ", error->message);
  }
  // Held, of a message that was delivered: opens the number of a document in it.
  std::string HoldOpening() {
    desk::v1::Draft draft;
    draft.add_to("ho-example");
    draft.set_in_reply_to(earlier_);
    draft.mutable_open()->add_paths("victim_verification_request.documents_seen[0]");
    return Hold(draft);
  }
  void DeliverWhatMayBeOpened() {
    const auto request = agencies_.Send(TwoAgencies::Draft("victim_verification_request"));
    ASSERT_TRUE(request.ok()) << request.status();
    earlier_ = request->id();
    agencies_.DeliverAll();
    const std::string rule = "id: \"ho-opening-out\"";
    bgc().Change("policy.textproto", rule,
                 rule + " obligations { release { persons: 2 within: \"1h\" } }");
  }
  // Of the message `earlier_` in a statement.
  std::string Row() const {
    return absl::StrCat(" WHERE row = (SELECT row FROM exchange WHERE id = x'", earlier_, "')");
  }

  std::string earlier_;
  bool busy_ = false;
};

TEST_F(HoldsEdgesTest, OnePersonAtTwoDesksIsCountedOnce) {
  NeedPersons(3);
  const std::string id = HoldReply();
  const std::string view = ViewOf(id);
  bool first = false;
  OnLookUp(earlier_, [&] {
    if (!first) first = ReleaseUnseen(Releaser(1), id, view).ok();
  });
  const absl::Status second = ReleaseUnseen(Releaser(1), id, view).status();
  bgc().failing->on_find = nullptr;
  EXPECT_TRUE(first);
  EXPECT_EQ(ReasonOf(second), base::Reason::kPolicyDenied);
  EXPECT_THAT(std::string(second.message()), HasSubstr("you have released this message already"));
  EXPECT_EQ(bgc().store->Agreements(Name(id))->size(), 1u);
}

TEST_F(HoldsEdgesTest, GivesUpAfterThreeDecisions) {
  const std::string id = Hold();
  const std::string view = ViewOf(id);
  Edit("UPDATE in_force SET digest = zeroblob(32) WHERE kind = 'snapshot'");
  int decisions = 0;
  OnLookUp(id, [&] { ++decisions; });
  const absl::Status stale = ReleaseUnseen(Releaser(1), id, view).status();
  bgc().failing->on_find = nullptr;
  EXPECT_EQ(ReasonOf(stale), base::Reason::kQueueFull) << stale;
  EXPECT_EQ(decisions, 3);
}

TEST_F(HoldsEdgesTest, WhoMayReleaseNothingIsOnRecord) {
  const std::string id = Hold();
  const Submitter other{"officer-2", "", policy::v1::Rule::OFFICER};
  EXPECT_EQ(ReasonOf(Release(other, id, ViewOf(id)).status()), base::Reason::kRoleMissing);
  const auto told = LastOpenings(audit::v1::DESK, audit::v1::CALLER_REFUSED);
  EXPECT_EQ(told.actor.name(), "officer-2");
  EXPECT_EQ(told.decision.reason(), "ROLE_MISSING");
}

TEST_F(HoldsEdgesTest, CountsAReleaseWhenItGoes) {
  NeedPersons(3);
  const std::string id = Hold();
  ASSERT_TRUE(Release(Releaser(1), id, ViewOf(id)).ok());
  EXPECT_THAT(bgc().metrics.Text(), Not(HasSubstr("outcome=\"released\"")));
  ASSERT_TRUE(Release(Releaser(2), id, ViewOf(id)).ok());
  EXPECT_THAT(bgc().metrics.Text(), HasSubstr("outcome=\"released\""));
}

TEST_F(HoldsEdgesTest, WithoutARecordNobodySubmittedIt) {
  const std::string id = Hold();
  Edit(absl::StrCat("DELETE FROM desk_record WHERE event = ", audit::v1::HELD));
  EXPECT_EQ(FaultOf(id), "VERIFICATION_FAILED: no record says who submitted a held draft");
}

// Somebody with the keys at rest puts another name into the draft.
TEST_F(HoldsEdgesTest, ADraftOfSomebodyElseThanIsRecordedIsNotShown) {
  const std::string id = Hold();
  auto held = journal::OpenHeld(Name(id), *bgc().store->Body(Name(id)), *bgc().at_rest);
  ASSERT_TRUE(held.ok()) << held.status();
  held->set_submitter("releaser-4");
  const auto sealed = journal::SealHeld(
      Name(id), *held, agencies_.clock.Now() + absl::Hours(24 * 30), *bgc().at_rest);
  ASSERT_TRUE(sealed.ok()) << sealed.status();
  Edit(absl::StrCat("UPDATE body SET key_id = '", sealed->key_id, "', wrapped = x'",
                    absl::BytesToHexString(sealed->wrapped), "', second = x'",
                    absl::BytesToHexString(sealed->second), "'"));
  EXPECT_EQ(FaultOf(id), "VERIFICATION_FAILED: no record says who submitted a held draft");
}

TEST_F(HoldsEdgesTest, AnOpeningOfWhatWasOpenedSinceSaysThatItCanOnlyBeRejected) {
  DeliverWhatMayBeOpened();
  const std::string first = HoldOpening();
  const std::string second = HoldOpening();
  ASSERT_TRUE(Release(Releaser(1), first, ViewOf(first)).ok());
  EXPECT_THAT(FaultOf(second), HasSubstr("it can no longer go"));
  EXPECT_TRUE(Reject(Releaser(1), second).ok());
}

TEST_F(HoldsEdgesTest, AnOpeningOfWhatCannotBeReadIsNoReasonToRejectIt) {
  DeliverWhatMayBeOpened();
  const std::string id = HoldOpening();
  Edit(absl::StrCat("UPDATE body SET second = x'00'", Row()));
  EXPECT_THAT(FaultOf(id), HasSubstr("VERIFICATION_FAILED"));
  EXPECT_THAT(FaultOf(id), Not(HasSubstr("it can no longer go")));
  OnLookUp(earlier_, [&] { Edit("ALTER TABLE body RENAME TO gone"); });  // after the draft is read
  EXPECT_THAT(FaultOf(id), HasSubstr("INTERNAL"));
  bgc().failing->on_find = nullptr;
  Edit("ALTER TABLE gone RENAME TO body");
}

}  // namespace
}  // namespace liaison::outbox
