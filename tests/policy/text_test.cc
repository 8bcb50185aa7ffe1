// A policy from its text: faults and warnings are named by line and column.
#include "daemon/policy/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policy/sample.h"

namespace liaison::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The fields at fault.
std::vector<std::string> FaultsOf(std::string_view text) {
  const auto read = ReadPolicy(text, "p.textproto", "bgc-example", AnyPath);
  std::vector<std::string> fields;
  if (read.ok()) return fields;
  const std::optional<base::ErrorText> error = base::GetError(read.status());
  for (const base::FieldFault& fault : error->fields) fields.push_back(fault.field);
  return fields;
}

TEST(ReadPolicyTest, GivesTheFileAndThePolicyOfIt) {
  const auto read = ReadPolicy(SampleText(), "p.textproto", "bgc-example", AnyPath);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->policy->id(), "bgc-sample");
  EXPECT_EQ(read->file.policy().rule_size(), 2);
}

TEST(ReadPolicyTest, NamesLineAndColumnOfWhatCannotBeRead) {
  EXPECT_THAT(FaultsOf("policy {\n  idd: 1 }"), ElementsAre("p.textproto:2:3"));
}

TEST(ReadPolicyTest, NamesLineAndColumnBesideThePathOfWhatMeansNothing) {
  EXPECT_THAT(FaultsOf("policy { id: \"x\" version: 1\n"
                       "  rule { id: \"r\" effect: RESTRICT direction: OUT\n"
                       "         fields { mask { path: \"a\"\n"
                       "                         keep_last: 9 } } }\n"
                       "  quota { id: \"q\" } }"),
              ElementsAre("p.textproto:5:3: policy.quota[0]",
                          "p.textproto:4:26: policy.rule[0].fields.mask[0].keep_last"));
}

TEST(ReadPolicyTest, SaysTheFirstFaultWithItsPlace) {
  const auto read = ReadPolicy("policy { id: \"x\" }", "p.textproto", "bgc-example", AnyPath);
  EXPECT_THAT(std::string(read.status().message()),
              HasSubstr("p.textproto:1:1: policy.version: number the edition"));
}

TEST(LintTextTest, NamesLineAndColumnOfAWarning) {
  const auto read = ReadPolicy(SampleText(), "p.textproto", "bgc-example", AnyPath);
  ASSERT_TRUE(read.ok()) << read.status();
  std::vector<std::string> places;
  for (const Warning& warning : LintText(*read, AnyLeaves, At("2026-06-01T00:00:00Z")))
    places.push_back(warning.where);
  EXPECT_THAT(places,
              ElementsAre("p.textproto:12:3: policy.rule[0]", "p.textproto:19:3: policy.rule[1]"));
}

}  // namespace
}  // namespace liaison::policy
