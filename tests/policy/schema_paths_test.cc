// Which leaves a rule for a type decides on.
#include "daemon/policy/schema_paths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace liaison::policy {
namespace {

using liaison::payload::v1::MessageType;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Notes, and a field of the type's own.
std::vector<SchemaLeaf> LeavesByNumber(MessageType type) {
  return {{"notes", Sensitivity::L1}, {absl::StrCat("of_", type), Sensitivity::L2}};
}

std::vector<std::string> Paths(absl::Span<const SchemaLeaf> leaves) {
  std::vector<std::string> paths;
  for (const SchemaLeaf& leaf : leaves) paths.push_back(leaf.path);
  return paths;
}

TEST(SchemaPathsTest, AMessageAboutAnotherHasItsFieldsToo) {
  using namespace liaison::payload::v1;
  SchemaPaths schema(LeavesByNumber);
  EXPECT_THAT(Paths(schema.Leaves(ALERT)), ElementsAre("notes", "of_11"));
  for (const MessageType type : {FIELD_OPENING, FORWARDED_ITEM}) {
    const std::vector<std::string> paths = Paths(schema.Leaves(type));
    const auto has = [&](MessageType other) {
      return std::find(paths.begin(), paths.end(), absl::StrCat("of_", other)) != paths.end();
    };
    EXPECT_EQ(std::count(paths.begin(), paths.end(), "notes"), 1);
    for (const MessageType inside : {type, ALERT, INTELLIGENCE_NOTICE, ONWARD_SHARING_REQUEST}) {
      EXPECT_TRUE(has(inside)) << inside;
    }
    for (const MessageType never : {RECALL, RECALL_CONFIRMATION, ONWARD_SHARING_NOTICE}) {
      EXPECT_FALSE(has(never)) << never;
    }
  }
  EXPECT_EQ(Paths(schema.Leaves(FORWARDED_ITEM)).size(),
            Paths(schema.Leaves(FIELD_OPENING)).size());
}

TEST(SchemaPathsTest, AsksForTheLeavesOfATypeOnce) {
  int asked = 0;
  const auto count = [&](MessageType type) {
    ++asked;
    return LeavesByNumber(type);
  };
  SchemaPaths schema(count);
  for (int i = 0; i < 3; ++i) schema.Leaves(liaison::payload::v1::ALERT);
  EXPECT_EQ(asked, 1);
}

TEST(SchemaPathsTest, FindsWhatIsAtAPathAndBelowIt) {
  const auto some = [](MessageType) -> std::vector<SchemaLeaf> {
    return {{"a_b", Sensitivity::L1}, {"a.c", Sensitivity::L1},  {"a.b.d", Sensitivity::L1},
            {"a.b", Sensitivity::L1}, {"a.bc", Sensitivity::L1}, {"ab", Sensitivity::L1}};
  };
  SchemaPaths schema(some);
  const auto below = [&](std::string_view path) {
    return Paths(schema.Below(path, liaison::payload::v1::ALERT));
  };
  EXPECT_THAT(below("a"), ElementsAre("a.b", "a.b.d", "a.bc", "a.c"));
  EXPECT_THAT(below("a.b"), ElementsAre("a.b", "a.b.d"));
  EXPECT_THAT(below("ab"), ElementsAre("ab"));
  EXPECT_THAT(below("b"), IsEmpty());
  EXPECT_THAT(below("a.b.d.e"), IsEmpty());
}

}  // namespace
}  // namespace liaison::policy
