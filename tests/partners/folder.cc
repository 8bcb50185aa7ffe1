#include "tests/partners/folder.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "tests/partners/certificates.h"

namespace liaison::partners {
namespace {

constexpr char kConfig[] = R"text(id: "bgc-example"
name: "Border Guard Command (example)"
country: "VN"
domain: "bgc.example"
keys {
  tls_certificate: "pki/tls.crt"
  tls_key: "pki/tls.key"
  partner_ca: "pki/partners.crt"
  people_ca: "pki/people.crt"
  message_certificate: "pki/message.crt"
  message_key: "pki/message.key"
  log_key: "pki/log.key"
  desk_log_key: "pki/desk.key"
  cosigner_key: "pki/cosigner.key"
}
listeners { exchange: "0.0.0.0:7001" desk: "127.0.0.1:7002" ops: "127.0.0.1:7003" }
partner {
  id: "ho-example" country: "GB" class: LAW_ENFORCEMENT endpoint: "ho.example:7001"
  tls_key { spki_sha256: "$0" state: ACTIVE }
  tls_key { spki_sha256: "$1" state: REVOKED }
  message_key { spki_sha256: "$2" certificate_file: "pki/ho-1.crt" state: ACTIVE }
  message_key { spki_sha256: "$3" certificate_file: "pki/ho-2.crt" state: REVOKED
                revoked_since: "2026-03-01T00:00:00Z" }
  log { verifier_key: "$5" }
}
partner {
  id: "io-example" country: "XX" class: INTERNATIONAL_ORGANISATION endpoint: "[2001:db8::1]:7001"
  tls_key { spki_sha256: "$7" state: ACTIVE }
  message_key { spki_sha256: "$4" certificate_file: "pki/io.crt" state: ACTIVE }
  log { verifier_key: "$6" }
  suspended: true
}
person { name: "an.nguyen" uri: "liaison://agency/bgc-example/person/an.nguyen"
         spki_sha256: "$8" roles: [OFFICER, RELEASER] }
person { name: "feed" uri: "liaison://agency/bgc-example/system/feed"
         spki_sha256: "$9" roles: SYSTEM revoked: true }
)text";

constexpr char kPolicy[] = R"(policy { id: "sample" version: 7
  agreement { id: "plan" partner: "ho-example" valid { from: "2026-01-01" time_zone: "UTC" }
              types: ALERT purposes: TRAFFICKING_DETECTION }
  rule { id: "out" effect: PERMIT direction: OUT partner: "ho-example" types: ALERT
         purposes: TRAFFICKING_DETECTION roles: OFFICER fields { keep_class: L1 omit: "alert.details" } }
})";

std::string Repeated(char digit) { return std::string(64, digit); }

// Always the same, so that two folders have one digest.
std::string VerifierKey(const std::string& origin, std::string_view raw_hex) {
  std::string raw;
  for (size_t i = 0; i < raw_hex.size(); i += 2) {
    raw.push_back(static_cast<char>(std::stoi(std::string(raw_hex.substr(i, 2)), nullptr, 16)));
  }
  const auto key = crypto::PublicKey::FromEd25519(raw);
  EXPECT_TRUE(key.ok()) << key.status();
  return audit::LogKey::Make(origin, *key).Text();
}

// Public keys of RFC 8032, tests 1 and 2.
constexpr char kFirstLog[] = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
constexpr char kSecondLog[] = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";

}  // namespace

Folder::Folder() {
  std::string name = testing::TempDir() + "liaison-partners-XXXXXX";
  EXPECT_NE(mkdtemp(name.data()), nullptr);
  path_ = name;
  std::filesystem::create_directory(path_ + "/pki");
  std::filesystem::create_directory(path_ + "/keys");
  for (const char* file :
       {"pki/tls.key", "pki/message.key", "pki/log.key", "pki/desk.key", "pki/cosigner.key",
        "keys/mac.key", "pki/partners.crt", "pki/people.crt"}) {
    Write(file, "not looked into\n");
  }
  Write("pki/tls.crt", kOwnTlsCertificate);
  Write("pki/message.crt", kOwnMessageCertificate);
  Write("pki/ho-1.crt", kHoFirstCertificate);
  Write("pki/ho-2.crt", kHoSecondCertificate);
  Write("pki/io.crt", kIoCertificate);
  Write("policy.textproto", kPolicy);
  config_ = absl::Substitute(kConfig, Repeated('a'), Repeated('b'), kHoFirstDigest, kHoSecondDigest,
                             kIoDigest, VerifierKey("ho.example/liaison-log/1/1", kFirstLog),
                             VerifierKey("io.example/liaison-log/1/1", kSecondLog), Repeated('c'),
                             Repeated('d'), Repeated('e'));
  Write("agency.textproto", config_);
}

Folder::~Folder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

void Folder::Write(std::string_view name, std::string_view bytes) const {
  std::ofstream file(path_ + "/" + std::string(name), std::ios::binary | std::ios::trunc);
  file << bytes;
  EXPECT_TRUE(file.good()) << name;
}

void Folder::Remove(std::string_view name) const {
  EXPECT_TRUE(std::filesystem::remove(path_ + "/" + std::string(name))) << name;
}

void Folder::Change(std::string_view from, std::string_view to) {
  const size_t at = config_.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  config_.replace(at, from.size(), to);
  Write("agency.textproto", config_);
}

std::vector<std::string> Folder::Faults() const {
  const auto registry = Load();
  if (registry.ok()) return {"good"};
  const auto error = base::GetError(registry.status());
  if (!error || error->reason != base::Reason::kValidationFailed) return {"not a refusal"};
  std::vector<std::string> faults;
  for (const base::FieldFault& fault : error->fields) {
    EXPECT_FALSE(fault.description.empty()) << fault.field;
    faults.push_back(absl::StrCat(fault.field, " ", fault.rule));
  }
  return faults;
}

}  // namespace liaison::partners
