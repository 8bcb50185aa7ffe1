// Cuts serialised bytes into slices, one for each leaf, without copying a value.
#ifndef LIAISON_DAEMON_PAYLOAD_CUT_H_
#define LIAISON_DAEMON_PAYLOAD_CUT_H_

#include <google/protobuf/message_lite.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/payload/schema.h"

namespace liaison::payload {

// A leaf in place. `path` and `bond` views live as long as the Slices, `value` as long as the bytes
// that were cut.
struct Slice {
  uint32_t path_begin = 0;
  uint32_t path_size = 0;
  std::string_view value;
  Sensitivity::Class sens = Sensitivity::SENSITIVITY_UNSPECIFIED;
  bool needed = false;
  Part::Kind part = Part::PART_UNSPECIFIED;
  bool text = false;
  uint32_t bond_prefix = 0;  // how much of the path names the message that holds the bond
  const std::string* bond_name = nullptr;  // null: in no bond
};

struct Slices {
  std::string paths;  // one after the other
  std::vector<Slice> leaves;

  std::string_view Path(const Slice& leaf) const {
    return std::string_view(paths).substr(leaf.path_begin, leaf.path_size);
  }
};

// The bytes that a message is cut from: its fields in increasing order of number.
std::string CanonicalBytes(const google::protobuf::MessageLite& message);

// Cuts `bytes`, which CanonicalBytes made of a message of type `root`, into its leaves, in
// increasing bytewise order of path. INVALID_ARGUMENT for unknown fields and what goes over a limit
// of records.h.
absl::StatusOr<Slices> CutBytes(const MessageSchema& root, std::string_view bytes);

// Appends to `path` one segment: ".name" or, at the start, "name"; with "[position]" when `field`
// is a list.
void AppendSegment(const FieldSchema& field, size_t position, std::string* path);

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_CUT_H_
