#include "daemon/policy/obligations.h"

#include <gtest/gtest.h>

namespace liaison::policy {
namespace {

Decision Allowed() {
  Decision decision;
  decision.outcome = Outcome::kAllow;
  decision.step = Step::kDone;
  return decision;
}

void ExpectDenied(Decision decision, const std::string& word) {
  DenyWhatCannotBeFulfilled(decision);
  EXPECT_EQ(decision.outcome, Outcome::kDeny) << word;
  EXPECT_EQ(decision.step, Step::kObligations) << word;
  EXPECT_EQ(decision.reason, base::Reason::kObligationUnsupported) << word;
  EXPECT_NE(decision.missing.find(word), std::string::npos) << decision.missing;
}

TEST(ObligationsTest, LeavesAloneWhatAsksForNothing) {
  Decision decision = Allowed();
  DenyWhatCannotBeFulfilled(decision);
  EXPECT_EQ(decision.outcome, Outcome::kAllow);
  EXPECT_EQ(decision.step, Step::kDone);
}

TEST(ObligationsTest, LeavesADenialAsItIs) {
  Decision decision;
  decision.step = Step::kForbid;
  decision.release = ReleaseNeed{2, absl::Hours(4)};
  DenyWhatCannotBeFulfilled(decision);
  EXPECT_EQ(decision.step, Step::kForbid);
}

TEST(ObligationsTest, DeniesWhatASecondPersonWouldHaveToRelease) {
  Decision decision = Allowed();
  decision.outcome = Outcome::kHold;
  decision.step = Step::kRelease;
  decision.release = ReleaseNeed{2, absl::Hours(4)};
  ExpectDenied(decision, "release");
}

TEST(ObligationsTest, LeavesAloneWhatIsFulfilled) {
  Decision decision = Allowed();
  decision.quotas.emplace_back().set_id("verify-ho");
  decision.retention = absl::Hours(24);
  decision.notice = true;
  DenyWhatCannotBeFulfilled(decision);
  EXPECT_EQ(decision.outcome, Outcome::kAllow);
}

}  // namespace
}  // namespace liaison::policy
