// Whether an incoming message replies to what its type must reply to.
#ifndef LIAISON_DAEMON_INBOX_REPLIES_H_
#define LIAISON_DAEMON_INBOX_REPLIES_H_

#include "absl/status/status.h"
#include "daemon/store/reader.h"
#include "liaison/exchange/v1/statement.pb.h"

namespace liaison::inbox {

// VALIDATION_FAILED when it does not. What is named counts only when it was exchanged with the
// sender and not denied. Errors of the store as they are.
absl::Status CheckReply(const exchange::v1::Statement& statement, store::Reader& reader);

}  // namespace liaison::inbox

#endif  // LIAISON_DAEMON_INBOX_REPLIES_H_
