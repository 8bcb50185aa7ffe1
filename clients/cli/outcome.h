// How results that are not errors end a command: no hit 3, denied 4, held 9, refused 8, expired 7.
#ifndef LIAISON_CLIENTS_CLI_OUTCOME_H_
#define LIAISON_CLIENTS_CLI_OUTCOME_H_

#include "clients/cli/session.h"
#include "liaison/desk/v1/desk.pb.h"

namespace liaison::cli {

inline constexpr int kExitNotFound = 3;
inline constexpr int kExitHeld = 9;

// Of one submission. With one idempotency key the second call may find it further on: refused,
// expired.
Ending EndingOfResult(const desk::v1::SubmitResult& result);

// Of a wait.
Ending EndingOfWait(const desk::v1::WaitResponse& response);

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_OUTCOME_H_
