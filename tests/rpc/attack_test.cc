// What a client may try that holds a good certificate and keeps to no rule.
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "daemon/base/error.h"
#include "daemon/base/invariant.h"
#include "tests/rpc/test_daemon.h"

namespace liaison::rpc {
namespace {

using base::Reason;
using std::chrono::steady_clock;

// A TLS connection of "south" over which a test writes what it likes.
class RawTls {
 public:
  explicit RawTls(const std::string& target) {
    const TlsFiles files = Pki::Shared().Files("south");
    received_ = testing::TempDir() + "liaison-raw-tls-XXXXXX";
    base::Invariant(mkdtemp(received_.data()) != nullptr, "a temporary folder");
    pipe_ = popen(absl::StrCat("openssl s_client -connect ", target, " -cert ", files.certificate,
                               " -key ", files.key, " -CAfile ", files.ca, " -alpn h2 -quiet >",
                               received_, "/bytes 2>/dev/null")
                      .c_str(),
                  "w");
  }
  ~RawTls() {
    pclose(pipe_);
    std::error_code ignored;
    std::filesystem::remove_all(received_, ignored);
  }
  RawTls(const RawTls&) = delete;

  bool Write(const std::string& bytes) {
    return fwrite(bytes.data(), 1, bytes.size(), pipe_) == bytes.size() && fflush(pipe_) == 0;
  }

  // True when `text` is among what came back, within ten seconds.
  bool Receives(const std::string& text) const {
    const auto end = steady_clock::now() + std::chrono::seconds(10);
    while (steady_clock::now() < end) {
      std::ostringstream bytes;
      bytes << std::ifstream(received_ + "/bytes", std::ios::binary).rdbuf();
      if (bytes.str().find(text) != std::string::npos) return true;
      std::this_thread::yield();
    }
    return false;
  }

 private:
  std::string received_;  // a folder
  FILE* pipe_;
};

std::string Frame(char type, char flags, size_t size) {
  std::string frame(9, '\0');
  frame[0] = static_cast<char>(size >> 16);
  frame[1] = static_cast<char>(size >> 8);
  frame[2] = static_cast<char>(size);
  frame[3] = type;
  frame[4] = flags;
  return frame + std::string(size, '\0');
}

// The beginning of every HTTP/2 connection: preface and empty SETTINGS.
std::string Beginning() {
  return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + Frame(/*type=*/4, /*flags=*/0, 0);
}

// True when the connection is ended while a flood of frames of a type that HTTP/2 does not know,
// which a server must skip, goes over it.
bool FloodIsCut(RawTls& connection) {
  if (!connection.Write(Beginning())) return false;
  const std::string frame = Frame(/*type=*/0x7A, /*flags=*/0, 16384);
  const auto end = steady_clock::now() + std::chrono::seconds(10);
  while (steady_clock::now() < end) {
    if (!connection.Write(frame)) return true;
  }
  return false;
}

TEST(AttackTest, BytesThatNoCallExplainsEndTheConnectionAndKeepTheAddressOut) {
  TestDaemon daemon;
  {
    RawTls flood(daemon.target());
    EXPECT_TRUE(FloodIsCut(flood));
  }
  EXPECT_EQ(base::GetReason(SayHello(daemon.Channel())), Reason::kUnreachable);
  daemon.clock().Advance(absl::Seconds(10));
  const absl::Status after = SayHello(daemon.Channel());
  EXPECT_TRUE(after.ok()) << after;
}

// Two strikes are gRPC's own default: the listener writes them down so that no default can take
// them away.
TEST(AttackTest, PingsWithoutACallEndTheConnection) {
  TestDaemon daemon;
  RawTls pings(daemon.target());
  ASSERT_TRUE(pings.Write(Beginning()));
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(pings.Write(Frame(/*type=*/6, /*flags=*/0, 8)));
  EXPECT_TRUE(pings.Receives("too_many_pings"));
  EXPECT_TRUE(SayHello(daemon.Channel()).ok());
}

TEST(AttackTest, AnHonestCallerStaysConnected) {
  TestDaemon::Options options;
  options.gate.slack_bytes = 16 << 10;
  options.gate.message_bytes = 0;
  TestDaemon daemon(std::move(options));
  const auto channel = daemon.Channel();
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(SayHello(channel).ok());
  EXPECT_EQ(daemon.gate().connections(), 1u);
  EXPECT_TRUE(daemon.gate().Sample(daemon.clock().Elapsed()).empty());
}

TEST(AttackTest, TheLargestMessageAllowedIsNoAttack) {
  TestDaemon daemon;
  const auto channel = daemon.Channel();
  for (int i = 0; i < 3; ++i) {
    exchange::v1::DeliverRequest large;
    large.add_envelopes()->set_statement(std::string(4 << 20, 'x'));
    grpc::ClientContext context;
    exchange::v1::DeliverResponse response;
    EXPECT_TRUE(
        exchange::v1::ExchangeService::NewStub(channel)->Deliver(&context, large, &response).ok());
  }
  EXPECT_TRUE(daemon.gate().Sample(daemon.clock().Elapsed()).empty());
}

// A call to gRPC's own reflection service, begun, asked one thing and kept open: it holds a thread
// of the server.
class HeldCall final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit HeldCall(grpc::GenericStub& stub) {
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    stub.PrepareBidiStreamingCall(
        &context_, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", {}, this);
    StartRead(&answer_);
    StartWrite(&request_);
    StartCall();
  }
  ~HeldCall() override {
    context_.TryCancel();
    ended_.WaitForNotification();
  }

  // Waits for an answer, or the end of the call: the code is then the call's.
  grpc::StatusCode Outcome() {
    answered_.WaitForNotification();
    if (has_answer_) return grpc::StatusCode::OK;
    ended_.WaitForNotification();
    return status_.error_code();
  }

  void OnReadDone(bool ok) override {
    has_answer_ = ok;
    answered_.Notify();
  }
  void OnDone(const grpc::Status& status) override {
    status_ = status;
    ended_.Notify();
  }

 private:
  grpc::ClientContext context_;
  const grpc::Slice question_{"\x3a\x01*"};  // ServerReflectionRequest{list_services: "*"}
  const grpc::ByteBuffer request_{&question_, 1};
  grpc::ByteBuffer answer_;
  bool has_answer_ = false;
  grpc::Status status_;
  absl::Notification answered_;
  absl::Notification ended_;
};

// How many of `count` calls at a time were answered; the others must have been refused.
size_t CountServed(TestDaemon& daemon, size_t count) {
  grpc::GenericStub stub(daemon.Channel());
  std::vector<std::unique_ptr<HeldCall>> calls;
  for (size_t i = 0; i < count; ++i) calls.push_back(std::make_unique<HeldCall>(stub));
  size_t served = 0;
  for (const auto& call : calls) {
    const grpc::StatusCode outcome = call->Outcome();
    if (outcome == grpc::StatusCode::OK) {
      ++served;
    } else {
      EXPECT_EQ(outcome, grpc::StatusCode::RESOURCE_EXHAUSTED);
    }
  }
  return served;
}

// Of the services on a listener reflection alone takes a thread for each call: the others return to
// the worker pool at once.
TEST(AttackTest, CallsThatHoldAThreadOfTheServerAreRefusedBeyondItsQuota) {
  TestDaemon::Options options;
  options.reflection = true;
  TestDaemon roomy(options);
  EXPECT_EQ(CountServed(roomy, 12), 12u);
  options.limits.set_grpc_threads(4);
  TestDaemon narrow(std::move(options));
  const size_t served = CountServed(narrow, 12);
  EXPECT_GE(served, 1u);
  EXPECT_LE(served, 4u);
  EXPECT_TRUE(SayHello(narrow.Channel()).ok());
}

// A call whose request never comes: nobody of ours sees it.
class EndlessCall final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit EndlessCall(grpc::GenericStub& stub) {
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    stub.PrepareBidiStreamingCall(&context_, "/liaison.exchange.v1.ExchangeService/Deliver", {},
                                  this);
    StartCall();
  }
  grpc::StatusCode Outcome() {
    ended_.WaitForNotification();
    return code_;
  }
  void OnDone(const grpc::Status& status) override {
    code_ = status.error_code();
    ended_.Notify();
  }

 private:
  grpc::ClientContext context_;
  grpc::StatusCode code_ = grpc::StatusCode::OK;
  absl::Notification ended_;
};

TEST(AttackTest, CallsWhoseRequestNeverEndsKeepNoConnection) {
  TestDaemon daemon;
  const auto channel = daemon.Channel();
  ASSERT_TRUE(
      channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10)));
  grpc::GenericStub stub(channel);
  EndlessCall call(stub);
  daemon.gate().Sample(daemon.clock().Elapsed());
  daemon.clock().Advance(absl::Minutes(10));
  EXPECT_EQ(call.Outcome(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(SayHello(daemon.Channel()).ok()) << "it was not blamed for bytes";
}

size_t ThreadsOfThisProcess() {
  const std::filesystem::directory_iterator threads("/proc/self/task");
  return static_cast<size_t>(std::distance(begin(threads), end(threads)));
}

TEST(AttackTest, CallsBegunAndCancelledByTheThousandNeedNoMoreThreads) {
  TestDaemon::Options options;
  options.limits.set_grpc_threads(4);
  options.limits.set_calls_per_connection(100);
  TestDaemon daemon(std::move(options));
  const auto channel = daemon.Channel();
  ASSERT_TRUE(SayHello(channel).ok());
  const auto stub = exchange::v1::ExchangeService::NewStub(channel);
  const size_t before = ThreadsOfThisProcess();
  size_t most = before;
  for (int round = 0; round < 20; ++round) {
    grpc::CompletionQueue queue;
    std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
    exchange::v1::HelloResponse response;
    grpc::Status status;
    std::vector<std::unique_ptr<grpc::ClientAsyncResponseReader<exchange::v1::HelloResponse>>>
        calls;
    std::vector<exchange::v1::HelloResponse> responses(100);
    std::vector<grpc::Status> statuses(100);
    for (size_t i = 0; i < 100; ++i) {
      contexts.push_back(std::make_unique<grpc::ClientContext>());
      calls.push_back(stub->AsyncHello(contexts.back().get(), {}, &queue));
      calls.back()->Finish(&responses[i], &statuses[i], nullptr);
      contexts.back()->TryCancel();
    }
    void* tag = nullptr;
    bool ok = false;
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(queue.Next(&tag, &ok));
    queue.Shutdown();
    most = std::max(most, ThreadsOfThisProcess());
  }
  EXPECT_LE(most, before + 8) << "of these 4 of the server, the others of the client";
  EXPECT_TRUE(SayHello(channel).ok());
}

}  // namespace
}  // namespace liaison::rpc
