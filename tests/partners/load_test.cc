// Every way in which a configuration can be wrong: each is refused and named, all at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "daemon/crypto/secret.h"
#include "tests/partners/certificates.h"
#include "tests/partners/folder.h"

namespace liaison::partners {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Broken {
  const char* fault;
  const char* from;
  const char* to;
};

constexpr char kA[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
constexpr char kB[] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
constexpr char kD[] = "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd";

const Broken kBroken[] = {
    {"id AGENCY_ID", "id: \"bgc-example\"", "id: \"BGC\""},
    {"name REQUIRED", "name: \"Border Guard Command (example)\"", ""},
    {"country COUNTRY", "\"VN\"", "\"vn\""},
    {"domain DOMAIN", "\"bgc.example\"", "\"bgc\""},
    {"instance NAME", "keys {", "instance: \"a/b\" keys {"},
    {"log_level UNKNOWN", "keys {", "log_level: \"loud\" keys {"},
    {"keys.tls_key REQUIRED", "tls_key: \"pki/tls.key\"", ""},
    {"keys.cosigner_key REQUIRED", "cosigner_key: \"pki/cosigner.key\"", ""},
    {"keys.message_key FILE", "pki/message.key", "pki/other.key"},
    {"keys.people_ca FILE", "pki/people.crt", "pki"},
    {"keys.tls_certificate CERTIFICATE", "pki/tls.crt", "pki/tls.key"},
    {"keys.at_rest_dir PLACE", "keys {", "keys { at_rest_dir: \"data/keys\""},
    {"keys.guard_file PLACE", "keys {", "data_dir: \"keys\" keys {"},
    {"listeners.exchange ADDRESS", "0.0.0.0:7001", "0.0.0.0"},
    {"listeners.desk ADDRESS", "127.0.0.1:7002", "127.0.0.1:70020"},
    {"listeners.desk DUPLICATE", "127.0.0.1:7002", "0.0.0.0:7001"},
    {"listeners.ops LOOPBACK", "127.0.0.1:7003", "0.0.0.0:7003"},
    {"listeners.ops LOOPBACK", "127.0.0.1:7003", "127.evil.example:7003"},
    {"limits.deliver_bytes LIMIT", "keys {", "limits { deliver_bytes: 10 } keys {"},
    {"limits.disk_low_bytes LIMIT", "keys {", "limits { disk_low_bytes: 10 } keys {"},
    {"partner[0].id AGENCY_ID", "\"ho-example\"", "\"bgc-example\""},
    {"partner[0].id AGENCY_ID", "\"ho-example\"", "\"h\""},
    {"partner[1].id DUPLICATE", "\"io-example\"", "\"ho-example\""},
    {"partner[0].country COUNTRY", "\"GB\"", "\"GBR\""},
    {"partner[0].country COUNTRY", "\"GB\"", "\"UK\""},
    {"country COUNTRY", "\"VN\"", "\"UK\""},
    {"partner[0].class REQUIRED", "class: LAW_ENFORCEMENT", ""},

    {"partner[0].endpoint ADDRESS", "ho.example:7001", "ho.example"},
    {"partner[0].endpoint ADDRESS", "ho.example:7001", "ho.example:0"},
    {"partner[1].endpoint ADDRESS", "[2001:db8::1]:7001", "2001:db8::1:7001"},
    {"partner[0].tls_key[0].spki_sha256 DIGEST", kA, "aa"},
    {"partner[0].tls_key[0].state REQUIRED", "state: ACTIVE", ""},
    {"partner[0].tls_key[1].spki_sha256 DUPLICATE", kB, kA},
    {"partner[0].message_key[0].spki_sha256 DIGEST", kHoFirstDigest, kD},
    {"partner[0].message_key[0].certificate_file FILE", "pki/ho-1.crt", "pki/ho-9.crt"},
    {"partner[0].message_key[0].certificate_file REQUIRED", "certificate_file: \"pki/ho-1.crt\"",
     ""},
    {"partner[0].message_key[0].certificate_file CERTIFICATE", "pki/ho-1.crt", "policy.textproto"},
    {"partner[0].message_key[1].revoked_since TIME", "2026-03-01T00:00:00Z", "yesterday"},
    {"partner[0].message_key[1].revoked_since CONSISTENCY", "state: REVOKED\n", "state: RETIRED\n"},
    {"partner[0].log.verifier_key LOG_KEY", "ho.example/liaison-log", "ho2.example/liaison-log"},
    {"person[0].name NAME", "\"an.nguyen\"", "\"an nguyen\""},
    {"person[1].name DUPLICATE", "\"feed\"", "\"an.nguyen\""},
    {"person[0].uri URI", "bgc-example/person", "ho-example/person"},
    {"person[0].uri URI", "/person/an.nguyen", "/system/an.nguyen"},
    {"person[0].uri URI", "/person/an.nguyen", "/person/"},
    {"person[0].uri URI", "/person/an.nguyen", "/person/an/nguyen"},
    {"person[0].roles REQUIRED", "roles: [OFFICER, RELEASER]", ""},
    {"person[0].roles REQUIRED", "OFFICER", "ROLE_UNSPECIFIED"},
    {"person[1].roles CONSISTENCY", "roles: SYSTEM", "roles: [SYSTEM, OFFICER]"},
    {"person[0].roles CONSISTENCY", "roles: [OFFICER, RELEASER]", "roles: [AUDITOR, OFFICER]"},
    {"person[0].roles CONSISTENCY", "roles: [OFFICER, RELEASER]", "roles: [AUDITOR, RELEASER]"},
    {"person[0].roles CONSISTENCY", "roles: [OFFICER, RELEASER]", "roles: [SUPERVISOR, AUDITOR]"},
    {"person[0].spki_sha256 DUPLICATE", kD, kB},
    {"person[0].spki_sha256 DUPLICATE", kD, kOwnMessageDigest},
    {"policy_file FILE", "keys {", "policy_file: \"none\" keys {"},
};

TEST(LoadTest, TakesAGoodConfiguration) { EXPECT_THAT(Folder().Faults(), ElementsAre("good")); }

TEST(LoadTest, RefusesEachFaultAndNamesItsPlace) {
  for (const Broken& broken : kBroken) {
    Folder folder;
    folder.Change(broken.from, broken.to);
    EXPECT_THAT(folder.Faults(), Contains(broken.fault)) << broken.from << " -> " << broken.to;
  }
}

TEST(LoadTest, AMessageKeyServesNothingElse) {
  Folder folder;
  folder.Change(kA, kHoFirstDigest);
  EXPECT_THAT(folder.Faults(), ElementsAre("partner[0].message_key[0].spki_sha256 DUPLICATE"));
}

TEST(LoadTest, TwoPartnersDoNotShareALog) {
  Folder folder;
  const std::string& config = folder.config();
  const size_t at = config.find("ho.example/liaison-log");
  const std::string key = config.substr(at, config.find('"', at) - at);
  const size_t other = config.find("io.example/liaison-log");
  folder.Change(config.substr(other, config.find('"', other) - other), key);
  EXPECT_THAT(folder.Faults(), ElementsAre("partner[1].log.verifier_key DUPLICATE",
                                           "partner[1].log.verifier_key DUPLICATE"));
}

TEST(LoadTest, APartnersLogIsNotOfOurDomain) {
  Folder folder;
  folder.Change("domain: \"bgc.example\"", "domain: \"ho.example\"");
  EXPECT_THAT(folder.Faults(), ElementsAre("partner[0].log.verifier_key ORIGIN"));
}

TEST(LoadTest, ProductionRefusesWhatIsForTests) {
  Folder folder;
  folder.Change("keys {", "production: true reflection: true log_level: \"trace\" keys {");
  folder.Change("0.0.0.0:7001", "0.0.0.0:0");
  folder.Change("ho.example:7001", "127.0.0.1:7001");
  EXPECT_THAT(folder.Faults(),
              ElementsAre("reflection PRODUCTION", "log_level PRODUCTION",
                          "listeners.exchange PRODUCTION", "partner[0].endpoint PRODUCTION"));
  folder.Change("production: true", "");
  EXPECT_THAT(folder.Faults(), ElementsAre("good"));
}

TEST(LoadTest, NamesEveryFaultAtOnce) {
  Folder folder;
  folder.Change("\"VN\"", "\"vn\"");
  folder.Change("127.0.0.1:7003", "0.0.0.0:7003");
  folder.Change(kA, "aa");
  folder.Remove("pki/people.crt");
  folder.Write("policy.textproto", "policy { id: \"x\" version: 1 rule { } }");
  EXPECT_THAT(
      folder.Faults(),
      testing::IsSupersetOf({"country COUNTRY", "listeners.ops LOOPBACK",
                             "partner[0].tls_key[0].spki_sha256 DIGEST", "keys.people_ca FILE",
                             "policy.textproto:1:29: policy.rule[0].id ID"}));
}

TEST(LoadTest, NamesLineAndColumnOfASyntaxError) {
  Folder folder;
  folder.Change("country:", "contry:");
  EXPECT_THAT(folder.Faults(), ElementsAre(folder.config_path() + ":3:1 UNKNOWN_FIELD"));
  folder.Change("contry:", "country:");
  folder.Write("policy.textproto", "policy {\n  idd: 1 }");
  EXPECT_THAT(folder.Faults(), ElementsAre("policy.textproto:2:3 UNKNOWN_FIELD"));
}

TEST(LoadTest, RefusesAPolicyThatNamesAFieldThatTheSchemaDoesNotHave) {
  Folder folder;
  std::string policy(folder.Load().value()->policy_text());
  policy.replace(policy.find("alert.details"), 13, "alert.detail ");
  folder.Write("policy.textproto", policy);
  EXPECT_THAT(folder.Faults(),
              ElementsAre("policy.textproto:5:81: policy.rule[0].fields.omit[0] UNKNOWN"));
}

TEST(LoadTest, RefusesAFileThatIsMissingOrTooLarge) {
  Folder folder;
  folder.Write("pki/people.crt", std::string((4 << 20) + 1, 'x'));
  EXPECT_THAT(folder.Faults(), ElementsAre("keys.people_ca FILE"));
  folder.Remove("agency.textproto");
  EXPECT_THAT(folder.Faults(), ElementsAre(folder.config_path() + " FILE"));
}

// A folder in which one partner's match key is `key`.
struct MatchKeyFolder : Folder {
  explicit MatchKeyFolder(const std::string& key) {
    EXPECT_TRUE(
        crypto::WriteSecretFile(path() + "/keys/match.key", crypto::Secret(std::string(key))).ok());
    Change("id: \"ho-example\"", "id: \"ho-example\" match_key_file: \"keys/match.key\"");
  }
};

TEST(LoadTest, ReadsTheMatchKeyThatIsSharedWithAPartner) {
  const MatchKeyFolder folder(std::string(32, 'm'));
  const auto registry = folder.Load();
  ASSERT_TRUE(registry.ok()) << registry.status();
  const Partner* partner = (*registry)->FindPartner("ho-example");
  ASSERT_TRUE(partner->match_key.has_value());
  EXPECT_EQ(partner->match_key->bytes(crypto::OpenSecrets()), std::string(32, 'm'));
  EXPECT_FALSE((*registry)->FindPartner("io-example")->match_key.has_value());
}

TEST(LoadTest, RefusesAMatchKeyThatIsMissing) {
  const MatchKeyFolder folder(std::string(32, 'm'));
  folder.Remove("keys/match.key");
  EXPECT_THAT(folder.Faults(), ElementsAre("partner[0].match_key_file FILE"));
}

TEST(LoadTest, RefusesAMatchKeyThatOthersMayRead) {
  const MatchKeyFolder folder(std::string(32, 'm'));
  std::filesystem::permissions(folder.path() + "/keys/match.key", std::filesystem::perms(0640));
  EXPECT_THAT(folder.Faults(), ElementsAre("partner[0].match_key_file SECRET"));
}

TEST(LoadTest, RefusesAMatchKeyOfAnotherSize) {
  for (const size_t size : {0, 31, 33}) {
    const MatchKeyFolder folder(std::string(size, 'm'));
    EXPECT_THAT(folder.Faults(), ElementsAre("partner[0].match_key_file SIZE")) << size;
  }
}

// Tokens under one key would link the same person across two partners.
TEST(LoadTest, TwoPartnersDoNotShareAMatchKey) {
  MatchKeyFolder folder(std::string(32, 'm'));
  folder.Change("id: \"io-example\"", "id: \"io-example\" match_key_file: \"keys/match.key\"");
  EXPECT_THAT(folder.Faults(), ElementsAre("partner[1].match_key_file DUPLICATE"));
}

TEST(LoadTest, DoesNotRepeatAMatchKey) {
  const MatchKeyFolder folder("secret words");
  EXPECT_THAT(std::string(folder.Load().status().message()),
              testing::Not(HasSubstr("secret words")));
}

TEST(LoadTest, DoesNotRepeatWhatFilesHold) {
  Folder folder;
  folder.Write("pki/tls.crt", "secret words");
  const absl::Status status = folder.Load().status();
  EXPECT_THAT(std::string(status.message()), testing::Not(HasSubstr("secret words")));
}

}  // namespace
}  // namespace liaison::partners
