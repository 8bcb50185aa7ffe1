#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>

#include "daemon/crypto/digest.h"
#include "daemon/crypto/keys.h"
#include "tests/crypto/fixtures.h"

namespace liaison::crypto {
namespace {

using ::testing::HasSubstr;

constexpr char kMessage[] = "DSSEv1 4 type 7 message";

template <char kName = 'a'>
OwnedKey MakeKey(KeyAlgorithm algorithm) {
  switch (algorithm) {
    case KeyAlgorithm::kEcdsaP256:
      return MakeCurveKey("P-256");
    case KeyAlgorithm::kEcdsaP384:
      return MakeCurveKey("P-384");
    case KeyAlgorithm::kRsa:
      return SharedRsaKey<3072, kName>();
    case KeyAlgorithm::kEd25519:
      break;
  }
  return OwnedKey(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
}

class EveryAlgorithmTest : public ::testing::TestWithParam<KeyAlgorithm> {
 protected:
  EveryAlgorithmTest() : openssl_key_(MakeKey(GetParam())), key_(LoadKey(openssl_key_.get())) {}
  const PublicKey& public_key() const { return key_->public_key(); }

  OwnedKey openssl_key_;
  std::unique_ptr<PrivateKey> key_;
};

TEST_P(EveryAlgorithmTest, VerifiesWhatItsPrivateKeySigned) {
  EXPECT_EQ(public_key().algorithm(), GetParam());
  const std::string signature = key_->Sign(kMessage);
  EXPECT_TRUE(public_key().Verify(kMessage, signature).ok());
  EXPECT_TRUE(public_key().Verify(kMessage, signature).ok()) << "and a second time";
  EXPECT_TRUE(public_key().Verify("", key_->Sign("")).ok());
}

TEST_P(EveryAlgorithmTest, RefusesEveryFlippedBitOfTheSignature) {
  const std::string signature = key_->Sign(kMessage);
  for (size_t bit = 0; bit < 8 * signature.size(); ++bit) {
    std::string wrong = signature;
    wrong[bit / 8] = static_cast<char>(wrong[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_EQ(public_key().Verify(kMessage, wrong).code(), absl::StatusCode::kUnauthenticated)
        << "bit " << bit;
  }
}

TEST_P(EveryAlgorithmTest, RefusesAnotherMessage) {
  const std::string signature = key_->Sign(kMessage);
  EXPECT_FALSE(public_key().Verify("DSSEv1 4 type 7 massage", signature).ok());
  EXPECT_FALSE(public_key().Verify("", signature).ok());
}

TEST_P(EveryAlgorithmTest, RefusesEmptyShorterAndLongerSignatures) {
  const std::string signature = key_->Sign(kMessage);
  EXPECT_FALSE(public_key().Verify(kMessage, "").ok());
  EXPECT_FALSE(public_key().Verify(kMessage, signature.substr(1)).ok());
  EXPECT_FALSE(public_key().Verify(kMessage, signature.substr(0, signature.size() - 1)).ok());
  EXPECT_FALSE(public_key().Verify(kMessage, signature + '\0').ok());
  EXPECT_FALSE(public_key().Verify(kMessage, signature + signature).ok());
  EXPECT_FALSE(public_key().Verify(kMessage, std::string(signature.size(), '\0')).ok());
}

TEST_P(EveryAlgorithmTest, RefusesSignaturesOfAnotherKeyAndAnotherAlgorithm) {
  for (KeyAlgorithm other : {KeyAlgorithm::kEcdsaP256, KeyAlgorithm::kEcdsaP384, KeyAlgorithm::kRsa,
                             KeyAlgorithm::kEd25519}) {
    const OwnedKey made = MakeKey<'b'>(other);
    EXPECT_FALSE(public_key().Verify(kMessage, LoadKey(made.get())->Sign(kMessage)).ok());
  }
}

TEST_P(EveryAlgorithmTest, IsTheSameFromPemAndDerAndNamedByItsDigest) {
  const auto from_pem = PublicKey::FromPem(PublicPem(openssl_key_.get()));
  ASSERT_TRUE(from_pem.ok()) << from_pem.status();
  EXPECT_EQ(from_pem->der(), public_key().der());
  EXPECT_EQ(from_pem->spki_digest(), Sha256(public_key().der()));
  const auto from_der = PublicKey::FromDer(public_key().der());
  ASSERT_TRUE(from_der.ok());
  EXPECT_EQ(from_der->algorithm(), GetParam());
}

TEST_P(EveryAlgorithmTest, RefusesTruncatedAndExtendedDer) {
  const std::string& der = public_key().der();
  for (size_t size = 0; size < der.size(); ++size) {
    EXPECT_EQ(PublicKey::FromDer(der.substr(0, size)).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
  EXPECT_FALSE(PublicKey::FromDer(der + '\0').ok());
}

TEST_P(EveryAlgorithmTest, LeavesNothingInTheErrorQueueThatGrpcReads) {
  ERR_clear_error();
  EXPECT_FALSE(public_key().Verify(kMessage, "no signature").ok());
  EXPECT_FALSE(PublicKey::FromPem("no key").ok());
  EXPECT_FALSE(PrivateKey::FromPem(Secret("no key")).ok());
  EXPECT_EQ(ERR_peek_error(), 0u);
}

INSTANTIATE_TEST_SUITE_P(PublicKey, EveryAlgorithmTest,
                         ::testing::Values(KeyAlgorithm::kEcdsaP256, KeyAlgorithm::kEcdsaP384,
                                           KeyAlgorithm::kRsa, KeyAlgorithm::kEd25519));

TEST(PublicKeyTest, MatchesTheVectorsOfRfc8032) {
  const struct {
    const char* key;
    const char* message;
    const char* signature;
  } cases[] = {
      {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
       "f9b46bd25bf5f0595bbe24655141438e7a100b"},
      {"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0"
       "f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
      {"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
       "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f76098"
       "4dc6594a7c15e9716ed28dc027beceea1ec40a"},
  };
  for (const auto& c : cases) {
    const auto key = PublicKey::FromEd25519(FromHex(c.key));
    ASSERT_TRUE(key.ok());
    EXPECT_EQ(key->ed25519_raw(), FromHex(c.key));
    EXPECT_TRUE(key->Verify(FromHex(c.message), FromHex(c.signature)).ok());
    EXPECT_FALSE(key->Verify("x", FromHex(c.signature)).ok());
  }
}

// RFC 8032, 5.1.7: S must be below the order of the group, or every signature has a second form.
TEST(PublicKeyTest, RefusesAnEd25519SignatureWithTheGroupOrderAddedToS) {
  const auto key = PublicKey::FromEd25519(
      FromHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
  std::string signature = FromHex(
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e"
      "39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
  ASSERT_TRUE(key->Verify("", signature).ok());
  const std::string order =
      FromHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  int carry = 0;
  for (size_t i = 0; i < 32; ++i) {
    carry += static_cast<unsigned char>(signature[32 + i]) + static_cast<unsigned char>(order[i]);
    signature[32 + i] = static_cast<char>(carry & 0xff);
    carry >>= 8;
  }
  EXPECT_FALSE(key->Verify("", signature).ok());
}

// RFC 6979, A.2.5: P-256, SHA-256, message "sample".
TEST(PublicKeyTest, MatchesTheP256VectorOfRfc6979) {
  const auto key = PublicKey::FromDer(
      FromHex("3059301306072a8648ce3d020106082a8648ce3d030107034200"
              "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
              "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"));
  ASSERT_TRUE(key.ok()) << key.status();
  const std::string signature = FromHex(
      "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
      "022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
  EXPECT_TRUE(key->Verify("sample", signature).ok());
  EXPECT_FALSE(key->Verify("Sample", signature).ok());
}

// The other S verifies too: accepted, because a signature never names anything.
TEST(PublicKeyTest, AcceptsTheLowSTwinOfASignature) {
  const auto key = PublicKey::FromDer(
      FromHex("3059301306072a8648ce3d020106082a8648ce3d030107034200"
              "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
              "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"));
  EXPECT_TRUE(
      key->Verify("sample",
                  FromHex("3045022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf37"
                          "1602200834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9"))
          .ok());
}

TEST(PublicKeyTest, RefusesEcdsaSignaturesThatAreNotStrictDer) {
  const auto key = PrivateKey::Generate(KeyAlgorithm::kEcdsaP256);
  const std::string good = key->Sign(kMessage);
  std::string zero_in_front = good;  // of r
  zero_in_front.insert(4, 1, '\0');
  ++zero_in_front[1];
  ++zero_in_front[3];
  EXPECT_FALSE(key->public_key().Verify(kMessage, zero_in_front).ok());
  std::string long_length = good;
  long_length.insert(1, 1, '\x81');
  EXPECT_FALSE(key->public_key().Verify(kMessage, long_length).ok());
}

TEST(PublicKeyTest, RefusesAlgorithmsNotOnTheList) {
  for (const char* curve : {"P-521", "P-224", "secp256k1", "brainpoolP256r1"}) {
    const OwnedKey key = MakeCurveKey(curve);
    EXPECT_EQ(PublicKey::FromPem(PublicPem(key.get())).status().code(),
              absl::StatusCode::kInvalidArgument)
        << curve;
  }
  for (const char* name : {"X25519", "ED448", "X448"}) {
    const OwnedKey key(EVP_PKEY_Q_keygen(nullptr, nullptr, name));
    EXPECT_FALSE(PublicKey::FromPem(PublicPem(key.get())).ok()) << name;
  }
}

TEST(PublicKeyTest, RefusesRsaKeysThatAreTooShort) {
  const OwnedKey key = SharedRsaKey<2048>();
  const absl::Status status = PublicKey::FromPem(PublicPem(key.get())).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("2048"));
  EXPECT_FALSE(PrivateKey::FromPem(Secret(PrivatePem(key.get()))).ok());
}

OwnedKey WithExponent(EVP_PKEY* key, unsigned int exponent) {
  BIGNUM* modulus = nullptr;
  EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &modulus);
  const OwnedNumber owned(modulus);
  std::string bytes(static_cast<size_t>(BN_num_bytes(modulus)), '\0');
  BN_bn2nativepad(modulus, AsBytes(bytes), static_cast<int>(bytes.size()));
  OSSL_PARAM params[] = {
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, AsBytes(bytes), bytes.size()),
      OSSL_PARAM_construct_uint(OSSL_PKEY_PARAM_RSA_E, &exponent), OSSL_PARAM_construct_end()};
  const OwnedKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* made = nullptr;
  EVP_PKEY_fromdata_init(context.get());
  EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, params);
  return OwnedKey(made);
}

TEST(PublicKeyTest, RefusesAnRsaExponentUnderWhichAnybodyCanSign) {
  const OwnedKey key = SharedRsaKey<3072>();
  EXPECT_TRUE(PublicKey::FromPem(PublicPem(WithExponent(key.get(), 65537).get())).ok());
  for (unsigned int exponent : {1u, 3u, 17u, 65535u, 65538u}) {
    const OwnedKey weak = WithExponent(key.get(), exponent);
    ASSERT_NE(weak, nullptr);
    EXPECT_EQ(PublicKey::FromPem(PublicPem(weak.get())).status().code(),
              absl::StatusCode::kInvalidArgument)
        << exponent;
  }
}

TEST(PublicKeyTest, RefusesACompressedPointWhichWouldBeASecondName) {
  const OwnedKey key = MakeCurveKey("P-256");
  ASSERT_EQ(EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                           "compressed"),
            1);
  EXPECT_EQ(PublicKey::FromPem(PublicPem(key.get())).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(PublicKeyTest, RefusesAPointThatIsNotOnTheCurve) {
  const auto key = PrivateKey::Generate(KeyAlgorithm::kEcdsaP256);
  std::string der = key->public_key().der();
  der.back() = static_cast<char>(der.back() ^ 1);
  EXPECT_FALSE(PublicKey::FromDer(der).ok());
}

TEST(PublicKeyTest, RefusesWeakEd25519Keys) {
  std::string y_one(32, '\0');
  y_one[0] = 1;
  EXPECT_EQ(PublicKey::FromEd25519(y_one).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(PublicKey::FromDer(FromHex("302a300506032b6570032100") + y_one).ok());
  EXPECT_FALSE(PublicKey::FromEd25519(std::string(32, '\xff')).ok());
  EXPECT_FALSE(PublicKey::FromEd25519(std::string(31, 'a')).ok());
}

TEST(PublicKeyTest, RefusesTextThatIsNotOfAPublicKey) {
  EXPECT_FALSE(PublicKey::FromPem("").ok());
  EXPECT_FALSE(PublicKey::FromPem("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n").ok());
  const OwnedKey key = MakeCurveKey("P-256");
  EXPECT_FALSE(PublicKey::FromPem(PrivatePem(key.get())).ok());
  EXPECT_FALSE(PublicKey::FromPem(std::string(1 << 20, 'x')).ok());
}

}  // namespace
}  // namespace liaison::crypto
