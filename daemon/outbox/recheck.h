// Whether what waits may still go. It was decided when it was submitted; it is decided again when
// policy or registry have changed, in each quarter of an hour, and, of an opening or what is passed
// on, each time.
#ifndef LIAISON_DAEMON_OUTBOX_RECHECK_H_
#define LIAISON_DAEMON_OUTBOX_RECHECK_H_

#include <set>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/crypto/secret.h"
#include "daemon/journal/bodies.h"
#include "daemon/outbox/queued.h"
#include "daemon/partners/registry.h"

namespace liaison::outbox {

struct Again;

// One a courier, used by its thread.
class Recheck {
 public:
  // `mac_key`: the agency's.
  Recheck(const QueuedParts& parts, const crypto::Secret& mac_key)
      : parts_(parts), mac_key_(mac_key) {}

  // Forgets what was decided under another snapshot, or before this quarter of an hour.
  void Begin(const partners::Registry& registry);

  bool IsDue(const store::Exchange& exchange) const;

  // True: it may go, and is not due again before something changes. False: it is denied, which is
  // on record. VERIFICATION_FAILED when what is kept of it does not hold; else as Journal::Commit.
  absl::StatusOr<bool> MayGo(const partners::Registry& registry, const partners::Partner& partner,
                             const store::Exchange& exchange, const journal::OpenedBody& body);

 private:
  struct Waiting;
  absl::Status Decide(const Waiting& waiting, Again& again) const;
  // Shows the message to auditors, unless they were shown it before.
  absl::Status Notify(const store::Exchange& exchange, const audit::v1::DecisionOpening& decision);

  const QueuedParts parts_;
  const crypto::Secret& mac_key_;
  base::Digest under_;                         // snapshot that `allowed_` holds for
  absl::Time quarter_ = absl::InfinitePast();  // and quarter of an hour
  std::set<store::ExchangeName> allowed_;      // bounded by the courier's window
};

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_RECHECK_H_
