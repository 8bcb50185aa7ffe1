// What our own people see: both boxes, one message, one conversation. Reading a payload is recorded
// before it is answered.
#ifndef LIAISON_DAEMON_INBOX_MAILBOX_H_
#define LIAISON_DAEMON_INBOX_MAILBOX_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "daemon/base/clock.h"
#include "daemon/crypto/secret.h"
#include "daemon/journal/journal.h"
#include "daemon/message/at_rest.h"
#include "daemon/message/message.h"
#include "daemon/partners/registry.h"
#include "liaison/audit/v1/record.pb.h"
#include "liaison/desk/v1/desk.pb.h"

namespace liaison::inbox {

// Who reads, from the certificate and the registry.
struct Viewer {
  std::string name;
  std::string uri;
  std::string role;       // "OFFICER", "SYSTEM" ...
  bool own_only = false;  // a system: only its own exchanges and the answers to them
};

// Thread-safe. Everything it is given outlives it.
class Mailbox {
 public:
  struct Parts {
    partners::Snapshots& snapshots;
    journal::Journal& journal;
    message::AtRestKeys& at_rest;
    const crypto::Secret& mac_key;
    base::Clock& clock;
    // Fills in what would go of a held draft, and who has agreed.
    std::function<absl::Status(const store::Exchange& held, desk::v1::ShownMessage& shown)>
        show_held;
    // Until when a held draft can be released.
    std::function<absl::Time(const store::Exchange& held)> releasable_until;
  };
  explicit Mailbox(const Parts& parts) : parts_(parts) {}

  // Statement data, newest first. Errors: VALIDATION_FAILED (box, page).
  absl::StatusOr<desk::v1::ListResponse> List(const desk::v1::ListRequest& request);

  // Writes READ, then answers. Of a draft on hold: what would go. Errors: those of Resolve;
  // VALIDATION_FAILED; VERIFICATION_FAILED when what is stored is not what was committed to;
  // DISK_LOW, STOPPED.
  absl::StatusOr<desk::v1::ShownMessage> Show(const Viewer& viewer,
                                              const desk::v1::GetRequest& request);

  // Which candidates are equal to the value behind a match token. Writes SEARCHED, then answers.
  // Errors: NOT_FOUND (message, field); WRONG_STATE when the field is no match token or no key is
  // shared with the partner; VALIDATION_FAILED; else as Show.
  absl::StatusOr<desk::v1::MatchResponse> Match(const Viewer& viewer,
                                                const desk::v1::MatchRequest& request);

  // Records of the exchanges of the conversation that `viewer` may see, a page of exchanges at a
  // time. Errors: those of Resolve; VALIDATION_FAILED (page).
  absl::StatusOr<desk::v1::TimelineResponse> Timeline(const Viewer& viewer,
                                                      const desk::v1::TimelineRequest& request);

  // The exchange that a base::ExchangePrefix names; when a whole id alone is given, rather ours
  // than a partner's. `viewer` may see it. Errors: VALIDATION_FAILED when it is no such text;
  // NOT_FOUND; WRONG_STATE when it fits several.
  absl::StatusOr<store::Exchange> Resolve(const Viewer& viewer, const std::string& text);

 private:
  // Why and how, in the actor's words and in ours.
  struct Deed {
    std::string reason;
    std::string detail;
    base::Digest view = {};  // of a draft on hold
  };
  // A message as it is kept, checked against the digest on record.
  struct Opened {
    exchange::v1::Envelope envelope;
    message::StoredBody read;
  };

  // Show of a draft on hold. READ says which view was shown: only who saw what goes releases it.
  absl::StatusOr<desk::v1::ShownMessage> ShowHeld(const Viewer& viewer, const store::Exchange& held,
                                                  const desk::v1::GetRequest& request);
  absl::Status MaySee(const Viewer& viewer, const store::Exchange& exchange);
  // Commits a record of what `viewer` does with the message; its state follows the event.
  absl::Status Record(const Viewer& viewer, const store::Exchange& exchange, audit::v1::Event event,
                      const Deed& deed);
  absl::StatusOr<Opened> OpenStored(const store::Exchange& exchange,
                                    const store::StoredBody& stored);
  absl::Status MergeDisclosed(const store::Exchange& exchange, Opened& opened,
                              desk::v1::ShownMessage& shown);
  absl::Status FillBody(const store::Exchange& exchange, const store::StoredBody& stored,
                        bool reveal, desk::v1::ShownMessage& shown);
  // What is passed on is opened, and what not everybody may see is covered.
  absl::Status Finish(bool reveal, desk::v1::ShownMessage& shown);
  absl::Status FillReceipts(const store::Exchange& exchange, const store::StoredBody& stored,
                            desk::v1::ShownMessage& shown);
  absl::Status FillRecalled(const store::Exchange& exchange, desk::v1::ShownMessage& shown);
  absl::Status FillPassedOn(const store::Exchange& exchange, desk::v1::ShownMessage& shown);
  absl::Status FillTold(const store::Exchange& exchange, desk::v1::ShownMessage& shown);
  absl::Status FillStates(const store::Exchange& exchange, desk::v1::ShownMessage& shown);

  const Parts parts_;
};

}  // namespace liaison::inbox

#endif  // LIAISON_DAEMON_INBOX_MAILBOX_H_
