// What a policy would do with a draft, shown: for --dry-run and `policy explain`.
#ifndef LIAISON_CLIENTS_CLI_PREVIEW_VIEW_H_
#define LIAISON_CLIENTS_CLI_PREVIEW_VIEW_H_

#include "clients/cli/session.h"
#include "liaison/desk/v1/desk.pb.h"

namespace liaison::cli {

// Shows the decision for each recipient, field by field, and what the partner would receive. Ends
// with 4 when one is denied, 9 when one would be held; of several the first that is not 0.
Ending ShowPreview(Session& session, const desk::v1::PreviewResponse& response);

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_PREVIEW_VIEW_H_
