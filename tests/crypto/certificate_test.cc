#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/crypto/keys.h"
#include "tests/crypto/fixtures.h"

namespace liaison::crypto {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A self-signed certificate, built by a test as it needs it.
class CertificateBuilder {
 public:
  explicit CertificateBuilder(OwnedKey key)
      : key_(std::move(key)), certificate_(X509_new()), names_(GENERAL_NAMES_new()) {
    X509_set_version(certificate_.get(), X509_VERSION_3);
    X509_set_pubkey(certificate_.get(), key_.get());
    ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate_.get()), "20260101000000Z");
    ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate_.get()), "20271231235959Z");
  }

  CertificateBuilder& CommonName(std::string_view name) {
    X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate_.get()), NID_commonName,
                               MBSTRING_UTF8, AsBytes(name), static_cast<int>(name.size()), -1, 0);
    return *this;
  }
  CertificateBuilder& Name(int type, std::string_view text) {
    ASN1_IA5STRING* const value = ASN1_IA5STRING_new();
    ASN1_STRING_set(value, text.data(), static_cast<int>(text.size()));
    GENERAL_NAME* const name = GENERAL_NAME_new();
    GENERAL_NAME_set0_value(name, type, value);
    sk_GENERAL_NAME_push(names_.get(), name);
    return *this;
  }
  // Adds the names so far as an extension; twice makes the certificate malformed.
  CertificateBuilder& Seal() {
    X509_add1_ext_i2d(certificate_.get(), NID_subject_alt_name, names_.get(), 0, X509V3_ADD_APPEND);
    return *this;
  }
  std::string Pem() {
    X509_sign(certificate_.get(), key_.get(), EVP_sha256());
    const OwnedBio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), certificate_.get());
    return TextOf(bio.get());
  }
  EVP_PKEY* key() const { return key_.get(); }

 private:
  OwnedKey key_;
  OwnedCertificate certificate_;
  OwnedGeneralNames names_;
};

TEST(CertificateTest, GivesWhatIdentifiesACaller) {
  CertificateBuilder builder(MakeCurveKey("P-256"));
  const std::string pem = builder.CommonName("bgc-example")
                              .Name(GEN_DNS, "bgc.example")
                              .Name(GEN_URI, "liaison://agency/bgc-example")
                              .Name(GEN_URI, "https://bgc.example/")
                              .Seal()
                              .Pem();
  const auto certificate = Certificate::FromPem(pem);
  ASSERT_TRUE(certificate.ok()) << certificate.status();
  EXPECT_THAT(certificate->san_uris(),
              ElementsAre("liaison://agency/bgc-example", "https://bgc.example/"));
  EXPECT_EQ(certificate->common_name(), "bgc-example");
  EXPECT_EQ(certificate->public_key().spki_digest(),
            LoadKey(builder.key())->public_key().spki_digest());
  const absl::TimeZone utc = absl::UTCTimeZone();
  EXPECT_EQ(certificate->not_before(), absl::FromCivil(absl::CivilSecond(2026, 1, 1), utc));
  EXPECT_EQ(certificate->not_after(),
            absl::FromCivil(absl::CivilSecond(2027, 12, 31, 23, 59, 59), utc));
}

TEST(CertificateTest, HasNoNamesWhenNoneAreGiven) {
  const auto certificate = Certificate::FromPem(CertificateBuilder(MakeCurveKey("P-256")).Pem());
  ASSERT_TRUE(certificate.ok()) << certificate.status();
  EXPECT_THAT(certificate->san_uris(), IsEmpty());
  EXPECT_EQ(certificate->common_name(), "");
}

TEST(CertificateTest, TakesTheFirstOfSeveral) {
  const std::string first = CertificateBuilder(MakeCurveKey("P-256")).CommonName("one").Pem();
  const std::string second = CertificateBuilder(MakeCurveKey("P-256")).CommonName("two").Pem();
  EXPECT_EQ(Certificate::FromPem(first + second)->common_name(), "one");
}

TEST(CertificateTest, RefusesControlCharactersInNames) {
  const std::string half_name("liaison://agency/ho-example\0.evil", 33);
  EXPECT_EQ(Certificate::FromPem(
                CertificateBuilder(MakeCurveKey("P-256")).Name(GEN_URI, half_name).Seal().Pem())
                .status()
                .code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(
      Certificate::FromPem(CertificateBuilder(MakeCurveKey("P-256")).CommonName("a\nb").Pem())
          .ok());
}

TEST(CertificateTest, RefusesTwoExtensionsOfNames) {
  EXPECT_FALSE(Certificate::FromPem(CertificateBuilder(MakeCurveKey("P-256"))
                                        .Name(GEN_URI, "liaison://agency/bgc-example")
                                        .Seal()
                                        .Seal()
                                        .Pem())
                   .ok());
}

TEST(CertificateTest, RefusesAKeyNotOnTheList) {
  EXPECT_EQ(Certificate::FromPem(CertificateBuilder(MakeCurveKey("P-521")).Pem()).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(Certificate::FromPem(CertificateBuilder(SharedRsaKey<2048>()).Pem()).ok());
}

TEST(CertificateTest, RefusesTextThatIsNoCertificate) {
  const std::string pem = CertificateBuilder(MakeCurveKey("P-256")).Pem();
  EXPECT_FALSE(Certificate::FromPem("").ok());
  EXPECT_FALSE(Certificate::FromPem(pem.substr(0, pem.size() / 2)).ok());
  EXPECT_FALSE(Certificate::FromPem(std::string(1 << 20, '\n') + pem).ok());
  const OwnedKey key = MakeCurveKey("P-256");
  EXPECT_FALSE(Certificate::FromPem(PublicPem(key.get())).ok());
}

}  // namespace
}  // namespace liaison::crypto
