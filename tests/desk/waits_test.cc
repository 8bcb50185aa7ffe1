#include "daemon/desk/waits.h"

#include <gtest/gtest.h>

#include "daemon/base/error.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::desk {
namespace {

using testing::TwoAgencies;

// What a waiting call was ended with.
struct Ended {
  int times = 0;
  absl::Status status;
  v1::WaitResponse response;
};

class WaitsTest : public ::testing::Test {
 protected:
  std::string Send() { return agencies_.Send(TwoAgencies::Draft("intelligence_notice"))->id(); }

  Waiting For(const std::string& id, std::vector<v1::State> states, Ended& ended) {
    Waiting waiting;
    waiting.name = {"bgc-example", *base::ParseExchangeId(id)};
    waiting.states = std::move(states);
    waiting.until = agencies_.clock.Elapsed() + absl::Seconds(10);
    waiting.done = [&ended](const absl::Status& status, const v1::WaitResponse& response) {
      ++ended.times;
      ended.status = status;
      ended.response = response;
    };
    waiting.gone = [this] { return gone_; };
    return waiting;
  }

  TwoAgencies agencies_;
  bool gone_ = false;
};

TEST_F(WaitsTest, EndsWhenTheStateIsReached) {
  Waits waits(*agencies_.bgc->store, agencies_.clock);
  Ended ended;
  waits.Add(For(Send(), {v1::DELIVERED}, ended));
  waits.Look();
  EXPECT_EQ(ended.times, 0);
  agencies_.DeliverAll();
  waits.Look();
  waits.Look();
  EXPECT_EQ(ended.times, 1);
  EXPECT_TRUE(ended.status.ok());
  EXPECT_TRUE(ended.response.reached());
  EXPECT_EQ(ended.response.state(), v1::DELIVERED);
}

TEST_F(WaitsTest, EndsAtOnceWhenTheStateCannotBeReached) {
  Waits waits(*agencies_.bgc->store, agencies_.clock);
  desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
  draft.set_agreement_id("none");
  Ended ended;
  waits.Add(For(agencies_.Send(draft)->id(), {v1::DELIVERED}, ended));
  EXPECT_EQ(ended.times, 1);
  EXPECT_TRUE(ended.status.ok());
  EXPECT_FALSE(ended.response.reached());
  EXPECT_EQ(ended.response.state(), v1::DENIED);
}

TEST_F(WaitsTest, EndsWhenItsTimeHasPassed) {
  Waits waits(*agencies_.bgc->store, agencies_.clock);
  Ended ended;
  waits.Add(For(Send(), {v1::DELIVERED}, ended));
  agencies_.clock.Advance(absl::Seconds(10));
  waits.Look();
  EXPECT_EQ(base::GetReason(ended.status), base::Reason::kTimedOut);
}

TEST_F(WaitsTest, KeepsSoManyAndRefusesTheRest) {
  Waits waits(*agencies_.bgc->store, agencies_.clock, 1);
  const std::string id = Send();
  Ended first;
  Ended second;
  waits.Add(For(id, {v1::DELIVERED}, first));
  waits.Add(For(id, {v1::DELIVERED}, second));
  EXPECT_EQ(first.times, 0);
  EXPECT_EQ(base::GetReason(second.status), base::Reason::kQueueFull);
  waits.Stop();
  EXPECT_EQ(base::GetReason(first.status), base::Reason::kStopped);
}

TEST_F(WaitsTest, CountsThoseThatAreBeingLookedAt) {
  Waits waits(*agencies_.bgc->store, agencies_.clock, 1);
  const std::string id = Send();
  Ended first;
  Ended second;
  bool looking = false;
  Waiting waiting = For(id, {v1::DELIVERED}, first);
  waiting.gone = [&] {
    if (looking) waits.Add(For(id, {v1::DELIVERED}, second));
    return false;
  };
  waits.Add(std::move(waiting));
  looking = true;
  waits.Look();
  EXPECT_EQ(first.times, 0);
  EXPECT_EQ(base::GetReason(second.status), base::Reason::kQueueFull);
}

TEST_F(WaitsTest, ForgetsACallerThatIsGone) {
  Waits waits(*agencies_.bgc->store, agencies_.clock);
  Ended ended;
  waits.Add(For(Send(), {v1::DELIVERED}, ended));
  gone_ = true;
  waits.Look();
  EXPECT_EQ(ended.times, 1);
  EXPECT_FALSE(ended.status.ok());
}

TEST(CanReachTest, KnowsWhatCanFollow) {
  EXPECT_TRUE(CanReach(v1::QUEUED, {v1::ANSWERED}));
  EXPECT_TRUE(CanReach(v1::DELIVERED, {v1::ANSWERED}));
  EXPECT_FALSE(CanReach(v1::REFUSED, {v1::DELIVERED, v1::ANSWERED}));
  EXPECT_FALSE(CanReach(v1::DENIED, {v1::DELIVERED}));
  EXPECT_TRUE(CanReach(v1::NEW, {v1::READ}));
}

}  // namespace
}  // namespace liaison::desk
