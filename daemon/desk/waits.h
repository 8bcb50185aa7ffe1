// Calls that wait for a message to reach a state. They hold no worker: one thread looks at all of
// them.
#ifndef LIAISON_DAEMON_DESK_WAITS_H_
#define LIAISON_DAEMON_DESK_WAITS_H_

#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "daemon/base/clock.h"
#include "daemon/base/mutex.h"
#include "daemon/store/reader.h"
#include "liaison/desk/v1/desk.pb.h"

namespace liaison::desk {

// One call that waits. `done` ends it, once; `gone` says that nobody listens any more.
struct Waiting {
  store::ExchangeName name;
  std::vector<desk::v1::State> states;
  absl::Duration until;  // on Clock::Elapsed
  std::function<void(const absl::Status&, const desk::v1::WaitResponse&)> done;
  std::function<bool()> gone;
};

// Thread-safe.
class Waits {
 public:
  Waits(store::Reader& reader, base::Clock& clock, size_t most = 256)
      : reader_(reader), clock_(clock), most_(most) {}

  // Ends the call at once when it can be ended, or keeps it. QUEUE_FULL beyond `most`; STOPPED
  // after Stop.
  void Add(Waiting waiting);

  // Looks at every call that waits. One thread calls it every so often (100 ms).
  void Look();

  // Ends every call with STOPPED, and those that come.
  void Stop();

 private:
  // True when the call was ended.
  bool TryEnd(const Waiting& waiting);

  store::Reader& reader_;
  base::Clock& clock_;
  const size_t most_;
  base::Mutex mu_;
  std::vector<Waiting> waiting_ ABSL_GUARDED_BY(mu_);
  size_t looked_at_ ABSL_GUARDED_BY(mu_) = 0;  // by Look, which has taken them out
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
};

// True when an exchange in `state` can still come to one of `wanted`.
bool CanReach(desk::v1::State state, const std::vector<desk::v1::State>& wanted);

}  // namespace liaison::desk

#endif  // LIAISON_DAEMON_DESK_WAITS_H_
