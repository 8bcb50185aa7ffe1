// What a comparison of policies says of single fields: what goes with one that does not go, and
// what becomes a token.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "daemon/policy/difference.h"
#include "tests/policy/sample.h"

namespace liaison::policy {
namespace {

using testing::ElementsAre;

// A text with its language and grade, which an item cannot do without, and a bond of two more.
std::vector<SchemaLeaf> Leaves(liaison::payload::v1::MessageType) {
  return {{"alert.item.grade", Sensitivity::L1, Form::kText, false, "alert.item#text"},
          {"alert.item.lang", Sensitivity::L1, Form::kText, false, "alert.item#text"},
          {"alert.item.text", Sensitivity::L1, Form::kText, true, "alert.item#text"},
          {"alert.person.name", Sensitivity::L2, Form::kText},
          {"alert.person.category", Sensitivity::L1, Form::kText, false, "alert.person#status"},
          {"alert.person.consent", Sensitivity::L1, Form::kText, false, "alert.person#status"}};
}

// The sample and the same with one rule more.
std::vector<Difference> AfterAdding(const std::string& rule) {
  std::string text = SampleText();
  text.insert(text.rfind('}'), rule);
  const auto comparison =
      Compare(FileOf(SampleText()), FileOf(text), "bgc-example", AnyPath, Leaves);
  EXPECT_TRUE(comparison.ok()) << comparison.status();
  return comparison.ok() ? comparison->differences : std::vector<Difference>();
}

// What is said of a field that a new rule omits, of messages that go all the same; each text once.
std::set<std::string> SaidOfOmitting(const std::string& path) {
  std::set<std::string> said;
  for (const Difference& difference :
       AfterAdding("rule { id: \"less\" effect: RESTRICT direction: OUT fields { omit: \"" + path +
                   "\" } }")) {
    for (const FieldDifference& field : difference.fields) {
      EXPECT_EQ(field.path, path) << "what goes along is said there";
      said.insert(field.before + " -> " + field.after);
    }
  }
  return said;
}

TEST(DifferenceFieldsTest, TellsWhatAFieldThatDoesNotGoTakesAlong) {
  EXPECT_THAT(SaidOfOmitting("alert.item.lang"),
              ElementsAre("KEEP -> OMIT, with alert.item.grade"));
  EXPECT_THAT(SaidOfOmitting("alert.person.category"),
              ElementsAre("KEEP -> OMIT, with alert.person.consent"));
  EXPECT_THAT(SaidOfOmitting("alert.person.name"), ElementsAre("KEEP -> OMIT"));
}

// What has that fate by itself does not go along.
TEST(DifferenceFieldsTest, TellsOfABondOnlyWhatGoesAlong) {
  const auto after = [](const std::string& consent) {
    const auto differences = AfterAdding(
        "rule { id: \"less\" effect: RESTRICT direction: OUT fields { "
        "omit: \"alert.person.category\" " +
        consent + ": \"alert.person.consent\" } }");
    return differences.empty() ? std::vector<FieldDifference>() : differences[0].fields;
  };
  EXPECT_THAT(after("withhold"),
              ElementsAre(FieldDifference{"alert.person.category", "KEEP",
                                          "OMIT, with alert.person.consent"},
                          FieldDifference{"alert.person.consent", "KEEP", "WITHHOLD"}));
  EXPECT_THAT(after("omit"), ElementsAre(FieldDifference{"alert.person.category", "KEEP", "OMIT"},
                                         FieldDifference{"alert.person.consent", "KEEP", "OMIT"}));
}

// What goes changed takes nothing along.
TEST(DifferenceFieldsTest, TellsOfAChangedFieldThatItGoesAlone) {
  const auto differences = AfterAdding(
      "rule { id: \"less\" effect: RESTRICT direction: OUT fields { "
      "mask { path: \"alert.person.category\" keep_last: 2 } } }");
  ASSERT_FALSE(differences.empty());
  EXPECT_THAT(differences[0].fields,
              ElementsAre(FieldDifference{"alert.person.category", "KEEP", "MASK, keep last 2"}));
}

// A key is taken for agreed on: without one the edition denies, which `policy check` cannot see.
TEST(DifferenceFieldsTest, TellsWhatBecomesATokenAsIfThereWereAKey) {
  const auto differences = AfterAdding(R"(
      rule { id: "tokens" effect: RESTRICT direction: OUT types: [ALERT]
             fields { match_token: "alert.person.name" } })");
  ASSERT_FALSE(differences.empty());
  for (const Difference& difference : differences) {
    EXPECT_EQ(difference.before, difference.after);
    ASSERT_EQ(difference.fields.size(), 1U);
    EXPECT_EQ(difference.fields[0].after, "MATCH_TOKEN");
  }
}

}  // namespace
}  // namespace liaison::policy
