#include "daemon/partners/facts.h"

namespace liaison::partners {
namespace {

// The two lists have the same names and numbers: a test compares them.
policy::v1::PartnerClass ClassOf(config::v1::Partner::Class kind) {
  return static_cast<policy::v1::PartnerClass>(kind);
}

}  // namespace

ruling::Parties PartiesOf(const Registry& registry, const Partner& partner) {
  ruling::Parties parties;
  parties.own = registry.agency().id();
  parties.own_country = registry.agency().country();
  parties.partner = partner.proto.id();
  parties.partner_country = partner.proto.country();
  parties.partner_class = ClassOf(partner.proto.class_());
  parties.partner_active = !partner.proto.suspended();
  parties.has_match_key = partner.match_key.has_value();
  return parties;
}

policy::Facts FactsFor(const Registry& registry, const Partner& partner,
                       policy::Direction direction, policy::v1::Rule::Role role, const Frame& frame,
                       const payload::v1::Payload& payload, absl::Time now) {
  return ruling::FactsFor(PartiesOf(registry, partner), direction, role, frame, payload, now);
}

policy::InForce InForceOf(const Registry& registry) {
  return {registry.policy().id(), registry.policy().version(), registry.policy_digest(),
          registry.registry_digest()};
}

}  // namespace liaison::partners
