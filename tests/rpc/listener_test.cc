#include "daemon/rpc/listener.h"

#include <fcntl.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "daemon/base/error.h"
#include "daemon/rpc/status.h"
#include "daemon/rpc/tcp.h"
#include "tests/rpc/test_daemon.h"

namespace liaison::rpc {
namespace {

using base::Reason;

TEST(ListenerTest, TakesAFreePortAndSaysWhich) {
  TestDaemon daemon;
  EXPECT_GT(daemon.listener().port(), 0);
  EXPECT_EQ(daemon.listener().address(), absl::StrCat("127.0.0.1:", daemon.listener().port()));
}

absl::Status StartOn(const std::string& address) {
  base::SystemClock clock;
  CallGate gate({});
  ListenerOptions options;
  options.address = address;
  options.credentials = *ServerCredentials(Pki::Shared().Files("north"), {});
  return Listener::Start(options, gate, clock).status();
}

TEST(ListenerTest, NamesTheAddressThatItCannotBind) {
  TestDaemon daemon;
  const absl::Status status = StartOn(daemon.target());
  EXPECT_EQ(base::GetReason(status), Reason::kUnreachable);
  EXPECT_EQ(base::ReasonExitCode(*base::GetReason(status)), 5);
  EXPECT_TRUE(absl::StrContains(status.message(), daemon.target())) << status;
}

TEST(ListenerTest, RefusesWhatIsNoAddress) {
  for (const char* address :
       {"", "7000", ":7000", "example.org:7000", "127.0.0.1", "unix:/run/x", "127.0.0.1:http"}) {
    EXPECT_EQ(base::GetReason(StartOn(address)), Reason::kUsage) << address;
  }
}

TEST(ListenerTest, ServesIpv4AndIpv6OnOneSocket) {
  if (!ListenOn("[::1]:0").ok()) GTEST_SKIP() << "no IPv6 here";
  TestDaemon::Options options;
  options.address = "[::]:0";
  TestDaemon daemon(std::move(options));
  const auto credentials = *ClientCredentials(Pki::Shared().Files("south"),
                                              {.agency = "north", .pinned = {}}, daemon.clock());
  for (const char* host : {"127.0.0.1", "[::1]"}) {
    const absl::Status status =
        SayHello(MakeChannel(absl::StrCat(host, ":", daemon.listener().port()), credentials));
    EXPECT_TRUE(status.ok()) << host << ": " << status;
  }
}

TEST(ListenerTest, LimitsTheConnectionsOfAnAddress) {
  TestDaemon::Options options;
  options.limits.set_connections_per_address(2);
  TestDaemon daemon(std::move(options));
  RawConnection first;
  RawConnection second;
  RawConnection third;
  ASSERT_TRUE(first.Connect(daemon.listener().port()));
  ASSERT_TRUE(second.Connect(daemon.listener().port()));
  ASSERT_TRUE(third.Connect(daemon.listener().port()));
  EXPECT_TRUE(third.IsEnded());
  EXPECT_TRUE(first.Stands());
  EXPECT_TRUE(second.Stands());
}

TEST(ListenerTest, GivesThePlaceOfAClosedConnectionBack) {
  TestDaemon::Options options;
  options.limits.set_connections_per_address(1);
  TestDaemon daemon(std::move(options));
  for (int i = 0; i < 5; ++i) {
    const auto channel = daemon.Channel();
    // Tries again until the end of the connection before has been noticed.
    ASSERT_TRUE(
        channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10)));
    ASSERT_TRUE(SayHello(channel).ok()) << i;
  }
}

TEST(ListenerTest, EndsAConnectionThatDoesNotFinishItsHandshake) {
  TestDaemon::Options options;
  options.limits.set_handshake_seconds(1);
  TestDaemon daemon(std::move(options));
  RawConnection silent;
  ASSERT_TRUE(silent.Connect(daemon.listener().port()));
  EXPECT_TRUE(silent.IsEnded());
}

TEST(ListenerTest, EndsAnIdleConnection) {
  TestDaemon::Options options;
  options.limits.set_idle_seconds(1);
  TestDaemon daemon(std::move(options));
  const auto channel = daemon.Channel();
  ASSERT_TRUE(SayHello(channel).ok());
  EXPECT_TRUE(Leaves(channel, GRPC_CHANNEL_READY));
}

TEST(ListenerTest, EndsAnOldConnectionWhichTheClientRenews) {
  TestDaemon::Options options;
  options.limits.set_age_seconds(1);
  TestDaemon daemon(std::move(options));
  const auto channel = daemon.Channel();
  ASSERT_TRUE(SayHello(channel).ok());
  EXPECT_TRUE(Leaves(channel, GRPC_CHANNEL_READY));
  EXPECT_TRUE(SayHello(channel).ok());
}

TEST(ListenerTest, RefusesCompressedRequestsUnread) {
  TestDaemon daemon;
  const auto channel = daemon.Channel({.max_message_bytes = 16 << 20});
  exchange::v1::DeliverRequest bomb;
  bomb.add_envelopes()->set_statement(std::string(8 << 20, '\0'));
  for (const grpc_compression_algorithm algorithm : {GRPC_COMPRESS_GZIP, GRPC_COMPRESS_DEFLATE}) {
    grpc::ClientContext context;
    context.set_compression_algorithm(algorithm);
    exchange::v1::DeliverResponse response;
    const grpc::Status status =
        exchange::v1::ExchangeService::NewStub(channel)->Deliver(&context, bomb, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << status.error_message();
  }
  EXPECT_TRUE(SayHello(channel).ok());
}

TEST(ListenerTest, RefusesAMessageBeyondTheLimit) {
  TestDaemon::Options options;
  options.limits.set_deliver_bytes(1 << 20);
  TestDaemon daemon(std::move(options));
  exchange::v1::DeliverRequest large;
  large.add_envelopes()->set_statement(std::string(2 << 20, 'x'));
  grpc::ClientContext context;
  exchange::v1::DeliverResponse response;
  const grpc::Status status =
      exchange::v1::ExchangeService::NewStub(daemon.Channel())->Deliver(&context, large, &response);
  EXPECT_EQ(base::GetReason(FromGrpc(status)), Reason::kTooLarge) << status.error_message();
}

TEST(ListenerTest, RefusesMetadataBeyondTheLimit) {
  TestDaemon::Options options;
  options.limits.set_metadata_bytes(1 << 10);
  TestDaemon daemon(std::move(options));
  grpc::ClientContext context;
  context.AddMetadata("x-long", std::string(2 << 10, 'x'));
  exchange::v1::HelloResponse response;
  const grpc::Status status =
      exchange::v1::ExchangeService::NewStub(daemon.Channel())->Hello(&context, {}, &response);
  EXPECT_FALSE(status.ok());
}

// Whether the listener answers a call to gRPC's own service `method`.
grpc::StatusCode CodeOf(const std::shared_ptr<grpc::Channel>& channel, const std::string& method) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  exchange::v1::HelloRequest request;
  exchange::v1::HelloResponse response;
  const grpc::internal::RpcMethod rpc(method.c_str(), grpc::internal::RpcMethod::NORMAL_RPC);
  return grpc::internal::BlockingUnaryCallImpl<google::protobuf::MessageLite,
                                               google::protobuf::MessageLite>(
             channel.get(), rpc, &context, request, &response)
      .status()
      .error_code();
}

TEST(ListenerTest, OffersReflectionOnlyWhereItIsWanted) {
  constexpr char kMethod[] = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
  TestDaemon::Options options;
  options.reflection = true;
  TestDaemon open(std::move(options));
  TestDaemon closed;
  EXPECT_NE(CodeOf(open.Channel(), kMethod), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(CodeOf(closed.Channel(), kMethod), grpc::StatusCode::UNIMPLEMENTED);
}

TEST(ListenerTest, AnswersHealthChecks) {
  TestDaemon daemon;
  EXPECT_EQ(CodeOf(daemon.Channel(), "/grpc.health.v1.Health/Check"), grpc::StatusCode::OK);
}

TEST(ListenerTest, CutsLiveConnectionsOfARevokedKeyInMidCall) {
  absl::Notification begun;
  absl::Notification cancelled;
  TestDaemon::Options options;
  options.hello = [&](const Call& call, exchange::v1::HelloResponse&) {
    begun.Notify();
    while (!call.cancelled()) std::this_thread::yield();
    cancelled.Notify();
    return absl::OkStatus();
  };
  TestDaemon daemon(std::move(options));
  const auto channel = daemon.Channel();
  absl::Status status;
  std::thread client([&] { status = SayHello(channel); });
  ASSERT_TRUE(begun.WaitForNotificationWithTimeout(absl::Seconds(10)));
  EXPECT_EQ(daemon.gate().CutConnectionsOf(Pki::Shared().KeyOf("north")), 0u);
  EXPECT_EQ(daemon.gate().CutConnectionsOf(Pki::Shared().KeyOf("south")), 1u);
  client.join();
  EXPECT_EQ(base::GetReason(status), Reason::kUnreachable);
  EXPECT_TRUE(cancelled.WaitForNotificationWithTimeout(absl::Seconds(10)));
}

TEST(ListenerTest, AcceptsNothingAfterStopAndEndsCallsAtShutdown) {
  TestDaemon daemon;
  const auto channel = daemon.Channel();
  ASSERT_TRUE(SayHello(channel).ok());
  daemon.listener().StopAccepting();
  EXPECT_TRUE(SayHello(channel).ok());
  RawConnection late;
  EXPECT_FALSE(late.Connect(daemon.listener().port()));
  daemon.listener().Shutdown(absl::Seconds(1));
  EXPECT_EQ(daemon.gate().connections(), 0u);
  EXPECT_EQ(base::GetReason(SayHello(channel, absl::Seconds(1))), Reason::kUnreachable);
}

// Holds every descriptor that the process may have, until destroyed.
class NoDescriptors {
 public:
  NoDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    rlimit low = before_;
    low.rlim_cur = std::min<rlim_t>(before_.rlim_cur, 512);
    setrlimit(RLIMIT_NOFILE, &low);
    while (true) {
      Descriptor next(open("/dev/null", O_RDONLY));
      if (!next.valid()) break;
      held_.push_back(std::move(next));
    }
  }
  ~NoDescriptors() {
    held_.clear();
    setrlimit(RLIMIT_NOFILE, &before_);
  }
  size_t count() const { return held_.size(); }

 private:
  rlimit before_ = {};
  std::vector<Descriptor> held_;
};

TEST(ListenerTest, ShedsConnectionsWithoutDescriptorsAndServesAgainAfterwards) {
  TestDaemon daemon;
  {
    std::vector<RawConnection> waiting(20);  // their sockets are made before
    const NoDescriptors none;
    ASSERT_GT(none.count(), 0u);
    for (RawConnection& connection : waiting) {
      ASSERT_TRUE(connection.Connect(daemon.listener().port()));
      EXPECT_TRUE(connection.IsEnded());
    }
  }
  EXPECT_TRUE(SayHello(daemon.Channel()).ok());
}

}  // namespace
}  // namespace liaison::rpc
