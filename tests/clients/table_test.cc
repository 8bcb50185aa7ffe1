#include "clients/cli/table.h"

#include <gmock/gmock.h>

namespace liaison::cli {
namespace {

TEST(DisplayWidthTest, CountsColumnsAndNotBytes) {
  EXPECT_EQ(DisplayWidth("abc"), 3U);
  EXPECT_EQ(DisplayWidth("Nguyễn"), 6U);
  EXPECT_EQ(DisplayWidth("Nguye\u0302\u0303n"), 6U);  // the same, decomposed
  EXPECT_EQ(DisplayWidth("阮氏"), 4U);
  EXPECT_EQ(DisplayWidth("ไทย"), 3U);
  EXPECT_EQ(DisplayWidth("\xff"), 1U);
}

TEST(PrintableTest, ShowsWhatATerminalWouldObey) {
  EXPECT_EQ(Printable("Trần Thị\u200d"), "Trần Thị\u200d");
  EXPECT_EQ(Printable("a\x1b[2Jb"), "a\\u{1b}[2Jb");
  EXPECT_EQ(Printable("a\nb\tc\r"), "a\\u{a}b\\u{9}c\\u{d}");
  EXPECT_EQ(Printable(std::string_view("\0", 1)), "\\u{0}");
  EXPECT_EQ(Printable("\x7f"), "\\u{7f}");
  EXPECT_EQ(Printable("\u009b"), "\\u{9b}");  // CSI in one code point
  EXPECT_EQ(Printable("\u202egnp.exe"), "\\u{202e}gnp.exe");
  EXPECT_EQ(Printable("\u2066x\u2069"), "\\u{2066}x\\u{2069}");
  EXPECT_EQ(Printable("\u2028"), "\\u{2028}");
  EXPECT_EQ(Printable("\xc3("), "\\xc3(");
}

TEST(LayOutTest, LinesUpVietnameseAndCjk) {
  EXPECT_EQ(LayOut({"NAME", "N"}, {{"Nguyễn", "1"}, {"阮氏梅花", "22"}, {"x", ""}}, false),
            "NAME      N\nNguyễn    1\n阮氏梅花  22\nx\n");
}

TEST(LayOutTest, BoldsTheHeadOnlyWhenTold) {
  EXPECT_EQ(LayOut({"A"}, {{"b"}}, true), "\x1b[1mA\x1b[0m\nb\n");
}

TEST(CsvTest, QuotesAsRfc4180Says) {
  EXPECT_EQ(Csv({"a", "b"}, {{"x,y", "say \"hi\""}, {"two\nlines", ""}}),
            "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n\"two\nlines\",\n");
}

TEST(CsvTest, DisarmsFormulas) {
  EXPECT_EQ(CsvLine({"=1+1", "+84", "-1", "@x", "a=b"}), "'=1+1,'+84,'-1,'@x,a=b\n");
  EXPECT_EQ(CsvLine({"=\"x\",1"}), "\"'=\"\"x\"\",1\"\n");
}

}  // namespace
}  // namespace liaison::cli
