#include <openssl/pem.h>

#include <algorithm>
#include <ctime>

#include "daemon/crypto/keys.h"
#include "daemon/crypto/openssl.h"

namespace liaison::crypto {
namespace {

absl::Status Malformed(const char* why) { return absl::InvalidArgumentError(why); }

absl::StatusOr<absl::Time> TimeOf(const ASN1_TIME* time) {
  std::tm fields = {};
  if (time == nullptr || ASN1_TIME_to_tm(time, &fields) != 1) {
    return Malformed("certificate with an unreadable date");
  }
  return absl::FromTM(fields, absl::UTCTimeZone());
}

// A NUL or a line break inside a name has made other software compare half of it.
bool IsPrintable(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::string_view TextOf(const ASN1_STRING* text) {
  return std::string_view(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                          static_cast<size_t>(ASN1_STRING_length(text)));
}

absl::StatusOr<std::vector<std::string>> SanUris(const X509* certificate) {
  int critical = 0;
  const OwnedGeneralNames names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, &critical, nullptr)));
  std::vector<std::string> uris;
  if (names == nullptr) {
    // -1: there is none. Else it is there twice, or cannot be read.
    if (critical != -1) return Malformed("certificate with unreadable alternative names");
    return uris;
  }
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const std::string_view uri = TextOf(name->d.uniformResourceIdentifier);
    if (!IsPrintable(uri)) return Malformed("certificate with a control character in a name");
    uris.emplace_back(uri);
  }
  return uris;
}

absl::StatusOr<std::string> CommonName(const X509* certificate) {
  const X509_NAME* const subject = X509_get_subject_name(certificate);
  const int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (index < 0) return std::string();
  uint8_t* utf8 = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index)));
  const OwnedBytes owned(utf8);
  if (size < 0) return Malformed("certificate with an unreadable common name");
  std::string name(reinterpret_cast<const char*>(utf8), static_cast<size_t>(size));
  if (!IsPrintable(name)) return Malformed("certificate with a control character in a name");
  return name;
}

absl::StatusOr<PublicKey> KeyOf(const X509* certificate) {
  uint8_t* encoded = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &encoded);
  const OwnedBytes owned(encoded);
  if (size <= 0) return Malformed("certificate without a key");
  return PublicKey::FromDer(
      std::string_view(reinterpret_cast<const char*>(encoded), static_cast<size_t>(size)));
}

}  // namespace

absl::StatusOr<Certificate> Certificate::FromPem(std::string_view pem) {
  constexpr size_t kMostBytes = 64 * 1024;
  if (pem.size() > kMostBytes) return Malformed("certificate text larger than 64 KiB");
  const ErrorScope errors;
  const OwnedBio bio = ReadOnlyBio(pem);
  const OwnedCertificate parsed(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (parsed == nullptr) return Malformed("no PEM text of a certificate");
  absl::StatusOr<PublicKey> key = KeyOf(parsed.get());
  if (!key.ok()) return key.status();
  absl::StatusOr<std::vector<std::string>> uris = SanUris(parsed.get());
  if (!uris.ok()) return uris.status();
  absl::StatusOr<std::string> common_name = CommonName(parsed.get());
  if (!common_name.ok()) return common_name.status();
  const absl::StatusOr<absl::Time> not_before = TimeOf(X509_get0_notBefore(parsed.get()));
  if (!not_before.ok()) return not_before.status();
  const absl::StatusOr<absl::Time> not_after = TimeOf(X509_get0_notAfter(parsed.get()));
  if (!not_after.ok()) return not_after.status();

  Certificate certificate(*std::move(key));
  certificate.san_uris_ = *std::move(uris);
  certificate.common_name_ = *std::move(common_name);
  certificate.not_before_ = *not_before;
  certificate.not_after_ = *not_after;
  return certificate;
}

}  // namespace liaison::crypto
