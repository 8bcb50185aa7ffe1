#include <gmock/gmock.h>

#include "tests/clients/desk_fixture.h"

namespace liaison::clients_test {
namespace {

using testing::HasSubstr;

using ReasonFlagTest = DeskTest;

// A reason of blanks was taken for one, and the record said nothing.
TEST_F(ReasonFlagTest, AReasonOfBlanksIsNone) {
  for (const char* blank : {"", " ", " \t\n ", "\u00A0", " \u2003\u00AD "}) {
    for (std::vector<std::string> words : {std::vector<std::string>{"show", kHeld, "--reveal"},
                                           {"release", kHeld},
                                           {"reject", kHeld},
                                           {"match", kDelivered, "notice.title", "-f", "-"}}) {
      words.insert(words.begin(), "message");
      words.insert(words.end(), {"--reason", blank});
      const Ran ran = Run(words, "B1");
      EXPECT_EQ(ran.exit_code, 2) << words[1];
      EXPECT_THAT(ran.err, HasSubstr("--reason: say why, in words")) << words[1];
    }
  }
  EXPECT_EQ(daemon().mailbox().releases(), 0);
  EXPECT_EQ(Run({"message", "match", kDelivered, "notice.persons[0].documents[0].number", "-f", "-",
                 "--reason", " case 7 "},
                "B1")
                .exit_code,
            0);
  EXPECT_EQ(daemon().mailbox().searched().reason(), "case 7");
}

}  // namespace
}  // namespace liaison::clients_test
