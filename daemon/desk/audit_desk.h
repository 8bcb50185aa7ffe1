// What auditors ask: records with their openings, heads, proofs, and whether all of it holds. No
// payload.
#ifndef LIAISON_DAEMON_DESK_AUDIT_DESK_H_
#define LIAISON_DAEMON_DESK_AUDIT_DESK_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "daemon/audit/checkpoint.h"
#include "daemon/base/clock.h"
#include "daemon/inbox/mailbox.h"
#include "daemon/journal/journal.h"
#include "daemon/journal/verify.h"
#include "daemon/message/at_rest.h"
#include "liaison/audit/v1/audit.pb.h"

namespace liaison::desk {

// Thread-safe.
class AuditDesk {
 public:
  struct Parts {
    journal::Journal& journal;
    message::AtRestKeys& at_rest;
    base::Clock& clock;
    audit::LogKey exchange_key;
    audit::LogKey desk_key;
    std::string guard_path;
    const crypto::Secret& mac_key;
  };
  explicit AuditDesk(Parts parts) : parts_(std::move(parts)) {}

  // Writes SEARCHED first. Oldest first, both logs merged by time. Errors: VALIDATION_FAILED;
  // NOT_FOUND or WRONG_STATE when the prefix of an exchange id fits none or several ids.
  absl::StatusOr<audit::v1::ListResponse> List(const inbox::Viewer& viewer,
                                               const audit::v1::ListRequest& request);
  absl::StatusOr<audit::v1::HeadResponse> Head(const audit::v1::HeadRequest& request);
  // Errors: NOT_FOUND; WRONG_STATE (ambiguous prefix).
  absl::StatusOr<audit::v1::ProveResponse> Prove(const inbox::Viewer& viewer,
                                                 inbox::Mailbox& mailbox,
                                                 const audit::v1::ProveRequest& request);
  // Writes SEARCHED first. Errors: those of Mailbox::Resolve and of desk::Replay.
  absl::StatusOr<audit::v1::ReplayResponse> Replay(const inbox::Viewer& viewer,
                                                   inbox::Mailbox& mailbox,
                                                   const audit::v1::ReplayRequest& request);
  absl::StatusOr<audit::v1::VerifyResult> Verify(
      const audit::v1::VerifyRequest& request,
      absl::FunctionRef<void(uint64_t checked, uint64_t total)> progress);

 private:
  // `what`: was asked.
  absl::Status RecordSearch(const inbox::Viewer& viewer, std::string what);
  // Narrows to the exchange that a base::ExchangePrefix names; to all of an id, when that is whole
  // and names no agency.
  absl::Status Narrow(const std::string& text, store::RecordFilter& filter);
  absl::StatusOr<audit::v1::Entry> EntryOf(const store::StoredRecord& stored);

  const Parts parts_;
};

// OK when the body opens and is what its statement commits to; one when nothing is kept.
absl::Status CheckBody(const store::Exchange& exchange, const store::StoredBody& stored,
                       const message::AtRestKeys& at_rest);

// What a check of our own logs and rows needs to open what is sealed; both must outlive it.
journal::VerifyOptions VerifyWith(const message::AtRestKeys& at_rest,
                                  const crypto::Secret& mac_key);

}  // namespace liaison::desk

#endif  // LIAISON_DAEMON_DESK_AUDIT_DESK_H_
