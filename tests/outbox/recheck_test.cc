// What waits to be delivered is decided again, and by what. Beside courier_test.cc.
#include "daemon/outbox/recheck.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "daemon/journal/bodies.h"
#include "tests/outbox/two_agencies.h"
#include "tests/store/damage.h"

namespace liaison::outbox {
namespace {

using testing::TwoAgencies;

class RecheckTest : public ::testing::Test {
 protected:
  std::string Send(const desk::v1::Draft& draft = TwoAgencies::Draft("intelligence_notice")) {
    const auto sent = agencies_.Send(draft);
    EXPECT_TRUE(sent.ok()) << sent.status();
    return sent.ok() ? sent->id() : "";
  }
  // The partner does not answer: all that is due is decided on, and waits on.
  void StepInVain() {
    agencies_.link->down = true;
    agencies_.clock.Advance(agencies_.courier->Step());
    agencies_.link->down = false;
  }
  desk::v1::State StateOf(const std::string& id) {
    return agencies_.bgc->StateOf("bgc-example", id);
  }
  void DenyFromNowOn() {
    bgc().Change("policy.textproto", "id: \"bgc-ho-example-2026\"", "id: \"another\"");
  }
  std::string DeliverRequest() {
    const std::string request = Send(TwoAgencies::Draft("victim_verification_request"));
    agencies_.DeliverAll();
    return request;
  }
  static desk::v1::Draft OpeningOf(const std::string& request) {
    desk::v1::Draft draft;
    draft.add_to("ho-example");
    draft.set_in_reply_to(request);
    draft.mutable_open()->add_paths("victim_verification_request.documents_seen[0]");
    return draft;
  }
  void Edit(const std::string& sql) {
    ASSERT_TRUE(store::EditDatabase(bgc().folder + "/data/liaison.db", sql)) << sql;
  }

  testing::Agency& bgc() { return *agencies_.bgc; }

  TwoAgencies agencies_;
};

TEST_F(RecheckTest, WhatWasAllowedOnceIsAskedAgainUnderAnotherPolicy) {
  const std::string id = Send();
  bgc().Change("policy.textproto", "version: 1", "version: 2");
  StepInVain();
  ASSERT_EQ(StateOf(id), desk::v1::QUEUED) << "allowed, and not there yet";
  DenyFromNowOn();
  agencies_.DeliverAll();
  EXPECT_EQ(StateOf(id), desk::v1::DENIED);
  EXPECT_TRUE(agencies_.link->requests.empty() ||
              agencies_.ho->StateOf("bgc-example", id) == desk::v1::STATE_UNSPECIFIED);
}

// Sources never go; the draft carries one.
TEST_F(RecheckTest, AForbidLooksAtWhatWasTakenOutAsWell) {
  const std::string id = Send();
  bgc().Change("policy.textproto", "version: 1\n", R"(version: 2
    rule { id: "none" effect: FORBID direction: OUT types: [INTELLIGENCE_NOTICE] carries: [L6, L7] }
)");
  EXPECT_EQ(StateOf(Send()), desk::v1::DENIED);
  agencies_.DeliverAll();
  EXPECT_EQ(StateOf(id), desk::v1::DENIED);
}

TEST_F(RecheckTest, ADamagedOriginalStopsItsOpeningAndNothingElse) {
  const std::string request = DeliverRequest();
  const std::string opening = Send(OpeningOf(request));
  const std::string other = Send();
  Edit(
      absl::StrCat("UPDATE body SET second = x'00' WHERE row = (SELECT row FROM exchange WHERE"
                   " id = x'",
                   request, "')"));
  agencies_.DeliverAll();
  EXPECT_EQ(StateOf(opening), desk::v1::QUEUED);
  EXPECT_EQ(StateOf(other), desk::v1::DELIVERED);
}

TEST_F(RecheckTest, AStoreThatFailsIsTriedAgain) {
  const std::string opening = Send(OpeningOf(DeliverRequest()));
  bool gone = false;
  bgc().failing->on_records = [&] {  // who agreed is read before it is decided
    if (!gone) Edit("ALTER TABLE body RENAME TO gone");
    gone = true;
  };
  agencies_.clock.Advance(agencies_.courier->Step());
  EXPECT_EQ(agencies_.courier->status().last_error, "INTERNAL");
  bgc().failing->on_records = nullptr;
  Edit("ALTER TABLE gone RENAME TO body");
  agencies_.DeliverAll();
  EXPECT_EQ(StateOf(opening), desk::v1::DELIVERED);
}

class IsDueTest : public RecheckTest {
 protected:
  // Decided under what is in force, in this quarter of an hour.
  store::Exchange Decided() const {
    store::Exchange exchange;
    exchange.name = {"bgc-example", base::ExchangeId()};
    exchange.type = payload::v1::ALERT;
    exchange.decided_under = registry().snapshot_digest();
    exchange.created = agencies_.clock.Now();
    return exchange;
  }
  const partners::Registry& registry() const { return *registry_; }
  bool IsDue(const store::Exchange& exchange) {
    recheck_.Begin(registry());
    return recheck_.IsDue(exchange);
  }

  // One that was decided under another snapshot, and again now.
  store::Exchange Allowed() {
    const store::ExchangeName name = {"bgc-example", *base::ParseExchangeId(Send())};
    store::Exchange exchange = *bgc().store->Find(name);
    exchange.decided_under = base::Digest();
    EXPECT_TRUE(IsDue(exchange));
    const auto body = journal::OpenBody(name, *bgc().store->Body(name), *bgc().at_rest);
    EXPECT_TRUE(body.ok()) << body.status();
    const auto may =
        recheck_.MayGo(registry(), *registry().FindPartner("ho-example"), exchange, *body);
    EXPECT_TRUE(may.ok() && *may) << may.status();
    return exchange;
  }

  std::shared_ptr<const partners::Registry> registry_ = bgc().snapshots->Current();
  Recheck recheck_ = Recheck({*bgc().journal, *bgc().at_rest, agencies_.clock}, bgc().mac_key);
};

TEST_F(IsDueTest, WhatWasDecidedUnderAnotherSnapshotOrInAnotherQuarter) {
  EXPECT_FALSE(IsDue(Decided()));
  store::Exchange under_another = Decided();
  under_another.decided_under = base::Digest();
  EXPECT_TRUE(IsDue(under_another));
  store::Exchange earlier = Decided();
  earlier.created -= absl::Minutes(15);
  EXPECT_TRUE(IsDue(earlier));
}

// What it shows may have been taken back a moment ago.
TEST_F(IsDueTest, WhatDisclosesAgainAlways) {
  for (const auto type : {payload::v1::FIELD_OPENING, payload::v1::FORWARDED_ITEM}) {
    store::Exchange exchange = Decided();
    exchange.type = type;
    EXPECT_TRUE(IsDue(exchange)) << type;
  }
}

TEST_F(IsDueTest, WhatWasAllowedIsDueNoMore) {
  const store::Exchange exchange = Allowed();
  EXPECT_FALSE(IsDue(exchange));
  agencies_.clock.Advance(absl::Minutes(15));
  EXPECT_TRUE(IsDue(exchange));
}

TEST_F(IsDueTest, NoMoreIsKeptInMindThanACourierTakesAtOnce) {
  bgc().Change("agency.textproto", "listeners {", "limits { courier_window: 2 }\nlisteners {");
  registry_ = bgc().snapshots->Current();
  const store::Exchange first = Allowed();
  EXPECT_FALSE(IsDue(first));
  const store::Exchange second = Allowed();
  EXPECT_TRUE(IsDue(first));
  EXPECT_TRUE(IsDue(second));
}

}  // namespace
}  // namespace liaison::outbox
