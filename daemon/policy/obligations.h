// What a decision asks for beside the fields, and what of it can be fulfilled.
#ifndef LIAISON_DAEMON_POLICY_OBLIGATIONS_H_
#define LIAISON_DAEMON_POLICY_OBLIGATIONS_H_

#include "daemon/policy/decision.h"

namespace liaison::policy {

// Denies, at step "obligations" with OBLIGATION_UNSUPPORTED, what asks for something that the
// daemon does not do in this version: release by a second person. `check`, `diff` and `explain`
// know it all the same, so that a policy can be written and tested before.
void DenyWhatCannotBeFulfilled(Decision& decision);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_OBLIGATIONS_H_
