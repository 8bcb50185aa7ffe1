// The facts that a policy decision on a message needs, with the two agencies from the registry.
#ifndef LIAISON_DAEMON_PARTNERS_FACTS_H_
#define LIAISON_DAEMON_PARTNERS_FACTS_H_

#include "absl/time/time.h"
#include "daemon/partners/registry.h"
#include "daemon/policy/policy.h"
#include "daemon/policy/report.h"
#include "daemon/ruling/facts.h"

namespace liaison::partners {

using ruling::DerogationsOf;
using ruling::FieldsOf;
using ruling::Frame;
using ruling::FrameOf;
using ruling::SentLeaves;
using ruling::ValidationFrame;

// We and the partner, as the registry has us.
ruling::Parties PartiesOf(const Registry& registry, const Partner& partner);

// `role`: of the caller, for OUT.
policy::Facts FactsFor(const Registry& registry, const Partner& partner,
                       policy::Direction direction, policy::v1::Rule::Role role, const Frame& frame,
                       const payload::v1::Payload& payload, absl::Time now);

policy::InForce InForceOf(const Registry& registry);

}  // namespace liaison::partners

#endif  // LIAISON_DAEMON_PARTNERS_FACTS_H_
