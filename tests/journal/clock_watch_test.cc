#include "daemon/journal/clock_watch.h"

#include <gtest/gtest.h>

namespace liaison::journal {
namespace {

class ClockWatchTest : public ::testing::Test {
 protected:
  base::FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  ClockWatch watch_{clock_};
};

TEST_F(ClockWatchTest, SaysNothingOfAClockThatGoesOnOrIsCorrectedALittle) {
  for (absl::Duration step : {absl::ZeroDuration(), kClockAlarm, -kClockAlarm}) {
    clock_.Advance(absl::Hours(1));
    clock_.Step(step);
    EXPECT_EQ(watch_.Read().time, clock_.Now());
    EXPECT_FALSE(watch_.Read().unsure);
    EXPECT_FALSE(watch_.TakeAlarm()) << step;
  }
}

TEST_F(ClockWatchTest, AlarmsOnceWhenTheClockWasSet) {
  for (absl::Duration by : {absl::Seconds(3), -absl::Seconds(3), kClockUnsure, -kClockUnsure}) {
    clock_.Step(by);
    EXPECT_FALSE(watch_.Read().unsure) << by;
    EXPECT_EQ(watch_.Read().time, clock_.Now()) << by;
    EXPECT_TRUE(watch_.TakeAlarm()) << by;
    EXPECT_FALSE(watch_.TakeAlarm()) << by;
    watch_.Read();
    EXPECT_FALSE(watch_.TakeAlarm()) << "believed from now on";
  }
}

TEST_F(ClockWatchTest, GoesOnFromBeforeAStepThatItDoesNotBelieve) {
  const absl::Time before = clock_.Now();
  for (int sign : {1, -1}) {
    const absl::Duration step = sign * (kClockUnsure + absl::Milliseconds(1));
    clock_.Step(step);
    EXPECT_TRUE(watch_.Read().unsure);
    EXPECT_EQ(watch_.Read().time, before);
    EXPECT_TRUE(watch_.TakeAlarm());
    watch_.Read();
    EXPECT_FALSE(watch_.TakeAlarm()) << "once, as long as it lasts";
    clock_.Step(-step);
    EXPECT_FALSE(watch_.Read().unsure);
    EXPECT_TRUE(watch_.TakeAlarm()) << "believed again";
  }
  clock_.Step(absl::Hours(1));
  clock_.Advance(absl::Seconds(7));
  EXPECT_EQ(watch_.Read().time, before + absl::Seconds(7));
}

TEST_F(ClockWatchTest, SlowCorrectionsDoNotAddUp) {
  for (int i = 0; i < 1000; ++i) {
    clock_.Advance(absl::Seconds(10));
    clock_.Step(absl::Seconds(1));
    EXPECT_FALSE(watch_.Read().unsure);
  }
  EXPECT_FALSE(watch_.TakeAlarm());
}

}  // namespace
}  // namespace liaison::journal
