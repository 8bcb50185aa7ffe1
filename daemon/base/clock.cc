#include "daemon/base/clock.h"

#include <time.h>

namespace liaison::base {
namespace {

timespec Read(clockid_t id) {
  timespec value{};
  clock_gettime(id, &value);
  return value;
}

}  // namespace

absl::Time SystemClock::Now() const { return absl::TimeFromTimespec(Read(CLOCK_REALTIME)); }

absl::Duration SystemClock::Elapsed() const {
  return absl::DurationFromTimespec(Read(CLOCK_BOOTTIME));
}

absl::Time FakeClock::Now() const {
  MutexLock lock(mu_);
  return now_;
}

absl::Duration FakeClock::Elapsed() const {
  MutexLock lock(mu_);
  return elapsed_;
}

void FakeClock::Advance(absl::Duration by) {
  MutexLock lock(mu_);
  now_ += by;
  elapsed_ += by;
}

void FakeClock::Step(absl::Duration by) {
  MutexLock lock(mu_);
  now_ += by;
}

}  // namespace liaison::base
