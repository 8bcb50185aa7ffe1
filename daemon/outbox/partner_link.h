// How the courier reaches a partner's daemon. Implemented over gRPC by peer, and by tests.
#ifndef LIAISON_DAEMON_OUTBOX_PARTNER_LINK_H_
#define LIAISON_DAEMON_OUTBOX_PARTNER_LINK_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "liaison/exchange/v1/exchange.pb.h"

namespace liaison::outbox {

// Thread-safe.
class PartnerLink {
 public:
  virtual ~PartnerLink() = default;
  // Errors: UNREACHABLE, TIMED_OUT, VERIFICATION_FAILED (not who it should be), or what the partner
  // answered.
  virtual absl::StatusOr<exchange::v1::DeliverResponse> Deliver(
      const exchange::v1::DeliverRequest& request, absl::Duration timeout) = 0;
};

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_PARTNER_LINK_H_
