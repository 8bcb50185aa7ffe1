// Who has agreed that a held draft goes: read from rows, believed from records. Rows are a cache of
// the log, and who may send is decided on what is proved.
#ifndef LIAISON_DAEMON_OUTBOX_AGREEMENTS_H_
#define LIAISON_DAEMON_OUTBOX_AGREEMENTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/crypto/secret.h"
#include "daemon/journal/journal.h"
#include "daemon/message/at_rest.h"
#include "daemon/store/rows.h"

namespace liaison::outbox {

// Everything outlives it.
struct AgreementSource {
  journal::Journal& journal;
  const message::AtRestKeys& at_rest;
  const crypto::Secret& mac_key;
};

// Registered names of those who agree that the draft goes: its submitter, then who released it, in
// this order; nobody when it was never held. Each is proved by its record under the signed head of
// the desk log; what is not under it yet is left out. VERIFICATION_FAILED when rows say something
// else than the records.
absl::StatusOr<std::vector<std::string>> ReadAgreements(const AgreementSource& source,
                                                        const store::Exchange& exchange);

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_AGREEMENTS_H_
