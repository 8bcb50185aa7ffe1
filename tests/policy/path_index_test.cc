#include "daemon/policy/path_index.h"

#include <gtest/gtest.h>

namespace liaison::policy {
namespace {

TEST(PathIndexTest, FindsTheLongestKnownPathAbove) {
  PathIndex paths;
  const PathIndex::Node name = paths.Add("notice.persons.names");
  const PathIndex::Node persons = paths.Add("notice.persons");
  EXPECT_EQ(paths.Find("notice.persons.names"), name);
  EXPECT_EQ(paths.Find("notice.persons.names.full_original"), name);
  EXPECT_EQ(paths.Find("notice.persons.birth"), persons);
  EXPECT_EQ(paths.Above(name), persons);
}

TEST(PathIndexTest, KnowsNothingOfOtherPaths) {
  PathIndex paths;
  EXPECT_EQ(paths.Find("notice"), PathIndex::kRoot);
  paths.Add("notice.persons");
  for (const char* path : {"", "alert", "notices", "not", "persons"}) {
    EXPECT_EQ(paths.Find(path), PathIndex::kRoot) << path;
  }
  EXPECT_EQ(paths.Above(PathIndex::kRoot), PathIndex::kRoot);
}

TEST(PathIndexTest, GivesOnePathOneNode) {
  PathIndex paths;
  const PathIndex::Node first = paths.Add("a.b");
  EXPECT_EQ(paths.Add("a.b"), first);
  EXPECT_NE(paths.Add("a.c"), first);
  EXPECT_NE(paths.Add("a"), first);
}

}  // namespace
}  // namespace liaison::policy
