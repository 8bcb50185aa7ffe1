// Keys and certificates that OpenSSL makes for a test: kinds that PrivateKey::Generate does not
// offer.
#ifndef LIAISON_TESTS_CRYPTO_FIXTURES_H_
#define LIAISON_TESTS_CRYPTO_FIXTURES_H_

#include <openssl/pem.h>

#include <memory>
#include <string>
#include <string_view>

#include "absl/strings/escaping.h"
#include "daemon/crypto/keys.h"
#include "daemon/crypto/openssl.h"

namespace liaison::crypto {

inline std::string FromHex(std::string_view hex) {
  return absl::HexStringToBytes(absl::string_view(hex.data(), hex.size()));
}

inline std::string TextOf(BIO* bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  return std::string(text, static_cast<size_t>(size));
}

inline std::string PrivatePem(EVP_PKEY* key) {
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return TextOf(bio.get());
}

inline std::string PublicPem(EVP_PKEY* key) {
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(bio.get(), key);
  return TextOf(bio.get());
}

inline OwnedKey MakeCurveKey(const char* curve) {
  return OwnedKey(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve));
}

// One key for each name, made at first use and kept: RSA keys are slow to make.
template <size_t kBits, char kName = 'a'>
OwnedKey SharedRsaKey() {
  static EVP_PKEY* const kKey = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", kBits);
  EVP_PKEY_up_ref(kKey);
  return OwnedKey(kKey);
}

inline std::unique_ptr<PrivateKey> LoadKey(EVP_PKEY* key) {
  return PrivateKey::FromPem(Secret(PrivatePem(key))).value();
}

}  // namespace liaison::crypto

#endif  // LIAISON_TESTS_CRYPTO_FIXTURES_H_
