// The two doors: the listener for partners and the listener for the agency's own people, with
// everything between gRPC and the rooms.
#ifndef LIAISON_DAEMON_APP_FRONT_H_
#define LIAISON_DAEMON_APP_FRONT_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "daemon/base/clock.h"
#include "daemon/base/metrics.h"
#include "daemon/desk/audit_desk.h"
#include "daemon/desk/audit_service.h"
#include "daemon/desk/partner_service.h"
#include "daemon/inbox/inbox.h"
#include "daemon/inbox/mailbox.h"
#include "daemon/journal/journal.h"
#include "daemon/outbox/holds.h"
#include "daemon/outbox/outbox.h"
#include "daemon/partners/registry.h"

namespace liaison::app {

class Front {
 public:
  struct Parts {
    partners::Snapshots& snapshots;
    journal::Journal& journal;
    message::AtRestKeys& at_rest;
    outbox::Outbox& outbox;
    outbox::Holds& holds;
    inbox::Inbox& inbox;
    inbox::Mailbox& mailbox;
    desk::AuditDesk& audit_desk;
    base::Clock& clock;
    base::Metrics& metrics;
  };
  Front(const Parts& parts, desk::Delivery delivery, desk::Administration administration);
  ~Front();

  // Binds both listeners. Errors: UNREACHABLE naming the address.
  absl::Status Start();
  const std::string& exchange_address() const;
  const std::string& desk_address() const;

  // Looks at the calls that wait; every 100 ms or so, from one thread.
  void Look();
  // Forgets who callers were and cuts the connections of those who may not call any more.
  void RegistryChanged(const partners::Registry& old, const partners::Registry& next);

  // Takes no new calls and finishes those under way, for at most `patience`.
  void Drain(absl::Duration patience);
  // After Drain: ends the servers.
  void Shutdown();

 private:
  class Rep;
  const std::unique_ptr<Rep> rep_;
};

}  // namespace liaison::app

#endif  // LIAISON_DAEMON_APP_FRONT_H_
