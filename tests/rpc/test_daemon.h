// A listener with a service that does what the test says, and clients for it.
#ifndef LIAISON_TESTS_RPC_TEST_DAEMON_H_
#define LIAISON_TESTS_RPC_TEST_DAEMON_H_

#include <grpcpp/channel.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/synchronization/notification.h"
#include "daemon/base/clock.h"
#include "daemon/base/worker_pool.h"
#include "daemon/rpc/call_gate.h"
#include "daemon/rpc/credentials.h"
#include "daemon/rpc/listener.h"
#include "daemon/rpc/serve.h"
#include "daemon/rpc/stream.h"
#include "liaison/desk/v1/desk.grpc.pb.h"
#include "liaison/exchange/v1/exchange.grpc.pb.h"
#include "tests/rpc/pki.h"

namespace liaison::rpc {

using HelloFlow = std::function<absl::Status(const Call&, exchange::v1::HelloResponse&)>;
using DraftStream = Stream<desk::v1::SubmitRequest, desk::v1::SubmitStreamResponse>;

// Everything that a daemon has around its listener; "north" is the server.
class TestDaemon {
 public:
  struct Options {
    std::string address = "127.0.0.1:0";
    config::v1::Limits limits;
    CallGate::Limits gate;
    Edge::Options edge;
    HandshakeCheck handshake;
    base::WorkerPool::Options pool = {.threads = 4, .queue = 64};
    bool reflection = false;
    HelloFlow hello = [](const Call&, exchange::v1::HelloResponse&) { return absl::OkStatus(); };
    Edge::LaterFlow later;  // serves Hello instead, when given
    size_t window = 2;
    std::function<absl::Status(const Call&, DraftStream&)> drafts;
  };
  TestDaemon() : TestDaemon(Options()) {}
  explicit TestDaemon(Options options);
  ~TestDaemon();

  Listener& listener() { return *listener_; }
  CallGate& gate() { return gate_; }
  Edge& edge() { return edge_; }
  base::FakeClock& clock() { return clock_; }
  std::string target() const { return listener_->address(); }

  // A channel of "south" that expects "north".
  std::shared_ptr<grpc::Channel> Channel(const ChannelOptions& options = {});
  std::shared_ptr<grpc::Channel> ChannelAs(const TlsFiles& files, const ExpectedServer& server);

 private:
  class Exchange;
  class Mailbox;
  const Options options_;
  base::FakeClock clock_;
  base::WorkerPool flows_;
  base::WorkerPool streams_;
  CallGate gate_;
  CallerCache callers_;
  Edge edge_;
  std::unique_ptr<exchange::v1::ExchangeService::CallbackService> exchange_;
  std::unique_ptr<desk::v1::MailboxService::CallbackService> mailbox_;
  std::unique_ptr<Listener> listener_;
};

// One Hello, answered within ten seconds.
absl::Status SayHello(const std::shared_ptr<grpc::Channel>& channel,
                      absl::Duration timeout = absl::Seconds(10));
// True when the channel has left `state` within ten seconds.
bool Leaves(const std::shared_ptr<grpc::Channel>& channel, grpc_connectivity_state state);

// A plain TCP connection to the listener; reads give up after five seconds.
class RawConnection {
 public:
  RawConnection();
  bool Connect(int port);
  // True when the other side ends the connection within the limit of time.
  bool IsEnded();
  // True when nothing is to be read at this moment and the connection stands.
  bool Stands();

 private:
  Descriptor socket_;
};

}  // namespace liaison::rpc

#endif  // LIAISON_TESTS_RPC_TEST_DAEMON_H_
