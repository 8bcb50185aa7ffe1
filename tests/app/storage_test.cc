#include "daemon/app/storage.h"

#include <gtest/gtest.h>

#include <fstream>

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

TEST(StorageTest, OneDaemonADataFolder) {
  const testing::TwoAgencies agencies;
  const auto first = OpenWith(agencies, "");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_FALSE(OpenWith(agencies, "").ok());
}

}  // namespace
}  // namespace liaison::app
