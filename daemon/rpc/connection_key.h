// One name for a connection, made alike from the accepted socket and from what gRPC says of a
// call's peer.
#ifndef LIAISON_DAEMON_RPC_CONNECTION_KEY_H_
#define LIAISON_DAEMON_RPC_CONNECTION_KEY_H_

#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstdint>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

namespace liaison::rpc {

// An IPv6 address; IPv4 is mapped (::ffff:a.b.c.d), so that a dual-stack listener and gRPC name it
// alike.
using Address = std::array<uint8_t, 16>;

// The far end of a connection to a listener: one live connection at a time has it.
struct ConnectionKey {
  Address address = {};
  uint16_t port = 0;

  friend auto operator<=>(const ConnectionKey&, const ConnectionKey&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const ConnectionKey& key) {
    return H::combine(std::move(h), key.address, key.port);
  }
};

// From what accept() or getpeername() filled in. INVALID_ARGUMENT unless it is IPv4 or IPv6.
absl::StatusOr<ConnectionKey> ConnectionKeyOf(const sockaddr_storage& peer);

// From ServerContext::peer(): "ipv4:192.0.2.1:4711", "ipv6:%5B2001:db8::1%5D:4711".
// INVALID_ARGUMENT for anything else; unix sockets have no name of their own and are not offered.
absl::StatusOr<ConnectionKey> ConnectionKeyOfPeer(std::string_view peer);

// What limits for an address count by: an IPv4 address, the /64 of an IPv6 address (one host has a
// whole /64).
Address AddressGroup(const Address& address);

}  // namespace liaison::rpc

#endif  // LIAISON_DAEMON_RPC_CONNECTION_KEY_H_
