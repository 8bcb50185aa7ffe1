// AES-256-GCM: what is encrypted at rest.
#ifndef LIAISON_DAEMON_CRYPTO_AEAD_H_
#define LIAISON_DAEMON_CRYPTO_AEAD_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "daemon/crypto/secret.h"

namespace liaison::crypto {

inline constexpr size_t kAeadKeySize = 32;
inline constexpr size_t kAeadNonceSize = 12;
inline constexpr size_t kAeadTagSize = 16;

// Ciphertext followed by the 16-byte tag. REQUIRES: key of 32 bytes, nonce of 12, never twice under
// one key.
std::string AeadSeal(const Secret& key, std::string_view nonce, std::string_view associated_data,
                     std::string_view plaintext);

// DATA_LOSS when anything of key, nonce, associated data or ciphertext is not what was sealed.
absl::StatusOr<std::string> AeadOpen(const Secret& key, std::string_view nonce,
                                     std::string_view associated_data, std::string_view ciphertext);

}  // namespace liaison::crypto

#endif  // LIAISON_DAEMON_CRYPTO_AEAD_H_
