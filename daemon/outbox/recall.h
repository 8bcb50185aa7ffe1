// Taking back what was sent, and confirming what a partner took back: what the caller leaves out is
// filled in, and what it is about is looked up.
#ifndef LIAISON_DAEMON_OUTBOX_RECALL_H_
#define LIAISON_DAEMON_OUTBOX_RECALL_H_

#include "absl/status/statusor.h"
#include "daemon/outbox/opening.h"
#include "liaison/desk/v1/draft.pb.h"

namespace liaison::outbox {

// Whether a draft is a recall or a confirmation.
bool IsAboutRecall(const desk::v1::Draft& draft);

// A draft that IsAboutRecall, with what it leaves out: urgency, purposes, agreement and handling
// (AMBER+STRICT: it says nothing of anybody); of a confirmation, the agencies that we passed the
// message on to. REQUIRES: the recipients are partners. Errors: VALIDATION_FAILED when it names not
// one recipient or no message, or, of a recall, a FIELD_OPENING, a field that the message has not,
// or a replacement that we did not send or took back; NOT_FOUND when in_reply_to is no message of
// ours to this partner (a confirmation: no recall from it), or, for a system, none of its own;
// ROLE_MISSING for a confirmation by a system; WRONG_STATE when the message never left, for a recall
// of a recall, and for one that says what a standing one says.
absl::StatusOr<desk::v1::Draft> CompletedRecall(const desk::v1::Draft& draft, const Opener& caller,
                                                const Kept& kept);

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_RECALL_H_
