// message match: candidate values come from a file or standard input, one a line, and leave no
// trace.
#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "tests/clients/desk_fixture.h"

namespace liaison::clients_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr char kField[] = "notice.persons[0].documents[0].number";

class MatchTest : public DeskTest {
 protected:
  Ran Match(const std::string& input, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"message", "match", kDelivered, kField, "-f", "-"};
    words.insert(words.end(), more.begin(), more.end());
    return Run(words, input);
  }
};

TEST_F(MatchTest, NamesTheLinesThatHitAndRepeatsNoValue) {
  const Ran ran = Match("B7654321\nB1234567\nB1\n");
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("NO_HIT"));
  EXPECT_THAT(ran.out, Not(HasSubstr("B7654321")));
  EXPECT_THAT(ran.out, Not(HasSubstr("B1234567")));
  EXPECT_EQ(Match("B7654321\nB1234567\nB1\n", {"-o", "id"}).out, "2\n3\n");
}

TEST_F(MatchTest, EndsWithThreeWhenNothingHits) {
  const Ran ran = Match("B7654321\n");
  EXPECT_EQ(ran.exit_code, 3);
  EXPECT_THAT(ran.out, HasSubstr("NO_HIT"));
}

TEST_F(MatchTest, SendsEachLineAsItIsAndTheReason) {
  ASSERT_EQ(Match("B7654321\r\n Nguyễn Ví Dụ \nB1", {"--reason", "case work"}).exit_code, 0);
  const desk::v1::MatchRequest request = daemon().mailbox().searched();
  EXPECT_THAT(request.candidates(), ElementsAre("B7654321", " Nguyễn Ví Dụ ", "B1"));
  EXPECT_EQ(request.reason(), "case work");
  EXPECT_EQ(request.field(), kField);
}

TEST_F(MatchTest, RefusesAListWithoutValuesOrWithGaps) {
  for (const char* input : {"", "\n", "B1\n\nB2\n", "B1\n \nB2\n"}) {
    const Ran ran = Match(input);
    EXPECT_EQ(ran.exit_code, 2) << input;
    EXPECT_THAT(ran.err, HasSubstr("no value"));
  }
}

TEST_F(MatchTest, RefusesMoreThanAHundredValues) {
  std::string values;
  for (int i = 0; i < 100; ++i) absl::StrAppend(&values, "B1", i, "\n");
  EXPECT_EQ(Match(values).exit_code, 0);
  EXPECT_EQ(Match(values + "B1\n").exit_code, 2);
}

TEST_F(MatchTest, RefusesAValueThatNoTextCanBeWithoutRepeatingIt) {
  for (const std::string& value :
       {std::string(2001, 'x'), std::string("B1\xff"), std::string("B1\x1b[2J")}) {
    const Ran ran = Match("B7654321\n" + value + "\n");
    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_THAT(ran.err, HasSubstr("line 2"));
    EXPECT_THAT(ran.err, Not(HasSubstr(value.substr(0, 10))));
  }
  EXPECT_EQ(Match(std::string(2000, 'x')).exit_code, 3);
}

}  // namespace
}  // namespace liaison::clients_test
