#include "daemon/audit/tree.h"

#include <gtest/gtest.h>

#include "daemon/crypto/digest.h"
#include "tests/audit/vectors.h"

namespace liaison::audit {
namespace {

TEST(TreeTest, HashesLeavesAndNodesApart) {
  const Digest zero;
  EXPECT_EQ(LeafHash("abc"), crypto::Sha256(std::string("\x00"
                                                        "abc",
                                                        4)));
  EXPECT_EQ(NodeHash(LeafHash("a"), zero),
            crypto::Sha256({"\x01", LeafHash("a").raw(), zero.raw()}));
  EXPECT_NE(NodeHash(LeafHash("a"), zero), NodeHash(zero, LeafHash("a")));
}

TEST(TreeTest, HasTheRootsOfTheCertificateTransparencyVectors) {
  const std::vector<Digest> leaves = LeafHashes(VectorLeaves());
  const std::vector<Words> roots = ReadVectors("audit_tree.txt", "root");
  ASSERT_EQ(roots.size(), 9u);
  for (size_t size = 0; size < roots.size(); ++size) {
    EXPECT_EQ(TreeRoot(absl::MakeSpan(leaves).subspan(0, size)).hex(), roots[size][1]);
  }
}

TEST(TreeTest, HasTheRootEverybodyKnowsForEightLeaves) {
  EXPECT_EQ(TreeRoot(LeafHashes(VectorLeaves())).hex(),
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
}

}  // namespace
}  // namespace liaison::audit
