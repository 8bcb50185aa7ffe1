// What of the policy in force is likely not meant.
#ifndef LIAISON_DAEMON_PARTNERS_WARNINGS_H_
#define LIAISON_DAEMON_PARTNERS_WARNINGS_H_

#include <vector>

#include "absl/time/time.h"
#include "daemon/partners/registry.h"

namespace liaison::partners {

// What `policy check` warns of, and beside the registry: agreements and rules with a partner that
// it has not, rules for one that is of another class or country than they ask for, and codes that
// no country has. As policy::LintText, in order of kind.
std::vector<policy::Warning> PolicyWarnings(const Registry& registry, absl::Time now);

}  // namespace liaison::partners

#endif  // LIAISON_DAEMON_PARTNERS_WARNINGS_H_
