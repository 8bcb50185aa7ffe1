#include "daemon/desk/waits.h"

#include <algorithm>
#include <utility>

#include "daemon/base/error.h"

namespace liaison::desk {
namespace {

using base::MakeError;
using base::Reason;

// The states that can follow. EXPIRED can: a late receipt wins.
std::vector<v1::State> After(v1::State state) {
  switch (state) {
    case v1::HELD:
      return {v1::DENIED, v1::QUEUED, v1::DELIVERED, v1::REFUSED, v1::EXPIRED, v1::ANSWERED};
    case v1::QUEUED:
      return {v1::DENIED, v1::DELIVERED, v1::REFUSED, v1::EXPIRED, v1::ANSWERED};
    case v1::DELIVERED:
    case v1::READ:
      return {v1::ANSWERED};
    case v1::NEW:
      return {v1::READ, v1::ANSWERED};
    default:
      return {};
  }
}

// An answered message was delivered, or read, before; a read one was new.
bool Counts(v1::State state, v1::State wanted) {
  if (state == wanted) return true;
  if (state == v1::READ) return wanted == v1::NEW;
  return state == v1::ANSWERED &&
         (wanted == v1::DELIVERED || wanted == v1::NEW || wanted == v1::READ);
}

}  // namespace

bool CanReach(v1::State state, const std::vector<v1::State>& wanted) {
  for (v1::State next : After(state)) {
    if (std::find(wanted.begin(), wanted.end(), next) != wanted.end()) return true;
  }
  return false;
}

bool Waits::TryEnd(const Waiting& waiting) {
  if (waiting.gone()) {
    waiting.done(absl::CancelledError("the caller is gone"), {});
    return true;
  }
  const absl::StatusOr<store::Exchange> exchange = reader_.Find(waiting.name);
  if (!exchange.ok()) {
    waiting.done(exchange.status(), {});
    return true;
  }
  v1::WaitResponse response;
  response.set_id(waiting.name.id.hex());
  response.set_state(exchange->state);
  response.set_reached(
      std::any_of(waiting.states.begin(), waiting.states.end(),
                  [&](v1::State wanted) { return Counts(exchange->state, wanted); }));
  if (response.reached() || !CanReach(exchange->state, waiting.states)) {
    waiting.done(absl::OkStatus(), response);
    return true;
  }
  if (clock_.Elapsed() < waiting.until) return false;
  waiting.done(MakeError(Reason::kTimedOut, "the time to wait has passed",
                         "ask again, or look with `liaison message timeline`"),
               {});
  return true;
}

void Waits::Add(Waiting waiting) {
  if (TryEnd(waiting)) return;
  {
    base::MutexLock lock(mu_);
    if (!stopped_ && waiting_.size() + looked_at_ < most_) {
      waiting_.push_back(std::move(waiting));
      return;
    }
  }
  base::ErrorText error;
  error.reason = Reason::kQueueFull;
  error.message = "too many calls wait, or the daemon is stopping";
  error.retry_after = absl::Seconds(1);
  waiting.done(base::MakeError(error), {});
}

void Waits::Look() {
  std::vector<Waiting> taken;
  {
    base::MutexLock lock(mu_);
    taken.swap(waiting_);
    looked_at_ = taken.size();
  }
  std::erase_if(taken, [this](const Waiting& waiting) { return TryEnd(waiting); });
  base::MutexLock lock(mu_);
  looked_at_ = 0;
  if (!stopped_) {
    waiting_.insert(waiting_.end(), std::make_move_iterator(taken.begin()),
                    std::make_move_iterator(taken.end()));
    return;
  }
  for (const Waiting& waiting : taken) {
    waiting.done(MakeError(Reason::kStopped, "the daemon is stopping"), {});
  }
}

void Waits::Stop() {
  std::vector<Waiting> taken;
  {
    base::MutexLock lock(mu_);
    stopped_ = true;
    taken.swap(waiting_);
  }
  for (const Waiting& waiting : taken) {
    waiting.done(MakeError(Reason::kStopped, "the daemon is stopping", "try again"), {});
  }
}

}  // namespace liaison::desk
