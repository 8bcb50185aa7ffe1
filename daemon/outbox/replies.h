// Whether a draft replies to what its type must reply to, with what may be answered.
#ifndef LIAISON_DAEMON_OUTBOX_REPLIES_H_
#define LIAISON_DAEMON_OUTBOX_REPLIES_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/base/error.h"
#include "daemon/store/reader.h"
#include "liaison/desk/v1/draft.pb.h"

namespace liaison::outbox {

// `replied`: the exchange that Draft.in_reply_to names; null when it names none. VALIDATION_FAILED
// for a type that must reply to something else, and for a grant that names another message than the
// request asked for.
absl::Status CheckReply(const desk::v1::Draft& draft, const store::Exchange* replied);

// What is wrong with a grant that we give: it ends before it begins, or names us as the third
// agency.
std::vector<base::FieldFault> GrantFaults(const payload::v1::OnwardSharingDecision& decision,
                                          std::string_view own, absl::Time now);

// Whether a grant does not say yet for which message it is.
bool NamesNoMessage(const desk::v1::Draft& draft);
// The draft of such a grant with the message that the request is about, which in_reply_to names;
// as it is when there is no such request: CheckReply refuses it.
absl::StatusOr<desk::v1::Draft> NameGranted(const desk::v1::Draft& draft, store::Reader& reader);

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_REPLIES_H_
