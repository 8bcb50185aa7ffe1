#include "daemon/payload/generalise.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "daemon/base/invariant.h"
#include "liaison/payload/v1/measure.pb.h"

namespace liaison::payload {
namespace {

using DateLevel = policy::v1::Generalise;  // its values MONTH, YEAR, AGE_BAND

constexpr int kLastYear = 9999;  // that four digits can write
constexpr size_t kYearSize = 4;
constexpr size_t kMonthSize = 7;
constexpr size_t kDaySize = 10;
constexpr std::string_view kOpen = "..";

// The first age of each CTDC band, from the youngest; the last band has no end.
constexpr std::array kBands = {0, 9, 18, 21, 24, 27, 30, 39, 48};

// A date without its interval: "2022-06" and "~".
struct Qualified {
  std::string_view date;
  std::string_view qualifier;
};

Qualified Split(std::string_view text) {
  const size_t size = std::min(text.find_first_of("?~%"), text.size());
  return {text.substr(0, size), text.substr(size)};
}

// "03" and not "XX".
bool IsKnown(std::string_view part) { return part != "XX"; }

// One end of an interval, or a date that is none, to its month or its year.
std::string Shortened(std::string_view end, DateLevel::Level level) {
  const Qualified parts = Split(end);
  const bool month = parts.date.size() >= kMonthSize && IsKnown(parts.date.substr(5, 2));
  const bool day = parts.date.size() == kDaySize && IsKnown(parts.date.substr(8));
  std::string_view date = parts.date;
  if (level == DateLevel::MONTH && day) date = date.substr(0, kMonthSize);
  if (level == DateLevel::YEAR && month) date = date.substr(0, kYearSize);
  return std::string(date).append(parts.qualifier);
}

// Years as they are written. No value: open.
struct YearRange {
  std::optional<int> first;
  std::optional<int> last;
};

// The years of birth of those who are in the band of `year` in the year `reference`.
YearRange BandOf(int year, int reference) {
  if (year > reference) return {reference + 1, std::nullopt};
  const auto next = std::upper_bound(kBands.begin(), kBands.end(), reference - year);
  const int last = reference - *(next - 1);
  if (next == kBands.end()) return {std::nullopt, last};
  return {reference - *next + 1, std::min(last, kLastYear)};
}

std::string Written(std::optional<int> year, std::string_view qualifier) {
  if (!year.has_value()) return std::string(kOpen);
  return absl::StrFormat("%04d", *year).append(qualifier);
}

bool IsOpen(std::string_view end) { return end.empty() || end == kOpen; }

std::string Banded(std::string_view begin, std::string_view end, const Reckoning& reckoning) {
  const int ahead = YearsAhead(reckoning.years);
  const int reference = reckoning.reference_year + ahead;
  const auto year_of = [&](const std::optional<absl::CivilDay>& day) {
    return static_cast<int>(day->year()) + ahead;
  };
  std::string first(begin);
  std::string last(end);
  if (!IsOpen(begin)) {
    const int year = year_of(ParseEdtf(begin, reckoning.years)->first);
    first = Written(BandOf(year, reference).first, Split(begin).qualifier);
  }
  if (!IsOpen(end)) {
    const int year = year_of(ParseEdtf(end, reckoning.years)->last);
    last = Written(BandOf(year, reference).last, Split(end).qualifier);
  }
  if (IsOpen(first) && IsOpen(last)) {
    (IsOpen(begin) ? last : first) = Written(IsOpen(begin) ? kLastYear : ahead + 1, "");
  }
  return absl::StrCat(first, "/", last);
}

bool StartsBy(const std::optional<absl::CivilDay>& bound,
              const std::optional<absl::CivilDay>& day) {
  return !bound.has_value() || (day.has_value() && *bound <= *day);
}

bool EndsAfter(const std::optional<absl::CivilDay>& bound,
               const std::optional<absl::CivilDay>& day) {
  return !bound.has_value() || (day.has_value() && *bound >= *day);
}

}  // namespace

std::optional<std::string> Generalise(std::string_view edtf, DateLevel::Level level,
                                      const Reckoning& reckoning) {
  base::Invariant(reckoning.reference_year >= 1970 && reckoning.reference_year <= kLastYear,
                  "ages are reckoned from a year that a message can be created in");
  if (!ParseEdtf(edtf, reckoning.years).has_value()) return std::nullopt;
  const size_t slash = edtf.find('/');
  const bool interval = slash != std::string_view::npos;
  const std::string_view begin = edtf.substr(0, slash);
  const std::string_view end = interval ? edtf.substr(slash + 1) : begin;
  switch (level) {
    case DateLevel::MONTH:
    case DateLevel::YEAR:
      if (!interval) return Shortened(begin, level);
      return absl::StrCat(Shortened(begin, level), "/", Shortened(end, level));
    case DateLevel::AGE_BAND:
      return Banded(begin, end, reckoning);
    default:
      return std::nullopt;
  }
}

std::optional<Years> YearsBeside(std::string_view edtf, const std::vector<Leaf>& leaves) {
  const std::string calendar = std::string(edtf.substr(0, edtf.rfind('.') + 1)) + "calendar";
  const auto beside = std::lower_bound(
      leaves.begin(), leaves.end(), calendar,
      [](const Leaf& leaf, const std::string& sought) { return leaf.path < sought; });
  if (beside == leaves.end() || beside->path != calendar) return std::nullopt;
  v1::PartialDate date;
  base::Invariant(date.ParseFromString(beside->value), "a leaf's value is a message of one field");
  return date.calendar() == v1::Calendar::BUDDHIST ? Years::kBuddhist : Years::kGregorian;
}

bool Generalises(std::string_view original, std::string_view shown, Years years) {
  const std::optional<DateRange> narrow = ParseEdtf(original, years);
  const std::optional<DateRange> wide = ParseEdtf(shown, years);
  return narrow.has_value() && wide.has_value() && StartsBy(wide->first, narrow->first) &&
         EndsAfter(wide->last, narrow->last);
}

}  // namespace liaison::payload
