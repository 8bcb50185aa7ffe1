// What is warned of in a policy that is taken: by itself, and beside the registry.
#include "daemon/partners/warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/partners/folder.h"

namespace liaison::partners {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class WarningsTest : public ::testing::Test {
 protected:
  std::vector<std::string> WarningsWith(const std::string& from, const std::string& to) {
    const std::string path = folder_.path() + "/policy.textproto";
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    folder_.Write("policy.textproto", absl::StrReplaceAll(text.str(), {{from, to}}));
    const auto registry = folder_.Load();
    EXPECT_TRUE(registry.ok()) << registry.status();
    std::vector<std::string> said;
    if (!registry.ok()) return said;
    for (const policy::Warning& warning : PolicyWarnings(**registry, absl::Now())) {
      said.push_back(absl::StrCat(warning.where, " ", warning.text));
    }
    return said;
  }

  // With a rule before all others.
  std::vector<std::string> WithRule(const std::string& conditions) {
    const std::string first = "rule { id: \"out\"";
    return WarningsWith(first,
                        absl::StrCat("rule { id: 'no' effect: FORBID direction: OUT types: ALERT ",
                                     conditions, " } ", first));
  }

  Folder folder_;
};

TEST_F(WarningsTest, SayWhatThePolicyCheckSays) {
  EXPECT_THAT(WarningsWith("keep_class: L1", "keep_class: [L1]"),
              Contains("policy.textproto:2:3: policy.agreement[0] without a legal basis for both "
                       "countries no personal data can go under it"));
}

TEST_F(WarningsTest, NameAPartnerThatTheRegistryHasNot) {
  const std::string rule = "rule { id: \"out\"";
  const auto with = [&](const char* partner) {
    return WarningsWith(
        rule, absl::StrCat("rule { id: 'no' effect: FORBID direction: OUT types: ALERT partner: '",
                           partner, "' } ", rule));
  };
  EXPECT_THAT(with("ho-exmaple"),
              Contains("policy.textproto:4:62: policy.rule[0].partner partner ho-exmaple is not in "
                       "agency.textproto"));
}

TEST_F(WarningsTest, NameAnAgreementWithSuchAPartner) {
  EXPECT_THAT(WarningsWith("\"ho-example\"", "\"xx-example\""),
              Contains("policy.textproto:2:26: policy.agreement[0].partner partner xx-example is "
                       "not in agency.textproto"));
}

TEST_F(WarningsTest, HaveNothingToSayOfARuleForAllPartners) {
  const std::string rule = "rule { id: \"out\"";
  EXPECT_THAT(
      WarningsWith(rule, "rule { id: 'no' effect: FORBID direction: OUT types: ALERT } " + rule),
      Not(Contains(::testing::HasSubstr("is not in agency.textproto"))));
}

TEST_F(WarningsTest, NameAClassThatThePartnerIsNotOf) {
  EXPECT_THAT(WithRule("partner: 'ho-example' partner_classes: NGO"),
              Contains(AllOf(HasSubstr("policy.rule[0].partner_classes never applies"),
                             HasSubstr("ho-example is of class LAW_ENFORCEMENT"))));
}

TEST_F(WarningsTest, NameACountryThatThePartnerIsNotOf) {
  EXPECT_THAT(WithRule("partner: 'ho-example' countries: ['FR', 'VN']"),
              Contains(AllOf(HasSubstr("policy.rule[0].countries never applies"),
                             HasSubstr("ho-example is of country GB"))));
}

TEST_F(WarningsTest, HaveNothingToSayOfAPartnerThatIsWhatTheRuleAsksFor) {
  EXPECT_THAT(WithRule("partner: 'ho-example' partner_classes: [NGO, LAW_ENFORCEMENT] "
                       "countries: ['FR', 'GB']"),
              Not(Contains(HasSubstr("never applies"))));
}

TEST_F(WarningsTest, HaveNothingToSayOfConditionsOnAnyPartner) {
  EXPECT_THAT(WithRule("partner_classes: NGO countries: 'FR'"),
              Not(Contains(HasSubstr("never applies"))));
}

TEST_F(WarningsTest, NameACodeThatNoCountryHas) {
  EXPECT_THAT(WithRule("countries: ['GB', 'EN', 'QM', 'QZ', 'AA', 'ZZ', 'XK', 'FR']"),
              Contains(AllOf(HasSubstr("policy.rule[0].countries[1] EN is of no country"),
                             HasSubstr("write the code"))));
}

// Behind those that are left to users.
TEST_F(WarningsTest, NameACodeThatNobodyIsToUse) {
  EXPECT_THAT(WithRule("countries: 'RX'"), Contains(HasSubstr("RX is of no country")));
}

TEST_F(WarningsTest, NameNoCodeThatIsOfACountryOrLeftToUsersOrOfAPartner) {
  folder_.Change("\"GB\"", "\"EN\"");
  EXPECT_THAT(WithRule("countries: ['GB', 'EN', 'QM', 'QZ', 'AA', 'ZZ', 'XK', 'FR']"),
              Not(Contains(HasSubstr("is of no country"))));
}

TEST_F(WarningsTest, HaveNothingToSayOfPartnersThatAreThere) {
  EXPECT_THAT(WarningsWith("keep_class: L1", "keep_class: [L1]"),
              Not(Contains(::testing::HasSubstr("is not in agency.textproto"))));
}

}  // namespace
}  // namespace liaison::partners
