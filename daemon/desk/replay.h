// Decides again what the records of an exchange decided, under the policy bytes of that day.
#ifndef LIAISON_DAEMON_DESK_REPLAY_H_
#define LIAISON_DAEMON_DESK_REPLAY_H_

#include "absl/status/statusor.h"
#include "daemon/message/at_rest.h"
#include "daemon/store/reader.h"
#include "liaison/audit/v1/audit.pb.h"

namespace liaison::desk {

// One entry for each record with a decision that can be made again. What is decided on is the
// message as it is kept, or, of what was denied or held, what its record kept of it. The time is
// that of the decision: of a message that went at once, when it was created; else the record's.
// Whether a quota was spent is the store's word, and is taken from the record. Left out are
// openings of withheld fields and what is passed on, which reach into other messages, and denials
// before delivery.
//
// Errors: WRONG_STATE when no record holds such a decision, or what one needs is not kept;
// VERIFICATION_FAILED when what is kept is not what was recorded.
absl::StatusOr<audit::v1::ReplayResponse> Replay(const store::Exchange& exchange,
                                                 store::Reader& reader,
                                                 const message::AtRestKeys& at_rest);

}  // namespace liaison::desk

#endif  // LIAISON_DAEMON_DESK_REPLAY_H_
