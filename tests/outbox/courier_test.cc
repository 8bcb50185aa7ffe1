#include "daemon/outbox/courier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/base/error.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::outbox {
namespace {

using ::testing::Contains;
using ::testing::Not;
using testing::TwoAgencies;

desk::v1::State SenderState(TwoAgencies& agencies, const std::string& id) {
  return agencies.bgc->StateOf("bgc-example", id);
}

desk::v1::State ReceiverState(TwoAgencies& agencies, const std::string& id) {
  return agencies.ho->StateOf("bgc-example", id);
}

desk::v1::Draft ThreatToLife() {
  desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
  draft.set_urgency(payload::v1::Urgency::U1);
  draft.mutable_payload()->mutable_notice()->set_threats_to_life(payload::v1::TriState::YES);
  return draft;
}

TEST(CourierTest, DeliversAndSettlesWithTheReceiversProof) {
  TwoAgencies agencies;
  const auto sent = agencies.Send(TwoAgencies::Draft("intelligence_notice"));
  ASSERT_TRUE(sent.ok()) << sent.status();
  agencies.DeliverAll();
  EXPECT_EQ(SenderState(agencies, sent->id()), desk::v1::DELIVERED);
  EXPECT_EQ(ReceiverState(agencies, sent->id()), desk::v1::NEW);
  EXPECT_THAT(agencies.bgc->Events(audit::v1::EXCHANGE), Contains(audit::v1::DELIVERED));
  EXPECT_THAT(agencies.ho->Events(audit::v1::EXCHANGE), Contains(audit::v1::RECEIVED));
  EXPECT_TRUE(agencies.courier->status().last_error.empty());
  EXPECT_GT(agencies.courier->status().verified_size, 0u);
  EXPECT_EQ(agencies.bgc->Faults(), "");
  EXPECT_EQ(agencies.ho->Faults(), "");
}

TEST(CourierTest, KeepsEverythingWhileThePartnerIsDownAndBacksOff) {
  TwoAgencies agencies;
  agencies.link->down = true;
  const auto sent = agencies.Send(TwoAgencies::Draft("intelligence_notice"));
  absl::Duration last = agencies.courier->Step();
  EXPECT_EQ(agencies.courier->status().last_error, "UNREACHABLE");
  for (int i = 0; i < 4; ++i) {
    agencies.clock.Advance(last);
    const absl::Duration next = agencies.courier->Step();
    EXPECT_GT(next, last);
    last = next;
  }
  agencies.link->down = false;
  EXPECT_GT(agencies.courier->Step(), absl::ZeroDuration()) << "waits although there is new work";
  agencies.clock.Advance(last);
  agencies.DeliverAll();
  EXPECT_EQ(SenderState(agencies, sent->id()), desk::v1::DELIVERED);
}

TEST(CourierTest, DeliversAfterARestartAndDaysOfAbsence) {
  TwoAgencies agencies;
  agencies.link->down = true;
  const auto sent = agencies.Send(TwoAgencies::Draft("intelligence_notice"));
  agencies.courier->Step();
  agencies.courier.reset();
  agencies.bgc->Restart();
  agencies.clock.Advance(absl::Hours(5 * 24));
  agencies.link->down = false;
  agencies.courier = agencies.NewCourier();
  agencies.DeliverAll();
  EXPECT_EQ(SenderState(agencies, sent->id()), desk::v1::DELIVERED);
  EXPECT_EQ(ReceiverState(agencies, sent->id()), desk::v1::NEW);
}

TEST(CourierTest, DeliversUrgentBeforeRoutine) {
  TwoAgencies agencies;
  desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
  std::vector<std::string> ids;
  for (auto urgency :
       {payload::v1::Urgency::U4, payload::v1::Urgency::U3, payload::v1::Urgency::U2}) {
    draft.set_urgency(urgency);
    const auto sent = agencies.Send(draft);
    ASSERT_TRUE(sent.ok()) << sent.status();
    ids.push_back(sent->id());
  }
  agencies.DeliverAll();
  ASSERT_EQ(agencies.link->requests.size(), 1u);
  const auto& envelopes = agencies.link->requests[0].envelopes();
  ASSERT_EQ(envelopes.size(), 3);
  for (int i = 0; i < 3; ++i) {
    exchange::v1::Statement statement;
    ASSERT_TRUE(statement.ParseFromString(envelopes[i].statement()));
    EXPECT_EQ(statement.urgency(), payload::v1::Urgency::U2 + i);
  }
}

TEST(CourierTest, DeliversThreatsToLifeInACallOfTheirOwn) {
  TwoAgencies agencies;
  ASSERT_TRUE(agencies.Send(TwoAgencies::Draft("intelligence_notice")).ok());
  const auto urgent = agencies.Send(ThreatToLife());
  ASSERT_TRUE(urgent.ok()) << urgent.status();
  agencies.DeliverAll();
  ASSERT_EQ(agencies.link->requests.size(), 2u);
  ASSERT_EQ(agencies.link->requests[0].envelopes_size(), 1);
  exchange::v1::Statement statement;
  ASSERT_TRUE(statement.ParseFromString(agencies.link->requests[0].envelopes(0).statement()));
  EXPECT_EQ(statement.urgency(), payload::v1::Urgency::U1);
}

// A threat to life waits for the call that is under way.
TEST(CourierTest, KeepsCallsShortForAWhileAfterAThreatToLife) {
  TwoAgencies agencies;
  ASSERT_TRUE(agencies.Send(ThreatToLife()).ok());
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(agencies.Send(TwoAgencies::Draft("alert_cancel")).ok());
  agencies.DeliverAll();
  agencies.clock.Advance(absl::Minutes(1));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(agencies.Send(TwoAgencies::Draft("alert_cancel")).ok());
  agencies.DeliverAll();
  std::vector<int> sizes;
  for (const auto& request : agencies.link->requests) sizes.push_back(request.envelopes_size());
  EXPECT_THAT(sizes, ::testing::ElementsAre(1, 16, 4, 20));
}

TEST(CourierTest, DeliversAgainWhatItCouldNotSettle) {
  TwoAgencies agencies;
  const auto sent = agencies.Send(TwoAgencies::Draft("intelligence_notice"));
  agencies.link->on_the_way_back = [&](auto&) { agencies.bgc->journal->Stop(); };
  EXPECT_GT(agencies.courier->Step(), absl::ZeroDuration());
  EXPECT_EQ(agencies.courier->status().last_error, "STOPPED");
  agencies.courier.reset();
  agencies.bgc->Restart();
  agencies.link->on_the_way_back = [](auto&) {};
  agencies.courier = agencies.NewCourier();
  EXPECT_EQ(SenderState(agencies, sent->id()), desk::v1::QUEUED);
  agencies.DeliverAll();
  EXPECT_EQ(SenderState(agencies, sent->id()), desk::v1::DELIVERED);
  const auto events = agencies.ho->Events(audit::v1::EXCHANGE);
  EXPECT_EQ(std::count(events.begin(), events.end(), audit::v1::RECEIVED), 1);
}

TEST(CourierTest, PutsOffWhatCannotBeDecidedAgain) {
  TwoAgencies agencies;
  const auto no_draft = agencies.Send(TwoAgencies::Draft("intelligence_notice"));
  const auto no_statement = agencies.Send(TwoAgencies::Draft("intelligence_notice"));
  agencies.bgc->EditRows("UPDATE body SET second = x'' WHERE row = 1");
  agencies.bgc->EditRows("UPDATE body SET head = x'' WHERE row = 2");
  agencies.clock.Advance(absl::Minutes(15));  // they are to be decided again
  const auto sound = agencies.Send(TwoAgencies::Draft("intelligence_notice"));
  agencies.DeliverAll();
  EXPECT_EQ(SenderState(agencies, no_draft->id()), desk::v1::QUEUED);
  EXPECT_EQ(SenderState(agencies, no_statement->id()), desk::v1::QUEUED) << "not denied";
  EXPECT_EQ(SenderState(agencies, sound->id()), desk::v1::DELIVERED);
}

TEST(CourierTest, PutsOffWhatIsNotThereAnyMore) {
  TwoAgencies agencies;
  const auto gone = agencies.Send(TwoAgencies::Draft("intelligence_notice"));
  agencies.bgc->EditRows("UPDATE body SET key_id = NULL WHERE row = 1");
  const auto sound = agencies.Send(TwoAgencies::Draft("intelligence_notice"));
  agencies.DeliverAll();
  EXPECT_EQ(SenderState(agencies, gone->id()), desk::v1::QUEUED);
  EXPECT_EQ(SenderState(agencies, sound->id()), desk::v1::DELIVERED);
}

TEST(CourierTest, ExpiresWhatCannotBeDeliveredInTime) {
  TwoAgencies agencies;
  agencies.link->down = true;
  desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
  draft.mutable_expires()->set_seconds(absl::ToUnixSeconds(agencies.clock.Now()) + 3600);
  const auto sent = agencies.Send(draft);
  agencies.courier->Step();
  agencies.clock.Advance(absl::Hours(1));
  agencies.courier->Step();
  EXPECT_EQ(SenderState(agencies, sent->id()), desk::v1::EXPIRED);
  agencies.link->down = false;
  agencies.clock.Advance(absl::Hours(1));
  agencies.DeliverAll();
  EXPECT_TRUE(agencies.link->requests.empty());
}

TEST(CourierTest, DeliversNothingThatHasExpiredHoweverMuchOfItThereIs) {
  TwoAgencies agencies;
  agencies.bgc->Change("agency.textproto", "keys {", "limits { courier_window: 2 } keys {");
  desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
  draft.mutable_expires()->set_seconds(absl::ToUnixSeconds(agencies.clock.Now()) + 3600);
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(agencies.Send(draft)->id());
  agencies.clock.Advance(absl::Hours(2));
  agencies.DeliverAll();
  EXPECT_TRUE(agencies.link->requests.empty());
  for (const std::string& id : ids) EXPECT_EQ(SenderState(agencies, id), desk::v1::EXPIRED);
}

// Under load a courier reads rows whose commit is about to end. Taken for a failure, each cost half
// a second of waiting.
TEST(CourierTest, LeavesOutWhatIsNotUnderASignedHeadYet) {
  TwoAgencies agencies;
  bool looked = false;
  agencies.bgc->failing->before_return = [&agencies, &looked] {
    if (looked) return;
    looked = true;
    agencies.courier->Step();
  };
  const auto sent = agencies.Send(TwoAgencies::Draft("intelligence_notice"));
  agencies.bgc->failing->before_return = nullptr;
  ASSERT_TRUE(sent.ok() && looked) << sent.status();
  EXPECT_EQ(agencies.courier->status().last_error, "");
  EXPECT_TRUE(agencies.link->requests.empty());
  agencies.DeliverAll();
  EXPECT_EQ(SenderState(agencies, sent->id()), desk::v1::DELIVERED);
}

TEST(CourierTest, ExpiresWhatIsQueuedForASuspendedPartner) {
  TwoAgencies agencies;
  const auto sent = agencies.Send(TwoAgencies::Draft("intelligence_notice"));
  agencies.bgc->Change("agency.textproto", "id: \"ho-example\"",
                       "id: \"ho-example\" suspended: true");
  agencies.courier->Step();
  EXPECT_TRUE(agencies.link->requests.empty()) << "sent to a suspended partner";
  agencies.clock.Advance(absl::Hours(24 * 31));
  agencies.courier->Step();
  EXPECT_EQ(SenderState(agencies, sent->id()), desk::v1::EXPIRED);
}

TEST(CourierTest, ALostAnswerDeliversOnceAndSettlesLater) {
  TwoAgencies agencies;
  const auto sent = agencies.Send(TwoAgencies::Draft("intelligence_notice"));
  agencies.link->on_the_way_back = [](exchange::v1::DeliverResponse& response) {
    response.Clear();
  };
  const absl::Duration wait = agencies.courier->Step();
  EXPECT_EQ(SenderState(agencies, sent->id()), desk::v1::QUEUED);
  EXPECT_EQ(ReceiverState(agencies, sent->id()), desk::v1::NEW);
  const size_t records = agencies.ho->Events(audit::v1::EXCHANGE).size();
  agencies.link->on_the_way_back = [](auto&) {};
  agencies.clock.Advance(wait);
  agencies.DeliverAll();
  EXPECT_EQ(SenderState(agencies, sent->id()), desk::v1::DELIVERED);
  EXPECT_EQ(agencies.ho->Events(audit::v1::EXCHANGE).size(), records) << "a second effect";
}

// Whatever is changed in the answer, nothing is marked delivered.
TEST(CourierTest, BelievesNoAnswerThatDoesNotProve) {
  using Change = std::function<void(exchange::v1::DeliverResponse&)>;
  const std::vector<Change> changes = {
      [](auto& r) { r.mutable_results(0)->mutable_receipt()->mutable_record()->back() ^= 1; },
      [](auto& r) {
        auto& receipt = *r.mutable_results(0)->mutable_receipt();
        receipt.set_index(receipt.index() - 1);
      },
      [](auto& r) { r.mutable_results(0)->mutable_receipt()->mutable_path(0)->back() ^= 1; },
      [](auto& r) { r.mutable_checkpoint()->at(r.checkpoint().size() - 6) ^= 1; },
      [](auto& r) { r.clear_checkpoint(); },
      [](auto& r) { r.mutable_results(0)->set_code(audit::v1::Outward::REFUSED); },
      [](auto& r) { r.add_results(); },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    TwoAgencies agencies;
    const auto sent = agencies.Send(TwoAgencies::Draft("intelligence_notice"));
    agencies.link->on_the_way_back = changes[i];
    agencies.courier->Step();
    EXPECT_EQ(SenderState(agencies, sent->id()), desk::v1::QUEUED) << "change " << i;
  }
}

TEST(CourierTest, RefusesAHeadThatDoesNotExtendTheOneItKnows) {
  TwoAgencies agencies;
  agencies.Send(TwoAgencies::Draft("intelligence_notice")).value();
  agencies.DeliverAll();
  const auto second = agencies.Send(TwoAgencies::Draft("intelligence_notice"));
  agencies.link->on_the_way_back = [](exchange::v1::DeliverResponse& response) {
    response.mutable_consistency()->clear_path();
  };
  agencies.courier->Step();
  EXPECT_EQ(agencies.courier->status().last_error, "BAD_RECEIPT");
  EXPECT_EQ(SenderState(agencies, second->id()), desk::v1::QUEUED);
}

TEST(CourierTest, RemembersThePartnersHeadAcrossARestart) {
  TwoAgencies agencies;
  agencies.Send(TwoAgencies::Draft("intelligence_notice")).value();
  agencies.DeliverAll();
  agencies.courier.reset();
  agencies.bgc->Restart();
  agencies.courier = agencies.NewCourier();
  agencies.Send(TwoAgencies::Draft("intelligence_notice")).value();
  agencies.DeliverAll();
  ASSERT_EQ(agencies.link->requests.size(), 2u);
  EXPECT_GT(agencies.link->requests[1].known_size(), 0u);
}

TEST(CourierTest, SettlesARefusalOfThePartner) {
  TwoAgencies agencies;
  // The sender's policy allows it, the receiver's agreement has ended since.
  const auto sent = agencies.Send(TwoAgencies::Draft("intelligence_notice"));
  agencies.ho->Change("policy.textproto", "partner: \"bgc-example\"",
                      "suspended: true partner: \"bgc-example\"");
  agencies.DeliverAll();
  EXPECT_EQ(SenderState(agencies, sent->id()), desk::v1::REFUSED);
  EXPECT_EQ(ReceiverState(agencies, sent->id()), desk::v1::DENIED);
  EXPECT_THAT(agencies.bgc->Events(audit::v1::EXCHANGE), Contains(audit::v1::REFUSED));
}

TEST(CourierTest, DecidesAgainWhenThePolicyBecameStricter) {
  TwoAgencies agencies;
  agencies.link->down = true;
  const auto sent = agencies.Send(TwoAgencies::Draft("intelligence_notice"));
  agencies.bgc->Change("policy.textproto", "partner: \"ho-example\"",
                       "suspended: true partner: \"ho-example\"");
  agencies.link->down = false;
  agencies.clock.Advance(absl::Minutes(5));
  agencies.DeliverAll();
  EXPECT_EQ(SenderState(agencies, sent->id()), desk::v1::DENIED);
  EXPECT_TRUE(agencies.link->requests.empty()) << "left although it may not any more";
  EXPECT_THAT(agencies.bgc->Events(audit::v1::EXCHANGE), Contains(audit::v1::DENIED_OUT));
}

TEST(CourierTest, WhatARevokedPersonSentGoesNoMore) {
  TwoAgencies agencies;
  const auto sent = agencies.Send(TwoAgencies::Draft("intelligence_notice"));
  ASSERT_TRUE(sent.ok()) << sent.status();
  agencies.bgc->Revoke("releaser-1");
  agencies.bgc->Revoke("officer-1");
  agencies.DeliverAll();
  EXPECT_EQ(SenderState(agencies, sent->id()), desk::v1::DENIED);
  EXPECT_TRUE(agencies.link->requests.empty());
}

TEST(CourierTest, WhatIsDeniedKeepsNothingBehindItWaiting) {
  TwoAgencies agencies;
  agencies.bgc->Change("agency.textproto", "keys {", "limits { deliver_batch: 1 } keys {");
  desk::v1::Draft notice = TwoAgencies::Draft("intelligence_notice");
  desk::v1::Draft request = TwoAgencies::Draft("victim_verification_request");
  request.set_urgency(payload::v1::Urgency::U3);
  notice.set_urgency(payload::v1::Urgency::U3);
  const auto first = agencies.Send(notice);
  const auto second = agencies.Send(request);
  ASSERT_TRUE(first.ok() && second.ok()) << first.status() << second.status();
  agencies.bgc->Change("policy.textproto", "types: [INTELLIGENCE_NOTICE,", "types: [");
  agencies.DeliverAll();
  EXPECT_EQ(SenderState(agencies, first->id()), desk::v1::DENIED);
  EXPECT_EQ(SenderState(agencies, second->id()), desk::v1::DELIVERED);
}

TEST(CourierTest, DecidesAgainWhenTheAgreementEndedWhileItWaited) {
  TwoAgencies agencies;
  agencies.bgc->Change("policy.textproto", "to: \"2035-12-31\"", "to: \"2026-11-24\"");
  agencies.link->down = true;
  const auto sent = agencies.Send(TwoAgencies::Draft("intelligence_notice"));
  ASSERT_TRUE(sent.ok()) << sent.status();
  agencies.clock.Advance(absl::Hours(48));
  agencies.link->down = false;
  agencies.DeliverAll();
  EXPECT_EQ(SenderState(agencies, sent->id()), desk::v1::DENIED);
  EXPECT_THAT(agencies.bgc->Events(audit::v1::EXCHANGE), Contains(audit::v1::DENIED_OUT));
  EXPECT_TRUE(agencies.link->requests.empty());
}

TEST(CourierTest, AReplyAnswersTheRequestOnBothSides) {
  TwoAgencies agencies;
  const auto request = agencies.Send(TwoAgencies::Draft("victim_verification_request"));
  ASSERT_TRUE(request.ok()) << request.status();
  agencies.DeliverAll();
  ASSERT_EQ(SenderState(agencies, request->id()), desk::v1::DELIVERED);
  desk::v1::Draft reply = TwoAgencies::Draft("victim_verification_response");
  reply.clear_to();
  reply.add_to("bgc-example");
  reply.set_in_reply_to(request->id());
  Submitter officer = agencies.Officer();
  officer.uri = "liaison://agency/ho-example/person/officer-1";
  const auto replied = agencies.ho->outbox->Submit(officer, reply, "reply");
  ASSERT_TRUE(replied.ok()) << replied.status();
  ASSERT_EQ(replied->front().state(), desk::v1::QUEUED)
      << replied->front().decision().DebugString();
  testing::DirectLink back("ho-example", *agencies.bgc);
  Courier courier("bgc-example", {*agencies.ho->snapshots, *agencies.ho->journal,
                                  *agencies.ho->at_rest, agencies.clock, agencies.ho->metrics, back,
                                  [] { return 0.5; }, agencies.ho->mac_key});
  courier.Step();
  EXPECT_EQ(SenderState(agencies, request->id()), desk::v1::ANSWERED);
  EXPECT_EQ(ReceiverState(agencies, request->id()), desk::v1::ANSWERED);
  EXPECT_EQ(agencies.bgc->Faults(), "");
  EXPECT_EQ(agencies.ho->Faults(), "");
}

TEST(CourierTest, TakesASmallWindowOfABigQueueAndDeliversAllOnce) {
  TwoAgencies agencies;
  constexpr int kMessages = 200;
  std::vector<std::string> ids;
  for (int i = 0; i < kMessages; ++i) {
    ids.push_back(agencies.Send(TwoAgencies::Draft("alert_cancel"))->id());
  }
  agencies.DeliverAll();
  for (const std::string& id : ids) EXPECT_EQ(SenderState(agencies, id), desk::v1::DELIVERED);
  for (const auto& request : agencies.link->requests) EXPECT_LE(request.envelopes_size(), 64);
  const auto events = agencies.ho->Events(audit::v1::EXCHANGE);
  EXPECT_EQ(std::count(events.begin(), events.end(), audit::v1::RECEIVED), kMessages);
}

}  // namespace
}  // namespace liaison::outbox
