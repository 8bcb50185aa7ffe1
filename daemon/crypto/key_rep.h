// What stands behind PublicKey, and how a context for a signature is made. Not for other rooms.
#ifndef LIAISON_DAEMON_CRYPTO_KEY_REP_H_
#define LIAISON_DAEMON_CRYPTO_KEY_REP_H_

#include <array>
#include <string>
#include <string_view>

#include "daemon/crypto/keys.h"
#include "daemon/crypto/openssl.h"

namespace liaison::crypto {

struct PublicKey::Rep {
  OwnedKey key;
  KeyAlgorithm algorithm = KeyAlgorithm::kEcdsaP256;
  std::string der;
  base::Digest digest;
  // Ready to verify; duplicated for each use, which spares OpenSSL's search for the algorithm. Null
  // for Ed25519, whose context cannot be duplicated.
  OwnedKeyContext verifier;
};

// The digest that an ECDSA or RSA signature is over.
class SignedDigest {
 public:
  SignedDigest(KeyAlgorithm algorithm, std::string_view message);
  const uint8_t* data() const { return bytes_.data(); }
  size_t size() const { return size_; }

 private:
  std::array<uint8_t, 48> bytes_;
  size_t size_;
};

// Sets padding and digest of a context that was initialised to sign or to verify.
bool SetSignatureParameters(EVP_PKEY_CTX* context, KeyAlgorithm algorithm);

}  // namespace liaison::crypto

#endif  // LIAISON_DAEMON_CRYPTO_KEY_REP_H_
