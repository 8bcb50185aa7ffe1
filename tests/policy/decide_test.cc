// The steps of a decision beside labels, consent and fields: what lets a message pass and what does
// not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/policy/policy.h"
#include "tests/policy/decide.h"

namespace liaison::policy {
namespace {

using base::Reason;
using liaison::payload::v1::LegalBasis;
using liaison::payload::v1::Purpose;
using liaison::payload::v1::Tlp;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(DecideTest, AllowsWhatAPermitAllows) {
  const Decision decision = DecideWith([](Facts&) {});
  ExpectAllowed(decision);
  EXPECT_EQ(decision.step, Step::kDone);
  EXPECT_THAT(decision.rules, ElementsAre("alerts-out"));
  ASSERT_EQ(decision.fields.size(), 1u);
  EXPECT_EQ(decision.fields[0].action, Action::kKeep);
  EXPECT_EQ(decision.fields[0].rule, "alerts-out");
}

TEST(DecideTest, DeniesACallerWithoutARole) {
  ExpectDenied(DecideWith([](Facts& f) { f.role = v1::Rule::ROLE_UNSPECIFIED; }), Step::kCallerRole,
               Reason::kRoleMissing, "builtin:role");
  ExpectDenied(DecideWith([](Facts& f) { f.role = static_cast<v1::Rule::Role>(99); }),
               Step::kCallerRole, Reason::kRoleMissing, "builtin:role");
}

TEST(DecideTest, DeniesAPartnerThatIsNotActive) {
  ExpectDenied(DecideWith([](Facts& f) { f.partner_active = false; }), Step::kPartner,
               Reason::kPolicyDenied, "builtin:partner-active");
}

// --- D-03 and D-01: the agreement
// -----------------------------------------------------------------------------------

TEST(AgreementStepTest, DeniesWithoutAnAgreementOfThisPartner) {
  for (const char* id : {"", "another", "joint-plan-2"}) {
    ExpectDenied(DecideWith([&](Facts& f) { f.agreement_id = id; }), Step::kAgreement,
                 Reason::kAgreementNotInForce, "builtin:D-03");
  }
  ExpectDenied(DecideWith([](Facts& f) { f.partner = "io-example"; }), Step::kAgreement,
               Reason::kAgreementNotInForce, "builtin:D-03");
}

TEST(AgreementStepTest, DoesNotRepeatAnIdThatTheMessageMadeUp) {
  EXPECT_THAT(DecideWith([](Facts& f) { f.agreement_id = "made-up"; }).missing,
              Not(HasSubstr("made-up")));
}

TEST(AgreementStepTest, IsInForceFromTheFirstMidnightToTheLastInItsZone) {
  // 00:00 of 1 January and 24:00 of 31 December 2026, seven hours ahead of UTC.
  const auto at = [](std::string_view time) {
    return DecideWith([&](Facts& f) { f.now = At(time); });
  };
  const auto denied = [](const Decision& decision, std::string_view why) {
    ExpectDenied(decision, Step::kAgreement, Reason::kAgreementNotInForce, "builtin:D-03");
    EXPECT_THAT(decision.missing, HasSubstr(std::string(why)));
  };
  denied(at("2025-12-31T16:59:59.999Z"), "not yet");
  ExpectAllowed(at("2025-12-31T17:00:00Z"));
  ExpectAllowed(at("2026-12-31T16:59:59.999Z"));
  denied(at("2026-12-31T17:00:00Z"), "ended");
}

TEST(AgreementStepTest, DeniesASuspendedAgreement) {
  v1::PolicyFile file = FileOf(SampleText());
  file.mutable_policy()->mutable_agreement(0)->set_suspended(true);
  const Decision decision = PolicyOf(file)->Decide(SampleFacts(), SampleFields());
  ExpectDenied(decision, Step::kAgreement, Reason::kAgreementNotInForce, "builtin:D-03");
}

TEST(AgreementStepTest, DeniesATypeThatTheAgreementDoesNotCover) {
  for (const int type : {0, 10, 15, 4711}) {
    ExpectDenied(DecideWith([&](Facts& f) {
                   f.type = static_cast<liaison::payload::v1::MessageType>(type);
                 }),
                 Step::kAgreement, Reason::kPolicyDenied, "builtin:D-03");
  }
}

TEST(AgreementStepTest, DeniesAMessageWithoutPurposeOrWithOneThatIsNotCovered) {
  const std::vector<std::vector<int>> refused = {
      {},
      {0},
      {Purpose::DRUG_CRIME},
      {Purpose::TRAFFICKING_INVESTIGATION, Purpose::DRUG_CRIME},
      {99}};
  for (const std::vector<int>& purposes : refused) {
    const Decision decision = DecideWith([&](Facts& f) {
      f.purposes.clear();
      for (int p : purposes) f.purposes.push_back(static_cast<Purpose::Code>(p));
    });
    ExpectDenied(decision, Step::kAgreement, Reason::kPolicyDenied, "builtin:D-01");
  }
}

// --- D-02: legal bases
// ----------------------------------------------------------------------------------------------

TEST(LegalBasisStepTest, PersonalDataNeedsABasisOfBothCountries) {
  const auto with = [](std::vector<LegalBasis> bases) {
    return DecideWith([&](Facts& f) {
      f.has_personal_data = true;
      f.legal_bases = bases;
    });
  };
  ExpectAllowed(with({Basis("VN"), Basis("GB")}));
  const std::vector<std::vector<LegalBasis>> refused = {
      {},
      {Basis("VN")},
      {Basis("GB")},
      {Basis("VN"), Basis("FR")},
      {Basis("VN"), Basis("GB", LegalBasis::LEGAL_BASIS_UNSPECIFIED)},
      {Basis("VN", static_cast<LegalBasis::Code>(99)), Basis("GB")}};
  for (const auto& bases : refused) {
    ExpectDenied(with(bases), Step::kLegalBasis, Reason::kPolicyDenied, "builtin:D-02");
  }
}

TEST(LegalBasisStepTest, TheAgreementCitesBothCountriesToo) {
  for (int i = 0; i < 2; ++i) {
    v1::PolicyFile file = FileOf(SampleText());
    file.mutable_policy()->mutable_agreement(0)->mutable_legal_basis()->DeleteSubrange(i, 1);
    Facts facts = SampleFacts();
    facts.has_personal_data = true;
    facts.legal_bases = {Basis("VN"), Basis("GB")};
    ExpectDenied(PolicyOf(file)->Decide(facts, SampleFields()), Step::kLegalBasis,
                 Reason::kPolicyDenied, "builtin:D-02");
  }
}

// --- FORBID and PERMIT
// ----------------------------------------------------------------------------------------------

TEST(ForbidStepTest, ForbidWinsOverPermit) {
  const std::string matching[] = {
      R"(rule { id: "no" effect: FORBID direction: OUT })",
      R"(rule { id: "no" effect: FORBID direction: OUT partner: "ho-example" })",
      R"(rule { id: "no" effect: FORBID direction: OUT types: [ALERT, ALERT_HIT] })",
      R"(rule { id: "no" effect: FORBID direction: OUT purposes: [TRAINING, TRAFFICKING_INVESTIGATION] })",
      R"(rule { id: "no" effect: FORBID direction: OUT roles: [OFFICER] })",
      R"(rule { id: "no" effect: FORBID direction: OUT max_tlp: AMBER_STRICT })",
      R"(rule { id: "no" effect: FORBID direction: OUT agreement: "joint-plan" })"};
  for (const std::string& rule : matching) {
    SCOPED_TRACE(rule);
    ExpectDenied(DecideWith([](Facts&) {}, SampleFields(), With(rule)), Step::kForbid,
                 Reason::kPolicyDenied, "no");
  }
}

TEST(ForbidStepTest, AForbidOfAnotherKindDoesNotMatch) {
  const std::string others[] = {
      R"(rule { id: "no" effect: FORBID direction: IN })",
      R"(rule { id: "no" effect: FORBID direction: OUT partner: "io-example" })",
      R"(rule { id: "no" effect: FORBID direction: OUT types: [ALERT_HIT] })",
      R"(rule { id: "no" effect: FORBID direction: OUT purposes: [TRAINING] })",
      R"(rule { id: "no" effect: FORBID direction: OUT roles: [SYSTEM] })",
      R"(rule { id: "no" effect: FORBID direction: OUT max_tlp: AMBER })"};
  for (const std::string& rule : others) {
    SCOPED_TRACE(rule);
    ExpectAllowed(DecideWith([](Facts&) {}, SampleFields(), With(rule)));
  }
}

TEST(ForbidStepTest, NamesEveryForbidInOrderOfId) {
  const Decision decision =
      DecideWith([](Facts&) {}, SampleFields(),
                 With(R"(rule { id: "z" effect: FORBID direction: OUT types: [ALERT] }
                         rule { id: "b" effect: FORBID direction: OUT }
                         rule { id: "m" effect: FORBID direction: OUT partner: "ho-example" })"));
  EXPECT_THAT(decision.rules, ElementsAre("b", "m", "z"));
}

TEST(PermitStepTest, DeniesWhatNoPermitCoversAndSaysWhichConditionFails) {
  const struct {
    Change change;
    std::string words;
  } rows[] = {{[](Facts& f) { f.role = v1::Rule::RELEASER; }, "caller's role"},
              {[](Facts& f) {
                 f.direction = Direction::kIn;
                 f.type = liaison::payload::v1::VICTIM_VERIFICATION_REQUEST;
               },
               "no rule permits"},
              {[](Facts& f) {
                 f.direction = Direction::kIn;
                 f.purposes = {Purpose::VICTIM_IDENTIFICATION};
               },
               "every purpose"}};
  for (const auto& row : rows) {
    const Decision decision = DecideWith(row.change);
    ExpectDenied(decision, Step::kPermit, Reason::kPolicyDenied, "default");
    EXPECT_THAT(decision.missing, HasSubstr(row.words));
    EXPECT_THAT(decision.fields, IsEmpty());
  }
}

TEST(PermitStepTest, DeniesAboveTheTlpOfTheRule) {
  v1::PolicyFile file = FileOf(SampleText());
  file.mutable_policy()->mutable_rule(0)->set_max_tlp(Tlp::AMBER);
  const auto policy = PolicyOf(file);
  Facts facts = SampleFacts();
  facts.handling.set_tlp(Tlp::AMBER);
  ExpectAllowed(policy->Decide(facts, SampleFields()));
  for (const Tlp::Code tlp : {Tlp::AMBER_STRICT, Tlp::TLP_UNSPECIFIED}) {
    facts.handling.set_tlp(tlp);
    ExpectDenied(policy->Decide(facts, SampleFields()), Step::kPermit, Reason::kPolicyDenied,
                 "default");
  }
}

TEST(PermitStepTest, HoldsARuleToItsAgreement) {
  std::string text = With(R"(agreement { id: "other-plan" partner: "ho-example"
    valid { from: "2026-01-01" time_zone: "UTC" } types: ALERT purposes: TRAFFICKING_INVESTIGATION })");
  v1::PolicyFile file = FileOf(text);
  file.mutable_policy()->mutable_rule(0)->set_agreement("other-plan");
  ExpectDenied(PolicyOf(file)->Decide(SampleFacts(), SampleFields()), Step::kPermit,
               Reason::kPolicyDenied, "default");
  Facts facts = SampleFacts();
  facts.agreement_id = "other-plan";
  ExpectAllowed(PolicyOf(file)->Decide(facts, SampleFields()));
}

// --- D-10
// ----------------------------------------------------------------------------------------------

TEST(SubjectsStepTest, WhatServesVictimsDoesNotServeACaseAgainstThem) {
  const Purpose::Code for_victims[] = {Purpose::VICTIM_IDENTIFICATION, Purpose::VICTIM_RESCUE,
                                       Purpose::VICTIM_PROTECTION_SUPPORT,
                                       Purpose::VICTIM_RETURN_REINTEGRATION};
  const Purpose::Code against[] = {Purpose::BORDER_CONTROL, Purpose::DRUG_CRIME,
                                   Purpose::TRAFFICKING_PROSECUTION};
  for (const Purpose::Code good : for_victims) {
    for (const Purpose::Code bad : against) {
      SCOPED_TRACE(testing::Message() << good << " " << bad);
      v1::PolicyFile file = FileOf(SampleText());
      for (v1::Rule& rule : *file.mutable_policy()->mutable_rule()) {
        rule.add_purposes(good);
        rule.add_purposes(bad);
      }
      file.mutable_policy()->mutable_agreement(0)->add_purposes(good);
      file.mutable_policy()->mutable_agreement(0)->add_purposes(bad);
      const auto policy = PolicyOf(file);
      Facts facts = SampleFacts();
      facts.purposes = {bad, good};
      ExpectAllowed(policy->Decide(facts, SampleFields()));
      facts.victims_consent_to_investigation = false;
      ExpectDenied(policy->Decide(facts, SampleFields()), Step::kSubjects, Reason::kPolicyDenied,
                   "builtin:D-10");
      facts.purposes = {good};
      ExpectAllowed(policy->Decide(facts, SampleFields()));
      facts.purposes = {bad};
      ExpectDenied(policy->Decide(facts, SampleFields()), Step::kSubjects, Reason::kPolicyDenied,
                   "builtin:D-10");
    }
  }
}

TEST(SubjectsStepTest, WhatComesInIsNotJudgedByTheConsentThatWeCanSee) {
  v1::PolicyFile file = FileOf(SampleText());
  file.mutable_policy()->mutable_agreement(0)->add_purposes(Purpose::BORDER_CONTROL);
  file.mutable_policy()->mutable_rule(1)->add_purposes(Purpose::BORDER_CONTROL);
  file.mutable_policy()->mutable_rule(1)->add_purposes(Purpose::VICTIM_IDENTIFICATION);
  Facts facts = SampleFacts();
  facts.direction = Direction::kIn;
  facts.purposes = {Purpose::BORDER_CONTROL, Purpose::VICTIM_IDENTIFICATION};
  facts.victims_consent_to_investigation = false;
  ExpectAllowed(PolicyOf(file)->Decide(facts, SampleFields()));
}

TEST(NamesTest, EveryStepActionAndOutcomeHasAName) {
  for (int i = 0; i <= static_cast<int>(Step::kDone); ++i) {
    EXPECT_THAT(std::string(StepName(static_cast<Step>(i))), testing::MatchesRegex("[a-z_]+"));
  }
  EXPECT_EQ(ActionName(Action::kWithhold), "WITHHOLD");
  EXPECT_EQ(OutcomeName(Outcome::kDeny), "DENY");
}

}  // namespace
}  // namespace liaison::policy
