// The finite domain of a policy: of all messages that could be sent to or come from its partners,
// one for each kind that the rules can tell apart.
#ifndef LIAISON_DAEMON_POLICY_DOMAIN_H_
#define LIAISON_DAEMON_POLICY_DOMAIN_H_

#include <vector>

#include "absl/types/span.h"
#include "daemon/policy/axes.h"
#include "daemon/policy/policy.h"

namespace liaison::policy {

// The cases of one partner, direction and kind of message.
struct Region {
  Facts facts;             // what all cases have in common
  std::vector<Axis> axes;  // first partner, direction and type, of one choice each
  // Which the rules do not tell apart; of openings and of what is passed on, those of the message
  // inside.
  std::vector<liaison::payload::v1::MessageType> types;
  std::vector<const v1::Agreement*> agreements;  // of all policies, with the partner
  std::vector<const v1::Rule*> rules;            // of all policies, that look at such messages
};

// Every region of both policies, in order of partner, direction and type. The facts of a case pass
// every step that no policy decides: labels, consent. REQUIRES: checked policies.
std::vector<Region> RegionsOf(absl::Span<const v1::Policy* const> policies);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_DOMAIN_H_
