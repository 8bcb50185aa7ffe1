// Whether a draft replies to what its type must reply to.
#ifndef LIAISON_DAEMON_OUTBOX_REPLIES_H_
#define LIAISON_DAEMON_OUTBOX_REPLIES_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/store/reader.h"
#include "liaison/desk/v1/draft.pb.h"

namespace liaison::outbox {

// `replied`: the exchange that Draft.in_reply_to names; null when it names none. VALIDATION_FAILED
// for a type that must reply to something else, and for a grant that names another message than the
// request asked for.
absl::Status CheckReply(const desk::v1::Draft& draft, const store::Exchange* replied);

// Whether a grant does not say yet for which message it is.
bool NamesNoMessage(const desk::v1::Draft& draft);
// The draft of such a grant with the message that the request is about, which in_reply_to names;
// as it is when there is no such request: CheckReply refuses it.
absl::StatusOr<desk::v1::Draft> NameGranted(const desk::v1::Draft& draft, store::Reader& reader);

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_REPLIES_H_
