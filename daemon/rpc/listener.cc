#include "daemon/rpc/listener.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server_builder.h>
#include <sys/resource.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/log.h"
#include "daemon/rpc/acceptor.h"

namespace liaison::rpc {
namespace {

constexpr int kMessageOverhead = 64 << 10;
constexpr uint64_t kOwnDescriptors = 128;  // for database, log, configuration and the like

uint32_t Or(uint32_t value, uint32_t otherwise) { return value != 0 ? value : otherwise; }

int Milliseconds(uint32_t seconds) {
  return static_cast<int>(std::min<uint32_t>(seconds, 1'000'000) * 1000);
}

// Two descriptors a connection, two listeners a daemon.
size_t DefaultConnections() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 64;
  const uint64_t nofile = std::min<uint64_t>(limit.rlim_cur, 1 << 20);
  return std::max<uint64_t>(16, (nofile - std::min(nofile, kOwnDescriptors)) / 4);
}

Door::Limits DoorLimits(const config::v1::Limits& limits) {
  Door::Limits door;
  door.per_address = Or(limits.connections_per_address(), 32);
  door.in_all = limits.connections() != 0 ? limits.connections() : DefaultConnections();
  door.penalty = absl::Seconds(Or(limits.penalty_seconds(), 10));
  return door;
}

// Reflection comes as a plugin that, once linked, every server of the process has; this says which
// keeps it.
class ReflectionChoice final : public grpc::ServerBuilderOption {
 public:
  explicit ReflectionChoice(bool wanted) : wanted_(wanted) {}
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->clear();
    if (wanted_) {
      plugins->push_back(std::make_unique<grpc::reflection::ProtoServerReflectionPlugin>());
    }
  }

 private:
  const bool wanted_;
};

void SetLimits(const ListenerOptions& options, grpc::ServerBuilder& builder) {
  const config::v1::Limits& limits = options.limits;
  const uint32_t deliver = Or(limits.deliver_bytes(), 4 << 20);
  builder.SetMaxReceiveMessageSize(options.max_message_bytes != 0
                                       ? options.max_message_bytes
                                       : static_cast<int>(deliver) + kMessageOverhead);
  const auto set = [&builder](const char* name, int value) {
    builder.AddChannelArgument(name, value);
  };
  set(GRPC_ARG_ALLOW_REUSEPORT, 0);
  set(GRPC_ARG_MAX_CONCURRENT_STREAMS, static_cast<int>(Or(limits.calls_per_connection(), 32)));
  set(GRPC_ARG_MAX_METADATA_SIZE, static_cast<int>(Or(limits.metadata_bytes(), 8 << 10)));
  set(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, Milliseconds(Or(limits.handshake_seconds(), 5)));
  set(GRPC_ARG_MAX_CONNECTION_IDLE_MS, Milliseconds(Or(limits.idle_seconds(), 300)));
  set(GRPC_ARG_MAX_CONNECTION_AGE_MS, Milliseconds(Or(limits.age_seconds(), 3600)));
  set(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, 30'000);
  set(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 30'000);
  set(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 2);
  set(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0);
  set(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  set(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  // A quarter of a megabyte unpacks to a quarter of a gigabyte before any size is looked at.
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
}

void SetResources(const ListenerOptions& options, grpc::ServerBuilder& builder) {
  grpc::ResourceQuota quota(options.name);
  quota.Resize(Or(options.limits.grpc_memory_bytes(), 64 << 20));
  quota.SetMaxThreads(static_cast<int>(Or(options.limits.grpc_threads(), 24)));
  builder.SetResourceQuota(quota);
  // For reflection, the only synchronous service: one queue, whatever the number of cores, fits
  // into any quota.
  builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 2);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Listener>> Listener::Start(const ListenerOptions& options,
                                                          CallGate& gate,
                                                          const base::Clock& clock) {
  absl::StatusOr<std::unique_ptr<Acceptor>> acceptor =
      Acceptor::Bind(options.address, DoorLimits(options.limits), gate, clock);
  if (!acceptor.ok()) return acceptor.status();
  grpc::ServerBuilder builder;
  auto target = builder.experimental().AddExternalConnectionAcceptor(
      grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD, options.credentials);
  for (grpc::Service* service : options.services) builder.RegisterService(service);
  SetLimits(options, builder);
  SetResources(options, builder);
  builder.SetOption(std::make_unique<ReflectionChoice>(options.reflection));
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) {
    return absl::InternalError(absl::StrCat("gRPC does not start the listener ", options.name));
  }
  (*acceptor)->Start(std::move(target));
  const std::string address = (*acceptor)->address();
  const int port = (*acceptor)->port();
  base::Log(base::LogLevel::kInfo, "listening", {{"listener", options.name}, {"address", address}});
  return std::unique_ptr<Listener>(
      new Listener(std::move(server), *std::move(acceptor), gate, address, port));
}

Listener::Listener(std::unique_ptr<grpc::Server> server, std::unique_ptr<Acceptor> acceptor,
                   CallGate& gate, std::string address, int port)
    : gate_(gate),
      address_(std::move(address)),
      port_(port),
      acceptor_(std::move(acceptor)),
      server_(std::move(server)) {}

Listener::~Listener() { Shutdown(absl::ZeroDuration()); }

void Listener::StopAccepting() {
  base::MutexLock lock(mu_);
  if (stopped_) return;
  stopped_ = true;
  if (server_->GetHealthCheckService() != nullptr) {
    server_->GetHealthCheckService()->SetServingStatus(false);
  }
  acceptor_->Stop();
}

void Listener::Shutdown(absl::Duration patience) {
  StopAccepting();  // first: a connection handed over after the server's end would leak
  base::MutexLock lock(mu_);
  if (down_) return;
  down_ = true;
  server_->Shutdown(gpr_time_from_millis(absl::ToInt64Milliseconds(patience), GPR_TIMESPAN));
  server_->Wait();
  gate_.Clear();
}

}  // namespace liaison::rpc
