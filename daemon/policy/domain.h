// The finite domain of a policy: of all messages that could be sent to or come from its partners,
// one for each kind that the rules can tell apart.
#ifndef LIAISON_DAEMON_POLICY_DOMAIN_H_
#define LIAISON_DAEMON_POLICY_DOMAIN_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "daemon/policy/policy.h"

namespace liaison::policy {

// Values of one fact that no rule of the policies tells apart, in words, and how a case gets one of
// them.
struct Choice {
  std::string label;
  std::function<void(Facts&)> set;
  std::vector<Sensitivity::Class> absent;  // classes of which the message has no field
};

// A list of which the rules tell more values apart has no choices: there would be too many.
inline constexpr size_t kMostClasses = 12;

// One fact with all its choices. The choices of all axes together make every case.
struct Axis {
  std::string name;       // "role", "purposes", ...
  std::string condition;  // the field of v1::Rule that looks at it; empty: none does
  std::vector<Choice> choices;
  bool decides_itself = false;  // the decision looks at it beside the rules
};

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
// every step that no rule of a file decides: legal bases, labels, consent. REQUIRES: checked
// policies.
std::vector<Region> RegionsOf(absl::Span<const v1::Policy* const> policies);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_DOMAIN_H_
