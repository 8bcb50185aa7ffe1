// Decides on opening fields that an earlier message withheld: what sending them would have needed,
// and a permit for FIELD_OPENING that keeps each of them.
#ifndef LIAISON_DAEMON_POLICY_OPENING_H_
#define LIAISON_DAEMON_POLICY_OPENING_H_

#include "absl/types/span.h"
#include "daemon/policy/policy.h"

namespace liaison::policy {

// `facts`: of the opening (its type is FIELD_OPENING) and of the subjects of the message that it
// opens, whose type is `original`. `fields`: those that are opened, as they stand in that message.
// A field is opened as it is or the whole is denied; nothing is left out in silence. What would
// stop a message of type `original` with these fields short of its permit stops their opening, and
// a field that such a message would omit is not opened.
Decision DecideOpening(const Policy& policy, const Facts& facts,
                       liaison::payload::v1::MessageType original, absl::Span<const Field> fields);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_OPENING_H_
