// A recall follows the message: to every agency that we passed it on to, a recall of our own, with
// the same reason, once, whatever happens in between.
#ifndef LIAISON_DAEMON_OUTBOX_RECALL_CHAIN_H_
#define LIAISON_DAEMON_OUTBOX_RECALL_CHAIN_H_

#include <set>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/base/mutex.h"
#include "daemon/outbox/outbox.h"

namespace liaison::outbox {

// Step() belongs to one thread; Wake and Await are thread-safe. Everything it is given outlives it.
class RecallChain {
 public:
  struct Parts {
    partners::Snapshots& snapshots;
    journal::Journal& journal;
    message::AtRestKeys& at_rest;
    base::Clock& clock;
    base::Metrics& metrics;
    Outbox& outbox;
  };
  explicit RecallChain(const Parts& parts) : parts_(parts) {}

  // Passes on every recall that came: all there are at the first step after a start, then those
  // since an hour before the last step that was done to its end. What was passed on is answered by
  // its idempotency key and not sent again. Counts recalls that are not confirmed
  // (liaison_recalls_unconfirmed, _overdue) too. Errors, to be tried again: QUEUE_FULL, OVER_QUOTA,
  // DISK_LOW, CLOCK_UNSURE, STOPPED, and what is wrong with the store.
  absl::Status Step();

  // Blocks until Wake or until `most` has passed.
  void Await(absl::Duration most);
  void Wake();

 private:
  absl::Status PassOn(const store::Exchange& recall);
  absl::Status Submit(const store::Exchange& recall, const payload::v1::Recall& says,
                      const store::Exchange& copy);
  absl::StatusOr<std::vector<store::Exchange>> Came();
  absl::Status Count();

  const Parts parts_;

  // Owned by the stepping thread.
  // When the last step that was done to its end began: what came before was passed on.
  absl::Time done_ = absl::InfinitePast();
  std::set<std::pair<store::ExchangeName, store::ExchangeName>> stuck_;  // recall and copy: denied

  base::Mutex mu_;
  base::CondVar wake_;
  bool woken_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_RECALL_CHAIN_H_
