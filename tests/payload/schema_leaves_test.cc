// What the schema says of a leaf that a message can have is what cutting says of one that it has.
#include <gtest/gtest.h>

#include <map>

#include "daemon/payload/records.h"
#include "tests/payload/random_message.h"

namespace liaison::payload {
namespace {

constexpr int kRounds = 200;

// Whatever of its notes and its body can be set.
v1::Payload RandomPayload(v1::MessageType type, RandomMessage& random) {
  v1::Payload payload;
  random.Fill(payload.mutable_notes(), 0.7, kMaxDepth);
  const auto* const body = v1::Payload::descriptor()->FindFieldByName(std::string(BodyField(type)));
  random.Fill(v1::Payload::GetReflection()->MutableMessage(&payload, body), 0.7, kMaxDepth);
  return payload;
}

TEST(SchemaLeavesTest, SayOfEachLeafWhatCuttingSays) {
  RandomMessage random(Seed());
  const auto& types = *v1::MessageType_descriptor();
  size_t needed = 0, bonded = 0;
  for (int i = 0; i < types.value_count(); ++i) {
    const auto type = static_cast<v1::MessageType>(types.value(i)->number());
    if (BodyField(type).empty()) continue;
    std::map<std::string, SchemaLeaf> leaves;
    for (const SchemaLeaf& leaf : SchemaLeaves(type)) leaves.emplace(leaf.path, leaf);
    for (int round = 0; round < kRounds; ++round) {
      const auto cut = Cut(RandomPayload(type, random));
      ASSERT_TRUE(cut.ok()) << cut.status();
      for (const Leaf& leaf : *cut) {
        if (!Describe(leaf.schema_path)->is_leaf) continue;  // an empty message
        ASSERT_TRUE(leaves.contains(leaf.schema_path)) << leaf.schema_path;
        const SchemaLeaf& said = leaves.at(leaf.schema_path);
        ASSERT_EQ(said.sens, leaf.sens) << leaf.path;
        ASSERT_EQ(said.part, leaf.part) << leaf.path;
        ASSERT_EQ(said.text, leaf.text) << leaf.path;
        ASSERT_EQ(said.needed, leaf.needed) << leaf.path;
        ASSERT_EQ(said.bond, WithoutPositions(leaf.bond)) << leaf.path;
        needed += leaf.needed ? 1 : 0;
        bonded += leaf.bond.empty() ? 0 : 1;
      }
    }
  }
  EXPECT_GT(needed, 100u);
  EXPECT_GT(bonded, 1000u);
}

}  // namespace
}  // namespace liaison::payload
