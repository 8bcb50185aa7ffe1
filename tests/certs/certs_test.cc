// Runs certs-example/make.sh once and looks at what it made with the daemon's own eyes and with
// openssl's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "daemon/audit/checkpoint.h"
#include "daemon/crypto/keys.h"

namespace liaison {
namespace {

using ::testing::ElementsAre;
namespace fs = std::filesystem;

struct Agency {
  std::string id;
  std::string domain;
  std::string other;  // whose name bad/wrong-san bears
};

const Agency kAgencies[] = {{"bgc-example", "bgc.example", "ho-example"},
                            {"ho-example", "ho.example", "io-example"},
                            {"io-example", "io.example", "bgc-example"}};

int ExitCode(const std::string& command) {
  const int status = std::system((command + " >/dev/null 2>&1").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string Text(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class CertsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string pattern = ::testing::TempDir() + "/liaison-certs-XXXXXX";
    folder_ = new std::string(mkdtemp(pattern.data()));
    made_ = ExitCode("certs-example/make.sh " + *folder_);
  }
  static void TearDownTestSuite() {
    fs::remove_all(*folder_);
    delete folder_;
  }
  void SetUp() override { ASSERT_EQ(made_, 0) << "make.sh failed"; }

  static std::string Pki(const Agency& agency, const std::string& name) {
    return absl::StrCat(*folder_, "/", agency.id, "/pki/", name);
  }
  static crypto::Certificate Read(const std::string& path) {
    return crypto::Certificate::FromPem(Text(path)).value();
  }
  static bool IsVerified(const std::string& certificate, const std::string& purpose,
                         const std::string& ca = "ca") {
    return ExitCode(absl::StrCat("openssl verify -x509_strict -purpose ", purpose, " -CAfile ",
                                 *folder_, "/ca/", ca, ".crt ", certificate)) == 0;
  }

  static std::string* folder_;
  static int made_;
};

std::string* CertsTest::folder_ = nullptr;
int CertsTest::made_ = -1;

TEST_F(CertsTest, AgenciesCertificatesNameThemAndServeBothEndsOfTls) {
  for (const Agency& agency : kAgencies) {
    const crypto::Certificate tls = Read(Pki(agency, "tls.crt"));
    EXPECT_THAT(tls.san_uris(), ElementsAre("liaison://agency/" + agency.id));
    EXPECT_EQ(tls.public_key().algorithm(), crypto::KeyAlgorithm::kEcdsaP256);
    EXPECT_TRUE(IsVerified(Pki(agency, "tls.crt"), "sslserver"));
    EXPECT_TRUE(IsVerified(Pki(agency, "tls.crt"), "sslclient"));
    EXPECT_FALSE(IsVerified(Pki(agency, "tls.crt"), "sslclient", "other-ca"));
  }
}

TEST_F(CertsTest, MessageCertificatesSignForOthersToCheckYearsLater) {
  for (const Agency& agency : kAgencies) {
    EXPECT_TRUE(IsVerified(Pki(agency, "message.crt"), "any"));
    EXPECT_EQ(ExitCode("openssl x509 -noout -ext keyUsage -in " + Pki(agency, "message.crt") +
                       " | grep -q 'Digital Signature, Non Repudiation'"),
              0);
  }
}

TEST_F(CertsTest, PeopleAndSystemsAreClientsOfTheirAgency) {
  for (const Agency& agency : kAgencies) {
    for (const std::string role :
         {"officer", "releaser", "supervisor", "auditor", "operator", "system"}) {
      const std::string path = Pki(agency, role + ".crt");
      const std::string kind = role == "system" ? "/system/" : "/person/";
      EXPECT_THAT(Read(path).san_uris(),
                  ElementsAre(absl::StrCat("liaison://agency/", agency.id, kind, role, "-1")));
      EXPECT_TRUE(IsVerified(path, "sslclient"));
      EXPECT_FALSE(IsVerified(path, "sslserver"));
    }
  }
}

TEST_F(CertsTest, EveryKeyIsOneOfOursFitsItsCertificateAndIsReadByItsOwnerAlone) {
  int keys = 0;
  for (const auto& entry : fs::recursive_directory_iterator(*folder_)) {
    const std::string path = entry.path();
    if (entry.path().extension() == ".key") {
      ++keys;
      const auto key = crypto::PrivateKey::FromFile(path);
      ASSERT_TRUE(key.ok()) << key.status();
      struct stat file = {};
      ASSERT_EQ(stat(path.c_str(), &file), 0);
      EXPECT_EQ(file.st_mode & 07777, 0600u) << path;
      const std::string stem = path.substr(0, path.size() - 4);
      if (!fs::exists(stem + ".crt")) continue;
      const std::string name = Read(stem + ".crt").public_key().spki_digest().hex();
      EXPECT_EQ((*key)->public_key().spki_digest().hex(), name) << path;
      EXPECT_EQ(Text(stem + ".spki"), name + "\n") << path;
    }
  }
  EXPECT_EQ(keys, 2 + 3 * (2 + 3 + 6 + 6));
}

TEST_F(CertsTest, VerifierKeysFitTheLogsKeysAndNames) {
  for (const Agency& agency : kAgencies) {
    for (const auto& [name, log] :
         {std::pair("log", "liaison-log"), std::pair("desk-log", "liaison-desk")}) {
      std::string text = Text(Pki(agency, absl::StrCat(name, ".vkey")));
      ASSERT_FALSE(text.empty());
      EXPECT_EQ(text.back(), '\n');
      text.pop_back();
      const auto key = audit::LogKey::Parse(text);
      ASSERT_TRUE(key.ok()) << key.status();
      EXPECT_EQ(key->origin(), absl::StrCat(agency.domain, "/", log, "/1/1"));
      const auto secret = crypto::PrivateKey::FromFile(Pki(agency, absl::StrCat(name, ".key")));
      EXPECT_EQ(key->key().spki_digest(), (*secret)->public_key().spki_digest());
    }
  }
}

TEST_F(CertsTest, EachBadCertificateIsWrongInOneWay) {
  for (const Agency& agency : kAgencies) {
    const auto bad = [&agency](const std::string& name) {
      return Pki(agency, "bad/" + name + ".crt");
    };
    const base::Digest registered = Read(Pki(agency, "tls.crt")).public_key().spki_digest();
    const auto own_name = ElementsAre("liaison://agency/" + agency.id);
    const absl::Time now = absl::Now();

    EXPECT_LT(Read(bad("expired")).not_after(), now);
    EXPECT_EQ(Read(bad("expired")).public_key().spki_digest(), registered);
    EXPECT_FALSE(IsVerified(bad("expired"), "sslclient"));
    EXPECT_TRUE(IsVerified("-no_check_time " + bad("expired"), "sslclient"));

    EXPECT_GT(Read(bad("not-yet-valid")).not_before(), now);
    EXPECT_EQ(Read(bad("not-yet-valid")).public_key().spki_digest(), registered);
    EXPECT_TRUE(IsVerified("-no_check_time " + bad("not-yet-valid"), "sslclient"));

    EXPECT_LT(Read(bad("person-expired")).not_after(), now);
    EXPECT_EQ(Read(bad("person-expired")).public_key().spki_digest(),
              Read(Pki(agency, "officer.crt")).public_key().spki_digest());

    EXPECT_TRUE(IsVerified(bad("wrong-san"), "sslclient"));
    EXPECT_THAT(Read(bad("wrong-san")).san_uris(), ElementsAre("liaison://agency/" + agency.other));

    EXPECT_FALSE(IsVerified(bad("other-ca"), "sslclient"));
    EXPECT_TRUE(IsVerified(bad("other-ca"), "sslclient", "other-ca"));
    EXPECT_THAT(Read(bad("other-ca")).san_uris(), own_name);
    EXPECT_EQ(Read(bad("other-ca")).public_key().spki_digest(), registered);

    EXPECT_TRUE(IsVerified(bad("unregistered"), "sslclient"));
    EXPECT_THAT(Read(bad("unregistered")).san_uris(), own_name);
    EXPECT_NE(Read(bad("unregistered")).public_key().spki_digest(), registered);
  }
}

TEST_F(CertsTest, ASecondRunRefusesAndChangesNothing) {
  const std::string key = Pki(kAgencies[0], "tls.key");
  const std::string before = Text(key);
  EXPECT_NE(ExitCode("certs-example/make.sh " + *folder_), 0);
  EXPECT_EQ(Text(key), before);
}

TEST_F(CertsTest, RefusesWhereOneAgencyAloneIsInTheWay) {
  std::string pattern = ::testing::TempDir() + "/liaison-certs-XXXXXX";
  const std::string folder = mkdtemp(pattern.data());
  fs::create_directory(folder + "/io-example");
  EXPECT_NE(ExitCode("certs-example/make.sh " + folder), 0);
  EXPECT_FALSE(fs::exists(folder + "/ca"));
  fs::remove_all(folder);
}

TEST_F(CertsTest, AsksForItsFolder) { EXPECT_NE(ExitCode("certs-example/make.sh"), 0); }

}  // namespace
}  // namespace liaison
