#include "daemon/rpc/stream_state.h"

namespace liaison::rpc {
namespace {

// What a client sends to acknowledge one message of ours, at most.
constexpr uint64_t kAcknowledgement = 64;

}  // namespace

bool StreamState::BeginWrite() {
  base::MutexLock lock(mu_);
  if (!AwaitTurn()) return false;
  writing_ = true;
  call_.ticket_.Explain(kAcknowledgement);
  return true;
}

void StreamState::EndWrite(bool ok) {
  base::MutexLock lock(mu_);
  writing_ = false;
  if (!ok) gone_ = true;
  changed_.NotifyAll();
}

void StreamState::AwaitWrite() {
  base::MutexLock lock(mu_);
  AwaitTurn();
}

bool StreamState::AwaitTurn() {
  const absl::Duration end = edge_.clock().Elapsed() + edge_.options().patience;
  while (writing_ && !gone_) {
    const absl::Duration left = end - edge_.clock().Elapsed();
    if (left <= absl::ZeroDuration()) {
      gone_ = true;
      context_.TryCancel();
    } else {
      changed_.WaitFor(mu_, left);
    }
  }
  return !gone_;
}

void StreamState::Cancel() {
  {
    base::MutexLock lock(mu_);
    gone_ = true;
    changed_.NotifyAll();
  }
  call_.cancelled_ = true;  // last: who sees it finds Write refusing too
}

}  // namespace liaison::rpc
