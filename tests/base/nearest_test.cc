#include "daemon/base/nearest.h"

#include <gtest/gtest.h>

namespace liaison::base {
namespace {

TEST(NearestTest, IsTheNameThatTheFewestChangesMake) {
  EXPECT_EQ(Nearest("brith", {"bird", "birth", "birth_place"}), "birth");
  EXPECT_EQ(Nearest("birthplace", {"birth", "birth_place"}), "birth_place");
  EXPECT_EQ(Nearest("birth", {"birth"}), "birth");
}

TEST(NearestTest, IsTheFirstOfSeveral) { EXPECT_EQ(Nearest("bad", {"bed", "bid"}), "bed"); }

TEST(NearestTest, IsNoneWhenMuchMustChange) {
  EXPECT_EQ(Nearest("colour", {"title"}), "");
  EXPECT_EQ(Nearest("abcdef", {"abczzz"}), "abczzz");  // a third and one more
  EXPECT_EQ(Nearest("abcdef", {"abzzzz"}), "");
  EXPECT_EQ(Nearest("", {"a", "ab"}), "a");
  EXPECT_EQ(Nearest("", {"ab"}), "");
  EXPECT_EQ(Nearest("a", {}), "");
}

}  // namespace
}  // namespace liaison::base
