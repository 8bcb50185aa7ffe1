// Drafts that a second person must let go: shown, released, rejected, and lapsed when nobody does.
//
// A draft on hold is kept encrypted, and neither sealed nor signed. Each release decides again, on
// what holds then; the last one that is needed seals, and the message is QUEUED in the transaction
// that records the release.
#ifndef LIAISON_DAEMON_OUTBOX_HOLDS_H_
#define LIAISON_DAEMON_OUTBOX_HOLDS_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/base/clock.h"
#include "daemon/base/metrics.h"
#include "daemon/crypto/keys.h"
#include "daemon/journal/journal.h"
#include "daemon/journal/openings.h"
#include "daemon/message/at_rest.h"
#include "daemon/outbox/held_view.h"
#include "daemon/outbox/person.h"
#include "daemon/partners/registry.h"
#include "liaison/desk/v1/desk.pb.h"

namespace liaison::outbox {

// Thread-safe. Everything it is given outlives it.
class Holds {
 public:
  struct Parts {
    partners::Snapshots& snapshots;
    journal::Journal& journal;
    message::AtRestKeys& at_rest;
    const crypto::PrivateKey& message_key;
    const crypto::Secret& mac_key;
    base::Clock& clock;
    base::Metrics& metrics;
    std::function<void(std::string_view partner)> wake;  // something is queued for this partner
  };
  explicit Holds(const Parts& parts) : parts_(parts) {}

  // Fills in what would go if it were released now: statement, payload, withheld and changed
  // fields, decision, and `held`. REQUIRES: it is HELD. Errors: VERIFICATION_FAILED; those of
  // ViewHeld.
  absl::Status Show(const store::Exchange& exchange, desk::v1::ShownMessage& shown);

  // Until when it can be released under the policy in force, which may be before the row says that
  // it lapses. What the row says when the draft cannot be looked at: Show says why.
  absl::Time ReleasableUntil(const store::Exchange& held);

  // `person` agrees that exactly what has `request.view_digest` goes: as releaser, or as supervisor
  // where a rule is to be set aside. `error` of the response is the caller's to fill in. Errors:
  // VALIDATION_FAILED; ROLE_MISSING; POLICY_DENIED (the submitter, a second time, or who was not
  // shown it); WRONG_STATE (not held any more, late, or other things would go);
  // VERIFICATION_FAILED when rows and records differ; TOO_LARGE; those of ViewHeld; QUEUE_FULL,
  // DISK_LOW, CLOCK_UNSURE, STOPPED. A denial is a result, and final. Who may not, is on record.
  absl::StatusOr<desk::v1::ReleaseResponse> Release(const Submitter& person,
                                                    const store::ExchangeName& name,
                                                    const desk::v1::ReleaseRequest& request);

  // It never goes. Who is neither releaser nor supervisor takes back what is their own. Errors:
  // VALIDATION_FAILED (reason); ROLE_MISSING; WRONG_STATE; DISK_LOW, STOPPED.
  absl::StatusOr<desk::v1::RejectResponse> Reject(const Submitter& person,
                                                  const store::ExchangeName& name,
                                                  const std::string& reason);

  // The step of the thread that ends what nobody released in time: how many it ended, some hundreds
  // at most.
  absl::StatusOr<size_t> Lapse();

 private:
  struct Standing;
  absl::StatusOr<desk::v1::ReleaseResponse> TryRelease(const Submitter& person,
                                                       const store::ExchangeName& name,
                                                       const desk::v1::ReleaseRequest& request);
  // CALLER_REFUSED: `person` may not release it.
  absl::Status RecordRefused(const Submitter& person, const store::ExchangeName& name,
                             const absl::Status& why);
  absl::StatusOr<store::v1::KeptHeld> OpenDraft(const store::ExchangeName& name);
  // What waits, who agrees and what would go. `more`: persons who are about to agree.
  absl::StatusOr<Standing> Look(const store::Exchange& exchange, uint32_t more);
  // The row, when `person` may agree to it now.
  absl::StatusOr<store::Exchange> FindFor(const Submitter& person, const store::ExchangeName& name);
  absl::StatusOr<store::Outcome> Agree(const Submitter& person, const Standing& standing,
                                       const std::string& reason);
  absl::StatusOr<store::Release::Sending> Seal(const Submitter& person, const Standing& standing);
  absl::StatusOr<store::Outcome> Deny(const Submitter& person, const Standing& standing);
  absl::StatusOr<desk::v1::ReleaseResponse> ToResponse(const Standing& standing,
                                                       const store::Outcome& outcome);
  absl::StatusOr<std::vector<journal::Openings>> OpeningsOf(const store::ExchangeName& name,
                                                            audit::v1::Event event);
  // What would go now was shown to `person`, by the records, and is what the request means.
  absl::Status CheckSeen(const Submitter& person, const Standing& standing,
                         const desk::v1::ReleaseRequest& request);
  // Its time is not over, and whoever released it before agreed to what would go now.
  absl::Status CheckStands(const Standing& standing);
  // Every quota that policy names by now counted it when it was drafted.
  absl::Status CheckCounted(const Standing& standing);
  // What became of it instead.
  absl::Status WrongState(const store::ExchangeName& name);
  absl::StatusOr<store::Advance> StepOf(const store::Exchange& exchange, audit::v1::Event event,
                                        const audit::v1::ActorOpening& actor,
                                        const audit::v1::DecisionOpening& decision);
  void Count(const store::Exchange& exchange, const std::string& outcome);

  const Parts parts_;
};

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_HOLDS_H_
