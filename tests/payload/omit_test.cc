#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <set>

#include "daemon/payload/cut.h"
#include "daemon/payload/records.h"
#include "tests/payload/random_message.h"

namespace liaison::payload {
namespace {

v1::Payload Payload(const std::string& text) {
  v1::Payload payload;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &payload)) << text;
  return payload;
}

std::string Left(const v1::Payload& payload, const std::vector<std::string>& omitted) {
  const absl::StatusOr<v1::Payload> left = WithoutLeaves(payload, omitted);
  return left.ok() ? left->ShortDebugString() : left.status().ToString();
}

TEST(Omit, ClosesUpThePositionsOfAList) {
  const v1::Payload payload = Payload(
      "notice { persons { local_id: 'a' } persons { local_id: 'b' } persons { local_id: 'c' } }");
  EXPECT_EQ(
      Left(payload, {"notice.persons[1].local_id"}),
      Payload("notice { persons { local_id: 'a' } persons { local_id: 'c' } }").ShortDebugString());
}

TEST(Omit, KeepsAnElementOfWhichSomethingIsLeft) {
  const v1::Payload payload = Payload("notice { persons { local_id: 'a' category: VICTIM } }");
  EXPECT_EQ(Left(payload, {"notice.persons[0].local_id"}),
            Payload("notice { persons { category: VICTIM } }").ShortDebugString());
}

TEST(Omit, LeavesNoTraceOfAMessageThatLosesItsLastLeaf) {
  const v1::Payload payload =
      Payload("notice { title: 'x' persons { names { full_original: 'invented' } } }");
  EXPECT_EQ(Left(payload, {"notice.persons[0].names[0].full_original"}),
            Payload("notice { title: 'x' }").ShortDebugString());
}

TEST(Omit, KeepsAnEmptyMessageUnlessItIsOmitted) {
  const v1::Payload payload = Payload("notice { persons {} persons { local_id: 'b' } }");
  EXPECT_EQ(Left(payload, {"notice.persons[1].local_id"}),
            Payload("notice { persons {} }").ShortDebugString());
  EXPECT_EQ(Left(payload, {"notice.persons[0]"}),
            Payload("notice { persons { local_id: 'b' } }").ShortDebugString());
}

TEST(Omit, RefusesAPathThatIsNotALeaf) {
  const v1::Payload payload = Payload("notice { title: 'x' persons { local_id: 'a' } }");
  for (const char* path :
       {"notice.titel", "notice", "notice.persons[0]", "notice.persons[1].local_id"}) {
    EXPECT_EQ(WithoutLeaves(payload, std::vector<std::string>{path}).status().code(),
              absl::StatusCode::kInvalidArgument)
        << path;
  }
}

// Whatever is omitted, the rest stays byte for byte, and nothing of what was omitted is left.
TEST(Omit, KeepsTheValuesOfAllOtherLeaves) {
  RandomMessage random(Seed());
  for (int i = 0; i < 60; ++i) {
    v1::Payload payload;
    random.Fill(&payload, 0.4, 5);
    const absl::StatusOr<std::vector<Leaf>> leaves = Cut(payload);
    ASSERT_TRUE(leaves.ok());
    std::vector<std::string> omitted;
    std::multiset<std::pair<std::string, std::string>> kept;
    for (const Leaf& leaf : *leaves) {
      if (random.Chance(0.5)) {
        omitted.push_back(leaf.path);
      } else {
        kept.emplace(leaf.schema_path, leaf.value);
      }
    }
    const absl::StatusOr<v1::Payload> left = WithoutLeaves(payload, omitted);
    ASSERT_TRUE(left.ok()) << left.status();
    const absl::StatusOr<std::vector<Leaf>> again = Cut(*left);
    ASSERT_TRUE(again.ok());
    std::multiset<std::pair<std::string, std::string>> found;
    for (const Leaf& leaf : *again) found.emplace(leaf.schema_path, leaf.value);
    ASSERT_EQ(found, kept);
  }
}

}  // namespace
}  // namespace liaison::payload
