#include "daemon/audit/note.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace liaison::audit {
namespace {

constexpr char kLine[] = "— bgc.example/log AAAAAAE=\n";

TEST(NoteTest, SplitsTextFromSignaturesAtTheLastEmptyLine) {
  const auto note = ParseNote(absl::StrCat("one\n\ntwo\n\n", kLine, "— other.example BBBBBBM=\n"));
  ASSERT_TRUE(note.ok()) << note.status();
  EXPECT_EQ(note->text, "one\n\ntwo\n");
  ASSERT_EQ(note->signatures.size(), 2u);
  EXPECT_EQ(note->signatures[0].name, "bgc.example/log");
  EXPECT_EQ(note->signatures[0].key_hash, std::string(4, '\0'));
  EXPECT_EQ(note->signatures[0].signature, "\x01");
  EXPECT_EQ(note->signatures[1].name, "other.example");
}

// The note of C2SP signed-note.
TEST(NoteTest, ReadsAndWritesTheExampleOfTheSpecification) {
  const std::string line =
      "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouF"
      "SQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
  const std::string text =
      "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n";
  const auto note = ParseNote(absl::StrCat(text, "\n", line));
  ASSERT_TRUE(note.ok()) << note.status();
  EXPECT_EQ(note->text, text);
  ASSERT_EQ(note->signatures.size(), 1u);
  EXPECT_EQ(note->signatures[0].key_hash, "\x36\x7b\xa0\x4b");
  EXPECT_EQ(note->signatures[0].signature.size(), 64u);
  EXPECT_EQ(note->signatures[0].Line(), line);
}

TEST(NoteTest, RefusesEveryOtherForm) {
  const std::string body = "text\n\n";
  for (const std::string& bad : {
           std::string(),
           std::string("\n"),
           std::string("text\n"),
           body,                                              // no signature
           absl::StrCat("text\n", kLine),                     // no empty line
           absl::StrCat(body, "— bgc.example/log AAAAAAE="),  // no last newline
           body + "- bgc.example/log AAAAAAE=\n",             // hyphen
           body + "– bgc.example/log AAAAAAE=\n",             // en dash
           body + "—bgc.example/log AAAAAAE=\n",              // no space
           body + "—  AAAAAAE=\n",                            // no name
           body + "— bgc.example/log\n",                      // no signature
           body + "— bgc.example/log \n",
           body + "— bgc+example AAAAAAE=\n",               // plus in the name
           body + "— bgc.example/log AAAAAAE= AAAAAAE=\n",  // one word too many
           body + "— bgc.example/log  AAAAAAE=\n",          // two spaces
           body + "— bgc.example/log AAAAAAE\n",            // padding missing
           body + "— bgc.example/log AAAAAAF=\n",           // spare bits set
           body + "— bgc.example/log AAAAAA==\n",           // a key hash and nothing else
           body + "— bgc.example/log AAA_AAE=\n",           // another alphabet
           absl::StrCat("text\r\n\n", kLine),               // control character
           absl::StrCat("te\txt\n\n", kLine),
           absl::StrCat("te\xff"
                        "xt\n\n",
                        kLine),  // not UTF-8
           absl::StrCat("te\xc0\xaf"
                        "xt\n\n",
                        kLine),  // overlong
           absl::StrCat("te\xed\xa0\x80"
                        "xt\n\n",
                        kLine),  // surrogate
           absl::StrCat("te\xf4\x90\x80\x80"
                        "xt\n\n",
                        kLine),                    // beyond Unicode
           absl::StrCat(body, kLine, "\xe2\x80"),  // cut in the middle
       }) {
    EXPECT_EQ(ParseNote(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
  EXPECT_FALSE(ParseNote(absl::StrCat(std::string("te\0xt", 5), "\n\n", kLine)).ok());
}

TEST(NoteTest, TakesTextOfEveryLengthOfUtf8) {
  EXPECT_TRUE(ParseNote(absl::StrCat("aé\u2014\U0001F30D\U0010FFFF\n\n", kLine)).ok());
}

TEST(NoteTest, BoundsSignaturesAndBytes) {
  std::string note = "text\n\n";
  for (size_t i = 0; i < kMostNoteSignatures; ++i) note += kLine;
  EXPECT_TRUE(ParseNote(note).ok());
  EXPECT_FALSE(ParseNote(note + kLine).ok());

  const std::string rest = absl::StrCat("\n\n", kLine);
  const std::string most(kMostNoteBytes - rest.size(), 'x');
  EXPECT_TRUE(ParseNote(most + rest).ok());
  EXPECT_FALSE(ParseNote(most + "x" + rest).ok());
}

TEST(KeyNameTest, IsPrintableAsciiWithoutSpaceOrPlus) {
  EXPECT_TRUE(IsKeyName("bgc.example/liaison-log/1/1"));
  EXPECT_TRUE(IsKeyName(std::string(255, 'a')));
  for (const std::string& bad :
       {std::string(), std::string("a b"), std::string("a+b"), std::string("a\nb"),
        std::string("a\x7f"), std::string("é"), std::string(256, 'a')}) {
    EXPECT_FALSE(IsKeyName(bad)) << bad;
  }
}

TEST(Base64Test, HasOneFormForEachText) {
  for (const char* good : {"", "AA==", "AAA=", "AAAA", "+/+/"}) {
    const auto bytes = DecodeBase64(good);
    ASSERT_TRUE(bytes.has_value()) << good;
    EXPECT_EQ(EncodeBase64(*bytes), good);
  }
  for (const char* bad :
       {"A", "AA", "AA=", "AB==", "AAB=", "AA ==", "AAAA\n", "-_-_", "AA==AA=="}) {
    EXPECT_FALSE(DecodeBase64(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace liaison::audit
