#include "daemon/journal/refusals.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/log.h"
#include "daemon/journal/openings.h"

namespace liaison::journal {
namespace {

// Keys that are remembered at a time; beyond it the oldest hour is forgotten whole.
constexpr size_t kMostKeys = 4096;

}  // namespace

bool Refusals::MayRecord(const base::Digest& key, uint32_t most, uint64_t& untold) {
  const absl::Time hour = absl::FromUnixSeconds(absl::ToUnixSeconds(clock_.Now()) / 3600 * 3600);
  base::MutexLock lock(mu_);
  if (counted_.size() >= kMostKeys && !counted_.contains(key)) {
    absl::erase_if(counted_, [hour](const auto& entry) { return entry.second.hour != hour; });
    if (counted_.size() >= kMostKeys) return false;
  }
  Counted& counted = counted_[key];
  if (counted.hour != hour) {
    untold = counted.untold;
    counted = {hour, 0, 0};
  }
  if (counted.recorded >= most) {
    ++counted.untold;
    return false;
  }
  ++counted.recorded;
  return true;
}

void Refusals::Record(const base::Digest& key, std::string_view listener, base::Reason reason,
                      uint32_t most) {
  uint64_t untold = 0;
  if (!MayRecord(key, most, untold)) return;
  base::Log(base::LogLevel::kWarn, "caller refused",
            {{"key", key.hex()},
             {"listener", std::string(listener)},
             {"reason", std::string(base::ReasonName(reason))}});
  store::Append append;
  append.record.log = audit::v1::DESK;
  append.record.record.set_event(audit::v1::CALLER_REFUSED);
  append.record.record.set_count(untold);
  Openings openings;
  openings.decision.set_outcome("DENY");
  openings.decision.set_reason(std::string(base::ReasonName(reason)));
  openings.actor.set_detail(absl::StrCat("listener ", std::string(listener), ", key ", key.hex()));
  absl::Status status = Attach(openings, at_rest_, clock_.Now(), append.record);
  if (status.ok()) status = journal_.Commit({std::move(append)}).status();
  if (!status.ok()) {
    base::Log(base::LogLevel::kError, "a refused caller could not be recorded",
              {{"key", key.hex()}});
  }
}

}  // namespace liaison::journal
