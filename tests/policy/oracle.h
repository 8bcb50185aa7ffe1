// What one rule says of a message and of a field, written from the words of policy.proto without
// the room's code: what the properties hold decisions against.
#ifndef LIAISON_TESTS_POLICY_ORACLE_H_
#define LIAISON_TESTS_POLICY_ORACLE_H_

#include <optional>
#include <vector>

#include "daemon/policy/policy.h"

namespace liaison::policy {

// Whether a PERMIT or RESTRICT is for this message, taken as one of `type`. `anyone`: whatever the
// caller's role.
bool IsFor(const v1::Rule& rule, const Facts& facts, liaison::payload::v1::MessageType type,
           bool anyone = false);

// What all of them let happen to a field.
Fate Strictest(const std::vector<Fate>& fates);

// What a PERMIT or RESTRICT says of a field; nullopt when it does not name it.
std::optional<Fate> SaidOf(const v1::Rule& rule, const Field& field);

}  // namespace liaison::policy

#endif  // LIAISON_TESTS_POLICY_ORACLE_H_
