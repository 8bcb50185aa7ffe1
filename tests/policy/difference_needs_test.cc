// What a comparison of policies says of messages that a field which does not go keeps back: an
// edition that omitted alert.what_to_do denied every alert, and the difference said ALLOW.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "daemon/policy/labels.h"
#include "tests/policy/each_case.h"
#include "tests/policy/sample.h"

namespace liaison::policy {
namespace {

using liaison::payload::v1::FORWARDED_ITEM;
using liaison::payload::v1::MessageType;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::StartsWith;

std::vector<SchemaLeaf> Leaves(MessageType type) {
  if (type == FORWARDED_ITEM) {
    return {{"forwarded_item.grant", Sensitivity::L1},
            {"forwarded_item.original", Sensitivity::L8, Form::kOther, true}};
  }
  return {{"alert.item.grade", Sensitivity::L1, Form::kText, true, "alert.item#item"},
          {"alert.item.lang", Sensitivity::L1, Form::kText, false, "alert.item#item"},
          {"alert.item.text", Sensitivity::L8, Form::kText, false, "alert.item#item"},
          {"alert.person.name", Sensitivity::L2, Form::kText},
          {"alert.person.number", Sensitivity::L3, Form::kText},
          {"alert.what_to_do", Sensitivity::L1, Form::kOther, true},
          {"notes.named_recipients", Sensitivity::L1, Form::kOther}};
}

std::string Omitting(const std::string& paths) {
  return "rule { id: \"less\" effect: RESTRICT direction: OUT types: [ALERT] fields { omit: [" +
         paths + "] } }";
}

std::string SampleWith(const std::string& rule) {
  std::string text = SampleText();
  text.insert(text.rfind('}'), rule);
  return text;
}

std::vector<Difference> Between(const std::string& before, const std::string& after) {
  const auto comparison = Compare(FileOf(before), FileOf(after), "bgc-example", AnyPath, Leaves);
  EXPECT_TRUE(comparison.ok()) << comparison.status();
  return comparison.ok() ? comparison->differences : std::vector<Difference>();
}

std::vector<Difference> AfterOmitting(const std::string& paths) {
  return Between(SampleText(), SampleWith(Omitting(paths)));
}

TEST(DifferenceNeedsTest, DeniesAMessageWithANeededFieldThatDoesNotGo) {
  const auto differences = AfterOmitting("'alert.what_to_do'");
  ASSERT_THAT(differences, Not(IsEmpty()));
  for (const Difference& difference : differences) {
    EXPECT_EQ(difference.before, "ALLOW");
    EXPECT_EQ(difference.after, "DENY at fields");
    EXPECT_THAT(difference.where.back(), Pair("with", ElementsAre("alert.what_to_do")));
    EXPECT_THAT(difference.fields, IsEmpty());
  }
}

TEST(DifferenceNeedsTest, AllowsItAgainWhenTheFieldGoes) {
  const auto differences = Between(SampleWith(Omitting("'alert.what_to_do'")), SampleText());
  ASSERT_THAT(differences, Not(IsEmpty()));
  for (const Difference& difference : differences) {
    EXPECT_EQ(difference.before, "DENY at fields");
    EXPECT_EQ(difference.after, "ALLOW");
    EXPECT_THAT(difference.where.back(), Pair("with", ElementsAre("alert.what_to_do")));
  }
}

// The language of a text, which takes its grade along; without a grade the text goes along.
TEST(DifferenceNeedsTest, DeniesAMessageWhoseNeededFieldABondTakesAlong) {
  const auto differences = AfterOmitting("'alert.item.lang'");
  const std::vector<std::string> cases = {"alert.item.lang with alert.item.grade"};
  EXPECT_THAT(differences, Contains(AllOf(Field(&Difference::before, "ALLOW"),
                                          Field(&Difference::after, "DENY at fields"),
                                          Field(&Difference::where, Contains(Pair("with", cases))),
                                          Field(&Difference::fields, IsEmpty()))));
  const FieldDifference with_text{"alert.item.lang", "KEEP", "OMIT, with alert.item.text"};
  EXPECT_THAT(
      differences,
      Contains(AllOf(Field(&Difference::before, "ALLOW"), Field(&Difference::after, "ALLOW"),
                     Field(&Difference::where, Contains(Pair("without", cases))),
                     Field(&Difference::fields, ElementsAre(with_text)))));
}

// What was denied for it stays denied, whatever else changes.
TEST(DifferenceNeedsTest, SaysNothingOfWhatIsDeniedBeforeAndAfter) {
  const auto differences = Between(SampleWith(Omitting("'alert.what_to_do'")),
                                   SampleWith(Omitting("'alert.what_to_do', 'alert.person.name'")));
  ASSERT_THAT(differences, Not(IsEmpty()));
  for (const Difference& difference : differences) {
    EXPECT_EQ(difference.before, "ALLOW");
    EXPECT_EQ(difference.after, "ALLOW");
    EXPECT_THAT(difference.where.back(), Pair("without", ElementsAre("alert.what_to_do")));
    EXPECT_THAT(difference.fields,
                ElementsAre(FieldDifference{"alert.person.name", "KEEP", "OMIT"}));
  }
}

// Then it does not matter what of it is needed.
TEST(DifferenceNeedsTest, DeniesAMessageOfWhichNothingGoesWhateverItHas) {
  const auto differences = AfterOmitting("'alert', 'notes'");
  ASSERT_THAT(differences, Not(IsEmpty()));
  for (const Difference& difference : differences) {
    EXPECT_EQ(difference.after, "DENY at fields");
    EXPECT_THAT(ValuesOf(difference, "with"), IsEmpty());
    EXPECT_THAT(ValuesOf(difference, "without"), IsEmpty());
  }
}

// D-17: they go with the label, or nothing goes.
TEST(DifferenceNeedsTest, DeniesAtRedAMessageWhoseRecipientsDoNotGo) {
  const std::vector<std::string> cases = {"notes.named_recipients with TLP:RED"};
  EXPECT_THAT(AfterOmitting("'notes.named_recipients'"),
              Contains(AllOf(Field(&Difference::after, "DENY at fields"),
                             Field(&Difference::where, Contains(Pair("with", cases))))));
}

// In place of the original stand its fields, and the permission must go.
TEST(DifferenceNeedsTest, NeedsOfWhatIsPassedOnThePermissionAlone) {
  const std::string before = absl::StrReplaceAll(
      SampleText(),
      {{"types: [ALERT, VICTIM_VERIFICATION_REQUEST]", "types: [ALERT, FORWARDED_ITEM]"},
       {"types: [ALERT] purposes", "types: [ALERT, FORWARDED_ITEM] purposes"}});
  const auto of_items = [&](const std::string& paths) {
    const std::string rule = absl::StrReplaceAll(Omitting(paths), {{"types: [ALERT] ", ""}});
    std::vector<Difference> some;
    for (Difference& one : Between(before, before.substr(0, before.rfind('}')) + rule + "}")) {
      const std::string type = ValuesOf(one, "type")[0];
      if (type == "FORWARDED_ITEM of ALERT") some.push_back(std::move(one));
    }
    return some;
  };
  for (const Difference& difference : of_items("'alert.what_to_do'")) {
    EXPECT_EQ(difference.after, "ALLOW");
    EXPECT_THAT(difference.fields,
                ElementsAre(FieldDifference{"alert.what_to_do", "KEEP", "OMIT"}));
  }
  EXPECT_THAT(of_items("'alert.what_to_do'"), Not(IsEmpty()));
  EXPECT_THAT(of_items("'forwarded_item.original'"), IsEmpty());
  const auto of_grants = of_items("'forwarded_item.grant'");
  ASSERT_THAT(of_grants, Not(IsEmpty()));
  for (const Difference& difference : of_grants) {
    EXPECT_EQ(difference.after, "DENY at fields");
    EXPECT_THAT(difference.where.back(), Pair("with", ElementsAre("forwarded_item.grant")));
  }
}

// Checks what is told of a message against both decisions on it; whether they differ.
bool CheckMessage(const Decision& was, const Decision& is, const Message& message,
                  const std::vector<const Difference*>& told) {
  if (told.empty()) {
    EXPECT_EQ(Shape(was), Shape(is)) << was.missing << " / " << is.missing;
    return false;
  }
  EXPECT_EQ(told.size(), 1u) << "two kinds of difference of one message";
  const Difference& one = *told[0];
  EXPECT_THAT(one.before, StartsWith(std::string(OutcomeName(was.outcome)))) << was.missing;
  EXPECT_THAT(one.after, StartsWith(std::string(OutcomeName(is.outcome)))) << is.missing;
  const bool both_pass = was.outcome != Outcome::kDeny && is.outcome != Outcome::kDeny;
  for (size_t i = 0; both_pass && i < message.fields.size(); ++i) {
    if (FateName(was.fields[i]) == FateName(is.fields[i])) continue;
    const std::string path(message.fields[i].path);
    EXPECT_TRUE(std::any_of(one.fields.begin(), one.fields.end(),
                            [&](const FieldDifference& field) {
                              return field.path == path || absl::StrContains(field.before, path) ||
                                     absl::StrContains(field.after, path);
                            }))
        << path;
  }
  return Shape(was) != Shape(is);
}

// D-11: a message of which nothing goes is denied, and none of those is told of.
bool HasNothingThatGoes(const Decision& decision) {
  return decision.rules == std::vector<std::string>{"builtin:D-11"};
}

// Every message with some of the fields, in every case: what is told of it is what happens to it.
TEST(DifferenceNeedsTest, TellsOfEveryMessageWhatBecomesOfIt) {
  const std::string base = SampleWith(Omitting("'alert.item.lang'"));
  const std::pair<std::string, std::string> edits[] = {
      {"'alert.item.lang'", "'alert.what_to_do'"},
      {"'alert.item.lang'", "'alert.item.grade'"},
      {"'alert.item.lang'", "'alert.item.lang', 'alert.what_to_do', 'alert.person.name'"},
      {"'alert.item.lang'", "'alert.item.text', 'notes.named_recipients'"},
      {"omit: ['alert.item.lang']", "withhold: ['alert.item.lang']"},
      {"omit: ['alert.item.lang']", "omit_class: [L4]"},
      {"id: \"less\"", "id: \"less\" max_tlp: AMBER"},
      {"keep_class: [L0, L1, L2, L4, L8]", "keep_class: [L0, L2, L4, L8]"},
      {"roles: [OFFICER, SYSTEM]", "roles: [OFFICER]"}};
  size_t changed = 0;
  for (const auto& [old_text, new_text] : edits) {
    const v1::PolicyFile before = FileOf(base);
    const v1::PolicyFile after = FileOf(absl::StrReplaceAll(base, {{old_text, new_text}}));
    const auto was = Policy::Create(before, "bgc-example", AnyPath);
    const auto is = Policy::Create(after, "bgc-example", AnyPath);
    ASSERT_TRUE(is.ok()) << is.status();
    const auto comparison = Compare(before, after, "bgc-example", AnyPath, Leaves);
    ASSERT_TRUE(comparison.ok()) << comparison.status();
    const v1::Policy* const both[] = {&before.policy(), &after.policy()};
    for (const Region& region : RegionsOf(both)) {
      if (region.facts.direction == Direction::kIn) continue;
      const std::vector<SchemaLeaf> leaves = Leaves(region.types[0]);  // fields point into them
      EachCase one(region);
      do {
        Message whole{one.facts(), one.FieldsOf(leaves)};
        for (policy::Field& field : whole.fields) {
          if (field.path == kRecipientsPath && whole.Has("TLP:RED")) field.needed = true;
        }
        for (size_t some = 0; some < size_t{1} << whole.fields.size(); ++some) {
          Message message{whole.facts, {}};
          for (size_t i = 0; i < whole.fields.size(); ++i) {
            if ((some >> i & 1) != 0) message.fields.push_back(whole.fields[i]);
          }
          const Decision then = (*was)->Decide(message.facts, message.fields);
          const Decision now = (*is)->Decide(message.facts, message.fields);
          if (HasNothingThatGoes(then) || HasNothingThatGoes(now)) continue;
          std::vector<const Difference*> told;
          for (const Difference& difference : comparison->differences) {
            if (one.IsAmong(difference) && message.IsMeantBy(difference))
              told.push_back(&difference);
          }
          changed += CheckMessage(then, now, message, told);
        }
      } while (!testing::Test::HasFailure() && one.Next());
    }
    ASSERT_FALSE(testing::Test::HasFailure()) << new_text;
  }
  EXPECT_GT(changed, 1000u);
}

}  // namespace
}  // namespace liaison::policy
