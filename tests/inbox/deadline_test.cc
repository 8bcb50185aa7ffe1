#include "daemon/inbox/deadline.h"

#include <gtest/gtest.h>

namespace liaison::inbox {
namespace {

using payload::v1::Urgency;

const absl::Time kReceived = absl::FromUnixSeconds(1'800'000'000);

TEST(DeadlineTest, ARequestIsAnsweredTheSoonerTheMoreUrgentItIs) {
  const auto hours = [](Urgency::Code urgency) {
    return (RespondBy(payload::v1::VICTIM_VERIFICATION_REQUEST, urgency, kReceived) - kReceived) /
           absl::Hours(1);
  };
  EXPECT_EQ(hours(Urgency::U1), 8);
  EXPECT_EQ(hours(Urgency::U2), 3 * 24);
  EXPECT_EQ(hours(Urgency::U3), 7 * 24);
  EXPECT_EQ(hours(Urgency::U4), 30 * 24);
  EXPECT_EQ(hours(static_cast<Urgency::Code>(9)), 7 * 24) << "of a newer version";
}

TEST(DeadlineTest, APermissionIsAskedForAsAnythingElse) {
  EXPECT_EQ(RespondBy(payload::v1::ONWARD_SHARING_REQUEST, Urgency::U1, kReceived),
            kReceived + absl::Hours(8));
}

TEST(DeadlineTest, ARecallIsConfirmedWithinADayOrAnHour) {
  EXPECT_EQ(RespondBy(payload::v1::RECALL, Urgency::U1, kReceived), kReceived + absl::Hours(1));
  EXPECT_EQ(RespondBy(payload::v1::RECALL, Urgency::U4, kReceived), kReceived + absl::Hours(24));
}

TEST(DeadlineTest, WhatAsksNothingHasNone) {
  EXPECT_EQ(RespondBy(payload::v1::INTELLIGENCE_NOTICE, Urgency::U1, kReceived),
            absl::InfinitePast());
  EXPECT_EQ(RespondBy(payload::v1::VICTIM_VERIFICATION_RESPONSE, Urgency::U3, kReceived),
            absl::InfinitePast());
}

}  // namespace
}  // namespace liaison::inbox
