// message confirm: what its errors tell to write.
#include <gmock/gmock.h>

#include "tests/clients/desk_fixture.h"

namespace liaison::clients_test {
namespace {

using testing::HasSubstr;

class RecallTest : public DeskTest {
 protected:
  std::string ErrorOf(const std::vector<std::string>& flags) const {
    std::vector<std::string> words = {"message", "confirm", kDelivered};
    words.insert(words.end(), flags.begin(), flags.end());
    const Ran ran = Run(words);
    EXPECT_EQ(ran.exit_code, 2);
    return ran.err;
  }
};

// Whoever had written no reason was told to write that of a legal hold; so was whoever wrote one
// too many.
TEST_F(RecallTest, AReasonThatIsMissingOrTooManyIsToldApart) {
  EXPECT_THAT(ErrorOf({"--action", "cannot"}),
              HasSubstr("Say why: --cannot-reason legal_hold, in_proceedings, not_found, "
                        "acted_upon or other."));
  EXPECT_THAT(ErrorOf({"--action", "deleted", "--cannot-reason", "legal_hold"}),
              HasSubstr("Leave --cannot-reason out, or write --action cannot."));
}

TEST_F(RecallTest, AReasonThatIsNoneNamesItsFlagAndThoseThereAre) {
  const std::string error = ErrorOf({"--action", "cannot", "--cannot-reason", "nonsense"});
  EXPECT_THAT(error, HasSubstr("no --cannot-reason \"nonsense\""));
  EXPECT_THAT(error, HasSubstr("Use one of LEGAL_HOLD, IN_PROCEEDINGS, "));
}

}  // namespace
}  // namespace liaison::clients_test
