#include "daemon/outbox/person.h"

#include "daemon/crypto/digest.h"
#include "liaison/config/v1/agency.pb.h"

namespace liaison::outbox {

audit::v1::ActorOpening ActorOf(const Submitter& submitter, std::string_view reason) {
  audit::v1::ActorOpening actor;
  actor.set_name(submitter.name);
  actor.set_uri(submitter.uri);
  actor.set_role(submitter.is_supervisor
                     ? config::v1::Person::Role_Name(config::v1::Person::SUPERVISOR)
                     : policy::v1::Rule::Role_Name(submitter.role));
  actor.set_reason(std::string(reason));
  return actor;
}

base::Digest MarkOf(const crypto::Secret& mac_key, std::string_view name) {
  return crypto::HmacSha256(mac_key, {"caller", name});
}

}  // namespace liaison::outbox
