// What becomes of a message that waits to be delivered, but for its delivery: see settlement.h.
#ifndef LIAISON_DAEMON_OUTBOX_QUEUED_H_
#define LIAISON_DAEMON_OUTBOX_QUEUED_H_

#include <string_view>

#include "absl/status/status.h"
#include "daemon/base/clock.h"
#include "daemon/journal/journal.h"
#include "daemon/message/at_rest.h"
#include "daemon/store/rows.h"

namespace liaison::outbox {

// Who acts when nobody asked.
audit::v1::ActorOpening Daemon();

// A step of a queued message, with its record; neither decision nor actor are attached yet.
store::Advance StepOf(const store::Exchange& exchange, audit::v1::Event event);

struct QueuedParts {
  journal::Journal& journal;
  message::AtRestKeys& at_rest;
  const base::Clock& clock;
};

// Ends it: it is not delivered. `why` is for the log. Errors: as Journal::Commit.
absl::Status DenyQueued(const store::Exchange& exchange, audit::v1::DecisionOpening decision,
                        std::string_view why, const QueuedParts& parts);

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_QUEUED_H_
