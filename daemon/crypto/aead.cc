#include "daemon/crypto/aead.h"

#include <limits>

#include "daemon/base/error.h"
#include "daemon/base/invariant.h"
#include "daemon/crypto/openssl.h"

namespace liaison::crypto {
namespace {

using base::Invariant;

const EVP_CIPHER* Aes256Gcm() {
  static const EVP_CIPHER* const kAlgorithm = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  Invariant(kAlgorithm != nullptr, "OpenSSL has AES-256-GCM");
  return kAlgorithm;
}

void CheckSizes(const Secret& key, std::string_view nonce, std::string_view associated_data,
                std::string_view text) {
  constexpr size_t kMost = std::numeric_limits<int>::max() - kAeadTagSize;
  Invariant(key.size() == kAeadKeySize, "AEAD key has 32 bytes");
  Invariant(nonce.size() == kAeadNonceSize, "AEAD nonce has 12 bytes");
  Invariant(associated_data.size() <= kMost && text.size() <= kMost, "AEAD text below 2 GiB");
}

absl::Status NotWhatWasSealed() {
  return base::MakeError(base::Reason::kVerificationFailed,
                         "encrypted bytes, their place or their key are not those sealed");
}

}  // namespace

// Both make a context of their own, and not this thread's: freeing it wipes the key schedule.

std::string AeadSeal(const Secret& key, std::string_view nonce, std::string_view associated_data,
                     std::string_view plaintext) {
  CheckSizes(key, nonce, associated_data, plaintext);
  const OwnedCipherContext context(EVP_CIPHER_CTX_new());
  EVP_CIPHER_CTX* const ctx = context.get();
  std::string sealed(plaintext.size() + kAeadTagSize, '\0');
  uint8_t* const tag = AsBytes(sealed) + plaintext.size();
  int length = 0;
  const bool done = ctx != nullptr &&
                    EVP_EncryptInit_ex2(ctx, Aes256Gcm(), AsBytes(key.bytes(OpenSecrets())),
                                        AsBytes(nonce), nullptr) == 1 &&
                    EVP_EncryptUpdate(ctx, nullptr, &length, AsBytes(associated_data),
                                      static_cast<int>(associated_data.size())) == 1 &&
                    EVP_EncryptUpdate(ctx, AsBytes(sealed), &length, AsBytes(plaintext),
                                      static_cast<int>(plaintext.size())) == 1 &&
                    EVP_EncryptFinal_ex(ctx, tag, &length) == 1 &&
                    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, kAeadTagSize, tag) == 1;
  Invariant(done, "AES-256-GCM encrypts");
  return sealed;
}

absl::StatusOr<std::string> AeadOpen(const Secret& key, std::string_view nonce,
                                     std::string_view associated_data,
                                     std::string_view ciphertext) {
  CheckSizes(key, nonce, associated_data, ciphertext);
  if (ciphertext.size() < kAeadTagSize) return NotWhatWasSealed();
  const ErrorScope errors;
  const OwnedCipherContext context(EVP_CIPHER_CTX_new());
  EVP_CIPHER_CTX* const ctx = context.get();
  std::string tag(ciphertext.substr(ciphertext.size() - kAeadTagSize));
  ciphertext.remove_suffix(kAeadTagSize);
  std::string plaintext(ciphertext.size(), '\0');
  int length = 0;
  const bool opened =
      ctx != nullptr &&
      EVP_DecryptInit_ex2(ctx, Aes256Gcm(), AsBytes(key.bytes(OpenSecrets())), AsBytes(nonce),
                          nullptr) == 1 &&
      EVP_DecryptUpdate(ctx, nullptr, &length, AsBytes(associated_data),
                        static_cast<int>(associated_data.size())) == 1 &&
      EVP_DecryptUpdate(ctx, AsBytes(plaintext), &length, AsBytes(ciphertext),
                        static_cast<int>(ciphertext.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, kAeadTagSize, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(ctx, AsBytes(plaintext) + plaintext.size(), &length) == 1;
  if (!opened) {
    OPENSSL_cleanse(plaintext.data(), plaintext.size());
    return NotWhatWasSealed();
  }
  return plaintext;
}

}  // namespace liaison::crypto
