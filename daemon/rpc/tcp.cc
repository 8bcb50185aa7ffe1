#include "daemon/rpc/tcp.h"

// <netinet/tcp.h> has an older tcp_info without the byte counts, and the two cannot be included
// together.
#include <linux/tcp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"

namespace liaison::rpc {
namespace {

using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

absl::Status CannotBind(const std::string& address, int error) {
  return base::MakeError(
      base::Reason::kUnreachable,
      absl::StrCat("cannot listen on ", address, ": ", std::strerror(error)),
      "stop what uses the port, or name another address in the listeners section");
}

absl::StatusOr<AddressList> Resolve(const std::string& address) {
  const absl::Status bad = base::MakeError(
      base::Reason::kUsage, absl::StrCat("not an address to listen on: ", address),
      "write host:port with a numeric host, for example 127.0.0.1:7000 or [::]:7000");
  const size_t colon = address.rfind(':');
  if (colon == address.npos || colon == 0) return bad;
  std::string host = address.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  addrinfo hints = {};
  hints.ai_family = host == "localhost" ? AF_INET : AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV | (host == "localhost" ? 0 : AI_NUMERICHOST);
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), address.c_str() + colon + 1, &hints, &found) != 0) return bad;
  return AddressList(found, &freeaddrinfo);
}

// The bound address as text, with the port that was taken for 0.
absl::Status NameBound(BoundSocket& bound) {
  sockaddr_storage name = {};
  socklen_t size = sizeof(name);
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  auto* const generic = reinterpret_cast<sockaddr*>(&name);
  if (getsockname(bound.socket.get(), generic, &size) != 0 ||
      getnameinfo(generic, size, host, sizeof(host), port, sizeof(port),
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return absl::InternalError("a listening socket has no name");
  }
  bound.port = std::atoi(port);
  bound.address = name.ss_family == AF_INET6 ? absl::StrCat("[", host, "]:", port)
                                             : absl::StrCat(host, ":", port);
  return absl::OkStatus();
}

}  // namespace

std::optional<uint64_t> ReceivedBytes(int socket) {
  tcp_info info = {};
  socklen_t size = sizeof(info);
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
      size < offsetof(tcp_info, tcpi_bytes_received) + sizeof(info.tcpi_bytes_received)) {
    return std::nullopt;
  }
  return info.tcpi_bytes_received;
}

void SetNoDelay(int socket) {
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

void CutSocket(int socket) { shutdown(socket, SHUT_RDWR); }

absl::StatusOr<BoundSocket> ListenOn(const std::string& address) {
  const absl::StatusOr<AddressList> found = Resolve(address);
  if (!found.ok()) return found.status();
  const addrinfo& first = **found;
  BoundSocket bound;
  bound.socket = Descriptor(socket(first.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!bound.socket.valid()) return CannotBind(address, errno);
  // After a restart old connections linger on the port. SO_REUSEPORT stays off: a second daemon
  // must not share it.
  const int on = 1;
  setsockopt(bound.socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (bind(bound.socket.get(), first.ai_addr, first.ai_addrlen) != 0 ||
      listen(bound.socket.get(), SOMAXCONN) != 0) {
    return CannotBind(address, errno);
  }
  const absl::Status named = NameBound(bound);
  if (!named.ok()) return named;
  return bound;
}

}  // namespace liaison::rpc
