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

TEST(NearestTest, IsTheSameWhateverTheCaseOfLetters) {
  EXPECT_EQ(Nearest("permit", {"FORBID", "PERMIT"}), "PERMIT");
  EXPECT_EQ(Nearest("Ambr", {"AMBER", "RED"}), "AMBER");
  EXPECT_EQ(Nearest("BIRTH", {"birth", "name"}), "birth");
}

TEST(NearestTest, IsNoneOfWhatIsMuchLonger) {
  EXPECT_EQ(Nearest("abcabcabc", {"abcab"}), "abcab");
  EXPECT_EQ(Nearest("abcabcabc", {"abca"}), "");
  EXPECT_EQ(Nearest(std::string(3'000'000, 'a'), {std::string(100, 'a')}), "");
}

TEST(QuotableTest, CutsWhatIsLongWhereACharacterEnds) {
  const std::string most(kMostQuoted, 'a');
  EXPECT_EQ(Quotable(""), "");
  EXPECT_EQ(Quotable(most), most);
  EXPECT_EQ(Quotable(most + "b"), most + "...");
  EXPECT_EQ(Quotable(most.substr(1) + "é"), most.substr(1) + "...");
  EXPECT_EQ(Quotable(most.substr(2) + "éb"), most.substr(2) + "é...");
}

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
