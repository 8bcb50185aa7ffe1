#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "daemon/base/error.h"
#include "daemon/crypto/secret.h"

namespace liaison::crypto {
namespace {

using ::testing::HasSubstr;

class SecretFileTest : public ::testing::Test {
 protected:
  SecretFileTest() {
    std::string pattern = ::testing::TempDir() + "/liaison-secret-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~SecretFileTest() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  std::string Make(const std::string& bytes, mode_t mode) const {
    const std::string path = Path("key");
    std::ofstream(path) << bytes;
    chmod(path.c_str(), mode);
    return path;
  }

  std::string folder_;
};

TEST_F(SecretFileTest, ReadsWhatOnlyTheOwnerMayReach) {
  for (mode_t mode : {0600, 0400, 0700}) {
    const auto secret = ReadSecretFile(Make("the key", mode));
    ASSERT_TRUE(secret.ok()) << secret.status();
    EXPECT_EQ(secret->bytes(OpenSecrets()), "the key");
  }
}

TEST_F(SecretFileTest, RefusesEveryBitForGroupAndOthersAndNamesTheCommand) {
  for (mode_t bit : {0040, 0020, 0010, 0004, 0002, 0001}) {
    const std::string path = Make("the key", 0600 | bit);
    const absl::Status status = ReadSecretFile(path).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(base::GetError(status).value().fix, "chmod 600 " + path);
  }
  const absl::Status status = ReadSecretFile(Make("the key", 0640)).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("0640"));
  EXPECT_THAT(std::string(status.message()), HasSubstr(Path("key")));
}

TEST_F(SecretFileTest, RefusesTheFileOfAnotherUser) {
  const std::string path = Make("the key", 0600);
  if (chown(path.c_str(), 12345, static_cast<gid_t>(-1)) != 0) GTEST_SKIP() << "needs root";
  const absl::Status status = ReadSecretFile(path).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(base::GetError(status).value().fix, HasSubstr("chown"));
}

TEST_F(SecretFileTest, RefusesWhatIsNoFileOrTooLarge) {
  EXPECT_EQ(ReadSecretFile(Path("absent")).status().code(), absl::StatusCode::kNotFound);
  chmod(folder_.c_str(), 0700);
  EXPECT_EQ(ReadSecretFile(folder_).status().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(ReadSecretFile(Path("pipe")).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(ReadSecretFile(Make(std::string(65536, 'k'), 0600)).ok());
  EXPECT_EQ(ReadSecretFile(Make(std::string(65537, 'k'), 0600)).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(SecretFileTest, WritesWithMode0600WhateverTheUmask) {
  const mode_t before = umask(0);
  ASSERT_TRUE(WriteSecretFile(Path("new"), Secret("the key")).ok());
  umask(before);
  struct stat file = {};
  ASSERT_EQ(stat(Path("new").c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 07777, 0600u);
  EXPECT_EQ(ReadSecretFile(Path("new"))->bytes(OpenSecrets()), "the key");
}

TEST_F(SecretFileTest, OverwritesNothing) {
  const std::string path = Make("the old key", 0600);
  EXPECT_EQ(WriteSecretFile(path, Secret("the new key")).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReadSecretFile(path)->bytes(OpenSecrets()), "the old key");
  EXPECT_EQ(WriteSecretFile(Path("no/folder"), Secret("k")).code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace liaison::crypto
