// What a decision was made on, as a record keeps it where the message itself is not kept: codes,
// dates and schema paths, no value of any field. Enough to decide again.
#ifndef LIAISON_DAEMON_POLICY_DECIDED_ON_H_
#define LIAISON_DAEMON_POLICY_DECIDED_ON_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "daemon/policy/policy.h"
#include "liaison/policy/v1/facts.pb.h"

namespace liaison::policy {

// A record is kept for years, and a partner decides how many are denied.
inline constexpr size_t kMostDecidedOnBytes = 32 << 10;

// liaison.policy.v1.DecidedOn, serialised; fields that a decision cannot tell apart stand once, by
// schema path. Empty when it would be larger than kMostDecidedOnBytes: then nothing can be decided
// again.
std::string DecidedOnBytes(const Facts& facts, absl::Span<const Field> fields);

// Every fact, as it is.
v1::Facts ToProto(const Facts& facts);
Facts FactsOf(const v1::Facts& kept);
// Views into `kept`, which must outlive them. A field without a path has its schema path as one.
std::vector<Field> FieldsOf(const google::protobuf::RepeatedPtrField<v1::Field>& kept);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_DECIDED_ON_H_
