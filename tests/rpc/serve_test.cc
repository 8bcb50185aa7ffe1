#include "daemon/rpc/serve.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "daemon/base/error.h"
#include "tests/rpc/test_daemon.h"

namespace liaison::rpc {
namespace {

using base::Reason;

constexpr absl::Duration kLong = absl::Seconds(10);

std::future<absl::Status> SayHelloInBackground(const std::shared_ptr<grpc::Channel>& channel,
                                               absl::Duration timeout = kLong) {
  return std::async(std::launch::async, [channel, timeout] { return SayHello(channel, timeout); });
}

// A flow that says when it has begun and waits until it may end.
struct HeldFlow {
  absl::Notification begun;
  absl::Notification release;
  HelloFlow flow() {
    return [this](const Call&, exchange::v1::HelloResponse&) {
      if (!begun.HasBeenNotified()) begun.Notify();
      release.WaitForNotificationWithTimeout(kLong);
      return absl::OkStatus();
    };
  }
};

TEST(ServeTest, RunsTheFlowAndSendsItsAnswer) {
  TestDaemon::Options options;
  options.hello = [](const Call& call, exchange::v1::HelloResponse& response) {
    response.set_agency(call.party());
    response.set_version(call.caller().spki.hex());
    return absl::OkStatus();
  };
  TestDaemon daemon(std::move(options));
  grpc::ClientContext context;
  exchange::v1::HelloResponse response;
  const grpc::Status status =
      exchange::v1::ExchangeService::NewStub(daemon.Channel())->Hello(&context, {}, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.agency(), "south");
  EXPECT_EQ(response.version(), Pki::Shared().KeyOf("south").hex());
}

TEST(ServeTest, SendsTheErrorOfAFlow) {
  TestDaemon::Options options;
  options.hello = [](const Call&, exchange::v1::HelloResponse&) {
    return base::MakeError(Reason::kWrongState, "not now");
  };
  TestDaemon daemon(std::move(options));
  EXPECT_EQ(SayHello(daemon.Channel()), base::MakeError(Reason::kWrongState, "not now"));
}

TEST(ServeTest, TellsPartnersTheClassAlone) {
  TestDaemon::Options options;
  options.edge.to_partners = true;
  options.hello = [](const Call&, exchange::v1::HelloResponse&) {
    return base::MakeError(Reason::kWrongState, "not now");
  };
  TestDaemon daemon(std::move(options));
  EXPECT_EQ(base::GetReason(SayHello(daemon.Channel())), Reason::kRefusedByPartner);
}

TEST(ServeTest, RefusesAtOnceWhenThePoolIsFull) {
  HeldFlow held;
  TestDaemon::Options options;
  options.pool = {.threads = 1, .queue = 1};
  options.hello = held.flow();
  TestDaemon daemon(std::move(options));
  const auto channel = daemon.Channel();
  std::vector<std::future<absl::Status>> calls;
  calls.push_back(SayHelloInBackground(channel));
  ASSERT_TRUE(held.begun.WaitForNotificationWithTimeout(kLong));
  for (int i = 0; i < 2; ++i) calls.push_back(SayHelloInBackground(channel));
  // Of the two one waits in the queue; the other is refused while both still wait.
  const auto refused = [&calls] {
    for (size_t i = 1; i < 3; ++i) {
      if (calls[i].wait_for(std::chrono::milliseconds(20)) == std::future_status::ready) return i;
    }
    return size_t{0};
  };
  size_t which = 0;
  for (int i = 0; i < 200 && which == 0; ++i) which = refused();
  ASSERT_NE(which, 0u);
  const absl::Status status = calls[which].get();
  EXPECT_EQ(base::GetReason(status), Reason::kQueueFull);
  EXPECT_GT(base::GetError(status)->retry_after, absl::ZeroDuration());
  held.release.Notify();
  EXPECT_TRUE(calls[0].get().ok());
  EXPECT_TRUE(calls[3 - which].get().ok());
}

TEST(ServeTest, CountsCallsInFlightOfAConnectionWhateverTheClientThinks) {
  HeldFlow held;
  TestDaemon::Options options;
  options.gate.calls_per_connection = 1;
  options.hello = held.flow();
  TestDaemon daemon(std::move(options));
  const auto channel = daemon.Channel();
  std::future<absl::Status> first = SayHelloInBackground(channel);
  ASSERT_TRUE(held.begun.WaitForNotificationWithTimeout(kLong));
  EXPECT_EQ(base::GetReason(SayHello(channel)), Reason::kQueueFull);
  held.release.Notify();
  EXPECT_TRUE(first.get().ok());
  EXPECT_TRUE(SayHello(channel).ok());
}

TEST(ServeTest, RefusesACallerWithAReasonAndThenCutsTheConnection) {
  absl::Notification told;
  TestDaemon::Options options;
  options.edge.admit = [](const Caller&) -> absl::StatusOr<std::string> {
    return base::MakeError(Reason::kCallerUnknown, "key not registered");
  };
  options.edge.refused = [&told](const Caller& caller, const absl::Status& why) {
    EXPECT_EQ(caller.spki, Pki::Shared().KeyOf("south"));
    EXPECT_EQ(base::GetReason(why), Reason::kCallerUnknown);
    told.Notify();
  };
  TestDaemon daemon(std::move(options));
  const auto channel = daemon.Channel();
  EXPECT_EQ(SayHello(channel), base::MakeError(Reason::kCallerUnknown, "key not registered"));
  EXPECT_TRUE(told.WaitForNotificationWithTimeout(kLong));
  EXPECT_TRUE(Leaves(channel, GRPC_CHANNEL_READY));
}

TEST(ServeTest, RefusesACertificateThatHasExpiredSinceTheHandshake) {
  TestDaemon daemon;
  const auto channel = daemon.Channel();
  ASSERT_TRUE(SayHello(channel).ok());
  daemon.clock().Step(absl::Hours(24 * 30));
  EXPECT_EQ(base::GetReason(SayHello(channel)), Reason::kCallerUnknown);
}

TEST(ServeTest, LetsAFlowSeeThatItsClientHasGone) {
  absl::Notification cancelled;
  TestDaemon::Options options;
  options.hello = [&cancelled](const Call& call, exchange::v1::HelloResponse&) {
    while (!call.cancelled()) std::this_thread::yield();
    cancelled.Notify();
    return absl::OkStatus();
  };
  TestDaemon daemon(std::move(options));
  EXPECT_EQ(base::GetReason(SayHello(daemon.Channel(), absl::Milliseconds(200))),
            Reason::kTimedOut);
  EXPECT_TRUE(cancelled.WaitForNotificationWithTimeout(kLong));
  EXPECT_TRUE(daemon.edge().Drain(absl::Seconds(5)));
}

TEST(ServeTest, KnowsTheDeadlineOfACall) {
  std::promise<absl::Time> deadline;
  TestDaemon::Options options;
  options.hello = [&deadline](const Call& call, exchange::v1::HelloResponse&) {
    deadline.set_value(call.deadline());
    return absl::OkStatus();
  };
  TestDaemon daemon(std::move(options));
  const absl::Time before = absl::Now();
  ASSERT_TRUE(SayHello(daemon.Channel(), absl::Seconds(7)).ok());
  const absl::Duration left = deadline.get_future().get() - before;
  EXPECT_GT(left, absl::Seconds(5));
  EXPECT_LT(left, absl::Seconds(9));
}

TEST(ServeTest, EndsALaterCallFromAnotherThreadAndHoldsNoWorker) {
  std::promise<std::shared_ptr<Answer>> kept;
  TestDaemon::Options options;
  options.pool = {.threads = 1, .queue = 4};
  options.later = [&kept, first = true](std::shared_ptr<Answer> answer) mutable {
    if (std::exchange(first, false)) return kept.set_value(std::move(answer));
    answer->Finish(absl::OkStatus());
  };
  TestDaemon daemon(std::move(options));
  const auto channel = daemon.Channel();
  std::future<absl::Status> waiting = SayHelloInBackground(channel);
  const std::shared_ptr<Answer> answer = kept.get_future().get();
  answer->Finish(base::MakeError(Reason::kExpired, "over"));
  answer->Finish(absl::OkStatus());  // the first counts
  EXPECT_EQ(base::GetReason(waiting.get()), Reason::kExpired);
}

TEST(ServeTest, EndsACallWhoseAnswerIsDropped) {
  TestDaemon::Options options;
  options.later = [](const std::shared_ptr<Answer>&) {};
  TestDaemon daemon(std::move(options));
  EXPECT_EQ(base::GetReason(SayHello(daemon.Channel())), Reason::kInternal);
}

TEST(ServeTest, DrainsByRefusingNewCallsAndWaitingForTheOthers) {
  HeldFlow held;
  TestDaemon::Options options;
  options.hello = held.flow();
  TestDaemon daemon(std::move(options));
  const auto channel = daemon.Channel();
  std::future<absl::Status> first = SayHelloInBackground(channel);
  ASSERT_TRUE(held.begun.WaitForNotificationWithTimeout(kLong));
  EXPECT_EQ(daemon.edge().unfinished(), 1u);
  EXPECT_FALSE(daemon.edge().Drain(absl::ZeroDuration()));
  EXPECT_EQ(base::GetReason(SayHello(channel)), Reason::kStopped);
  held.release.Notify();
  EXPECT_TRUE(daemon.edge().Drain(kLong));
  EXPECT_TRUE(first.get().ok());
}

}  // namespace
}  // namespace liaison::rpc
