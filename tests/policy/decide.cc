#include "tests/policy/decide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace liaison::policy {

using base::Reason;
using liaison::payload::v1::LegalBasis;
using ::testing::ElementsAre;

Decision DecideWith(const Change& change, std::vector<Field> fields, std::string_view text) {
  static const auto sample = PolicyOf(SampleText());
  const auto policy = text.empty() ? sample : PolicyOf(text);
  Facts facts = SampleFacts();
  change(facts);
  return policy->Decide(facts, fields);
}

std::string With(const std::string& rules) {
  std::string text = SampleText();
  text.insert(text.rfind('}'), rules);
  return text;
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

LegalBasis Basis(const std::string& country, LegalBasis::Code code) {
  LegalBasis basis;
  basis.set_country(country);
  basis.set_code(code);
  return basis;
}

}  // namespace liaison::policy
