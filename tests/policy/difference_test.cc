#include "daemon/policy/difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "daemon/policy/domain.h"
#include "tests/policy/each_case.h"
#include "tests/policy/sample.h"

namespace liaison::policy {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<SchemaLeaf> Leaves(liaison::payload::v1::MessageType) {
  return {{"alert.headline", Sensitivity::L1, Form::kText},
          {"alert.person.name", Sensitivity::L2, Form::kText},
          {"alert.person.number", Sensitivity::L3, Form::kText},
          {"alert.person.birth.edtf", Sensitivity::L2, Form::kDate}};
}

Comparison CompareTexts(const std::string& before, const std::string& after) {
  auto comparison = Compare(FileOf(before), FileOf(after), "bgc-example", AnyPath, Leaves);
  EXPECT_TRUE(comparison.ok()) << comparison.status();
  return comparison.ok() ? *comparison : Comparison();
}

// The sample with one text replaced.
std::vector<Difference> After(const std::string& old_text, const std::string& new_text) {
  const std::string before = SampleText();
  const std::string after = absl::StrReplaceAll(before, {{old_text, new_text}});
  EXPECT_NE(before, after);
  return CompareTexts(before, after).differences;
}

// The sample with one rule more.
std::vector<Difference> AfterAdding(const std::string& rule) {
  std::string text = SampleText();
  text.insert(text.rfind('}'), rule);
  return CompareTexts(SampleText(), text).differences;
}

TEST(DifferenceTest, FindsNoneBetweenAPolicyAndItself) {
  const Comparison comparison = CompareTexts(SampleText(), SampleText());
  EXPECT_THAT(comparison.differences, IsEmpty());
  EXPECT_EQ(comparison.cases, 196u);
}

// Of two agreements with one partner, in whatever order they stand.
TEST(DifferenceTest, TellsTheAgreementThatChangesFromOneThatStays) {
  for (const char* changed : {"a-plan", "joint-plan"}) {
    v1::PolicyFile before = FileOf(SampleText());
    v1::Policy& policy = *before.mutable_policy();
    *policy.add_agreement() = v1::Agreement(policy.agreement(0));
    policy.mutable_agreement(1)->set_id("a-plan");
    v1::PolicyFile after = before;
    for (v1::Agreement& agreement : *after.mutable_policy()->mutable_agreement()) {
      if (agreement.id() == changed) agreement.set_suspended(true);
    }
    const auto comparison = Compare(before, after, "bgc-example", AnyPath, Leaves);
    ASSERT_TRUE(comparison.ok()) << comparison.status();
    EXPECT_THAT(comparison->differences, Not(IsEmpty()));
    for (const Difference& difference : comparison->differences) {
      EXPECT_THAT(ValuesOf(difference, "agreement"), ElementsAre(testing::StartsWith(changed)));
    }
  }
}

TEST(DifferenceTest, FindsNoneWhenOnlyTheOrderAndTheWordsChange) {
  EXPECT_THAT(After("Act (invented) 2", "Act (invented) 3"), IsEmpty());
  EXPECT_THAT(After("keep_class: [L0, L1, L2, L4, L8]", "keep_class: [L8, L4, L2, L1, L0]"),
              IsEmpty());
}

TEST(DifferenceTest, NamesTheRolesThatMaySendNoLonger) {
  const auto differences = After("roles: [OFFICER, SYSTEM]", "roles: [OFFICER]");
  ASSERT_THAT(differences, Not(IsEmpty()));
  for (const Difference& difference : differences) {
    EXPECT_EQ(difference.before, "ALLOW");
    EXPECT_EQ(difference.after, "DENY at permit");
    EXPECT_THAT(ValuesOf(difference, "role"), ElementsAre("SYSTEM"));
    EXPECT_THAT(ValuesOf(difference, "direction"), ElementsAre("OUT"));
  }
}

TEST(DifferenceTest, NamesTheFieldsThatChangeAndNoOthers) {
  const auto differences = After("withhold_class: [L3]", "omit_class: [L3]");
  ASSERT_THAT(differences, Not(IsEmpty()));
  for (const Difference& difference : differences) {
    EXPECT_EQ(difference.before, difference.after);
    EXPECT_THAT(difference.fields,
                ElementsAre(FieldDifference{"alert.person.number", "WITHHOLD", "OMIT"}));
  }
}

TEST(DifferenceTest, TellsFieldsThatMayComeOneByOne) {
  const auto differences = After("keep_class: [L0, L1, L2] }", "keep_class: [L0, L1] }");
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_THAT(ValuesOf(differences[0], "direction"), ElementsAre("IN"));
  EXPECT_THAT(differences[0].fields,
              ElementsAre(FieldDifference{"alert.person.birth.edtf", "accepted", "refused"},
                          FieldDifference{"alert.person.name", "accepted", "refused"}));
}

// Whether it comes no longer, or comes now: of its fields nothing is told.
TEST(DifferenceTest, NamesNoFieldsOfWhatDoesNotComeAtAll) {
  const std::string text = SampleText();
  const std::string without = text.substr(0, text.rfind("rule {")) + "}";
  const auto lost = CompareTexts(text, without).differences;
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].before, "ALLOW");
  EXPECT_EQ(lost[0].after, "DENY at permit");
  EXPECT_THAT(lost[0].fields, IsEmpty());
  const auto gained = CompareTexts(without, text).differences;
  ASSERT_EQ(gained.size(), 1u);
  EXPECT_EQ(gained[0].before, "DENY at permit");
  EXPECT_EQ(gained[0].after, "ALLOW");
  EXPECT_THAT(gained[0].fields, IsEmpty());
}

// The rules treat all three alike.
TEST(DifferenceTest, TellsThePurposesThatAnAgreementHasNoLonger) {
  const auto differences = After("VICTIM_IDENTIFICATION, THREAT_TO_LIFE]\n    legal",
                                 "VICTIM_IDENTIFICATION]\n    legal");
  ASSERT_THAT(differences, Not(IsEmpty()));
  EXPECT_EQ(differences[0].before, "ALLOW");
  EXPECT_EQ(differences[0].after, "DENY at agreement");
  EXPECT_THAT(ValuesOf(differences[0], "direction"), ElementsAre("OUT"));
  EXPECT_THAT(ValuesOf(differences[0], "purposes"),
              ElementsAre("THREAT_TO_LIFE",
                          "TRAFFICKING_INVESTIGATION|VICTIM_IDENTIFICATION with THREAT_TO_LIFE"));
  // What no rule permits is denied earlier.
  for (size_t i = 1; i < differences.size(); ++i) {
    EXPECT_EQ(differences[i].before, "DENY at permit");
    EXPECT_EQ(differences[i].after, "DENY at agreement");
  }
}

// A permit may name more purposes than the agreement, the first of all among them.
TEST(DifferenceTest, TellsOfAPermitForMoreThanTheAgreement) {
  const std::string before = absl::StrReplaceAll(
      SampleText(), {{"THREAT_TO_LIFE]\n    roles", "TRAFFICKING_PREVENTION]\n    roles"},
                     {", VICTIM_IDENTIFICATION, THREAT_TO_LIFE]\n    legal", "]\n    legal"}});
  const std::string after =
      absl::StrReplaceAll(before, {{"withhold_class: [L3]", "omit_class: [L3]"}});
  const auto differences = CompareTexts(before, after).differences;
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_THAT(ValuesOf(differences[0], "purposes"), ElementsAre("TRAFFICKING_INVESTIGATION"));
}

// A field above L1 does not stand in a message of TLP:CLEAR; without one that goes there is none.
TEST(DifferenceTest, TellsOfClearMessagesWhatTheyCanHold) {
  const std::string before = absl::StrReplaceAll(
      SampleText(), {{"rule {\n    id: \"alerts-in\"",
                      "rule { id: \"clear\" effect: RESTRICT direction: OUT types: [ALERT] "
                      "max_tlp: CLEAR roles: [SYSTEM] fields { withhold_class: [L4] } } "
                      "rule {\n    id: \"alerts-in\""}});
  ASSERT_NE(before, SampleText());
  const auto without = [&](const std::string& list) {
    std::vector<Difference> of_alerts;
    const std::string after =
        absl::StrReplaceAll(before, {{"keep_class: [L0, L1, L2, L4, L8]", list}});
    for (Difference& difference : CompareTexts(before, after).differences) {
      const auto types = ValuesOf(difference, "type");
      if (types == std::vector<std::string>{"ALERT"}) of_alerts.push_back(std::move(difference));
    }
    return of_alerts;
  };
  const auto l2 = without("keep_class: [L0, L1, L4, L8]");
  ASSERT_EQ(l2.size(), 1u);
  EXPECT_THAT(ValuesOf(l2[0], "tlp"), ElementsAre("GREEN|AMBER|AMBER_STRICT|RED"));
  EXPECT_THAT(ValuesOf(l2[0], "role"), ElementsAre("OFFICER", "SYSTEM"));
  const auto l1 = without("keep_class: [L0, L2, L4, L8]");
  ASSERT_EQ(l1.size(), 2u);
  EXPECT_EQ(l1[0].after, "ALLOW");
  EXPECT_THAT(ValuesOf(l1[0], "tlp"), ElementsAre("GREEN|AMBER|AMBER_STRICT|RED"));
  EXPECT_EQ(l1[1].after, "DENY at fields");
  EXPECT_THAT(ValuesOf(l1[1], "tlp"), ElementsAre("CLEAR"));
}

TEST(DifferenceTest, TellsOfTheOneRoleThatMaySend) {
  const std::string before =
      absl::StrReplaceAll(SampleText(), {{"roles: [OFFICER, SYSTEM]", "roles: [SYSTEM]"}});
  const auto differences =
      CompareTexts(before,
                   absl::StrReplaceAll(before, {{"withhold_class: [L3]", "omit_class: [L3]"}}))
          .differences;
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_THAT(ValuesOf(differences[0], "role"), ElementsAre("SYSTEM"));
  EXPECT_EQ(differences[0].cases, 2u);  // with persons and without
}

TEST(DifferenceTest, TellsWhichContentIsForbidden) {
  const auto differences = AfterAdding(
      R"( rule { id: "no-machine" effect: FORBID direction: OUT types: [ALERT] urgencies: [U4]
                 origins: [AI_GENERATED] countries: "GB" partner_classes: [NGO] } )");
  ASSERT_EQ(differences.size(), 2u);
  EXPECT_EQ(differences[0].before, "ALLOW");
  EXPECT_EQ(differences[0].after, "DENY at forbid: no-machine");
  EXPECT_THAT(ValuesOf(differences[0], "origin"), ElementsAre("AI_GENERATED"));
  EXPECT_THAT(ValuesOf(differences[0], "urgency"), ElementsAre("U4"));
  EXPECT_THAT(ValuesOf(differences[0], "country"), ElementsAre("GB"));
  EXPECT_THAT(ValuesOf(differences[0], "partner class"), ElementsAre("NGO"));
  EXPECT_THAT(ValuesOf(differences[0], "role"), ElementsAre("OFFICER|SYSTEM"));
  EXPECT_EQ(differences[1].before, "DENY at permit");
  EXPECT_THAT(ValuesOf(differences[1], "role"), ElementsAre("RELEASER"));
}

TEST(DifferenceTest, TellsTheInstantsOfAnAgreementThatEndsEarlier) {
  const auto differences = After("to: \"2026-12-31\"", "to: \"2026-06-30\"");
  ASSERT_THAT(differences, Not(IsEmpty()));
  for (const Difference& difference : differences) {
    EXPECT_EQ(difference.after, "DENY at agreement");
    // From its new end on; at its old end it is over under both.
    EXPECT_THAT(ValuesOf(difference, "agreement"),
                ElementsAre("joint-plan at 2026-06-30T17:00:00Z"));
  }
}

TEST(DifferenceTest, ReportsAForbidWithItsRule) {
  const std::string forbid =
      R"( rule { id: "no-red" effect: FORBID direction: OUT types: [ALERT] carries: [L3] } )";
  const auto differences = AfterAdding(forbid);
  ASSERT_THAT(differences, Not(IsEmpty()));
  for (const Difference& difference : differences) {
    EXPECT_EQ(difference.after, "DENY at forbid: no-red");
    EXPECT_THAT(ValuesOf(difference, "carries"), ElementsAre("L3"));
    EXPECT_THAT(ValuesOf(difference, "type"), ElementsAre("ALERT"));
  }
}

TEST(DifferenceTest, ReportsWhatMustBeDoneToo) {
  const auto differences =
      After("fields { keep_class: [L0, L1, L2, L4, L8]",
            "obligations { release { persons: 2 within: \"4h\" } notice: true }"
            " fields { keep_class: [L0, L1, L2, L4, L8]");
  ASSERT_THAT(differences, Not(IsEmpty()));
  EXPECT_EQ(differences[0].after, "HOLD for 2 persons within 4h, notice");
}

TEST(DifferenceTest, ReportsHowLongItMayBeKept) {
  const auto differences = After("keep_class: [L0, L1, L2] }",
                                 R"(keep_class: [L0, L1, L2] } obligations { retention: "30d" })");
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_EQ(differences[0].before, "ALLOW");
  EXPECT_EQ(differences[0].after, "ALLOW, retention 720h");
}

// The rule is the same, and what it names is not.
TEST(DifferenceTest, ReportsAQuotaThatChanges) {
  std::string before = absl::StrReplaceAll(
      SampleText(),
      {{"fields { keep_class: [L0, L1, L2, L4, L8]",
        "obligations { quota: \"a-day\" } fields { keep_class: [L0, L1, L2, L4, L8]"}});
  ASSERT_NE(before, SampleText());
  before.insert(before.rfind('}'), " quota { id: \"a-day\" per_day: 10 } ");
  const std::string after = absl::StrReplaceAll(before, {{"per_day: 10", "per_day: 20"}});
  const auto differences = CompareTexts(before, after).differences;
  ASSERT_THAT(differences, Not(IsEmpty()));
  EXPECT_THAT(differences[0].before, HasSubstr("per_day: 10"));
  EXPECT_THAT(differences[0].after, HasSubstr("per_day: 20"));
}

TEST(DifferenceTest, TellsWhoLosesALegalBasis) {
  const auto differences =
      After(R"(legal_basis { country: "GB" citation: "Act (invented) 2" })", "");
  ASSERT_EQ(differences.size(), 3u);
  EXPECT_EQ(differences[0].before, "ALLOW");
  EXPECT_EQ(differences[1].before, "DENY at permit");
  EXPECT_THAT(ValuesOf(differences[1], "role"), ElementsAre("RELEASER"));
  EXPECT_EQ(differences[2].before, "ALLOW");  // protective
  for (const Difference& difference : differences) {
    EXPECT_EQ(difference.after, "DENY at legal_basis");
    EXPECT_THAT(ValuesOf(difference, "direction"), ElementsAre("OUT"));
  }
  // Between our country and the partner's, whichever of them is GB; nothing changes at home in VN.
  EXPECT_THAT(ValuesOf(differences[0], "personal data"),
              ElementsAre("sent from GB", "sent from VN"));
  EXPECT_THAT(ValuesOf(differences[0], "country"), ElementsAre("GB", "VN"));
}

// No agreement is asked for, so it goes to partners of which no policy speaks.
TEST(DifferenceTest, TellsWhatIsForbiddenThatNeedsNoAgreement) {
  const auto forbidden =
      AfterAdding(R"( rule { id: "silent" effect: FORBID direction: OUT types: [RECALL] } )");
  std::vector<std::string> partners;
  for (const Difference& difference : forbidden) {
    EXPECT_EQ(difference.before, "ALLOW");
    EXPECT_EQ(difference.after, "DENY at forbid: silent");
    EXPECT_THAT(ValuesOf(difference, "agreement"), IsEmpty());
    partners.push_back(ValuesOf(difference, "partner").at(0));
  }
  EXPECT_THAT(partners, ElementsAre("(any other)", "ho-example"));

  const auto under_one = AfterAdding(
      R"( rule { id: "silent" effect: FORBID direction: OUT partner: "ho-example"
                 agreement: "joint-plan" types: [RECALL] } )");
  ASSERT_EQ(under_one.size(), 1u);
  EXPECT_THAT(ValuesOf(under_one[0], "agreement"), ElementsAre("joint-plan"));
}

TEST(DifferenceTest, TellsOfPersonsWithoutACategory) {
  std::vector<std::string> every;
  const auto& categories = *liaison::payload::v1::SubjectCategory::Code_descriptor();
  for (int i = 0; i < categories.value_count(); ++i) {
    if (categories.value(i)->number() != 0) every.push_back(categories.value(i)->name());
  }
  const auto differences =
      After("roles: [OFFICER, SYSTEM]",
            absl::StrCat("roles: [OFFICER, SYSTEM] subjects: [", absl::StrJoin(every, ", "), "]"));
  ASSERT_THAT(differences, Not(IsEmpty()));
  for (const Difference& difference : differences) {
    EXPECT_EQ(difference.after, "DENY at permit");
    EXPECT_THAT(ValuesOf(difference, "subjects"), Not(IsEmpty()));
    for (const std::string& subjects : ValuesOf(difference, "subjects")) {
      EXPECT_THAT(subjects, HasSubstr("SUBJECT_CATEGORY_UNSPECIFIED"));
    }
  }
}

// An opening is decided on as what it opens, too.
TEST(DifferenceTest, TellsWhichFieldsAreOpenedNoLonger) {
  const std::string before =
      absl::StrReplaceAll(SampleText(), {{"VICTIM_VERIFICATION_REQUEST", "FIELD_OPENING"},
                                         {"roles: [OFFICER, SYSTEM]", "roles: [OFFICER]"}});
  const auto with = [&](const std::string& rule) {
    return CompareTexts(before, before.substr(0, before.rfind('}')) + rule + "}").differences;
  };
  const auto restricted = with(R"(rule { id: "names-stay" effect: RESTRICT direction: OUT
                                         types: [ALERT] fields { omit: "alert.person.name" } })");
  const auto of_openings = [](const std::vector<Difference>& all) {
    std::vector<Difference> some;
    for (const Difference& difference : all) {
      const auto types = ValuesOf(difference, "type");
      if (types == std::vector<std::string>{"FIELD_OPENING of ALERT"}) some.push_back(difference);
    }
    return some;
  };
  ASSERT_THAT(of_openings(restricted), Not(IsEmpty()));
  for (const Difference& difference : of_openings(restricted)) {
    EXPECT_THAT(difference.fields,
                ElementsAre(FieldDifference{"alert.person.name", "accepted", "refused"}));
  }
  const auto held = with(R"(rule { id: "look" effect: HOLD direction: OUT types: [ALERT]
                                   carries: [L2]
                                   obligations { release { persons: 2 within: "4h" } } })");
  ASSERT_THAT(of_openings(held), Not(IsEmpty()));
  EXPECT_THAT(
      of_openings(held)[0].fields,
      Contains(FieldDifference{"alert.person.name", "accepted", "HOLD for 2 persons within 4h"}));
}

TEST(DifferenceTest, LooksAtPartnersOfEitherPolicy) {
  const std::string before = SampleText();
  const std::string after = absl::StrReplaceAll(before, {{"ho-example", "io-example"}});
  bool lost = false, gained = false;
  for (const Difference& difference : CompareTexts(before, after).differences) {
    lost |= ValuesOf(difference, "partner") == std::vector<std::string>{"ho-example"};
    gained |= ValuesOf(difference, "partner") == std::vector<std::string>{"io-example"};
  }
  EXPECT_TRUE(lost);
  EXPECT_TRUE(gained);
}

// Cases that no change touches are not decided: here each is, and what differs is among those told.
TEST(DifferenceTest, MissesNoCaseThatAnEditChanges) {
  const std::string more = R"(
      rule { id: "shy" effect: RESTRICT direction: OUT subjects: [VICTIM] urgencies: [U3, U4]
             fields { withhold_class: [L2] } }
      rule { id: "machine" effect: FORBID direction: OUT max_tlp: AMBER carries: [L3]
             origins: [AI_GENERATED] }
      rule { id: "twice" effect: HOLD direction: OUT subjects: [SUSPECT] carries: [L2]
             obligations { release { persons: 2 within: "4h" } } } )";
  std::string text = SampleText();
  text.insert(text.rfind('}'), more);
  const std::pair<std::string, std::string> edits[] = {
      {"urgencies: [U3, U4]", "urgencies: [U3]"},
      {"origins: [AI_GENERATED]", ""},
      {"subjects: [VICTIM]", "subjects: [WITNESS]"},
      {"subjects: [SUSPECT] carries: [L2]", "carries: [L3]"},
      {"roles: [OFFICER, SYSTEM]", "roles: [OFFICER]"},
      {"withhold_class: [L3]", "omit_class: [L3]"},
      {"keep_class: [L0, L1, L2] }", "keep_class: [L0, L1] }"},
      {"to: \"2026-12-31\"", "to: \"2026-06-30\""},
      {"VICTIM_IDENTIFICATION, THREAT_TO_LIFE]\n    legal", "BORDER_CONTROL]\n    legal"},
      {"keep_class: [L0, L1, L2, L4, L8]", "keep_class: [L0, L1, L2, L4]"}};
  size_t changed = 0;
  for (const auto& [old_text, new_text] : edits) {
    const v1::PolicyFile before = FileOf(text);
    const v1::PolicyFile after = FileOf(absl::StrReplaceAll(text, {{old_text, new_text}}));
    const auto was = Policy::Create(before, "bgc-example", AnyPath);
    const auto is = Policy::Create(after, "bgc-example", AnyPath);
    ASSERT_TRUE(was.ok() && is.ok());
    const auto comparison = Compare(before, after, "bgc-example", AnyPath, Leaves);
    ASSERT_TRUE(comparison.ok()) << comparison.status();
    const v1::Policy* const both[] = {&before.policy(), &after.policy()};
    for (const Region& region : RegionsOf(both)) {
      const std::vector<SchemaLeaf> leaves = Leaves(region.types[0]);  // fields point into them
      EachCase one(region);
      do {
        const std::vector<Field> fields = one.FieldsOf(leaves);
        const Facts facts = one.facts();
        if (Shape((*was)->Decide(facts, fields)) == Shape((*is)->Decide(facts, fields))) continue;
        ++changed;
        EXPECT_TRUE(std::any_of(comparison->differences.begin(), comparison->differences.end(),
                                [&](const Difference& told) { return one.IsAmong(told); }))
            << new_text;
      } while (one.Next());
    }
  }
  EXPECT_GT(changed, 100u);
}

TEST(DifferenceTest, RefusesAFileThatIsNoPolicy) {
  const v1::PolicyFile sample = FileOf(SampleText());
  for (const auto& comparison :
       {Compare(v1::PolicyFile(), sample, "bgc-example", AnyPath, Leaves),
        Compare(sample, v1::PolicyFile(), "bgc-example", AnyPath, Leaves)}) {
    ASSERT_FALSE(comparison.ok());
    EXPECT_EQ(base::GetError(comparison.status())->reason, base::Reason::kValidationFailed);
  }
}

}  // namespace
}  // namespace liaison::policy
