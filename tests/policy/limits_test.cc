// How much a policy may hold, and what its parts may be called.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/policy/check.h"
#include "tests/policy/sample.h"

namespace liaison::policy {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;

// "field RULE" of each fault.
std::vector<std::string> FaultsOf(const v1::PolicyFile& file) {
  std::vector<std::string> faults;
  for (const base::FieldFault& fault : FindFaults(file, "bgc-example", AnyPath)) {
    faults.push_back(fault.field + " " + fault.rule);
  }
  return faults;
}

// The sample with as many of its first rule, and of its agreement, as asked for.
v1::PolicyFile Repeated(int rules, int agreements) {
  v1::PolicyFile file = FileOf(SampleText());
  v1::Policy& policy = *file.mutable_policy();
  while (policy.rule_size() < rules) {
    v1::Rule copy = policy.rule(0);
    copy.set_id("rule-" + std::to_string(policy.rule_size()));
    *policy.add_rule() = copy;
  }
  while (policy.agreement_size() < agreements) {
    v1::Agreement copy = policy.agreement(0);
    copy.set_id("agreement-" + std::to_string(policy.agreement_size()));
    *policy.add_agreement() = copy;
  }
  return file;
}

TEST(PolicyLimitsTest, APolicyHoldsOnlySoManyRules) {
  EXPECT_THAT(FaultsOf(Repeated(kMaxRules, 1)), IsEmpty());
  EXPECT_THAT(FaultsOf(Repeated(kMaxRules + 1, 1)), Contains("policy.rule TOO_MANY"));
}

TEST(PolicyLimitsTest, APolicyHoldsOnlySoManyAgreements) {
  EXPECT_THAT(FaultsOf(Repeated(1, kMaxAgreements)), IsEmpty());
  EXPECT_THAT(FaultsOf(Repeated(1, kMaxAgreements + 1)), Contains("policy.agreement TOO_MANY"));
}

TEST(PolicyLimitsTest, AnIdIsShortAndOfFewCharacters) {
  const auto faults = [](const std::string& id) {
    v1::PolicyFile file = FileOf(SampleText());
    file.mutable_policy()->mutable_rule(0)->set_id(id);
    return FaultsOf(file);
  };
  for (const std::string& id : {std::string(100, 'x'), std::string("a"), std::string("A_b-1.c")}) {
    EXPECT_THAT(faults(id), IsEmpty()) << id;
  }
  for (const std::string& id : {std::string(101, 'x'), std::string(), std::string("default"),
                                std::string("a b"), std::string("a:b"), std::string("\xc3\xa9")}) {
    EXPECT_THAT(faults(id), Contains("policy.rule[0].id ID")) << id;
  }
  EXPECT_THAT(faults("alerts-in"), Contains("policy.rule[1].id DUPLICATE"));
}

}  // namespace
}  // namespace liaison::policy
