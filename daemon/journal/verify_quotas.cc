#include "daemon/journal/verify_quotas.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "daemon/journal/duties.h"

namespace liaison::journal {
namespace {

// A day with a clock change in it, and a little.
constexpr absl::Duration kLongestDay = absl::Hours(26);

bool IsWithin(absl::Time time, const store::QuotaCounter& day) {
  return day.begin <= time && time < day.end;
}

std::string PlaceOf(const std::string& quota) { return absl::StrCat("quota ", quota); }

}  // namespace

absl::Status QuotaCheck::Begin(absl::Time newest) {
  if (!options_.open) return absl::OkStatus();
  absl::StatusOr<std::vector<store::QuotaCounter>> counters = reader_.QuotaCounters();
  if (!counters.ok()) return counters.status();
  counters_ = *std::move(counters);
  since_ = newest - kLongestDay;
  for (const store::QuotaCounter& counter : counters_) since_ = std::min(since_, counter.begin);
  return absl::OkStatus();
}

absl::StatusOr<store::StoredRecord> QuotaCheck::FirstOf(const store::Exchange& row) {
  if (row.direction == store::Direction::kOut) {
    absl::StatusOr<std::vector<store::StoredRecord>> records = reader_.RecordsOf(row.name);
    if (!records.ok()) return records.status();
    // What was held was counted then, whatever the row stands for by now.
    for (store::StoredRecord& record : *records) {
      if (record.event == audit::v1::HELD) return std::move(record);
    }
  }
  return reader_.Record(row.first_log, row.first_index);
}

absl::Status QuotaCheck::Note(const store::Exchange& row) {
  if (!options_.open || row.recorded < since_) return absl::OkStatus();
  const absl::StatusOr<store::StoredRecord> first = FirstOf(row);
  if (absl::IsNotFound(first.status())) return absl::OkStatus();  // a fault of the row
  if (!first.ok()) return first.status();
  if (!first->opening) return absl::OkStatus();
  const absl::StatusOr<Openings> opened = options_.open(*first);
  if (!opened.ok()) return absl::OkStatus();  // a fault of the log
  for (const std::string& quota : QuotasCounted(opened->decision)) {
    told_[quota].push_back(first->time);
  }
  return absl::OkStatus();
}

uint64_t QuotaCheck::ToldWithin(const store::QuotaCounter& day) const {
  const auto found = told_.find(day.quota);
  if (found == told_.end()) return 0;
  return static_cast<uint64_t>(std::count_if(found->second.begin(), found->second.end(),
                                             [&](absl::Time time) { return IsWithin(time, day); }));
}

// A day that is over is dropped when another begins, and at no other time.
void QuotaCheck::CheckNewest(const std::string& quota, absl::Time newest) {
  const bool counted =
      std::any_of(counters_.begin(), counters_.end(), [&](const store::QuotaCounter& counter) {
        return counter.begin > newest || (counter.quota == quota && IsWithin(newest, counter));
      });
  if (counted) return;
  faults_.Add("quota", audit::v1::EXCHANGE, 0, PlaceOf(quota),
              "the records tell of attempts, and nothing is counted");
}

void QuotaCheck::End() {
  for (const store::QuotaCounter& counter : counters_) {
    const uint64_t told = ToldWithin(counter);
    if (told == counter.attempts) continue;
    faults_.Add(
        "quota", audit::v1::EXCHANGE, 0, PlaceOf(counter.quota),
        absl::StrCat(counter.attempts, " attempts are counted, the records tell of ", told));
  }
  for (const auto& [quota, times] : told_) {
    CheckNewest(quota, *std::max_element(times.begin(), times.end()));
  }
}

}  // namespace liaison::journal
