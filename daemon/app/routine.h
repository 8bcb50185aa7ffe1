// Something that is done again and again on a thread of its own.
#ifndef LIAISON_DAEMON_APP_ROUTINE_H_
#define LIAISON_DAEMON_APP_ROUTINE_H_

#include <functional>
#include <thread>

#include "absl/time/time.h"
#include "daemon/base/mutex.h"

namespace liaison::app {

// Runs until it is destroyed, which waits for the step that runs.
class Routine {
 public:
  Routine(absl::Duration every, std::function<void()> step);
  ~Routine();
  Routine(const Routine&) = delete;
  Routine& operator=(const Routine&) = delete;

 private:
  void Run(absl::Duration every, const std::function<void()>& step);

  base::Mutex mu_;
  base::CondVar ended_;
  bool ending_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace liaison::app

#endif  // LIAISON_DAEMON_APP_ROUTINE_H_
