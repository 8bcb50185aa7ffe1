// Which rules stop what takes a message back (D-33).
#ifndef LIAISON_DAEMON_POLICY_RECALLS_H_
#define LIAISON_DAEMON_POLICY_RECALLS_H_

#include "daemon/policy/schema_paths.h"

namespace liaison::policy {

// `rule` names no types, and a RECALL can meet it: a FORBID refuses it then, a HOLD holds it, a
// RESTRICT takes fields out of it. A recall has the purposes and the agreement of its message,
// urgency U1 or U2, no person, an origin that it does not say, and beside its body nothing but
// named recipients. REQUIRES: a checked rule that is no PERMIT.
bool StopsRecalls(const v1::Rule& rule, SchemaPaths& schema);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_RECALLS_H_
