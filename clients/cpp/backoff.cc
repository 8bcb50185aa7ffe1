#include "clients/cpp/backoff.h"

#include <algorithm>

#include "daemon/base/error.h"
#include "daemon/base/mutex.h"

namespace liaison::client {

std::optional<absl::Duration> Backoff::Next(const absl::Status& failure, absl::Duration elapsed) {
  if (!base::IsRetryable(failure)) return std::nullopt;
  const std::optional<base::ErrorText> error = base::GetError(failure);
  const absl::Duration asked = error ? error->retry_after : absl::ZeroDuration();
  const absl::Duration pause = std::max(pause_, asked);
  if (elapsed + pause >= left_) return std::nullopt;
  pause_ = std::min(2 * pause_, longest_);
  return pause;
}

void Pause(absl::Duration pause) {
  base::Mutex mu;
  base::CondVar never;
  const base::MutexLock lock(mu);
  while (never.WaitFor(mu, pause)) {
  }
}

}  // namespace liaison::client
