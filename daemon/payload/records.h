// A payload as field records: cut on the way out, checked and merged on the way in. wire:
// daemon/docs/formats.md.
//
// The schema decides paths; nothing here knows a message type by name. Works for every message of
// liaison.payload.v1 (scalars `optional`, no maps, no Any, no extensions).
#ifndef LIAISON_DAEMON_PAYLOAD_RECORDS_H_
#define LIAISON_DAEMON_PAYLOAD_RECORDS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "liaison/exchange/v1/statement.pb.h"
#include "liaison/options.pb.h"
#include "liaison/payload/v1/handling.pb.h"
#include "liaison/payload/v1/payload.pb.h"

namespace liaison::payload {

inline constexpr size_t kMaxRecords = 200'000;
inline constexpr size_t kMaxPathBytes = 255;
inline constexpr int kMaxDepth = 16;
inline constexpr size_t kMaxPosition = 99'999;  // in a list

// What became of a value before it was sent.
using Kind = exchange::v1::FieldRecord::Kind;

// Whether a record of this kind may stand for such a leaf (Leaf::part, Leaf::text): GENERALISED for
// dates; MASKED, PSEUDONYM and MATCH_TOKEN for every string that is no list; ORIGINAL for all.
bool MayBe(Kind kind, Part::Kind part, bool text);

// One leaf field that is set. `value` is the parent message serialised with this one field.
struct Leaf {
  std::string path;         // with list positions: "notice.persons[0].names[1].full_original"
  std::string schema_path;  // without: "notice.persons.names.full_original"
  std::string value;
  Sensitivity::Class sens = Sensitivity::SENSITIVITY_UNSPECIFIED;
  bool needed = false;                       // (liaison.needed)
  Part::Kind part = Part::PART_UNSPECIFIED;  // (liaison.part), its own or from above
  bool text = false;                         // one string
  // Names the bond that this leaf is in: the parent's path (with positions) and the bond's name.
  // Empty: none. Leaves of one `bond` go together or not at all; the stricter fate holds for all.
  std::string bond;
};

// Cuts `payload` into its leaves, in increasing order of path (bytewise). Unknown fields, depth
// over 16, paths over 255 bytes or more than 200,000 leaves: INVALID_ARGUMENT. A message without
// any field set is one leaf with an empty value at its own place in the parent.
absl::StatusOr<std::vector<Leaf>> Cut(const v1::Payload& payload);

// The text of a string leaf, out of its value. Nullopt when the value is not one string field
// alone.
std::optional<std::string_view> TextOf(std::string_view value);
// `value` with another text. REQUIRES: TextOf(value).
std::string WithText(std::string_view value, std::string_view text);

// What a schema path is: class, needed, part, and whether it is a leaf. NOT_FOUND for a path that
// the schema has not, with what to write instead.
struct PathInfo {
  bool is_leaf = false;
  Sensitivity::Class sens =
      Sensitivity::SENSITIVITY_UNSPECIFIED;  // as Leaf::sens; of a message: of an empty one
  bool needed = false;
  Part::Kind part = Part::PART_UNSPECIFIED;      // as Leaf::part
  bool text = false;                             // as Leaf::text
  Whole::Kind whole = Whole::WHOLE_UNSPECIFIED;  // of a message
};
absl::StatusOr<PathInfo> Describe(std::string_view schema_path);
// What can be generalised there, for a rule of a policy. NOT_FOUND as above, and for what holds the
// fields of another message: policy decides on these by their own paths.
absl::StatusOr<Whole::Kind> FindPath(std::string_view schema_path);

// A leaf field of the schema, by its path without list positions.
struct SchemaLeaf {
  std::string path;
  Sensitivity::Class sens = Sensitivity::SENSITIVITY_UNSPECIFIED;
  Part::Kind part = Part::PART_UNSPECIFIED;
  bool text = false;
  bool needed = false;
  std::string bond;  // as Leaf::bond, without positions
};
// Every leaf that a message of this type can have, its notes included, but for messages without any
// field set; empty for a type we do not have.
std::vector<SchemaLeaf> SchemaLeaves(v1::MessageType type);

// A path without its list positions. Does not check it.
std::string WithoutPositions(std::string_view path);

// Removes list elements all of whose leaves are in `omitted` (sorted paths of Cut), so that
// positions close up, and clears every omitted leaf. Further leaves stay as they are. What is left
// is cut again by the caller.
absl::StatusOr<v1::Payload> WithoutLeaves(const v1::Payload& payload,
                                          absl::Span<const std::string> omitted);

struct RecordView {
  std::string_view path;
  std::string_view value;
  Kind kind = exchange::v1::FieldRecord::ORIGINAL;
};

struct UnknownRecord {
  std::string path;
  size_t bytes = 0;
};

// A leaf that was sent with another value than its original's, which is withheld beside it.
struct ChangedLeaf {
  std::string path;
  Kind kind = exchange::v1::FieldRecord::KIND_UNSPECIFIED;
};

struct Merged {
  v1::Payload payload;
  std::vector<UnknownRecord> unknown;  // only when `newer_schema`
  std::vector<ChangedLeaf> changed;    // in increasing order of path
};

// Checks records and withheld paths, each in increasing order, against each other and the schema
// and builds the payload; the six steps and the refusals are those of daemon/docs/formats.md.
// `newer_schema`: the statement's version is higher than ours, so a path that the schema has not is
// kept as unknown, else refused. Errors: BODY_MISMATCH (base::Reason), naming the first path at
// fault and the step.
absl::StatusOr<Merged> Merge(absl::Span<const RecordView> records,
                             absl::Span<const std::string_view> withheld, bool newer_schema);

// The type of the body that is set; MESSAGE_TYPE_UNSPECIFIED when none is.
v1::MessageType TypeOf(const v1::Payload& payload);
// "notice" for INTELLIGENCE_NOTICE and so on; empty for a type we do not have.
std::string_view BodyField(v1::MessageType type);

// The version of liaison.payload.v1 that we cut with.
inline constexpr uint32_t kSchemaVersion = 1;

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_RECORDS_H_
