#include "daemon/payload/dates.h"

#include "absl/time/time.h"

namespace liaison::payload {
namespace {

std::string Range(std::string_view text, Years years = Years::kGregorian) {
  const std::optional<DateRange> range = ParseEdtf(text, years);
  if (!range.has_value()) return "refused";
  const auto day = [](const std::optional<absl::CivilDay>& value) {
    return value.has_value() ? absl::FormatCivilTime(*value) : std::string("open");
  };
  return day(range->first) + " to " + day(range->last);
}

TEST(Edtf, ReadsWhatIsKnownOfADate) {
  const std::vector<std::pair<std::string_view, std::string>> kCases = {
      {"2026-03-14", "2026-03-14 to 2026-03-14"},
      {"2026-03", "2026-03-01 to 2026-03-31"},
      {"2026", "2026-01-01 to 2026-12-31"},
      {"2024-02", "2024-02-01 to 2024-02-29"},
      {"2024-02-29", "2024-02-29 to 2024-02-29"},
      {"2022-06~", "2022-06-01 to 2022-06-30"},
      {"1999?", "1999-01-01 to 1999-12-31"},
      {"1999-05-05%", "1999-05-05 to 1999-05-05"},
      {"201X", "2010-01-01 to 2019-12-31"},
      {"19XX", "1900-01-01 to 1999-12-31"},
      {"2004-XX", "2004-01-01 to 2004-12-31"},
      {"2004-07-XX", "2004-07-01 to 2004-07-31"},
      {"2004-XX-XX", "2004-01-01 to 2004-12-31"},
      {"2021/..", "2021-01-01 to open"},
      {"../2021-05", "open to 2021-05-31"},
      {"/2021", "open to 2021-12-31"},
      {"2021-03/2021-05", "2021-03-01 to 2021-05-31"},
      {"2021-03~/2021-05?", "2021-03-01 to 2021-05-31"},
      {"2021/2021", "2021-01-01 to 2021-12-31"}};
  for (const auto& [text, range] : kCases) EXPECT_EQ(Range(text), range) << text;
}

TEST(Edtf, RefusesEverythingElse) {
  for (const char* text : {"",
                           "X",
                           "XXXX",
                           "XXXX-10-02",
                           "2XXX",
                           "20260314",
                           "2026-3-14",
                           "2026-13",
                           "2026-00",
                           "2026-02-29",
                           "2026-02-30",
                           "2026-04-31",
                           "2026-01-00",
                           "2026-XX-14",
                           "201X-03",
                           "2026-2X",
                           "2026-03-1X",
                           "2026-21",
                           "2026-24",
                           "Y170000002",
                           "-0044",
                           "0000",
                           "2026?-03",
                           "2026??",
                           "2026-03-14T00:00:00Z",
                           "2026-03-14 ",
                           " 2026",
                           "2026/2025",
                           "2026-05/2026-04",
                           "/",
                           "../..",
                           "/..",
                           "2026/2027/2028",
                           "14/03/2026",
                           "2026-",
                           "2026-03-",
                           "２０２６",
                           "2026\n"}) {
    EXPECT_EQ(Range(text), "refused") << text;
  }
}

TEST(Edtf, CountsBuddhistYearsFrom543Before) {
  EXPECT_EQ(Range("2569-03-14", Years::kBuddhist), "2026-03-14 to 2026-03-14");
  EXPECT_EQ(Range("2567-02-29", Years::kBuddhist), "2024-02-29 to 2024-02-29");
  EXPECT_EQ(Range("2568-02-29", Years::kBuddhist), "refused");
  EXPECT_EQ(Range("0543", Years::kBuddhist), "refused");
}

TEST(Day, IsOneWholeDay) {
  EXPECT_EQ(ParseDay("2026-03-14"), absl::CivilDay(2026, 3, 14));
  for (const char* text : {"", "2026-03", "2026-03-XX", "2026-03-14?", "2026-3-14", "2026-02-30"}) {
    EXPECT_FALSE(ParseDay(text).has_value()) << text;
  }
}

TEST(Instant, IsRfc3339InUtc) {
  const absl::Time time =
      absl::FromCivil(absl::CivilSecond(2026, 3, 14, 8, 0, 1), absl::UTCTimeZone());
  EXPECT_EQ(ParseInstant("2026-03-14T08:00:01Z"), time);
  EXPECT_EQ(ParseInstant("2026-03-14T08:00:01.250Z"), time + absl::Milliseconds(250));
  EXPECT_EQ(ParseInstant("2026-03-14T08:00:01.5Z"), time + absl::Milliseconds(500));
}

TEST(Instant, RefusesOtherZonesShapesAndTimesThatDoNotExist) {
  for (const char* text :
       {"", "2026-03-14", "2026-03-14T08:00Z", "2026-03-14T08:00:01", "2026-03-14T08:00:01+07:00",
        "2026-03-14T08:00:01z", "2026-03-14 08:00:01Z", "2026-03-14T08:00:01.Z",
        "2026-03-14T08:00:01.2500Z", "2026-03-14T08:00:60Z", "2026-03-14T25:00:01Z",
        "2026-02-30T08:00:01Z", "2026-03-14T08:00:01Z ", " 2026-03-14T08:00:01Z",
        "2026-03-14T08:61:01Z", "infinite-future"}) {
    EXPECT_FALSE(ParseInstant(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace liaison::payload
