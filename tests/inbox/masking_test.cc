#include "daemon/inbox/masking.h"

#include <gtest/gtest.h>

#include "daemon/payload/records.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::inbox {
namespace {

// Whatever a draft holds: no value of class L3 or above is left, and what is below it stays as it
// was.
TEST(MaskingTest, LeavesNoIdentifierAndTouchesNothingElse) {
  for (const char* name : {"intelligence_notice", "alert", "alert_hit", "alert_cancel",
                           "victim_verification_request", "victim_verification_response"}) {
    payload::v1::Payload payload = testing::TwoAgencies::Draft(name).payload();
    const auto before = payload::Cut(payload);
    ASSERT_TRUE(before.ok()) << before.status();
    EXPECT_FALSE(Mask(payload).empty()) << name;
    const auto after = payload::Cut(payload);
    ASSERT_TRUE(after.ok()) << after.status();
    std::map<std::string, payload::Leaf> masked;
    for (const payload::Leaf& leaf : *after) masked[leaf.path] = leaf;
    for (const payload::Leaf& leaf : *before) {
      const auto found = masked.find(leaf.path);
      if (leaf.sens < Sensitivity::L3) {
        ASSERT_NE(found, masked.end()) << leaf.path;
        EXPECT_EQ(found->second.value, leaf.value) << leaf.path;
      } else if (found != masked.end() && !leaf.value.empty()) {
        EXPECT_NE(found->second.value, leaf.value) << leaf.path;
      }
    }
  }
}

}  // namespace
}  // namespace liaison::inbox
