// What is warned of in a policy file that is taken, and what is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "daemon/policy/policy.h"
#include "tests/policy/decide.h"

namespace liaison::policy {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kNow[] = "2026-06-01T00:00:00Z";

v1::PolicyFile CleanFile() {
  v1::PolicyFile file = FileOf(SampleText());
  for (v1::Rule& rule : *file.mutable_policy()->mutable_rule()) {
    rule.set_max_tlp(liaison::payload::v1::Tlp::AMBER_STRICT);
  }
  return file;
}

// A clean policy with more in it.
v1::PolicyFile CleanWith(const std::string& more) {
  v1::PolicyFile file = CleanFile();
  file.MergeFrom(FileOf("policy { " + more + " }"));
  return file;
}

// Each warning, with its place before it.
std::vector<std::string> WarningsOf(const v1::PolicyFile& file) {
  std::vector<std::string> said;
  for (const Warning& warning : Lint(file, AnyLeaves, At(kNow))) {
    said.push_back(warning.where + " " + warning.text);
  }
  return said;
}

constexpr char kBoth[] = "only what both let go goes";

// What is said of the rule that is added to a clean policy, alone.
std::vector<std::string> SaidOf(const std::string& rule) {
  std::vector<std::string> said;
  for (const Warning& warning :
       Lint(CleanWith("rule { id: \"added\" " + rule + " }"), AnyLeaves, At(kNow))) {
    EXPECT_EQ(warning.where, "policy.rule[2]");
    if (warning.text.find(kBoth) == std::string::npos) said.push_back(warning.text);
  }
  return said;
}

TEST(LintTest, HasNothingToSayOfACleanPolicy) { EXPECT_THAT(WarningsOf(CleanFile()), IsEmpty()); }

TEST(LintTest, WarnsOfWhatIsLikelyNotMeant) {
  using liaison::payload::v1::MessageType;
  using liaison::payload::v1::Purpose;
  const struct {
    const char* where;
    const char* words;
    std::function<void(v1::Policy&)> change;
  } rows[] = {
      {"policy.agreement[0]", "suspended",
       [](v1::Policy& p) { p.mutable_agreement(0)->set_suspended(true); }},
      {"policy.agreement[0]", "legal basis",
       [](v1::Policy& p) { p.mutable_agreement(0)->clear_legal_basis(); }},
      {"policy.agreement[0]", "legal basis for both countries",
       [](v1::Policy& p) { p.mutable_agreement(0)->mutable_legal_basis()->RemoveLast(); }},
      {"policy.quota[0]", "no rule names it",
       [](v1::Policy& p) {
         p.add_quota()->set_id("idle");
         p.mutable_quota(0)->set_per_day(1);
       }},
      {"policy.agreement[1]", "overlaps",
       [](v1::Policy& p) {
         v1::Agreement copy = p.agreement(0);
         copy.set_id("second");
         *p.add_agreement() = copy;
       }},
      {"policy.rule[0]", "no agreement with this partner",
       [](v1::Policy& p) { p.mutable_rule(0)->set_partner("io-example"); }},
      {"policy.rule[0]", "type ALERT_HIT",
       [](v1::Policy& p) { p.mutable_rule(0)->add_types(MessageType::ALERT_HIT); }},
      {"policy.rule[0]", "purpose TRAINING",
       [](v1::Policy& p) { p.mutable_rule(0)->add_purposes(Purpose::TRAINING); }},
      {"policy.rule[1]", "rule no forbids all",
       [](v1::Policy& p) {
         v1::Rule& rule = *p.add_rule();
         rule.set_id("no");
         rule.set_effect(v1::Rule::FORBID);
         rule.set_direction(v1::Rule::IN);
       }},
      {"policy.rule[0]", "keeps no field",
       [](v1::Policy& p) { p.mutable_rule(0)->clear_fields(); }},
      {"policy.rule[0]", "TLP:RED", [](v1::Policy& p) { p.mutable_rule(0)->clear_max_tlp(); }},
      {"policy.rule[1]", "no meaning",
       [](v1::Policy& p) { p.mutable_rule(1)->mutable_fields()->add_withhold("a"); }},
      {"policy.rule[1]", "no meaning",
       [](v1::Policy& p) { p.mutable_rule(1)->mutable_fields()->add_pseudonymise("a"); }},
      {"policy.rule[1]", "roles have no meaning",
       [](v1::Policy& p) { p.mutable_rule(1)->add_roles(v1::Rule::OFFICER); }},
      {"policy.rule[0]", "every agreement that it can be used under is suspended or ended",
       [](v1::Policy& p) { p.mutable_agreement(0)->set_suspended(true); }},
      {"policy.rule[0]", "lets a system send TLP:RED",
       [](v1::Policy& p) { p.mutable_rule(0)->set_max_tlp(liaison::payload::v1::Tlp::RED); }},
      {"policy.rule[0]", "class L2 has two",
       [](v1::Policy& p) { p.mutable_rule(0)->mutable_fields()->add_omit_class(Sensitivity::L2); }},
      {"policy.rule[0]", "field a.b is named twice",
       [](v1::Policy& p) {
         p.mutable_rule(0)->mutable_fields()->add_omit("a.b");
         p.mutable_rule(0)->mutable_fields()->add_match_token("a.b");
       }},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.words);
    v1::PolicyFile file = CleanFile();
    row.change(*file.mutable_policy());
    EXPECT_THAT(WarningsOf(file), Contains(AllOf(StartsWith(row.where), HasSubstr(row.words))));
  }
}

TEST(LintTest, WarnsOfAnAgreementThatHasEndedWhenItIsToldTheTime) {
  EXPECT_THAT(Lint(CleanFile(), AnyLeaves, At("2026-12-31T16:59:59Z")), IsEmpty());
  const std::vector<Warning> warnings = Lint(CleanFile(), AnyLeaves, At("2026-12-31T17:00:00Z"));
  ASSERT_EQ(warnings.size(), 3u);
  for (const Warning& warning : warnings) EXPECT_THAT(warning.text, HasSubstr("ended"));
}

// --- Agreements and quotas
// ----------------------------------------------------------------------------------------------

// What is said of a second agreement that is the first but for this.
std::vector<std::string> SaidOfSecond(const std::function<void(v1::Agreement&)>& change) {
  v1::PolicyFile file = CleanFile();
  v1::Agreement second = file.policy().agreement(0);
  second.set_id("second");
  change(second);
  *file.mutable_policy()->add_agreement() = second;
  return WarningsOf(file);
}

TEST(LintAgreementTest, TwoOverlapThatShareADayATypeAndAPurpose) {
  using liaison::payload::v1::Purpose;
  const std::function<void(v1::Agreement&)> sharing[] = {
      [](v1::Agreement& a) { a.mutable_valid()->set_from("2026-12-31"); },
      [](v1::Agreement& a) { a.set_types(0, liaison::payload::v1::ALERT_HIT); },
      [](v1::Agreement& a) { a.set_purposes(0, Purpose::TRAINING); }};
  for (const auto& change : sharing) {
    EXPECT_THAT(SaidOfSecond(change),
                ElementsAre("policy.agreement[1] overlaps in time, types and purposes with "
                            "agreement joint-plan"));
  }
}

TEST(LintAgreementTest, TwoThatShareNotAllOfThemDoNotOverlap) {
  using liaison::payload::v1::Purpose;
  const std::function<void(v1::Agreement&)> apart[] = {
      [](v1::Agreement& a) { a.set_partner("io-example"); },
      [](v1::Agreement& a) {
        a.clear_types();
        a.add_types(liaison::payload::v1::ALERT_HIT);
      },
      [](v1::Agreement& a) {
        a.clear_purposes();
        a.add_purposes(Purpose::TRAINING);
      },
      [](v1::Agreement& a) {
        a.mutable_valid()->set_from("2027-01-01");
        a.mutable_valid()->set_to("2027-12-31");
      }};
  for (const auto& change : apart) EXPECT_THAT(SaidOfSecond(change), IsEmpty());
}

TEST(LintAgreementTest, OneThatEndedTheDayBeforeDoesNotOverlap) {
  const auto said_of_one_until = [](const char* last) {
    return SaidOfSecond([&](v1::Agreement& a) {
      a.mutable_valid()->set_from("2025-01-01");
      a.mutable_valid()->set_to(last);
    });
  };
  const auto ended = HasSubstr("this agreement has ended");
  EXPECT_THAT(said_of_one_until("2025-12-31"), ElementsAre(ended));
  EXPECT_THAT(said_of_one_until("2026-01-01"), ElementsAre(ended, HasSubstr("overlaps")));
}

TEST(LintAgreementTest, APermitIsUsedUnderTheAgreementThatItNamesAlone) {
  const auto said_of_permit = [](const std::string& agreement) {
    v1::PolicyFile file = CleanFile();
    v1::Policy& policy = *file.mutable_policy();
    *policy.add_agreement() = v1::Agreement(policy.agreement(0));
    policy.mutable_agreement(1)->set_id("idle");
    policy.mutable_agreement(1)->set_suspended(true);
    policy.mutable_rule(0)->set_agreement(agreement);
    return WarningsOf(file);
  };
  const auto unreachable = Contains(AllOf(StartsWith("policy.rule[0]"), HasSubstr("unreachable")));
  EXPECT_THAT(said_of_permit("idle"), unreachable);
  EXPECT_THAT(said_of_permit("joint-plan"), Not(unreachable));
  EXPECT_THAT(said_of_permit(""), Not(unreachable));
}

// A permit for alerts about training, under the agreement with alerts and one with training.
TEST(LintAgreementTest, ATypeAndAPurposeOfAPermitStandInOneAgreement) {
  using liaison::payload::v1::Purpose;
  const auto said_when_the_second = [](const std::function<void(v1::Agreement&)>& change) {
    v1::PolicyFile file = CleanFile();
    v1::Policy& policy = *file.mutable_policy();
    v1::Agreement second = policy.agreement(0);
    second.set_id("second");
    second.clear_types();
    second.add_types(liaison::payload::v1::ALERT_HIT);
    second.clear_purposes();
    second.add_purposes(Purpose::TRAINING);
    change(second);
    *policy.add_agreement() = second;
    policy.mutable_rule(1)->clear_purposes();
    policy.mutable_rule(1)->add_purposes(Purpose::TRAINING);
    return WarningsOf(file);
  };
  const auto apart = HasSubstr(
      "unreachable: no agreement that is not over has type ALERT together "
      "with a purpose of this rule; add it to one");
  const auto with_alerts = [](v1::Agreement& a) { a.add_types(liaison::payload::v1::ALERT); };
  EXPECT_THAT(said_when_the_second([](v1::Agreement&) {}), ElementsAre(apart));
  EXPECT_THAT(said_when_the_second(with_alerts), IsEmpty());
  EXPECT_THAT(said_when_the_second([&](v1::Agreement& a) {
                with_alerts(a);
                a.set_suspended(true);
              }),
              Contains(apart));
}

TEST(LintAgreementTest, APurposeThatGoesWithNoTypeOfAPermitIsNamed) {
  using liaison::payload::v1::Purpose;
  v1::PolicyFile file = CleanFile();
  v1::Policy& policy = *file.mutable_policy();
  *policy.add_agreement() = v1::Agreement(policy.agreement(0));
  policy.mutable_agreement(1)->set_id("second");
  policy.mutable_agreement(1)->clear_types();
  policy.mutable_agreement(1)->add_types(liaison::payload::v1::ALERT_HIT);
  policy.mutable_agreement(1)->add_purposes(Purpose::TRAINING);
  policy.mutable_rule(1)->add_purposes(Purpose::TRAINING);
  EXPECT_THAT(WarningsOf(file),
              ElementsAre(AllOf(StartsWith("policy.rule[1] unreachable"),
                                HasSubstr("has purpose TRAINING together with a type"))));
}

TEST(LintAgreementTest, WhatNoAgreementHasAtAllIsSaidOnce) {
  v1::PolicyFile file = CleanFile();
  v1::Rule& permit = *file.mutable_policy()->mutable_rule(1);
  permit.add_types(liaison::payload::v1::ALERT_HIT);
  permit.add_purposes(liaison::payload::v1::Purpose::TRAINING);
  EXPECT_THAT(WarningsOf(file), ElementsAre(HasSubstr("no agreement covers type ALERT_HIT"),
                                            HasSubstr("no agreement covers purpose TRAINING")));
}

TEST(LintQuotaTest, OneThatARuleNamesCounts) {
  v1::PolicyFile file = CleanWith(R"(quota { id: "used" per_day: 1 })");
  file.mutable_policy()->mutable_rule(1)->mutable_obligations()->set_quota("used");
  EXPECT_THAT(WarningsOf(file), IsEmpty());
}

// --- PERMIT
// ----------------------------------------------------------------------------------------------

std::string Permit(const std::string& direction, const std::string& fields,
                   const std::string& more = "") {
  return "effect: PERMIT direction: " + direction + R"( partner: "ho-example" types: ALERT
      purposes: TRAFFICKING_INVESTIGATION max_tlp: AMBER fields { )" +
         fields + " } " + more;
}

TEST(LintPermitTest, WhateverChangesAFieldLetsItGo) {
  const std::string roles = "roles: OFFICER";
  for (const char* fields :
       {"keep_class: L1", R"(keep: "a")", R"(generalise { path: "a.birth" to: YEAR })",
        R"(mask { path: "a" })", R"(pseudonymise: "a")", R"(match_token: "a")"}) {
    EXPECT_THAT(SaidOf(Permit("OUT", fields, roles)), IsEmpty()) << fields;
  }
  for (const char* fields :
       {"", "withhold_class: L1", R"(withhold: "a")", "omit_class: L1", R"(omit: "a")"}) {
    EXPECT_THAT(SaidOf(Permit("OUT", fields, roles)), ElementsAre(HasSubstr("keeps no field")))
        << fields;
  }
}

TEST(LintPermitTest, WhatComesInIsKeptOrOmittedAndNotChanged) {
  for (const char* fields :
       {"withhold_class: L3", R"(withhold: "a")", R"(generalise { path: "a.birth" to: YEAR })",
        R"(mask { path: "a" })", R"(pseudonymise: "a")", R"(match_token: "a")"}) {
    EXPECT_THAT(SaidOf(Permit("IN", std::string("keep_class: L1 ") + fields)),
                ElementsAre(HasSubstr("withholding or changing has no meaning")))
        << fields;
  }
  EXPECT_THAT(SaidOf(Permit("IN", R"(keep_class: L1 keep: "a" omit_class: L3 omit: "b")")),
              IsEmpty());
}

// Of permits that a clean policy has in place of its own.
std::vector<std::string> SaidOfTwo(const std::string& one, const std::string& other) {
  v1::PolicyFile file = CleanFile();
  file.mutable_policy()->clear_rule();
  const std::string all =
      "effect: PERMIT direction: OUT partner: \"ho-example\" purposes: VICTIM_IDENTIFICATION "
      "max_tlp: AMBER fields { keep_class: L1 } ";
  file.MergeFrom(FileOf("policy { rule { id: \"one\" " + all + one + " } rule { id: \"other\" " +
                        all + other + " } }"));
  return WarningsOf(file);
}

TEST(LintPermitTest, TwoForOneMessageAreIntersected) {
  const std::string officers = "types: ALERT roles: OFFICER ";
  EXPECT_THAT(
      SaidOfTwo(officers, officers),
      ElementsAre(AllOf(StartsWith("policy.rule[1] "), HasSubstr("PERMIT one"), HasSubstr(kBoth))));
  EXPECT_THAT(SaidOfTwo(officers, officers + "urgencies: U1"), ElementsAre(HasSubstr(kBoth)));
  EXPECT_THAT(SaidOfTwo(officers + "urgencies: U2", officers + "urgencies: U1"), IsEmpty());
  EXPECT_THAT(SaidOfTwo(officers, "types: ALERT roles: SYSTEM"), IsEmpty());
  EXPECT_THAT(SaidOfTwo(officers, "types: VICTIM_VERIFICATION_REQUEST roles: OFFICER"), IsEmpty());
}

TEST(LintPermitTest, TwoForOtherPersonsAreIntersectedWhereThereIsNone) {
  const std::string officers = "types: ALERT roles: OFFICER subjects: ";
  EXPECT_THAT(SaidOfTwo(officers + "VICTIM", officers + "SUSPECT"),
              ElementsAre(HasSubstr("of a message without persons that PERMIT one covers, too")));
  const std::string anybody = "types: ALERT roles: OFFICER";
  for (const auto& [one, other] : {std::pair(officers + "VICTIM", officers + "[SUSPECT, VICTIM]"),
                                   {officers + "VICTIM", anybody},
                                   {anybody, officers + "VICTIM"},
                                   {anybody, anybody}}) {
    EXPECT_THAT(SaidOfTwo(one, other),
                ElementsAre(HasSubstr("of a message that PERMIT one covers, too")));
  }
}

TEST(LintPermitTest, ARuleThatIsNoPermitIsNotIntersected) {
  const std::string restrict = "effect: RESTRICT fields { omit_class: L2 } ";
  EXPECT_THAT(SaidOf(restrict + "direction: OUT"), IsEmpty());
}

TEST(LintPermitTest, OfficersMaySendRed) {
  v1::PolicyFile file = CleanFile();
  v1::Rule& rule = *file.mutable_policy()->mutable_rule(0);
  rule.set_max_tlp(liaison::payload::v1::Tlp::RED);
  EXPECT_THAT(WarningsOf(file), ElementsAre(HasSubstr("lets a system send TLP:RED")));
  rule.clear_roles();
  rule.add_roles(v1::Rule::OFFICER);
  EXPECT_THAT(WarningsOf(file), IsEmpty());
}

// --- FORBID, RESTRICT, HOLD
// ----------------------------------------------------------------------------------------------

TEST(LintTighteningTest, WarnsOfARestrictThatRestrictsNothing) {
  const std::string head = "effect: RESTRICT direction: OUT partner: \"ho-example\" ";
  EXPECT_THAT(SaidOf(head + "fields { withhold_class: L2 }"), IsEmpty());
  EXPECT_THAT(SaidOf(head + "fields { withhold_class: L3 }"),
              ElementsAre(HasSubstr("every PERMIT that it meets is as strict")));
  EXPECT_THAT(SaidOf(head + "types: ALERT_HIT fields { withhold_class: L2 }"),
              ElementsAre(HasSubstr("no PERMIT lets pass")));
  EXPECT_THAT(SaidOf("effect: RESTRICT direction: OUT fields { omit_class: L6 }"),
              ElementsAre(HasSubstr("L6 is always omitted")));
  EXPECT_THAT(SaidOf("effect: RESTRICT direction: OUT fields { withhold_class: L3 }"), IsEmpty())
      << "it stands guard for permits that are still to be written";
}

TEST(LintTighteningTest, ARestrictOfMoreThanSourcesRestricts) {
  const std::string head = "effect: RESTRICT direction: OUT ";
  for (const char* fields : {"omit_class: L5", "omit_class: [L5, L6]", "omit_class: [L6, L5]",
                             R"(omit_class: L6 omit: "a")"}) {
    EXPECT_THAT(SaidOf(head + "fields { " + fields + " }"), IsEmpty()) << fields;
  }
}

TEST(LintTighteningTest, ARestrictThatOnePermitNeedsRestricts) {
  const std::string narrow =
      "rule { id: \"narrow\" " + Permit("OUT", "keep_class: L1", "roles: OFFICER") + " }";
  const std::string restrict = R"(rule { id: "less" effect: RESTRICT direction: OUT
                                         partner: "ho-example" fields { withhold_class: L2 } })";
  const auto said_of_both = ElementsAre(HasSubstr(kBoth));  // of the permits alone
  EXPECT_THAT(WarningsOf(CleanWith(narrow + restrict)), said_of_both);
  EXPECT_THAT(WarningsOf(CleanWith(restrict + narrow)), said_of_both);
}

TEST(LintTighteningTest, AForbidStandsGuardForPermitsToCome) {
  EXPECT_THAT(SaidOf("effect: FORBID direction: OUT partner: \"ho-example\" types: ALERT_HIT"),
              IsEmpty());
}

TEST(LintTighteningTest, APartnerWithoutAnAgreementIsLikelyMisspelled) {
  for (const char* effect : {"FORBID", "RESTRICT fields { omit_class: L2 }",
                             "HOLD obligations { release { persons: 2 within: \"1h\" } }"}) {
    const std::string rule = std::string("direction: OUT types: ALERT effect: ") + effect;
    EXPECT_THAT(SaidOf(rule + " partner: \"ho-exmaple\""),
                ElementsAre(HasSubstr("no agreement with this partner")))
        << effect;
    EXPECT_THAT(SaidOf(rule + " partner: \"ho-example\""),
                Not(Contains(HasSubstr("no agreement with this partner"))));
  }
}

// It restricts no field.
TEST(LintTighteningTest, AHoldNeedsAPermitThatItMeets) {
  const std::string head = R"(effect: HOLD direction: OUT partner: "ho-example"
                              obligations { release { persons: 2 within: "1h" } } )";
  EXPECT_THAT(SaidOf(head + "types: ALERT"), IsEmpty());
  EXPECT_THAT(SaidOf(head + "types: ALERT_HIT"), ElementsAre(HasSubstr("no PERMIT lets pass")));
}

TEST(LintTighteningTest, WarnsOfARuleThatStopsRecalls) {
  const std::string hold =
      R"(effect: HOLD direction: OUT obligations { release { persons: 2 within: "1h" } } )";
  const std::string restrict = "effect: RESTRICT direction: OUT ";
  for (const char* condition : {"", "purposes: DRUG_CRIME", "carries: [L1, L8]"}) {
    EXPECT_THAT(SaidOf(hold + condition), ElementsAre(HasSubstr("holds RECALL"))) << condition;
  }
  EXPECT_THAT(SaidOf("effect: FORBID direction: OUT carries: L1"),
              ElementsAre(AllOf(HasSubstr("refuses RECALL"), HasSubstr("name in types"))));
  EXPECT_THAT(SaidOf("effect: FORBID direction: OUT partner: \"io-example\""),
              ElementsAre(HasSubstr("RECALL"), HasSubstr("no agreement")));
  EXPECT_THAT(SaidOf(restrict + "fields { omit_class: [L0, L1] }"),
              ElementsAre(HasSubstr("takes fields out of RECALL")));
  for (const char* condition : {"types: ALERT", "subjects: SUSPECT", "carries: L8"}) {
    EXPECT_THAT(SaidOf(hold + condition), IsEmpty()) << condition;
  }
}

// A recall needs no PERMIT.
TEST(LintTighteningTest, WhatStopsRecallsHasAnEffect) {
  const std::string hold = R"(effect: HOLD direction: OUT partner: "ho-example"
                              obligations { release { persons: 2 within: "1h" } } )";
  EXPECT_THAT(SaidOf(hold + "types: RECALL"), IsEmpty());
  EXPECT_THAT(SaidOf(hold + "purposes: DRUG_CRIME"), ElementsAre(HasSubstr("holds RECALL")));
}

// It holds an answer without any person, and what opens or passes on a field of one.
TEST(LintTighteningTest, AHoldOfAnswersMeetsPermitsForOtherPersons) {
  const auto said_beside = [](const std::string& type) {
    return WarningsOf(CleanWith(R"(
        rule { id: "answers" effect: PERMIT direction: OUT partner: "ho-example" types: )" +
                                type + R"( purposes: VICTIM_IDENTIFICATION subjects: RETURNEE
               max_tlp: AMBER roles: OFFICER fields { keep_class: L2 } }
        rule { id: "look" effect: HOLD direction: OUT partner: "ho-example" subjects: VICTIM
               types: VICTIM_VERIFICATION_RESPONSE
               obligations { release { persons: 2 within: "1h" } } })"));
  };
  const auto no_effect = Contains(HasSubstr("has no effect"));
  EXPECT_THAT(said_beside("VICTIM_VERIFICATION_RESPONSE"), Not(no_effect));
  EXPECT_THAT(said_beside("FORWARDED_ITEM"), Not(no_effect));
  EXPECT_THAT(said_beside("ALERT_HIT"), no_effect);
}

TEST(LintTighteningTest, WhatTightensMeetsWhatIsPassedOnOrOpenedOfItsTypes) {
  const auto said_beside = [](const std::string& type) {
    return WarningsOf(CleanWith(R"(
        rule { id: "more" effect: PERMIT direction: OUT partner: "ho-example" types: )" +
                                type + R"( purposes: VICTIM_IDENTIFICATION
               max_tlp: AMBER roles: OFFICER fields { keep_class: L2 } }
        rule { id: "less" effect: RESTRICT direction: OUT partner: "ho-example"
               types: INTELLIGENCE_NOTICE fields { omit_class: L2 } })"));
  };
  const auto no_effect = Contains(HasSubstr("has no effect"));
  EXPECT_THAT(said_beside("FORWARDED_ITEM"), Not(no_effect));
  EXPECT_THAT(said_beside("FIELD_OPENING"), Not(no_effect));
  EXPECT_THAT(said_beside("ALERT_HIT"), no_effect);
}

TEST(LintTighteningTest, ARestrictOfWhatComesInRefusesTheMessage) {
  const std::string head = "effect: RESTRICT types: ALERT direction: ";
  for (const char* fields :
       {"omit_class: L2", R"(omit: "b")", R"(generalise { path: "a.birth" to: YEAR })"}) {
    const std::string what = std::string(" fields { ") + fields + " }";
    EXPECT_THAT(SaidOf(head + "IN" + what),
                ElementsAre(AllOf(HasSubstr("is refused"), HasSubstr("FORBID with types and carries"))))
        << fields;
    EXPECT_THAT(SaidOf(head + "OUT" + what), IsEmpty()) << fields;
  }
  EXPECT_THAT(SaidOf("effect: RESTRICT direction: IN fields { omit_class: L1 }"),
              Contains(HasSubstr("refuses RECALL")));
  EXPECT_THAT(SaidOf("effect: FORBID direction: IN types: ALERT_HIT"), IsEmpty());
  EXPECT_THAT(SaidOf(head + "IN fields { omit_class: L6 }"),
              ElementsAre(HasSubstr("restricts nothing")));
}

}  // namespace
}  // namespace liaison::policy
