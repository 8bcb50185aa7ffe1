// What a policy file must say to be taken.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "absl/strings/ascii.h"
#include "daemon/policy/check.h"
#include "daemon/policy/policy.h"
#include "liaison/payload/v1/payload.pb.h"
#include "tests/policy/decide.h"

namespace liaison::policy {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> FaultsOf(const v1::PolicyFile& file) {
  const auto policy = Policy::Create(file, "bgc-example", AnyPath);
  std::vector<std::string> faults;
  if (policy.ok()) return faults;
  const auto error = base::GetError(policy.status());
  EXPECT_TRUE(error && error->reason == base::Reason::kValidationFailed);
  for (const base::FieldFault& fault : error->fields) {
    faults.push_back(fault.field + " " + fault.rule);
    EXPECT_FALSE(fault.description.empty());
  }
  return faults;
}

using Break = std::function<void(v1::Policy&)>;

struct Broken {
  const char* fault;
  Break change;
};

template <typename E>
E Number(int number) {
  return static_cast<E>(number);
}

std::vector<Broken> BrokenHeadsAndAgreements() {
  using liaison::payload::v1::MessageType;
  return {
      {"policy.id ID", [](v1::Policy& p) { p.clear_id(); }},
      {"policy.id ID", [](v1::Policy& p) { p.set_id("a b"); }},
      {"policy.version REQUIRED", [](v1::Policy& p) { p.clear_version(); }},
      {"policy.version LIMIT", [](v1::Policy& p) { p.set_version(kMaxVersion + 1); }},
      {"policy.version LIMIT", [](v1::Policy& p) { p.set_version(UINT64_MAX); }},
      {"policy.agreement[0].id ID", [](v1::Policy& p) { p.mutable_agreement(0)->clear_id(); }},
      {"policy.agreement[1].id DUPLICATE",
       [](v1::Policy& p) { *p.add_agreement() = v1::Agreement(p.agreement(0)); }},
      {"policy.agreement[0].partner AGENCY_ID",
       [](v1::Policy& p) { p.mutable_agreement(0)->set_partner("HO"); }},
      {"policy.agreement[0].partner AGENCY_ID",
       [](v1::Policy& p) { p.mutable_agreement(0)->set_partner("bgc-example"); }},
      {"policy.agreement[0].valid.from DATE",
       [](v1::Policy& p) { p.mutable_agreement(0)->mutable_valid()->clear_from(); }},
      {"policy.agreement[0].valid.to DATE",
       [](v1::Policy& p) { p.mutable_agreement(0)->mutable_valid()->set_to("2025-12-31"); }},
      {"policy.agreement[0].valid.time_zone TIME_ZONE",
       [](v1::Policy& p) { p.mutable_agreement(0)->mutable_valid()->clear_time_zone(); }},
      {"policy.agreement[0].types REQUIRED",
       [](v1::Policy& p) { p.mutable_agreement(0)->clear_types(); }},
      {"policy.agreement[0].types[2] REQUIRED",
       [](v1::Policy& p) { p.mutable_agreement(0)->add_types(Number<MessageType>(0)); }},
      {"policy.agreement[0].types[2] ENUM_NUMBER",
       [](v1::Policy& p) { p.mutable_agreement(0)->add_types(Number<MessageType>(77)); }},
      {"policy.agreement[0].purposes REQUIRED",
       [](v1::Policy& p) { p.mutable_agreement(0)->clear_purposes(); }},
      {"policy.agreement[0].kind ENUM_NUMBER",
       [](v1::Policy& p) { p.mutable_agreement(0)->set_kind(Number<v1::Agreement::Kind>(99)); }},
      {"policy.agreement[0].legal_basis[0].country COUNTRY",
       [](v1::Policy& p) { p.mutable_agreement(0)->mutable_legal_basis(0)->set_country("vn"); }},
      {"policy.agreement[0].legal_basis[1].citation REQUIRED",
       [](v1::Policy& p) { p.mutable_agreement(0)->mutable_legal_basis(1)->clear_citation(); }},
      {"policy.quota[0].id ID", [](v1::Policy& p) { p.add_quota(); }},
      {"policy.quota[0] NO_LIMIT", [](v1::Policy& p) { p.add_quota()->set_id("q"); }},
      {"policy.quota[1].id DUPLICATE",
       [](v1::Policy& p) {
         for (int i = 0; i < 2; ++i) p.add_quota()->set_id("q");
       }},
      {"policy.quota[0].time_zone TIME_ZONE",
       [](v1::Policy& p) { p.add_quota()->set_time_zone("Asia/Nowhere"); }},
      {"policy.quota[0].count ENUM_NUMBER",
       [](v1::Policy& p) { p.add_quota()->set_count(Number<v1::Quota::Count>(9)); }},
  };
}

std::vector<Broken> BrokenRules() {
  using liaison::payload::v1::Origin;
  using liaison::payload::v1::Purpose;
  using liaison::payload::v1::SubjectCategory;
  using liaison::payload::v1::Urgency;
  const auto rule = [](auto change) -> Break {
    return [change](v1::Policy& p) { change(*p.mutable_rule(0)); };
  };
  return {
      {"policy.rule[0].id ID", rule([](v1::Rule& r) { r.set_id("builtin:D-13"); })},
      {"policy.rule[0].id ID", rule([](v1::Rule& r) { r.set_id("default"); })},
      {"policy.rule[1].id DUPLICATE", rule([](v1::Rule& r) { r.set_id("alerts-in"); })},
      {"policy.rule[0].effect REQUIRED", rule([](v1::Rule& r) { r.clear_effect(); })},
      {"policy.rule[0].effect ENUM_NUMBER",
       rule([](v1::Rule& r) { r.set_effect(Number<v1::Rule::Effect>(9)); })},
      {"policy.rule[0].direction REQUIRED", rule([](v1::Rule& r) { r.clear_direction(); })},
      {"policy.rule[0].partner AGENCY_ID", rule([](v1::Rule& r) { r.clear_partner(); })},
      {"policy.rule[0].types REQUIRED", rule([](v1::Rule& r) { r.clear_types(); })},
      {"policy.rule[0].purposes REQUIRED", rule([](v1::Rule& r) { r.clear_purposes(); })},
      {"policy.rule[0].purposes[3] ENUM_NUMBER",
       rule([](v1::Rule& r) { r.add_purposes(Number<Purpose::Code>(55)); })},
      {"policy.rule[0].roles REQUIRED", rule([](v1::Rule& r) { r.clear_roles(); })},
      {"policy.rule[0].roles[2] REQUIRED",
       rule([](v1::Rule& r) { r.add_roles(v1::Rule::ROLE_UNSPECIFIED); })},
      {"policy.rule[0].agreement UNKNOWN", rule([](v1::Rule& r) { r.set_agreement("none"); })},
      {"policy.rule[0].agreement UNKNOWN", rule([](v1::Rule& r) {
         r.set_agreement("joint-plan");
         r.set_partner("io-example");
       })},
      {"policy.rule[0].fields.keep_class[5] D-13",
       rule([](v1::Rule& r) { r.mutable_fields()->add_keep_class(Sensitivity::L6); })},
      {"policy.rule[0].fields.withhold_class[1] D-13",
       rule([](v1::Rule& r) { r.mutable_fields()->add_withhold_class(Sensitivity::L6); })},
      {"policy.rule[0].fields.keep_class[5] REQUIRED", rule([](v1::Rule& r) {
         r.mutable_fields()->add_keep_class(Number<Sensitivity::Class>(0));
       })},
      {"policy.rule[0].fields.keep[0] UNKNOWN",
       rule([](v1::Rule& r) { r.mutable_fields()->add_keep("nowhere.at.all"); })},
      {"policy.rule[0].fields.withhold[0] UNKNOWN",
       rule([](v1::Rule& r) { r.mutable_fields()->add_withhold("nowhere"); })},
      {"policy.rule[0].fields.omit[0] UNKNOWN",
       rule([](v1::Rule& r) { r.mutable_fields()->add_omit("nowhere"); })},
      {"policy.rule[0].obligations.quota UNKNOWN",
       rule([](v1::Rule& r) { r.mutable_obligations()->set_quota("none"); })},
      {"policy.rule[0].partner_classes[0] REQUIRED",
       rule([](v1::Rule& r) { r.add_partner_classes(v1::PARTNER_CLASS_UNSPECIFIED); })},
      {"policy.rule[0].urgencies[0] REQUIRED",
       rule([](v1::Rule& r) { r.add_urgencies(Number<Urgency::Code>(0)); })},
      {"policy.rule[0].subjects[0] REQUIRED",
       rule([](v1::Rule& r) { r.add_subjects(Number<SubjectCategory::Code>(0)); })},
      {"policy.rule[0].origins[0] REQUIRED",
       rule([](v1::Rule& r) { r.add_origins(Number<Origin::Code>(0)); })},
      {"policy.rule[0].countries[1] COUNTRY", rule([](v1::Rule& r) {
         r.add_countries("GB");
         r.add_countries("gb");
       })},
  };
}

// Of effects: what each may not have, and what it must.
std::vector<Broken> BrokenEffects() {
  // Makes rule 0 one of this effect without what a PERMIT has.
  const auto rule = [](v1::Rule::Effect effect, const char* text) -> Break {
    return [effect, text](v1::Policy& p) {
      v1::Rule& r = *p.mutable_rule(0);
      r.clear_fields();
      r.MergeFrom(FileOf(std::string("policy { rule { ") + text + " } }").policy().rule(0));
      r.set_effect(effect);
    };
  };
  using R = v1::Rule;
  return {
      {"policy.rule[0].fields EFFECT", rule(R::FORBID, "fields { omit_class: L1 }")},
      {"policy.rule[0].fields EFFECT", rule(R::HOLD, "fields { omit_class: L1 }")},
      {"policy.rule[0].obligations EFFECT", rule(R::FORBID, "obligations { notice: true }")},
      {"policy.rule[0].obligations EFFECT", rule(R::RESTRICT, "obligations { notice: true }")},
      {"policy.rule[0].obligations EFFECT",
       rule(R::HOLD, R"(obligations { release { persons: 2 within: "1h" } notice: true })")},
      {"policy.rule[0].carries EFFECT", rule(R::PERMIT, "carries: L4")},
      {"policy.rule[0].carries EFFECT", rule(R::RESTRICT, "carries: L4")},
      {"policy.rule[0].carries[1] D-13", rule(R::HOLD, "carries: [L4, L6]")},
      {"policy.rule[0].carries[0] REQUIRED", rule(R::HOLD, "carries: SENSITIVITY_UNSPECIFIED")},
      {"policy.rule[0].fields REQUIRED", rule(R::RESTRICT, "")},
      {"policy.rule[0].fields REQUIRED", rule(R::RESTRICT, "fields {}")},
      {"policy.rule[0].fields.keep_class EFFECT", rule(R::RESTRICT, "fields { keep_class: L1 }")},
      {"policy.rule[0].fields.keep EFFECT", rule(R::RESTRICT, R"(fields { keep: "a" })")},
      {"policy.rule[0].obligations.release REQUIRED", rule(R::HOLD, "")},
      {"policy.rule[0].obligations.release.persons LIMIT",
       rule(R::HOLD, R"(obligations { release { persons: 1 within: "1h" } })")},
      {"policy.rule[0].partner AGENCY_ID", rule(R::FORBID, R"(partner: "HO")")},
      {"policy.rule[0].direction OUT_ONLY",
       [](v1::Policy& p) {
         p.mutable_rule(0)->set_effect(R::HOLD);
         p.mutable_rule(0)->set_direction(R::IN);
       }},
      {"policy.rule[0].derogation EFFECT", rule(R::PERMIT, R"(derogation { within: "4h" })")},
      {"policy.rule[0].derogation.within SPAN", rule(R::FORBID, "derogation {}")},
      {"policy.rule[0].derogation.within SPAN", rule(R::FORBID, R"(derogation { within: "73h" })")},
      {"policy.rule[0].derogation.within SPAN", rule(R::HOLD, R"(derogation { within: "0m" })")},
      {"policy.rule[1].derogation OUT_ONLY",
       [](v1::Policy& p) {
         p.mutable_rule(1)->set_effect(R::FORBID);
         p.mutable_rule(1)->mutable_derogation()->set_within("4h");
       }},
      {"policy.rule[1].obligations.release OUT_ONLY",
       [](v1::Policy& p) {
         p.mutable_rule(1)->mutable_obligations()->mutable_release()->set_persons(2);
       }},
  };
}

// Changes of fields and obligations of a PERMIT.
std::vector<Broken> BrokenChanges() {
  const auto fields = [](const char* text) -> Break {
    return [text](v1::Policy& p) {
      p.mutable_rule(0)->MergeFrom(
          FileOf(std::string("policy { rule { fields { ") + text + " } } }").policy().rule(0));
    };
  };
  const auto obligations = [](const char* text) -> Break {
    return [text](v1::Policy& p) {
      p.mutable_rule(0)->MergeFrom(
          FileOf(std::string("policy { rule { obligations { ") + text + " } } }").policy().rule(0));
    };
  };
  return {
      {"policy.rule[0].fields.generalise[0].path UNKNOWN", fields("generalise { to: YEAR }")},
      {"policy.rule[0].fields.generalise[0].path UNKNOWN",
       fields(R"(generalise { path: "nowhere" to: YEAR })")},
      {"policy.rule[0].fields.generalise[0].path NOT_GENERAL",
       fields(R"(generalise { path: "birth.edtf" to: YEAR })")},
      {"policy.rule[0].fields.generalise[0].to LEVEL", fields(R"(generalise { path: "birth" })")},
      {"policy.rule[0].fields.generalise[0].to LEVEL",
       fields(R"(generalise { path: "birth" to: COUNTRY })")},
      {"policy.rule[0].fields.generalise[0].to LEVEL",
       fields(R"(generalise { path: "place" to: MONTH })")},
      {"policy.rule[0].fields.mask[1].path UNKNOWN",
       fields(R"(mask { path: "a" } mask { path: "nowhere" })")},
      {"policy.rule[0].fields.mask[0].path UNKNOWN", fields("mask { keep_last: 1 }")},
      {"policy.rule[0].fields.mask[0].keep_last LIMIT",
       fields(R"(mask { path: "a" keep_last: 5 })")},
      {"policy.rule[0].fields.pseudonymise[0] UNKNOWN", fields(R"(pseudonymise: "nowhere")")},
      {"policy.rule[0].fields.match_token[0] UNKNOWN", fields(R"(match_token: "nowhere")")},
      {"policy.rule[0].obligations.release.persons LIMIT",
       obligations(R"(release { persons: 1 within: "4h" })")},
      {"policy.rule[0].obligations.release.persons LIMIT",
       obligations(R"(release { persons: 6 within: "4h" })")},
      {"policy.rule[0].obligations.release.within SPAN", obligations("release { persons: 2 }")},
      {"policy.rule[0].obligations.release.within SPAN",
       obligations(R"(release { persons: 2 within: "four hours" })")},
      {"policy.rule[0].obligations.release.within SPAN",
       obligations(R"(release { persons: 2 within: "31d" })")},
      {"policy.rule[0].obligations.retention SPAN", obligations(R"(retention: "23h")")},
      {"policy.rule[0].obligations.retention SPAN", obligations(R"(retention: "3651d")")},
      {"policy.rule[0].obligations.retention SPAN", obligations(R"(retention: "forever")")},
  };
}

TEST(CreateTest, TakesTheSample) {
  EXPECT_THAT(FaultsOf(FileOf(SampleText())), IsEmpty());
  const auto policy = PolicyOf(SampleText());
  EXPECT_EQ(policy->id(), "bgc-sample");
  EXPECT_EQ(policy->version(), 3u);
  EXPECT_THAT(policy->AgreementsWith("ho-example"), ElementsAre("joint-plan"));
  EXPECT_THAT(policy->AgreementsWith("io-example"), IsEmpty());
}

TEST(CreateTest, ListsTheAgreementsOfAPartnerInOrder) {
  v1::PolicyFile file = FileOf(SampleText());
  for (const char* id : {"d", "a", "e", "c", "b"}) {
    v1::Agreement& agreement = *file.mutable_policy()->add_agreement();
    agreement = file.policy().agreement(0);
    agreement.set_id(id);
  }
  EXPECT_THAT(PolicyOf(file)->AgreementsWith("ho-example"),
              ElementsAre("a", "b", "c", "d", "e", "joint-plan"));
}

TEST(CreateTest, SaysHowManyFaultsThereAreAndWhatToDo) {
  v1::PolicyFile file = FileOf(SampleText());
  const auto told = [&file] {
    const auto policy = Policy::Create(file, "bgc-example", AnyPath);
    return base::GetError(policy.status()).value_or(base::ErrorText());
  };
  file.mutable_policy()->clear_version();
  EXPECT_THAT(told().message, testing::StartsWith("the policy has 1 fault, the first at "));
  file.mutable_policy()->clear_id();
  EXPECT_THAT(told().message, testing::StartsWith("the policy has 2 faults, the first at "));
  EXPECT_EQ(told().fix, "correct the policy and check it again");
}

TEST(CreateTest, RefusesEachFaultAndNamesItsPlace) {
  for (const auto& list :
       {BrokenHeadsAndAgreements(), BrokenRules(), BrokenEffects(), BrokenChanges()}) {
    for (const Broken& broken : list) {
      v1::PolicyFile file = FileOf(SampleText());
      broken.change(*file.mutable_policy());
      EXPECT_THAT(FaultsOf(file), Contains(broken.fault));
    }
  }
}

TEST(CreateTest, TakesACountryOfTwoCapitalLettersAlone) {
  const auto faults_of = [](const char* country) {
    v1::PolicyFile file = FileOf(SampleText());
    file.mutable_policy()->mutable_rule(0)->add_countries(country);
    return FaultsOf(file);
  };
  for (const char* country : {"GB", "XX"}) EXPECT_THAT(faults_of(country), IsEmpty()) << country;
  for (const char* country : {"", "G", "GBR", "gB", "Gb", "gb", "G1", "1B", "UK"}) {
    EXPECT_THAT(faults_of(country), ElementsAre("policy.rule[0].countries[0] COUNTRY")) << country;
  }
}

TEST(CreateTest, TakesARuleForAllPartnersUnderOneAgreement) {
  EXPECT_THAT(FaultsOf(FileOf(With(R"(rule { id: "no" effect: FORBID direction: OUT types: ALERT
                                             agreement: "joint-plan" })"))),
              IsEmpty());
}

TEST(CreateTest, TakesWhatIsJustWithinTheLimits) {
  v1::PolicyFile file = FileOf(With(R"(
    quota { id: "q" per_day: 1 time_zone: "Asia/Ho_Chi_Minh" }
    quota { id: "r" distinct_subjects_per_day: 1 }
    rule { id: "two" effect: HOLD direction: OUT types: ALERT carries: [L4, L8]
           obligations { release { persons: 2 within: "1m" } } }
    rule { id: "less" effect: RESTRICT direction: IN countries: ["GB", "XX"] partner_classes: NGO
           fields { generalise { path: "x.birth" to: AGE_BAND } generalise { path: "y.place" to: LOCALITY }
                    mask { path: "a" } mask { path: "b" keep_last: 4 } pseudonymise: "c" match_token: "d"
                    omit_class: L6 } }
    rule { id: "no" effect: FORBID direction: OUT types: ALERT carries: L6 })"));
  v1::Obligations& obligations = *file.mutable_policy()->mutable_rule(0)->mutable_obligations();
  obligations.mutable_release()->set_persons(5);
  obligations.mutable_release()->set_within("30d");
  obligations.set_retention("3650d");
  obligations.set_quota("q");
  file.mutable_policy()->set_version(kMaxVersion);
  EXPECT_THAT(FaultsOf(file), IsEmpty());
  obligations.set_retention("1d");
  EXPECT_THAT(FaultsOf(file), IsEmpty());
}

TEST(CreateTest, RefusesAFileWithoutPolicy) {
  EXPECT_THAT(FaultsOf(v1::PolicyFile()), ElementsAre("policy REQUIRED"));
}

TEST(CreateTest, NamesEveryFaultAtOnce) {
  v1::PolicyFile file = FileOf(SampleText());
  for (const Broken& broken : BrokenRules()) broken.change(*file.mutable_policy());
  EXPECT_GT(FaultsOf(file).size(), 10u);
}

// --- D-37
// -----------------------------------------------------------------------------------------------------------

void CollectNames(const google::protobuf::Descriptor* type, std::set<std::string>& seen,
                  std::vector<std::string>& names) {
  if (!seen.insert(type->full_name()).second) return;
  for (int i = 0; i < type->field_count(); ++i) {
    names.push_back(type->field(i)->name());
    if (type->field(i)->message_type()) CollectNames(type->field(i)->message_type(), seen, names);
    if (type->field(i)->enum_type() == nullptr) continue;
    for (int j = 0; j < type->field(i)->enum_type()->value_count(); ++j) {
      names.push_back(absl::AsciiStrToLower(type->field(i)->enum_type()->value(j)->name()));
    }
  }
}

TEST(SchemaTest, HasNoPlaceForConsentToExploitation) {
  std::set<std::string> seen;
  std::vector<std::string> names;
  CollectNames(liaison::payload::v1::Payload::descriptor(), seen, names);
  for (const std::string& name : names) {
    const bool consent = name.find("consent") != std::string::npos;
    const bool exploited = name.find("exploit") != std::string::npos;
    EXPECT_FALSE(consent && exploited) << name;
    EXPECT_NE(name, "consented");
    EXPECT_NE(name, "willing");
  }
}

TEST(CheckTest, SaysWhatThePathLookupSays) {
  v1::PolicyFile file = FileOf(SampleText());
  file.mutable_policy()->mutable_rule(0)->mutable_fields()->add_keep("nowhere");
  const absl::Status refused = Policy::Create(file, "bgc-example", AnyPath).status();
  EXPECT_THAT(std::string(refused.message()), testing::HasSubstr(R"(write "somewhere")"));
}

}  // namespace
}  // namespace liaison::policy
