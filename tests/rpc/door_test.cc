#include "daemon/rpc/door.h"

#include <gtest/gtest.h>

namespace liaison::rpc {
namespace {

Address Host(uint8_t number) {
  return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, number};
}

TEST(DoorTest, LetsInSoManyFromAnAddress) {
  Door door({.per_address = 2, .in_all = 10});
  EXPECT_TRUE(door.Enter(Host(1), absl::ZeroDuration()));
  EXPECT_TRUE(door.Enter(Host(1), absl::ZeroDuration()));
  EXPECT_FALSE(door.Enter(Host(1), absl::ZeroDuration()));
  EXPECT_TRUE(door.Enter(Host(2), absl::ZeroDuration()));
  door.Leave(Host(1));
  EXPECT_TRUE(door.Enter(Host(1), absl::ZeroDuration()));
}

TEST(DoorTest, LetsInSoManyInAll) {
  Door door({.per_address = 10, .in_all = 2});
  EXPECT_TRUE(door.Enter(Host(1), absl::ZeroDuration()));
  EXPECT_TRUE(door.Enter(Host(2), absl::ZeroDuration()));
  EXPECT_FALSE(door.Enter(Host(3), absl::ZeroDuration()));
  door.Leave(Host(2));
  EXPECT_TRUE(door.Enter(Host(3), absl::ZeroDuration()));
  EXPECT_EQ(door.inside(), 2u);
}

TEST(DoorTest, KeepsAnAddressOutUntilItsPenaltyHasPassed) {
  Door door({.penalty = absl::Seconds(10)});
  door.Penalise(Host(1), absl::Seconds(100));
  EXPECT_FALSE(door.Enter(Host(1), absl::Seconds(109)));
  EXPECT_TRUE(door.Enter(Host(2), absl::Seconds(109)));
  EXPECT_TRUE(door.Enter(Host(1), absl::Seconds(110)));
}

TEST(DoorTest, RemembersABoundedNumberOfPenalties) {
  Door door({.penalty = absl::Seconds(10), .remembered = 2});
  door.Penalise(Host(1), absl::Seconds(1));
  door.Penalise(Host(2), absl::Seconds(2));
  door.Penalise(Host(3), absl::Seconds(3));
  EXPECT_TRUE(door.Enter(Host(1), absl::Seconds(4)));  // the oldest gave way
  EXPECT_FALSE(door.Enter(Host(2), absl::Seconds(4)));
  EXPECT_FALSE(door.Enter(Host(3), absl::Seconds(4)));
}

}  // namespace
}  // namespace liaison::rpc
