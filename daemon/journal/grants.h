// Whether a permission to pass a message on still stands: read from the rows of what its originator
// decided later. Nothing is stored twice.
#ifndef LIAISON_DAEMON_JOURNAL_GRANTS_H_
#define LIAISON_DAEMON_JOURNAL_GRANTS_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "daemon/message/at_rest.h"
#include "daemon/store/reader.h"

namespace liaison::journal {

// Whether the originator refused, after the ONWARD_SHARING_DECISION `grant`, what it permits: in
// answer to the same request, or to another for the same message and the agency `third`.
absl::StatusOr<bool> IsRefusedSince(const store::Exchange& grant, std::string_view third,
                                    store::Reader& reader, const message::AtRestKeys& keys);

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_GRANTS_H_
