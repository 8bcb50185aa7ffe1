#include "daemon/crypto/aead.h"

#include <gtest/gtest.h>

#include "tests/crypto/fixtures.h"

namespace liaison::crypto {
namespace {

const char kKey[] = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
const char kNonce[] = "cafebabefacedbaddecaf888";

TEST(AeadTest, MatchesTheGcmVectorsOfNist) {
  const std::string zero_nonce(12, '\0');
  EXPECT_EQ(AeadSeal(Secret(std::string(32, '\0')), zero_nonce, "", ""),
            FromHex("530f8afbc74536b9a963b4f1c4cb738b"));
  EXPECT_EQ(AeadSeal(Secret(std::string(32, '\0')), zero_nonce, "", std::string(16, '\0')),
            FromHex("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"));
  EXPECT_EQ(AeadSeal(Secret(FromHex(kKey)), FromHex(kNonce),
                     FromHex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
                     FromHex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                             "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39")),
            FromHex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                    "76fc6ece0f4e1768cddf8853bb2d551b"));
}

TEST(AeadTest, OpensWhatWasSealed) {
  const Secret key(FromHex(kKey));
  for (size_t size : {0, 1, 15, 16, 17, 4096}) {
    const std::string plaintext = RandomBytes(size);
    const std::string sealed = AeadSeal(key, FromHex(kNonce), "agency/row", plaintext);
    EXPECT_EQ(sealed.size(), size + kAeadTagSize);
    EXPECT_EQ(AeadOpen(key, FromHex(kNonce), "agency/row", sealed).value(), plaintext);
  }
}

TEST(AeadTest, RefusesEveryFlippedBitOfTheCiphertext) {
  const Secret key(FromHex(kKey));
  const std::string sealed = AeadSeal(key, FromHex(kNonce), "row 7", "a sealed body");
  for (size_t bit = 0; bit < 8 * sealed.size(); ++bit) {
    std::string wrong = sealed;
    wrong[bit / 8] = static_cast<char>(wrong[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_EQ(AeadOpen(key, FromHex(kNonce), "row 7", wrong).status().code(),
              absl::StatusCode::kDataLoss);
  }
}

TEST(AeadTest, RefusesAnotherKeyNonceOrPlaceAndAShortText) {
  const Secret key(FromHex(kKey));
  const std::string sealed = AeadSeal(key, FromHex(kNonce), "row 7", "a sealed body");
  EXPECT_FALSE(AeadOpen(RandomSecret(32), FromHex(kNonce), "row 7", sealed).ok());
  EXPECT_FALSE(AeadOpen(key, std::string(12, 'n'), "row 7", sealed).ok());
  EXPECT_FALSE(AeadOpen(key, FromHex(kNonce), "row 8", sealed).ok());
  EXPECT_FALSE(AeadOpen(key, FromHex(kNonce), "", sealed).ok());
  for (size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_EQ(AeadOpen(key, FromHex(kNonce), "row 7", sealed.substr(0, size)).status().code(),
              absl::StatusCode::kDataLoss);
  }
}

TEST(AeadDeathTest, CrashesOnAKeyOrNonceOfTheWrongSize) {
  EXPECT_DEATH(AeadSeal(Secret("short"), FromHex(kNonce), "", ""), "32 bytes");
  EXPECT_DEATH(AeadSeal(Secret(FromHex(kKey)), "short", "", ""), "12 bytes");
}

}  // namespace
}  // namespace liaison::crypto
