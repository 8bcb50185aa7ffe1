// The payload schema as the tables that cutting and merging walk: built once from the descriptors,
// then immutable.
#ifndef LIAISON_DAEMON_PAYLOAD_SCHEMA_H_
#define LIAISON_DAEMON_PAYLOAD_SCHEMA_H_

#include <google/protobuf/descriptor.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "liaison/options.pb.h"

namespace liaison::payload {

struct MessageSchema;

struct FieldSchema {
  std::string name;
  uint32_t number = 0;
  uint32_t tag = 0;  // as our serialiser writes it: a repeated number is packed
  bool repeated = false;
  const MessageSchema* message = nullptr;  // of a message field, else null
  Sensitivity::Class sens = Sensitivity::SENSITIVITY_UNSPECIFIED;
  bool needed = false;
  Part::Kind part = Part::PART_UNSPECIFIED;
  bool text = false;  // one string
  int bond = -1;      // place in MessageSchema::bonds, -1 for none
  int oneof = -1;     // which real oneof of the message, -1 for none

  // Every list of messages has positions in its paths, and nothing else has.
  bool is_list() const { return repeated && message != nullptr; }
};

struct MessageSchema {
  static constexpr size_t kMaxBonds = 32;

  std::vector<FieldSchema> fields;  // in increasing order of number
  absl::flat_hash_map<std::string_view, const FieldSchema*> by_name;
  std::vector<std::string> bonds;
  Whole::Kind whole = Whole::WHOLE_UNSPECIFIED;
  // The lowest class of a leaf that a message of this type can hold; never below L1.
  Sensitivity::Class least = Sensitivity::L1;

  // Null when there is none.
  const FieldSchema* Find(std::string_view name) const;
};

// All message types below one root. Thread-safe, because immutable.
class Schema {
 public:
  // REQUIRES: no maps, groups, extensions or required fields; at most 32 bonds in a message.
  explicit Schema(const google::protobuf::Descriptor& root);
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;

  const MessageSchema& root() const { return *root_; }

  // The schema of liaison.payload.v1.Payload, built by the first caller.
  static const Schema& OfPayload();

 private:
  MessageSchema* Add(const google::protobuf::Descriptor& type);
  void FindLeast();

  std::map<const google::protobuf::Descriptor*, std::unique_ptr<MessageSchema>> messages_;
  const MessageSchema* root_;
};

// What a leaf inherits from the message fields above it.
struct Inherited {
  Sensitivity::Class raise = Sensitivity::SENSITIVITY_UNSPECIFIED;
  bool needed = false;
  Part::Kind part = Part::PART_UNSPECIFIED;
};

// `above` and what `field` adds to it for all that lies below.
Inherited Below(const Inherited& above, const FieldSchema& field);

// Class of the leaf `field` below `above`. Of an empty message: that of the least sensitive leaf it
// could hold, and at least L1, because that it is there already tells something.
Sensitivity::Class ClassOf(const Inherited& above, const FieldSchema& field);

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_SCHEMA_H_
