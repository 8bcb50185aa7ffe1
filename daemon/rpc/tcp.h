// The few things that we ask of a TCP socket beside gRPC.
#ifndef LIAISON_DAEMON_RPC_TCP_H_
#define LIAISON_DAEMON_RPC_TCP_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "daemon/rpc/descriptor.h"

namespace liaison::rpc {

// Bytes that the connection has received since it was made; nullopt when the system does not say.
std::optional<uint64_t> ReceivedBytes(int socket);

// Sends answers at once, not when more has gathered.
void SetNoDelay(int socket);

// Ends both directions; whoever reads or writes the connection finds it closed, whatever descriptor
// they use.
void CutSocket(int socket);

struct BoundSocket {
  Descriptor socket;    // listening, non-blocking
  std::string address;  // with the port that was bound
  int port = 0;
};

// Listens on "host:port" or "[v6]:port", host numeric, or "localhost". Never shared with another
// process. Errors: USAGE when it is no such address; UNREACHABLE, naming it, when it cannot be
// bound.
absl::StatusOr<BoundSocket> ListenOn(const std::string& address);

}  // namespace liaison::rpc

#endif  // LIAISON_DAEMON_RPC_TCP_H_
