// One gRPC server behind an accept loop of our own.
#ifndef LIAISON_DAEMON_RPC_LISTENER_H_
#define LIAISON_DAEMON_RPC_LISTENER_H_

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/base/clock.h"
#include "daemon/rpc/call_gate.h"
#include "liaison/config/v1/agency.pb.h"

namespace liaison::rpc {

class Acceptor;

struct ListenerOptions {
  std::string name;     // for the log: "exchange", "desk"
  std::string address;  // "192.0.2.1:7000", "[::]:7000", "localhost:0"; port 0 takes a free one
  std::shared_ptr<grpc::ServerCredentials> credentials;
  std::vector<grpc::Service*> services;  // outlive the listener
  config::v1::Limits limits;             // 0 takes the default
  int max_message_bytes = 0;             // 0: limits.deliver_bytes and 64 KiB
  bool reflection = false;
};

// Serves from Start to Shutdown. Thread-safe.
class Listener {
 public:
  // Binds and serves. UNREACHABLE, naming the address, when it cannot be bound; USAGE when it is no
  // address. `gate` and `clock` outlive the listener; the gate serves this listener alone.
  static absl::StatusOr<std::unique_ptr<Listener>> Start(const ListenerOptions& options,
                                                         CallGate& gate, const base::Clock& clock);
  // As Shutdown with no time to spare.
  ~Listener();

  int port() const { return port_; }
  // The address that was bound, with the port: "127.0.0.1:40123".
  const std::string& address() const { return address_; }

  // Health says NOT_SERVING, no connection is accepted any more; calls go on. Idempotent.
  void StopAccepting();
  // StopAccepting; ends calls that are unfinished after `patience` with CANCELLED; waits for the
  // server to end. REQUIRES: every call that flows hold is finished, or will be without this
  // thread. Idempotent.
  void Shutdown(absl::Duration patience);

 private:
  Listener(std::unique_ptr<grpc::Server> server, std::unique_ptr<Acceptor> acceptor, CallGate& gate,
           std::string address, int port);

  CallGate& gate_;
  const std::string address_;
  const int port_;
  std::unique_ptr<Acceptor> acceptor_;
  std::unique_ptr<grpc::Server> server_;
  base::Mutex mu_;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  bool down_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace liaison::rpc

#endif  // LIAISON_DAEMON_RPC_LISTENER_H_
