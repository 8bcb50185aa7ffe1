// message list and audit list: pages, limits, and what is said of the rest.
#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "tests/clients/desk_fixture.h"

namespace liaison::clients_test {
namespace {

using testing::HasSubstr;

using ListsTest = DeskTest;

TEST_F(ListsTest, ListFollowsPagesUpToItsLimit) {
  EXPECT_EQ(Run({"message", "list", "-o", "id"}).out,
            absl::StrCat(kDelivered, "\n", kRefused, "\n"));
  EXPECT_EQ(Run({"message", "list", "-o", "id", "--limit", "1"}).out,
            absl::StrCat(kDelivered, "\n"));
}

// A list that stopped at its limit looked like all there was.
TEST_F(ListsTest, AListSaysThatMoreMatch) {
  for (std::vector<std::string> words :
       {std::vector<std::string>{"message", "list"}, std::vector<std::string>{"audit", "list"}}) {
    const std::string token = words[0] == "audit" ? "8,0" : "second";
    words.insert(words.end(), {"--limit", "1"});
    const auto in = [&](const char* format) {
      std::vector<std::string> all = words;
      all.insert(all.end(), {"-o", format});
      const Ran ran = Run(all);
      EXPECT_EQ(ran.exit_code, 0);
      EXPECT_EQ(ran.out.find("--page-token"), std::string::npos);
      return ran.err;
    };
    for (const char* format : {"table", "csv", "id"}) {
      EXPECT_EQ(in(format), absl::StrCat("1 shown; more match: raise --limit, or go on with "
                                         "--page-token ",
                                         token, "\n"));
    }
    EXPECT_EQ(in("jsonl"),
              absl::StrCat("{\"more\":{\"shown\":1,\"nextPageToken\":\"", token, "\"}}\n"));
    EXPECT_EQ(in("json"), "") << "the answer has the token";
  }
  EXPECT_EQ(Run({"message", "list"}).err, "") << "these are all";
}

TEST_F(ListsTest, ListOfWhatIsHeldSaysWhenItLapses) {
  const Ran held = Run({"message", "list", "--box", "held"});
  EXPECT_THAT(held.out, HasSubstr("LAPSES"));
  EXPECT_THAT(held.out, HasSubstr("2026-11-30T00:53:20Z"));
  EXPECT_THAT(held.out, testing::Not(HasSubstr("RESPOND BY")));
  const Ran inbox = Run({"message", "list"});
  EXPECT_THAT(inbox.out, HasSubstr("RESPOND BY"));
  EXPECT_THAT(inbox.out, testing::Not(HasSubstr("2026-11-30T00:53:20Z")));
}

}  // namespace
}  // namespace liaison::clients_test
