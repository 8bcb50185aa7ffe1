// What a caller is told when the journal did not take a change.
#ifndef LIAISON_DAEMON_OUTBOX_OUTCOMES_H_
#define LIAISON_DAEMON_OUTBOX_OUTCOMES_H_

#include "absl/status/status.h"
#include "daemon/store/rows.h"

namespace liaison::outbox {

// Of a submission: IDEMPOTENCY_CONFLICT, OVER_QUOTA, EXCHANGE_ID_REUSED; INTERNAL for what it
// cannot have.
absl::Status OutcomeError(const store::Outcome& outcome);

// QUEUE_FULL: it was decided again as often as is allowed, and was stale each time.
absl::Status ChangedTooOften();

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_OUTCOMES_H_
