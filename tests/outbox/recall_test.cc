// Taking back what was sent, and answering a recall.
#include "daemon/outbox/recall.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::outbox {
namespace {

using payload::v1::RecallReason;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TwoAgencies;

class RecallTest : public ::testing::Test {
 protected:
  RecallTest()
      : back_link_("ho-example", *agencies_.bgc), back_courier_("bgc-example", BackParts()) {
    id_ = Deliver(TwoAgencies::Draft("intelligence_notice"));
  }

  Courier::Parts BackParts() {
    testing::Agency& ho = *agencies_.ho;
    return {*ho.snapshots, *ho.journal, *ho.at_rest,        agencies_.clock,
            ho.metrics,    back_link_,  [] { return 0.5; }, ho.mac_key};
  }

  std::string Deliver(const desk::v1::Draft& draft) {
    const auto sent = agencies_.Send(draft);
    EXPECT_TRUE(sent.ok()) << sent.status();
    agencies_.DeliverAll();
    return sent.ok() ? sent->id() : "";
  }

  desk::v1::Draft Recall(RecallReason::Code reason = RecallReason::WRONG_RECIPIENT) const {
    desk::v1::Draft draft;
    draft.add_to("ho-example");
    draft.set_in_reply_to(id_);
    draft.mutable_payload()->mutable_recall()->set_reason(reason);
    return draft;
  }

  // ho-example answers the recall `id`.
  absl::StatusOr<desk::v1::SubmitResult> Confirm(
      const std::string& id, policy::v1::Rule::Role role = policy::v1::Rule::OFFICER,
      payload::v1::RecallAction::Code action = payload::v1::RecallAction::DELETED) {
    desk::v1::Draft draft;
    draft.add_to("bgc-example");
    draft.set_in_reply_to(id);
    payload::v1::RecallConfirmation& says = *draft.mutable_payload()->mutable_recall_confirmation();
    says.set_action(action);
    if (action == payload::v1::RecallAction::CANNOT) {
      says.set_cannot_reason(payload::v1::CannotReason::LEGAL_HOLD);
    }
    auto results = agencies_.ho->outbox->Submit({"officer-1", "", role}, draft,
                                                absl::StrCat("confirm ", id, " ", action));
    if (!results.ok()) return results.status();
    for (int i = 0; i < 100 && back_courier_.Step() == absl::ZeroDuration(); ++i) {
    }
    return results->front();
  }

  base::Reason ReasonOf(const absl::Status& status) {
    return base::GetReason(status).value_or(base::Reason::kInternal);
  }

  std::vector<std::string> Faults(const desk::v1::Draft& draft) {
    const auto error = base::GetError(agencies_.Send(draft).status());
    std::vector<std::string> faults;
    if (!error || error->reason != base::Reason::kValidationFailed) return {"no such error"};
    for (const auto& field : error->fields) faults.push_back(field.field + ": " + field.rule);
    return faults;
  }

  desk::v1::ShownMessage Shown(testing::Agency& agency, const std::string& id) {
    desk::v1::GetRequest request;
    request.set_id(id);
    const auto shown = agency.mailbox->Show(agencies_.Viewer(), request);
    EXPECT_TRUE(shown.ok()) << shown.status();
    return shown.value_or(desk::v1::ShownMessage());
  }

  desk::v1::Summary Listed(testing::Agency& agency, desk::v1::Box box, const std::string& id) {
    desk::v1::ListRequest request;
    request.set_box(box);
    const auto listed = agency.mailbox->List(request);
    EXPECT_TRUE(listed.ok()) << listed.status();
    for (const desk::v1::Summary& one : listed->messages()) {
      if (one.id() == id) return one;
    }
    ADD_FAILURE() << id;
    return {};
  }

  TwoAgencies agencies_;
  testing::DirectLink back_link_;
  Courier back_courier_;
  std::string id_;
};

TEST_F(RecallTest, MarksTheMessageOnBothSidesAndAwaitsAnAnswer) {
  const std::string recall = Deliver(Recall());
  EXPECT_EQ(agencies_.ho->StateOf("bgc-example", recall), desk::v1::NEW);
  for (testing::Agency* agency : {agencies_.bgc.get(), agencies_.ho.get()}) {
    const desk::v1::Recalled recalled = Shown(*agency, id_).recalled();
    EXPECT_EQ(recalled.id(), "bgc-example/" + recall);
    EXPECT_EQ(recalled.reason(), RecallReason::WRONG_RECIPIENT);
    EXPECT_EQ(recalled.confirm_by().seconds(),
              absl::ToUnixSeconds(agencies_.clock.Now() + absl::Hours(24)));
    EXPECT_EQ(recalled.confirmation(), "");
  }
  EXPECT_TRUE(Listed(*agencies_.ho, desk::v1::INBOX, id_).has_recalled());
  EXPECT_TRUE(Listed(*agencies_.bgc, desk::v1::OUTBOX, id_).has_recalled());
  EXPECT_FALSE(Listed(*agencies_.ho, desk::v1::INBOX, recall).has_recalled());
  EXPECT_EQ(agencies_.bgc->Faults(), "");
  EXPECT_EQ(agencies_.ho->Faults(), "");
}

TEST_F(RecallTest, IsConfirmedByTheHolderAndSeenBySender) {
  const std::string recall = Deliver(Recall());
  const auto confirmation = Confirm(recall);
  ASSERT_TRUE(confirmation.ok()) << confirmation.status();
  EXPECT_EQ(agencies_.bgc->StateOf("bgc-example", recall), desk::v1::ANSWERED);
  EXPECT_EQ(agencies_.ho->StateOf("bgc-example", recall), desk::v1::ANSWERED);
  for (testing::Agency* agency : {agencies_.bgc.get(), agencies_.ho.get()}) {
    const desk::v1::Recalled recalled = Shown(*agency, id_).recalled();
    EXPECT_EQ(recalled.confirmation(), "ho-example/" + confirmation->id());
    EXPECT_EQ(recalled.action(), payload::v1::RecallAction::DELETED);
  }
}

// A holder may say more later, also the contrary: both sides show what it said last, and when.
TEST_F(RecallTest, TheLatestConfirmationIsShownWithItsTime) {
  const std::string recall = Deliver(Recall());
  ASSERT_TRUE(Confirm(recall).ok());
  EXPECT_EQ(Shown(*agencies_.bgc, id_).recalled().confirmations(), 1u);
  agencies_.clock.Advance(absl::Hours(2));
  const auto later = Confirm(recall, policy::v1::Rule::OFFICER, payload::v1::RecallAction::CANNOT);
  ASSERT_TRUE(later.ok()) << later.status();
  for (testing::Agency* agency : {agencies_.bgc.get(), agencies_.ho.get()}) {
    const desk::v1::Recalled recalled = Shown(*agency, id_).recalled();
    EXPECT_EQ(recalled.confirmation(), "ho-example/" + later->id());
    EXPECT_EQ(recalled.action(), payload::v1::RecallAction::CANNOT);
    EXPECT_EQ(recalled.confirmed().seconds(), absl::ToUnixSeconds(agencies_.clock.Now()));
    EXPECT_EQ(recalled.confirmations(), 2u);
  }
}

TEST_F(RecallTest, TheSameIsNotTakenBackTwice) {
  const auto recall = agencies_.Send(Recall(), "once");
  ASSERT_TRUE(recall.ok()) << recall.status();
  const auto again = agencies_.Send(Recall(), "once");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->id(), recall->id());
  const absl::Status refused = agencies_.Send(Recall()).status();
  EXPECT_EQ(base::GetReason(refused), base::Reason::kWrongState);
  EXPECT_THAT(std::string(refused.message()), HasSubstr(recall->id()));
  EXPECT_TRUE(agencies_.Send(Recall(RecallReason::UNLAWFUL)).ok()) << "another reason says more";
  desk::v1::Draft fields = Recall();
  for (const char* field : {"notice.title", "notice.title_lang"}) {
    fields.mutable_payload()->mutable_recall()->add_fields(field);
  }
  EXPECT_TRUE(agencies_.Send(fields).ok());
  fields.mutable_payload()->mutable_recall()->mutable_fields()->SwapElements(0, 1);
  EXPECT_EQ(base::GetReason(agencies_.Send(fields).status()), base::Reason::kWrongState);
}

TEST_F(RecallTest, SurvivesARestartOnBothSides) {
  Deliver(Recall());
  agencies_.courier.reset();
  agencies_.bgc->Restart();
  agencies_.courier = agencies_.NewCourier();
  EXPECT_TRUE(Shown(*agencies_.bgc, id_).has_recalled());
  EXPECT_EQ(agencies_.bgc->Faults(), "");
}

TEST_F(RecallTest, ForSafetyIsU1AndAnsweredWithinTheHour) {
  const std::string recall = Deliver(Recall(RecallReason::SAFETY));
  EXPECT_EQ(Listed(*agencies_.ho, desk::v1::INBOX, recall).urgency(), payload::v1::Urgency::U1);
  EXPECT_EQ(Listed(*agencies_.ho, desk::v1::INBOX, recall).respond_by().seconds(),
            absl::ToUnixSeconds(agencies_.clock.Now() + absl::Hours(1)));
  EXPECT_EQ(Shown(*agencies_.bgc, id_).recalled().confirm_by().seconds(),
            absl::ToUnixSeconds(agencies_.clock.Now() + absl::Hours(1)));
}

// No agreement, no permit, and no label of the message stands in its way.
TEST_F(RecallTest, NeedsNeitherAgreementNorPermit) {
  agencies_.bgc->Change("policy.textproto", "kind: JOINT_ACTION_PLAN",
                        "kind: JOINT_ACTION_PLAN suspended: true");
  agencies_.ho->Change("policy.textproto", "kind: JOINT_ACTION_PLAN",
                       "kind: JOINT_ACTION_PLAN suspended: true");
  const std::string recall = Deliver(Recall());
  EXPECT_EQ(agencies_.bgc->StateOf("bgc-example", recall), desk::v1::DELIVERED);
  EXPECT_TRUE(Confirm(recall).ok());
  EXPECT_EQ(agencies_.bgc->StateOf("bgc-example", recall), desk::v1::ANSWERED);
}

TEST_F(RecallTest, OfFieldsNamesThem) {
  desk::v1::Draft draft = Recall(RecallReason::INACCURATE);
  draft.mutable_payload()->mutable_recall()->add_fields("notice.title");
  Deliver(draft);
  EXPECT_THAT(Shown(*agencies_.ho, id_).recalled().fields(), ElementsAre("notice.title"));
  Deliver(Recall(RecallReason::UNLAWFUL));
  EXPECT_EQ(Shown(*agencies_.ho, id_).recalled().fields_size(), 0) << "all of it since";
  EXPECT_EQ(Shown(*agencies_.ho, id_).recalled().reason(), RecallReason::UNLAWFUL);
}

TEST_F(RecallTest, RefusesFieldsThatTheMessageHasNotAndStrangeReplacements) {
  desk::v1::Draft draft = Recall();
  draft.mutable_payload()->mutable_recall()->add_fields("notice.title");
  draft.mutable_payload()->mutable_recall()->add_fields("notice.nowhere");
  EXPECT_THAT(Faults(draft), ElementsAre("payload.recall.fields[1]: UNKNOWN"));
  draft = Recall();
  draft.mutable_payload()->mutable_recall()->set_replacement(std::string(32, '0'));
  EXPECT_THAT(Faults(draft), ElementsAre("payload.recall.replacement: UNKNOWN"));
  draft.mutable_payload()->mutable_recall()->set_replacement(id_);
  EXPECT_THAT(Faults(draft), ElementsAre("payload.recall.replacement: UNKNOWN"));
  draft.mutable_payload()->mutable_recall()->set_replacement(
      Deliver(TwoAgencies::Draft("intelligence_notice")));
  EXPECT_TRUE(agencies_.Send(draft).ok());
}

TEST_F(RecallTest, RefusesAReplacementThatTheAgencyDoesNotHave) {
  desk::v1::Draft unsent = TwoAgencies::Draft("victim_verification_request");
  unsent.mutable_payload()->mutable_notes()->set_origin(payload::v1::Origin::AI_GENERATED);
  const auto held = agencies_.Send(unsent);
  ASSERT_EQ(held->state(), desk::v1::HELD);
  desk::v1::Draft denied = TwoAgencies::Draft("intelligence_notice");
  denied.set_agreement_id("none");
  desk::v1::Draft draft = Recall();
  for (const std::string& id : {held->id(), agencies_.Send(denied)->id()}) {
    draft.mutable_payload()->mutable_recall()->set_replacement(id);
    EXPECT_THAT(Faults(draft), ElementsAre("payload.recall.replacement: NOT_SENT"));
  }
}

TEST_F(RecallTest, RefusesAReplacementThatWasTakenBackAsAWhole) {
  const std::string first = id_;
  id_ = Deliver(TwoAgencies::Draft("intelligence_notice"));
  desk::v1::Draft part = Recall();
  part.mutable_payload()->mutable_recall()->add_fields("notice.title");
  Deliver(part);
  desk::v1::Draft draft = Recall();
  draft.set_in_reply_to(first);
  draft.mutable_payload()->mutable_recall()->set_replacement(id_);
  EXPECT_TRUE(agencies_.Send(draft).ok()) << "the rest of it stands";
  Deliver(Recall());
  EXPECT_THAT(Faults(draft), ElementsAre("payload.recall.replacement: RECALLED"));
}

TEST_F(RecallTest, TakesBackNoOpeningByItself) {
  id_ = Deliver(TwoAgencies::Draft("victim_verification_request"));
  desk::v1::Draft open;
  open.add_to("ho-example");
  open.set_in_reply_to(id_);
  open.mutable_open()->add_paths("victim_verification_request.documents_seen[0].number");
  desk::v1::Draft draft = Recall();
  draft.set_in_reply_to(Deliver(open));
  EXPECT_THAT(Faults(draft), ElementsAre("inReplyTo: OPENING"));
  const auto error = base::GetError(agencies_.Send(draft).status());
  EXPECT_THAT(error->fields[0].description, HasSubstr("bgc-example/" + id_)) << "what to recall";
}

TEST_F(RecallTest, NeedsOneRecipientAndAMessage) {
  desk::v1::Draft draft = Recall();
  draft.clear_in_reply_to();
  draft.add_to("io-example");
  EXPECT_THAT(Faults(draft), ElementsAre("to: ONE", "inReplyTo: REQUIRED"));
}

TEST_F(RecallTest, TakesBackOurOwnMessagesToThisPartnerAlone) {
  desk::v1::Draft draft = Recall();
  draft.set_in_reply_to("ho-example/" + id_);
  EXPECT_EQ(ReasonOf(agencies_.Send(draft).status()), base::Reason::kNotFound);
  draft = Recall();
  draft.set_to(0, "io-example");
  EXPECT_EQ(ReasonOf(agencies_.Send(draft).status()), base::Reason::kNotFound);
}

TEST_F(RecallTest, TakesBackNoRecallAndNothingThatNeverArrived) {
  desk::v1::Draft again = Recall();
  again.set_in_reply_to(Deliver(Recall()));
  EXPECT_EQ(ReasonOf(agencies_.Send(again).status()), base::Reason::kWrongState);
  desk::v1::Draft denied = TwoAgencies::Draft("intelligence_notice");
  denied.set_agreement_id("none");
  again.set_in_reply_to(agencies_.Send(denied)->id());
  EXPECT_EQ(ReasonOf(agencies_.Send(again).status()), base::Reason::kWrongState);
}

TEST_F(RecallTest, ASystemTakesBackWhatItSentAlone) {
  const auto as = [&](const std::string& name) {
    return agencies_.bgc->outbox
        ->Submit({name, "", policy::v1::Rule::SYSTEM}, Recall(), "as " + name)
        .status();
  };
  EXPECT_EQ(ReasonOf(as("system-1")), base::Reason::kNotFound);
  EXPECT_TRUE(as("officer-1").ok());
}

TEST_F(RecallTest, APersonConfirmsAndConfirmsRecallsAlone) {
  const std::string recall = Deliver(Recall());
  EXPECT_EQ(ReasonOf(Confirm(id_).status()), base::Reason::kWrongState);
  EXPECT_EQ(ReasonOf(Confirm(std::string(32, '0')).status()), base::Reason::kNotFound);
  EXPECT_EQ(ReasonOf(Confirm(recall, policy::v1::Rule::SYSTEM).status()),
            base::Reason::kRoleMissing);
  EXPECT_TRUE(Confirm(recall).ok());
}

// Who sent the message and takes it back may be gone before the partner can be reached.
TEST_F(RecallTest, GoesAlsoWhenItsSenderWasRevoked) {
  const auto recall = agencies_.Send(Recall());
  ASSERT_TRUE(recall.ok()) << recall.status();
  agencies_.bgc->Revoke("officer-1");
  agencies_.DeliverAll();
  EXPECT_EQ(agencies_.bgc->StateOf("bgc-example", recall->id()), desk::v1::DELIVERED);
}

// --- What waits is withdrawn

TEST_F(RecallTest, WithdrawsWhatWaitsToBeDelivered) {
  agencies_.link->down = true;
  const size_t before = agencies_.link->requests.size();
  id_ = agencies_.Send(TwoAgencies::Draft("intelligence_notice"))->id();
  const auto recall = agencies_.Send(Recall());
  ASSERT_TRUE(recall.ok()) << recall.status();
  agencies_.link->down = false;
  agencies_.clock.Advance(absl::Minutes(5));
  agencies_.DeliverAll();
  EXPECT_EQ(agencies_.bgc->StateOf("bgc-example", id_), desk::v1::DENIED);
  EXPECT_EQ(agencies_.ho->StateOf("bgc-example", id_), desk::v1::STATE_UNSPECIFIED);
  EXPECT_GT(agencies_.link->requests.size(), before);
  // The partner might have had it, and the receipt been lost: it is told all the same.
  EXPECT_EQ(agencies_.bgc->StateOf("bgc-example", recall->id()), desk::v1::REFUSED);
}

TEST_F(RecallTest, WithdrawsAlsoWhatIsMoreUrgentThanTheRecall) {
  agencies_.link->down = true;
  desk::v1::Draft urgent = TwoAgencies::Draft("intelligence_notice");
  urgent.set_urgency(payload::v1::Urgency::U1);
  urgent.mutable_payload()->mutable_notice()->set_threats_to_life(payload::v1::TriState::YES);
  id_ = agencies_.Send(urgent)->id();
  ASSERT_TRUE(agencies_.Send(Recall()).ok());
  agencies_.link->down = false;
  agencies_.clock.Advance(absl::Minutes(5));
  agencies_.DeliverAll();
  EXPECT_EQ(agencies_.bgc->StateOf("bgc-example", id_), desk::v1::DENIED);
  EXPECT_EQ(agencies_.ho->StateOf("bgc-example", id_), desk::v1::STATE_UNSPECIFIED);
}

// --- What was taken back is not opened

TEST_F(RecallTest, NothingMoreIsOpenedOfWhatWasTakenBack) {
  id_ = Deliver(TwoAgencies::Draft("victim_verification_request"));
  const std::string number = "victim_verification_request.documents_seen[0].number";
  desk::v1::Draft open;
  open.add_to("ho-example");
  open.set_in_reply_to(id_);
  open.mutable_open()->add_paths(number);
  desk::v1::Draft field = Recall();
  field.mutable_payload()->mutable_recall()->add_fields(
      "victim_verification_request.documents_seen[0]");
  Deliver(field);
  EXPECT_THAT(Faults(open), ElementsAre("open.paths[0]: RECALLED"));
  Deliver(Recall());
  EXPECT_EQ(ReasonOf(agencies_.Send(open).status()), base::Reason::kWrongState);
}

TEST_F(RecallTest, AnOpeningThatWaitsIsNotSentAfterTheRecall) {
  id_ = Deliver(TwoAgencies::Draft("victim_verification_request"));
  desk::v1::Draft open;
  open.add_to("ho-example");
  open.set_in_reply_to(id_);
  open.set_urgency(payload::v1::Urgency::U3);
  open.mutable_open()->add_paths("victim_verification_request.documents_seen[0].number");
  agencies_.link->down = true;
  const std::string opening = agencies_.Send(open)->id();
  ASSERT_TRUE(agencies_.Send(Recall()).ok());
  agencies_.link->down = false;
  agencies_.clock.Advance(absl::Minutes(5));  // within the quarter in which it was decided
  agencies_.DeliverAll();
  EXPECT_EQ(agencies_.bgc->StateOf("bgc-example", opening), desk::v1::DENIED);
}

}  // namespace
}  // namespace liaison::outbox
