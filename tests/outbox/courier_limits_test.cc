// A courier among damage, delay and partners that err: one message keeps no other waiting, and no
// wait is longer than it may be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "daemon/audit/receipt.h"
#include "daemon/base/error.h"
#include "daemon/outbox/courier.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::outbox {
namespace {

using audit::v1::Outward;
using testing::TwoAgencies;

class CourierLimitsTest : public ::testing::Test {
 protected:
  std::string Send(payload::v1::Urgency::Code urgency = payload::v1::Urgency::U3) {
    desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
    draft.set_urgency(urgency);
    const auto sent = agencies_.Send(draft);
    EXPECT_TRUE(sent.ok()) << sent.status();
    return sent.ok() ? sent->id() : "";
  }
  void Limit(const std::string& limit) {
    agencies_.bgc->Change("agency.textproto", "keys {", "limits { " + limit + " } keys {");
  }
  desk::v1::State StateOf(const std::string& id) {
    return agencies_.bgc->StateOf("bgc-example", id);
  }
  Courier& courier() { return *agencies_.courier; }
  std::vector<exchange::v1::DeliverRequest>& requests() { return agencies_.link->requests; }
  std::unique_ptr<Courier> CourierWith(std::function<double()> random) {
    return std::make_unique<Courier>(
        "ho-example",
        Courier::Parts{*agencies_.bgc->snapshots, *agencies_.bgc->journal, *agencies_.bgc->at_rest,
                       agencies_.clock, agencies_.bgc->metrics, *agencies_.link, random,
                       agencies_.bgc->mac_key});
  }

  TwoAgencies agencies_;
};

TEST_F(CourierLimitsTest, WaitsLongerAfterEachFailureUpToTheLongestWait) {
  Limit("retry_first_ms: 1000 retry_most_seconds: 10");
  agencies_.link->down = true;
  const auto patient = CourierWith([] { return 1.0; });
  Send();
  for (int seconds : {1, 2, 4, 8, 10, 10}) {
    const absl::Duration wait = patient->Step();
    EXPECT_EQ(wait, absl::Seconds(seconds));
    EXPECT_EQ(patient->Step(), wait) << "not tried meanwhile";
    agencies_.clock.Advance(wait);
  }
  agencies_.link->down = false;
  EXPECT_EQ(patient->Step(), absl::ZeroDuration());
  agencies_.link->down = true;
  Send();
  EXPECT_EQ(patient->Step(), absl::Seconds(1)) << "from the beginning after a success";
  EXPECT_EQ(patient->status().last_error, "UNREACHABLE");
}

TEST_F(CourierLimitsTest, HalfOfAWaitIsLeftToChance) {
  Limit("retry_first_ms: 1000");
  agencies_.link->down = true;
  Send();
  EXPECT_EQ(CourierWith([] { return 0.0; })->Step(), absl::Milliseconds(500));
  EXPECT_EQ(CourierWith([] { return 0.5; })->Step(), absl::Milliseconds(750));
}

TEST_F(CourierLimitsTest, IsIdleWhenNothingIsDueOrThePartnerIsGone) {
  EXPECT_EQ(courier().Step(), absl::Seconds(30));
  Send();
  agencies_.bgc->Change("agency.textproto", "id: \"ho-example\"", "id: \"he-example\"");
  EXPECT_EQ(courier().Step(), absl::Seconds(30));
  EXPECT_TRUE(requests().empty());
}

TEST_F(CourierLimitsTest, OneDamagedBodyKeepsNoOtherWaiting) {
  const std::string damaged = Send();
  const std::string good = Send();
  agencies_.bgc->EditRows("UPDATE body SET first = x'00' WHERE row = 1");
  agencies_.DeliverAll();
  EXPECT_EQ(StateOf(damaged), desk::v1::QUEUED);
  EXPECT_EQ(StateOf(good), desk::v1::DELIVERED);
  ASSERT_EQ(requests().size(), 1u);
  EXPECT_EQ(requests()[0].envelopes_size(), 1);
  // Looked at again after an hour, and not before.
  EXPECT_EQ(courier().Step(), absl::Seconds(30));
  agencies_.clock.Advance(absl::Hours(1) - absl::Seconds(1));
  EXPECT_EQ(courier().Step(), absl::Seconds(1));
}

// Its proofs hold, and are of the wrong messages.
TEST_F(CourierLimitsTest, BelievesNoReceiptOfTheMessageBesideIt) {
  const std::vector<std::string> ids = {Send(), Send()};
  agencies_.link->on_the_way_back = [](exchange::v1::DeliverResponse& response) {
    response.mutable_results()->SwapElements(0, 1);
  };
  courier().Step();
  for (const std::string& id : ids) EXPECT_EQ(StateOf(id), desk::v1::QUEUED);
  agencies_.link->on_the_way_back = [](auto&) {};
  EXPECT_GT(courier().Step(), absl::ZeroDuration());
  EXPECT_EQ(requests().size(), 1u) << "waits a minute";
  agencies_.clock.Advance(absl::Minutes(1));
  agencies_.DeliverAll();
  for (const std::string& id : ids) EXPECT_EQ(StateOf(id), desk::v1::DELIVERED);
}

TEST_F(CourierLimitsTest, OneBadReceiptKeepsNoOtherFromBeingSettled) {
  const std::vector<std::string> ids = {Send(), Send(), Send()};
  agencies_.link->on_the_way_back = [](exchange::v1::DeliverResponse& response) {
    response.mutable_results(1)->mutable_receipt()->mutable_record()->back() ^= 1;
  };
  courier().Step();
  EXPECT_EQ(StateOf(ids[0]), desk::v1::DELIVERED);
  EXPECT_EQ(StateOf(ids[1]), desk::v1::QUEUED);
  EXPECT_EQ(StateOf(ids[2]), desk::v1::DELIVERED);
}

TEST_F(CourierLimitsTest, AsksAgainWhenThePartnerWantsToBeAskedAgain) {
  const std::string id = Send();
  agencies_.link->on_the_way_back = [](exchange::v1::DeliverResponse& response) {
    response.mutable_results(0)->set_code(Outward::TRY_AGAIN);
    response.mutable_results(0)->clear_receipt();
    response.mutable_results(0)->mutable_retry_after()->set_seconds(20);
  };
  courier().Step();
  agencies_.link->on_the_way_back = [](auto&) {};
  EXPECT_EQ(courier().Step(), absl::Seconds(20));
  EXPECT_EQ(courier().status().last_error, "") << "no failure";
  const std::string later = Send();
  agencies_.DeliverAll();
  EXPECT_EQ(StateOf(later), desk::v1::DELIVERED) << "the others go on";
  agencies_.clock.Advance(absl::Seconds(20));
  agencies_.DeliverAll();
  EXPECT_EQ(StateOf(id), desk::v1::DELIVERED);
}

// The answer is on its way while the message expires: what the partner received was received.
TEST_F(CourierLimitsTest, AReceiptThatComesAfterExpiryWins) {
  desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
  draft.mutable_expires()->set_seconds(absl::ToUnixSeconds(agencies_.clock.Now()) + 60);
  const auto sent = agencies_.Send(draft);
  ASSERT_TRUE(sent.ok()) << sent.status();
  desk::v1::State meanwhile = desk::v1::STATE_UNSPECIFIED;
  agencies_.link->on_the_way_back = [&](exchange::v1::DeliverResponse&) {
    agencies_.clock.Advance(absl::Minutes(2));
    agencies_.NewCourier()->Step();
    meanwhile = StateOf(sent->id());
  };
  courier().Step();
  EXPECT_EQ(meanwhile, desk::v1::EXPIRED);
  EXPECT_EQ(StateOf(sent->id()), desk::v1::DELIVERED);
  EXPECT_EQ(agencies_.bgc->Faults(), "");
}

TEST_F(CourierLimitsTest, NoCallIsLargerThanItMayBe) {
  const std::string id = Send();
  const size_t one = agencies_.bgc->store->Find({"bgc-example", *base::ParseExchangeId(id)})->bytes;
  agencies_.DeliverAll();
  const std::string most = std::to_string(5 * one);  // half of it: two and a bit
  Limit("message_bytes: " + most + " deliver_bytes: " + most);
  for (int i = 0; i < 5; ++i) Send();
  agencies_.DeliverAll();
  std::vector<int> sizes;
  for (const auto& request : requests()) sizes.push_back(request.envelopes_size());
  EXPECT_THAT(sizes, ::testing::ElementsAre(1, 2, 2, 1));
}

TEST_F(CourierLimitsTest, AMessageThatIsLargerThanHalfACallGoesAlone) {
  desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
  draft.mutable_payload()->mutable_notice()->mutable_items(0)->set_text(std::string(8000, 'x'));
  const auto first = agencies_.Send(draft);
  ASSERT_TRUE(first.ok()) << first.status();
  const size_t one =
      agencies_.bgc->store->Find({"bgc-example", *base::ParseExchangeId(first->id())})->bytes;
  const std::string most = std::to_string(one + 5000);  // with its receipt; half of it is less
  Limit("message_bytes: " + most + " deliver_bytes: " + most);
  ASSERT_TRUE(agencies_.Send(draft).ok());
  agencies_.DeliverAll();
  ASSERT_EQ(requests().size(), 2u);
  for (const auto& request : requests()) EXPECT_EQ(request.envelopes_size(), 1);
}

TEST_F(CourierLimitsTest, ACallHoldsNoMoreMessagesThanItMay) {
  Limit("deliver_batch: 2");
  for (int i = 0; i < 5; ++i) Send();
  agencies_.DeliverAll();
  std::vector<int> sizes;
  for (const auto& request : requests()) sizes.push_back(request.envelopes_size());
  EXPECT_THAT(sizes, ::testing::ElementsAre(2, 2, 1));
}

// What is put off stands at the head of the queue and must not fill the window.
TEST_F(CourierLimitsTest, WhatIsPutOffLeavesRoomForAFullCall) {
  Limit("deliver_batch: 2");
  for (int i = 0; i < 2; ++i) Send();
  agencies_.link->on_the_way_back = [](exchange::v1::DeliverResponse& response) {
    for (auto& result : *response.mutable_results()) {
      result.set_code(Outward::TRY_AGAIN);
      result.clear_receipt();
      result.mutable_retry_after()->set_seconds(3600);
    }
  };
  courier().Step();
  agencies_.link->on_the_way_back = [](auto&) {};
  for (int i = 0; i < 2; ++i) Send();
  agencies_.DeliverAll();
  ASSERT_EQ(requests().size(), 2u);
  EXPECT_EQ(requests()[1].envelopes_size(), 2);
}

TEST_F(CourierLimitsTest, ShowsEachMessageWithTheReceiptOfItsOwnRecord) {
  const std::vector<std::string> ids = {Send(), Send()};
  agencies_.DeliverAll();
  const auto key =
      audit::LogKey::Make("bgc.example/liaison-log/1/1", agencies_.bgc->log_key->public_key());
  ASSERT_EQ(requests().size(), 1u);
  ASSERT_EQ(requests()[0].envelopes_size(), 2);
  for (int i = 0; i < 2; ++i) {
    const auto proven = audit::VerifyReceipt(requests()[0].envelopes(i).sender_receipt(), key);
    ASSERT_TRUE(proven.ok()) << proven.status();
    EXPECT_EQ(proven->record().event(), audit::v1::SENT);
    EXPECT_EQ(proven->record().exchange_id(),
              base::ParseExchangeId(ids[static_cast<size_t>(i)])->raw());
  }
}

TEST_F(CourierLimitsTest, SaysWhichHeadItKnowsAndSettlesWithTheNext) {
  Send();
  agencies_.DeliverAll();
  const uint64_t known = courier().status().verified_size;
  EXPECT_EQ(known, agencies_.ho->journal->Head(audit::v1::EXCHANGE).size);
  Send();
  agencies_.DeliverAll();
  EXPECT_EQ(requests()[0].known_size(), 0u);
  EXPECT_EQ(requests()[1].known_size(), known);
  EXPECT_GT(courier().status().verified_size, known);
  EXPECT_EQ(courier().status().last_delivery, agencies_.clock.Now());
}

// After a restart the partner's log must extend what it had shown before.
TEST_F(CourierLimitsTest, AHeadThatIsRememberedMustBeExtended) {
  Send();
  agencies_.DeliverAll();
  agencies_.courier = agencies_.NewCourier();
  const std::string id = Send();
  agencies_.link->on_the_way_back = [](exchange::v1::DeliverResponse& response) {
    response.clear_consistency();
  };
  courier().Step();
  EXPECT_EQ(courier().status().last_error, "BAD_RECEIPT");
  EXPECT_EQ(StateOf(id), desk::v1::QUEUED);
}

TEST_F(CourierLimitsTest, AWakeUpEndsAWaitAlsoWhenItComesFirst) {
  courier().Wake();
  courier().Await(absl::Minutes(10));
  std::thread waiting([this] { courier().Await(absl::Minutes(10)); });
  courier().Wake();
  waiting.join();
}

TEST_F(CourierLimitsTest, StopsWithTheJournal) {
  const std::string id = Send();
  agencies_.bgc->failing->fail_commit = true;
  courier().Step();
  EXPECT_EQ(courier().status().last_error, "STOPPED");
  EXPECT_EQ(requests().size(), 1u) << "what was delivered is settled after the restart";
  agencies_.bgc->stopped = true;
}

}  // namespace
}  // namespace liaison::outbox
