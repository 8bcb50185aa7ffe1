// The texts of tests/vectors/change/mask.txt, and what holds for every text. LIAISON_SEED repeats a
// run.
#include "daemon/payload/mask.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "absl/strings/escaping.h"
#include "daemon/payload/text_rules.h"
#include "tests/payload/random_message.h"

namespace liaison::payload {
namespace {

std::string Bytes(const std::string& hex) {
  return hex == "-" ? std::string() : absl::HexStringToBytes(hex);
}

TEST(Mask, GivesWhatTheVectorsSay) {
  std::ifstream file("tests/vectors/change/mask.txt");
  size_t cases = 0;
  for (std::string line; std::getline(file, line); ++cases) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    uint32_t keep_last = 0;
    std::string text, expected;
    words >> keep_last >> text >> expected;
    EXPECT_EQ(Mask(Bytes(text), keep_last), Bytes(expected)) << line;
  }
  EXPECT_GE(cases, 10u);
}

TEST(Mask, HidesAMarkWhoseLetterGoes) { EXPECT_EQ(Mask("abcdefu\xcc\x83", 1), "********"); }

TEST(Mask, KeepsAMarkWithItsLetter) { EXPECT_EQ(Mask("abcdefu\xcc\x83", 2), "******u\xcc\x83"); }

// A direction mark without its text would be refused by the receiver.
TEST(Mask, HidesWhatCannotBeSeen) {
  EXPECT_EQ(Mask("abcdef\xe2\x80\x8fg", 2), "*******g");
  EXPECT_EQ(Mask("abcdef\ng", 2), "*******g");
}

TEST(Mask, HidesBytesThatAreNotUtf8) { EXPECT_EQ(Mask("abcdef\xffg", 2), "*******g"); }

TEST(Masks, IsTrueOfWhatHidesAndChangesNothing) {
  EXPECT_TRUE(Masks("B1234567", "******67"));
  EXPECT_TRUE(Masks("B1234567", "B1234567"));
  EXPECT_TRUE(Masks("", ""));
}

TEST(Masks, IsFalseOfOtherCharactersAndOtherLengths) {
  EXPECT_FALSE(Masks("B1234567", "******68"));
  EXPECT_FALSE(Masks("B1234567", "*****67"));
  EXPECT_FALSE(Masks("B1234567", "*******67"));
  EXPECT_FALSE(Masks("B1234567", ""));
}

size_t CodePoints(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

TEST(MaskProperty, IsTrueAtMostAThirdAndItsOwnResult) {
  constexpr std::array kParts = {
      "a",         "Nguyễn Thị Ví Dụ", "0123456789",   "\xf0\x9f\x9a\xa2",
      "e\xcc\x81", "ឧទាហរណ៍",           "\xe2\x80\x8b", " "};
  RandomMessage random(Seed());
  for (int i = 0; i < 5'000; ++i) {
    std::string text;
    for (size_t part = random.engine()() % 5; part > 0; --part) {
      text += kParts[random.engine()() % kParts.size()];
    }
    for (uint32_t keep_last = 0; keep_last <= 4; ++keep_last) {
      const std::string masked = Mask(text, keep_last);
      ASSERT_TRUE(Masks(text, masked)) << text;
      ASSERT_EQ(Mask(masked, keep_last), masked) << text;
      ASSERT_EQ(Mask(text, keep_last), masked) << text;
      const size_t stars = static_cast<size_t>(std::count(masked.begin(), masked.end(), '*'));
      ASSERT_LE(CodePoints(masked) - stars, std::min<size_t>(keep_last, CodePoints(text) / 3));
      ASSERT_FALSE(CheckText(masked, Lines::kOne, {1000, 4000}).has_value()) << masked;
      // Masked more, then less, is masked more.
      for (uint32_t less = keep_last; less <= 4; ++less) {
        ASSERT_EQ(Mask(Mask(text, less), keep_last), masked) << text;
        ASSERT_EQ(Mask(masked, less), masked) << text;
      }
    }
  }
}

}  // namespace
}  // namespace liaison::payload
