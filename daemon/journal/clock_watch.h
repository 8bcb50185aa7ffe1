// Whether the wall clock can be believed: watched against the clock that nobody sets.
#ifndef LIAISON_DAEMON_JOURNAL_CLOCK_WATCH_H_
#define LIAISON_DAEMON_JOURNAL_CLOCK_WATCH_H_

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "daemon/base/clock.h"
#include "daemon/base/mutex.h"

namespace liaison::journal {

// A step of more than this is an alarm.
inline constexpr absl::Duration kClockAlarm = absl::Seconds(2);
// A step of more than this is not believed: time goes on from before the step.
inline constexpr absl::Duration kClockUnsure = absl::Minutes(5);

// Thread-safe.
class ClockWatch {
 public:
  struct Reading {
    absl::Time time;
    bool unsure = false;  // `time` is the last believed time and what has elapsed since
  };

  explicit ClockWatch(const base::Clock& clock);

  Reading Read();
  // True once after each step of more than kClockAlarm, and when an unsure clock is believed again.
  bool TakeAlarm();

 private:
  const base::Clock& clock_;
  base::Mutex mu_;
  // A moment at which both clocks were read and the wall clock was believed.
  absl::Time believed_ ABSL_GUARDED_BY(mu_);
  absl::Duration elapsed_ ABSL_GUARDED_BY(mu_);
  bool unsure_ ABSL_GUARDED_BY(mu_) = false;
  bool alarm_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_CLOCK_WATCH_H_
