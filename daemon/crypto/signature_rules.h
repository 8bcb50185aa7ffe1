// What this room demands of keys and signatures beyond what OpenSSL does. Not for other rooms.
#ifndef LIAISON_DAEMON_CRYPTO_SIGNATURE_RULES_H_
#define LIAISON_DAEMON_CRYPTO_SIGNATURE_RULES_H_

#include <string_view>

namespace liaison::crypto {

// False for the 32 bytes of an Ed25519 key that is not canonically encoded (y >= p), or of small
// order, under which one signature fits many messages.
bool IsSoundEd25519Key(std::string_view raw);

// True when `signature` is the one DER encoding of an ECDSA signature's two numbers. High S is
// allowed: a signature is never an identifier.
bool IsStrictEcdsaDer(std::string_view signature);

}  // namespace liaison::crypto

#endif  // LIAISON_DAEMON_CRYPTO_SIGNATURE_RULES_H_
