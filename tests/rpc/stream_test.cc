#include "daemon/rpc/stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "daemon/base/error.h"
#include "daemon/rpc/status.h"
#include "tests/rpc/test_daemon.h"

namespace liaison::rpc {
namespace {

using base::Reason;
using desk::v1::SubmitRequest;
using desk::v1::SubmitStreamResponse;

constexpr absl::Duration kLong = absl::Seconds(10);

// Answers each request, in order.
absl::Status AnswerAll(const Call&, DraftStream& stream) {
  while (true) {
    const std::vector<SubmitRequest> requests = stream.Read(8);
    if (requests.empty()) return absl::OkStatus();
    for (const SubmitRequest& request : requests) {
      SubmitStreamResponse response;
      response.mutable_error()->set_message(request.idempotency_key());
      if (!stream.Write(response)) return absl::OkStatus();
    }
  }
}

class StreamTest : public testing::Test {
 protected:
  void Start(std::function<absl::Status(const Call&, DraftStream&)> drafts, size_t window = 2) {
    TestDaemon::Options options;
    options.drafts = std::move(drafts);
    options.window = window;
    options.edge.patience = absl::Milliseconds(20);
    daemon_ = std::make_unique<TestDaemon>(std::move(options));
    stub_ = desk::v1::MailboxService::NewStub(daemon_->Channel());
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    client_ = stub_->SubmitStream(&context_);
  }

  absl::Status End() { return FromGrpc(client_->Finish()); }

  std::unique_ptr<TestDaemon> daemon_;
  std::unique_ptr<desk::v1::MailboxService::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<SubmitRequest, SubmitStreamResponse>> client_;
};

TEST_F(StreamTest, AnswersEachRequestInOrder) {
  Start(AnswerAll);
  for (int i = 1; i <= 200; ++i) {
    SubmitRequest request;
    request.set_idempotency_key(std::to_string(i));
    ASSERT_TRUE(client_->Write(request));
    SubmitStreamResponse response;
    ASSERT_TRUE(client_->Read(&response));
    EXPECT_EQ(response.error().message(), std::to_string(i));
  }
  client_->WritesDone();
  EXPECT_TRUE(End().ok());
}

TEST_F(StreamTest, SendsTheErrorOfTheFlow) {
  Start([](const Call&, DraftStream& stream) {
    stream.Read(1);
    return base::MakeError(Reason::kTooLarge, "no");
  });
  client_->Write({});
  EXPECT_EQ(base::GetReason(End()), Reason::kTooLarge);
}

TEST_F(StreamTest, ReadsAheadNoMoreThanTheWindow) {
  absl::Notification go;
  size_t most = 0;
  Start(
      [&](const Call&, DraftStream& stream) {
        go.WaitForNotificationWithTimeout(kLong);
        while (true) {
          const size_t taken = stream.Read(1000).size();
          if (taken == 0) return absl::OkStatus();
          most = std::max(most, taken);
        }
      },
      /*window=*/3);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(client_->Write({}));
  client_->WritesDone();
  go.Notify();
  EXPECT_TRUE(End().ok());
  EXPECT_LE(most, 3u);
  EXPECT_GE(most, 1u);
}

TEST_F(StreamTest, EndsReadAndWriteWhenTheClientIsGone) {
  absl::Notification ended;
  Start([&](const Call& call, DraftStream& stream) {
    EXPECT_TRUE(stream.Write({}));
    EXPECT_TRUE(stream.Read(1).empty());
    while (!call.cancelled()) std::this_thread::yield();  // said after the end of reading
    EXPECT_FALSE(stream.Write({}));
    ended.Notify();
    return absl::OkStatus();
  });
  SubmitStreamResponse response;
  ASSERT_TRUE(client_->Read(&response));
  context_.TryCancel();
  EXPECT_TRUE(ended.WaitForNotificationWithTimeout(kLong));
  EXPECT_TRUE(daemon_->edge().Drain(kLong));
}

TEST_F(StreamTest, GivesUpOnAClientThatTakesNoAnswer) {
  absl::Notification given_up;
  Start([&](const Call&, DraftStream& stream) {
    SubmitStreamResponse response;
    response.mutable_error()->set_message(std::string(1 << 20, 'x'));
    while (stream.Write(response)) {
    }
    given_up.Notify();
    return absl::OkStatus();
  });
  // The daemon's clock stands still, so that its patience ends when we say so.
  for (int i = 0; i < 1000 && !given_up.HasBeenNotified(); ++i) {
    daemon_->clock().Advance(absl::Seconds(1));
    given_up.WaitForNotificationWithTimeout(absl::Milliseconds(50));
  }
  EXPECT_TRUE(given_up.HasBeenNotified());
  EXPECT_TRUE(daemon_->edge().Drain(absl::Seconds(5)));
}

TEST_F(StreamTest, RefusesAStreamBeyondTheThreadsThereAre) {
  absl::Notification release;
  Start([&](const Call&, DraftStream& stream) {
    stream.Write({});
    release.WaitForNotificationWithTimeout(kLong);
    return absl::OkStatus();
  });
  SubmitStreamResponse response;
  ASSERT_TRUE(client_->Read(&response));
  grpc::ClientContext second_context;
  const auto second = stub_->SubmitStream(&second_context);
  ASSERT_TRUE(second->Read(&response));
  // Both threads are taken now, and two streams may wait: of three more, one is refused at once.
  const auto run = [this] {
    grpc::ClientContext context;
    const auto stream = stub_->SubmitStream(&context);
    SubmitStreamResponse ignored;
    while (stream->Read(&ignored)) {
    }
    return FromGrpc(stream->Finish());
  };
  std::vector<std::future<absl::Status>> more;
  for (int i = 0; i < 3; ++i) more.push_back(std::async(std::launch::async, run));
  const auto one_has_ended = [&more] {
    return std::any_of(more.begin(), more.end(), [](std::future<absl::Status>& status) {
      return status.wait_for(std::chrono::milliseconds(5)) == std::future_status::ready;
    });
  };
  for (int i = 0; i < 500 && !one_has_ended(); ++i) {
  }
  EXPECT_TRUE(one_has_ended());
  release.Notify();
  int refused = 0;
  for (std::future<absl::Status>& status : more) {
    if (base::GetReason(status.get()) == Reason::kQueueFull) ++refused;
  }
  EXPECT_EQ(refused, 1);
  EXPECT_TRUE(FromGrpc(second->Finish()).ok());
  EXPECT_TRUE(End().ok());
}

}  // namespace
}  // namespace liaison::rpc
