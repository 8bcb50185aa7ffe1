// Puts policy and registry in force: on record in the desk log before anything is decided under
// them.
#ifndef LIAISON_DAEMON_APP_IN_FORCE_H_
#define LIAISON_DAEMON_APP_IN_FORCE_H_

#include "absl/status/statusor.h"
#include "daemon/base/clock.h"
#include "daemon/journal/journal.h"
#include "daemon/message/at_rest.h"
#include "daemon/partners/registry.h"
#include "liaison/audit/v1/record.pb.h"

namespace liaison::app {

// Writes POLICY, PARTNER and CONFIG records for what differs from the last recorded. True when
// anything did. `actor`: who asked for it. From the commit on, whatever was decided under the old
// snapshot is decided again.
absl::StatusOr<bool> PutInForce(const partners::Registry& registry,
                                const audit::v1::ActorOpening& actor, journal::Journal& journal,
                                message::AtRestKeys& at_rest, base::Clock& clock);

}  // namespace liaison::app

#endif  // LIAISON_DAEMON_APP_IN_FORCE_H_
