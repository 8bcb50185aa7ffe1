// What a draft that passes something on must name, and what it takes from the message.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/outbox/three_agencies.h"

namespace liaison::outbox {
namespace {

using ::testing::ElementsAre;
using testing::ThreeAgencies;

class ExpandForwardTest : public ::testing::Test {
 protected:
  desk::v1::Draft Draft(const std::string& grant = "") {
    return ThreeAgencies::Forwarding(original_, grant);
  }

  ThreeAgencies agencies_;
  const std::string original_ = agencies_.Received();
};

TEST_F(ExpandForwardTest, TakesWhatTheDraftDoesNotSayFromTheMessage) {
  desk::v1::Draft draft = Draft(agencies_.Granted(original_, [](desk::v1::Draft& grant) {
    grant.mutable_payload()->mutable_onward_sharing_decision()->set_tlp(payload::v1::Tlp::RED);
  }));
  draft.mutable_payload()->mutable_notes()->add_named_recipients("ho-officer-03");
  agencies_.Pass(*agencies_.io, *agencies_.ho, draft);
  exchange::v1::Statement statement;
  ASSERT_TRUE(statement.ParseFromString(agencies_.delivered.envelopes(0).statement()));
  EXPECT_EQ(statement.type(), payload::v1::FORWARDED_ITEM);
  EXPECT_EQ(statement.agreement_id(), "ho-io-example-2026");
  EXPECT_THAT(statement.purposes(), ElementsAre(payload::v1::Purpose::VICTIM_IDENTIFICATION));
  EXPECT_EQ(statement.handling().tlp(), payload::v1::Tlp::RED);  // the stricter of both
  EXPECT_EQ(statement.handling().onward(), payload::v1::OnwardSharing::NONE);
}

TEST_F(ExpandForwardTest, ASystemPassesNothingOn) {
  const Submitter system = {"system-1", "", policy::v1::Rule::SYSTEM};
  EXPECT_EQ(base::GetReason(agencies_.io->outbox->Submit(system, Draft(), "s").status()),
            base::Reason::kRoleMissing);
  EXPECT_EQ(base::GetReason(agencies_.io->outbox->Preview(system, Draft()).status()),
            base::Reason::kRoleMissing);
}

TEST_F(ExpandForwardTest, RefusesDraftsThatNameNothingToPassOn) {
  const auto with = [&](void (*change)(desk::v1::Draft&)) {
    desk::v1::Draft draft = Draft();
    change(draft);
    return agencies_.FaultOf(draft);
  };
  EXPECT_EQ(with([](desk::v1::Draft& d) { d.mutable_forward()->set_message("bgc-example/0011"); }),
            "forward.message: FORMAT");
  EXPECT_EQ(with([](desk::v1::Draft& d) {
              d.mutable_forward()->set_message("bgc-example/" + std::string(32, '0'));
            }),
            "NOT_FOUND");
  EXPECT_EQ(with([](desk::v1::Draft& d) {
              d.mutable_forward()->set_grant("bgc-example/" + std::string(32, '0'));
            }),
            "NOT_FOUND");
  EXPECT_EQ(with([](desk::v1::Draft& d) { d.mutable_forward()->set_grant(d.forward().message()); }),
            "forward.grant: GRANT");
  EXPECT_EQ(with([](desk::v1::Draft& d) { d.mutable_forward()->add_paths("notice.title"); }),
            "forward.paths[0]: PATH");
  EXPECT_EQ(with([](desk::v1::Draft& d) { d.set_to(0, "bgc-example"); }), "to: ORIGINATOR");
  EXPECT_EQ(with([](desk::v1::Draft& d) { d.mutable_payload()->mutable_notice(); }),
            "payload: FORWARD");
}

TEST_F(ExpandForwardTest, RefusesAnItemThatACallerHandsIn) {
  desk::v1::Draft draft = Draft();
  draft.clear_forward();
  draft.mutable_payload()->mutable_forwarded_item()->set_original("made up");
  EXPECT_EQ(agencies_.FaultOf(draft), "payload: MADE_HERE");
}

TEST_F(ExpandForwardTest, PassesOnNeitherItsOwnMessagesNorThoseOfTheExchange) {
  const std::string request =
      agencies_.Pass(*agencies_.io, *agencies_.bgc, ThreeAgencies::Asking(original_));
  EXPECT_EQ(agencies_.FaultOf(ThreeAgencies::Forwarding(request)), "NOT_FOUND");
  const std::string grant =
      agencies_.Pass(*agencies_.bgc, *agencies_.io, ThreeAgencies::Granting(request));
  EXPECT_EQ(agencies_.FaultOf(ThreeAgencies::Forwarding(grant)), "forward.message: TYPE");
}

TEST_F(ExpandForwardTest, AskingAndGrantingReplyToTheRightMessages) {
  desk::v1::Draft asking = ThreeAgencies::Asking(original_);
  asking.clear_in_reply_to();
  EXPECT_EQ(agencies_.FaultOf(asking), "inReplyTo: REPLY");
  desk::v1::Draft granting = ThreeAgencies::Granting(original_);
  EXPECT_EQ(base::GetError(agencies_.Submit(*agencies_.bgc, granting).status())->fields[0].field,
            "inReplyTo");
  const std::string request =
      agencies_.Pass(*agencies_.io, *agencies_.bgc, ThreeAgencies::Asking(original_));
  granting = ThreeAgencies::Granting(request);
  granting.mutable_payload()->mutable_onward_sharing_decision()->set_message(std::string(32, '0'));
  EXPECT_EQ(base::GetError(agencies_.Submit(*agencies_.bgc, granting).status())->fields[0].rule,
            "OTHER_MESSAGE");
  // The original was asked about and not answered.
  EXPECT_EQ(agencies_.io->StateOf("bgc-example", original_.substr(original_.find('/') + 1)),
            desk::v1::NEW);
}

}  // namespace
}  // namespace liaison::outbox
