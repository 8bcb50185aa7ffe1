#include "daemon/journal/log_sequencer.h"

#include <gtest/gtest.h>

#include "daemon/audit/tree.h"
#include "daemon/base/error.h"
#include "tests/store/rows_fixture.h"

namespace liaison::journal {
namespace {

std::vector<audit::Digest> LeavesOf(uint64_t from, uint64_t to) {
  std::vector<audit::Digest> leaves;
  for (uint64_t i = from; i < to; ++i) leaves.push_back(store::DigestOf(i));
  return leaves;
}

audit::Frontier FrontierOf(uint64_t size) {
  audit::Frontier frontier;
  for (const audit::Digest& leaf : LeavesOf(0, size)) frontier.Append(leaf);
  return frontier;
}

// Two ways to one root, whatever is there and whatever comes.
TEST(RootAgainTest, FindsTheRootOfTheWholeTree) {
  for (uint64_t before = 0; before <= 20; ++before) {
    for (uint64_t after = before; after <= 40; ++after) {
      EXPECT_EQ(RootAgain(FrontierOf(before), LeavesOf(before, after)),
                audit::TreeRoot(LeavesOf(0, after)))
          << before << " to " << after;
    }
  }
}

TEST(RootAgainTest, EveryLeafAndEachHashOfTheFrontierCounts) {
  const audit::Digest root = RootAgain(FrontierOf(7), LeavesOf(7, 12));
  for (size_t i = 0; i < 5; ++i) {
    std::vector<audit::Digest> leaves = LeavesOf(7, 12);
    leaves[i].mutable_data()[31] ^= 1;
    EXPECT_NE(RootAgain(FrontierOf(7), leaves), root) << "leaf " << i;
  }
  for (size_t i = 0; i < 3; ++i) {
    std::vector<audit::Digest> hashes = FrontierOf(7).hashes();
    hashes[i].mutable_data()[0] ^= 1;
    EXPECT_NE(RootAgain(*audit::Frontier::Restore(7, hashes), LeavesOf(7, 12)), root)
        << "hash " << i;
  }
}

TEST(LogStateTest, TakesOnlyAFrontierOfItsSize) {
  store::LogHead head;
  head.origin = "bgc.example/liaison-log/1/1";
  head.size = 5;
  head.frontier = FrontierOf(5).Serialize();
  EXPECT_TRUE(LogState::FromHead(head).ok());
  for (uint64_t size : {4, 6}) {
    store::LogHead other = head;
    other.size = size;
    EXPECT_EQ(base::GetReason(LogState::FromHead(other).status()),
              base::Reason::kVerificationFailed);
  }
  head.frontier.pop_back();
  EXPECT_EQ(base::GetReason(LogState::FromHead(head).status()), base::Reason::kVerificationFailed);
}

}  // namespace
}  // namespace liaison::journal
