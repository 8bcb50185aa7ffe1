// What is likely not meant of the fields that one rule names.
#ifndef LIAISON_DAEMON_POLICY_FIELD_LINT_H_
#define LIAISON_DAEMON_POLICY_FIELD_LINT_H_

#include <string>
#include <vector>

#include "daemon/policy/schema_paths.h"

namespace liaison::policy {

// Each in words, with what to write instead:
// - classes and paths that are named twice;
// - a path that no message of the rule's types has;
// - a body that is kept whole, or a part with leaves of two or more classes, while the rule
//   withholds or omits these classes: the path wins.
// REQUIRES: a checked rule.
std::vector<std::string> FieldWarnings(const v1::Rule& rule, SchemaPaths& schema);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_FIELD_LINT_H_
