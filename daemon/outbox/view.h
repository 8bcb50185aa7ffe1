// What one partner is shown of a payload: the decision, and the fields that go or are withheld.
#ifndef LIAISON_DAEMON_OUTBOX_VIEW_H_
#define LIAISON_DAEMON_OUTBOX_VIEW_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/crypto/secret.h"
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

// What a view depends on, beside the payload. Everything outlives it.
struct Sending {
  const partners::Registry& registry;
  const partners::Partner& partner;
  policy::v1::Rule::Role role = policy::v1::Rule::ROLE_UNSPECIFIED;
  const partners::Frame& frame;
  const crypto::Secret& mac_key;  // the agency's, for pseudonyms
  base::ExchangeId conversation;
  absl::Time now;  // when the message is created
};

// Decides for this partner and, when allowed, takes out what is omitted; positions in lists close
// up. Values that policy changes are changed here. Errors: VALIDATION_FAILED when the payload
// cannot be cut, or a date not be made coarser; TOO_LARGE when it has more than 200,000 leaves.
absl::StatusOr<View> DecideView(const Sending& sending, const payload::v1::Payload& payload);

// Adds what the partner would see.
absl::Status AddPreview(const std::string& to, const View& view,
                        desk::v1::PreviewResponse& response);

// Decides again on a message that is sealed, from the sender's own payload and from what was
// sealed: OK when everything that would go may still go, changed no further than it is; the
// decision's status otherwise. `opening` is set either way.
absl::Status DecideAgain(const partners::Registry& registry, const partners::Partner& partner,
                         policy::v1::Rule::Role role, const exchange::v1::Envelope& envelope,
                         const payload::v1::Payload& original, absl::Time now,
                         audit::v1::DecisionOpening& opening);

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_VIEW_H_
