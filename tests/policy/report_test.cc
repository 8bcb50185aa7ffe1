// A decision in the words of the record and of the desk.
#include "daemon/policy/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/policy/labels.h"
#include "tests/policy/decide.h"

namespace liaison::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// One field of each fate, at paths with positions.
struct Sample {
  std::vector<Field> fields;
  Decision decision;
};

Sample EachFate() {
  Sample sample;
  const std::pair<std::string_view, Fate> fates[] = {
      {"a[0].kept", {Action::kKeep}},
      {"a[0].birth", {Action::kGeneralise, v1::Generalise::YEAR}},
      {"a[1].birth", {Action::kGeneralise, v1::Generalise::YEAR}},
      {"a[0].number", {Action::kMask, v1::Generalise::LEVEL_UNSPECIFIED, 4}},
      {"a[0].token", {Action::kMatchToken}},
      {"a[0].gone", {Action::kOmit}}};
  const std::string_view schema_paths[] = {"a.kept",   "a.birth", "a.birth",
                                           "a.number", "a.token", "a.gone"};
  for (size_t i = 0; i < std::size(fates); ++i) {
    Field field = FieldOf(fates[i].first, Sensitivity::L2);
    field.schema_path = schema_paths[i];
    sample.fields.push_back(field);
    sample.decision.fields.push_back({fates[i].second, "rule-1"});
  }
  sample.decision.outcome = Outcome::kAllow;
  sample.decision.obligations = {"notice to auditors"};
  return sample;
}

template <typename Fields>
std::vector<std::string> Actions(const Fields& fields) {
  std::vector<std::string> actions;
  for (const auto& field : fields) actions.push_back(field.path() + " " + field.action());
  return actions;
}

TEST(ReportTest, TheDeskSeesEveryFieldThatDoesNotGoAsItIsAndHowFar) {
  const Sample sample = EachFate();
  const desk::v1::Decision shown = ToDesk(sample.decision, sample.fields, {});
  EXPECT_THAT(
      Actions(shown.fields()),
      ElementsAre("a[0].birth GENERALISE to YEAR", "a[1].birth GENERALISE to YEAR",
                  "a[0].number MASK, keep last 4", "a[0].token MATCH_TOKEN", "a[0].gone OMIT"));
  EXPECT_EQ(shown.fields(0).rule(), "rule-1");
  EXPECT_EQ(shown.fields(0).sens(), "L2");
  EXPECT_THAT(shown.obligations(), ElementsAre("notice to auditors"));
}

TEST(ReportTest, TheRecordHoldsEachPathAndFateOnce) {
  const Sample sample = EachFate();
  const audit::v1::DecisionOpening opening = ToOpening(sample.decision, sample.fields, {});
  EXPECT_THAT(Actions(opening.fields()),
              ElementsAre("a.birth GENERALISE to YEAR", "a.number MASK, keep last 4",
                          "a.token MATCH_TOKEN", "a.gone OMIT"));
  EXPECT_THAT(opening.obligations(), ElementsAre("notice to auditors"));
}

TEST(ReportTest, ARecordIsShownAsItWasWritten) {
  const Sample sample = EachFate();
  const desk::v1::Decision shown = ToDesk(ToOpening(sample.decision, sample.fields, {}));
  EXPECT_THAT(Actions(shown.fields()), Not(IsEmpty()));
  EXPECT_THAT(shown.obligations(), ElementsAre("notice to auditors"));
  EXPECT_EQ(shown.outcome(), "ALLOW");
}

InForce Current() {
  return {"house", 7, *base::Digest::FromRaw(std::string(32, 'p')),
          *base::Digest::FromRaw(std::string(32, 'r'))};
}

Decision Denial() {
  Decision decision;
  decision.reason = base::Reason::kFieldNeeded;
  decision.step = Step::kFields;
  decision.rules = {"rule-1", "rule-2"};
  decision.missing = "what is missing";
  return decision;
}

void ExpectDenial(const desk::v1::Decision& shown) {
  EXPECT_EQ(shown.outcome(), "DENY");
  EXPECT_EQ(shown.reason(), "FIELD_NEEDED");
  EXPECT_EQ(shown.step(), "fields");
  EXPECT_THAT(shown.rules(), ElementsAre("rule-1", "rule-2"));
  EXPECT_EQ(shown.missing(), "what is missing");
  EXPECT_EQ(shown.policy_id(), "house");
  EXPECT_EQ(shown.policy_version(), 7U);
  EXPECT_EQ(shown.policy_digest(), Current().policy_digest.hex());
}

TEST(ReportTest, ADenialIsToldWithEverythingThatDecidedIt) {
  ExpectDenial(ToDesk(Denial(), {}, Current()));
  const audit::v1::DecisionOpening opening = ToOpening(Denial(), {}, Current());
  EXPECT_EQ(opening.registry_digest(), std::string(32, 'r'));
  ExpectDenial(ToDesk(opening));
}

TEST(ReportTest, AnOpeningWithoutADigestIsShownWithoutOne) {
  EXPECT_EQ(ToDesk(audit::v1::DecisionOpening()).policy_digest(), "");
}

TEST(ReportTest, ARecordTellsEachFieldWithItsFateAndRule) {
  const Sample sample = EachFate();
  const auto shown = ToDesk(ToOpening(sample.decision, sample.fields, {}));
  EXPECT_EQ(shown.reason(), "");
  ASSERT_EQ(shown.fields_size(), 4);
  EXPECT_EQ(shown.fields(0).path(), "a.birth");
  EXPECT_EQ(shown.fields(0).action(), "GENERALISE to YEAR");
  EXPECT_EQ(shown.fields(0).rule(), "rule-1");
}

TEST(ReportTest, WhatIsAllowedIsNoError) {
  Decision decision;
  decision.outcome = Outcome::kAllow;
  EXPECT_TRUE(ToStatus(ToDesk(decision, {}, {})).ok());
}

TEST(ReportTest, AHoldIsNoError) {
  Decision decision;
  decision.outcome = Outcome::kHold;
  decision.step = Step::kRelease;
  const desk::v1::Decision shown = ToDesk(decision, {}, {});
  EXPECT_EQ(shown.outcome(), "HOLD");
  EXPECT_EQ(shown.step(), "release");
  EXPECT_EQ(shown.reason(), "");
  EXPECT_TRUE(ToStatus(shown).ok());
}

TEST(ReportTest, ASpentQuotaIsADenialThatNamesItAndKeepsTheRules) {
  v1::Quota quota;
  quota.set_id("verify-ho");
  quota.set_per_day(3);
  quota.set_distinct_subjects_per_day(2);
  quota.set_time_zone("Asia/Ho_Chi_Minh");
  Sample sample = EachFate();
  sample.decision.rules = {"rule-1"};
  desk::v1::Decision shown = ToDesk(sample.decision, sample.fields, {});
  DenySpent(quota, "per_day", shown);
  EXPECT_EQ(shown.outcome(), "DENY");
  EXPECT_EQ(shown.reason(), "POLICY_DENIED");
  EXPECT_EQ(shown.step(), "quota");
  EXPECT_EQ(shown.missing(), "quota verify-ho is spent: 3 attempts a day in Asia/Ho_Chi_Minh");
  EXPECT_THAT(shown.rules(), ElementsAre("rule-1"));
  audit::v1::DecisionOpening opening = ToOpening(sample.decision, sample.fields, {});
  quota.clear_time_zone();
  quota.set_per_caller(true);
  DenySpent(quota, "distinct_subjects_per_day", opening);
  EXPECT_EQ(opening.outcome(), "DENY");
  EXPECT_EQ(opening.missing(), "quota verify-ho is spent: 2 persons a day in UTC for each caller");
  EXPECT_EQ(base::GetReason(ToStatus(shown)), base::Reason::kPolicyDenied);
}

TEST(ReportTest, ADenialSaysWhereItEndedAndWhatToDo) {
  for (int step = 0; step < static_cast<int>(Step::kDone); ++step) {
    Decision decision;
    decision.step = static_cast<Step>(step);
    decision.missing = "this";
    decision.rules = {"one", "two"};
    const absl::Status status = ToStatus(ToDesk(decision, {}, {}));
    const std::optional<base::ErrorText> error = base::GetError(status);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->reason, base::Reason::kPolicyDenied);
    EXPECT_THAT(error->message, HasSubstr(std::string(StepName(decision.step)) + ": this"));
    EXPECT_FALSE(error->fix.empty());
    EXPECT_THAT(error->metadata, testing::Contains(testing::Pair("rule", "one,two")));
  }
}

TEST(ReportTest, SaysWhatIsOwedToAChildAndWhatConsentIsFor) {
  const auto fix = [](Step step, const std::string& rule, std::string_view missing = "this") {
    Decision decision;
    decision.step = step;
    decision.rules = {rule};
    decision.missing = missing;
    return base::GetError(ToStatus(ToDesk(decision, {}, {}))).value_or(base::ErrorText()).fix;
  };
  EXPECT_THAT(fix(Step::kLabels, "builtin:D-15"), HasSubstr("ONWARD_SHARING_REQUEST"));
  EXPECT_THAT(fix(Step::kAgreement, "builtin:D-03"), HasSubstr("name an agreement"));
  EXPECT_THAT(fix(Step::kLegalBasis, "builtin:D-02"), HasSubstr("for both countries"));
  EXPECT_THAT(fix(Step::kSubjects, "builtin:D-10"), HasSubstr("consent to INVESTIGATION"));
  EXPECT_THAT(fix(Step::kObligations, "builtin:D-39"), HasSubstr("out of derogations"));
  EXPECT_THAT(fix(Step::kObligations, "tokens"), HasSubstr("match_key_file"));
  EXPECT_THAT(fix(Step::kQuota, "rule-1"), HasSubstr("another day"));
  EXPECT_THAT(fix(Step::kForbid, "rule-1"), HasSubstr("--dry-run"));
  EXPECT_THAT(fix(Step::kConsent, "builtin:D-05"), HasSubstr("child_safeguard"));
  EXPECT_THAT(fix(Step::kConsent, "builtin:D-04"), HasSubstr("record the consent"));
  EXPECT_THAT(fix(Step::kLabels, "builtin:D-16", kOtherPurpose), HasSubstr("name no purposes"));
  EXPECT_THAT(fix(Step::kLabels, "builtin:D-16"), HasSubstr("handling codes"));
}

}  // namespace
}  // namespace liaison::policy
