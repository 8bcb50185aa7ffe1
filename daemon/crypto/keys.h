// Signing keys, verification keys and certificates: parsed once, then kept.
#ifndef LIAISON_DAEMON_CRYPTO_KEYS_H_
#define LIAISON_DAEMON_CRYPTO_KEYS_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/base/ids.h"
#include "daemon/crypto/secret.h"

namespace liaison::crypto {

enum class KeyAlgorithm { kEcdsaP256, kEcdsaP384, kRsa, kEd25519 };

// A public key. Immutable, cheap to copy, thread-safe.
class PublicKey {
 public:
  // From PEM or DER SubjectPublicKeyInfo. INVALID_ARGUMENT for an algorithm not on the list, an RSA
  // key shorter than 3072 bits, an Ed25519 key of small order or not canonically encoded.
  static absl::StatusOr<PublicKey> FromPem(std::string_view pem);
  static absl::StatusOr<PublicKey> FromDer(std::string_view der);
  // From the 32 raw bytes of an Ed25519 key; checked alike.
  static absl::StatusOr<PublicKey> FromEd25519(std::string_view raw);

  KeyAlgorithm algorithm() const;
  // SHA-256 of the DER SubjectPublicKeyInfo: the key's name everywhere.
  const base::Digest& spki_digest() const;
  const std::string& der() const;
  // The 32 raw bytes. REQUIRES: Ed25519.
  std::string ed25519_raw() const;

  // OK when `signature` over `message` is by this key: ECDSA with SHA-256 (P-256) or SHA-384
  // (P-384), strict DER; RSA PKCS#1 v1.5 with SHA-256; pure Ed25519. UNAUTHENTICATED otherwise,
  // whatever is wrong with it.
  absl::Status Verify(std::string_view message, std::string_view signature) const;

 private:
  friend class PrivateKey;
  friend class Certificate;
  struct Rep;
  explicit PublicKey(std::shared_ptr<const Rep> rep) : rep_(std::move(rep)) {}
  std::shared_ptr<const Rep> rep_;
};

// A private key. Immutable, thread-safe, not copyable.
class PrivateKey {
 public:
  // INVALID_ARGUMENT when it is not an unencrypted PEM key of an algorithm on the list.
  static absl::StatusOr<std::unique_ptr<PrivateKey>> FromPem(const Secret& pem);
  // ReadSecretFile and FromPem.
  static absl::StatusOr<std::unique_ptr<PrivateKey>> FromFile(const std::string& path);
  // Fresh keys, for `init` and tests. Only ECDSA P-256 and Ed25519.
  static std::unique_ptr<PrivateKey> Generate(KeyAlgorithm algorithm);

  ~PrivateKey();

  const PublicKey& public_key() const;
  // What PublicKey::Verify accepts.
  std::string Sign(std::string_view message) const;
  // PKCS#8 PEM, to be kept in a file of mode 0600.
  Secret Pem() const;
  // PEM PKCS#10 request for subject CN=`common_name` with one SAN URI (none when empty).
  std::string CertificateRequest(std::string_view common_name, std::string_view san_uri) const;

 private:
  struct Rep;
  explicit PrivateKey(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

// The parts of an X.509 certificate that identify a caller. Immutable.
class Certificate {
 public:
  // The first certificate of a PEM text. INVALID_ARGUMENT when there is none or its key is not on
  // the list.
  static absl::StatusOr<Certificate> FromPem(std::string_view pem);

  const PublicKey& public_key() const { return public_key_; }
  const std::vector<std::string>& san_uris() const { return san_uris_; }
  absl::Time not_before() const { return not_before_; }
  absl::Time not_after() const { return not_after_; }
  // The first subject common name, or empty.
  const std::string& common_name() const { return common_name_; }

 private:
  explicit Certificate(PublicKey key) : public_key_(std::move(key)) {}
  PublicKey public_key_;
  std::vector<std::string> san_uris_;
  absl::Time not_before_;
  absl::Time not_after_;
  std::string common_name_;
};

}  // namespace liaison::crypto

#endif  // LIAISON_DAEMON_CRYPTO_KEYS_H_
