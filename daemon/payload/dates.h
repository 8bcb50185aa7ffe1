// Dates as people know them (EDTF) and instants as machines note them (RFC 3339).
#ifndef LIAISON_DAEMON_PAYLOAD_DATES_H_
#define LIAISON_DAEMON_PAYLOAD_DATES_H_

#include <optional>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace liaison::payload {

enum class Years { kGregorian, kBuddhist };

// How far the years that are written are ahead of Gregorian ones.
constexpr int YearsAhead(Years years) { return years == Years::kBuddhist ? 543 : 0; }

// The days that a partial date may mean, in the Gregorian calendar. No value: open or unknown on
// that side.
struct DateRange {
  std::optional<absl::CivilDay> first;
  std::optional<absl::CivilDay> last;
};

// EDTF (ISO 8601-2) levels 0 and 1 without seasons, exponents and long years: "2026-03-14",
// "2026-03?", "201X", "2026-XX-XX", "2021/..", "/2022-06~". Nullopt for anything else, days that do
// not exist and intervals that end before they begin included.
std::optional<DateRange> ParseEdtf(std::string_view text, Years years);

// "2026-03-14" and nothing else.
std::optional<absl::CivilDay> ParseDay(std::string_view text);

// RFC 3339 in UTC with 'Z', at most milliseconds: "2026-03-14T08:00:00Z",
// "2026-03-14T08:00:00.250Z".
std::optional<absl::Time> ParseInstant(std::string_view text);

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_DATES_H_
