#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <thread>

#include "daemon/base/error.h"
#include "daemon/crypto/keys.h"
#include "tests/crypto/fixtures.h"

namespace liaison::crypto {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(PrivateKeyTest, GeneratesAnotherKeyEachTime) {
  for (KeyAlgorithm algorithm : {KeyAlgorithm::kEcdsaP256, KeyAlgorithm::kEd25519}) {
    const auto first = PrivateKey::Generate(algorithm);
    const auto second = PrivateKey::Generate(algorithm);
    EXPECT_EQ(first->public_key().algorithm(), algorithm);
    EXPECT_NE(first->public_key().spki_digest(), second->public_key().spki_digest());
  }
}

TEST(PrivateKeyTest, KeepsItsIdentityThroughPem) {
  const auto key = PrivateKey::Generate(KeyAlgorithm::kEd25519);
  const Secret pem = key->Pem();
  EXPECT_THAT(std::string(pem.bytes(OpenSecrets())), StartsWith("-----BEGIN PRIVATE KEY-----"));
  const auto again = PrivateKey::FromPem(pem);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ((*again)->public_key().spki_digest(), key->public_key().spki_digest());
  EXPECT_EQ((*again)->Sign("m"), key->Sign("m")) << "Ed25519 is deterministic";
}

TEST(PrivateKeyTest, MatchesTheSigningVectorOfRfc8032) {
  const OwnedKey key(EVP_PKEY_new_raw_private_key(
      EVP_PKEY_ED25519, nullptr,
      AsBytes(FromHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")), 32));
  EXPECT_EQ(
      LoadKey(key.get())->Sign("\x72"),
      FromHex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
              "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"));
}

TEST(PrivateKeyTest, RefusesAnEncryptedKeyWithoutAskingForItsPassphrase) {
  const OwnedKey key = MakeCurveKey("P-256");
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  std::string phrase = "open sesame";
  ASSERT_EQ(PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), EVP_aes_256_cbc(), phrase.data(),
                                          static_cast<int>(phrase.size()), nullptr, nullptr),
            1);
  EXPECT_EQ(PrivateKey::FromPem(Secret(TextOf(bio.get()))).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(PrivateKeyTest, RefusesPartsThatDoNotBelongTogether) {
  // RFC 5915 holds the public point beside the private number.
  const OwnedKey key = MakeCurveKey("P-256");
  uint8_t* encoded = nullptr;
  const int size = i2d_PrivateKey(key.get(), &encoded);
  const OwnedBytes owned(encoded);
  std::string der(reinterpret_cast<const char*>(encoded), static_cast<size_t>(size));
  ASSERT_EQ(der.substr(5, 2), FromHex("0420"));
  der[20] = static_cast<char>(der[20] ^ 1);  // inside the private number
  const std::string pem = "-----BEGIN EC PRIVATE KEY-----\n" + absl::Base64Escape(der) +
                          "\n-----END EC PRIVATE KEY-----\n";
  EXPECT_EQ(PrivateKey::FromPem(Secret(pem)).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(PrivateKeyTest, RefusesWhatIsNoPrivateKey) {
  const OwnedKey key = MakeCurveKey("P-256");
  EXPECT_FALSE(PrivateKey::FromPem(Secret()).ok());
  EXPECT_FALSE(PrivateKey::FromPem(Secret(PublicPem(key.get()))).ok());
  const OwnedKey other = MakeCurveKey("P-521");
  EXPECT_FALSE(PrivateKey::FromPem(Secret(PrivatePem(other.get()))).ok());
}

TEST(PrivateKeyTest, ReadsAFileOfMode0600AndNamesAFileItRefuses) {
  std::string pattern = ::testing::TempDir() + "/liaison-key-XXXXXX";
  const std::string folder = mkdtemp(pattern.data());
  const std::string path = folder + "/message.key";
  const auto key = PrivateKey::Generate(KeyAlgorithm::kEcdsaP256);
  ASSERT_TRUE(WriteSecretFile(path, key->Pem()).ok());
  const auto read = PrivateKey::FromFile(path);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ((*read)->public_key().spki_digest(), key->public_key().spki_digest());

  chmod(path.c_str(), 0644);
  EXPECT_EQ(PrivateKey::FromFile(path).status().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(WriteSecretFile(folder + "/junk", Secret("junk")).ok());
  EXPECT_THAT(std::string(PrivateKey::FromFile(folder + "/junk").status().message()),
              HasSubstr(folder + "/junk"));
  std::filesystem::remove_all(folder);
}

TEST(PrivateKeyTest, SignsAndVerifiesOnManyThreadsAtOnce) {
  const auto key = PrivateKey::Generate(KeyAlgorithm::kEcdsaP256);
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&key, &good, t] {
      for (int i = 0; i < 50; ++i) {
        const std::string message = std::to_string(100 * t + i);
        if (key->public_key().Verify(message, key->Sign(message)).ok()) ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 200);
}

OwnedRequest ReadRequest(const std::string& pem) {
  const OwnedBio bio = ReadOnlyBio(pem);
  return OwnedRequest(PEM_read_bio_X509_REQ(bio.get(), nullptr, nullptr, nullptr));
}

TEST(CertificateRequestTest, IsSignedAndHoldsTheNameAndOneUriWhateverStandsInIt) {
  const std::string uri = "liaison://agency/bgc-example,DNS:evil.example";
  for (KeyAlgorithm algorithm : {KeyAlgorithm::kEcdsaP256, KeyAlgorithm::kEd25519}) {
    const auto key = PrivateKey::Generate(algorithm);
    const OwnedRequest request = ReadRequest(key->CertificateRequest("bgc-example", uri));
    ASSERT_NE(request, nullptr);
    EXPECT_EQ(X509_REQ_verify(request.get(), X509_REQ_get0_pubkey(request.get())), 1);
    const OwnedExtensions extensions(X509_REQ_get_extensions(request.get()));
    const OwnedGeneralNames names(static_cast<GENERAL_NAMES*>(
        X509V3_get_d2i(extensions.get(), NID_subject_alt_name, nullptr, nullptr)));
    ASSERT_EQ(sk_GENERAL_NAME_num(names.get()), 1);
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), 0);
    ASSERT_EQ(name->type, GEN_URI);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(
                  ASN1_STRING_get0_data(name->d.uniformResourceIdentifier))),
              uri);
  }
}

TEST(CertificateRequestTest, HasNoAlternativeNameWhenNoneIsGiven) {
  const auto key = PrivateKey::Generate(KeyAlgorithm::kEcdsaP256);
  const OwnedRequest request = ReadRequest(key->CertificateRequest("bgc-example", ""));
  ASSERT_NE(request, nullptr);
  const OwnedExtensions extensions(X509_REQ_get_extensions(request.get()));
  EXPECT_LE(sk_X509_EXTENSION_num(extensions.get()), 0);
}

}  // namespace
}  // namespace liaison::crypto
