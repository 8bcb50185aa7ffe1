// Rule D-04, consent, its exceptions D-06 and D-07, and what D-05 asks for children.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_replace.h"
#include "daemon/policy/policy.h"
#include "tests/policy/decide.h"

namespace liaison::policy {
namespace {

using base::Reason;
using liaison::payload::v1::LegalBasis;
using liaison::payload::v1::Purpose;
using liaison::payload::v1::Tlp;
using liaison::payload::v1::Urgency;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

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

// With what a child is owed instead.
void SetChild(Facts& f) {
  f.has_possible_child = true;
  f.handling.set_tlp(Tlp::RED);
  f.named_recipients = {"handle-1"};
}

TEST(ConsentStepTest, AChildNeedsNone) {
  ExpectAllowed(DecideWith([](Facts& f) {
    SetNoConsent(f);
    SetChild(f);
    f.has_adult_victim = false;
  }));
}

TEST(ConsentStepTest, AChildNeedsRedAndASafeguard) {
  const std::vector<std::pair<Change, std::string>> lacking = {
      {[](Facts& f) { f.handling.set_tlp(Tlp::AMBER_STRICT); }, "TLP:RED"},
      {[](Facts& f) { f.handling.clear_tlp(); }, "TLP:RED"},
      {[](Facts& f) { f.lacks_child_safeguard = true; }, "child_safeguard"}};
  for (const auto& [change, missing] : lacking) {
    const Decision decision = DecideWith([&change = change](Facts& f) {
      SetChild(f);
      change(f);
    });
    ExpectDenied(decision, Step::kConsent, Reason::kPolicyDenied, "builtin:D-05");
    EXPECT_THAT(decision.missing, HasSubstr(missing));
  }
}

TEST(ConsentStepTest, AnAnonymousRecordSaysNotWhereAndByWhichPapers) {
  const std::vector<Field> fields = {
      FieldOf("a.title", Sensitivity::L1),
      FieldOf("a.victim.control", Sensitivity::L4),
      FieldOf("a.biometrics.kind", Sensitivity::L4),
      FieldOf("a.findings.certificate_ref", Sensitivity::L4),
      FieldOf("a.consent_record.evidence_ref", Sensitivity::L4),
      FieldOf("a.victim.recruitment_place.country", Sensitivity::L4),
      FieldOf("a.victim.exploitation_place.country", Sensitivity::L4),
      FieldOf("a.victim.route.date.edtf", Sensitivity::L4)};
  const auto kept = [&](bool notify) {
    const Decision decision = DecideWith(
        [&](Facts& f) {
          f.partner_class = v1::NGO;
          f.has_adult_victim = true;
          f.consent_covers = !notify;
          f.consent_missing = "x";
          f.legal_bases.push_back(Basis("VN", LegalBasis::MODERN_SLAVERY_DUTY_TO_NOTIFY));
        },
        fields, KeepAllText());
    ExpectAllowed(decision);
    return Kept(decision);
  };
  EXPECT_EQ(kept(true), "01");
  EXPECT_EQ(kept(false), "01234567");
}

TEST(ConsentStepTest, WhereAChildIsBiometricsGoToThoseWhoProtectPeopleAlone) {
  const std::vector<Field> fields = {FieldOf("a.title", Sensitivity::L1),
                                     FieldOf("a.biometrics.kind", Sensitivity::L4),
                                     FieldOf("a.biometrics_of_none", Sensitivity::L4)};
  const auto kept = [&](v1::PartnerClass partner, bool child) {
    const Decision decision = DecideWith(
        [&](Facts& f) {
          f.partner_class = partner;
          if (child) SetChild(f);
        },
        fields, KeepAllText());
    ExpectAllowed(decision);
    EXPECT_EQ(decision.fields[1].rule == "builtin:D-05", Kept(decision) != "012");
    return Kept(decision);
  };
  for (const auto partner : {v1::NGO, v1::INTERNATIONAL_ORGANISATION}) {
    EXPECT_EQ(kept(partner, true), "012");
  }
  for (const auto partner :
       {v1::LAW_ENFORCEMENT, v1::MINISTRY, v1::FUNDER, v1::PARTNER_CLASS_UNSPECIFIED}) {
    EXPECT_EQ(kept(partner, true), "02") << partner;
    EXPECT_EQ(kept(partner, false), "012") << partner;
  }
}

TEST(ConsentStepTest, WhatIsPassedOnNeedsNoSafeguardThatItDidNotBring) {
  ExpectAllowed(DecideWith([](Facts& f) {
    SetChild(f);
    f.lacks_child_safeguard = true;
    f.received_handling = f.handling;
    f.received_purposes = f.purposes;
  }));
}

TEST(ConsentStepTest, AChildBesideAnAdultDoesNotStandInForTheAdult) {
  ExpectDenied(DecideWith([](Facts& f) {
                 SetNoConsent(f);
                 SetChild(f);
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
      [](Facts& f) { f.purposes.push_back(Purpose::VICTIM_IDENTIFICATION); },
      [](Facts& f) { f.has_no_consent_reason = false; }};
  for (const Change& change : lacking) {
    ExpectDenied(DecideWith([&](Facts& f) {
                   SetThreatToLife(f);
                   change(f);
                 }),
                 Step::kConsent, Reason::kPolicyDenied, "builtin:D-04");
  }
}

TEST(ConsentStepTest, AThreatToLifeMayServeARescueToo) {
  const std::string text =
      absl::StrReplaceAll(SampleText(), {{"THREAT_TO_LIFE", "THREAT_TO_LIFE, VICTIM_RESCUE"}});
  const auto serving = [](std::vector<Purpose::Code> purposes) {
    return [purposes](Facts& f) {
      SetThreatToLife(f);
      f.purposes = purposes;
    };
  };
  ExpectAllowed(DecideWith(serving({Purpose::VICTIM_RESCUE, Purpose::THREAT_TO_LIFE}),
                           {FieldOf("a.l1", Sensitivity::L1)}, text));
  ExpectDenied(
      DecideWith(serving({Purpose::VICTIM_RESCUE}), {FieldOf("a.l1", Sensitivity::L1)}, text),
      Step::kConsent, Reason::kPolicyDenied, "builtin:D-04");
}

TEST(ConsentStepTest, ADutyToNotifyLetsAnAnonymousRecordGo) {
  const auto duty = [](Facts& f) {
    SetNoConsent(f);
    f.legal_bases = {Basis("GB"), Basis("VN", LegalBasis::MODERN_SLAVERY_DUTY_TO_NOTIFY)};
  };
  const Decision decision = DecideWith(duty, OneOfEachClass(), KeepAllText());
  ExpectAllowed(decision);
  EXPECT_EQ(Kept(decision), "0147");
  EXPECT_EQ(decision.fields[2].rule, "builtin:D-07");
}

TEST(ConsentStepTest, ADutyOfAnotherCountryIsNoneOfOurs) {
  for (const char* country : {"GB", "QQ", ""}) {
    const Decision decision = DecideWith(
        [&](Facts& f) {
          SetNoConsent(f);
          f.legal_bases = {Basis("VN"), Basis("GB"),
                           Basis(country, LegalBasis::MODERN_SLAVERY_DUTY_TO_NOTIFY)};
        },
        OneOfEachClass(), KeepAllText());
    ExpectDenied(decision, Step::kConsent, Reason::kPolicyDenied, "builtin:D-04");
  }
}

// Role, age group and refusal, which are of class L2, are all that points to the victim.
TEST(ConsentStepTest, AnAnonymousRefusalStaysInTheRecord) {
  const auto refusal = [](Facts& f) {
    SetNoConsent(f);
    f.has_only_anonymous_refusals = true;
  };
  ExpectDenied(DecideWith(refusal, OneOfEachClass(), KeepAllText()), Step::kConsent,
               Reason::kPolicyDenied, "builtin:D-04");
  const Decision decision = DecideWith(
      [&](Facts& f) {
        refusal(f);
        f.legal_bases = {Basis("GB"), Basis("VN", LegalBasis::MODERN_SLAVERY_DUTY_TO_NOTIFY)};
      },
      OneOfEachClass(), KeepAllText());
  ExpectAllowed(decision);
  EXPECT_EQ(Kept(decision), "01247");
}

TEST(ConsentStepTest, AnExceptionLetsNothingGoThatThePermitOmits) {
  const Decision decision = DecideWith(SetThreatToLife, OneOfEachClass());
  ExpectAllowed(decision);
  EXPECT_EQ(Kept(decision), "012");
}

}  // namespace
}  // namespace liaison::policy
