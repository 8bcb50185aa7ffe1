#include "daemon/journal/clock_watch.h"

namespace liaison::journal {

ClockWatch::ClockWatch(const base::Clock& clock)
    : clock_(clock), believed_(clock.Now()), elapsed_(clock.Elapsed()) {}

ClockWatch::Reading ClockWatch::Read() {
  base::MutexLock lock(mu_);
  const absl::Time now = clock_.Now();
  const absl::Duration elapsed = clock_.Elapsed();
  const absl::Time expected = believed_ + (elapsed - elapsed_);
  const absl::Duration step = absl::AbsDuration(now - expected);
  const bool unsure = step > kClockUnsure;
  if (unsure != unsure_ || (!unsure && step > kClockAlarm)) alarm_ = true;
  unsure_ = unsure;
  if (unsure) return {expected, true};
  // Taken anew at each reading, so that the slow corrections of a time server do not add up to a
  // step.
  believed_ = now;
  elapsed_ = elapsed;
  return {now, false};
}

bool ClockWatch::TakeAlarm() {
  base::MutexLock lock(mu_);
  const bool alarm = alarm_;
  alarm_ = false;
  return alarm;
}

}  // namespace liaison::journal
