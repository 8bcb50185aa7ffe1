// Decides on the sample message with one thing changed, and says what is expected of the decision.
#ifndef LIAISON_TESTS_POLICY_DECIDE_H_
#define LIAISON_TESTS_POLICY_DECIDE_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/policy/policy.h"
#include "tests/policy/sample.h"

namespace liaison::policy {

using Change = std::function<void(Facts&)>;

// Under the sample policy, or under `text`.
Decision DecideWith(const Change& change, std::vector<Field> fields = SampleFields(),
                    std::string_view text = "");

// SampleText with more in it.
std::string With(const std::string& rules);

void ExpectDenied(const Decision& decision, Step step, base::Reason reason,
                  const std::string& rule);
void ExpectAllowed(const Decision& decision);

liaison::payload::v1::LegalBasis Basis(
    const std::string& country,
    liaison::payload::v1::LegalBasis::Code code = liaison::payload::v1::LegalBasis::UNTOC_PALERMO);

}  // namespace liaison::policy

#endif  // LIAISON_TESTS_POLICY_DECIDE_H_
