// Merge for any root message, so that tests can use schemas that the payload does not have.
#ifndef LIAISON_DAEMON_PAYLOAD_MERGE_H_
#define LIAISON_DAEMON_PAYLOAD_MERGE_H_

#include <google/protobuf/message_lite.h>

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "daemon/payload/records.h"
#include "daemon/payload/schema.h"

namespace liaison::payload {

// What Merge of records.h does, into `out`, which is of type `root` and empty. Gives the unknown
// records.
absl::StatusOr<std::vector<UnknownRecord>> MergeInto(const MessageSchema& root,
                                                     absl::Span<const RecordView> records,
                                                     absl::Span<const std::string_view> withheld,
                                                     bool newer_schema,
                                                     google::protobuf::MessageLite* out);

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_MERGE_H_
