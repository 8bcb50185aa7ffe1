#include "daemon/crypto/digest.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <array>

#include "daemon/base/invariant.h"
#include "daemon/crypto/openssl.h"

namespace liaison::crypto {
namespace {

using base::Invariant;

EVP_MD* FetchDigest(const char* name) {
  EVP_MD* algorithm = EVP_MD_fetch(nullptr, name, nullptr);
  Invariant(algorithm != nullptr, "OpenSSL has this digest");
  return algorithm;
}

EVP_MAC* HmacAlgorithm() {
  static EVP_MAC* const kAlgorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  Invariant(kAlgorithm != nullptr, "OpenSSL has HMAC");
  return kAlgorithm;
}

}  // namespace

const EVP_MD* Sha256Algorithm() {
  static const EVP_MD* const kAlgorithm = FetchDigest("SHA256");
  return kAlgorithm;
}

const EVP_MD* Sha384Algorithm() {
  static const EVP_MD* const kAlgorithm = FetchDigest("SHA384");
  return kAlgorithm;
}

void HashInto(const EVP_MD* algorithm, std::initializer_list<std::string_view> parts,
              uint8_t* out) {
  thread_local const OwnedDigestContext context(EVP_MD_CTX_new());
  bool done = EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1;
  for (std::string_view part : parts) {
    done = done && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  }
  Invariant(done && EVP_DigestFinal_ex(context.get(), out, nullptr) == 1, "digest");
}

base::Digest Sha256(std::initializer_list<std::string_view> parts) {
  base::Digest digest;
  HashInto(Sha256Algorithm(), parts, digest.mutable_data());
  return digest;
}

base::Digest HmacSha256(const Secret& key, std::initializer_list<std::string_view> parts) {
  // A context of its own, and not this thread's: freeing it wipes the key.
  const OwnedMacContext context(EVP_MAC_CTX_new(HmacAlgorithm()));
  char name[] = "SHA256";
  const std::array<OSSL_PARAM, 2> params = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0), OSSL_PARAM_construct_end()};
  const std::string_view bytes = key.bytes(OpenSecrets());
  bool done = context != nullptr &&
              EVP_MAC_init(context.get(), AsBytes(bytes), bytes.size(), params.data()) == 1;
  for (std::string_view part : parts) {
    done = done && EVP_MAC_update(context.get(), AsBytes(part), part.size()) == 1;
  }
  base::Digest digest;
  size_t size = 0;
  Invariant(
      done &&
          EVP_MAC_final(context.get(), digest.mutable_data(), &size, base::Digest::kSize) == 1 &&
          size == base::Digest::kSize,
      "HMAC");
  return digest;
}

bool ConstantTimeEqual(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace liaison::crypto
