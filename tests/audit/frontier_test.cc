#include <gtest/gtest.h>

#include <bit>

#include "absl/strings/str_cat.h"
#include "tests/audit/vectors.h"

namespace liaison::audit {
namespace {

// RFC 6962, 2.1, as it is written.
Digest RootByDefinition(absl::Span<const Digest> leaves) {
  if (leaves.size() == 1) return leaves[0];
  const size_t middle = std::bit_floor(leaves.size() - 1);
  return NodeHash(RootByDefinition(leaves.subspan(0, middle)),
                  RootByDefinition(leaves.subspan(middle)));
}

TEST(FrontierTest, HasTheRootOfTheDefinitionAtEverySize) {
  const std::vector<Digest> leaves = SomeLeaves(300);
  Frontier frontier;
  for (size_t i = 0; i < leaves.size(); ++i) {
    frontier.Append(leaves[i]);
    ASSERT_EQ(frontier.size(), i + 1);
    ASSERT_EQ(frontier.hashes().size(), static_cast<size_t>(std::popcount(i + 1)));
    ASSERT_EQ(frontier.Root(), RootByDefinition(absl::MakeSpan(leaves).subspan(0, i + 1)));
  }
}

TEST(FrontierTest, GoesOnAfterItWasStored) {
  const std::vector<Digest> leaves = SomeLeaves(70);
  Frontier whole;
  Frontier stored;
  for (const Digest& leaf : leaves) {
    stored = Frontier::Parse(stored.Serialize()).value();
    stored.Append(leaf);
    whole.Append(leaf);
    ASSERT_EQ(stored.Root(), whole.Root());
  }
  const auto restored = Frontier::Restore(whole.size(), whole.hashes());
  ASSERT_TRUE(restored.ok());
  EXPECT_EQ(restored->Root(), whole.Root());
}

TEST(FrontierTest, IsWrittenAsBigEndianSizeThenHashes) {
  Frontier frontier;
  frontier.Append(LeafHash("a"));
  std::string expected(8, '\0');
  expected[7] = '\x01';
  expected.append(LeafHash("a").raw());
  EXPECT_EQ(frontier.Serialize(), expected);
  EXPECT_EQ(Frontier().Serialize(), std::string(8, '\0'));
}

TEST(FrontierTest, RefusesAnotherNumberOfHashesThanItsSizeAsksFor) {
  const std::vector<Digest> two = SomeLeaves(2);
  EXPECT_TRUE(Frontier::Restore(3, two).ok());
  EXPECT_TRUE(Frontier::Restore(0, {}).ok());
  for (uint64_t size : {0, 1, 2, 4, 7, 8}) {
    EXPECT_EQ(Frontier::Restore(size, two).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(FrontierTest, RefusesBytesOfEveryOtherLength) {
  Frontier frontier;
  for (const Digest& leaf : SomeLeaves(7)) frontier.Append(leaf);
  const std::string bytes = frontier.Serialize();
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(Frontier::Parse(bytes.substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(Frontier::Parse(bytes + "x").ok());
  EXPECT_FALSE(Frontier::Parse(absl::StrCat(bytes, std::string(32, 'x'))).ok());
}

TEST(FrontierTest, HoldsTheLargestTreeThereCanBe) {
  const auto full = Frontier::Restore(~uint64_t{0}, SomeLeaves(64));
  ASSERT_TRUE(full.ok());
  EXPECT_EQ(Frontier::Parse(full->Serialize())->Root(), full->Root());
}

}  // namespace
}  // namespace liaison::audit
