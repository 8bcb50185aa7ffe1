// policy check: what it says of a policy that can be used.
#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "tests/clients/desk_fixture.h"

namespace liaison::clients_test {
namespace {

using testing::HasSubstr;
using testing::Not;

class PolicyCheckTest : public DeskTest {
 protected:
  // Of an agreement until this day, and a rule. It is 1 June 2026.
  Ran Check(const std::string& last_day, const std::string& rule) const {
    const std::string file = Folder() + "/policy.textproto";
    WriteFile(file, absl::StrCat(R"(policy { id: "p" version: 1
      agreement { id: "a" partner: "ho-example" types: ALERT purposes: TRAINING
                  valid { from: "2026-01-01" to: ")",
                                 last_day, R"(" time_zone: "UTC" }
                  legal_basis { country: "VN" citation: "x" }
                  legal_basis { country: "GB" citation: "x" } }
      rule { id: "r" )",
                                 rule, " } }"));
    return RunLiaison({"policy", "check", file, "-o", "json"});
  }
};

constexpr char kHarmless[] = "effect: FORBID direction: OUT types: ALERT";

// It was never told the time, so that only a reload said so.
TEST_F(PolicyCheckTest, NamesAnAgreementThatHasEnded) {
  const Ran ended = Check("2026-05-31", kHarmless);
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("this agreement has ended"));
  EXPECT_THAT(Check("2026-06-01", kHarmless).out, Not(HasSubstr("has ended")));
}

TEST_F(PolicyCheckTest, KnowsTheFieldsOfEachType) {
  const auto of = [](const std::string& field) {
    return absl::StrCat("effect: RESTRICT direction: OUT types: ALERT fields { omit: \"", field,
                        "\" }");
  };
  EXPECT_THAT(Check("2026-12-31", of("notice.persons")).out,
              HasSubstr("field notice.persons is of no message of these types"));
  EXPECT_THAT(Check("2026-12-31", of("alert.subjects")).out, HasSubstr("\"warnings\": []"));
}

TEST_F(PolicyCheckTest, KnowsTheFieldsOfARecall) {
  const auto restrict = [](const char* fields) {
    return absl::StrCat("effect: RESTRICT direction: OUT fields { ", fields, " }");
  };
  EXPECT_THAT(Check("2026-12-31", restrict("omit_class: [L0, L1]")).out, HasSubstr("RECALL"));
  EXPECT_THAT(Check("2026-12-31", restrict("omit: \"recall\"")).out, HasSubstr("RECALL"));
  EXPECT_THAT(
      Check("2026-12-31", restrict("omit_class: [L2, L8] omit: \"notes.instructions\"")).out,
      HasSubstr("\"warnings\": []"));
}

// The path wins, and "omit_class: L5" says nothing of a notice any more.
TEST_F(PolicyCheckTest, NamesTheClassesOverWhichAPathWins) {
  const std::string permit =
      R"(effect: PERMIT direction: OUT partner: "ho-example" types: ALERT purposes: TRAINING
         roles: OFFICER max_tlp: AMBER fields { omit_class: L5 keep: )";
  EXPECT_THAT(Check("2026-12-31", permit + "\"alert\" }").out,
              HasSubstr("keep alert lets go what is below it of L5, too"));
  EXPECT_THAT(Check("2026-12-31", permit + "\"alert.headline\" }").out,
              HasSubstr("\"warnings\": []"));
}

}  // namespace
}  // namespace liaison::clients_test
