// What a partner's answer makes of a message: checked against the partner's own log before anything
// is believed.
#ifndef LIAISON_DAEMON_OUTBOX_SETTLEMENT_H_
#define LIAISON_DAEMON_OUTBOX_SETTLEMENT_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/audit/checkpoint.h"
#include "daemon/store/rows.h"
#include "liaison/exchange/v1/exchange.pb.h"

namespace liaison::outbox {

struct Settlement {
  std::optional<store::Advance> change;  // absent: try again
  absl::Duration retry_after = absl::ZeroDuration();
};

// `head` is verified and consistent with what we knew. The receipt must prove, under it, a record
// that names us, and, for ACCEPTED, REFUSED and EXPIRED, this exchange and this statement digest.
// Errors: BAD_RECEIPT.
absl::StatusOr<Settlement> SettlementOf(const store::Exchange& exchange,
                                        const exchange::v1::DeliverResult& result,
                                        const audit::Checkpoint& head, std::string_view note,
                                        std::string_view own_agency);

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_SETTLEMENT_H_
