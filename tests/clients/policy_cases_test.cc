// policy test: what passes, what fails and how it is named, what is no file of cases.
#include <gmock/gmock.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/clients/desk_fixture.h"

namespace liaison::clients_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kPolicy[] = R"(policy {
  id: "p" version: 1
  agreement { id: "a" partner: "ho-example" valid { from: "2026-01-01" time_zone: "UTC" }
              types: ALERT purposes: TRAFFICKING_DETECTION
              legal_basis { country: "VN" citation: "x" } legal_basis { country: "GB" citation: "x" } }
  rule { id: "alerts" effect: PERMIT direction: OUT partner: "ho-example" types: ALERT
         purposes: TRAFFICKING_DETECTION roles: OFFICER
         fields { keep_class: [L0, L1] withhold_class: L8 }
         obligations { quota: "q" } }
  quota { id: "q" per_day: 1 }
})";

constexpr char kCases[] = R"(agency { id: "bgc-example" country: "VN" }
partner { id: "ho-example" country: "GB" class: LAW_ENFORCEMENT }
case {
  name: "an alert goes" partner: "ho-example" role: OFFICER at: "2026-06-01T00:00:00Z"
  draft { urgency: U2 purposes: TRAFFICKING_DETECTION agreement_id: "a"
          legal_bases { code: UNTOC_PALERMO country: "VN" }
          legal_bases { code: UNTOC_PALERMO country: "GB" }
          payload { notes { origin: HUMAN_GENERATED instructions: "x" } alert { headline: "Example" } } }
  expect {
    outcome: "ALLOW" step: "done" rules: "alerts" obligations: "quota q"
    keeps: ["notes.origin", "alert.headline"]
    field { path: "notes.instructions" action: "WITHHOLD" rule: "alerts" }
  }
})";

class PolicyCasesTest : public DeskTest {
 protected:
  // Runs the cases with `from` replaced by `to`.
  Ran Test(const std::string& from = "", const std::string& to = "",
           const std::vector<std::string>& more = {}) {
    WriteFile(Folder() + "/policy.textproto", kPolicy);
    WriteFile(Folder() + "/policy.cases.textproto",
              from.empty() ? kCases : absl::StrReplaceAll(kCases, {{from, to}}));
    std::vector<std::string> words = {"policy", "test", Folder()};
    words.insert(words.end(), more.begin(), more.end());
    return RunLiaison(words);
  }

  // The case fails, and `difference` says why.
  void ExpectFails(const std::string& from, const std::string& to, const std::string& difference) {
    const Ran ran = Test(from, to);
    EXPECT_EQ(ran.exit_code, 6) << to << ran.err;
    EXPECT_THAT(ran.out, AllOf(HasSubstr("failed"), HasSubstr(difference)));
    EXPECT_THAT(ran.err, HasSubstr("an alert goes"));
  }

  // The file is refused, and `fault` says where and why.
  void ExpectRefused(const std::string& from, const std::string& to, const std::string& fault) {
    const Ran ran = Test(from, to);
    EXPECT_EQ(ran.exit_code, 2) << to;
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(ran.err, HasSubstr(fault));
  }
};

TEST_F(PolicyCasesTest, PassesWhenEverythingIsAsExpected) {
  const Ran ran = Test();
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("an alert goes"), HasSubstr("ok")));
  EXPECT_THAT(ran.err, HasSubstr("1 passed, 0 failed"));
  EXPECT_THAT(Test("", "", {"-o", "json"}).out, HasSubstr("\"passed\": 1,"));
}

TEST_F(PolicyCasesTest, NamesWhatIsNotAsExpected) {
  ExpectFails("\"ALLOW\"", "\"DENY\"", "outcome: expected DENY, got ALLOW");
  ExpectFails("role: OFFICER", "role: SYSTEM", "outcome: expected ALLOW, got DENY (permit: ");
  ExpectFails("step: \"done\"", "step: \"quota\"", "step: expected quota, got done");
  ExpectFails("rules: \"alerts\"", "rules: [\"alerts\", \"more\"]",
              "rules: expected alerts, more, got alerts");
  ExpectFails("obligations: \"quota q\"", "obligations: \"notice to auditors\"",
              "obligations: expected notice to auditors, got quota q");
  ExpectFails("action: \"WITHHOLD\"", "action: \"OMIT\"",
              "notes.instructions: expected OMIT, got WITHHOLD");
  ExpectFails("rule: \"alerts\" }", "rule: \"other\" }",
              "notes.instructions by rule: expected other, got alerts");
  ExpectFails("path: \"notes.instructions\"", "path: \"alert.headline\"",
              "alert.headline: expected WITHHOLD, got KEEP; notes.instructions: expected KEEP, got "
              "WITHHOLD");
  ExpectFails("\"notes.origin\", ", "", "notes.origin: expected not to go as it is");
  ExpectFails("\"alert.headline\"]", "\"alert.headline\", \"notes.instructions\"]",
              "notes.instructions: expected to go as it is");
}

TEST_F(PolicyCasesTest, ReadsADraftFromTheFolderOfTheFile) {
  const std::string json = std::filesystem::absolute("clients/examples/drafts/alert.json").string();
  std::filesystem::copy_file(json, Folder() + "/alert.json",
                             std::filesystem::copy_options::overwrite_existing);
  const std::string cases = R"(agency { id: "bgc-example" country: "VN" }
    partner { id: "ho-example" country: "GB" class: LAW_ENFORCEMENT }
    case { name: "n" partner: "ho-example" role: OFFICER at: "2026-06-01T00:00:00Z"
           draft_file: "alert.json" expect { outcome: "DENY" step: "agreement" } })";
  WriteFile(Folder() + "/policy.textproto", kPolicy);
  WriteFile(Folder() + "/policy.cases.textproto", cases);
  EXPECT_EQ(RunLiaison({"policy", "test", Folder()}).exit_code, 0);
}

TEST_F(PolicyCasesTest, RefusesWhatIsNoCaseAndSaysWhere) {
  const std::string file = Folder() + "/policy.cases.textproto";
  ExpectRefused("case {", "cse {", file + ":3:");
  ExpectRefused("outcome: \"ALLOW\"", "outcome: \"MAYBE\"", "case[0].expect.outcome");
  ExpectRefused("partner: \"ho-example\" role", "partner: \"nobody\" role", "case[0].partner");
  ExpectRefused("role: OFFICER ", "", "case[0].role");
  ExpectRefused("2026-06-01T00:00:00Z", "in June", file + ":4:");
  ExpectRefused("class: LAW_ENFORCEMENT", "", "partner[0].class");
  ExpectRefused("alert { headline: \"Example\" }", "", "the draft has no payload");
  ExpectRefused("expect {", "draft_file: \"x.json\" expect {", "one of both");
  ExpectRefused(kCases, "agency { id: \"bgc-example\" country: \"VN\" }", "write one case or more");
}

TEST_F(PolicyCasesTest, TestsEachFileAgainstThePolicyOfItsName) {
  WriteFile(Folder() + "/other.textproto", absl::StrReplaceAll(kPolicy, {{"\"alerts\"", "\"x\""}}));
  WriteFile(Folder() + "/other.cases.textproto", kCases);
  const Ran ran = Test();
  EXPECT_EQ(ran.exit_code, 6) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("rules: expected alerts, got x"));
  EXPECT_THAT(ran.err, HasSubstr("1 passed, 1 failed"));
  EXPECT_EQ(Test("", "", {"--policy", Folder() + "/policy.textproto"}).exit_code, 0);
}

// The cases that stand beside the example policies.
TEST_F(PolicyCasesTest, TheExamplesPass) {
  const Ran ran = RunLiaison({"policy", "test", "deploy/policies"});
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_THAT(ran.err, AllOf(HasSubstr("0 failed"), Not(HasSubstr(" 0 passed"))));
}

}  // namespace
}  // namespace liaison::clients_test
