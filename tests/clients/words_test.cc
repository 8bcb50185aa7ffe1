#include "clients/cli/words.h"

#include <gmock/gmock.h>

#include "clients/cli/cli.h"

namespace liaison::cli {
namespace {

TEST(WordsTest, EveryReasonHasWordsInBothLanguages) {
  for (const base::Reason reason : base::AllReasons()) {
    EXPECT_NE(Say(Language::kEnglish, reason), "") << base::ReasonName(reason);
    EXPECT_NE(Say(Language::kVietnamese, reason), "") << base::ReasonName(reason);
    EXPECT_NE(Say(Language::kVietnamese, reason), Say(Language::kEnglish, reason));
    EXPECT_NE(Fix(Language::kEnglish, reason), "") << base::ReasonName(reason);
    EXPECT_NE(Fix(Language::kVietnamese, reason), "") << base::ReasonName(reason);
    EXPECT_NE(Fix(Language::kVietnamese, reason), Fix(Language::kEnglish, reason));
  }
}

TEST(WordsTest, EveryCommandHasASummaryInBothLanguages) {
  for (const std::string& name : CommandNames()) {
    EXPECT_NE(Summary(Language::kEnglish, name), "") << name;
    EXPECT_NE(Summary(Language::kVietnamese, name), "") << name;
  }
}

TEST(WordsTest, AHeadingThatIsNotThereIsItsCode) {
  EXPECT_EQ(Heading(Language::kVietnamese, "state"), "TRẠNG THÁI");
  EXPECT_EQ(Heading(Language::kVietnamese, "mrz"), "MRZ");
}

}  // namespace
}  // namespace liaison::cli
