// From a draft to a statement: what stands around the payload, checked and filled in.
#ifndef LIAISON_DAEMON_OUTBOX_FRAMING_H_
#define LIAISON_DAEMON_OUTBOX_FRAMING_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/base/error.h"
#include "daemon/partners/registry.h"
#include "daemon/store/reader.h"
#include "liaison/desk/v1/draft.pb.h"
#include "liaison/exchange/v1/statement.pb.h"

namespace liaison::outbox {

inline constexpr absl::Duration kDefaultLifetime = absl::Hours(30 * 24);

// OK, or VALIDATION_FAILED with every field at fault, of the frame and, for each recipient, of the
// payload. REQUIRES: recipients that the registry does not know were refused before.
absl::Status CheckDraft(const desk::v1::Draft& draft, const partners::Registry& registry,
                        absl::Time now);

// The statement for one recipient, without what sealing adds. REQUIRES: CheckDraft found no fault.
// Errors: NOT_FOUND when in_reply_to or supersedes names no exchange with this recipient, but for
// what was denied or is held; VALIDATION_FAILED when in_reply_to fits one of ours and one of
// theirs.
absl::StatusOr<exchange::v1::Statement> StatementFor(const desk::v1::Draft& draft,
                                                     const std::string& to,
                                                     const partners::Registry& registry,
                                                     store::Reader& reader, absl::Time now);

// The row of a message, from its statement.
store::Exchange RowOf(const exchange::v1::Statement& statement);

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_FRAMING_H_
