// What was answered to a message, and what an answer says: for whoever asks what became of it.
#ifndef LIAISON_DAEMON_JOURNAL_REPLIES_H_
#define LIAISON_DAEMON_JOURNAL_REPLIES_H_

#include <vector>

#include "absl/status/statusor.h"
#include "daemon/message/at_rest.h"
#include "daemon/store/reader.h"
#include "liaison/payload/v1/payload.pb.h"

namespace liaison::journal {

// The replies of `type` to `original` that came, or that went or still may, oldest first.
absl::StatusOr<std::vector<store::Exchange>> RepliesThatCount(const store::Exchange& original,
                                                              payload::v1::MessageType type,
                                                              store::Reader& reader);

// What a message says; nothing when its body is not kept any more.
absl::StatusOr<payload::v1::Payload> PayloadOf(const store::ExchangeName& name,
                                               store::Reader& reader,
                                               const message::AtRestKeys& keys);

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_REPLIES_H_
