// Delivers what is queued for one partner: urgent before routine, in batches, until there is a
// receipt that verifies, or the message expires. Survives restarts and days of absence, because the
// queue is in the store.
#ifndef LIAISON_DAEMON_OUTBOX_COURIER_H_
#define LIAISON_DAEMON_OUTBOX_COURIER_H_

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/base/clock.h"
#include "daemon/base/metrics.h"
#include "daemon/base/mutex.h"
#include "daemon/crypto/secret.h"
#include "daemon/journal/journal.h"
#include "daemon/message/at_rest.h"
#include "daemon/outbox/partner_link.h"
#include "daemon/outbox/peer_head.h"
#include "daemon/outbox/queued.h"
#include "daemon/outbox/recheck.h"
#include "daemon/partners/registry.h"

namespace liaison::outbox {

// Where a courier stands, for operators.
struct CourierStatus {
  std::string last_error;  // reason of the last failed attempt; empty when the last one succeeded
  absl::Time last_delivery = absl::InfinitePast();
  uint64_t verified_size = 0;
};

// Step() belongs to one thread; Wake, Await and status are thread-safe.
class Courier {
 public:
  struct Parts {
    partners::Snapshots& snapshots;
    journal::Journal& journal;
    message::AtRestKeys& at_rest;
    base::Clock& clock;
    base::Metrics& metrics;
    PartnerLink& link;
    std::function<double()> random;  // uniform in [0, 1), for jitter
    const crypto::Secret& mac_key;
    // A third agency has taken what was passed on.
    std::function<void()> passed_on = [] {};
  };
  Courier(std::string partner, const Parts& parts);

  // One step: expires what is past, delivers one batch, settles it. Returns how long to wait before
  // the next.
  absl::Duration Step();

  // Blocks until Wake or until `most` has passed.
  void Await(absl::Duration most);
  void Wake();

  CourierStatus status() const;

 private:
  struct Parcel;
  struct Load;
  absl::Duration Deliver(const partners::Registry& registry, const partners::Partner& partner);
  absl::Status RememberHead(const partners::Partner& partner);
  // How long to wait when there is nothing to deliver.
  absl::Duration Rest() const;
  absl::StatusOr<Load> Pack(const partners::Registry& registry, const partners::Partner& partner);
  // Absent: it was denied. VERIFICATION_FAILED or NOT_FOUND: what is kept of it does not hold.
  absl::StatusOr<std::optional<Parcel>> PackOne(const partners::Registry& registry,
                                                const partners::Partner& partner,
                                                const store::Exchange& exchange);
  size_t MostInACall(const config::v1::Limits& limits, const std::vector<store::Exchange>& due);
  // Takes what the recalls among `due` take back out of the queue; gives its names.
  absl::StatusOr<std::set<store::ExchangeName>> Withdraw(const std::vector<store::Exchange>& due);
  absl::Status Withdraw(const store::Exchange& original);
  absl::Status AddSenderReceipts(std::vector<Parcel>& parcels);
  // Verifies the partner's answers, and commits what they settle.
  absl::Status Settle(const partners::Partner& partner, const std::vector<Parcel>& parcels,
                      const exchange::v1::DeliverResponse& response);
  // How many have expired, a window of them at most.
  absl::StatusOr<size_t> Expire(size_t window);
  // Leaves one message out for a while; the others go on.
  void Defer(const store::Exchange& exchange, const absl::Status& status, absl::Duration wait);
  absl::Duration Failed(const absl::Status& status, const partners::Registry& registry);
  void Succeeded();

  const std::string partner_;
  const Parts parts_;
  const QueuedParts queued_;
  PeerHead peer_head_;

  // Owned by the stepping thread.
  bool remembered_ = false;
  int failures_ = 0;
  absl::Duration not_before_ = absl::ZeroDuration();    // on Clock::Elapsed
  std::map<store::ExchangeName, absl::Time> deferred_;  // not before; bounded by the window
  Recheck recheck_;
  absl::Duration small_until_ = absl::ZeroDuration();  // on Clock::Elapsed; see MostInACall

  mutable base::Mutex mu_;
  base::CondVar wake_;
  bool woken_ ABSL_GUARDED_BY(mu_) = false;
  CourierStatus status_ ABSL_GUARDED_BY(mu_);
};

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_COURIER_H_
