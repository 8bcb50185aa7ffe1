#include "tests/rpc/test_daemon.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <utility>

#include "daemon/base/invariant.h"
#include "daemon/rpc/status.h"
#include "daemon/rpc/stream.h"

namespace liaison::rpc {
namespace {

// Not before the certificates begin to be valid.
absl::Time StartTime() {
  Pki::Shared();
  return absl::Now();
}

Edge::Options WithAdmission(Edge::Options options) {
  if (!options.admit) options.admit = [](const Caller&) { return std::string("south"); };
  return options;
}

std::chrono::system_clock::time_point After(absl::Duration timeout) {
  return std::chrono::system_clock::now() + absl::ToChronoMilliseconds(timeout);
}

}  // namespace

class TestDaemon::Exchange final : public exchange::v1::ExchangeService::CallbackService {
 public:
  explicit Exchange(TestDaemon& daemon) : daemon_(daemon) {}

  grpc::ServerUnaryReactor* Hello(grpc::CallbackServerContext* context,
                                  const exchange::v1::HelloRequest* request,
                                  exchange::v1::HelloResponse* response) override {
    const Options& options = daemon_.options_;
    if (options.later) return daemon_.edge_.Later(context, *request, options.later);
    return daemon_.edge_.Unary(context, *request, [&options, response](const Call& call) {
      return options.hello(call, *response);
    });
  }

  grpc::ServerUnaryReactor* Deliver(grpc::CallbackServerContext* context,
                                    const exchange::v1::DeliverRequest* request,
                                    exchange::v1::DeliverResponse*) override {
    return daemon_.edge_.Unary(context, *request, [](const Call&) { return absl::OkStatus(); });
  }

 private:
  TestDaemon& daemon_;
};

class TestDaemon::Mailbox final : public desk::v1::MailboxService::CallbackService {
 public:
  explicit Mailbox(TestDaemon& daemon) : daemon_(daemon) {}

  grpc::ServerBidiReactor<desk::v1::SubmitRequest, desk::v1::SubmitStreamResponse>* SubmitStream(
      grpc::CallbackServerContext* context) override {
    return ServeStream<desk::v1::SubmitRequest, desk::v1::SubmitStreamResponse>(
        daemon_.edge_, context, daemon_.options_.window, daemon_.options_.drafts);
  }

 private:
  TestDaemon& daemon_;
};

TestDaemon::TestDaemon(Options options)
    : options_(std::move(options)),
      clock_(StartTime()),
      flows_(options_.pool),
      streams_({.threads = 2, .queue = 2}),
      gate_(options_.gate),
      edge_(WithAdmission(options_.edge), {.flows = flows_,
                                           .streams = streams_,
                                           .gate = gate_,
                                           .callers = callers_,
                                           .clock = clock_}),
      exchange_(std::make_unique<Exchange>(*this)),
      mailbox_(std::make_unique<Mailbox>(*this)) {
  ListenerOptions listener;
  listener.name = "test";
  listener.address = options_.address;
  listener.credentials = *ServerCredentials(Pki::Shared().Files("north"), options_.handshake);
  listener.services = {exchange_.get(), mailbox_.get()};
  listener.limits = options_.limits;
  listener.reflection = options_.reflection;
  absl::StatusOr<std::unique_ptr<Listener>> started = Listener::Start(listener, gate_, clock_);
  base::Invariant(started.ok(), started.status().ToString());
  listener_ = *std::move(started);
}

TestDaemon::~TestDaemon() { listener_->Shutdown(absl::ZeroDuration()); }

std::shared_ptr<grpc::Channel> TestDaemon::Channel(const ChannelOptions& options) {
  return MakeChannel(
      target(),
      *ClientCredentials(Pki::Shared().Files("south"), {.agency = "north", .pinned = {}}, clock_),
      options);
}

std::shared_ptr<grpc::Channel> TestDaemon::ChannelAs(const TlsFiles& files,
                                                     const ExpectedServer& server) {
  return MakeChannel(target(), *ClientCredentials(files, server, clock_));
}

absl::Status SayHello(const std::shared_ptr<grpc::Channel>& channel, absl::Duration timeout) {
  grpc::ClientContext context;
  context.set_deadline(After(timeout));
  exchange::v1::HelloResponse response;
  return FromGrpc(exchange::v1::ExchangeService::NewStub(channel)->Hello(&context, {}, &response));
}

bool Leaves(const std::shared_ptr<grpc::Channel>& channel, grpc_connectivity_state state) {
  return channel->WaitForStateChange(state, After(absl::Seconds(10)));
}

RawConnection::RawConnection() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval limit = {.tv_sec = 5, .tv_usec = 0};
  setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

bool RawConnection::Connect(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
}

bool RawConnection::IsEnded() {
  char buffer[4096];
  ssize_t size = 0;
  do {
    size = recv(socket_.get(), buffer, sizeof(buffer), 0);
  } while (size > 0);
  return size == 0 || errno == ECONNRESET;
}

bool RawConnection::Stands() {
  char byte = 0;
  return recv(socket_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
         (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace liaison::rpc
