// What policy lets go of a payload: decided on the whole, and again on what is left when omitted
// fields are taken out.
#ifndef LIAISON_DAEMON_RULING_OUTGOING_H_
#define LIAISON_DAEMON_RULING_OUTGOING_H_

#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "daemon/payload/records.h"
#include "daemon/policy/policy.h"

namespace liaison::ruling {

// A decision, and the leaves that it was made on.
struct Ruled {
  std::vector<payload::Leaf> leaves;
  policy::Decision decision;
};

// Cuts and decides. VALIDATION_FAILED when the payload cannot be cut.
absl::StatusOr<Ruled> Rule(const policy::Policy& policy, const policy::Facts& facts,
                           const payload::v1::Payload& payload);

// Takes out what `whole` omits, until nothing is: positions in lists close up. What is left is
// ruled on by `rule`, and may be denied. REQUIRES: `whole` is the ruling on `payload` and no
// denial.
absl::StatusOr<Ruled> Reduce(
    payload::v1::Payload payload, Ruled whole,
    absl::FunctionRef<absl::StatusOr<Ruled>(const payload::v1::Payload& payload)> rule);

}  // namespace liaison::ruling

#endif  // LIAISON_DAEMON_RULING_OUTGOING_H_
