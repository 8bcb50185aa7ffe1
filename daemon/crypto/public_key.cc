#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <optional>

#include "absl/strings/str_cat.h"
#include "daemon/base/invariant.h"
#include "daemon/crypto/digest.h"
#include "daemon/crypto/key_rep.h"
#include "daemon/crypto/keys.h"
#include "daemon/crypto/signature_rules.h"

namespace liaison::crypto {
namespace {

using base::Invariant;

constexpr size_t kMostTextBytes = 64 * 1024;
constexpr int kFewestRsaBits = 3072;
constexpr int kMostRsaBits = 8192;
// DER of a named curve and an uncompressed point: any other size is explicit parameters or a
// compressed point, and would give one key a second name.
constexpr size_t kP256DerSize = 91;
constexpr size_t kP384DerSize = 120;

absl::Status NotOurs(const std::string& why) { return absl::InvalidArgumentError(why); }

absl::StatusOr<KeyAlgorithm> EcAlgorithm(const EVP_PKEY* key, size_t der_size) {
  std::array<char, 32> name = {};
  size_t length = 0;
  if (EVP_PKEY_get_group_name(key, name.data(), name.size(), &length) != 1) {
    return NotOurs("elliptic curve without a name");
  }
  const std::string curve(name.data(), length);
  if (curve == "prime256v1" && der_size == kP256DerSize) return KeyAlgorithm::kEcdsaP256;
  if (curve == "secp384r1" && der_size == kP384DerSize) return KeyAlgorithm::kEcdsaP384;
  return NotOurs(absl::StrCat("elliptic curve ", curve,
                              " or its encoding is not accepted: named P-256 or P-384, "
                              "uncompressed point"));
}

absl::StatusOr<KeyAlgorithm> RsaAlgorithm(const EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < kFewestRsaBits || bits > kMostRsaBits) {
    return NotOurs(absl::StrCat("RSA key of ", bits, " bits; 3072 to 8192 are accepted"));
  }
  // With exponent 1 anybody signs; 3 has a history of forgeries. Accept what the world uses, and
  // above.
  BIGNUM* raw = nullptr;
  const bool read = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &raw) == 1;
  const OwnedNumber exponent(raw);
  if (!read || !BN_is_odd(exponent.get()) || BN_num_bits(exponent.get()) < 17) {
    return NotOurs("RSA key with a public exponent below 65537");
  }
  return KeyAlgorithm::kRsa;
}

absl::StatusOr<KeyAlgorithm> Ed25519Algorithm(const EVP_PKEY* key) {
  std::array<uint8_t, 32> raw = {};
  size_t size = raw.size();
  if (EVP_PKEY_get_raw_public_key(key, raw.data(), &size) != 1 ||
      !IsSoundEd25519Key(std::string_view(reinterpret_cast<const char*>(raw.data()), size))) {
    return NotOurs("Ed25519 key of small order or not canonically encoded");
  }
  return KeyAlgorithm::kEd25519;
}

absl::StatusOr<KeyAlgorithm> AlgorithmOf(const EVP_PKEY* key, size_t der_size) {
  if (EVP_PKEY_is_a(key, "EC")) return EcAlgorithm(key, der_size);
  if (EVP_PKEY_is_a(key, "RSA")) return RsaAlgorithm(key);
  if (EVP_PKEY_is_a(key, "ED25519")) return Ed25519Algorithm(key);
  return NotOurs("key of an algorithm that is not accepted: P-256, P-384, RSA, Ed25519");
}

OwnedKeyContext MakeVerifier(EVP_PKEY* key, KeyAlgorithm algorithm) {
  OwnedKeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  Invariant(context != nullptr && EVP_PKEY_verify_init(context.get()) == 1 &&
                SetSignatureParameters(context.get(), algorithm),
            "a checked key verifies");
  return context;
}

bool VerifyEd25519(EVP_PKEY* key, std::string_view message, std::string_view signature) {
  const OwnedDigestContext context(EVP_MD_CTX_new());
  return context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), AsBytes(signature), signature.size(), AsBytes(message),
                          message.size()) == 1;
}

bool VerifyDigest(const EVP_PKEY_CTX* verifier, const SignedDigest& digest,
                  std::string_view signature) {
  const OwnedKeyContext context(EVP_PKEY_CTX_dup(verifier));
  return context != nullptr && EVP_PKEY_verify(context.get(), AsBytes(signature), signature.size(),
                                               digest.data(), digest.size()) == 1;
}

}  // namespace

SignedDigest::SignedDigest(KeyAlgorithm algorithm, std::string_view message) {
  const bool longer = algorithm == KeyAlgorithm::kEcdsaP384;
  HashInto(longer ? Sha384Algorithm() : Sha256Algorithm(), {message}, bytes_.data());
  size_ = longer ? 48 : 32;
}

bool SetSignatureParameters(EVP_PKEY_CTX* context, KeyAlgorithm algorithm) {
  const bool longer = algorithm == KeyAlgorithm::kEcdsaP384;
  if (algorithm == KeyAlgorithm::kRsa &&
      EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) != 1) {
    return false;
  }
  return EVP_PKEY_CTX_set_signature_md(context, longer ? Sha384Algorithm() : Sha256Algorithm()) ==
         1;
}

absl::StatusOr<PublicKey> PublicKey::FromPem(std::string_view pem) {
  if (pem.size() > kMostTextBytes) return NotOurs("public key larger than 64 KiB");
  const ErrorScope errors;
  const OwnedBio bio = ReadOnlyBio(pem);
  char* name = nullptr;
  char* header = nullptr;
  uint8_t* bytes = nullptr;
  long size = 0;
  if (PEM_read_bio(bio.get(), &name, &header, &bytes, &size) != 1) {
    return NotOurs("no PEM text of a public key");
  }
  const bool is_public_key = std::string_view(name) == PEM_STRING_PUBLIC;
  const std::string der(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  OPENSSL_free(name);
  OPENSSL_free(header);
  OPENSSL_clear_free(bytes, static_cast<size_t>(size));  // a private key may have been given
  if (!is_public_key) return NotOurs("the PEM text is not of a PUBLIC KEY");
  return FromDer(der);
}

absl::StatusOr<PublicKey> PublicKey::FromDer(std::string_view der) {
  if (der.size() > kMostTextBytes) return NotOurs("public key larger than 64 KiB");
  const ErrorScope errors;
  const uint8_t* cursor = AsBytes(der);
  OwnedKey key(d2i_PUBKEY(nullptr, &cursor, static_cast<long>(der.size())));
  if (key == nullptr) return NotOurs("not the DER of a public key");
  uint8_t* encoded = nullptr;
  const int size = i2d_PUBKEY(key.get(), &encoded);
  const OwnedBytes owned(encoded);
  if (size <= 0 ||
      der != std::string_view(reinterpret_cast<const char*>(encoded), static_cast<size_t>(size))) {
    return NotOurs("public key not in its one DER encoding");
  }
  const absl::StatusOr<KeyAlgorithm> algorithm = AlgorithmOf(key.get(), der.size());
  if (!algorithm.ok()) return algorithm.status();

  auto rep = std::make_shared<Rep>();
  rep->algorithm = *algorithm;
  rep->der = std::string(der);
  rep->digest = Sha256(der);
  if (*algorithm != KeyAlgorithm::kEd25519) rep->verifier = MakeVerifier(key.get(), *algorithm);
  rep->key = std::move(key);
  return PublicKey(std::move(rep));
}

absl::StatusOr<PublicKey> PublicKey::FromEd25519(std::string_view raw) {
  if (raw.size() != 32) return NotOurs("an Ed25519 key has 32 bytes");
  const ErrorScope errors;
  const OwnedKey key(
      EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, AsBytes(raw), raw.size()));
  if (key == nullptr) return NotOurs("not an Ed25519 key");
  uint8_t* encoded = nullptr;
  const int size = i2d_PUBKEY(key.get(), &encoded);
  const OwnedBytes owned(encoded);
  Invariant(size > 0, "a raw Ed25519 key has a DER form");
  return FromDer(
      std::string_view(reinterpret_cast<const char*>(encoded), static_cast<size_t>(size)));
}

KeyAlgorithm PublicKey::algorithm() const { return rep_->algorithm; }
const base::Digest& PublicKey::spki_digest() const { return rep_->digest; }
const std::string& PublicKey::der() const { return rep_->der; }

std::string PublicKey::ed25519_raw() const {
  Invariant(rep_->algorithm == KeyAlgorithm::kEd25519, "raw bytes are asked of an Ed25519 key");
  // RFC 8410: a fixed prefix, then the 32 bytes.
  return rep_->der.substr(rep_->der.size() - 32);
}

absl::Status PublicKey::Verify(std::string_view message, std::string_view signature) const {
  const ErrorScope errors;
  bool holds = false;
  switch (rep_->algorithm) {
    case KeyAlgorithm::kEd25519:
      holds = VerifyEd25519(rep_->key.get(), message, signature);
      break;
    case KeyAlgorithm::kEcdsaP256:
    case KeyAlgorithm::kEcdsaP384:
      holds = IsStrictEcdsaDer(signature) &&
              VerifyDigest(rep_->verifier.get(), SignedDigest(rep_->algorithm, message), signature);
      break;
    case KeyAlgorithm::kRsa:
      holds = VerifyDigest(rep_->verifier.get(), SignedDigest(rep_->algorithm, message), signature);
      break;
  }
  if (!holds) return absl::UnauthenticatedError("the signature does not verify");
  return absl::OkStatus();
}

}  // namespace liaison::crypto
