// Obligations: spans of time, and several rules' obligations together.
#include "daemon/policy/terms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policy/sample.h"

namespace liaison::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ParseSpanTest, ReadsMinutesHoursAndDays) {
  EXPECT_EQ(ParseSpan("90m"), absl::Minutes(90));
  EXPECT_EQ(ParseSpan("4h"), absl::Hours(4));
  EXPECT_EQ(ParseSpan("365d"), absl::Hours(24 * 365));
  EXPECT_EQ(ParseSpan("99999d"), absl::Hours(24 * 99'999));
}

TEST(ParseSpanTest, RefusesAnythingElse) {
  for (const char* text : {"", "h", "4", "0h", "04h", "-4h", "4 h", "4H", "4s", "4hh", "1h30m",
                           "1.5h", "+4h", "100000d", " 4h", "4h "}) {
    EXPECT_EQ(ParseSpan(text), std::nullopt) << text;
  }
}

TEST(SpanTextTest, IsReadAsTheSameSpan) {
  EXPECT_EQ(SpanText(absl::Hours(4)), "4h");
  EXPECT_EQ(SpanText(absl::Hours(48)), "2d");
  for (const char* text : {"1m", "90m", "4h", "25h", "1d", "365d"}) {
    EXPECT_EQ(SpanText(*ParseSpan(text)), text);
  }
}

// The terms of rules whose obligations are `texts`, joined in that order.
Terms TermsOfAll(const std::vector<std::string>& texts) {
  static const v1::PolicyFile quotas =
      FileOf(R"(policy { quota { id: "b" per_day: 2 } quota { id: "a" per_day: 1 } })");
  Terms all;
  for (const std::string& text : texts) {
    const v1::PolicyFile file = FileOf("policy { rule { obligations { " + text + " } } }");
    Join(TermsOf(file.policy().rule(0).obligations(), quotas.policy().quota()), all);
  }
  return all;
}

TEST(TermsTest, NothingIsAskedForWhereNothingStands) {
  const Terms terms = TermsOfAll({"", ""});
  EXPECT_FALSE(terms.release);
  EXPECT_TRUE(terms.quotas.empty());
  EXPECT_EQ(terms.retention, absl::InfiniteDuration());
  EXPECT_FALSE(terms.notice);
  EXPECT_THAT(InWords(terms), IsEmpty());
}

TEST(TermsTest, OfSeveralTheStricterOfEachHolds) {
  const std::string one = R"(release { persons: 2 within: "4h" } retention: "365d")";
  const std::string other = R"(release { persons: 3 within: "2d" } retention: "30d" notice: true)";
  for (const Terms& terms : {TermsOfAll({one, other, ""}), TermsOfAll({"", other, one})}) {
    ASSERT_TRUE(terms.release);
    EXPECT_EQ(terms.release->persons, 3u);
    EXPECT_EQ(terms.release->within, absl::Hours(4));
    EXPECT_EQ(terms.retention, absl::Hours(24 * 30));
    EXPECT_TRUE(terms.notice);
  }
}

TEST(TermsTest, WhatSupervisorsMustReleaseTheyAloneRelease) {
  v1::Rule rule;
  EXPECT_FALSE(DerogationOf(rule));
  rule.mutable_derogation()->set_within("1h");
  const Terms derogation = *DerogationOf(rule);
  const Terms other = TermsOfAll({R"(release { persons: 3 within: "4h" })"});
  for (const auto& [first, second] : {std::pair(derogation, other), std::pair(other, derogation)}) {
    Terms terms = first;
    Join(second, terms);
    EXPECT_TRUE(terms.release->supervisors);
    EXPECT_EQ(terms.release->persons, 3u);
    EXPECT_EQ(terms.release->within, absl::Hours(1));
    EXPECT_TRUE(terms.notice);
  }
}

TEST(TermsTest, EveryQuotaCountsOnceInOrderOfId) {
  const Terms terms = TermsOfAll({R"(quota: "b")", R"(quota: "a")", R"(quota: "b")"});
  std::vector<std::string> ids;
  for (const auto& [id, quota] : terms.quotas) ids.push_back(quota->id());
  EXPECT_THAT(ids, ElementsAre("a", "b"));
}

TEST(TermsTest, AreSaidInWords) {
  EXPECT_THAT(
      InWords(TermsOfAll(
          {R"(release { persons: 2 within: "4h" } quota: "a" retention: "365d" notice: true)"})),
      ElementsAre("release by 2 persons within 4h", "quota a", "kept at most 365d",
                  "notice to auditors"));
}

TEST(TermsTest, TheWordsTellWhichQuotasCount) {
  google::protobuf::RepeatedPtrField<std::string> words;
  for (const std::string& word :
       InWords(TermsOfAll({R"(quota: "b" retention: "30d" notice: true)", R"(quota: "a")"}))) {
    *words.Add() = word;
  }
  EXPECT_THAT(QuotasNamed(words), ElementsAre("a", "b"));
}

}  // namespace
}  // namespace liaison::policy
