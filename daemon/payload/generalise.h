// Dates made coarser: what a partner is shown of a PartialDate when policy says month, year or age
// band. The result is a date of the same calendar that the validator accepts.
#ifndef LIAISON_DAEMON_PAYLOAD_GENERALISE_H_
#define LIAISON_DAEMON_PAYLOAD_GENERALISE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/payload/dates.h"
#include "daemon/payload/records.h"
#include "liaison/policy/v1/policy.pb.h"

namespace liaison::payload {

// How years are written and from which one ages are reckoned.
struct Reckoning {
  Years years = Years::kGregorian;
  int reference_year = 0;  // Gregorian; of the message's creation, in UTC
};

// `edtf`, no finer than `level`. What is coarse enough already stays as it is; so the result of the
// result is itself. Both ends of an interval are treated alike, open ends stay open, qualifiers (?,
// ~, %) stay. AGE_BAND takes the years of birth of the CTDC age bands that the date touches; those
// from 48 on are open to the past, and what lies after the reference year is open to the future.
// Where both ends would be open one is closed: the first with year 1 (544 in the Buddhist calendar)
// when the date has one, else the last with 9999.
//
// Nullopt when `edtf` is no date that the validator accepts, and for a level of places. REQUIRES:
// reference year 1970 to 9999.
std::optional<std::string> Generalise(std::string_view edtf, policy::v1::Generalise::Level level,
                                      const Reckoning& reckoning);

// How the date at the path `edtf` writes its years: as the calendar beside it says, among `leaves`,
// which are in order of path. Nullopt when there is none, which means Gregorian.
std::optional<Years> YearsBeside(std::string_view edtf, const std::vector<Leaf>& leaves);

// Whether `shown` is true of `original`: every day that the original may mean it may mean as well.
// False when one of the two is no date.
bool Generalises(std::string_view original, std::string_view shown, Years years);

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_GENERALISE_H_
