#include "daemon/outbox/outcomes.h"

#include "daemon/base/error.h"
#include "daemon/outbox/idempotency.h"

namespace liaison::outbox {

using base::MakeError;
using base::Reason;

absl::Status OutcomeError(const store::Outcome& outcome) {
  switch (outcome.kind) {
    case store::Outcome::Kind::kIdempotencyConflict:
      return KeyConflict();
    case store::Outcome::Kind::kOverQuota: {
      base::ErrorText error;
      error.reason = Reason::kOverQuota;
      error.message = "too many messages wait for this partner";
      error.fix = "try again when it has taken some, see `liaison partner show`";
      error.metadata = {{"limit", outcome.what}};
      error.retry_after = absl::Seconds(5);
      return base::MakeError(error);
    }
    case store::Outcome::Kind::kReusedId:
      return MakeError(Reason::kExchangeIdReused, "the exchange id is used", "send again");
    default:
      return absl::InternalError("the journal gave an outcome that a submission cannot have");
  }
}

absl::Status ChangedTooOften() {
  base::ErrorText error;
  error.reason = Reason::kQueueFull;
  error.message = "policy, registry or agreements changed again and again while this was decided";
  error.fix = "try again";
  error.retry_after = absl::Seconds(1);
  return base::MakeError(error);
}

}  // namespace liaison::outbox
