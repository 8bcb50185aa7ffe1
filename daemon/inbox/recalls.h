// Recalls that come: what they may be about.
#ifndef LIAISON_DAEMON_INBOX_RECALLS_H_
#define LIAISON_DAEMON_INBOX_RECALLS_H_

#include "absl/status/status.h"
#include "daemon/message/message.h"
#include "daemon/store/reader.h"

namespace liaison::inbox {

// OK for a message that is neither a RECALL nor a RECALL_CONFIRMATION. A recall takes back what
// this partner sent us; a confirmation answers a recall of ours to this partner. Errors:
// BODY_MISMATCH, final; a status without a reason: try again.
absl::Status CheckRecall(const message::VerifiedMessage& message, std::string_view own,
                         store::Reader& reader);

}  // namespace liaison::inbox

#endif  // LIAISON_DAEMON_INBOX_RECALLS_H_
