// What one partner is shown of a payload: the decision, and the fields that go or are withheld.
#ifndef LIAISON_DAEMON_OUTBOX_VIEW_H_
#define LIAISON_DAEMON_OUTBOX_VIEW_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/message/message.h"
#include "daemon/partners/facts.h"
#include "daemon/partners/registry.h"
#include "liaison/audit/v1/record.pb.h"
#include "liaison/desk/v1/desk.pb.h"

namespace liaison::outbox {

struct View {
  desk::v1::Decision decision;               // for the person
  audit::v1::DecisionOpening opening;        // for the record
  std::vector<message::SealedField> fields;  // what is sealed; empty when denied

  bool allowed() const { return decision.outcome() == "ALLOW"; }
};

// Decides for this partner and, when allowed, takes out what is omitted; positions in lists close
// up. Errors: VALIDATION_FAILED when the payload cannot be cut.
absl::StatusOr<View> DecideView(const partners::Registry& registry,
                                const partners::Partner& partner, policy::v1::Rule::Role role,
                                const partners::Frame& frame, const payload::v1::Payload& payload,
                                absl::Time now);

// Adds what the partner would see.
absl::Status AddPreview(const std::string& to, const View& view,
                        desk::v1::PreviewResponse& response);

// Decides again on a message that is sealed, from the sender's own payload and from what was
// sealed: OK when everything that would go may still go; the decision's status otherwise. `opening`
// is set either way.
absl::Status DecideAgain(const partners::Registry& registry, const partners::Partner& partner,
                         policy::v1::Rule::Role role, const exchange::v1::Envelope& envelope,
                         const payload::v1::Payload& original, absl::Time now,
                         audit::v1::DecisionOpening& opening);

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_VIEW_H_
