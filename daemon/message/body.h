// The body of an envelope against its statement: every leaf under body_root, in order, and nothing
// beside them.
#ifndef LIAISON_DAEMON_MESSAGE_BODY_H_
#define LIAISON_DAEMON_MESSAGE_BODY_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/base/ids.h"
#include "daemon/message/message.h"
#include "daemon/payload/records.h"
#include "liaison/exchange/v1/statement.pb.h"

namespace liaison::message {

inline constexpr size_t kSaltSize = 16;

// The payload of `envelope`, whose exchange is (`statement.from`, `id`). BODY_MISMATCH unless the
// root over records and withheld leaves is `statement.body_root`, their number is the statement's,
// they merge, and the payload is of the statement's type.
absl::StatusOr<payload::Merged> ReadBody(const exchange::v1::Statement& statement,
                                         const base::ExchangeId& id,
                                         const exchange::v1::Envelope& envelope,
                                         Extent extent = Extent::kWhole);

// A changed value of an excerpt that is committed to and not there: its salt is empty, its value
// the commitment.
bool IsCommitmentAlone(const exchange::v1::FieldRecord& record);

}  // namespace liaison::message

#endif  // LIAISON_DAEMON_MESSAGE_BODY_H_
