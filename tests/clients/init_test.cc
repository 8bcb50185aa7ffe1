#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "daemon/base/text_format.h"
#include "daemon/crypto/keys.h"
#include "liaison/config/v1/agency.pb.h"
#include "liaison/config/v1/client.pb.h"
#include "liaison/policy/v1/policy.pb.h"
#include "tests/clients/desk_fixture.h"

namespace liaison::clients_test {
namespace {

std::string Read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class InitTest : public testing::Test {
 protected:
  InitTest() : folder_(testing::TempDir() + "liaison-init-test") {
    std::filesystem::remove_all(folder_);
  }
  ~InitTest() override { std::filesystem::remove_all(folder_); }
  Ran Init() const {
    return RunLiaison({"init", "--agency", "new-example", "--domain", "new.example", "--country",
                       "VN", "--name", "Cơ quan \"ví dụ\"", "-d", folder_});
  }
  mode_t ModeOf(const std::string& name) const {
    struct stat status = {};
    EXPECT_EQ(stat(absl::StrCat(folder_, "/", name).c_str(), &status), 0) << name;
    return status.st_mode & 0777;
  }

  const std::string folder_;
};

TEST_F(InitTest, WritesFilesThatTheStrictReadersTake) {
  const Ran ran = Init();
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  config::v1::Agency agency;
  absl::Status status =
      base::ParseTextFormat(Read(folder_ + "/agency.textproto"), "agency.textproto", agency);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(agency.id(), "new-example");
  EXPECT_EQ(agency.name(), "Cơ quan \"ví dụ\"");
  config::v1::Client client;
  status = base::ParseTextFormat(Read(folder_ + "/client.textproto"), "client.textproto", client);
  ASSERT_TRUE(status.ok()) << status;
  const auto key = crypto::PrivateKey::FromFile(folder_ + "/pki/operator.key");
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(agency.person(0).spki_sha256(), (*key)->public_key().spki_digest().hex());
}

TEST_F(InitTest, ItsPolicyIsTheStartingPolicyWhichPermitsNothing) {
  ASSERT_EQ(Init().exit_code, 0);
  const Ran ran = RunLiaison(
      {"policy", "check", folder_ + "/policy.textproto", "--agency", "new-example", "-o", "json"});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  policy::v1::PolicyFile policy;
  ASSERT_TRUE(base::ParseTextFormat(Read(folder_ + "/policy.textproto"), "policy", policy).ok());
  EXPECT_EQ(policy.policy().id(), "new-example-1");
  policy::v1::PolicyFile starting;
  const char* const source = "deploy/policies/starting-policy.textproto";
  ASSERT_TRUE(base::ParseTextFormat(Read(source), source, starting).ok());
  EXPECT_GT(starting.policy().rule_size(), 0);
  starting.mutable_policy()->set_id("new-example-1");
  EXPECT_EQ(policy.DebugString(), starting.DebugString());
  for (const policy::v1::Rule& rule : policy.policy().rule()) {
    EXPECT_NE(rule.effect(), policy::v1::Rule::PERMIT) << rule.id();
  }
}

TEST_F(InitTest, NobodyElseMayReadKeys) {
  ASSERT_EQ(Init().exit_code, 0);
  for (const char* name : {"", "pki", "keys", "keys/at-rest"}) EXPECT_EQ(ModeOf(name), 0700U);
  for (const char* name : {"tls", "message", "log", "desk-log", "cosigner", "operator"}) {
    EXPECT_EQ(ModeOf(absl::StrCat("pki/", name, ".key")), 0600U);
  }
  EXPECT_EQ(ModeOf("keys/mac.key"), 0600U);
  EXPECT_EQ(std::filesystem::file_size(folder_ + "/keys/mac.key"), 32U);
}

TEST_F(InitTest, OverwritesNothing) {
  ASSERT_EQ(Init().exit_code, 0);
  const std::string before = Read(folder_ + "/pki/tls.key");
  const Ran again = Init();
  EXPECT_EQ(again.exit_code, 7);
  EXPECT_EQ(again.out, "");
  EXPECT_EQ(Read(folder_ + "/pki/tls.key"), before);
}

TEST_F(InitTest, TakesAnEmptyFolderThatIsThere) {
  std::filesystem::create_directories(folder_);
  EXPECT_EQ(Init().exit_code, 0);
}

TEST_F(InitTest, SaysWhatToDoNext) {
  const Ran ran = Init();
  EXPECT_THAT(ran.err, testing::HasSubstr("--check-config"));
  EXPECT_THAT(ran.out, testing::HasSubstr("pki/tls.csr"));
}

}  // namespace
}  // namespace liaison::clients_test
