#include "daemon/payload/dates.h"

#include "absl/strings/ascii.h"

namespace liaison::payload {
namespace {

// `text` is digits; at most four of them.
std::optional<int> Number(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

bool Exists(int year, int month, int day) {
  const absl::CivilDay civil(year, month, day);
  return civil.year() == year && civil.month() == month && civil.day() == day;
}

struct YearSpan {
  int first = 0;
  int last = 0;
};

// "2026", "202X", "20XX".
std::optional<YearSpan> ParseYears(std::string_view text, Years years) {
  if (text.size() != 4) return std::nullopt;
  int unspecified = 1;
  while (unspecified < 100 && text.back() == 'X') {
    text.remove_suffix(1);
    unspecified *= 10;
  }
  const std::optional<int> head = Number(text);
  if (!head.has_value()) return std::nullopt;
  const int first = *head * unspecified - YearsAhead(years);
  if (first < 1) return std::nullopt;
  return YearSpan{first, first + unspecified - 1};
}

DateRange Between(absl::CivilDay first, absl::CivilDay last) { return {first, last}; }

DateRange WholeYears(const YearSpan& years) {
  return Between(absl::CivilDay(years.first, 1, 1), absl::CivilDay(years.last, 12, 31));
}

// What stands behind "YYYY-": "MM", "MM-DD", "XX", "MM-XX" or "XX-XX".
std::optional<DateRange> ParseInYear(int year, std::string_view rest) {
  const bool has_day = rest.size() == 5 && rest[2] == '-';
  if (rest.size() != 2 && !has_day) return std::nullopt;
  const std::string_view month_text = rest.substr(0, 2);
  const std::string_view day_text = has_day ? rest.substr(3) : std::string_view("XX");
  if (month_text == "XX") {
    if (day_text != "XX") return std::nullopt;
    return WholeYears({year, year});
  }
  const std::optional<int> month = Number(month_text);
  if (!month.has_value() || *month < 1 || *month > 12) return std::nullopt;
  if (day_text == "XX") {
    const absl::CivilMonth civil(year, *month);
    return Between(absl::CivilDay(civil), absl::CivilDay(civil + 1) - 1);
  }
  const std::optional<int> day = Number(day_text);
  if (!day.has_value() || !Exists(year, *month, *day)) return std::nullopt;
  return Between(absl::CivilDay(year, *month, *day), absl::CivilDay(year, *month, *day));
}

// One date with its qualifier, no interval.
std::optional<DateRange> ParseOne(std::string_view text, Years years) {
  if (!text.empty() && std::string_view("?~%").find(text.back()) != std::string_view::npos) {
    text.remove_suffix(1);
  }
  const std::optional<YearSpan> span = ParseYears(text.substr(0, 4), years);
  if (!span.has_value()) return std::nullopt;
  if (text.size() == 4) return WholeYears(*span);
  if (text[4] != '-' || span->first != span->last) return std::nullopt;
  return ParseInYear(span->first, text.substr(5));
}

// One end of an interval: a date, ".." (open) or nothing (unknown).
std::optional<DateRange> ParseEnd(std::string_view text, Years years) {
  if (text.empty() || text == "..") return DateRange{};
  return ParseOne(text, years);
}

}  // namespace

std::optional<DateRange> ParseEdtf(std::string_view text, Years years) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return ParseOne(text, years);
  const std::optional<DateRange> begin = ParseEnd(text.substr(0, slash), years);
  const std::optional<DateRange> end = ParseEnd(text.substr(slash + 1), years);
  if (!begin.has_value() || !end.has_value()) return std::nullopt;
  if (!begin->first.has_value() && !end->last.has_value()) return std::nullopt;
  if (begin->first.has_value() && end->last.has_value() && *begin->first > *end->last) {
    return std::nullopt;
  }
  return DateRange{begin->first, end->last};
}

std::optional<absl::CivilDay> ParseDay(std::string_view text) {
  if (text.size() != 10) return std::nullopt;
  const std::optional<DateRange> range = ParseOne(text, Years::kGregorian);
  if (!range.has_value() || range->first != range->last) return std::nullopt;
  return range->first;
}

std::optional<absl::Time> ParseInstant(std::string_view text) {
  // The parser below is lenient about widths and offsets, so the shape is checked first.
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:ddZ";
  std::string_view head = text.substr(0, kShape.size() - 1);
  std::string_view tail = text.substr(head.size());
  for (size_t i = 0; i < head.size(); ++i) {
    const auto c = static_cast<unsigned char>(head[i]);
    if (kShape[i] == 'd' ? !absl::ascii_isdigit(c) : kShape[i] != head[i]) return std::nullopt;
  }
  if (tail.size() < 1 || tail.size() > 5 || tail.size() == 2 || tail.back() != 'Z') {
    return std::nullopt;
  }
  if (tail.size() > 1 && (tail[0] != '.' || !Number(tail.substr(1, tail.size() - 2)))) {
    return std::nullopt;
  }
  const std::optional<int> seconds = Number(head.substr(17));
  absl::Time time;
  std::string error;
  if (!seconds.has_value() || *seconds > 59 ||
      !absl::ParseTime(absl::RFC3339_full, std::string(text), &time, &error)) {
    return std::nullopt;
  }
  return time;
}

}  // namespace liaison::payload
