#include "daemon/crypto/signature_rules.h"

#include <algorithm>
#include <array>
#include <string>

#include "absl/strings/escaping.h"
#include "daemon/crypto/openssl.h"

namespace liaison::crypto {
namespace {

constexpr size_t kEd25519KeySize = 32;

// y coordinates, big-endian, of the eight points of small order: 0 (order 4), 1 (order 1), p - 1
// (order 2), and the two of order 8. Either sign of x belongs to them.
constexpr std::array<std::string_view, 5> kSmallOrder = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000001",
    "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec",
    "05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826",
    "7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7",
};
// p = 2^255 - 19, big-endian.
constexpr std::string_view kPrime =
    "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed";

}  // namespace

bool IsSoundEd25519Key(std::string_view raw) {
  if (raw.size() != kEd25519KeySize) return false;
  std::string y(raw.rbegin(), raw.rend());
  y[0] = static_cast<char>(y[0] & 0x7f);  // the highest bit is the sign of x
  const std::string hex = absl::BytesToHexString(y);
  return hex < kPrime &&
         std::find(kSmallOrder.begin(), kSmallOrder.end(), hex) == kSmallOrder.end();
}

bool IsStrictEcdsaDer(std::string_view signature) {
  const ErrorScope errors;
  const uint8_t* cursor = AsBytes(signature);
  const OwnedEcdsaSignature parsed(
      d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(signature.size())));
  if (parsed == nullptr) return false;
  uint8_t* encoded = nullptr;
  const int size = i2d_ECDSA_SIG(parsed.get(), &encoded);
  const OwnedBytes owned(encoded);
  return size > 0 && signature == std::string_view(reinterpret_cast<const char*>(encoded),
                                                   static_cast<size_t>(size));
}

}  // namespace liaison::crypto
