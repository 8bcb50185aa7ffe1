// Walks over what is set in a payload.
#ifndef LIAISON_DAEMON_PAYLOAD_WALK_H_
#define LIAISON_DAEMON_PAYLOAD_WALK_H_

#include <google/protobuf/message.h>

#include "absl/functional/function_ref.h"
#include "daemon/payload/faults.h"
#include "liaison/options.pb.h"

namespace liaison::payload {

// Calls `visit` for each message that is set below `message` at `at`, outer before inner.
void ForEachMessage(
    const google::protobuf::Message& message, const FieldPath& at,
    absl::FunctionRef<void(const google::protobuf::Message&, const FieldPath&)> visit);

// True when a leaf that is set below `message` has a class that `matches`. `except`: fields of
// `message` itself that are passed over.
bool AnyLeaf(const google::protobuf::Message& message,
             absl::FunctionRef<bool(Sensitivity::Class)> matches,
             absl::FunctionRef<bool(const google::protobuf::FieldDescriptor&)> except);

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_WALK_H_
