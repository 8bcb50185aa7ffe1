// The dates of tests/vectors/change/generalise.txt, and what holds for every date. LIAISON_SEED
// repeats a run.
#include "daemon/payload/generalise.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "absl/strings/str_format.h"
#include "tests/payload/random_message.h"

namespace liaison::payload {
namespace {

using DateLevel = policy::v1::Generalise;

constexpr std::array kLevels = {DateLevel::MONTH, DateLevel::YEAR, DateLevel::AGE_BAND};

std::string Coarse(std::string_view edtf, DateLevel::Level level, const Reckoning& reckoning) {
  return Generalise(edtf, level, reckoning).value_or("refused");
}

TEST(Generalise, GivesWhatTheVectorsSay) {
  std::ifstream file("tests/vectors/change/generalise.txt");
  size_t cases = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    std::string level, calendar, date, expected;
    Reckoning reckoning;
    words >> level >> calendar >> reckoning.reference_year >> date >> expected;
    if (calendar == "BUDDHIST") reckoning.years = Years::kBuddhist;
    DateLevel::Level parsed = DateLevel::LEVEL_UNSPECIFIED;
    ASSERT_TRUE(DateLevel::Level_Parse(level, &parsed)) << line;
    EXPECT_EQ(Coarse(date, parsed, reckoning), expected) << line;
    ++cases;
  }
  EXPECT_GE(cases, 100u);
}

TEST(Generalise, RefusesWhatIsNoDate) {
  for (const DateLevel::Level level : kLevels) {
    for (const char* text : {"", "..", "1990-13", "17 May 1990", "1990-02-30", "/"}) {
      EXPECT_EQ(Coarse(text, level, {Years::kGregorian, 2026}), "refused") << text;
    }
  }
}

TEST(Generalise, RefusesALevelOfPlaces) {
  for (const DateLevel::Level level :
       {DateLevel::LEVEL_UNSPECIFIED, DateLevel::LOCALITY, DateLevel::COUNTRY}) {
    EXPECT_EQ(Coarse("1990-05-17", level, {Years::kGregorian, 2026}), "refused");
  }
}

TEST(Generalise, RefusesADateThatItsCalendarDoesNotHave) {
  EXPECT_EQ(Coarse("2567-02-29", DateLevel::YEAR, {Years::kBuddhist, 2026}), "2567");
  EXPECT_EQ(Coarse("2567-02-29", DateLevel::YEAR, {Years::kGregorian, 2026}), "refused");
}

TEST(Generalises, IsTrueOfADateThatHoldsTheOther) {
  EXPECT_TRUE(Generalises("1990-05-17", "1990", Years::kGregorian));
  EXPECT_TRUE(Generalises("1990-05-17", "1990-05-17", Years::kGregorian));
  EXPECT_TRUE(Generalises("1950", "../1978", Years::kGregorian));
  EXPECT_TRUE(Generalises("2000/..", "1999/..", Years::kGregorian));
}

TEST(Generalises, IsFalseOfADateThatDoesNot) {
  EXPECT_FALSE(Generalises("1990-05-17", "1991", Years::kGregorian));
  EXPECT_FALSE(Generalises("1990-05-17", "1989", Years::kGregorian));
  EXPECT_FALSE(Generalises("1990", "1990-05", Years::kGregorian));
  EXPECT_FALSE(Generalises("1989/1991", "1990/1991", Years::kGregorian));
  EXPECT_FALSE(Generalises("1989/1991", "1989/1990", Years::kGregorian));
  EXPECT_FALSE(Generalises("2000/..", "1999/2030", Years::kGregorian));
  EXPECT_FALSE(Generalises("../2000", "1999/2030", Years::kGregorian));
}

TEST(Generalises, IsFalseOfWhatIsNoDate) {
  EXPECT_FALSE(Generalises("soon", "1990", Years::kGregorian));
  EXPECT_FALSE(Generalises("1990", "soon", Years::kGregorian));
}

// Dates of every form that the validator accepts.
class RandomDates {
 public:
  explicit RandomDates(uint64_t seed) : random_(seed) {}

  std::string Next(Years years) {
    while (true) {
      std::string date = random_.Chance(0.4) ? End(years) + "/" + End(years) : One(years);
      if (ParseEdtf(date, years).has_value()) return date;
    }
  }
  int Between(int first, int last) {
    return std::uniform_int_distribution(first, last)(random_.engine());
  }

 private:
  std::string End(Years years) {
    if (random_.Chance(0.15)) return "..";
    return random_.Chance(0.1) ? "" : One(years);
  }

  std::string One(Years years) {
    std::string date = absl::StrFormat("%04d", Between(1900, 2060) + YearsAhead(years));
    if (random_.Chance(0.1)) date[3] = 'X';
    if (date[3] == 'X' && random_.Chance(0.3)) date[2] = 'X';
    if (date[3] != 'X' && random_.Chance(0.7)) {
      const std::string month =
          random_.Chance(0.1) ? "XX" : absl::StrFormat("%02d", Between(1, 12));
      date += "-" + month;
      if (random_.Chance(0.7)) {
        date +=
            random_.Chance(0.2) || month == "XX" ? "-XX" : absl::StrFormat("-%02d", Between(1, 31));
      }
    }
    if (random_.Chance(0.2)) date += std::string("?~%").substr(Between(0, 2), 1);
    return date;
  }

  RandomMessage random_;
};

// True when no part of `edtf` says more than the level lets it.
bool IsNoFinerThan(std::string_view edtf, DateLevel::Level level, const Reckoning& reckoning) {
  for (const std::string_view end :
       {edtf.substr(0, edtf.find('/')), edtf.substr(edtf.find('/') + 1)}) {
    const size_t size = std::min(end.find_first_of("?~%"), end.size());
    const bool day = size == 10 && end.substr(8, 2) != "XX";
    const bool month = size >= 7 && end.substr(5, 2) != "XX";
    if (day || (month && level != DateLevel::MONTH)) return false;
  }
  if (level != DateLevel::AGE_BAND) return true;
  // Every end that is given is one of a band.
  const std::optional<DateRange> range = ParseEdtf(edtf, reckoning.years);
  const auto age = [&](int64_t year) { return reckoning.reference_year - year; };
  constexpr std::array<int64_t, 9> kOldest = {-1, 8, 17, 20, 23, 26, 29, 38, 47};
  const auto ends_a_band = [&](int64_t years) {
    return std::find(kOldest.begin(), kOldest.end(), years) != kOldest.end();
  };
  return (!range->first.has_value() || ends_a_band(age(range->first->year())) ||
          range->first->year() == 1) &&
         (!range->last.has_value() || ends_a_band(age(range->last->year()) - 1) ||
          range->last->year() + YearsAhead(reckoning.years) == 9999);
}

TEST(GeneraliseProperty, IsTrueNeverFinerAndItsOwnResult) {
  RandomDates dates(Seed());
  for (int i = 0; i < 20'000; ++i) {
    const Reckoning reckoning = {i % 4 == 0 ? Years::kBuddhist : Years::kGregorian,
                                 dates.Between(2020, 2040)};
    const std::string date = dates.Next(reckoning.years);
    for (const DateLevel::Level level : kLevels) {
      const std::string coarse = Coarse(date, level, reckoning);
      const std::string what = date + " to " + coarse + " at " + DateLevel::Level_Name(level);
      ASSERT_TRUE(Generalises(date, coarse, reckoning.years)) << what;
      ASSERT_TRUE(IsNoFinerThan(coarse, level, reckoning)) << what;
      ASSERT_EQ(Coarse(coarse, level, reckoning), coarse) << what;
      ASSERT_EQ(Coarse(date, level, reckoning), coarse) << what;
      ASSERT_LE(coarse.size(), 32u) << what;
    }
  }
}

// So a message that was sealed coarser than policy now asks for can be told from one that was not.
TEST(GeneraliseProperty, IsTheSameWithAFinerLevelInBetween) {
  RandomDates dates(Seed());
  for (int i = 0; i < 20'000; ++i) {
    const Reckoning reckoning = {i % 4 == 0 ? Years::kBuddhist : Years::kGregorian, 2026};
    const std::string date = dates.Next(reckoning.years);
    const std::string month = Coarse(date, DateLevel::MONTH, reckoning);
    const std::string year = Coarse(month, DateLevel::YEAR, reckoning);
    ASSERT_EQ(year, Coarse(date, DateLevel::YEAR, reckoning)) << date;
    ASSERT_EQ(Coarse(year, DateLevel::AGE_BAND, reckoning),
              Coarse(date, DateLevel::AGE_BAND, reckoning))
        << date;
  }
}

// What is shown says nothing of which of the band's years it was.
TEST(GeneraliseProperty, ShowsOneDateForAllYearsOfABand) {
  const Reckoning reckoning = {Years::kGregorian, 2026};
  constexpr std::array kOldest = {8, 17, 20, 23, 26, 29, 38, 47, 120};
  int youngest = 0;
  for (const int oldest : kOldest) {
    const std::string shown =
        Coarse(absl::StrFormat("%04d", 2026 - youngest), DateLevel::AGE_BAND, reckoning);
    for (int age = youngest; age <= oldest; ++age) {
      EXPECT_EQ(Coarse(absl::StrFormat("%04d-07-01", 2026 - age), DateLevel::AGE_BAND, reckoning),
                shown);
    }
    youngest = oldest + 1;
  }
}

}  // namespace
}  // namespace liaison::payload
