// Threads that run the flows. gRPC's own threads only hand work over and go on.
#ifndef LIAISON_DAEMON_BASE_WORKER_POOL_H_
#define LIAISON_DAEMON_BASE_WORKER_POOL_H_

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "daemon/base/mutex.h"

namespace liaison::base {

// Thread-safe. Tasks may block on disk, never on another task of the same pool.
class WorkerPool {
 public:
  struct Options {
    size_t threads = 64;  // as many as changes in flight: blocked workers are the journal's batch
    size_t queue = 256;   // tasks waiting beyond those that run
  };

  explicit WorkerPool(const Options& options);
  // Stops as Stop().
  ~WorkerPool();

  // False, at once, when the queue is full or the pool is stopped: the caller answers "try again".
  [[nodiscard]] bool TryPost(std::function<void()> task);

  // Runs what waits, then ends the threads. Call once, from outside the pool.
  void Stop();

 private:
  void Run();

  const size_t queue_limit_;
  Mutex mu_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mu_);
  // Threads that wait, each by its own condition. The last to come goes first: its stack, heap and
  // cache are warm.
  std::vector<CondVar*> idle_ ABSL_GUARDED_BY(mu_);
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace liaison::base

#endif  // LIAISON_DAEMON_BASE_WORKER_POOL_H_
