// The starting policy: what its rules of protection take away from a policy that permits
// everything, and that the example policies hold the same rules.
#include <set>

#include "daemon/ruling/facts.h"
#include "tests/partners/starting_policy.h"

namespace liaison::policy {
namespace {

using ::testing::Contains;
using ::testing::SizeIs;

TEST(StartingPolicyTest, StandsRuleByRuleInEveryExample) {
  const v1::PolicyFile starting = FileAt("starting-policy");
  for (const char* example : {"bgc-example", "ho-example", "io-example"}) {
    std::vector<std::string> rules;
    const v1::PolicyFile file = FileAt(example);
    for (const v1::Rule& rule : file.policy().rule()) rules.push_back(rule.DebugString());
    for (const v1::Rule& rule : starting.policy().rule()) {
      EXPECT_THAT(rules, Contains(rule.DebugString())) << example;
    }
  }
}

TEST(StartingPolicyTest, GivesTheLinterNothingToSay) {
  for (const Warning& warning :
       Lint(FileAt("starting-policy"), ruling::SchemaFieldsOf, absl::InfinitePast())) {
    ADD_FAILURE() << warning.where << " " << warning.text;
  }
}

TEST_F(ProtectionRulesTest, LetAPlainMessageGoWhole) {
  const Decision decision =
      Decide([](Facts&) {}, {kTitle,
                             {"notice.persons.gender", Sensitivity::L2},
                             {"notice.persons.migration.types", Sensitivity::L4}});
  EXPECT_EQ(decision.outcome, Outcome::kAllow) << decision.missing;
  for (const FieldFate& fate : decision.fields) EXPECT_EQ(fate.action, Action::kKeep);
}

TEST_F(ProtectionRulesTest, D05KeepsBiometricsFromAllWhoDoNotProtectPeople) {
  const std::pair<v1::PartnerClass, Action> rows[] = {
      {v1::LAW_ENFORCEMENT, Action::kOmit},
      {v1::MINISTRY, Action::kOmit},
      {v1::INTERNATIONAL_ORGANISATION, Action::kKeep},
      {v1::NGO, Action::kKeep}};
  const std::vector<Place> places = PlacesBelow("Biometric");
  EXPECT_EQ(places.size(), 16U) << "four fields in every message with a person";
  for (const auto& [kind, action] : rows) {
    for (const Place& place : places) {
      for (int code = 1; code < SubjectCategory::Code_ARRAYSIZE; ++code) {
        const auto subject = static_cast<SubjectCategory::Code>(code);
        if (IsSuspect(subject)) continue;
        const auto fate = FateOf(
            [&, kind = kind](Facts& f) {
              f.partner_class = kind;
              f.subjects = {subject};
            },
            {place.leaf.path, Sensitivity::L2});
        EXPECT_EQ(fate, action) << kind << " " << place.leaf.path << " " << subject;
      }
    }
  }
}

// Built in. Here, because it goes by the name that the field has wherever the schema has it.
TEST_F(ProtectionRulesTest, D05KeepsBiometricsOfSuspectsTooWhereAChildIs) {
  for (const Place& place : PlacesBelow("Biometric")) {
    const auto fate = [&](bool child) {
      return FateOf(
          [&](Facts& f) {
            f.subjects = {SubjectCategory::SUSPECT};
            f.has_possible_child = child;
            f.handling.set_tlp(Tlp::RED);
            f.named_recipients = {"officer-1"};
          },
          {place.leaf.path, Sensitivity::L2});
    };
    EXPECT_EQ(fate(true), Action::kOmit) << place.leaf.path;
    EXPECT_EQ(fate(false), Action::kKeep) << place.leaf.path;
  }
}

TEST_F(ProtectionRulesTest, D09TellsSupportersNothingOfSuspects) {
  for (const auto kind : {v1::NGO, v1::INTERNATIONAL_ORGANISATION}) {
    for (const auto subject :
         {SubjectCategory::SUSPECT, SubjectCategory::ARRESTED, SubjectCategory::CONVICTED}) {
      ExpectEnds(Decide([&](Facts& f) {
                   f.partner_class = kind;
                   f.subjects = {SubjectCategory::VICTIM, subject};
                 }),
                 Outcome::kDeny, "d-09-no-suspects-to-supporters");
    }
  }
}

TEST_F(ProtectionRulesTest, D09TellsFundersNothingOfPersons) {
  const auto funder = [](Facts& f) { f.partner_class = v1::FUNDER; };
  EXPECT_EQ(Decide(funder).outcome, Outcome::kAllow);
  for (const auto sens : {Sensitivity::L2, Sensitivity::L3, Sensitivity::L4, Sensitivity::L5,
                          Sensitivity::L7, Sensitivity::L8}) {
    ExpectEnds(Decide(funder, {kTitle, {"notice.x", sens}}), Outcome::kDeny,
               "d-09-no-persons-to-funders");
  }
}

TEST_F(ProtectionRulesTest, D10LetsNoVerificationServeACase) {
  using liaison::payload::v1::MessageType;
  const auto serving = [&](MessageType type, MessageType inner, Purpose::Code purpose) {
    return Decide([&](Facts& f) {
      f.type = type;
      f.inner = inner;
      f.subjects = {};
      f.purposes = {Purpose::VICTIM_IDENTIFICATION, purpose};
    });
  };
  constexpr auto kNone = liaison::payload::v1::MESSAGE_TYPE_UNSPECIFIED;
  constexpr auto kPassedOn = liaison::payload::v1::FORWARDED_ITEM;
  for (const auto type : {liaison::payload::v1::VICTIM_VERIFICATION_REQUEST,
                          liaison::payload::v1::VICTIM_VERIFICATION_RESPONSE}) {
    for (const auto purpose :
         {Purpose::BORDER_CONTROL, Purpose::DRUG_CRIME, Purpose::TRAFFICKING_PROSECUTION}) {
      ExpectEnds(serving(type, kNone, purpose), Outcome::kDeny, "d-10-verification-serves-no-case");
      ExpectEnds(serving(kPassedOn, type, purpose), Outcome::kDeny,
                 "d-10-verification-serves-no-case");
    }
    EXPECT_EQ(serving(type, kNone, Purpose::TRAFFICKING_INVESTIGATION).outcome, Outcome::kAllow);
  }
}

TEST_F(ProtectionRulesTest, D18KeepsPlacesHereUnlessALifeIsInDanger) {
  const Leaf street = {"notice.persons.home_address.street", Sensitivity::L5};
  for (const auto urgency : {Urgency::U2, Urgency::U3, Urgency::U4}) {
    EXPECT_EQ(FateOf([&](Facts& f) { f.urgency = urgency; }, street), Action::kOmit);
  }
  const auto danger = [](Facts& f) {
    f.urgency = Urgency::U1;
    f.handling.set_tlp(Tlp::RED);
    f.named_recipients = {"officer-1"};
  };
  EXPECT_EQ(FateOf(danger, street), Action::kKeep);
  ExpectEnds(Decide([](Facts& f) { f.urgency = Urgency::U1; }, {kTitle, street}), Outcome::kDeny,
             "d-18-places-for-named-people-alone");
}

TEST_F(ProtectionRulesTest, D18TellsNamedPeopleAloneWhateverIsSetAside) {
  const Leaf street = {"notice.persons.home_address.street", Sensitivity::L5};
  const auto aside = [](Facts& f) {
    f.urgency = Urgency::U3;
    f.derogations = {"d-18-places-stay-here"};
    f.releases = 1;
  };
  EXPECT_EQ(FateOf(aside, street), Action::kOmit);
  const auto named = [&](Facts& f) {
    aside(f);
    f.handling.set_tlp(Tlp::RED);
    f.named_recipients = {"officer-1"};
  };
  EXPECT_EQ(FateOf(named, street), Action::kKeep);
}

TEST_F(ProtectionRulesTest, D19HoldsSpecialCategoriesForThePolice) {
  const auto police = [](Facts& f) { f.partner_class = v1::LAW_ENFORCEMENT; };
  const std::vector<Leaf> special = {kTitle, {"notice.persons.migration.types", Sensitivity::L4}};
  ExpectEnds(Decide(police, special), Outcome::kHold, "d-19-second-look-at-special-categories");
  EXPECT_EQ(Decide(police).outcome, Outcome::kAllow);
  EXPECT_EQ(Decide([](Facts&) {}, special).outcome, Outcome::kAllow) << "a ministry";
}

// Wherever the schema has them: a new place, or a new field in an old one, is not forgotten.
TEST_F(ProtectionRulesTest, D19KeepsTheHealthOfVictimsFromThePolice) {
  std::vector<Place> places = PlacesBelow("Vulnerability");
  EXPECT_THAT(places, SizeIs(testing::Ge(4U)));
  size_t sexual = 0;
  for (const Place& place : PlacesBelow("VictimContext")) {
    const bool names_it = absl::StartsWith(place.below, "sexual_exploitation");
    sexual += names_it ? 1 : 0;
    if (names_it || place.leaf.sens == Sensitivity::L8) places.push_back(place);
  }
  EXPECT_EQ(sexual, 10U) << "of every message with a victim";
  for (const Place& place : places) {
    for (int code = 1; code < SubjectCategory::Code_ARRAYSIZE; ++code) {
      const auto subject = static_cast<SubjectCategory::Code>(code);
      if (IsSuspect(subject)) continue;
      const Decision decision = Decide(
          [&](Facts& f) {
            f.partner_class = v1::LAW_ENFORCEMENT;
            f.type = place.type;
            f.subjects = {subject};
          },
          {kTitle, place.leaf});
      ASSERT_EQ(decision.fields.size(), 2U) << place.leaf.path;
      EXPECT_EQ(decision.fields[1].action, Action::kOmit) << place.leaf.path << " " << subject;
    }
  }
}

TEST_F(ProtectionRulesTest, D19LetsNoSpecialCategoryPassUnseenButTheThreeOfAVerification) {
  const std::string kAnswer = "victim_verification_response.victim_assertion";
  std::set<std::string> unseen;
  const auto* const types = liaison::payload::v1::MessageType_descriptor();
  for (int i = 1; i < types->value_count(); ++i) {
    const auto type = static_cast<liaison::payload::v1::MessageType>(types->value(i)->number());
    for (const payload::SchemaLeaf& leaf : payload::SchemaLeaves(type)) {
      if (leaf.sens != Sensitivity::L4) continue;
      const Decision decision = Decide(
          [&](Facts& f) {
            f.partner_class = v1::LAW_ENFORCEMENT;
            f.type = type;
            f.subjects = {SubjectCategory::RETURNEE};
          },
          {kTitle, {leaf.path, leaf.sens}});
      if (decision.outcome == Outcome::kHold) continue;
      ASSERT_EQ(decision.outcome, Outcome::kAllow) << leaf.path << " " << decision.missing;
      if (!Goes(decision.fields[1].action)) continue;
      const bool answer = absl::StartsWith(leaf.path, kAnswer + ".");
      unseen.insert(answer ? kAnswer : leaf.path);
    }
  }
  EXPECT_THAT(unseen, testing::UnorderedElementsAre(
                          "victim_verification_request.present_situation",
                          "victim_verification_request.risk_if_authorities_informed", kAnswer));
}

TEST_F(ProtectionRulesTest, D21TellsNothingOfVictimsForBorderOrDrugCases) {
  for (const auto purpose : {Purpose::BORDER_CONTROL, Purpose::DRUG_CRIME}) {
    const auto of = [&](SubjectCategory::Code subject) {
      return Decide([&](Facts& f) {
        f.purposes = {purpose};
        f.subjects = {subject};
      });
    };
    ExpectEnds(of(SubjectCategory::VICTIM), Outcome::kDeny,
               "d-21-no-victims-for-border-or-drug-cases");
    ExpectEnds(of(SubjectCategory::SUSPECTED_VICTIM), Outcome::kDeny,
               "d-21-no-victims-for-border-or-drug-cases");
    EXPECT_EQ(of(SubjectCategory::SUSPECT).outcome, Outcome::kAllow);
  }
}

TEST_F(ProtectionRulesTest, D22HoldsSuspectsAndOperationsForCountriesOnTheList) {
  for (const char* country : {"QM", "QN"}) {
    const auto there = [&](Facts& f) {
      f.partner_country = country;
      f.partner_class = v1::NGO;  // of which no class is asked here
    };
    EXPECT_EQ(Decide(there).outcome, Outcome::kAllow);
    for (const auto subject :
         {SubjectCategory::SUSPECT, SubjectCategory::ARRESTED, SubjectCategory::CONVICTED}) {
      ExpectEnds(Decide([&](Facts& f) {
                   f.partner_country = country;
                   f.subjects = {subject};
                 }),
                 Outcome::kHold, "d-22-second-look-at-suspects-for-risk-countries");
    }
  }
  EXPECT_EQ(Decide([](Facts& f) { f.subjects = {SubjectCategory::SUSPECT}; }).outcome,
            Outcome::kAllow);
}

TEST_F(ProtectionRulesTest, D22HoldsWhatIsPlannedForCountriesOnTheList) {
  const auto there = [](Facts& f) {
    f.partner_country = "QM";
    f.partner_class = v1::PARTNER_CLASS_UNSPECIFIED;  // else L7 does not go at all
  };
  ExpectEnds(Decide(there, {kTitle, {"notice.plan", Sensitivity::L7}}), Outcome::kHold,
             "d-22-second-look-at-operations-for-risk-countries");
}

TEST_F(ProtectionRulesTest, D23HoldsWhatAMachineSaysOfAVictim) {
  const std::vector<Leaf> personal = {kTitle, {"notice.persons.gender", Sensitivity::L2}};
  const auto by = [&](Origin::Code origin, v1::Rule::Role role = v1::Rule::OFFICER,
                      SubjectCategory::Code subject = SubjectCategory::VICTIM) {
    return Decide(
        [&](Facts& f) {
          f.origin = origin;
          f.role = role;
          f.subjects = {subject};
        },
        personal);
  };
  for (const auto origin : {Origin::AUTOMATED_RULE, Origin::AI_GENERATED}) {
    ExpectEnds(by(origin), Outcome::kHold, "d-23-second-look-at-what-a-machine-wrote");
    EXPECT_EQ(by(origin, v1::Rule::OFFICER, SubjectCategory::SUSPECT).outcome, Outcome::kAllow);
  }
  EXPECT_EQ(by(Origin::HUMAN_GENERATED, v1::Rule::SYSTEM).outcome, Outcome::kAllow);
  EXPECT_EQ(by(Origin::ORIGIN_UNSPECIFIED).outcome, Outcome::kAllow);
  ExpectEnds(by(Origin::ORIGIN_UNSPECIFIED, v1::Rule::SYSTEM), Outcome::kHold,
             "d-23-second-look-at-what-a-system-does-not-explain");
}

TEST_F(ProtectionRulesTest, D23HoldsEveryAlertOfAMachineAboutAPerson) {
  const auto alert = [&](Origin::Code origin, v1::Rule::Role role,
                         std::vector<SubjectCategory::Code> subjects) {
    return Decide(
        [&](Facts& f) {
          f.type = liaison::payload::v1::ALERT;
          f.origin = origin;
          f.role = role;
          f.subjects = std::move(subjects);
        },
        {{"alert.what_to_do", Sensitivity::L1}});
  };
  const auto* const categories = SubjectCategory::Code_descriptor();
  for (int i = 1; i < categories->value_count(); ++i) {
    const auto subject = static_cast<SubjectCategory::Code>(categories->value(i)->number());
    for (const auto role : {v1::Rule::OFFICER, v1::Rule::SYSTEM}) {
      for (const auto origin : {Origin::AUTOMATED_RULE, Origin::AI_GENERATED}) {
        ExpectEnds(alert(origin, role, {subject}), Outcome::kHold,
                   "d-23-second-look-at-alerts-of-machines");
        EXPECT_EQ(alert(origin, role, {}).outcome, Outcome::kAllow);
      }
      EXPECT_EQ(alert(Origin::HUMAN_GENERATED, role, {subject}).outcome, Outcome::kAllow);
    }
    ExpectEnds(alert(Origin::ORIGIN_UNSPECIFIED, v1::Rule::SYSTEM, {subject}), Outcome::kHold,
               "d-23-second-look-at-alerts-that-a-system-does-not-explain");
    EXPECT_EQ(alert(Origin::UNCERTAIN, v1::Rule::OFFICER, {subject}).outcome, Outcome::kAllow);
  }
}

}  // namespace
}  // namespace liaison::policy
