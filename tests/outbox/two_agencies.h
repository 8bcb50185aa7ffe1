// Two agencies in one process, with everything real but the wire between them: store, journal,
// keys, policy. What passes on the wire can be looked at, changed and stopped.
#ifndef LIAISON_TESTS_OUTBOX_TWO_AGENCIES_H_
#define LIAISON_TESTS_OUTBOX_TWO_AGENCIES_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "daemon/base/clock.h"
#include "daemon/base/metrics.h"
#include "daemon/crypto/keys.h"
#include "daemon/inbox/inbox.h"
#include "daemon/inbox/mailbox.h"
#include "daemon/journal/journal.h"
#include "daemon/message/at_rest.h"
#include "daemon/outbox/courier.h"
#include "daemon/outbox/holds.h"
#include "daemon/outbox/outbox.h"
#include "daemon/partners/registry.h"
#include "daemon/store/store.h"
#include "tests/journal/failing_store.h"

namespace liaison::testing {

// One agency of deploy/prepare.sh, without its daemon.
class Agency {
 public:
  Agency(const std::string& folder, base::Clock& clock);
  ~Agency();

  // Reads configuration and policy anew and puts them in force.
  void Reload();
  // Puts `to` in place of the first `from` in a file of the agency, and reloads.
  void Change(const std::string& file, const std::string& from, const std::string& to);
  // Of the next configuration: the certificate of this person of ours is revoked.
  void Revoke(const std::string& name);
  // Ends the journal and opens everything again, as a restart does.
  void Restart();

  const std::string& id() const { return snapshots->Current()->agency().id(); }
  desk::v1::State StateOf(const std::string& from, const std::string& id);
  // What the full check of both logs and all rows finds: "" when they hold.
  std::string Faults();
  // Runs SQL on the database, as an insider could.
  void EditRows(const std::string& sql);
  // Events of a log, in order.
  std::vector<audit::v1::Event> Events(audit::v1::Log log);

  const std::string folder;
  base::Clock& clock;
  base::Metrics metrics;
  std::unique_ptr<crypto::PrivateKey> message_key;
  std::unique_ptr<crypto::PrivateKey> log_key;
  std::unique_ptr<crypto::PrivateKey> desk_key;
  crypto::Secret mac_key;
  std::unique_ptr<partners::Snapshots> snapshots;
  std::unique_ptr<message::AtRestKeys> at_rest;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<journal::FailingStore> failing;  // between journal and store
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<outbox::Outbox> outbox;
  std::unique_ptr<outbox::Holds> holds;
  std::unique_ptr<inbox::Inbox> inbox;
  std::unique_ptr<inbox::Mailbox> mailbox;
  std::vector<std::string> woken;
  bool stopped = false;  // set by a test that made the journal stop: there is nothing to drain

 private:
  void Open();
  void Close();
  void PutInForce();

  std::atomic<bool> end_ = false;
  std::thread commits_;
};

// The wire from one agency to another.
class DirectLink final : public outbox::PartnerLink {
 public:
  DirectLink(std::string from, Agency& to) : from_(std::move(from)), to_(to) {}

  absl::StatusOr<exchange::v1::DeliverResponse> Deliver(const exchange::v1::DeliverRequest& request,
                                                        absl::Duration timeout) override;

  bool down = false;
  std::vector<exchange::v1::DeliverRequest> requests;  // as they left
  std::function<void(exchange::v1::DeliverRequest&)> on_the_way = [](auto&) {};
  std::function<void(exchange::v1::DeliverResponse&)> on_the_way_back = [](auto&) {};

 private:
  const std::string from_;
  Agency& to_;
};

// bgc-example and ho-example, and the wire between them, from the first to the second.
class TwoAgencies {
 public:
  TwoAgencies();
  ~TwoAgencies();

  // An example draft of bgc-example to ho-example, e.g. "intelligence_notice".
  static desk::v1::Draft Draft(const std::string& name);
  outbox::Submitter Officer() const;
  inbox::Viewer Viewer() const;

  // A verification request, and a policy of bgc-example that changes four of its values: `birth` to
  // the year, `latin_form` masked but for two characters, a pseudonym for `local_id` of the
  // subject, a match token for the `number` of the first document seen.
  void LetValuesChange();
  static desk::v1::Draft ChangedDraft();

  // Submits one draft as bgc's officer; the one result.
  absl::StatusOr<desk::v1::SubmitResult> Send(const desk::v1::Draft& draft,
                                              const std::string& key = "");
  // Steps the courier until nothing more happens.
  void DeliverAll();
  std::unique_ptr<outbox::Courier> NewCourier();

  // As the officer of either.
  absl::StatusOr<desk::v1::SubmitResult> Submit(Agency& from, const desk::v1::Draft& draft);
  // Submits, delivers and gives AGENCY/ID. Fails the test when it does not arrive.
  std::string Pass(Agency& from, Agency& to, const desk::v1::Draft& draft);
  // Delivers what is queued; `on_the_way` may change it.
  void Deliver(Agency& from, Agency& to,
               const std::function<void(exchange::v1::DeliverRequest&)>& on_the_way = nullptr);

  base::FakeClock clock;
  std::string folder;
  std::unique_ptr<Agency> bgc;
  std::unique_ptr<Agency> ho;
  std::unique_ptr<DirectLink> link;
  std::unique_ptr<outbox::Courier> courier;
  exchange::v1::DeliverRequest delivered;  // by Deliver, the last, as it left
  exchange::v1::DeliverResponse response;  // to the last

 private:
  int keys_ = 0;
};

}  // namespace liaison::testing

#endif  // LIAISON_TESTS_OUTBOX_TWO_AGENCIES_H_
