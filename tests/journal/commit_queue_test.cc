#include "daemon/journal/commit_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

namespace liaison::journal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr CommitQueue::Limits kLimits = {.changes = 10, .beside_urgent = 4, .bytes = 100};

class CommitQueueTest : public ::testing::Test {
 protected:
  Waiting* Add(Haste haste, size_t count = 1, size_t bytes = 0) {
    Waiting& waiting = calls_.emplace_back();
    waiting.haste = haste;
    waiting.count = count;
    waiting.bytes = bytes;
    queue_.Add(waiting);
    return &waiting;
  }

  std::deque<Waiting> calls_;
  CommitQueue queue_{kLimits};
};

TEST_F(CommitQueueTest, TakesRoutineInOrderOfArrivalUpToTheLimitOfChanges) {
  Waiting* const first = Add(Haste::kRoutine, 6);
  Waiting* const second = Add(Haste::kRoutine, 4);
  Waiting* const third = Add(Haste::kRoutine, 1);
  EXPECT_EQ(queue_.changes(), 11u);
  EXPECT_THAT(queue_.TakeBatch(), ElementsAre(first, second));
  EXPECT_EQ(queue_.changes(), 1u);
  EXPECT_THAT(queue_.TakeBatch(), ElementsAre(third));
  EXPECT_THAT(queue_.TakeBatch(), IsEmpty());
}

TEST_F(CommitQueueTest, StopsAtTheLimitOfBytes) {
  Waiting* const first = Add(Haste::kRoutine, 1, 60);
  Add(Haste::kRoutine, 1, 60);
  EXPECT_THAT(queue_.TakeBatch(), ElementsAre(first));
}

TEST_F(CommitQueueTest, TakesACallThatIsLargerThanTheLimitAlone) {
  Waiting* const large = Add(Haste::kRoutine, 50, 5000);
  Add(Haste::kRoutine);
  EXPECT_THAT(queue_.TakeBatch(), ElementsAre(large));
}

TEST_F(CommitQueueTest, TakesWhatIsUrgentFirst) {
  Waiting* const routine = Add(Haste::kRoutine);
  Waiting* const urgent = Add(Haste::kUrgent);
  EXPECT_THAT(queue_.TakeBatch(), ElementsAre(urgent, routine));
}

TEST_F(CommitQueueTest, KeepsABatchSmallWhileSomethingUrgentWaits) {
  for (int i = 0; i < 9; ++i) Add(Haste::kRoutine);
  Add(Haste::kUrgent);
  EXPECT_THAT(queue_.TakeBatch(), SizeIs(kLimits.beside_urgent));
  EXPECT_THAT(queue_.TakeBatch(), SizeIs(6)) << "nothing urgent waits any more";
}

// Else a partner that calls everything urgent would keep all others out.
TEST_F(CommitQueueTest, RoutineHasItsTurnHoweverMuchIsUrgent) {
  for (int i = 0; i < 20; ++i) Add(Haste::kUrgent);
  Waiting* const large = Add(Haste::kRoutine, 8);
  EXPECT_THAT(queue_.TakeBatch(), ElementsAre(&calls_[0], large));
}

TEST_F(CommitQueueTest, GivesAllThatWaitsWhenAsked) {
  Waiting* const routine = Add(Haste::kRoutine, 50);
  Waiting* const urgent = Add(Haste::kUrgent, 50);
  EXPECT_THAT(queue_.TakeAll(), ElementsAre(urgent, routine));
  EXPECT_TRUE(queue_.empty());
  EXPECT_EQ(queue_.changes(), 0u);
}

}  // namespace
}  // namespace liaison::journal
