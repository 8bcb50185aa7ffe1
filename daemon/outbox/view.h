// What one partner is shown of a payload: the decision, and the fields that go or are withheld.
#ifndef LIAISON_DAEMON_OUTBOX_VIEW_H_
#define LIAISON_DAEMON_OUTBOX_VIEW_H_

#include <optional>
#include <string>
#include <string_view>
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
#include "liaison/store/v1/kept.pb.h"

namespace liaison::outbox {

struct View {
  desk::v1::Decision decision;               // for the person
  audit::v1::DecisionOpening opening;        // for the record
  std::vector<message::SealedField> fields;  // what is sealed; empty when denied
  // What is asked for beside the fields; nothing of what is denied, but for the quotas of a denial
  // that a spent quota is.
  std::optional<policy::ReleaseNeed> release;
  std::vector<policy::v1::Quota> quotas;
  absl::Duration retention = absl::InfiniteDuration();
  bool notice = false;
  // policy::DecidedOnBytes, of what does not go at once or may not when a quota is spent.
  std::string decided_on;

  bool allowed() const { return decision.outcome() == "ALLOW"; }
  // It goes when enough persons have agreed.
  bool held() const { return decision.outcome() == "HOLD"; }
  bool denied() const { return decision.outcome() == "DENY"; }
};

// What a view depends on, beside the payload. Everything outlives it.
struct Sending {
  const partners::Registry& registry;
  const partners::Partner& partner;
  policy::v1::Rule::Role role = policy::v1::Rule::ROLE_UNSPECIFIED;
  const partners::Frame& frame;
  const crypto::Secret& mac_key;  // the agency's, for pseudonyms
  base::ExchangeId conversation;
  absl::Time now;                                    // when it is decided
  std::optional<absl::Time> created = std::nullopt;  // when the message was; left out: now
  uint32_t releases = 0;  // persons other than the submitter who have agreed
  // Which fields of a FORWARDED_ITEM's original are wanted; null: all that may go.
  const desk::v1::ForwardMessage* forward = nullptr;
};

// Sets what `view` says of a decision on these fields: all but the values.
void SetDecision(const policy::Decision& decision, const std::vector<policy::Field>& fields,
                 const policy::InForce& in_force, View& view);

// Decides for this partner and, unless it is denied, takes out what is omitted; positions in lists
// close up. Values that policy changes are changed here. Errors: VALIDATION_FAILED when the payload
// cannot be cut, or a date not be made coarser; TOO_LARGE when it has more than 200,000 leaves.
absl::StatusOr<View> DecideView(const Sending& sending, const payload::v1::Payload& payload);

// Makes it the denial of a spent quota, as the store found it; it still counts.
void DenySpent(std::string_view quota, std::string_view limit, View& view);

// What is decided again on a message that is sealed.
struct Again {
  audit::v1::DecisionOpening opening;
  bool notice = false;  // auditors must be shown it
};
// The decision as it stands, denied when the partner may keep `statement` longer than is allowed
// now.
Again AgainOf(policy::Decision decision, const std::vector<policy::Field>& fields,
              const policy::InForce& in_force, const exchange::v1::Statement& statement);

// A message that is sealed is held no more: what now asks for more persons than agreed is stricter,
// and denies.
void DenyWhatNobodyReleased(policy::Decision& decision);

// A message that was sealed. Everything outlives it.
struct SealedEarlier {
  const partners::Registry& registry;
  const partners::Partner& partner;
  const exchange::v1::Envelope& envelope;
  const store::v1::KeptDraft& draft;
  uint32_t releases = 0;  // persons other than the submitter who agreed
  absl::Time now;         // when it is decided
};

// Decides again, from the sender's own payload and from what was sealed: OK when the draft would
// not be denied (a FORBID also looks at what was taken out), everything that would go may still go,
// changed no further than it is, and enough persons agreed; the decision's status otherwise. Of
// what is passed on, what was sealed alone. No attempt: quotas do not count it. `again` is set
// either way.
absl::Status DecideAgain(const SealedEarlier& earlier, Again& again);

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_VIEW_H_
