// How many kinds of cases a comparison decides, and when there are too many.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "daemon/policy/difference.h"
#include "tests/policy/sample.h"

namespace liaison::policy {
namespace {

using testing::ElementsAre;
using testing::Pair;
using testing::SizeIs;

// The sample with more at its end.
std::string Sample(const std::string& more) {
  std::string text = SampleText();
  text.insert(text.rfind('}'), more);
  return text;
}

absl::StatusOr<Comparison> CompareTexts(const std::string& before, const std::string& after,
                                        size_t most_kinds = kMostKinds) {
  const auto leaves = [](liaison::payload::v1::MessageType) {
    return std::vector<SchemaLeaf>{{"alert.headline", Sensitivity::L1, Form::kText}};
  };
  return Compare(FileOf(before), FileOf(after), "bgc-example", AnyPath, leaves, most_kinds);
}

// As many rules as purposes, each for another one.
std::string ManyPurposes(int rules) {
  std::string text;
  for (int i = 1; i <= rules; ++i) {
    absl::StrAppend(&text, " rule { id: 'p", i, "' effect: RESTRICT direction: OUT types: ALERT ",
                    "purposes: ", i, " fields { omit_class: L4 } }");
  }
  return text;
}

void ExpectTooLarge(const absl::StatusOr<Comparison>& comparison, const std::string& message) {
  ASSERT_FALSE(comparison.ok());
  const auto error = base::GetError(comparison.status());
  EXPECT_EQ(error->reason, base::Reason::kTooLarge);
  EXPECT_EQ(error->message, message);
  EXPECT_EQ(error->fix, "compare with fewer changes at a time, or rules with fewer conditions");
}

TEST(DifferenceLimitsTest, RefusesAListOfWhichTheRulesTellTooManyValuesApart) {
  ExpectTooLarge(CompareTexts(Sample(""), Sample(ManyPurposes(13))),
                 "the policies tell more than 200000 kinds of messages apart");
}

TEST(DifferenceLimitsTest, ComparesWhereNothingThatIsTooLargeChanges) {
  const std::string before = Sample(ManyPurposes(13));
  const auto comparison = CompareTexts(
      before, absl::StrReplaceAll(before, {{"keep_class: [L0, L1, L2] }", "keep_class: L0 }"}}));
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_THAT(comparison->differences, SizeIs(1));
}

// Those of personal data alone in which one edition cites both countries and the other does not,
// of each role, TLP and subject that the rules tell apart.
TEST(DifferenceLimitsTest, DecidesNothingThatDoesNotHangOnALegalBasis) {
  v1::PolicyFile after = FileOf(SampleText());
  after.mutable_policy()->mutable_agreement(0)->mutable_legal_basis(1)->set_country("FR");
  size_t kinds = 1;
  while (!CompareTexts(SampleText(), after.DebugString(), kinds).ok()) ++kinds;
  EXPECT_EQ(kinds, 32u);
}

// Two of recalls: what a rule does not meet is another kind than what it meets.
TEST(DifferenceLimitsTest, DecidesAsManyKindsAsAreAllowedAndNoMore) {
  const std::string up_to_amber =
      R"( rule { id: "x" effect: FORBID direction: OUT partner: "xo-example" types: RECALL
                 max_tlp: AMBER } )";
  const std::string all =
      R"( rule { id: "y" effect: FORBID direction: OUT partner: "xo-example" types: RECALL } )";
  const auto compare = [&](size_t most_kinds) {
    return CompareTexts(Sample(up_to_amber), Sample(up_to_amber + all), most_kinds);
  };
  EXPECT_TRUE(compare(2).ok());
  ExpectTooLarge(compare(1), "the policies tell more than 1 kinds of messages apart");
}

// Neither what only shared rules meet, nor what counts under a quota that stays as it is.
TEST(DifferenceLimitsTest, DecidesOnlyWhatAnEditTouches) {
  const std::string quotas = R"( quota { id: "a-day" per_day: 10 } quota { id: "b-day" per_day: 1 }
      rule { id: "shy" effect: RESTRICT direction: OUT types: [ALERT] subjects: [VICTIM]
             fields { withhold_class: [L2] } }
      rule { id: "x" effect: FORBID direction: OUT partner: "xo-example" types: RECALL
             max_tlp: AMBER } )";
  const std::string before = absl::StrReplaceAll(
      Sample(quotas),
      {{"roles: [OFFICER, SYSTEM]", R"(roles: [OFFICER, SYSTEM] obligations { quota: "a-day" })"}});
  const std::string after =
      absl::StrReplaceAll(before, {{"per_day: 1 ", "per_day: 2 "}, {"max_tlp: AMBER", ""}});
  const auto comparison = CompareTexts(before, after, 2);
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  ASSERT_THAT(comparison->differences, SizeIs(1));
  EXPECT_THAT(comparison->differences[0].where.back(),
              Pair("tlp", ElementsAre("AMBER_STRICT|RED")));
  // Without the rule, too: it met one kind, and nothing else is decided.
  const std::string without = before.substr(0, before.find("rule { id: \"x\"")) + "}";
  EXPECT_TRUE(CompareTexts(before, without, 1).ok());
}

// That a rule may be set aside is no difference of cases: none is decided.
TEST(DifferenceLimitsTest, DecidesNothingForADerogation) {
  const auto with = [](const std::string& derogation) {
    return Sample(" rule { id: \"x\" effect: RESTRICT direction: OUT fields { omit_class: L4 } " +
                  derogation + " }");
  };
  const auto comparison = CompareTexts(with(""), with("derogation { within: \"4h\" }"), 0);
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  ASSERT_THAT(comparison->differences, SizeIs(1));
  EXPECT_EQ(comparison->differences[0].cases, 0U);
}

// What is under no agreement is denied by both. Left are the times of both editions and of the
// older alone, each with the roles that a permit names and with another one.
TEST(DifferenceLimitsTest, DecidesNothingThatNoAgreementCovers) {
  const std::string after =
      absl::StrReplaceAll(SampleText(), {{"to: \"2026-12-31\"", "to: \"2026-06-30\""}});
  EXPECT_TRUE(CompareTexts(SampleText(), after, 2).ok());
  ExpectTooLarge(CompareTexts(SampleText(), after, 1),
                 "the policies tell more than 1 kinds of messages apart");
}

// What needs no agreement may name one, whose legal bases count for personal data in it.
TEST(DifferenceLimitsTest, TellsUnderWhichAgreementARecallLosesALegalBasis) {
  const std::string basis = R"(legal_basis { country: "GB" citation: "Act (invented) 2" })";
  const auto comparison =
      CompareTexts(SampleText(), absl::StrReplaceAll(SampleText(), {{basis, ""}}));
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  size_t recalls = 0;
  for (const Difference& difference : comparison->differences) {
    const std::vector<std::string>& types = difference.where[2].second;
    if (types[0].find("RECALL") == std::string::npos) continue;
    ++recalls;
    EXPECT_THAT(difference.where, testing::Contains(Pair("agreement", ElementsAre("joint-plan"))));
  }
  EXPECT_GT(recalls, 0u);
}

}  // namespace
}  // namespace liaison::policy
