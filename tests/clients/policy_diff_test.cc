// policy diff: which messages an edition denies for fields that the schema needs or binds.
#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/clients/desk_fixture.h"

namespace liaison::clients_test {
namespace {

using testing::Contains;
using testing::ContainsRegex;
using testing::Not;
using testing::StartsWith;

constexpr char kPolicy[] = R"(policy {
  id: "p" version: 1
  agreement { id: "a" partner: "ho-example" valid { from: "2026-01-01" time_zone: "UTC" }
              types: [ALERT, INTELLIGENCE_NOTICE, FORWARDED_ITEM] purposes: TRAFFICKING_DETECTION
              legal_basis { country: "VN" citation: "x" } legal_basis { country: "GB" citation: "x" } }
  rule { id: "all" effect: PERMIT direction: OUT partner: "ho-example"
         types: [ALERT, INTELLIGENCE_NOTICE, FORWARDED_ITEM]
         purposes: TRAFFICKING_DETECTION roles: OFFICER
         fields { keep_class: [L0, L1, L2, L3, L4, L5, L7, L8] } }
)";

// Which no rule tells apart.
constexpr char kTypes[] = "INTELLIGENCE_NOTICE|ALERT";
constexpr char kPassedOn[] = "FORWARDED_ITEM of INTELLIGENCE_NOTICE|ALERT";

class PolicyDiffTest : public DeskTest {
 protected:
  // The lines on messages of these types when an edition omits a field more.
  std::vector<std::string> AfterOmitting(const std::string& path, const std::string& types) {
    const std::string before = Folder() + "/before.textproto";
    const std::string after = Folder() + "/after.textproto";
    WriteFile(before, absl::StrCat(kPolicy, "}"));
    WriteFile(after, absl::StrCat(kPolicy,
                                  "rule { id: \"less\" effect: RESTRICT direction: OUT "
                                  "fields { omit: \"",
                                  path, "\" } } }"));
    const Ran ran = RunLiaison({"policy", "diff", before, after});
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    std::vector<std::string> lines;
    for (std::string& line : std::vector<std::string>(absl::StrSplit(ran.out, '\n'))) {
      if (absl::StrContains(line, absl::StrCat("; type ", types, ";")))
        lines.push_back(std::move(line));
    }
    return lines;
  }
};

// An edition that denied every alert was said to allow them.
TEST_F(PolicyDiffTest, SaysThatAnAlertWithoutWhatToDoIsDenied) {
  const auto lines = AfterOmitting("alert.what_to_do", kTypes);
  EXPECT_THAT(lines, Contains(ContainsRegex("^ALLOW +DENY at fields .*; with alert.what_to_do$")));
  EXPECT_THAT(lines, Not(Contains(StartsWith("KEEP"))));
}

// The language of an item takes its text and its grade along, and a grade is needed.
TEST_F(PolicyDiffTest, SaysThatANoticeIsDeniedWithoutTheLanguageOfAnItem) {
  const auto lines = AfterOmitting("notice.items.lang", kTypes);
  EXPECT_THAT(lines, Contains(ContainsRegex(
                         "^ALLOW +DENY at fields .*; with notice.items.lang with "
                         "notice.items.evaluation.info.notice.items.evaluation.source$")));
  EXPECT_THAT(lines, Contains(ContainsRegex("^KEEP +OMIT, with .*notice.items.text.*; without "
                                            "notice.items.lang with notice.items.evaluation")));
}

// The original itself is no leaf: its fields are, and none of them is needed.
TEST_F(PolicyDiffTest, SaysOfWhatIsPassedOnThatThePermissionIsNeeded) {
  EXPECT_THAT(AfterOmitting("alert.what_to_do", kPassedOn),
              Contains(ContainsRegex("^KEEP +OMIT +alert.what_to_do ")));
  EXPECT_THAT(AfterOmitting("forwarded_item.grant", kPassedOn),
              Contains(ContainsRegex("^ALLOW +DENY at fields .*; with forwarded_item.grant$")));
}

}  // namespace
}  // namespace liaison::clients_test
