#include <openssl/pem.h>

#include "absl/strings/str_cat.h"
#include "daemon/base/invariant.h"
#include "daemon/crypto/key_rep.h"
#include "daemon/crypto/keys.h"

namespace liaison::crypto {

using base::Invariant;

struct PrivateKey::Rep {
  Rep(OwnedKey private_part, PublicKey public_part)
      : key(std::move(private_part)), public_key(std::move(public_part)) {}
  OwnedKey key;
  PublicKey public_key;
  OwnedKeyContext signer;  // as PublicKey::Rep::verifier
};

namespace {

// Instead of a prompt on the terminal for the passphrase of an encrypted key.
int RefusePassphrase(char*, int, int, void*) { return -1; }

absl::StatusOr<PublicKey> PublicPart(const EVP_PKEY* key) {
  uint8_t* encoded = nullptr;
  const int size = i2d_PUBKEY(key, &encoded);
  const OwnedBytes owned(encoded);
  if (size <= 0) return absl::InvalidArgumentError("private key without its public part");
  return PublicKey::FromDer(
      std::string_view(reinterpret_cast<const char*>(encoded), static_cast<size_t>(size)));
}

std::string BioText(BIO* bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  return std::string(text, static_cast<size_t>(size));
}

std::string SignEd25519(EVP_PKEY* key, std::string_view message) {
  const OwnedDigestContext context(EVP_MD_CTX_new());
  std::string signature(64, '\0');
  size_t size = signature.size();
  Invariant(context != nullptr &&
                EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
                EVP_DigestSign(context.get(), AsBytes(signature), &size, AsBytes(message),
                               message.size()) == 1 &&
                size == signature.size(),
            "an Ed25519 key signs");
  return signature;
}

// CN and, when there is one, the SAN URI.
void FillRequest(X509_REQ* request, std::string_view common_name, std::string_view san_uri) {
  X509_NAME* const subject = X509_REQ_get_subject_name(request);
  Invariant(X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, AsBytes(common_name),
                                       static_cast<int>(common_name.size()), -1, 0) == 1,
            "a common name has 1 to 64 characters");
  if (san_uri.empty()) return;
  // Built from parts: OpenSSL's own little language would let a comma in the URI add further names.
  OwnedString uri(ASN1_IA5STRING_new());
  OwnedGeneralName name(GENERAL_NAME_new());
  const OwnedGeneralNames names(GENERAL_NAMES_new());
  Invariant(uri != nullptr && name != nullptr && names != nullptr &&
                ASN1_STRING_set(uri.get(), san_uri.data(), static_cast<int>(san_uri.size())) == 1,
            "memory");
  GENERAL_NAME_set0_value(name.get(), GEN_URI, uri.release());
  Invariant(sk_GENERAL_NAME_push(names.get(), name.get()) > 0, "memory");
  static_cast<void>(name.release());
  STACK_OF(X509_EXTENSION)* raw = nullptr;
  const bool added = X509V3_add1_i2d(&raw, NID_subject_alt_name, names.get(), 0, 0) == 1;
  const OwnedExtensions extensions(raw);
  Invariant(added && X509_REQ_add_extensions(request, extensions.get()) == 1, "memory");
}

}  // namespace

PrivateKey::PrivateKey(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
PrivateKey::~PrivateKey() = default;

absl::StatusOr<std::unique_ptr<PrivateKey>> PrivateKey::FromPem(const Secret& pem) {
  const ErrorScope errors;
  const OwnedBio bio = ReadOnlyBio(pem.bytes(OpenSecrets()));
  OwnedKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, RefusePassphrase, nullptr));
  if (key == nullptr) return absl::InvalidArgumentError("not an unencrypted PEM private key");
  absl::StatusOr<PublicKey> public_key = PublicPart(key.get());
  if (!public_key.ok()) return public_key.status();
  const KeyAlgorithm algorithm = public_key->algorithm();

  auto rep = std::make_unique<Rep>(std::move(key), *std::move(public_key));
  if (algorithm != KeyAlgorithm::kEd25519) {
    rep->signer.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, rep->key.get(), nullptr));
    if (rep->signer == nullptr || EVP_PKEY_sign_init(rep->signer.get()) != 1 ||
        !SetSignatureParameters(rep->signer.get(), algorithm)) {
      return absl::InvalidArgumentError("private key that cannot sign");
    }
  }
  auto made = std::unique_ptr<PrivateKey>(new PrivateKey(std::move(rep)));
  // A file may hold a private part and a public part that do not belong together.
  if (!made->public_key().Verify("", made->Sign("")).ok()) {
    return absl::InvalidArgumentError("private key does not belong to its public part");
  }
  return made;
}

absl::StatusOr<std::unique_ptr<PrivateKey>> PrivateKey::FromFile(const std::string& path) {
  const absl::StatusOr<Secret> pem = ReadSecretFile(path);
  if (!pem.ok()) return pem.status();
  absl::StatusOr<std::unique_ptr<PrivateKey>> key = FromPem(*pem);
  if (!key.ok()) {
    return absl::Status(key.status().code(), absl::StrCat(path, ": ", key.status().message()));
  }
  return key;
}

std::unique_ptr<PrivateKey> PrivateKey::Generate(KeyAlgorithm algorithm) {
  Invariant(algorithm == KeyAlgorithm::kEcdsaP256 || algorithm == KeyAlgorithm::kEd25519,
            "keys of P-256 and Ed25519 are generated, others are not");
  const OwnedKey key(algorithm == KeyAlgorithm::kEd25519
                         ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                         : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  Invariant(key != nullptr, "OpenSSL generates a key");
  // By way of its text, so that there is one door and one set of checks for private keys.
  const OwnedBio bio(BIO_new(BIO_s_secmem()));
  Invariant(bio != nullptr && PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0,
                                                       nullptr, nullptr) == 1,
            "a generated key has a PEM form");
  absl::StatusOr<std::unique_ptr<PrivateKey>> made = FromPem(Secret(BioText(bio.get())));
  Invariant(made.ok(), "a generated key is one of ours");
  return *std::move(made);
}

const PublicKey& PrivateKey::public_key() const { return rep_->public_key; }

std::string PrivateKey::Sign(std::string_view message) const {
  const KeyAlgorithm algorithm = rep_->public_key.algorithm();
  if (algorithm == KeyAlgorithm::kEd25519) return SignEd25519(rep_->key.get(), message);
  const SignedDigest digest(algorithm, message);
  const OwnedKeyContext context(EVP_PKEY_CTX_dup(rep_->signer.get()));
  std::string signature(static_cast<size_t>(EVP_PKEY_get_size(rep_->key.get())), '\0');
  size_t size = signature.size();
  Invariant(context != nullptr && EVP_PKEY_sign(context.get(), AsBytes(signature), &size,
                                                digest.data(), digest.size()) == 1,
            "a checked key signs");
  signature.resize(size);
  return signature;
}

Secret PrivateKey::Pem() const {
  const OwnedBio bio(BIO_new(BIO_s_secmem()));
  Invariant(bio != nullptr && PEM_write_bio_PrivateKey(bio.get(), rep_->key.get(), nullptr, nullptr,
                                                       0, nullptr, nullptr) == 1,
            "a private key has a PEM form");
  return Secret(BioText(bio.get()));
}

std::string PrivateKey::CertificateRequest(std::string_view common_name,
                                           std::string_view san_uri) const {
  const OwnedRequest request(X509_REQ_new());
  Invariant(request != nullptr && X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1 &&
                X509_REQ_set_pubkey(request.get(), rep_->key.get()) == 1,
            "memory");
  FillRequest(request.get(), common_name, san_uri);
  const EVP_MD* digest = nullptr;  // Ed25519 takes none
  switch (rep_->public_key.algorithm()) {
    case KeyAlgorithm::kEcdsaP256:
    case KeyAlgorithm::kRsa:
      digest = Sha256Algorithm();
      break;
    case KeyAlgorithm::kEcdsaP384:
      digest = Sha384Algorithm();
      break;
    case KeyAlgorithm::kEd25519:
      break;
  }
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  Invariant(X509_REQ_sign(request.get(), rep_->key.get(), digest) > 0 &&
                PEM_write_bio_X509_REQ(bio.get(), request.get()) == 1,
            "a checked key signs its request");
  return BioText(bio.get());
}

}  // namespace liaison::crypto
