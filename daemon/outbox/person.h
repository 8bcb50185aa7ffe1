// One of our own people or systems: what they are called in records, and what rows remember them
// by.
#ifndef LIAISON_DAEMON_OUTBOX_PERSON_H_
#define LIAISON_DAEMON_OUTBOX_PERSON_H_

#include <string>
#include <string_view>

#include "daemon/base/ids.h"
#include "daemon/crypto/secret.h"
#include "liaison/audit/v1/record.pb.h"
#include "liaison/policy/v1/policy.pb.h"

namespace liaison::outbox {

// Who submits, releases or rejects, from the certificate and the registry, never from the request.
struct Submitter {
  std::string name;  // registered name
  std::string uri;
  policy::v1::Rule::Role role = policy::v1::Rule::ROLE_UNSPECIFIED;
  bool is_daemon = false;      // ourselves, following a partner's recall
  bool is_supervisor = false;  // may, or does, what only supervisors do
};

// For the record. `reason`: what the person gave as one.
audit::v1::ActorOpening ActorOf(const Submitter& submitter, std::string_view reason = "");

// What rows remember a person by: a MAC of the registered name.
base::Digest MarkOf(const crypto::Secret& mac_key, std::string_view name);

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_PERSON_H_
