#include "daemon/app/routine.h"

#include <gtest/gtest.h>

#include <atomic>

namespace liaison::app {
namespace {

TEST(RoutineTest, StepsAgainAndAgainUntilItEnds) {
  std::atomic<int> steps = 0;
  {
    const Routine routine(absl::Milliseconds(1), [&] { ++steps; });
    while (steps < 3) std::this_thread::yield();
  }
  const int done = steps;
  std::this_thread::yield();
  EXPECT_EQ(steps, done);
}

// An hour's wait does not hold up the end.
TEST(RoutineTest, EndsInTheMiddleOfItsWait) {
  std::atomic<int> steps = 0;
  const Routine routine(absl::Hours(1), [&] { ++steps; });
  while (steps < 1) std::this_thread::yield();
}

}  // namespace
}  // namespace liaison::app
