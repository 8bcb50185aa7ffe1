// Time comes in by constructor: rooms never ask the system.
#ifndef LIAISON_DAEMON_BASE_CLOCK_H_
#define LIAISON_DAEMON_BASE_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "daemon/base/mutex.h"

namespace liaison::base {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall-clock time (CLOCK_REALTIME).
  virtual absl::Time Now() const = 0;
  // Time since an arbitrary start, never set back (CLOCK_BOOTTIME): for timeouts and for watching
  // Now().
  virtual absl::Duration Elapsed() const = 0;
};

class SystemClock final : public Clock {
 public:
  absl::Time Now() const override;
  absl::Duration Elapsed() const override;
};

// A clock that stands still until told to move. For tests and simulations.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(absl::Time start) : now_(start) {}
  absl::Time Now() const override;
  absl::Duration Elapsed() const override;
  void Advance(absl::Duration by);
  // Moves the wall clock alone, as an operator or a bad time server would.
  void Step(absl::Duration by);

 private:
  mutable Mutex mu_;
  absl::Time now_ ABSL_GUARDED_BY(mu_);
  absl::Duration elapsed_ ABSL_GUARDED_BY(mu_) = absl::ZeroDuration();
};

}  // namespace liaison::base

#endif  // LIAISON_DAEMON_BASE_CLOCK_H_
