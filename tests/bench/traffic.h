// Messages through two daemons: sent over the desk's stream, counted when the sender's own database
// says DELIVERED, which it does only after the partner's receipt was verified.
#ifndef LIAISON_TESTS_BENCH_TRAFFIC_H_
#define LIAISON_TESTS_BENCH_TRAFFIC_H_

#include <sqlite3.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/cpp/client.h"
#include "daemon/base/mutex.h"

namespace liaison::bench {

// The messages under way of one load, of which no more than `in_flight` are at a time. Thread-safe.
class Flow {
 public:
  explicit Flow(size_t in_flight) : free_(in_flight), in_flight_(in_flight) {}

  // Blocks until one more message may go; false when there are to be no more.
  bool Begin();
  void Delivered(absl::Duration latency);
  void Release();  // a message that is waited for no longer
  void Fail(const std::string& why);
  void End();  // no more are begun
  // Blocks until nothing is under way. DEADLINE_EXCEEDED after 60 seconds, or why a message failed.
  absl::Status AwaitAll();
  std::vector<double> LatenciesMs();

 private:
  base::Mutex mu_;
  base::CondVar changed_;
  size_t free_ ABSL_GUARDED_BY(mu_);
  const size_t in_flight_;
  bool ended_ ABSL_GUARDED_BY(mu_) = false;
  std::string failure_ ABSL_GUARDED_BY(mu_);
  std::vector<double> latencies_ms_ ABSL_GUARDED_BY(mu_);
};

// Watches the sender's exchange log for DELIVERED. Thread-safe.
class Deliveries {
 public:
  // `database`: of the sending daemon, which has opened it.
  static absl::StatusOr<std::unique_ptr<Deliveries>> Watch(const std::string& database);
  ~Deliveries();

  // The message `id` (hex), begun at `begun`, belongs to `flow`, which lives until it is delivered.
  void Expect(const std::string& id, absl::Time begun, Flow& flow);

 private:
  Deliveries(sqlite3* db, sqlite3_stmt* next) : db_(db), next_(next) {}
  void Run(const std::stop_token& stop);
  size_t Look();

  struct Expected {
    absl::Time begun;
    Flow* flow = nullptr;
  };
  sqlite3* const db_;
  sqlite3_stmt* const next_;
  int64_t seen_ = -1;  // owned by the watching thread
  base::Mutex mu_;
  std::map<std::string, Expected> expected_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, absl::Time> early_ ABSL_GUARDED_BY(mu_);  // delivered before expected
  std::jthread thread_;
};

struct Load {
  size_t in_flight = 1;
  size_t streams = 1;
  std::vector<desk::v1::Draft> drafts;             // each stream sends them in turn, from the first
  absl::Duration most = absl::InfiniteDuration();  // new messages are begun for so long
  size_t messages = 0;                             // or until there are so many; 0: no limit
  bool until_queued = false;                       // delivery is not waited for
};

struct Result {
  size_t messages = 0;
  absl::Duration took;
  std::vector<double> latencies_ms;
  double PerSecond() const { return static_cast<double>(messages) / absl::ToDoubleSeconds(took); }
};

// The streams share one connection to the daemon of `context`, which allows each caller a few only.
absl::StatusOr<Result> Send(const config::v1::Context& context, Deliveries& deliveries,
                            const Load& load);

}  // namespace liaison::bench

#endif  // LIAISON_TESTS_BENCH_TRAFFIC_H_
