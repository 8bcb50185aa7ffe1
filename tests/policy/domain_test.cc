// Which messages a policy tells apart: the regions and, in each, the choices of every fact.
#include "daemon/policy/domain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "tests/policy/sample.h"

namespace liaison::policy {
namespace {

using liaison::payload::v1::ALERT;
using liaison::payload::v1::FORWARDED_ITEM;
using liaison::payload::v1::Purpose;
using liaison::payload::v1::SubjectCategory;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::SizeIs;

constexpr char kProtective[] = "RECALL|RECALL_CONFIRMATION|ONWARD_SHARING_NOTICE";

// The sample with texts replaced and more at its end.
std::string Sample(const std::vector<std::pair<std::string, std::string>>& replaced,
                   const std::string& more) {
  std::string text = absl::StrReplaceAll(SampleText(), replaced);
  text.insert(text.rfind('}'), more);
  return text;
}
std::string Sample(const std::string& more) { return Sample({}, more); }

const Axis& AxisOf(const Region& region, const std::string& name) {
  return *std::find_if(region.axes.begin(), region.axes.end(),
                       [&](const Axis& axis) { return axis.name == name; });
}

std::vector<std::string> AxisNamesOf(const Region& region) {
  std::vector<std::string> names;
  for (const Axis& axis : region.axes) names.push_back(axis.name);
  return names;
}

std::vector<std::string> LabelsOf(const Region& region, const std::string& axis) {
  std::vector<std::string> labels;
  for (const Choice& choice : AxisOf(region, axis).choices) labels.push_back(choice.label);
  return labels;
}

// "ho-example OUT ALERT"
std::string NameOf(const Region& region) {
  return absl::StrJoin({LabelsOf(region, "partner")[0], LabelsOf(region, "direction")[0],
                        LabelsOf(region, "type")[0]},
                       " ");
}

std::vector<std::string> RulesOf(const Region& region) {
  std::vector<std::string> ids;
  for (const v1::Rule* rule : region.rules) ids.push_back(rule->id());
  return ids;
}

// All values but these, as one label.
std::string Others(const google::protobuf::EnumDescriptor& type, const std::vector<int>& named) {
  std::vector<int> others;
  for (int i = 0; i < type.value_count(); ++i) {
    const int number = type.value(i)->number();
    if (std::find(named.begin(), named.end(), number) == named.end()) others.push_back(number);
  }
  return NamesOf(type, others);
}

// The domain of one policy.
class Domain {
 public:
  explicit Domain(const std::string& text) : file_(FileOf(text)) {
    const v1::Policy* const policies[] = {&file_.policy()};
    regions_ = RegionsOf(policies);
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Region& region : regions_) names.push_back(NameOf(region));
    return names;
  }
  const Region& At(const std::string& name) const {
    static const Region none;
    for (const Region& region : regions_) {
      if (NameOf(region) == name) return region;
    }
    ADD_FAILURE() << "no region " << name << " in: " << absl::StrJoin(names(), ", ");
    return none;
  }
  // Alerts that go out to the partner of the sample.
  const Region& Alerts() const { return At("ho-example OUT ALERT"); }

 private:
  v1::PolicyFile file_;
  std::vector<Region> regions_;
};

// A HOLD asks of an answer neither what it carries nor of whom it speaks, and of others it does.
TEST(DomainTest, TellsAnswersFromOtherTypesThatTheSameRulesName) {
  const Domain domain(
      Sample({{"VICTIM_VERIFICATION_REQUEST", "VICTIM_VERIFICATION_RESPONSE"}}, ""));
  EXPECT_THAT(domain.names(), Contains("ho-example OUT ALERT"));
  EXPECT_THAT(domain.names(), Contains("ho-example OUT VICTIM_VERIFICATION_RESPONSE"));
}

// Of a message to a partner without an agreement only protective types are decided at all.
TEST(DomainTest, HasARegionForWhatThePolicyTellsApart) {
  const std::string others =
      "INTELLIGENCE_NOTICE|ALERT_HIT|ALERT_CANCEL|ONWARD_SHARING_REQUEST|ONWARD_SHARING_DECISION";
  EXPECT_THAT(Domain(SampleText()).names(),
              ElementsAre(absl::StrCat("(any other) OUT ", kProtective),
                          absl::StrCat("(any other) IN ", kProtective), "ho-example OUT " + others,
                          "ho-example OUT ALERT|VICTIM_VERIFICATION_REQUEST",
                          "ho-example OUT VICTIM_VERIFICATION_RESPONSE",
                          absl::StrCat("ho-example OUT ", kProtective), "ho-example IN " + others,
                          "ho-example IN ALERT", "ho-example IN VICTIM_VERIFICATION_REQUEST",
                          "ho-example IN VICTIM_VERIFICATION_RESPONSE",
                          absl::StrCat("ho-example IN ", kProtective)));
}

TEST(DomainTest, HasAPartnerThatOnlyARuleNames) {
  const Domain domain(Sample(
      R"( rule { id: "silent" effect: FORBID direction: OUT partner: "xo-example" types: RECALL } )"));
  EXPECT_THAT(domain.names(),
              IsSupersetOf({"xo-example OUT RECALL",
                            "xo-example OUT RECALL_CONFIRMATION|ONWARD_SHARING_NOTICE"}));
  EXPECT_THAT(domain.names(), Contains(absl::StrCat("ho-example OUT ", kProtective)));
}

// Openings and what is passed on are decided on as what is in them, too; nothing protective is.
TEST(DomainTest, HasWhatIsOpenedAndPassedOnWhereAnAgreementCoversIt) {
  const Domain domain(
      Sample({{"types: [ALERT, VICTIM_VERIFICATION_REQUEST]", "types: [ALERT, FIELD_OPENING]"}},
             R"( agreement { id: "pilot" partner: "io-example" kind: PROJECT
                             valid { from: "2026-01-01" time_zone: "UTC" }
                             types: [FORWARDED_ITEM, ALERT] purposes: [TRAINING] } )"));
  std::vector<std::string> with_inner;
  for (const std::string& name : domain.names()) {
    if (name.find(" of ALERT") != std::string::npos) with_inner.push_back(name);
    EXPECT_EQ(name.find(" of RECALL"), std::string::npos) << name;
    EXPECT_EQ(name.find("OUT FIELD_OPENING|"), std::string::npos) << name;
    EXPECT_EQ(name.find("OUT FORWARDED_ITEM|"), std::string::npos) << name;
  }
  EXPECT_THAT(with_inner, ElementsAre("ho-example OUT FIELD_OPENING of ALERT",
                                      "ho-example IN FIELD_OPENING of ALERT",
                                      "io-example OUT FORWARDED_ITEM of ALERT",
                                      "io-example IN FORWARDED_ITEM of ALERT"));
  EXPECT_THAT(domain.names(), Not(Contains("ho-example OUT FIELD_OPENING")));
  EXPECT_THAT(domain.names(), Not(Contains("io-example OUT FORWARDED_ITEM")));
  // The permission and the notes stand beside what is passed on.
  EXPECT_THAT(domain.At("io-example OUT FORWARDED_ITEM of ALERT").types,
              ElementsAre(ALERT, FORWARDED_ITEM));
  EXPECT_THAT(domain.At("ho-example OUT FIELD_OPENING of ALERT").types, ElementsAre(ALERT));
}

TEST(DomainTest, LooksInEachRegionAtItsOwnRulesAlone) {
  const Domain domain(
      Sample({{"types: [ALERT, VICTIM_VERIFICATION_REQUEST]", "types: [ALERT, FIELD_OPENING]"},
              {"types: [ALERT] purposes", "types: [ALERT, FIELD_OPENING] purposes"}},
             R"( rule { id: "any" effect: RESTRICT direction: OUT fields { omit_class: L4 } }
          rule { id: "hits" effect: FORBID direction: OUT types: [ALERT_HIT] }
          rule { id: "openings" effect: FORBID direction: OUT types: [FIELD_OPENING] }
          rule { id: "theirs" effect: FORBID direction: OUT partner: "io-example" types: [ALERT] }
          rule { id: "alerts" effect: FORBID direction: OUT types: [ALERT] } )"));
  EXPECT_THAT(RulesOf(domain.Alerts()), ElementsAre("alerts-out", "any", "alerts"));
  EXPECT_THAT(RulesOf(domain.At("ho-example OUT FIELD_OPENING of ALERT")),
              ElementsAre("alerts-out", "any", "openings", "alerts"));
  EXPECT_THAT(RulesOf(domain.At("ho-example OUT ALERT_HIT")), ElementsAre("any", "hits"));
  EXPECT_THAT(RulesOf(domain.At("ho-example IN ALERT")), ElementsAre("alerts-in"));
}

// Whoever opens: a permit for what is inside is asked for whatever the role, its own for the role.
TEST(DomainTest, DecidesOnTheRoleOfAnOpeningBesideTheRules) {
  const Domain domain(Sample(
      {{"types: [ALERT, VICTIM_VERIFICATION_REQUEST]", "types: [ALERT, FIELD_OPENING]"}}, ""));
  const Region& opening = domain.At("ho-example OUT FIELD_OPENING of ALERT");
  EXPECT_EQ(AxisOf(opening, "role").condition, "");
  EXPECT_TRUE(AxisOf(opening, "role").decides_itself);
  EXPECT_EQ(AxisOf(opening, "purposes").condition, "purposes");
  EXPECT_FALSE(AxisOf(opening, "purposes").decides_itself);
  EXPECT_EQ(AxisOf(domain.Alerts(), "role").condition, "roles");
  EXPECT_FALSE(AxisOf(domain.Alerts(), "role").decides_itself);
}

TEST(DomainTest, HasARoleOfWhatGoesOutAlone) {
  const Domain domain(SampleText());
  EXPECT_THAT(AxisNamesOf(domain.At("ho-example OUT ALERT|VICTIM_VERIFICATION_REQUEST")),
              ElementsAre("partner", "direction", "type", "agreement", "purposes", "role", "tlp",
                          "partner class", "country", "personal data", "urgency", "origin",
                          "subjects", "carries"));
  EXPECT_THAT(AxisNamesOf(domain.At("ho-example IN ALERT")), Not(Contains("role")));
}

TEST(DomainAxesTest, AMessageHasOnePurposeOrMore) {
  const Domain domain(
      Sample({{"TRAFFICKING_INVESTIGATION, VICTIM_IDENTIFICATION, THREAT_TO_LIFE]\n    roles",
               "TRAFFICKING_INVESTIGATION]\n    roles"},
              {"VICTIM_IDENTIFICATION, THREAT_TO_LIFE]\n    legal", "THREAT_TO_LIFE]\n    legal"}},
             R"( rule { id: "x" effect: FORBID direction: OUT types: [ALERT] roles: SYSTEM } )"));
  const std::string others =
      Others(*Purpose::Code_descriptor(),
             {0, Purpose::TRAFFICKING_INVESTIGATION, Purpose::THREAT_TO_LIFE});
  EXPECT_THAT(
      LabelsOf(domain.Alerts(), "purposes"),
      ElementsAre(others, "TRAFFICKING_INVESTIGATION", others + " with TRAFFICKING_INVESTIGATION",
                  "THREAT_TO_LIFE", others + " with THREAT_TO_LIFE",
                  "TRAFFICKING_INVESTIGATION with THREAT_TO_LIFE",
                  others + " with TRAFFICKING_INVESTIGATION with THREAT_TO_LIFE"));
  Facts facts;
  AxisOf(domain.Alerts(), "purposes").choices[5].set(facts);
  EXPECT_THAT(facts.purposes,
              ElementsAre(Purpose::TRAFFICKING_INVESTIGATION, Purpose::THREAT_TO_LIFE));
}

TEST(DomainAxesTest, AMessageHasPersonsOfSomeCategoriesOrNone) {
  const Domain domain(Sample(
      R"( rule { id: "x" effect: FORBID direction: OUT types: [ALERT] subjects: [WITNESS] } )"));
  const std::string others =
      Others(*SubjectCategory::Code_descriptor(), {SubjectCategory::WITNESS});
  // Number 0 stands for what we do not know, which a FORBID meets as a witness.
  const std::string unknown = "SUBJECT_CATEGORY_UNSPECIFIED|";
  const std::string known = others.substr(unknown.size());
  EXPECT_THAT(LabelsOf(domain.Alerts(), "subjects"),
              ElementsAre("none", unknown + "WITNESS", known, unknown + "WITNESS with " + known));
}

TEST(DomainAxesTest, ARuleForWhomeverTellsNoPersonsApart) {
  const Domain domain(Sample(R"( rule { id: "x" effect: FORBID direction: OUT types: [ALERT] } )"));
  EXPECT_THAT(LabelsOf(domain.Alerts(), "subjects"),
              ElementsAre("none", Others(*SubjectCategory::Code_descriptor(), {})));
}

TEST(DomainAxesTest, APermitCoversNobodyOfAnUnknownCategory) {
  const Domain domain(
      Sample({{"roles: [OFFICER, SYSTEM]", "roles: [OFFICER, SYSTEM] subjects: [WITNESS]"}}, ""));
  EXPECT_THAT(LabelsOf(domain.At("ho-example OUT ALERT|VICTIM_VERIFICATION_REQUEST"), "subjects"),
              Contains(Others(*SubjectCategory::Code_descriptor(), {SubjectCategory::WITNESS})));
}

// As many rules as purposes, and what none of them names.
TEST(DomainAxesTest, AListOfTooManyClassesHasNoChoices) {
  const auto choices = [](size_t rules) {
    std::string text;
    for (size_t i = 1; i <= rules; ++i) {
      absl::StrAppend(&text, " rule { id: 'p", i, "' effect: RESTRICT direction: OUT types: ALERT ",
                      "purposes: ", i, " fields { omit_class: L4 } }");
    }
    const Domain domain(Sample({{", VICTIM_IDENTIFICATION, THREAT_TO_LIFE]", "]"}}, text));
    return LabelsOf(domain.Alerts(), "purposes");
  };
  EXPECT_THAT(choices(kMostClasses - 1), SizeIs((1u << kMostClasses) - 1));
  EXPECT_THAT(choices(kMostClasses), IsEmpty());
}

TEST(DomainAxesTest, ALimitOfTheTlpHoldsUpToItself) {
  const Domain domain(
      Sample(R"( rule { id: "x" effect: FORBID direction: OUT types: [ALERT] max_tlp: AMBER } )"));
  EXPECT_THAT(LabelsOf(domain.Alerts(), "tlp"),
              ElementsAre("CLEAR|GREEN|AMBER", "AMBER_STRICT|RED"));
}

TEST(DomainAxesTest, AnAgreementBeginsAndMayEnd) {
  const std::string recalls = absl::StrCat("ho-example OUT ", kProtective);
  const std::string alerts = "ho-example OUT ALERT|VICTIM_VERIFICATION_REQUEST";
  EXPECT_THAT(
      LabelsOf(Domain(SampleText()).At(alerts), "agreement"),
      ElementsAre("joint-plan at 2025-12-31T16:59:59Z", "joint-plan at 2025-12-31T17:00:00Z",
                  "joint-plan at 2026-12-31T17:00:00Z"));
  EXPECT_THAT(
      LabelsOf(Domain(Sample({{"to: \"2026-12-31\"", ""}}, "")).At(alerts), "agreement"),
      ElementsAre("joint-plan at 2025-12-31T16:59:59Z", "joint-plan at 2025-12-31T17:00:00Z"));
  EXPECT_THAT(LabelsOf(Domain(SampleText()).At(recalls), "agreement"),
              ElementsAre("none", "joint-plan"));
}

// Nobody has an agreement with them, and a message can name one all the same.
TEST(DomainAxesTest, WhatNeedsNoAgreementMayNameThatOfARule) {
  const Domain domain(Sample(R"( rule { id: "x" effect: FORBID direction: OUT types: [RECALL]
                                        agreement: "joint-plan" } )"));
  EXPECT_THAT(LabelsOf(domain.At("(any other) OUT RECALL"), "agreement"),
              ElementsAre("none", "joint-plan"));
}

// Both policies find a legal basis for the same messages.
TEST(DomainAxesTest, CountriesThatNoRuleNamesAndNobodyDisputesAreNotToldApart) {
  const Domain domain(
      Sample(R"( rule { id: "x" effect: FORBID direction: OUT types: [ALERT] roles: SYSTEM } )"));
  EXPECT_THAT(LabelsOf(domain.Alerts(), "country"), ElementsAre("(any other)"));
  EXPECT_THAT(LabelsOf(domain.Alerts(), "personal data"), ElementsAre("none"));
  const Domain named(
      Sample(R"( rule { id: "x" effect: FORBID direction: OUT types: [ALERT] countries: "LA" } )"));
  EXPECT_THAT(LabelsOf(named.Alerts(), "country"), ElementsAre("(any other)", "LA"));
}

TEST(DomainAxesTest, AMessageCarriesSomeOfTheClassesThatRulesLookFor) {
  const Domain domain(Sample(
      R"( rule { id: "x" effect: FORBID direction: OUT types: [ALERT] carries: [L3] }
          rule { id: "y" effect: FORBID direction: OUT types: [ALERT] carries: [L2, L4] } )"));
  EXPECT_THAT(LabelsOf(domain.Alerts(), "carries"),
              ElementsAre("none of these", "L2|L4", "L3", "L2|L4 with L3"));
  EXPECT_THAT(AxisOf(domain.Alerts(), "carries").choices[1].absent, ElementsAre(Sensitivity::L3));
  EXPECT_THAT(AxisOf(domain.Alerts(), "carries").choices[2].absent,
              ElementsAre(Sensitivity::L2, Sensitivity::L4));
}

}  // namespace
}  // namespace liaison::policy
