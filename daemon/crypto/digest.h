// SHA-256 and HMAC-SHA-256, with the algorithm fetched once and one context a thread.
#ifndef LIAISON_DAEMON_CRYPTO_DIGEST_H_
#define LIAISON_DAEMON_CRYPTO_DIGEST_H_

#include <initializer_list>
#include <string_view>

#include "daemon/base/ids.h"
#include "daemon/crypto/secret.h"

namespace liaison::crypto {

// SHA-256 of the parts, one after the other. Thread-safe.
base::Digest Sha256(std::initializer_list<std::string_view> parts);
inline base::Digest Sha256(std::string_view bytes) { return Sha256({bytes}); }

// HMAC-SHA-256 of the parts under `key`. Thread-safe.
base::Digest HmacSha256(const Secret& key, std::initializer_list<std::string_view> parts);

// Compares in constant time; false when the lengths differ.
bool ConstantTimeEqual(std::string_view a, std::string_view b);

}  // namespace liaison::crypto

#endif  // LIAISON_DAEMON_CRYPTO_DIGEST_H_
