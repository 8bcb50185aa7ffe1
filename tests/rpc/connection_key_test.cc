#include "daemon/rpc/connection_key.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstring>

namespace liaison::rpc {
namespace {

sockaddr_storage V4(const char* host, uint16_t port) {
  sockaddr_in v4 = {};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  inet_pton(AF_INET, host, &v4.sin_addr);
  sockaddr_storage storage = {};
  std::memcpy(&storage, &v4, sizeof(v4));
  return storage;
}

sockaddr_storage V6(const char* host, uint16_t port) {
  sockaddr_in6 v6 = {};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  inet_pton(AF_INET6, host, &v6.sin6_addr);
  sockaddr_storage storage = {};
  std::memcpy(&storage, &v6, sizeof(v6));
  return storage;
}

TEST(ConnectionKeyTest, NamesIpv4Alike) {
  EXPECT_EQ(*ConnectionKeyOf(V4("192.0.2.1", 4711)), *ConnectionKeyOfPeer("ipv4:192.0.2.1:4711"));
}

TEST(ConnectionKeyTest, NamesIpv4OfADualStackListenerAlike) {
  EXPECT_EQ(*ConnectionKeyOf(V6("::ffff:192.0.2.1", 4711)),
            *ConnectionKeyOfPeer("ipv4:192.0.2.1:4711"));
}

TEST(ConnectionKeyTest, NamesPercentEncodedIpv6Alike) {
  EXPECT_EQ(*ConnectionKeyOf(V6("2001:db8::7", 4711)),
            *ConnectionKeyOfPeer("ipv6:%5B2001:db8::7%5D:4711"));
}

TEST(ConnectionKeyTest, NamesPlainIpv6Alike) {
  EXPECT_EQ(*ConnectionKeyOf(V6("::1", 1)), *ConnectionKeyOfPeer("ipv6:[::1]:1"));
}

TEST(ConnectionKeyTest, LeavesOutTheZoneOfALinkLocalAddress) {
  EXPECT_EQ(*ConnectionKeyOf(V6("fe80::1", 9)),
            *ConnectionKeyOfPeer("ipv6:%5Bfe80::1%25eth0%5D:9"));
}

TEST(ConnectionKeyTest, KeepsPortsAndAddressesApart) {
  EXPECT_NE(*ConnectionKeyOf(V4("192.0.2.1", 1)), *ConnectionKeyOf(V4("192.0.2.1", 2)));
  EXPECT_NE(*ConnectionKeyOf(V4("192.0.2.1", 1)), *ConnectionKeyOf(V4("192.0.2.2", 1)));
}

TEST(ConnectionKeyTest, RefusesEverythingElse) {
  for (const char* peer :
       {"", "unix:/run/socket", "unix:", "ipv4:", "ipv4:192.0.2.1", "ipv4:192.0.2:1",
        "ipv4:192.0.2.1:65536", "ipv4:192.0.2.1:-1", "ipv6:::1:1", "ipv6:%5B::1:1", "ipv6:%5B%5D:1",
        "ipv6:%5", "inproc:1:1"}) {
    EXPECT_FALSE(ConnectionKeyOfPeer(peer).ok()) << peer;
  }
  sockaddr_storage unix_socket = {};
  unix_socket.ss_family = AF_UNIX;
  EXPECT_FALSE(ConnectionKeyOf(unix_socket).ok());
}

TEST(ConnectionKeyTest, GroupsIpv6ByNetworkAndIpv4ByAddress) {
  const auto group = [](const sockaddr_storage& peer) {
    return AddressGroup(ConnectionKeyOf(peer)->address);
  };
  EXPECT_EQ(group(V6("2001:db8::7", 1)), group(V6("2001:db8::ffff:8", 2)));
  EXPECT_NE(group(V6("2001:db8::7", 1)), group(V6("2001:db8:0:1::7", 1)));
  EXPECT_NE(group(V4("192.0.2.1", 1)), group(V4("192.0.2.2", 1)));
}

}  // namespace
}  // namespace liaison::rpc
