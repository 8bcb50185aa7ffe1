// Each step of a decision, and each built-in rule: what lets a message pass and what does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "daemon/policy/policy.h"
#include "tests/policy/sample.h"

namespace liaison::policy {
namespace {

using base::Reason;
using liaison::payload::v1::ActionCode;
using liaison::payload::v1::HandlingCode;
using liaison::payload::v1::LegalBasis;
using liaison::payload::v1::OnwardSharing;
using liaison::payload::v1::Purpose;
using liaison::payload::v1::SanitisationCode;
using liaison::payload::v1::Tlp;
using liaison::payload::v1::Urgency;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Change = std::function<void(Facts&)>;

Decision DecideWith(const Change& change, std::vector<Field> fields = SampleFields(),
                    std::string_view text = "") {
  static const auto sample = PolicyOf(SampleText());
  const auto policy = text.empty() ? sample : PolicyOf(text);
  Facts facts = SampleFacts();
  change(facts);
  return policy->Decide(facts, fields);
}

void ExpectDenied(const Decision& decision, Step step, Reason reason, const std::string& rule) {
  EXPECT_EQ(decision.outcome, Outcome::kDeny);
  EXPECT_EQ(StepName(decision.step), StepName(step));
  EXPECT_EQ(base::ReasonName(decision.reason), base::ReasonName(reason));
  EXPECT_THAT(decision.rules, ElementsAre(rule));
  EXPECT_FALSE(decision.missing.empty());
}

void ExpectAllowed(const Decision& decision) {
  EXPECT_EQ(decision.outcome, Outcome::kAllow)
      << StepName(decision.step) << " " << decision.missing;
}

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

LegalBasis Basis(const std::string& country, LegalBasis::Code code = LegalBasis::UNTOC_PALERMO) {
  LegalBasis basis;
  basis.set_country(country);
  basis.set_code(code);
  return basis;
}

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

// --- D-14, D-16, D-17, TLP:CLEAR: labels
// ----------------------------------------------------------------------------

struct Label {
  std::string name;
  Change change;
  std::string rule;  // empty: allowed
};

void SetC(Facts& f) {
  f.handling.set_code(HandlingCode::C);
  f.handling.set_action(ActionCode::A2);
  f.handling.set_sanitisation(SanitisationCode::S2);
  f.has_instructions = true;
}

std::vector<Label> HandlingLabels() {
  return {
      {"P", [](Facts& f) { f.handling.set_code(HandlingCode::P); }, ""},
      {"C whole", SetC, ""},
      {"P with action",
       [](Facts& f) {
         f.handling.set_code(HandlingCode::P);
         f.handling.set_action(ActionCode::A1);
       },
       "builtin:D-14"},
      {"P with sanitisation",
       [](Facts& f) {
         f.handling.set_code(HandlingCode::P);
         f.handling.set_sanitisation(SanitisationCode::S1);
       },
       "builtin:D-14"},
      {"no code with action", [](Facts& f) { f.handling.set_action(ActionCode::A1); },
       "builtin:D-14"},
      {"C without action",
       [](Facts& f) {
         SetC(f);
         f.handling.clear_action();
       },
       "builtin:D-14"},
      {"C without sanitisation",
       [](Facts& f) {
         SetC(f);
         f.handling.clear_sanitisation();
       },
       "builtin:D-14"},
      {"C without instructions",
       [](Facts& f) {
         SetC(f);
         f.has_instructions = false;
       },
       "builtin:D-14"},
      {"unknown code", [](Facts& f) { f.handling.set_code(static_cast<HandlingCode::Code>(9)); },
       "builtin:labels-known"},
      {"unknown TLP", [](Facts& f) { f.handling.set_tlp(static_cast<Tlp::Code>(9)); },
       "builtin:labels-known"},
      {"unknown onward",
       [](Facts& f) { f.handling.set_onward(static_cast<OnwardSharing::Code>(9)); },
       "builtin:labels-known"},
  };
}

TEST(LabelsStepTest, HandlingCodesFitTogether) {
  for (const Direction direction : {Direction::kOut, Direction::kIn}) {
    for (const Label& label : HandlingLabels()) {
      SCOPED_TRACE(label.name);
      const Decision decision = DecideWith([&](Facts& f) {
        f.direction = direction;
        label.change(f);
      });
      if (label.rule.empty()) {
        ExpectAllowed(decision);
      } else {
        ExpectDenied(decision, Step::kLabels, Reason::kPolicyDenied, label.rule);
      }
    }
  }
}

TEST(LabelsStepTest, OnwardSharingIsNeverWiderThanTheTlp) {
  const struct {
    Tlp::Code tlp;
    OnwardSharing::Code widest;
  } rows[] = {{Tlp::CLEAR, OnwardSharing::PUBLIC},
              {Tlp::GREEN, OnwardSharing::WITHIN_COMMUNITY},
              {Tlp::AMBER, OnwardSharing::WITH_PERMISSION},
              {Tlp::AMBER_STRICT, OnwardSharing::WITH_PERMISSION},
              {Tlp::TLP_UNSPECIFIED, OnwardSharing::WITH_PERMISSION},
              {Tlp::RED, OnwardSharing::NONE}};
  for (const auto& row : rows) {
    for (int onward = 0; onward <= OnwardSharing::PUBLIC; ++onward) {
      SCOPED_TRACE(testing::Message() << row.tlp << " " << onward);
      const Decision decision = DecideWith([&](Facts& f) {
        f.handling.set_tlp(row.tlp);
        f.handling.set_onward(static_cast<OnwardSharing::Code>(onward));
        f.named_recipients = {"officer-7"};
      });
      if (onward <= row.widest) {
        ExpectAllowed(decision);
      } else {
        ExpectDenied(decision, Step::kLabels, Reason::kPolicyDenied, "builtin:D-16");
      }
    }
  }
}

TEST(LabelsStepTest, RedNamesItsRecipients) {
  const auto red = [](Facts& f) { f.handling.set_tlp(Tlp::RED); };
  ExpectDenied(DecideWith(red), Step::kLabels, Reason::kPolicyDenied, "builtin:D-17");
  ExpectAllowed(DecideWith([&](Facts& f) {
    red(f);
    f.named_recipients = {"officer-7"};
  }));
}

TEST(LabelsStepTest, ClearCarriesAdministrativeFieldsAlone) {
  const auto clear = [](Facts& f) { f.handling.set_tlp(Tlp::CLEAR); };
  for (int sens = 0; sens <= Sensitivity::L8; ++sens) {
    SCOPED_TRACE(sens);
    std::vector<Field> fields = SampleFields();
    fields.push_back(FieldOf("alert.other", static_cast<Sensitivity::Class>(sens)));
    const Decision decision = DecideWith(clear, fields);
    if (sens == Sensitivity::L0 || sens == Sensitivity::L1 || sens == Sensitivity::L6) {
      ExpectAllowed(decision);
    } else {
      ExpectDenied(decision, Step::kLabels, Reason::kPolicyDenied, "builtin:TLP-CLEAR");
    }
  }
}

// --- D-04 to D-07: consent
// ------------------------------------------------------------------------------------------

void SetNoConsent(Facts& f) {
  f.has_adult_victim = true;
  f.consent_covers = false;
  f.consent_missing = "victim_verification_request.subject.consent: not given";
}

std::vector<Field> OneOfEachClass() {
  std::vector<Field> fields;
  for (const auto& [path, sens] : {std::pair{"a.l0", Sensitivity::L0},
                                   {"a.l1", Sensitivity::L1},
                                   {"a.l2", Sensitivity::L2},
                                   {"a.l3", Sensitivity::L3},
                                   {"a.l4", Sensitivity::L4},
                                   {"a.l5", Sensitivity::L5},
                                   {"a.l6", Sensitivity::L6},
                                   {"a.l7", Sensitivity::L7},
                                   {"a.l8", Sensitivity::L8}}) {
    fields.push_back(FieldOf(path, sens));
  }
  return fields;
}

std::string KeepAllText() {
  std::string text = SampleText();
  const std::string from =
      "keep_class: [L0, L1, L2, L4, L8] withhold_class: [L3] omit_class: [L5, L6, L7]";
  text.replace(text.find(from), from.size(), "keep_class: [L0, L1, L2, L3, L4, L5, L7, L8]");
  return text;
}

// The classes that stay in, as digits.
std::string Kept(const Decision& decision) {
  std::string kept;
  for (size_t i = 0; i < decision.fields.size(); ++i) {
    if (decision.fields[i].action == Action::kKeep) kept += std::to_string(i);
  }
  return kept;
}

TEST(ConsentStepTest, AnAdultVictimNeedsConsentThatCovers) {
  const Decision decision = DecideWith(SetNoConsent);
  ExpectDenied(decision, Step::kConsent, Reason::kPolicyDenied, "builtin:D-04");
  EXPECT_THAT(decision.missing, HasSubstr("subject.consent"));
  ExpectAllowed(DecideWith([](Facts& f) {
    SetNoConsent(f);
    f.consent_covers = true;
  }));
}

TEST(ConsentStepTest, AChildNeedsNone) {
  ExpectAllowed(DecideWith([](Facts& f) {
    SetNoConsent(f);
    f.has_adult_victim = false;
    f.has_possible_child = true;
  }));
}

TEST(ConsentStepTest, AChildBesideAnAdultDoesNotStandInForTheAdult) {
  ExpectDenied(DecideWith([](Facts& f) {
                 SetNoConsent(f);
                 f.has_possible_child = true;
               }),
               Step::kConsent, Reason::kPolicyDenied, "builtin:D-04");
}

void SetThreatToLife(Facts& f) {
  SetNoConsent(f);
  f.purposes = {Purpose::THREAT_TO_LIFE};
  f.urgency = Urgency::U1;
  f.has_no_consent_reason = true;
}

TEST(ConsentStepTest, AThreatToLifeLetsGoWhatARescueNeeds) {
  const Decision decision = DecideWith(SetThreatToLife, OneOfEachClass(), KeepAllText());
  ExpectAllowed(decision);
  EXPECT_EQ(Kept(decision), "01235");
  EXPECT_THAT(decision.rules, ElementsAre("alerts-out", "builtin:D-06"));
  EXPECT_EQ(decision.fields[4].rule, "builtin:D-06");
  EXPECT_THAT(decision.obligations, ElementsAre(HasSubstr("supervisor")));
}

TEST(ConsentStepTest, AThreatToLifeNeedsPurposeUrgencyAndAWrittenReason) {
  const std::vector<Change> lacking = {
      [](Facts& f) { f.urgency = Urgency::U2; },
      [](Facts& f) { f.purposes = {Purpose::VICTIM_IDENTIFICATION}; },
      [](Facts& f) { f.has_no_consent_reason = false; }};
  for (const Change& change : lacking) {
    ExpectDenied(DecideWith([&](Facts& f) {
                   SetThreatToLife(f);
                   change(f);
                 }),
                 Step::kConsent, Reason::kPolicyDenied, "builtin:D-04");
  }
}

TEST(ConsentStepTest, ADutyToNotifyLetsAnAnonymousRecordGo) {
  const auto duty = [](Facts& f) {
    SetNoConsent(f);
    f.legal_bases = {Basis("VN"), Basis("GB", LegalBasis::MODERN_SLAVERY_DUTY_TO_NOTIFY)};
  };
  const Decision decision = DecideWith(duty, OneOfEachClass(), KeepAllText());
  ExpectAllowed(decision);
  EXPECT_EQ(Kept(decision), "0147");
  EXPECT_EQ(decision.fields[2].rule, "builtin:D-07");
}

TEST(ConsentStepTest, AnExceptionLetsNothingGoThatThePermitOmits) {
  const Decision decision = DecideWith(SetThreatToLife, OneOfEachClass());
  ExpectAllowed(decision);
  EXPECT_EQ(Kept(decision), "012");
}

// --- FORBID and PERMIT
// ----------------------------------------------------------------------------------------------

std::string With(const std::string& rules) {
  std::string text = SampleText();
  text.insert(text.rfind('}'), rules);
  return text;
}

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

// --- Obligations
// ----------------------------------------------------------------------------------------------------

TEST(ObligationsStepTest, DeniesWhatThisVersionCannotFulfil) {
  for (const std::string obligation :
       {"release { persons: 2 }", "quota: \"q\"", "retention: \"365d\"", "notice: true"}) {
    SCOPED_TRACE(obligation);
    const std::string rule =
        R"(quota { id: "q" per_day: 5 } rule { id: "second" effect: PERMIT direction: OUT
      partner: "ho-example" types: ALERT purposes: TRAFFICKING_INVESTIGATION roles: OFFICER
      fields { keep_class: L1 } obligations { )" +
        obligation + " } }";
    const Decision decision = DecideWith([](Facts&) {}, SampleFields(), With(rule));
    ExpectDenied(decision, Step::kObligations, Reason::kObligationUnsupported, "second");
    EXPECT_EQ(decision.fields.size(), 1u);
  }
}

TEST(ObligationsStepTest, AnEmptyListAsksForNothing) {
  v1::PolicyFile file = FileOf(SampleText());
  file.mutable_policy()->mutable_rule(0)->mutable_obligations();
  ExpectAllowed(PolicyOf(file)->Decide(SampleFacts(), SampleFields()));
}

TEST(NamesTest, EveryStepActionAndOutcomeHasAName) {
  for (int i = 0; i <= static_cast<int>(Step::kDone); ++i) {
    EXPECT_THAT(std::string(StepName(static_cast<Step>(i))), testing::MatchesRegex("[a-z_]+"));
  }
  EXPECT_EQ(ActionName(Action::kWithhold), "withhold");
  EXPECT_EQ(OutcomeName(Outcome::kDeny), "DENY");
}

}  // namespace
}  // namespace liaison::policy
