#include "daemon/crypto/secret.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "daemon/base/invariant.h"
#include "daemon/crypto/openssl.h"

namespace liaison::crypto {
namespace {

// The whole capacity, and not only what is in use: a moved-from short string keeps its bytes in
// place.
void WipeString(std::string& bytes) {
  bytes.resize(bytes.capacity());
  OPENSSL_cleanse(bytes.data(), bytes.size());
  bytes.clear();
}

}  // namespace

Secret::Secret(std::string bytes) : bytes_(std::move(bytes)) { WipeString(bytes); }

Secret::~Secret() { Wipe(); }

Secret::Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) { other.Wipe(); }

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  Wipe();
  bytes_ = std::move(other.bytes_);
  other.Wipe();
  return *this;
}

void Secret::Wipe() { WipeString(bytes_); }

std::string RandomBytes(size_t size) {
  std::string bytes(size, '\0');
  base::Invariant(RAND_bytes_ex(nullptr, AsBytes(bytes), size, 0) == 1, "there is randomness");
  return bytes;
}

Secret RandomSecret(size_t size) {
  std::string bytes(size, '\0');
  base::Invariant(RAND_priv_bytes_ex(nullptr, AsBytes(bytes), size, 0) == 1, "there is randomness");
  return Secret(std::move(bytes));
}

}  // namespace liaison::crypto
