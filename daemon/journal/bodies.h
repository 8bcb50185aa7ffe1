// Bodies at rest: sealed before the store sees them, put together again for delivery and reading.
#ifndef LIAISON_DAEMON_JOURNAL_BODIES_H_
#define LIAISON_DAEMON_JOURNAL_BODIES_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/message/at_rest.h"
#include "daemon/store/rows.h"
#include "liaison/exchange/v1/statement.pb.h"
#include "liaison/store/v1/kept.pb.h"

namespace liaison::journal {

// Takes records and withheld leaves out of `envelope` and seals them, and `draft` (outgoing) beside
// them, under a fresh data key of the month of `delete_by`.
absl::StatusOr<store::Sealed> SealBody(const store::ExchangeName& name,
                                       exchange::v1::Envelope& envelope,
                                       const store::v1::KeptDraft* draft, absl::Time delete_by,
                                       message::AtRestKeys& keys);

// A draft that waits for a second person, under a fresh data key. Its place is another than that of
// a body, so that neither passes for the other.
absl::StatusOr<store::Sealed> SealHeld(const store::ExchangeName& name,
                                       const store::v1::KeptHeld& held, absl::Time delete_by,
                                       message::AtRestKeys& keys);
// NOT_FOUND when no draft is kept; VERIFICATION_FAILED when it does not open.
absl::StatusOr<store::v1::KeptHeld> OpenHeld(const store::ExchangeName& name,
                                             const store::StoredBody& stored,
                                             const message::AtRestKeys& keys);

struct OpenedBody {
  exchange::v1::Envelope envelope;  // as it was sent or received; outgoing: without sender_receipt
  std::optional<store::v1::KeptDraft> draft;  // outgoing
};

// Both: NOT_FOUND when no body is kept; VERIFICATION_FAILED when it does not open.
absl::StatusOr<exchange::v1::Envelope> OpenEnvelope(const store::ExchangeName& name,
                                                    const store::StoredBody& stored,
                                                    const message::AtRestKeys& keys);
absl::StatusOr<OpenedBody> OpenBody(const store::ExchangeName& name,
                                    const store::StoredBody& stored,
                                    const message::AtRestKeys& keys);

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_BODIES_H_
