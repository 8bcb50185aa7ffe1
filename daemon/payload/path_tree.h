// The tree of messages that the paths of a body span: who lies in whom, at which position, sent or
// withheld.
#ifndef LIAISON_DAEMON_PAYLOAD_PATH_TREE_H_
#define LIAISON_DAEMON_PAYLOAD_PATH_TREE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "daemon/payload/records.h"
#include "daemon/payload/schema.h"

namespace liaison::payload {

// The steps of Merge that a body can fail at; formats.md describes them.
enum class MergeStep {
  kOrder = 1,
  kSchema = 2,
  kPositions = 3,
  kBonds = 4,
  kParse = 5,
  kCompare = 6
};

// BODY_MISMATCH that names the step and the path (none when it is not even a path).
absl::Status BodyMismatch(MergeStep step, std::string_view path, std::string_view what);

// Takes paths in increasing order, sent and withheld together. Because of that order the paths
// below one message come one after the other, so that only the last path's messages can still grow:
// no look-up is ever needed. Holds views of the paths and values given to it.
class PathTree {
 public:
  enum class Fate { kSent, kWithheld };

  struct Entry {
    std::string_view path;
    std::string_view value;
    Fate fate = Fate::kSent;
    Kind kind = exchange::v1::FieldRecord::ORIGINAL;  // of what was sent
  };

  // `newer_schema`: a path that leads out of the schema is no fault; its messages stay, the rest is
  // unknown.
  PathTree(const MessageSchema& root, bool newer_schema);

  // Adds a leaf; `*known` says whether it lies in the schema. Errors: BodyMismatch.
  absl::Status Add(const Entry& entry, bool* known);

  // Puts list elements in order of position and refuses holes. To be called once, after the last
  // Add.
  absl::Status OrderLists();

  // The sent values, each in its message, every message in its place. REQUIRES: OrderLists.
  std::string Bytes();

  struct Expected {
    std::string_view path;
    std::string_view value;
  };
  // What cutting those bytes must give, in order: the sent leaves, and one empty leaf for each
  // *hollow* message. A message is hollow when paths go through it or withhold it as a whole, and
  // neither a sent leaf nor another message lies directly in it; then it stands in the bytes as an
  // empty message, and an empty message is cut as an empty leaf.
  std::vector<Expected> ExpectedLeaves() const;

 private:
  static constexpr int32_t kNone = -1;

  struct Node {
    std::string_view path;
    std::string_view value;
    const FieldSchema* field = nullptr;      // null for the root
    const MessageSchema* message = nullptr;  // null for a scalar
    size_t bytes = 0;                        // of the content
    uint32_t position = 0;
    int32_t parent = kNone;
    int32_t first_child = kNone;
    int32_t last_child = kNone;
    int32_t next = kNone;
    int32_t bond_owner = kNone;  // the message that holds the outermost bond that this node is in
    uint32_t bond_bit = 0;
    uint32_t sent_bonds = 0;  // of this message's own bonds: those with a leaf that was sent
    uint32_t withheld_bonds = 0;
    bool leaf = false;
    bool sent = false;
    bool holds_something = false;  // a sent leaf or a message, directly in it
  };
  struct Segment {
    std::string_view name;
    bool has_position = false;
    uint32_t position = 0;
    size_t end = 0;  // in the path
  };

  Node& At(int32_t id) { return nodes_[static_cast<size_t>(id)]; }
  const Node& At(int32_t id) const { return nodes_[static_cast<size_t>(id)]; }
  void KeepCommonMessages(std::string_view path);
  absl::Status Resolve(std::string_view path, const Segment& segment, const FieldSchema** field);
  absl::Status Grow(std::string_view path, const Segment& segment, const FieldSchema& field);
  absl::Status CheckOneof(std::string_view path, const FieldSchema& field) const;
  absl::Status MakeLeaf(const Entry& entry);
  absl::Status MarkBond(std::string_view path, Fate fate);
  absl::Status OrderElements(int32_t parent, std::vector<int32_t>& children);
  void Measure();
  void Write(int32_t id, std::string* out) const;

  static bool ReadSegment(std::string_view path, size_t begin, Segment* segment);

  const bool newer_schema_;
  std::vector<Node> nodes_;
  std::vector<int32_t> open_;  // the nodes of the last path, from the root
};

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_PATH_TREE_H_
