// The accept loop: takes connections from the system, counts them, and hands them to gRPC, which
// does the TLS.
//
// gRPC's own loop stops for ever when descriptors run out. This one keeps a descriptor in reserve:
// it gives it up to accept and close what waits, and takes it back.
#ifndef LIAISON_DAEMON_RPC_ACCEPTOR_H_
#define LIAISON_DAEMON_RPC_ACCEPTOR_H_

#include <grpcpp/server_builder.h>

#include <memory>
#include <string>
#include <thread>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "daemon/base/clock.h"
#include "daemon/rpc/call_gate.h"
#include "daemon/rpc/connection_key.h"
#include "daemon/rpc/descriptor.h"
#include "daemon/rpc/door.h"
#include "daemon/rpc/tcp.h"

namespace liaison::rpc {

// One thread, from Start to Stop. It also samples the gate's connections ten times a second and
// notices their ends.
class Acceptor {
 public:
  using Target = grpc::experimental::ExternalConnectionAcceptor;

  // Binds; accepts nothing yet. Errors: as ListenOn. `gate` and `clock` outlive the acceptor.
  static absl::StatusOr<std::unique_ptr<Acceptor>> Bind(const std::string& address,
                                                        const Door::Limits& limits, CallGate& gate,
                                                        const base::Clock& clock);
  ~Acceptor();

  const std::string& address() const { return bound_.address; }
  int port() const { return bound_.port; }

  // Begins to hand connections to `target`. Call once.
  void Start(std::unique_ptr<Target> target);
  // Closes the listening socket and ends the thread: nothing is handed over afterwards. Idempotent.
  void Stop();

 private:
  Acceptor(BoundSocket bound, const Door::Limits& limits, CallGate& gate, const base::Clock& clock);

  absl::Status Prepare();
  void Run();
  void AcceptSome();
  // False when there is no use in trying again before the next sample.
  bool Shed();
  void Admit(Descriptor connection, const ConnectionKey& key);
  void Sample();
  void Closed(int watched);
  void ListenAgain(bool listening);

  CallGate& gate_;
  const base::Clock& clock_;
  BoundSocket bound_;
  std::unique_ptr<Target> target_;
  Descriptor epoll_;
  Descriptor timer_;
  Descriptor stop_;
  std::thread thread_;

  // Owned by the thread.
  Door door_;
  Descriptor reserve_;
  bool listening_ = true;  // false: no descriptor is left even for shedding
  absl::flat_hash_map<int, ConnectionKey> watched_;  // by the gate's duplicate
  absl::flat_hash_map<ConnectionKey, int> duplicates_;
};

}  // namespace liaison::rpc

#endif  // LIAISON_DAEMON_RPC_ACCEPTOR_H_
