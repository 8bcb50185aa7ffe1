// What the properties of policies share: random policies, and random messages for each.
#ifndef LIAISON_TESTS_POLICY_PROPERTY_H_
#define LIAISON_TESTS_POLICY_PROPERTY_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

#include "tests/policy/world.h"

namespace liaison::policy {

// LIAISON_LONG: a million messages for each property.
inline int Policies() { return std::getenv("LIAISON_LONG") != nullptr ? 125'000 : 1500; }
inline constexpr int kMessagesEach = 8;

inline bool Allows(const Decision& decision) { return decision.outcome != Outcome::kDeny; }

inline bool Same(const Decision& a, const Decision& b) {
  if (a.outcome != b.outcome || a.step != b.step || a.rules != b.rules || a.missing != b.missing ||
      a.obligations != b.obligations || a.fields.size() != b.fields.size() ||
      (a.outcome == Outcome::kDeny && a.reason != b.reason)) {
    return false;
  }
  for (size_t i = 0; i < a.fields.size(); ++i) {
    if (a.fields[i] != b.fields[i] || a.fields[i].rule != b.fields[i].rule) return false;
  }
  return true;
}

class PolicyPropertyTest : public testing::Test {
 protected:
  // Calls `check(file, policy, facts, fields, decision)` for random ones; how many decisions
  // allowed.
  template <typename Check>
  int ForAll(Check check) {
    int allowed = 0;
    for (int i = 0; i < Policies() && !HasFailure(); ++i) {
      const v1::PolicyFile file = world_.File();
      const auto policy = PolicyOf(file);
      for (int j = 0; j < kMessagesEach; ++j) {
        const Facts facts = world_.Message();
        const std::vector<Field> fields = world_.SomeFields();
        const Decision decision = policy->Decide(facts, fields);
        if (Allows(decision)) ++allowed;
        check(file, *policy, facts, fields, decision);
      }
    }
    EXPECT_GT(allowed, Policies() * kMessagesEach / 100)
        << "too few messages pass to show anything";
    return allowed;
  }

  World world_{SeedOfRun()};
};

}  // namespace liaison::policy

#endif  // LIAISON_TESTS_POLICY_PROPERTY_H_
