// Rule D-04, the consent of adult victims, its exceptions D-06 and D-07, and what D-05 asks for
// children.
#ifndef LIAISON_DAEMON_POLICY_CONSENT_H_
#define LIAISON_DAEMON_POLICY_CONSENT_H_

#include <string>
#include <string_view>
#include <vector>

#include "daemon/policy/fates.h"
#include "daemon/policy/policy.h"

namespace liaison::policy {

struct ConsentFinding {
  bool may_go = false;
  std::vector<Restriction> restrictions;  // what an exception takes out
  std::vector<std::string> obligations;   // what an exception asks for afterwards, in words
  std::string_view rule;                  // when it may not go
  std::string missing;
};

// D-04: an adult victim's data goes with consent that covers it. D-05: that of a child needs none,
// but TLP:RED and a child_safeguard, and no biometrics, of anybody, go to a partner that does not
// protect people. D-06: a threat to life (purpose THREAT_TO_LIFE with no other
// than VICTIM_RESCUE, urgency U1, a written reason) lets what a rescue needs go: no L4, L7, L8; a
// supervisor reviews it. D-07: a duty to notify (legal basis) lets an anonymous record go: no L2,
// L3, L5, L8; where victims are anonymous already, no L3, L5, L8; and no biometrics, references to
// papers and places of what was done.
ConsentFinding FindConsent(const Facts& facts);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_CONSENT_H_
