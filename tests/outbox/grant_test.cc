// Permissions to pass on: what may be granted, and that a later refusal ends what was granted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/base/error.h"
#include "tests/outbox/three_agencies.h"

namespace liaison::outbox {
namespace {

using ::testing::ElementsAre;
using testing::ThreeAgencies;

class GrantTest : public ::testing::Test {
 protected:
  // io asks bgc whether it may pass the original on to `third`.
  std::string Ask(const std::string& third = "ho-example") {
    desk::v1::Draft draft = ThreeAgencies::Asking(original_);
    draft.mutable_payload()->mutable_onward_sharing_request()->set_agencies(0, third);
    return agencies_.Pass(*agencies_.io, *agencies_.bgc, draft);
  }
  std::string Grant(const std::string& request) {
    return agencies_.Pass(*agencies_.bgc, *agencies_.io, ThreeAgencies::Granting(request));
  }
  void Refuse(const std::string& request) {
    desk::v1::Draft draft = ThreeAgencies::Granting(request);
    auto& decision = *draft.mutable_payload()->mutable_onward_sharing_decision();
    decision.Clear();
    decision.set_outcome(payload::v1::OnwardSharingOutcome::REFUSED);
    agencies_.Pass(*agencies_.bgc, *agencies_.io, draft);
  }
  absl::StatusOr<desk::v1::SubmitResult> Forward(const std::string& grant) {
    return agencies_.Submit(*agencies_.io, ThreeAgencies::Forwarding(original_, grant));
  }
  bool Goes(const std::string& grant) {
    const auto sent = Forward(grant);
    if (sent.ok()) return sent->state() == desk::v1::QUEUED;
    EXPECT_EQ(base::GetReason(sent.status()), base::Reason::kWrongState) << sent.status();
    return false;
  }
  // "field: RULE" of every fault of a grant.
  std::vector<std::string> Faults(void (*change)(payload::v1::OnwardSharingDecision&)) {
    desk::v1::Draft draft = ThreeAgencies::Granting(Ask());
    change(*draft.mutable_payload()->mutable_onward_sharing_decision());
    const auto error = base::GetError(agencies_.Submit(*agencies_.bgc, draft).status());
    std::vector<std::string> faults;
    if (!error) return faults;
    for (const auto& field : error->fields) faults.push_back(field.field + ": " + field.rule);
    return faults;
  }

  ThreeAgencies agencies_;
  const std::string original_ = agencies_.Received();
};

TEST_F(GrantTest, ALaterRefusalOfTheSameRequestEndsIt) {
  const std::string request = Ask();
  const std::string grant = Grant(request);
  const auto sent = Forward(grant);
  ASSERT_TRUE(sent.ok() && sent->state() == desk::v1::QUEUED) << sent.status();
  Refuse(request);
  EXPECT_FALSE(Goes(grant));
  agencies_.Deliver(*agencies_.io, *agencies_.ho);
  EXPECT_EQ(agencies_.io->StateOf("io-example", sent->id()), desk::v1::DENIED) << "the queued one";
  EXPECT_EQ(agencies_.ho->StateOf("io-example", sent->id()), desk::v1::STATE_UNSPECIFIED);
  EXPECT_EQ(agencies_.io->Faults(), "");
}

TEST_F(GrantTest, ALaterRefusalOfTheSameRequestEndsItWhateverTheRequestNamed) {
  const std::string request = Ask("fia-example");
  const std::string grant = Grant(request);  // to ho-example
  Refuse(request);
  EXPECT_FALSE(Goes(grant));
}

TEST_F(GrantTest, ALaterRefusalForTheSameMessageAndAgencyEndsIt) {
  const std::string grant = Grant(Ask());
  Refuse(Ask());
  EXPECT_FALSE(Goes(grant));
}

TEST_F(GrantTest, ARefusalForAnotherAgencyEndsNothing) {
  const std::string grant = Grant(Ask());
  Refuse(Ask("fia-example"));
  EXPECT_TRUE(Goes(grant));
}

TEST_F(GrantTest, WhatIsGrantedAfterARefusalStands) {
  const std::string request = Ask();
  Refuse(request);
  EXPECT_TRUE(Goes(Grant(request)));
}

TEST_F(GrantTest, IsForOthersThanItsOriginator) {
  EXPECT_THAT(Faults([](auto& decision) { decision.add_agencies("bgc-example"); }),
              ElementsAre("payload.onward_sharing_decision.agencies[1]: ORIGINATOR"));
}

TEST_F(GrantTest, EndsTodayOrLater) {
  EXPECT_THAT(Faults([](auto& decision) { decision.set_until("2026-11-22"); }),
              ElementsAre("payload.onward_sharing_decision.until: PAST"));
  EXPECT_THAT(Faults([](auto& decision) { decision.set_until("2026-11-23"); }), ElementsAre());
}

}  // namespace
}  // namespace liaison::outbox
