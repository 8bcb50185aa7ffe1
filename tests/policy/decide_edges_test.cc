// The edges of each step: what is just allowed beside what is just not, and what a decision says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "daemon/policy/fate.h"
#include "daemon/policy/fates.h"
#include "tests/policy/decide.h"

namespace liaison::policy {
namespace {

using base::Reason;
using liaison::payload::v1::EuropolHandling;
using liaison::payload::v1::LegalBasis;
using liaison::payload::v1::OnwardSharing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using v1::Generalise;

TEST(LegalBasisEdgeTest, NamesTheCountryForWhichTheAgreementCitesNothing) {
  const std::vector<std::pair<std::string, std::string>> citations = {
      {"VN", "our country"}, {"GB", "the partner's country"}};
  for (const auto& [country, words] : citations) {
    std::string text = SampleText();
    const std::string line = "legal_basis { country: \"" + country + "\"";
    text.replace(text.find(line), line.size(), "legal_basis { country: \"XX\"");
    const Decision decision = DecideWith(
        [](Facts& f) {
          f.has_personal_data = true;
          f.legal_bases = {Basis("VN"), Basis("GB")};
        },
        SampleFields(), text);
    ExpectDenied(decision, Step::kLegalBasis, Reason::kPolicyDenied, "builtin:D-02");
    EXPECT_EQ(decision.missing, "the agreement cites no legal basis for " + words);
  }
}

// A recall needs no agreement; what is personal in it does.
TEST(LegalBasisEdgeTest, WithoutAnAgreementNothingPersonalHasABasis) {
  const Decision decision = DecideWith([](Facts& f) {
    f.type = liaison::payload::v1::RECALL;
    f.agreement_id.clear();
    f.has_personal_data = true;
    f.legal_bases = {Basis("VN"), Basis("GB")};
  });
  ExpectDenied(decision, Step::kLegalBasis, Reason::kPolicyDenied, "builtin:D-02");
  EXPECT_THAT(decision.missing, HasSubstr("agreement cites no legal basis"));
}

TEST(LegalBasisEdgeTest, WhatComesInIsNotHeldToOurBasis) {
  ExpectAllowed(DecideWith([](Facts& f) {
    f.direction = Direction::kIn;
    f.has_personal_data = true;
  }));
}

TEST(ConsentEdgeTest, AnotherBasisIsNoDutyToNotify) {
  ExpectDenied(DecideWith([](Facts& f) {
                 f.has_adult_victim = true;
                 f.consent_covers = false;
                 f.legal_bases = {Basis("VN"), Basis("GB")};
               }),
               Step::kConsent, Reason::kPolicyDenied, "builtin:D-04");
}

TEST(ConsentEdgeTest, WhatComesInIsNotRestrictedByTheConsentThatWeCanSee) {
  const Decision decision = DecideWith([](Facts& f) {
    f.direction = Direction::kIn;
    f.has_adult_victim = true;
    f.consent_covers = false;
    f.legal_bases = {Basis("VN", LegalBasis::MODERN_SLAVERY_DUTY_TO_NOTIFY)};
  });
  ExpectAllowed(decision);
  EXPECT_THAT(decision.rules, ElementsAre("alerts-in"));
  EXPECT_THAT(decision.obligations, IsEmpty());
}

TEST(FieldsEdgeTest, ANeededFieldThatGoesDeniesNothing) {
  std::vector<Field> fields = SampleFields();
  fields[0].needed = true;
  ExpectAllowed(DecideWith([](Facts&) {}, fields));
}

// D-14, D-17. What a label asks for and is not there as it was written says something else.
TEST(FieldsEdgeTest, WhatLabelsSpeakOfGoesAsItWasWritten) {
  const auto masked = [](std::string_view path, bool needed) {
    std::vector<Field> fields = SampleFields();
    fields.push_back(FieldOf(path, Sensitivity::L1));
    fields.back().form = Form::kText;
    fields.back().needed = needed;
    return DecideWith([](Facts&) {}, fields,
                      With(absl::StrCat(R"(rule { id: "hide" effect: RESTRICT direction: OUT
                                          fields { mask { path: ")",
                                        std::string(path), R"(" } } })")));
  };
  for (const char* path : {"notes.instructions", "notes.named_recipients"}) {
    ExpectDenied(masked(path, true), Step::kFields, Reason::kFieldNeeded, "hide");
    ExpectAllowed(masked(path, false));
  }
  ExpectAllowed(masked("alert.title", true));
}

TEST(FieldsEdgeTest, SaysWhetherARuleOrNoRuleRemovedAField) {
  std::vector<Field> fields = SampleFields();
  fields.push_back(FieldOf("alert.number", Sensitivity::L3));
  fields[1].needed = true;
  EXPECT_THAT(DecideWith([](Facts&) {}, fields).missing,
              HasSubstr("rule alerts-out does not let field alert.number pass"));
  const auto in = [](Facts& f) { f.direction = Direction::kIn; };
  EXPECT_EQ(DecideWith(in, fields).missing, "no rule lets field alert.number pass");
}

TEST(RulesEdgeTest, NamesEveryRuleThatDecidedInOrder) {
  const Decision decision =
      DecideWith([](Facts& f) { f.releases = 1; }, SampleFields(),
                 With(R"(rule { id: "a-restrict" effect: RESTRICT direction: OUT
                     fields { withhold_class: [L8] } }
              rule { id: "b-hold" effect: HOLD direction: OUT
                     obligations { release { persons: 2 within: "1h" } } })"));
  ExpectAllowed(decision);
  EXPECT_THAT(decision.rules, ElementsAre("a-restrict", "alerts-out", "b-hold"));
}

TEST(RulesEdgeTest, ARuleThatNamesATypeTwiceCountsOnce) {
  const Decision decision =
      DecideWith([](Facts&) {}, SampleFields(),
                 With(R"(rule { id: "no" effect: FORBID direction: OUT types: [ALERT, ALERT] })"));
  ExpectDenied(decision, Step::kForbid, Reason::kPolicyDenied, "no");
}

TEST(LabelsEdgeTest, EuropolH2GoesWithSharingByPermission) {
  ExpectAllowed(DecideWith([](Facts& f) {
    f.handling.set_tlp(liaison::payload::v1::Tlp::GREEN);
    f.handling.set_onward(OnwardSharing::WITH_PERMISSION);
    f.handling.add_europol(EuropolHandling::H2);
  }));
}

// --- Fates

TEST(FormEdgeTest, TheSchemaSaysWhatALeafIs) {
  using Part = liaison::Part;
  const std::vector<std::pair<Part::Kind, Form>> parts = {
      {Part::PART_UNSPECIFIED, Form::kText},  {Part::DATE, Form::kDate},
      {Part::DATE_TEXT, Form::kDateText},     {Part::COUNTRY, Form::kPlaceCountry},
      {Part::PROVINCE, Form::kPlaceProvince}, {Part::DISTRICT, Form::kPlaceDistrict},
      {Part::LOCALITY, Form::kPlaceLocality}, {Part::EXACT, Form::kPlaceExactText}};
  for (const auto& [part, form] : parts) {
    EXPECT_EQ(FormOf(part, true), form) << part;
    EXPECT_EQ(FormOf(part, false),
              part == Part::PART_UNSPECIFIED ? Form::kOther : Form::kPlaceExact)
        << part;
  }
}

TEST(FormEdgeTest, ALevelThatThisVersionDoesNotKnowWithholds) {
  for (int level : {-1, 0, 99}) {
    const Fate asked = {Action::kGeneralise, static_cast<Generalise::Level>(level)};
    for (Form form : {Form::kDate, Form::kPlaceCountry, Form::kText, Form::kOther}) {
      EXPECT_EQ(OnLeaf(asked, form), Fate{Action::kWithhold}) << level;
    }
  }
}

TEST(FormEdgeTest, WhatIsNoPartOfAPlaceOrDateIsKept) {
  for (Generalise::Level level : {Generalise::COUNTRY, Generalise::YEAR}) {
    for (Form form : {Form::kText, Form::kOther}) {
      EXPECT_EQ(OnLeaf({Action::kGeneralise, level}, form), Fate{Action::kKeep}) << level;
    }
  }
}

Field BondField(std::string_view path, Sensitivity::Class sens) {
  Field field = FieldOf(path, sens);
  field.bond = "bond";
  return field;
}

TEST(BondEdgeTest, GoesByItsStrictestMemberWhereverItStandsAndNamesItsRule) {
  const auto fates = [](const std::string& rules, const std::vector<Field>& fields) {
    std::string text = SampleText();
    const std::string from =
        "keep_class: [L0, L1, L2, L4, L8] withhold_class: [L3] omit_class: [L5, L6, L7]";
    text.replace(text.find(from), from.size(), "keep_class: [L0, L1, L2, L3, L4, L5, L7, L8]");
    text.insert(text.rfind('}'), rules);
    const Decision decision = DecideWith([](Facts&) {}, fields, text);
    std::vector<std::pair<Action, std::string>> named;
    for (const FieldFate& fate : decision.fields) {
      named.emplace_back(fate.action, std::string(fate.rule));
    }
    return named;
  };
  const std::string rules = R"(
    rule { id: "omits" effect: RESTRICT direction: OUT fields { omit_class: [L4] } }
    rule { id: "withholds-2" effect: RESTRICT direction: OUT fields { withhold_class: [L2] } }
    rule { id: "withholds-3" effect: RESTRICT direction: OUT fields { withhold_class: [L3] } })";
  const Field plain = FieldOf("a.plain", Sensitivity::L1);
  const Field one = BondField("a.one", Sensitivity::L1);
  const Field two = BondField("a.two", Sensitivity::L2);
  const Field three = BondField("a.three", Sensitivity::L3);
  const Field four = BondField("a.four", Sensitivity::L4);
  const std::pair<Action, std::string> kept = {Action::kKeep, "alerts-out"};
  const std::pair<Action, std::string> second = {Action::kWithhold, "withholds-2"};
  const std::pair<Action, std::string> third = {Action::kWithhold, "withholds-3"};
  const std::pair<Action, std::string> omitted = {Action::kOmit, "omits"};
  EXPECT_THAT(fates(rules, {plain, one, two, three}), ElementsAre(kept, second, second, third));
  EXPECT_THAT(fates(rules, {plain, one, three, two}), ElementsAre(kept, third, third, second));
  EXPECT_THAT(fates(rules, {plain, one, two, four}), ElementsAre(kept, omitted, omitted, omitted));
  EXPECT_THAT(fates(rules, {plain, four, two, one}), ElementsAre(kept, omitted, omitted, omitted));
}

TEST(MatrixEdgeTest, TakesNoClassThatTheSchemaDoesNotHave) {
  v1::FieldRules rules;
  for (int number : {-1, 10, 99, 1'000'000}) {
    rules.mutable_keep_class()->Add(number);
  }
  PathIndex paths;
  const FieldMatrix matrix(rules, paths);
  for (int number : {-1, 0, 1, 10, 99}) {
    EXPECT_EQ(matrix.Find(paths, PathIndex::kRoot, static_cast<Sensitivity::Class>(number)),
              std::nullopt)
        << number;
  }
}

}  // namespace
}  // namespace liaison::policy
