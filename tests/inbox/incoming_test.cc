#include "daemon/inbox/incoming.h"

#include <gtest/gtest.h>

#include "daemon/base/error.h"

namespace liaison::inbox {
namespace {

const absl::Time kNow = absl::FromCivil(absl::CivilDay(2026, 11, 23), absl::UTCTimeZone());

std::string Day(absl::Time time) { return absl::FormatTime("%Y-%m-%d", time, absl::UTCTimeZone()); }

// Of a message that expires in a day.
absl::Time KeptUntil(const std::string& delete_by, absl::Duration retention) {
  exchange::v1::Statement statement;
  statement.mutable_expires()->set_seconds(absl::ToUnixSeconds(kNow + absl::Hours(24)));
  statement.mutable_handling()->set_delete_by(delete_by);
  return KeepUntil(statement, kNow, retention);
}

TEST(KeepUntilTest, TheEarliestOfWhatSenderPolicyAndLawSay) {
  const absl::Duration month = absl::Hours(24 * 30);
  EXPECT_EQ(Day(KeptUntil("", absl::InfiniteDuration())), "2027-11-24")
      << "a year after it expired";
  EXPECT_EQ(Day(KeptUntil("", month)), "2026-12-23");
  EXPECT_EQ(Day(KeptUntil("2026-12-01", month)), "2026-12-01");
  EXPECT_EQ(Day(KeptUntil("2026-12-24", month)), "2026-12-23");
  EXPECT_EQ(Day(KeptUntil("no day", month)), "2026-12-23");
  EXPECT_EQ(KeptUntil("2026-11-01", month), kNow) << "not lost at once";
}

TEST(RefusalTest, SaysWhatWasWrongWithTheFirstTwentyFields) {
  const auto fields = [](size_t count) {
    base::ErrorText error;
    error.reason = base::Reason::kValidationFailed;
    error.message = "faults";
    for (size_t i = 0; i < count; ++i) error.fields.push_back({"a", "REQUIRED", "write it"});
    return Refusal(base::MakeError(error)).fields_size();
  };
  EXPECT_EQ(fields(0), 0);
  EXPECT_EQ(fields(19), 19);
  EXPECT_EQ(fields(20), 20);
  EXPECT_EQ(fields(21), 20);
}

TEST(RefusalTest, AnErrorOfOursHasNoFields) {
  const audit::v1::DecisionOpening decision = Refusal(absl::InternalError("disk"));
  EXPECT_EQ(decision.reason(), "INTERNAL");
  EXPECT_EQ(decision.missing(), "disk");
  EXPECT_EQ(decision.fields_size(), 0);
}

}  // namespace
}  // namespace liaison::inbox
