// When an answer is due, reckoned by the receiver from the time of RECEIVED.
#ifndef LIAISON_DAEMON_INBOX_DEADLINE_H_
#define LIAISON_DAEMON_INBOX_DEADLINE_H_

#include "absl/time/time.h"
#include "liaison/payload/v1/handling.pb.h"

namespace liaison::inbox {

// For requests: U1 8 hours, U2 3 days, U3 7 days, U4 30 days (calendar). For recalls:
// journal::TimeToConfirm. InfinitePast for types that ask nothing.
absl::Time RespondBy(payload::v1::MessageType type, payload::v1::Urgency::Code urgency,
                     absl::Time received);

}  // namespace liaison::inbox

#endif  // LIAISON_DAEMON_INBOX_DEADLINE_H_
