#include "daemon/policy/validity.h"

#include <gtest/gtest.h>

#include "tests/policy/sample.h"

namespace liaison::policy {
namespace {

Period PeriodFor(const char* from, const char* to, const char* zone, size_t expected_faults = 0) {
  v1::Validity validity;
  validity.set_from(from);
  validity.set_to(to);
  validity.set_time_zone(zone);
  std::vector<base::FieldFault> faults;
  const Period period = PeriodOf(validity, "agreement", faults);
  EXPECT_EQ(faults.size(), expected_faults) << from << " " << to << " " << zone;
  return period;
}

TEST(ParseDayTest, TakesDaysThatExistInOneForm) {
  EXPECT_EQ(ParseDay("2024-02-29"), absl::CivilDay(2024, 2, 29));
  for (const char* bad : {"", "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "2026/01/01",
                          "2026/01-01", "2026-01/01", "2026-01-32", "2026-01-00", "2026-01-01 ",
                          " 026-01-01", "2026-01-0x", "+026-01-01"}) {
    EXPECT_FALSE(ParseDay(bad)) << bad;
  }
}

TEST(PeriodTest, HoldsWholeDaysOfItsZone) {
  const Period period = PeriodFor("2026-03-01", "2026-03-01", "Asia/Ho_Chi_Minh");
  EXPECT_EQ(period.begin, At("2026-02-28T17:00:00Z"));
  EXPECT_EQ(period.end, At("2026-03-01T17:00:00Z"));
}

TEST(PeriodTest, FollowsSummerTime) {
  const Period period = PeriodFor("2026-03-29", "2026-10-25", "Europe/London");
  EXPECT_EQ(period.begin, At("2026-03-29T00:00:00Z"));
  EXPECT_EQ(period.end, At("2026-10-26T00:00:00Z"));
  EXPECT_EQ(PeriodFor("2026-06-01", "", "Europe/London").begin, At("2026-05-31T23:00:00Z"));
}

TEST(PeriodTest, BeginsWithTheClockChangeThatSkipsMidnight) {
  // In 2017 the clocks of São Paulo went from 00:00 to 01:00 on 15 October.
  EXPECT_EQ(PeriodFor("2017-10-15", "", "America/Sao_Paulo").begin, At("2017-10-15T03:00:00Z"));
}

TEST(PeriodTest, BeginsWithTheFirstInstantOfItsDay) {
  // Clocks went back from 01:00 to 00:00: midnight came twice.
  EXPECT_EQ(PeriodFor("2026-11-01", "", "America/Havana").begin, At("2026-11-01T04:00:00Z"));
  // In 1919 the clocks of Toronto went from 23:30 to 00:30.
  EXPECT_EQ(PeriodFor("1919-03-31", "", "America/Toronto").begin, At("1919-03-31T04:30:00Z"));
}

TEST(ZoneTest, IsANameOfTheDatabase) {
  for (const char* name : {"UTC", "Asia/Ho_Chi_Minh", "America/Port-au-Prince", "Etc/GMT+1",
                           "America/Argentina/Buenos_Aires"}) {
    EXPECT_TRUE(IsZone(name)) << name;
  }
  for (const std::string_view name :
       {std::string_view(), std::string_view("posixrules"), std::string_view("localtime"),
        std::string_view("posix/Europe/London"), std::string_view("right/Europe/London"),
        std::string_view("Europe//London"), std::string_view("Europe/London/"),
        std::string_view("Europe/London\0", 14), std::string_view("Fixed/UTC+07:00:00")}) {
    EXPECT_FALSE(IsZone(name)) << name;
  }
}

TEST(DayAroundTest, IsTheDayOfItsZone) {
  const Period day = DayAround(At("2026-11-26T16:59:59Z"), "Asia/Ho_Chi_Minh");
  EXPECT_EQ(day.begin, At("2026-11-25T17:00:00Z"));
  EXPECT_EQ(day.end, At("2026-11-26T17:00:00Z"));
  EXPECT_EQ(DayAround(At("2026-11-26T17:00:00Z"), "Asia/Ho_Chi_Minh").begin, day.end);
  EXPECT_EQ(DayAround(At("2026-11-26T16:59:59Z"), "").begin, At("2026-11-26T00:00:00Z"));
}

TEST(DayAroundTest, IsLongerAndShorterWhenTheClocksChange) {
  const Period shorter = DayAround(At("2026-03-29T12:00:00Z"), "Europe/London");
  EXPECT_EQ(shorter.end - shorter.begin, absl::Hours(23));
  const Period longer = DayAround(At("2026-10-25T12:00:00Z"), "Europe/London");
  EXPECT_EQ(longer.end - longer.begin, absl::Hours(25));
  EXPECT_EQ(DayAround(At("2017-10-15T04:00:00Z"), "America/Sao_Paulo").begin,
            At("2017-10-15T03:00:00Z"));
}

TEST(PeriodTest, MayHaveAnOpenEnd) {
  EXPECT_EQ(PeriodFor("2026-03-01", "", "UTC").end, absl::InfiniteFuture());
}

TEST(PeriodTest, ContainsNothingWhenItIsFaulty) {
  for (const char* zone : {"", "Mars/Base", "../../etc/passwd", "/etc/localtime", "localtime",
                           "Fixed/UTC+07:00:00", ":UTC", "asia/ho_chi_minh"}) {
    EXPECT_FALSE(PeriodFor("2026-01-01", "", zone, 1).Contains(At("2026-06-01T00:00:00Z"))) << zone;
  }
  EXPECT_FALSE(
      PeriodFor("2026-01-02", "2026-01-01", "UTC", 1).Contains(At("2026-01-01T12:00:00Z")));
  EXPECT_FALSE(PeriodFor("x", "y", "z", 3).Contains(At("2026-01-01T12:00:00Z")));
}

}  // namespace
}  // namespace liaison::policy
