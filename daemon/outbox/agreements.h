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
#include "liaison/config/v1/agency.pb.h"
#include "liaison/policy/v1/policy.pb.h"

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

// Of those who submitted and released a draft, who still may by the registry: whoever is gone,
// revoked or without the role does not count.
struct StillMay {
  policy::v1::Rule::Role role = policy::v1::Rule::ROLE_UNSPECIFIED;  // of the submitter; none: not
  std::vector<std::string> releasers;                                // beside the submitter

  uint32_t releases() const { return static_cast<uint32_t>(releasers.size()); }
};

struct Submitted {
  base::Digest mark;  // as store::Exchange::submitter
  payload::v1::MessageType type = payload::v1::MESSAGE_TYPE_UNSPECIFIED;
  policy::v1::Rule::Role role = policy::v1::Rule::ROLE_UNSPECIFIED;  // in which it was submitted
  bool supervised = false;  // supervisors alone release it: it has derogations
};

// `agreed`: of ReadAgreements; empty of what was never held.
StillMay StillMayOf(const config::v1::Agency& agency, const crypto::Secret& mac_key,
                    const Submitted& submitted, const std::vector<std::string>& agreed);

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_AGREEMENTS_H_
