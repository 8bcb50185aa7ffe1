#include "daemon/payload/text_rules.h"

namespace liaison::payload {
namespace {

constexpr TextLimit kLimit = {100, 400};

std::string RuleFor(std::string_view text, Lines lines = Lines::kMany, TextLimit limit = kLimit) {
  const std::optional<Complaint> complaint = CheckText(text, lines, limit);
  return complaint.has_value() ? std::string(complaint->rule) : "ok";
}

TEST(TextRules, AcceptsTextAsPeopleWriteIt) {
  for (const char* text : {
           "",
           "Nguyễn Văn Ví Dụ, huyện Trùng Khánh",             // composed
           "Nguye\u0302\u0303n Va\u0306n Vi\u0301 Du\u0323",  // decomposed: kept as it is
           "ភាសាខ្មែរ\u200Bគឺជា\u200Bភាសា",                     // Khmer with zero-width spaces
           "ພາສາ\u200Bລາວ",
           "ภาษา\u200Bไทย",
           "မြန်မာ\u200Bဘာသာ",
           "မြန်\u200Cမာ\u200D",
           "עברית \u200F(דוגמה)",  // a direction mark among Hebrew letters
           "两行\n文字\tở đây",
           "emoji 🙂, dash – quote “”",
           "\U0001F600",
       }) {
    EXPECT_EQ(RuleFor(text), "ok") << text;
  }
}

TEST(TextRules, RefusesBytesThatAreNotUtf8) {
  for (const char* text : {"\x80", "\xC3", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80",
                           "\xF4\x90\x80\x80", "\xFF", "abc\xE1\xBB"}) {
    EXPECT_EQ(RuleFor(text), "UTF8");
  }
}

TEST(TextRules, RefusesControlCharacters) {
  for (int c = 0; c < 0x20; ++c) {
    if (c == '\n' || c == '\t') continue;
    EXPECT_EQ(RuleFor(std::string("a") + static_cast<char>(c)), "TEXT_CONTROL") << c;
  }
  for (const char* text : {"\x7F", "\u0080", "\u0085", "\u009B[31m", "\u009F", "\r\n"}) {
    EXPECT_EQ(RuleFor(text), "TEXT_CONTROL");
  }
}

TEST(TextRules, RefusesLineBreaksInOneLine) {
  EXPECT_EQ(RuleFor("a\nb", Lines::kOne), "TEXT_CONTROL");
  EXPECT_EQ(RuleFor("a\tb", Lines::kOne), "TEXT_CONTROL");
  EXPECT_EQ(RuleFor("a b", Lines::kOne), "ok");
}

TEST(TextRules, RefusesBidirectionalControlsEverywhere) {
  for (const char* text : {"\u202A", "\u202B", "\u202C", "\u202D", "\u202E", "\u2066", "\u2067",
                           "\u2068", "\u2069", "עברית\u202E", "ភាសា\u2066"}) {
    EXPECT_EQ(RuleFor(text), "TEXT_BIDI") << text;
  }
}

TEST(TextRules, RefusesDirectionMarksAmongLettersThatHaveNoUseForThem) {
  EXPECT_EQ(RuleFor("a\u200Eb"), "TEXT_BIDI");
  EXPECT_EQ(RuleFor("a\u200Fb"), "TEXT_BIDI");
  EXPECT_EQ(RuleFor("\u061C"), "TEXT_BIDI");
}

TEST(TextRules, RefusesZeroWidthsWithoutAScriptThatUsesThem) {
  for (const char* text : {"EX\u200BAMPLE", "V\u200Cí", "a\u200D", "\u200B", "עברית\u200B"}) {
    EXPECT_EQ(RuleFor(text), "TEXT_INVISIBLE") << text;
  }
}

TEST(TextRules, RefusesCharactersThatNobodySees) {
  for (const char* text :
       {"\uFEFFa", "a\u2060", "a\u2028b", "a\u2029b", "\uFFF9", "\U000E0041", "ភាសា\uFEFF"}) {
    EXPECT_EQ(RuleFor(text), "TEXT_INVISIBLE") << text;
  }
}

TEST(TextRules, RefusesNonCharacters) {
  for (const char* text : {"\uFDD0", "\uFDEF", "\uFFFE", "\uFFFF", "\U0001FFFE", "\U0010FFFF"}) {
    EXPECT_EQ(RuleFor(text), "TEXT_NONCHARACTER");
  }
  EXPECT_EQ(RuleFor("\uFFFD"), "ok");
}

TEST(TextRules, CountsCodePointsAndBytes) {
  EXPECT_EQ(RuleFor("ễễễ", Lines::kOne, {3, 9}), "ok");
  EXPECT_EQ(RuleFor("ễễễ", Lines::kOne, {2, 9}), "TEXT_LENGTH");
  EXPECT_EQ(RuleFor("ễễễ", Lines::kOne, {3, 8}), "TEXT_LENGTH");
}

// A no-break space alone passed for a written reason, and let a message go without consent.
TEST(TextRules, TakesForBlankWhatNobodyCanSee) {
  for (const char* text : {
           "", " \n\t",
           "\u00A0",        // no-break space
           "\u00A0\u2003",  // em space
           "\u1680\u2000\u202F\u205F\u3000",
           "\u0085\u2028\u2029",  // line and paragraph separators
           "\u00AD",              // soft hyphen
           "\u200B\u200C\u200D\u2060\uFEFF", "\u200E\u202E",
           "\u034F\uFE0F",        // a joiner and a variation selector, marks by category
           "\u115F\u3164\uFFA0",  // Hangul fillers, letters by category
           "\u2800",              // a Braille cell without dots, a symbol by category
           "\uE000",              // private use
       }) {
    EXPECT_TRUE(IsBlank(text)) << testing::PrintToString(text);
  }
}

TEST(TextRules, TakesAWrittenCharacterOfAnyScriptForText) {
  for (const char* text : {" a", "\u00A0x", "7", "-", "?", "\u0663", "Ễ", "字", "ក", "ع", "+",
                           "\U0001F600", "\u0301"}) {
    EXPECT_FALSE(IsBlank(text)) << text;
  }
  EXPECT_FALSE(IsBlank("\xFF"));
  EXPECT_FALSE(IsBlank("\u00A0\xFF"));
}

TEST(TextRules, FindsTalkOfConsentHoweverItIsWritten) {
  for (const char* text : {"she CONSENTED", "voluntary work", "agreed to it", "Đồng Ý", "TỰ NGUYỆN",
                           "d\u0111o\u0302\u0300ng y\u0301", "was Willing"}) {
    EXPECT_TRUE(SpeaksOfConsent(text)) << text;
  }
  for (const char* text : {"was threatened, bị ép buộc", "unwilling", "filmed without consent",
                           "involuntary", "non-consensual", "không tự nguyện"}) {
    EXPECT_FALSE(SpeaksOfConsent(text)) << text;
  }
  EXPECT_TRUE(SpeaksOfConsent("without consent at first, later consented"));
  EXPECT_FALSE(SpeaksOfConsent("\xFF consent"));  // not UTF-8: refused elsewhere
}

}  // namespace
}  // namespace liaison::payload
