#include "daemon/app/routine.h"

#include <utility>

namespace liaison::app {

Routine::Routine(absl::Duration every, std::function<void()> step)
    : thread_([this, every, step = std::move(step)] { Run(every, step); }) {}

Routine::~Routine() {
  {
    const base::MutexLock lock(mu_);
    ending_ = true;
  }
  ended_.NotifyOne();
  thread_.join();
}

void Routine::Run(absl::Duration every, const std::function<void()>& step) {
  while (true) {
    step();
    const base::MutexLock lock(mu_);
    if (!ending_) ended_.WaitFor(mu_, every);
    if (ending_) return;
  }
}

}  // namespace liaison::app
