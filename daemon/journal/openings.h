// The two things that a record only commits to: on what grounds, and by whom. Sealed beside the
// record, opened for auditors and courts.
#ifndef LIAISON_DAEMON_JOURNAL_OPENINGS_H_
#define LIAISON_DAEMON_JOURNAL_OPENINGS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/message/at_rest.h"
#include "daemon/store/rows.h"
#include "liaison/audit/v1/record.pb.h"

namespace liaison::journal {

struct Openings {
  audit::v1::DecisionOpening decision;
  audit::v1::ActorOpening actor;
};

// How long decisions and actors are kept; the wrapping key is that of this month.
inline constexpr absl::Duration kOpeningRetention = absl::Hours(24 * 365 * 7);

// Sets decision and actor commitments of `draft.record` and seals both openings into it.
absl::Status Attach(const Openings& openings, message::AtRestKeys& keys, absl::Time now,
                    store::RecordDraft& draft);

// The openings of a stored record. NOT_FOUND when it has none; VERIFICATION_FAILED when they do not
// open or are not what the record commits to.
absl::StatusOr<Openings> Open(const store::StoredRecord& stored, const message::AtRestKeys& keys);

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_OPENINGS_H_
