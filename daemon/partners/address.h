// Network addresses as a configuration writes them.
#ifndef LIAISON_DAEMON_PARTNERS_ADDRESS_H_
#define LIAISON_DAEMON_PARTNERS_ADDRESS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace liaison::partners {

struct Address {
  std::string host;  // without brackets
  uint16_t port = 0;

  // 127.0.0.0/8, ::1, or localhost.
  bool IsLoopback() const;
};

// "host:port" or "[IPv6 address]:port"; nullopt otherwise. A host is a name of letters, digits, '-'
// and '.', or an address.
std::optional<Address> ParseAddress(std::string_view text);

}  // namespace liaison::partners

#endif  // LIAISON_DAEMON_PARTNERS_ADDRESS_H_
