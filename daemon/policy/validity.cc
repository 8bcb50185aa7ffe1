#include "daemon/policy/validity.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "daemon/base/invariant.h"

namespace liaison::policy {
namespace {

// A name of the time zone database. The library would also take file paths and its own inventions.
bool LoadZone(std::string_view name, absl::TimeZone& zone) {
  const std::vector<std::string> parts =
      absl::StrSplit(absl::string_view(name.data(), name.size()), '/');
  for (const std::string& part : parts) {
    if (!absl::ascii_isupper(static_cast<unsigned char>(part[0]))) return false;  // also of ""
    for (const char c : part) {
      const auto byte = static_cast<unsigned char>(c);
      if (!absl::ascii_isalnum(byte) && c != '_' && c != '-' && c != '+') return false;
    }
  }
  return absl::LoadTimeZone(std::string(name), &zone);
}

// 00:00 of the day.
absl::Time Midnight(absl::CivilDay day, const absl::TimeZone& zone) {
  const absl::TimeZone::TimeInfo info = zone.At(absl::CivilSecond(day));
  return info.kind == absl::TimeZone::TimeInfo::SKIPPED ? info.trans : info.pre;
}

}  // namespace

Period DayAround(absl::Time now, std::string_view name) {
  absl::TimeZone zone = absl::UTCTimeZone();
  const bool known = name.empty() || absl::LoadTimeZone(std::string(name), &zone);
  base::Invariant(known, "a policy that was checked names zones that are there");
  const absl::CivilDay day = absl::ToCivilDay(now, zone);
  return {Midnight(day, zone), Midnight(day + 1, zone)};
}

bool IsZone(std::string_view name) {
  absl::TimeZone zone;
  return LoadZone(name, zone);
}

std::optional<absl::CivilDay> ParseDay(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  int numbers[3] = {0, 0, 0};
  const std::string_view parts[3] = {text.substr(0, 4), text.substr(5, 2), text.substr(8, 2)};
  for (int i = 0; i < 3; ++i) {
    for (const char c : parts[i]) {
      if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return std::nullopt;
      numbers[i] = numbers[i] * 10 + (c - '0');
    }
  }
  const absl::CivilDay day(numbers[0], numbers[1], numbers[2]);
  if (day.month() != numbers[1]) return std::nullopt;  // a day too many is of the next month
  return day;
}

Period PeriodOf(const v1::Validity& validity, const std::string& path,
                std::vector<base::FieldFault>& faults) {
  const size_t before = faults.size();
  const auto fault = [&](std::string_view field, std::string_view rule, std::string_view what) {
    faults.push_back(
        {absl::StrCat(path, ".", std::string(field)), std::string(rule), std::string(what)});
  };
  absl::TimeZone zone;
  if (!LoadZone(validity.time_zone(), zone)) fault("time_zone", "TIME_ZONE", kWriteZone);
  const std::optional<absl::CivilDay> from = ParseDay(validity.from());
  if (!from) fault("from", "DATE", "write the first day as YYYY-MM-DD");
  const std::optional<absl::CivilDay> to = ParseDay(validity.to());
  if (!to && !validity.to().empty()) {
    fault("to", "DATE", "write the last day as YYYY-MM-DD, or leave it out for an open end");
  }
  if (from && to && *to < *from) fault("to", "DATE", "the last day is before the first");
  if (faults.size() != before) return {};
  Period period;
  period.begin = Midnight(*from, zone);
  period.end = to ? Midnight(*to + 1, zone) : absl::InfiniteFuture();
  return period;
}

}  // namespace liaison::policy
