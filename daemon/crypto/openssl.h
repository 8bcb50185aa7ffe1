// What this room's files share of OpenSSL: ownership, fetched algorithms, a clean error queue. Not
// for other rooms.
#ifndef LIAISON_DAEMON_CRYPTO_OPENSSL_H_
#define LIAISON_DAEMON_CRYPTO_OPENSSL_H_

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace liaison::crypto {

inline void FreeBytes(uint8_t* bytes) { OPENSSL_free(bytes); }
inline void FreeExtensions(STACK_OF(X509_EXTENSION) * extensions) {
  sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
}

template <auto kFree>
struct Freer {
  template <typename T>
  void operator()(T* owned) const {
    kFree(owned);
  }
};
template <typename T, auto kFree>
using Owned = std::unique_ptr<T, Freer<kFree>>;

using OwnedBio = Owned<BIO, BIO_free>;
using OwnedBytes = Owned<uint8_t, FreeBytes>;
using OwnedCertificate = Owned<X509, X509_free>;
using OwnedCipherContext = Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using OwnedDigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using OwnedEcdsaSignature = Owned<ECDSA_SIG, ECDSA_SIG_free>;
using OwnedExtensions = Owned<STACK_OF(X509_EXTENSION), FreeExtensions>;
using OwnedGeneralName = Owned<GENERAL_NAME, GENERAL_NAME_free>;
using OwnedGeneralNames = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;
using OwnedKey = Owned<EVP_PKEY, EVP_PKEY_free>;
using OwnedKeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using OwnedMacContext = Owned<EVP_MAC_CTX, EVP_MAC_CTX_free>;
using OwnedNumber = Owned<BIGNUM, BN_free>;
using OwnedRequest = Owned<X509_REQ, X509_REQ_free>;
using OwnedString = Owned<ASN1_IA5STRING, ASN1_IA5STRING_free>;

// Takes back every error that OpenSSL queues on this thread during its life: gRPC reads the same
// queue and would take them for its own.
class ErrorScope {
 public:
  ErrorScope() { ERR_set_mark(); }
  ~ErrorScope() { ERR_pop_to_mark(); }
  ErrorScope(const ErrorScope&) = delete;
  ErrorScope& operator=(const ErrorScope&) = delete;
};

inline const uint8_t* AsBytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}
inline uint8_t* AsBytes(std::string& text) { return reinterpret_cast<uint8_t*>(text.data()); }
inline OwnedBio ReadOnlyBio(std::string_view bytes) {
  return OwnedBio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

// Fetched at first use and kept for the life of the process.
const EVP_MD* Sha256Algorithm();
const EVP_MD* Sha384Algorithm();

// Writes the digest of the parts to `out`, which has room for it. Uses this thread's context.
void HashInto(const EVP_MD* algorithm, std::initializer_list<std::string_view> parts, uint8_t* out);

}  // namespace liaison::crypto

#endif  // LIAISON_DAEMON_CRYPTO_OPENSSL_H_
