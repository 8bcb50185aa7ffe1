// Whether the conditions of a rule hold for a message. A list of a PERMIT must cover the message;
// one of the other effects meets it.
#ifndef LIAISON_DAEMON_POLICY_CONDITIONS_H_
#define LIAISON_DAEMON_POLICY_CONDITIONS_H_

#include <string>

#include "daemon/policy/policy.h"

namespace liaison::policy {

// Every condition beside direction, partner, type and what it carries.
bool Applies(const v1::Rule& rule, const Facts& facts);

// Which of them do not hold, in words: "rule x is not for the caller's role".
std::string WhyNot(const v1::Rule& rule, const Facts& facts);

// Rule.carries, of a FORBID: the message has a field of one of these classes. True when it names
// none.
bool Carries(const v1::Rule& rule, absl::Span<const Field> fields);
// The same of a HOLD: one that goes.
bool CarriesAway(const v1::Rule& rule, absl::Span<const Field> fields,
                 absl::Span<const FieldFate> fates);

// An answer that names nobody is held by a HOLD as one that names somebody, whatever it carries:
// else holding would tell which it is. So is what opens a field of one, or passes one on.
bool HoldsEveryAnswer(const v1::Rule& rule, const Facts& facts);

// True when the list holds the number.
bool Holds(const google::protobuf::RepeatedField<int>& list, int number);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_CONDITIONS_H_
