#include "daemon/journal/duties.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/journal/openings.h"
#include "tests/store/rows_fixture.h"

namespace liaison::journal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::Time At(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << error;
  return time;
}

policy::v1::Quota Quota(const std::string& id, bool per_caller = false) {
  policy::v1::Quota quota;
  quota.set_id(id);
  quota.set_per_day(3);
  quota.set_distinct_subjects_per_day(2);
  quota.set_time_zone("Asia/Ho_Chi_Minh");
  quota.set_per_caller(per_caller);
  return quota;
}

payload::v1::Payload About(const std::vector<std::string>& names) {
  payload::v1::Payload payload;
  for (const std::string& name : names) {
    auto& person = *payload.mutable_notice()->add_persons();
    if (!name.empty()) person.add_names()->set_full_original(name);
  }
  return payload;
}

class DutiesTest : public ::testing::Test {
 protected:
  store::QuotaUse UseOf(const policy::v1::Quota& quota, const payload::v1::Payload& payload,
                        const std::string& now = "2026-11-26T12:00:00Z", uint64_t exchange = 1) {
    const store::ExchangeName name = {"bgc-example", store::IdOf(exchange)};
    const auto uses = UsesOf({&quota, 1}, {name, payload, store::DigestOf(9), At(now)}, mac_key_);
    EXPECT_EQ(uses.size(), 1u);
    return uses.empty() ? store::QuotaUse() : uses[0];
  }

  const crypto::Secret mac_key_{std::string(32, 'm')};
};

TEST_F(DutiesTest, CountsOnTheDayOfTheQuotasZoneWithItsLimits) {
  const store::QuotaUse use = UseOf(Quota("q"), About({"A", "B"}));
  EXPECT_EQ(use.quota, "q");
  EXPECT_EQ(use.begin, At("2026-11-25T17:00:00Z"));
  EXPECT_EQ(use.end, At("2026-11-26T17:00:00Z"));
  EXPECT_EQ(use.per_day, 3u);
  EXPECT_EQ(use.distinct_subjects_per_day, 2u);
  EXPECT_EQ(use.subjects.size(), 2u);
  EXPECT_TRUE(use.caller.is_zero());
  EXPECT_EQ(UseOf(Quota("q", true), About({})).caller, store::DigestOf(9));
}

TEST_F(DutiesTest, KnowsAPersonAgainOnTheSameDayAndNowhereElse) {
  const payload::v1::Payload mai = About({"Mai"});
  const auto first = UseOf(Quota("q"), mai).subjects;
  EXPECT_EQ(UseOf(Quota("q"), mai, "2026-11-26T16:59:59Z", 2).subjects, first);
  EXPECT_NE(UseOf(Quota("q"), mai, "2026-11-26T17:00:00Z").subjects, first);
  EXPECT_NE(UseOf(Quota("other"), mai).subjects, first);
  EXPECT_EQ(UseOf(Quota("q"), About({"Mai", "mai"})).subjects, first) << "once";
}

TEST_F(DutiesTest, WhoHasNoNameIsSomebodyElseEachTime) {
  const payload::v1::Payload two = About({"", ""});
  const auto subjects = UseOf(Quota("q"), two).subjects;
  ASSERT_EQ(subjects.size(), 2u);
  EXPECT_NE(UseOf(Quota("q"), two, "2026-11-26T12:00:00Z", 2).subjects, subjects);
}

TEST_F(DutiesTest, IsKeptUntilTheEarlierDay) {
  const absl::Time made = At("2026-11-26T23:59:59Z");
  EXPECT_EQ(KeepUntil("", made, absl::Hours(24)), "2026-11-27");
  EXPECT_EQ(KeepUntil("2026-11-26", made, absl::Hours(24)), "2026-11-26");
  EXPECT_EQ(KeepUntil("2027-11-26", made, absl::Hours(24)), "2026-11-27");
}

}  // namespace
}  // namespace liaison::journal
