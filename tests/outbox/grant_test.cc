// Permissions to pass on: what may be granted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/base/error.h"
#include "tests/outbox/three_agencies.h"

namespace liaison::outbox {
namespace {

using ::testing::ElementsAre;
using testing::ThreeAgencies;

class GrantTest : public ::testing::Test {
 protected:
  // io asks bgc whether it may pass the original on to `third`.
  std::string Ask(const std::string& third = "ho-example") {
    desk::v1::Draft draft = ThreeAgencies::Asking(original_);
    draft.mutable_payload()->mutable_onward_sharing_request()->set_agencies(0, third);
    return agencies_.Pass(*agencies_.io, *agencies_.bgc, draft);
  }
  // "field: RULE" of every fault of a grant.
  std::vector<std::string> Faults(void (*change)(payload::v1::OnwardSharingDecision&)) {
    desk::v1::Draft draft = ThreeAgencies::Granting(Ask());
    change(*draft.mutable_payload()->mutable_onward_sharing_decision());
    const auto error = base::GetError(agencies_.Submit(*agencies_.bgc, draft).status());
    std::vector<std::string> faults;
    if (!error) return faults;
    for (const auto& field : error->fields) faults.push_back(field.field + ": " + field.rule);
    return faults;
  }

  ThreeAgencies agencies_;
  const std::string original_ = agencies_.Received();
};

TEST_F(GrantTest, IsForOthersThanItsOriginator) {
  EXPECT_THAT(Faults([](auto& decision) { decision.add_agencies("bgc-example"); }),
              ElementsAre("payload.onward_sharing_decision.agencies[1]: ORIGINATOR"));
}

TEST_F(GrantTest, EndsTodayOrLater) {
  EXPECT_THAT(Faults([](auto& decision) { decision.set_until("2026-11-22"); }),
              ElementsAre("payload.onward_sharing_decision.until: PAST"));
  EXPECT_THAT(Faults([](auto& decision) { decision.set_until("2026-11-23"); }), ElementsAre());
}

}  // namespace
}  // namespace liaison::outbox
