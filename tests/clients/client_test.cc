#include "clients/cpp/client.h"

#include <gmock/gmock.h>

#include <atomic>

#include "clients/cpp/backoff.h"
#include "daemon/base/error.h"
#include "tests/clients/desk_fixture.h"

namespace liaison::client {
namespace {

using base::MakeError;
using base::Reason;

class ClientTest : public clients_test::DeskTest {
 protected:
  std::unique_ptr<Client> Connect(const ClientOptions& options = {}) {
    ContextChoice choice;
    choice.config_file = Config(daemon().address());
    return Client::Connect(FindContext(choice).value(), options).value();
  }
  static desk::v1::SubmitRequest RequestTo(const std::string& to) {
    desk::v1::SubmitRequest request;
    request.mutable_draft()->add_to(to);
    return request;
  }
  static ClientOptions Quick() {
    ClientOptions options;
    options.first_pause = absl::Milliseconds(1);
    return options;
  }
};

TEST_F(ClientTest, SubmitTriesAgainWithOneKey) {
  const auto response = Connect(Quick())->Submit(RequestTo("busy-example"));
  ASSERT_TRUE(response.ok()) << response.status();
  const auto seen = daemon().mailbox().seen();
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_NE(seen[0].idempotency_key(), "");
  EXPECT_EQ(seen[0].idempotency_key(), seen[1].idempotency_key());
  EXPECT_EQ(seen[0].idempotency_key(), seen[2].idempotency_key());
}

TEST_F(ClientTest, SubmitGivesUpWhenItsTimeIsOver) {
  ClientOptions options = Quick();
  options.retry_for = absl::ZeroDuration();
  const auto response = Connect(options)->Submit(RequestTo("busy-example"));
  EXPECT_EQ(base::GetReason(response.status()), Reason::kQueueFull);
  EXPECT_EQ(daemon().mailbox().seen().size(), 1U);
}

TEST_F(ClientTest, SubmitDoesNotRepeatWhatIsFinal) {
  const auto response = Connect(Quick())->Submit(RequestTo("unknown-example"));
  EXPECT_EQ(base::GetReason(response.status()), Reason::kUnknownPartner);
  EXPECT_EQ(daemon().mailbox().seen().size(), 1U);
}

TEST_F(ClientTest, StreamAnswersEachDraftOnceInOrderOverBrokenConnections) {
  constexpr int kDrafts = 200;
  daemon().mailbox().BreakStreamAfter(70);
  int given = 0;
  int answers = 0;
  const absl::Status status = Connect(Quick())->SubmitStream(
      [&given](const std::stop_token&) -> absl::StatusOr<std::optional<desk::v1::SubmitRequest>> {
        if (given == kDrafts) return std::optional<desk::v1::SubmitRequest>();
        return RequestTo("to-" + std::to_string(given++));
      },
      [&answers](const desk::v1::SubmitStreamResponse& response) {
        EXPECT_EQ(response.response().results(0).to(), "to-" + std::to_string(answers++));
      });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(answers, kDrafts);
}

TEST_F(ClientTest, StreamAsksForNoMoreThanItsWindow) {
  ClientOptions options = Quick();
  options.window = 4;
  std::atomic<int> given = 0;
  std::atomic<int> answers = 0;
  const absl::Status status = Connect(options)->SubmitStream(
      [&](const std::stop_token&) -> absl::StatusOr<std::optional<desk::v1::SubmitRequest>> {
        // The one being asked for comes on top of those in the window; an answer leaves it before
        // it is counted here.
        EXPECT_LE(given - answers, 4 + 1);
        if (given == 100) return std::optional<desk::v1::SubmitRequest>();
        ++given;
        return RequestTo("ho-example");
      },
      [&](const desk::v1::SubmitStreamResponse&) { ++answers; });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(answers, 100);
}

TEST_F(ClientTest, AnErrorOfTheSourceEndsTheStreamAfterItsAnswers) {
  int answers = 0;
  bool first = true;
  const absl::Status status = Connect(Quick())->SubmitStream(
      [&](const std::stop_token&) -> absl::StatusOr<std::optional<desk::v1::SubmitRequest>> {
        if (!first) return MakeError(Reason::kUsage, "no more");
        first = false;
        return RequestTo("ho-example");
      },
      [&](const desk::v1::SubmitStreamResponse&) { ++answers; });
  EXPECT_EQ(base::GetReason(status), Reason::kUsage);
  EXPECT_EQ(answers, 1);
}

TEST_F(ClientTest, ADaemonThatIsNotThereIsUnreachable) {
  ContextChoice choice;
  choice.config_file = Config("127.0.0.1:1");
  const auto nobody = Client::Connect(FindContext(choice).value(), Quick()).value();
  EXPECT_EQ(base::GetReason(nobody->ListPartners().status()), Reason::kUnreachable);
}

TEST(BackoffTest, DoublesUpToTheLongestAndHonoursTheDaemonsWish) {
  ClientOptions options;
  options.first_pause = absl::Seconds(1);
  options.longest_pause = absl::Seconds(3);
  Backoff backoff(options);
  const absl::Status busy = MakeError(Reason::kQueueFull, "busy");
  EXPECT_EQ(backoff.Next(busy, absl::ZeroDuration()), absl::Seconds(1));
  EXPECT_EQ(backoff.Next(busy, absl::ZeroDuration()), absl::Seconds(2));
  EXPECT_EQ(backoff.Next(busy, absl::ZeroDuration()), absl::Seconds(3));
  base::ErrorText later;
  later.reason = Reason::kQueueFull;
  later.retry_after = absl::Seconds(20);
  EXPECT_EQ(backoff.Next(MakeError(later), absl::ZeroDuration()), absl::Seconds(20));
  EXPECT_EQ(backoff.Next(busy, absl::Seconds(58)), std::nullopt);
  EXPECT_EQ(backoff.Next(MakeError(Reason::kTooLarge, "big"), absl::ZeroDuration()), std::nullopt);
}

TEST(NewIdempotencyKeyTest, IsFresh) {
  EXPECT_EQ(NewIdempotencyKey().size(), 32U);
  EXPECT_NE(NewIdempotencyKey(), NewIdempotencyKey());
}

}  // namespace
}  // namespace liaison::client
