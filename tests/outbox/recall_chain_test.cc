// A recall follows a message to those whom we passed it on to.
#include "daemon/outbox/recall_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/base/error.h"
#include "daemon/journal/openings.h"
#include "daemon/journal/recalls.h"
#include "tests/outbox/by_hand.h"
#include "tests/outbox/three_agencies.h"

namespace liaison::outbox {
namespace {

using payload::v1::RecallReason;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TwoAgencies;

// ho-example has a notice from bgc-example, and has passed it on to io-example.
class RecallChainTest : public ::testing::Test {
 protected:
  RecallChainTest() {
    const auto sent = agencies_.Send(TwoAgencies::Draft("intelligence_notice"));
    EXPECT_TRUE(sent.ok()) << sent.status();
    agencies_.DeliverAll();
    id_ = sent->id();
    copy_ = testing::PassOnByHand(*agencies_.ho, agencies_.link->requests.back().envelopes(0),
                                  "io-example");
  }

  std::string Recall(RecallReason::Code reason, const std::string& field = "") {
    desk::v1::Draft draft;
    draft.add_to("ho-example");
    draft.set_in_reply_to(id_);
    draft.mutable_payload()->mutable_recall()->set_reason(reason);
    if (!field.empty()) draft.mutable_payload()->mutable_recall()->add_fields(field);
    const auto sent = agencies_.Send(draft);
    EXPECT_TRUE(sent.ok()) << sent.status();
    agencies_.DeliverAll();
    return sent.ok() ? sent->id() : "";
  }

  std::unique_ptr<RecallChain> NewChain() {
    testing::Agency& ho = *agencies_.ho;
    return std::make_unique<RecallChain>(RecallChain::Parts{
        *ho.snapshots, *ho.journal, *ho.at_rest, agencies_.clock, ho.metrics, *ho.outbox});
  }

  // Recalls that ho-example sends to io-example.
  std::vector<store::Exchange> Sent() {
    store::ExchangeFilter filter;
    filter.direction = store::Direction::kOut;
    filter.types = {payload::v1::RECALL};
    const auto page = agencies_.ho->store->List(filter);
    EXPECT_TRUE(page.ok()) << page.status();
    return page->first;
  }

  payload::v1::Recall Says(const store::Exchange& recall) {
    const auto says = journal::ReadRecall(recall, *agencies_.ho->store, *agencies_.ho->at_rest);
    EXPECT_TRUE(says.ok()) << says.status();
    return says.value_or(payload::v1::Recall());
  }

  TwoAgencies agencies_;
  std::string id_;
  store::ExchangeName copy_;
};

TEST_F(RecallChainTest, SendsNothingBeforeARecallComes) {
  EXPECT_TRUE(NewChain()->Step().ok());
  EXPECT_THAT(Sent(), IsEmpty());
}

TEST_F(RecallChainTest, SendsTheSameReasonOnceToEachThatHasIt) {
  Recall(RecallReason::SAFETY);
  const auto chain = NewChain();
  ASSERT_TRUE(chain->Step().ok());
  ASSERT_TRUE(chain->Step().ok());
  const std::vector<store::Exchange> sent = Sent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].partner, "io-example");
  EXPECT_EQ(sent[0].in_reply_to, copy_);
  EXPECT_EQ(sent[0].urgency, payload::v1::Urgency::U1);
  EXPECT_EQ(Says(sent[0]).reason(), RecallReason::SAFETY);
  EXPECT_THAT(agencies_.ho->woken, ::testing::Contains("io-example"));
}

// A crash between two steps, or in the middle of one: the sweep of the next start finds what is
// done by its key.
TEST_F(RecallChainTest, SendsItOnceAlsoAfterARestart) {
  Recall(RecallReason::UNLAWFUL);
  ASSERT_TRUE(NewChain()->Step().ok());
  agencies_.clock.Advance(absl::Hours(48));
  agencies_.ho->Restart();
  ASSERT_TRUE(NewChain()->Step().ok());
  EXPECT_EQ(Sent().size(), 1u);
  EXPECT_EQ(agencies_.ho->Faults(), "");
}

TEST_F(RecallChainTest, SweepsAtTheStartWhatCameLongBefore) {
  Recall(RecallReason::UNLAWFUL);
  agencies_.clock.Advance(absl::Hours(48));
  agencies_.ho->Restart();
  ASSERT_TRUE(NewChain()->Step().ok());
  EXPECT_EQ(Sent().size(), 1u);
}

// However long a step had to wait: for room in the queue, or on a disk.
TEST_F(RecallChainTest, LeavesNothingOutAfterALongPause) {
  const auto chain = NewChain();
  ASSERT_TRUE(chain->Step().ok());
  Recall(RecallReason::UNLAWFUL);
  agencies_.clock.Advance(absl::Hours(48));
  ASSERT_TRUE(chain->Step().ok());
  EXPECT_EQ(Sent().size(), 1u);
}

TEST_F(RecallChainTest, IsTheDaemonsDeed) {
  Recall(RecallReason::UNLAWFUL);
  ASSERT_TRUE(NewChain()->Step().ok());
  const auto records = agencies_.ho->store->RecordsOf(Sent().at(0).name);
  ASSERT_TRUE(records.ok() && !records->empty());
  const auto openings = journal::Open(records->front(), *agencies_.ho->at_rest);
  ASSERT_TRUE(openings.ok()) << openings.status();
  EXPECT_EQ(openings->actor.name(), "liaisond");
}

TEST_F(RecallChainTest, NamesTheFieldsThatTheCopyHas) {
  Recall(RecallReason::INACCURATE, "notice.title");
  ASSERT_TRUE(NewChain()->Step().ok());
  ASSERT_EQ(Sent().size(), 1u);
  EXPECT_THAT(Says(Sent()[0]).fields(), ElementsAre("notice.title"));
}

TEST_F(RecallChainTest, TheConfirmationNamesThoseItWasRecalledFrom) {
  const std::string recall = Recall(RecallReason::UNLAWFUL);
  desk::v1::Draft draft;
  draft.add_to("bgc-example");
  draft.set_in_reply_to(recall);
  draft.mutable_payload()->mutable_recall_confirmation()->set_action(
      payload::v1::RecallAction::DELETED);
  const auto sent =
      agencies_.ho->outbox->Submit({"officer-1", "", policy::v1::Rule::OFFICER}, draft, "k");
  ASSERT_TRUE(sent.ok()) << sent.status();
  desk::v1::GetRequest request;
  request.set_id(sent->front().id());
  const auto shown = agencies_.ho->mailbox->Show(agencies_.Viewer(), request);
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_THAT(shown->payload().recall_confirmation().recalled_from(), ElementsAre("io-example"));
}

TEST_F(RecallChainTest, CountsWhatIsNotConfirmedAndWhatIsLate) {
  Recall(RecallReason::UNLAWFUL);
  testing::Agency& bgc = *agencies_.bgc;
  RecallChain chain(
      {*bgc.snapshots, *bgc.journal, *bgc.at_rest, agencies_.clock, bgc.metrics, *bgc.outbox});
  ASSERT_TRUE(chain.Step().ok());
  EXPECT_THAT(bgc.metrics.Text(), HasSubstr("liaison_recalls_unconfirmed 1"));
  EXPECT_THAT(bgc.metrics.Text(), HasSubstr("liaison_recalls_overdue 0"));
  agencies_.clock.Advance(absl::Hours(24) + absl::Seconds(1));
  ASSERT_TRUE(chain.Step().ok());
  EXPECT_THAT(bgc.metrics.Text(), HasSubstr("liaison_recalls_overdue 1"));
}

TEST_F(RecallChainTest, SaysWhenOneCannotBePassedOn) {
  agencies_.ho->Change("agency.textproto", "id: \"io-example\"",
                       "id: \"io-example\" suspended: true");
  Recall(RecallReason::UNLAWFUL);
  ASSERT_TRUE(NewChain()->Step().ok());
  ASSERT_EQ(Sent().size(), 1u);
  EXPECT_EQ(Sent()[0].state, desk::v1::DENIED);
  EXPECT_THAT(agencies_.ho->metrics.Text(), HasSubstr("liaison_recalls_not_passed_on 1"));
}

// --- With a message that was passed on as it should be

class PassedOnTest : public ::testing::Test {
 protected:
  PassedOnTest() : original_(agencies_.Received()), grant_(agencies_.Granted(original_)) {}

  void Recall(const std::string& field = "") {
    desk::v1::Draft draft;
    draft.add_to("io-example");
    draft.set_in_reply_to(original_);
    draft.mutable_payload()->mutable_recall()->set_reason(RecallReason::INACCURATE);
    if (!field.empty()) draft.mutable_payload()->mutable_recall()->add_fields(field);
    agencies_.Pass(*agencies_.bgc, *agencies_.io, draft);
  }

  // "" when io-example may pass on these paths, else the reason.
  std::string Refusal(const std::vector<std::string>& paths) {
    desk::v1::Draft draft = testing::ThreeAgencies::Forwarding(original_, grant_);
    draft.mutable_forward()->mutable_paths()->Assign(paths.begin(), paths.end());
    const auto result = agencies_.Submit(*agencies_.io, draft);
    if (result.ok()) return "";
    return std::string(
        base::ReasonName(base::GetReason(result.status()).value_or(base::Reason::kInternal)));
  }

  testing::ThreeAgencies agencies_;
  const std::string original_;
  const std::string grant_;
};

TEST_F(PassedOnTest, TheRecallArrivesAtTheThirdAgency) {
  const std::string copy = agencies_.Pass(*agencies_.io, *agencies_.ho,
                                          testing::ThreeAgencies::Forwarding(original_, grant_));
  Recall("victim_verification_request.scopes");
  testing::Agency& io = *agencies_.io;
  RecallChain chain(
      {*io.snapshots, *io.journal, *io.at_rest, agencies_.clock, io.metrics, *io.outbox});
  ASSERT_TRUE(chain.Step().ok());
  agencies_.Deliver(io, *agencies_.ho);
  desk::v1::GetRequest request;
  request.set_id(copy);
  const auto shown = agencies_.ho->mailbox->Show(agencies_.Viewer(), request);
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->recalled().reason(), RecallReason::INACCURATE);
  EXPECT_THAT(shown->recalled().fields(), ElementsAre("victim_verification_request.scopes"));
}

TEST_F(PassedOnTest, NothingIsPassedOnOfWhatWasTakenBack) {
  Recall();
  EXPECT_EQ(Refusal({}), "WRONG_STATE");
  EXPECT_EQ(Refusal({"victim_verification_request.scopes"}), "WRONG_STATE");
}

TEST_F(PassedOnTest, OfFieldsThatWereTakenBackTheOthersMayBePassedOn) {
  Recall("victim_verification_request.subject.names[0]");
  EXPECT_EQ(Refusal({}), "WRONG_STATE");
  EXPECT_EQ(Refusal({"victim_verification_request.subject"}), "WRONG_STATE");
  EXPECT_EQ(Refusal({"victim_verification_request.subject.names[0].full_original"}), "WRONG_STATE");
  EXPECT_EQ(Refusal({"victim_verification_request.scopes"}), "");
}

}  // namespace
}  // namespace liaison::outbox
