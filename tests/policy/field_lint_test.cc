// What is warned of in the fields that a rule names.
#include "daemon/policy/field_lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policy/sample.h"

namespace liaison::policy {
namespace {

using liaison::payload::v1::MessageType;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> SaidOfRule(const std::string& rule, LeavesOf leaves_of) {
  SchemaPaths schema(leaves_of);
  return FieldWarnings(FileOf("policy { rule { " + rule + " } }").policy().rule(0), schema);
}

std::vector<std::string> SaidOf(const std::string& fields, const std::string& types = "ALERT") {
  return SaidOfRule("types: [" + types + "] fields { " + fields + " }", AnyLeaves);
}

TEST(FieldLintTest, AClassWithTwoFatesIsNamedOnce) {
  for (const char* fields : {"keep_class: [L1, L2] withhold_class: [L2, L3]",
                             "keep_class: [L1, L2] omit_class: [L2, L3]",
                             "keep_class: L1 withhold_class: [L2, L3] omit_class: [L2, L4]"}) {
    EXPECT_THAT(SaidOf(fields), ElementsAre("class L2 has two fates; the stricter holds"))
        << fields;
  }
}

TEST(FieldLintTest, AFieldThatIsNamedMoreThanOnceIsWarnedOfOnce) {
  for (const char* fields :
       {R"(keep: ["b", "c"] withhold: "b")", R"(keep: ["a", "b"] omit: "b")",
        R"(keep: ["b", "a"] pseudonymise: "b")", R"(keep: ["c", "b"] match_token: "b")",
        R"(keep: "b" generalise { path: "b" to: YEAR })", R"(keep: "b" mask { path: "b" })",
        R"(generalise { path: "b" to: YEAR } mask { path: "b" })", R"(keep: ["b", "b"])",
        R"(keep: "b" withhold: "b" omit: "b")", R"(keep: ["a", "b", "b", "b", "b", "c"])"}) {
    EXPECT_THAT(SaidOf(fields), ElementsAre("field b is named twice; what both allow holds"))
        << fields;
  }
  EXPECT_THAT(SaidOf(R"(keep: ["a", "b"] withhold: ["a.b", "c"] omit: "d")"), IsEmpty());
}

// --- Paths of other types
// ----------------------------------------------------------------------------------------------

TEST(FieldLintTest, AFieldOfAnotherTypeIsNamed) {
  const auto foreign =
      ElementsAre(AllOf(HasSubstr("field alert.headline is of no message of these types"),
                        HasSubstr("name the type that has it")));
  for (const char* fields :
       {R"(keep: "alert.headline")", R"(withhold: ["alert.headline", "b"])",
        R"(omit: "alert.headline")", R"(pseudonymise: "alert.headline")",
        R"(match_token: "alert.headline")", R"(mask { path: "alert.headline" })",
        R"(generalise { path: "alert.headline" to: YEAR })"}) {
    EXPECT_THAT(SaidOf(fields, "ALERT_HIT"), foreign) << fields;
    EXPECT_THAT(SaidOf(fields, "ALERT_HIT, ALERT"), IsEmpty()) << fields;
  }
}

TEST(FieldLintTest, NotWhereTheRuleNamesNoTypeOrOneThatIsToCome) {
  EXPECT_THAT(SaidOf(R"(omit: "alert.headline")", ""), IsEmpty());
  EXPECT_THAT(SaidOf(R"(omit: "alert.headline")", "ALERT_HIT, ALERT_CANCEL"), IsEmpty());
}

TEST(FieldLintTest, AFieldOfWhatIsInsideIsOfItsMessage) {
  for (const char* type : {"FORWARDED_ITEM", "FIELD_OPENING"}) {
    EXPECT_THAT(SaidOf(R"(omit: "alert.headline")", type), IsEmpty()) << type;
    EXPECT_THAT(SaidOf(R"(omit: "recall.reason")", type),
                ElementsAre(HasSubstr("field recall.reason is of no message")))
        << type << ": nobody passes a recall on";
  }
}

// --- Paths that win over classes
// ----------------------------------------------------------------------------------------------

// "body" with one leaf of L5 and "part" with leaves of L3, L4, L6 below it.
std::vector<SchemaLeaf> Parts(MessageType) {
  return {{"body.place", Sensitivity::L5},
          {"body.part.number", Sensitivity::L3},
          {"body.part.belief", Sensitivity::L4},
          {"body.part.source", Sensitivity::L6},
          {"body.other.number", Sensitivity::L3}};
}

std::vector<std::string> SaidOfParts(const std::string& fields) {
  return SaidOfRule("types: ALERT fields { " + fields + " }", Parts);
}

TEST(FieldLintTest, ABodyThatIsKeptWholeWinsOverItsClasses) {
  EXPECT_THAT(SaidOfParts(R"(keep: "body" omit_class: L5)"),
              ElementsAre(AllOf(HasSubstr("keep body lets go what is below it of L5, too"),
                                HasSubstr("name single fields"))));
  EXPECT_THAT(SaidOfParts(R"(keep: "body" withhold_class: L3 omit_class: [L4, L6, L7])"),
              ElementsAre(HasSubstr("of L3, L4, too")));
  EXPECT_THAT(SaidOfParts(R"(keep: "body" omit_class: [L6, L7])"), IsEmpty())
      << "sources never go, and there is nothing of L7";
}

TEST(FieldLintTest, APartThatIsKeptWinsWhereItHasTwoOfTheClasses) {
  EXPECT_THAT(SaidOfParts(R"(keep: "body.part" omit_class: [L3, L4])"),
              ElementsAre(HasSubstr("keep body.part lets go what is below it of L3, L4")));
  EXPECT_THAT(SaidOfParts(R"(keep: "body.part" omit_class: L3)"), IsEmpty());
  EXPECT_THAT(SaidOfParts(R"(keep: "body.part.number" omit_class: [L3, L4])"), IsEmpty());
}

TEST(FieldLintTest, APathThatIsNamedTwiceIsNotKept) {
  EXPECT_THAT(SaidOfParts(R"(keep: "body" omit: "body" omit_class: L5)"),
              ElementsAre(HasSubstr("named twice")));
}

TEST(FieldLintTest, ALongerPathDecidesBeforeAShorter) {
  EXPECT_THAT(SaidOfParts(R"(keep: "body.part" omit: "body.part.belief" omit_class: [L3, L4])"),
              IsEmpty());
  EXPECT_THAT(SaidOfParts(R"(keep: "body" omit: "body.part" omit_class: L4)"), IsEmpty());
  EXPECT_THAT(SaidOfParts(R"(keep: "body" omit: "body.part" omit_class: L3)"),
              ElementsAre(HasSubstr("of L3, too")));
}

}  // namespace
}  // namespace liaison::policy
