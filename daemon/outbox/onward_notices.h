// Tells originators that their messages were passed on, and to whom.
#ifndef LIAISON_DAEMON_OUTBOX_ONWARD_NOTICES_H_
#define LIAISON_DAEMON_OUTBOX_ONWARD_NOTICES_H_

#include <set>

#include "absl/status/status.h"
#include "daemon/base/metrics.h"
#include "daemon/outbox/outbox.h"

namespace liaison::outbox {

// One thread.
class OnwardNotices {
 public:
  struct Parts {
    journal::Journal& journal;
    message::AtRestKeys& at_rest;
    base::Metrics& metrics;
    Outbox& outbox;
  };
  explicit OnwardNotices(const Parts& parts) : parts_(parts) {}

  // Sends an ONWARD_SHARING_NOTICE to the originator of each message of its that a third agency has
  // taken from us. What was told before a restart is answered by its idempotency key and not sent
  // again. Errors, to be tried again: as Outbox::Submit, and what is wrong with the store.
  absl::Status Step();

 private:
  absl::Status Tell(const store::Exchange& item);

  const Parts parts_;
  std::set<store::ExchangeName> done_;  // told since the start, or cannot be told
  int not_told_ = 0;                    // of those: people must tell
};

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_ONWARD_NOTICES_H_
