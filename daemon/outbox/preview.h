// What a dry run shows: what the partner would receive, and how the quotas stand.
#ifndef LIAISON_DAEMON_OUTBOX_PREVIEW_H_
#define LIAISON_DAEMON_OUTBOX_PREVIEW_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/outbox/view.h"
#include "daemon/store/reader.h"
#include "liaison/desk/v1/desk.pb.h"

namespace liaison::outbox {

// `uses`: of the quotas of `view`, in their order. Counts nothing; of a quota that is spent the
// view becomes the denial.
absl::StatusOr<desk::v1::Preview> PreviewOf(const std::string& to,
                                            const std::vector<store::QuotaUse>& uses,
                                            store::Reader& reader, View& view);

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_PREVIEW_H_
