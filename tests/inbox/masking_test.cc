#include "daemon/inbox/masking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/payload/records.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::inbox {
namespace {

using ::testing::ElementsAre;

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

TEST(MaskingTest, WritesTheClassInTheirPlacesAndSaysWhere) {
  payload::v1::Payload payload;
  auto& request = *payload.mutable_victim_verification_request();
  request.set_present_situation(payload::v1::PresentSituation::HOSPITAL);
  for (int i = 0; i < 2; ++i) {
    payload::v1::IdentityDocument& document = *request.add_documents_seen();
    document.set_type_other("family book");
    document.set_issuer("VNM");
    document.add_mrz("P<VNMEXAMPLE");
    document.add_mrz("B1234567<8VNM");
  }
  EXPECT_THAT(Mask(payload), ElementsAre("victim_verification_request.present_situation",
                                         "victim_verification_request.documents_seen[0].type_other",
                                         "victim_verification_request.documents_seen[0].mrz",
                                         "victim_verification_request.documents_seen[1].type_other",
                                         "victim_verification_request.documents_seen[1].mrz"));
  EXPECT_FALSE(request.has_present_situation());
  for (const payload::v1::IdentityDocument& document : request.documents_seen()) {
    EXPECT_EQ(document.type_other(), "[L8]");
    EXPECT_EQ(document.issuer(), "VNM");
    EXPECT_THAT(document.mrz(), ElementsAre("[L3]", "[L3]"));
  }
}

}  // namespace
}  // namespace liaison::inbox
