#include "daemon/rpc/connection_key.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"

namespace liaison::rpc {
namespace {

constexpr std::array<uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

Address Mapped(const in_addr& v4) {
  Address address = {};
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.begin());
  std::memcpy(address.data() + kMappedPrefix.size(), &v4, sizeof(v4));
  return address;
}

bool IsMapped(const Address& address) {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address.begin());
}

Address Plain(const in6_addr& v6) {
  Address address = {};
  std::memcpy(address.data(), &v6, sizeof(v6));
  return address;
}

// "%5B" to "[" and so on; a '%' without two digits stays (the zone of a link-local address).
std::string PercentDecoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    int value = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        absl::SimpleHexAtoi(absl::string_view(text.data() + i + 1, 2), &value)) {
      out.push_back(static_cast<char>(value));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

}  // namespace

absl::StatusOr<ConnectionKey> ConnectionKeyOf(const sockaddr_storage& peer) {
  ConnectionKey key;
  if (peer.ss_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &peer, sizeof(v4));
    key.address = Mapped(v4.sin_addr);
    key.port = ntohs(v4.sin_port);
    return key;
  }
  if (peer.ss_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &peer, sizeof(v6));
    key.address = Plain(v6.sin6_addr);
    key.port = ntohs(v6.sin6_port);
    return key;
  }
  return absl::InvalidArgumentError("a connection over neither IPv4 nor IPv6");
}

absl::StatusOr<ConnectionKey> ConnectionKeyOfPeer(std::string_view peer) {
  const absl::Status bad = absl::InvalidArgumentError("a peer that is no IPv4 or IPv6 address");
  const size_t scheme = peer.find(':');
  const std::string text =
      scheme == peer.npos ? std::string() : PercentDecoded(peer.substr(scheme + 1));
  const size_t colon = text.rfind(':');
  if (colon == text.npos) return bad;
  int port = 0;
  if (!absl::SimpleAtoi(text.substr(colon + 1), &port) || port < 0 || port > 0xFFFF) return bad;
  std::string host = text.substr(0, colon);
  ConnectionKey key;
  key.port = static_cast<uint16_t>(port);
  if (peer.substr(0, scheme) == "ipv4") {
    in_addr v4;
    if (inet_pton(AF_INET, host.c_str(), &v4) != 1) return bad;
    key.address = Mapped(v4);
    return key;
  }
  if (peer.substr(0, scheme) != "ipv6" || !host.starts_with('[') || !host.ends_with(']'))
    return bad;
  host = host.substr(1, host.find_first_of("%]") - 1);  // without the zone
  in6_addr v6;
  if (inet_pton(AF_INET6, host.c_str(), &v6) != 1) return bad;
  key.address = Plain(v6);
  return key;
}

Address AddressGroup(const Address& address) {
  Address group = address;
  if (!IsMapped(address)) std::fill(group.begin() + 8, group.end(), uint8_t{0});
  return group;
}

}  // namespace liaison::rpc
