// From what a caller submits to the draft that is decided on: what stands for a payload is replaced
// by it, and what the caller may leave out is filled in.
#ifndef LIAISON_DAEMON_OUTBOX_EXPAND_H_
#define LIAISON_DAEMON_OUTBOX_EXPAND_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/outbox/forward.h"
#include "daemon/outbox/person.h"
#include "liaison/desk/v1/draft.pb.h"

namespace liaison::outbox {

// A payload that proves what we hold is made from what we hold: VALIDATION_FAILED, with the field
// to set instead.
absl::Status MadeByUs(const std::string& instead);

// The caller's own draft. REQUIRES: it outlives what is prepared of it.
std::shared_ptr<const desk::v1::Draft> Lent(const desk::v1::Draft& draft);

// `draft` as it is, but for what passes on, takes back, confirms or grants. REQUIRES: the
// recipients are partners. Errors: those of ExpandForward, CompletedRecall and NameGranted.
absl::StatusOr<std::shared_ptr<const desk::v1::Draft>> WithPayload(const desk::v1::Draft& draft,
                                                                   const Submitter& submitter,
                                                                   const Received& received,
                                                                   const crypto::Secret& mac_key);

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_EXPAND_H_
