#include "daemon/partners/address.h"

#include <gtest/gtest.h>

namespace liaison::partners {
namespace {

TEST(ParseAddressTest, TakesNamesAndAddresses) {
  const struct {
    const char* text;
    const char* host;
    int port;
    bool loopback;
  } rows[] = {{"ho.example:7001", "ho.example", 7001, false},
              {"127.0.0.1:0", "127.0.0.1", 0, true},
              {"127.8.9.1:1", "127.8.9.1", 1, true},
              {"[::1]:65535", "::1", 65535, true},
              {"[2001:db8::1]:80", "2001:db8::1", 80, false},
              {"localhost:80", "localhost", 80, true},
              {"0.0.0.0:80", "0.0.0.0", 80, false},
              {"127.evil.example:80", "127.evil.example", 80, false}};
  for (const auto& row : rows) {
    const auto address = ParseAddress(row.text);
    ASSERT_TRUE(address) << row.text;
    EXPECT_EQ(address->host, row.host);
    EXPECT_EQ(address->port, row.port);
    EXPECT_EQ(address->IsLoopback(), row.loopback) << row.text;
  }
}

TEST(ParseAddressTest, RefusesTheRest) {
  for (const char* text : {"", ":", "host", "host:", ":80", "host:65536", "host:-1", "host:8x",
                           "host:000080", "::1:80", "[::1]", "[host]:80", "[]:80", "a b:80",
                           "-host:80", ".host:80", "http://host:80", "host/:80"}) {
    EXPECT_FALSE(ParseAddress(text)) << text;
  }
}

}  // namespace
}  // namespace liaison::partners
