#include <gtest/gtest.h>

#include <bit>

#include "tests/audit/vectors.h"

namespace liaison::audit {
namespace {

constexpr uint64_t kSizes = 130;

// The complete subtrees over some leaves, as a log's tiles hold them.
class Subtrees {
 public:
  explicit Subtrees(std::vector<Digest> leaves) : levels_{std::move(leaves)} {
    while (levels_.back().size() > 1) {
      const std::vector<Digest>& below = levels_.back();
      std::vector<Digest> level;
      for (size_t i = 0; i + 1 < below.size(); i += 2) {
        level.push_back(NodeHash(below[i], below[i + 1]));
      }
      levels_.push_back(std::move(level));
    }
  }

  std::vector<Digest> Inclusion(uint64_t index, uint64_t size) const {
    const BoundedReader reader{*this, size};
    return InclusionPath(index, size, reader).value();
  }
  std::vector<Digest> Consistency(uint64_t from, uint64_t to) const {
    const BoundedReader reader{*this, to};
    return ConsistencyPath(from, to, reader).value();
  }
  Digest Root(uint64_t size) const { return TreeRoot(absl::MakeSpan(levels_[0]).subspan(0, size)); }
  const Digest& leaf(uint64_t index) const { return levels_[0][index]; }

 private:
  // A log of that size has no subtree that reaches beyond it.
  struct BoundedReader {
    const Subtrees& subtrees;
    uint64_t size;
    absl::StatusOr<Digest> operator()(int level, uint64_t index) const {
      if (((index + 1) << level) > size) return absl::OutOfRangeError("beyond the tree");
      return subtrees.levels_[static_cast<size_t>(level)][index];
    }
  };

  std::vector<std::vector<Digest>> levels_;
};

const Subtrees& SomeSubtrees() {
  static const auto* const kSubtrees = new Subtrees(SomeLeaves(kSizes + 2));
  return *kSubtrees;
}

const std::vector<Digest>& SomeRoots() {
  static const auto* const kRoots = [] {
    auto* roots = new std::vector<Digest>;
    for (uint64_t size = 0; size <= kSizes + 1; ++size) {
      roots->push_back(SomeSubtrees().Root(size));
    }
    return roots;
  }();
  return *kRoots;
}

Digest Flipped(const Digest& digest, uint64_t bit) {
  Digest wrong = digest;
  uint8_t& byte = wrong.mutable_data()[bit / 8 % Digest::kSize];
  byte = static_cast<uint8_t>(byte ^ (1u << (bit % 8)));
  return wrong;
}

// For each hash of the path of RFC 6962, 2.1.1, from the top: does the leaf lie left of it?
std::string TurnsByDefinition(uint64_t index, uint64_t size) {
  std::string turns;
  while (size > 1) {
    const uint64_t middle = std::bit_floor(size - 1);
    turns.push_back(index < middle ? 'L' : 'R');
    size = index < middle ? middle : size - middle;
    if (turns.back() == 'R') index -= middle;
  }
  return turns;
}

TEST(InclusionTest, HasThePathsOfTheVectors) {
  const std::vector<Digest> leaves = LeafHashes(VectorLeaves());
  const Subtrees subtrees(leaves);
  const std::vector<Words> vectors = ReadVectors("audit_tree.txt", "inclusion");
  ASSERT_EQ(vectors.size(), 36u);
  for (const Words& words : vectors) {
    const uint64_t index = std::stoull(words[0]);
    const uint64_t size = std::stoull(words[1]);
    const std::vector<Digest> path = DigestsFrom(words, 2);
    EXPECT_EQ(subtrees.Inclusion(index, size), path);
    EXPECT_TRUE(VerifyInclusion(leaves[index], index, size, path, subtrees.Root(size)).ok());
  }
}

TEST(InclusionTest, HoldsForEveryLeafOfEverySize) {
  for (uint64_t size = 1; size <= kSizes; ++size) {
    for (uint64_t index = 0; index < size; ++index) {
      ASSERT_TRUE(VerifyInclusion(SomeSubtrees().leaf(index), index, size,
                                  SomeSubtrees().Inclusion(index, size), SomeRoots()[size])
                      .ok())
          << index << " of " << size;
    }
  }
}

TEST(InclusionTest, RefusesEveryOtherIndex) {
  for (uint64_t size = 1; size <= kSizes; ++size) {
    for (uint64_t index = 0; index < size; ++index) {
      const std::vector<Digest> path = SomeSubtrees().Inclusion(index, size);
      for (uint64_t wrong = 0; wrong <= size; ++wrong) {
        const bool holds =
            VerifyInclusion(SomeSubtrees().leaf(index), wrong, size, path, SomeRoots()[size]).ok();
        ASSERT_EQ(holds, wrong == index) << wrong << " for " << index << " of " << size;
      }
    }
  }
}

// A path does not bind the size by itself: it holds for every size at which the way from the leaf
// to the root makes the same turns. That is why a root is only believed together with its size,
// from a signed head.
TEST(InclusionTest, RefusesEverySizeAtWhichThePathTurnsOtherwise) {
  for (uint64_t size = 1; size <= 70; ++size) {
    for (uint64_t index = 0; index < size; ++index) {
      const std::vector<Digest> path = SomeSubtrees().Inclusion(index, size);
      for (uint64_t wrong = 0; wrong <= 140; ++wrong) {
        const bool same_way =
            index < wrong && TurnsByDefinition(index, wrong) == TurnsByDefinition(index, size);
        const bool holds =
            VerifyInclusion(SomeSubtrees().leaf(index), index, wrong, path, SomeRoots()[size]).ok();
        ASSERT_EQ(holds, same_way) << index << " of " << size << " as of " << wrong;
      }
      // With the root that belongs to the other size, as a signed head gives it, nothing passes.
      for (uint64_t wrong = 1; wrong <= 71; ++wrong) {
        if (wrong == size) continue;
        ASSERT_FALSE(
            VerifyInclusion(SomeSubtrees().leaf(index), index, wrong, path, SomeRoots()[wrong])
                .ok());
      }
    }
  }
}

TEST(InclusionTest, RefusesEveryHashWithAFlippedBitAndPathsShorterLongerOrSwapped) {
  for (uint64_t size = 1; size <= kSizes; ++size) {
    for (uint64_t index = 0; index < size; ++index) {
      const std::vector<Digest> path = SomeSubtrees().Inclusion(index, size);
      const Digest& leaf = SomeSubtrees().leaf(index);
      const Digest& root = SomeRoots()[size];
      const auto holds = [&](const std::vector<Digest>& other) {
        return VerifyInclusion(leaf, index, size, other, root).ok();
      };
      for (size_t i = 0; i < path.size(); ++i) {
        std::vector<Digest> wrong = path;
        wrong[i] = Flipped(path[i], 31 * index + size + i);
        ASSERT_FALSE(holds(wrong));
        wrong = path;
        std::swap(wrong[i], wrong[0]);
        ASSERT_EQ(holds(wrong), i == 0);
        wrong = path;
        wrong.erase(wrong.begin() + static_cast<std::ptrdiff_t>(i));
        ASSERT_FALSE(holds(wrong));
      }
      std::vector<Digest> longer = path;
      longer.push_back(root);
      ASSERT_FALSE(holds(longer));
      longer.pop_back();
      longer.insert(longer.begin(), leaf);
      ASSERT_FALSE(holds(longer));
      ASSERT_FALSE(VerifyInclusion(Flipped(leaf, index), index, size, path, root).ok());
      ASSERT_FALSE(VerifyInclusion(leaf, index, size, path, Flipped(root, index)).ok());
    }
  }
}

TEST(InclusionTest, RefusesTreesWithoutLeavesAndBoundsTheLargest) {
  const Digest leaf = LeafHash("a");
  EXPECT_EQ(VerifyInclusion(leaf, 0, 0, {}, leaf).code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(VerifyInclusion(leaf, 0, 1, {}, leaf).ok());
  const uint64_t most = ~uint64_t{0};
  const std::vector<Digest> path(64, leaf);
  EXPECT_FALSE(VerifyInclusion(leaf, most - 1, most, path, leaf).ok());
  EXPECT_FALSE(VerifyInclusion(leaf, 0, most, path, leaf).ok());
  EXPECT_FALSE(VerifyInclusion(leaf, most, most, path, leaf).ok());
}

// A log can sign any root. One that fits a path of the wrong length still proves nothing.
TEST(InclusionTest, RefusesAPathOfAnotherLengthThatLeadsToTheRoot) {
  const Digest leaf = LeafHash("a");
  const Digest extra = LeafHash("b");
  EXPECT_FALSE(VerifyInclusion(leaf, 0, 1, {extra}, NodeHash(extra, leaf)).ok());
  EXPECT_FALSE(VerifyInclusion(leaf, 0, 2, {}, leaf).ok());
  EXPECT_FALSE(VerifyInclusion(leaf, 0, 4, {extra}, NodeHash(leaf, extra)).ok());
}

TEST(InclusionTest, PassesOnTheErrorOfTheReader) {
  const auto failing = [](int, uint64_t) -> absl::StatusOr<Digest> {
    return absl::UnavailableError("disk");
  };
  EXPECT_EQ(InclusionPath(0, 2, failing).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ConsistencyPath(1, 2, failing).status().code(), absl::StatusCode::kUnavailable);
}

TEST(ConsistencyTest, HasThePathsOfTheVectors) {
  const Subtrees subtrees(LeafHashes(VectorLeaves()));
  const std::vector<Words> vectors = ReadVectors("audit_tree.txt", "consistency");
  ASSERT_EQ(vectors.size(), 36u);
  for (const Words& words : vectors) {
    const uint64_t from = std::stoull(words[0]);
    const uint64_t to = std::stoull(words[1]);
    EXPECT_EQ(subtrees.Consistency(from, to), DigestsFrom(words, 2)) << from << " to " << to;
  }
}

TEST(ConsistencyTest, HoldsForEveryPairOfSizesAndForNoWrongRoot) {
  for (uint64_t to = 1; to <= kSizes; ++to) {
    for (uint64_t from = 1; from <= to; ++from) {
      const std::vector<Digest> path = SomeSubtrees().Consistency(from, to);
      const Digest& first = SomeRoots()[from];
      const Digest& second = SomeRoots()[to];
      ASSERT_TRUE(VerifyConsistency(from, first, to, second, path).ok()) << from << " to " << to;
      ASSERT_FALSE(VerifyConsistency(from, Flipped(first, to), to, second, path).ok());
      ASSERT_FALSE(VerifyConsistency(from, first, to, Flipped(second, from), path).ok());
      if (from != to) {
        ASSERT_FALSE(VerifyConsistency(to, second, from, first, path).ok()) << "backwards";
      }
    }
  }
}

TEST(ConsistencyTest, RefusesEveryHashWithAFlippedBitAndPathsShorterOrLonger) {
  for (uint64_t to = 1; to <= kSizes; ++to) {
    for (uint64_t from = 1; from <= to; ++from) {
      const std::vector<Digest> path = SomeSubtrees().Consistency(from, to);
      const auto holds = [&](const std::vector<Digest>& other) {
        return VerifyConsistency(from, SomeRoots()[from], to, SomeRoots()[to], other).ok();
      };
      for (size_t i = 0; i < path.size(); ++i) {
        std::vector<Digest> wrong = path;
        wrong[i] = Flipped(path[i], 31 * from + to + i);
        ASSERT_FALSE(holds(wrong));
        wrong.erase(wrong.begin() + static_cast<std::ptrdiff_t>(i));
        ASSERT_FALSE(holds(wrong));
      }
      std::vector<Digest> longer = path;
      longer.push_back(SomeRoots()[to]);
      ASSERT_FALSE(holds(longer));
      longer.pop_back();
      longer.insert(longer.begin(), SomeRoots()[from]);
      ASSERT_FALSE(holds(longer));
    }
  }
}

TEST(ConsistencyTest, RefusesAPathOfAnotherLengthThatLeadsToBothRoots) {
  const std::vector<Digest> path = SomeLeaves(4);
  const Digest inner = NodeHash(path[2], path[0]);
  const Digest outer = NodeHash(path[2], NodeHash(path[0], path[1]));
  ASSERT_TRUE(VerifyConsistency(3, inner, 4, outer, {path[0], path[1], path[2]}).ok());
  EXPECT_FALSE(
      VerifyConsistency(3, NodeHash(path[3], inner), 4, NodeHash(path[3], outer), path).ok());
  EXPECT_FALSE(
      VerifyConsistency(3, path[0], 4, NodeHash(path[0], path[1]), {path[0], path[1]}).ok());
}

TEST(ConsistencyTest, RefusesOtherSizesWithTheirOwnRoots) {
  for (uint64_t to = 1; to <= 40; ++to) {
    for (uint64_t from = 1; from < to; ++from) {
      const std::vector<Digest> path = SomeSubtrees().Consistency(from, to);
      for (uint64_t wrong = 1; wrong <= 41; ++wrong) {
        if (wrong != from) {
          ASSERT_FALSE(VerifyConsistency(wrong, SomeRoots()[wrong], to, SomeRoots()[to], path).ok())
              << from << " to " << to << " taken as from " << wrong;
        }
        if (wrong != to) {
          ASSERT_FALSE(
              VerifyConsistency(from, SomeRoots()[from], wrong, SomeRoots()[wrong], path).ok())
              << from << " to " << to << " taken as to " << wrong;
        }
      }
    }
  }
}

TEST(ConsistencyTest, RefusesATreeThatChangedALeaf) {
  std::vector<Digest> changed = SomeLeaves(20);
  changed[3] = LeafHash("forged");
  const Subtrees forged(changed);
  for (uint64_t from = 4; from < 20; ++from) {
    EXPECT_FALSE(VerifyConsistency(from, SomeRoots()[from], 20, forged.Root(20),
                                   forged.Consistency(from, 20))
                     .ok());
  }
}

TEST(ConsistencyTest, TakesNoPathForAProofFromTheTreeWithoutLeaves) {
  const Digest root = SomeRoots()[5];
  EXPECT_TRUE(SomeSubtrees().Consistency(0, 5).empty());
  EXPECT_EQ(VerifyConsistency(0, SomeRoots()[0], 5, root, {root}).code(),
            absl::StatusCode::kDataLoss);
  EXPECT_EQ(VerifyConsistency(3, SomeRoots()[3], 5, root, {}).code(), absl::StatusCode::kDataLoss);
}

TEST(ConsistencyTest, AsksForEqualRootsAndNoPathBetweenTreesOfOneSize) {
  const Digest root = SomeRoots()[5];
  EXPECT_TRUE(SomeSubtrees().Consistency(5, 5).empty());
  EXPECT_TRUE(VerifyConsistency(5, root, 5, root, {}).ok());
  EXPECT_FALSE(VerifyConsistency(5, root, 5, Flipped(root, 9), {}).ok());
  EXPECT_FALSE(VerifyConsistency(5, root, 5, root, {root}).ok());
}

TEST(ConsistencyTest, BoundsTheLargestTrees) {
  const uint64_t most = ~uint64_t{0};
  const Digest root = SomeRoots()[1];
  for (size_t length : {0, 1, 63, 64, 65, 128}) {
    const std::vector<Digest> path(length, root);
    EXPECT_FALSE(VerifyConsistency(1, root, most, root, path).ok());
    EXPECT_FALSE(VerifyConsistency(uint64_t{1} << 63, root, most, root, path).ok());
    EXPECT_FALSE(VerifyConsistency(most - 1, root, most, root, path).ok());
  }
}

}  // namespace
}  // namespace liaison::audit
