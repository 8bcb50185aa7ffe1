#include "daemon/crypto/signature_rules.h"

#include <gtest/gtest.h>

#include "tests/crypto/fixtures.h"

namespace liaison::crypto {
namespace {

// Little-endian, as keys are written. With the sign bit of x set and not set, these are all 32-byte
// strings that decode to a point of small order, and every non-canonical one (y from p to 2^255 -
// 1) of small order.
constexpr const char* kSmallOrder[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

TEST(Ed25519RuleTest, RefusesPointsOfSmallOrderWithEitherSign) {
  for (const char* hex : kSmallOrder) {
    std::string raw = FromHex(hex);
    EXPECT_FALSE(IsSoundEd25519Key(raw)) << hex;
    raw[31] = static_cast<char>(raw[31] | 0x80);
    EXPECT_FALSE(IsSoundEd25519Key(raw)) << hex << " with the sign bit";
  }
}

TEST(Ed25519RuleTest, RefusesEveryYFromTheFieldPrimeOn) {
  std::string raw(32, '\xff');
  for (int low = 0xed; low <= 0xff; ++low) {
    raw[0] = static_cast<char>(low);
    raw[31] = '\x7f';
    EXPECT_FALSE(IsSoundEd25519Key(raw));
    raw[31] = '\xff';
    EXPECT_FALSE(IsSoundEd25519Key(raw));
  }
  raw[0] = '\xeb';
  EXPECT_TRUE(IsSoundEd25519Key(raw));
}

TEST(Ed25519RuleTest, AcceptsOrdinaryKeysOf32BytesOnly) {
  const std::string raw =
      FromHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  EXPECT_TRUE(IsSoundEd25519Key(raw));
  EXPECT_FALSE(IsSoundEd25519Key(raw.substr(1)));
  EXPECT_FALSE(IsSoundEd25519Key(raw + "x"));
  EXPECT_FALSE(IsSoundEd25519Key(""));
}

TEST(StrictEcdsaDerTest, AcceptsTheOneEncoding) {
  EXPECT_TRUE(IsStrictEcdsaDer(FromHex("3006020101020102")));
  EXPECT_TRUE(IsStrictEcdsaDer(FromHex("300702020080020102")));  // the zero keeps it positive
}

TEST(StrictEcdsaDerTest, RefusesEveryOther) {
  for (const char* hex : {
           "", "30", "3000",
           "300602010102010200",      // a byte behind
           "30070202000102010200",    // another length, a byte behind
           "300702020001020102",      // leading zero in r
           "300702010102020002",      // leading zero in s
           "308106020101020102",      // length in two bytes where one would do
           "30800201010201020000",    // indefinite length
           "3005020101020102",        // length too small
           "3007020101020102",        // length too large
           "3106020101020102",        // a set
           "3006030101020102",        // a bit string
           "3009020101020102020103",  // three numbers
           "300702810101020102",      // length of r in two bytes
       }) {
    EXPECT_FALSE(IsStrictEcdsaDer(FromHex(hex))) << hex;
  }
}

}  // namespace
}  // namespace liaison::crypto
