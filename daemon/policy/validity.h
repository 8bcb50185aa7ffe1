// The days on which an agreement is in force, as two instants.
#ifndef LIAISON_DAEMON_POLICY_VALIDITY_H_
#define LIAISON_DAEMON_POLICY_VALIDITY_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "daemon/base/error.h"
#include "liaison/policy/v1/policy.pb.h"

namespace liaison::policy {

// Half open: in force when begin <= now < end.
struct Period {
  absl::Time begin = absl::InfiniteFuture();
  absl::Time end = absl::InfinitePast();

  bool Contains(absl::Time now) const { return begin <= now && now < end; }
};

// The day around `now` in a zone, UTC when it is empty. REQUIRES: IsZone, or empty.
Period DayAround(absl::Time now, std::string_view zone);

// A zone of the time zone database, by its name there; no file paths, no inventions of the library.
bool IsZone(std::string_view name);
inline constexpr std::string_view kWriteZone =
    "write a zone of the time zone database, e.g. \"Asia/Ho_Chi_Minh\"";

// "YYYY-MM-DD", a day that exists; nullopt otherwise.
std::optional<absl::CivilDay> ParseDay(std::string_view text);

// From 00:00 of the first day to 24:00 of the last in the zone; where a clock change skips
// midnight, the day begins with the change. Faults are appended with `path` before them; the period
// then contains nothing.
Period PeriodOf(const v1::Validity& validity, const std::string& path,
                std::vector<base::FieldFault>& faults);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_VALIDITY_H_
