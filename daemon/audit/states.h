// Where an exchange stands, from what the logs say of it: the one function that maps events to
// states.
#ifndef LIAISON_DAEMON_AUDIT_STATES_H_
#define LIAISON_DAEMON_AUDIT_STATES_H_

#include "liaison/audit/v1/record.pb.h"
#include "liaison/desk/v1/desk.pb.h"
#include "liaison/payload/v1/handling.pb.h"

namespace liaison::audit {

// The state of an exchange after `event`; STATE_UNSPECIFIED as `before` for the first. Events that
// change nothing return `before`. A later receipt wins over EXPIRED; ANSWERED stays.
desk::v1::State StateAfter(desk::v1::State before, v1::Event event);

// Whether a reply of this type answers: one that asks whether a message may be passed on does not.
bool IsAnswer(payload::v1::MessageType type);

// The state of an exchange to which an answer was SENT or RECEIVED; to be asked again after each
// later event. A reply answers what was delivered, expired or came in. What is QUEUED stays so
// until the partner's receipt is there: a reply may overtake it, and without it our log would lack
// the proof.
desk::v1::State StateAfterReply(desk::v1::State before);

}  // namespace liaison::audit

#endif  // LIAISON_DAEMON_AUDIT_STATES_H_
