// An error as a value of the desk's protos, for answers that hold one.
#ifndef LIAISON_DAEMON_DESK_ERROR_VALUE_H_
#define LIAISON_DAEMON_DESK_ERROR_VALUE_H_

#include "absl/status/status.h"
#include "liaison/desk/v1/desk.pb.h"

namespace liaison::desk {

// What a failed call would carry in its details. A status without a Reason becomes INTERNAL with a
// trace id, its text stays in our log.
v1::Error ToValue(const absl::Status& status);

}  // namespace liaison::desk

#endif  // LIAISON_DAEMON_DESK_ERROR_VALUE_H_
