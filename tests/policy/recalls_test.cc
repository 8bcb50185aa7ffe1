// Which rules stop what takes a message back, each by one condition.
#include "daemon/policy/recalls.h"

#include <gtest/gtest.h>

#include "tests/policy/sample.h"

namespace liaison::policy {
namespace {

bool Stops(const std::string& rule) {
  SchemaPaths schema(AnyLeaves);
  return StopsRecalls(FileOf("policy { rule { " + rule + " } }").policy().rule(0), schema);
}

TEST(StopsRecallsTest, WhateverARecallCanHaveMeetsIt) {
  for (const std::string effect : {"effect: FORBID ", "effect: HOLD "}) {
    for (const char* condition :
         {"", "direction: IN", "purposes: TRAFFICKING_INVESTIGATION", "max_tlp: GREEN",
          "roles: SYSTEM", R"(partner: "ho-example")", R"(agreement: "joint-plan")",
          "partner_classes: NGO", R"(countries: "GB")", "urgencies: [U1, U4]", "urgencies: U2",
          "origins: UNCERTAIN", "carries: L1", "carries: [L1, L8]"}) {
      EXPECT_TRUE(Stops(effect + condition)) << effect << condition;
    }
  }
}

TEST(StopsRecallsTest, WhatNoRecallHasDoesNot) {
  for (const std::string effect : {"effect: FORBID ", "effect: HOLD "}) {
    for (const char* condition :
         {"types: ALERT", "urgencies: [U3, U4]", "origins: [AI_GENERATED, HUMAN_GENERATED]",
          "subjects: VICTIM", "carries: [L0, L2, L3, L8]"}) {
      EXPECT_FALSE(Stops(effect + condition)) << effect << condition;
    }
  }
}

TEST(StopsRecallsTest, OfRestrictsThoseThatTakeOneOfItsFieldsOut) {
  const auto stops = [](const std::string& fields) {
    return Stops("effect: RESTRICT fields { " + fields + " }");
  };
  for (const char* fields :
       {"omit_class: [L0, L1]", "withhold_class: L1", R"(omit: "recall")",
        R"(withhold: "recall.replacement")", R"(mask { path: "recall.reason" })",
        R"(omit: "notes")", R"(omit: "notes.named_recipients")"}) {
    EXPECT_TRUE(stops(fields)) << fields;
  }
  for (const char* fields : {"omit_class: L8", R"(omit: "notes.instructions")", R"(omit: "a")",
                             R"(generalise { path: "recall.replacement" to: YEAR })"}) {
    EXPECT_FALSE(stops(fields)) << fields;
  }
}

}  // namespace
}  // namespace liaison::policy
