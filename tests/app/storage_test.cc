#include "daemon/app/storage.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "daemon/base/error.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::app {
namespace {

// The configuration of io-example, which has no daemon here, with a line added.
absl::StatusOr<Storage> OpenWith(const testing::TwoAgencies& agencies, const std::string& line) {
  const std::string path = agencies.folder + "/io-example/agency.textproto";
  std::ofstream(path, std::ios::app) << line << "\n";
  const auto registry = partners::Registry::Load(path);
  if (!registry.ok()) return registry.status();
  return OpenStorage(**registry, false);
}

TEST(StorageTest, WarnsWhenADiskHoldsBothDataAndItsKeys) {
  const testing::TwoAgencies agencies;
  const auto storage = OpenWith(agencies, "");
  ASSERT_TRUE(storage.ok()) << storage.status();
  ASSERT_EQ(storage->warnings.size(), 1u);
  EXPECT_NE(storage->warnings[0].find("stolen disk"), std::string::npos);
}

// The configuration of io-example as it could stand in production: no partner is on this machine.
absl::StatusOr<Storage> OpenInProduction(const testing::TwoAgencies& agencies) {
  const std::string path = agencies.folder + "/io-example/agency.textproto";
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  std::string config = std::regex_replace(text.str(), std::regex("reflection: true"), "");
  config = std::regex_replace(config, std::regex("endpoint: \"127\\.0\\.0\\.1:"),
                              "endpoint: \"partner.example:");
  std::ofstream(path) << config;
  return OpenWith(agencies, "production: true");
}

TEST(StorageTest, RefusesInProductionKeysOnTheDiskOfTheData) {
  const testing::TwoAgencies agencies;
  const auto storage = OpenInProduction(agencies);
  ASSERT_FALSE(storage.ok());
  const auto error = base::GetError(storage.status());
  ASSERT_TRUE(error.has_value()) << storage.status();
  EXPECT_EQ(error->reason, base::Reason::kValidationFailed);
  ASSERT_EQ(error->fields.size(), 1u);
  EXPECT_EQ(error->fields[0].field, "keys.at_rest_dir");
  EXPECT_NE(error->fix.find("another file system"), std::string::npos);
}

TEST(StorageTest, TakesInProductionKeysThatSystemdGives) {
  const testing::TwoAgencies agencies;
  setenv("CREDENTIALS_DIRECTORY", (agencies.folder + "/io-example/keys").c_str(), 1);
  const auto storage = OpenInProduction(agencies);
  unsetenv("CREDENTIALS_DIRECTORY");
  ASSERT_TRUE(storage.ok()) << storage.status();
  EXPECT_TRUE(storage->warnings.empty());
}

TEST(StorageTest, OneDaemonADataFolder) {
  const testing::TwoAgencies agencies;
  const auto first = OpenWith(agencies, "");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_FALSE(OpenWith(agencies, "").ok());
}

}  // namespace
}  // namespace liaison::app
