#include "daemon/payload/path_tree.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/payload/records.h"
#include "daemon/payload/wire.h"

namespace liaison::payload {
namespace {

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Bytes of a message with its tag and its length.
size_t FramedSize(const FieldSchema& field, size_t content) {
  return VarintSize(field.tag) + VarintSize(content) + content;
}

// "[12]" at `*at`; leading zeros and more than five digits are no position.
bool ReadPosition(std::string_view path, size_t* at, uint32_t* position) {
  const size_t begin = *at + 1;
  size_t end = begin;
  *position = 0;
  for (; end < path.size() && IsDigit(path[end]) && end - begin < 5; ++end) {
    *position = *position * 10 + static_cast<uint32_t>(path[end] - '0');
  }
  if (end == begin || end == path.size() || path[end] != ']') return false;
  if (path[begin] == '0' && end - begin > 1) return false;
  *at = end + 1;
  return true;
}

}  // namespace

absl::Status BodyMismatch(MergeStep step, std::string_view path, std::string_view what) {
  const std::string number = absl::StrCat(static_cast<int>(step));
  base::ErrorText error;
  error.reason = base::Reason::kBodyMismatch;
  error.message = absl::StrCat("body, step ", number, ": ");
  if (!path.empty()) error.message.append(path).append(": ");
  error.message.append(what);
  error.metadata = {{"step", number}, {"path", std::string(path)}};
  return base::MakeError(error);
}

PathTree::PathTree(const MessageSchema& root, bool newer_schema) : newer_schema_(newer_schema) {
  Node& node = nodes_.emplace_back();
  node.message = &root;
  open_.push_back(0);
}

bool PathTree::ReadSegment(std::string_view path, size_t begin, Segment* segment) {
  size_t at = begin;
  if (at == path.size() || !IsLower(path[at])) return false;
  while (at < path.size() && (IsLower(path[at]) || IsDigit(path[at]) || path[at] == '_')) ++at;
  segment->name = path.substr(begin, at - begin);
  segment->has_position = at < path.size() && path[at] == '[';
  if (segment->has_position && !ReadPosition(path, &at, &segment->position)) return false;
  segment->end = at;
  return at == path.size() || path[at] == '.';
}

// Closes the messages of the last path that `path` does not lie in.
void PathTree::KeepCommonMessages(std::string_view path) {
  const std::string_view last = At(open_.back()).path;
  const size_t limit = std::min(path.size(), last.size());
  const size_t same = static_cast<size_t>(
      std::mismatch(path.begin(), path.begin() + static_cast<ptrdiff_t>(limit), last.begin())
          .first -
      path.begin());
  while (open_.size() > 1) {
    const size_t end = At(open_.back()).path.size();
    if (end <= same && (end == path.size() || path[end] == '.')) return;
    open_.pop_back();
  }
}

absl::Status PathTree::Add(const Entry& entry, bool* known) {
  const std::string_view path = entry.path;
  KeepCommonMessages(path);
  *known = true;
  size_t at = At(open_.back()).path.size();
  size_t depth = open_.size() - 1;
  while (at < path.size()) {
    Segment segment;
    if (!ReadSegment(path, at == 0 ? 0 : at + 1, &segment) || ++depth > size_t{kMaxDepth}) {
      return BodyMismatch(MergeStep::kOrder, "", "not a path, or too deep");
    }
    at = segment.end;
    if (!*known) continue;
    const FieldSchema* field = nullptr;
    const absl::Status resolved = Resolve(path, segment, &field);
    if (!resolved.ok()) return resolved;
    *known = field != nullptr;
    if (!*known) continue;
    const absl::Status grown = Grow(path, segment, *field);
    if (!grown.ok()) return grown;
  }
  if (*known) return MakeLeaf(entry);
  return MarkBond(path, entry.fate);
}

// Null, and OK, for a field that a newer schema may have.
absl::Status PathTree::Resolve(std::string_view path, const Segment& segment,
                               const FieldSchema** field) {
  const Node& parent = At(open_.back());
  if (parent.leaf) {
    return BodyMismatch(MergeStep::kPositions, path, "lies in a field that is itself a leaf");
  }
  if (parent.message != nullptr) *field = parent.message->Find(segment.name);
  if (parent.message == nullptr || (*field == nullptr && !newer_schema_)) {
    return BodyMismatch(MergeStep::kSchema, path, "the schema has no such field");
  }
  if (*field != nullptr && (*field)->is_list() != segment.has_position) {
    return BodyMismatch(MergeStep::kSchema, path,
                        segment.has_position ? "a position on what is not a list of messages"
                                             : "a list of messages without a position");
  }
  return absl::OkStatus();
}

absl::Status PathTree::Grow(std::string_view path, const Segment& segment,
                            const FieldSchema& field) {
  const absl::Status oneof = CheckOneof(path, field);
  if (!oneof.ok()) return oneof;
  const int32_t parent_id = open_.back();
  const auto id = static_cast<int32_t>(nodes_.size());
  nodes_.emplace_back();  // before any reference is taken
  Node& node = At(id);
  Node& parent = At(parent_id);
  node.path = path.substr(0, segment.end);
  node.field = &field;
  node.message = field.message;
  node.position = segment.position;
  node.parent = parent_id;
  node.bond_owner = parent.bond_owner;
  node.bond_bit = parent.bond_bit;
  if (node.bond_owner == kNone && field.bond >= 0) {
    node.bond_owner = parent_id;
    node.bond_bit = uint32_t{1} << field.bond;
  }
  if (parent.last_child == kNone) {
    parent.first_child = id;
  } else {
    At(parent.last_child).next = id;
  }
  parent.last_child = id;
  if (field.message != nullptr) parent.holds_something = true;
  open_.push_back(id);
  return absl::OkStatus();
}

// Two members that are both sent would also fall to the comparison; here withheld ones do too.
absl::Status PathTree::CheckOneof(std::string_view path, const FieldSchema& field) const {
  if (field.oneof < 0) return absl::OkStatus();
  for (int32_t id = At(open_.back()).first_child; id != kNone; id = At(id).next) {
    if (At(id).field->oneof == field.oneof) {
      return BodyMismatch(MergeStep::kPositions, path, "a second member of a oneof");
    }
  }
  return absl::OkStatus();
}

absl::Status PathTree::MakeLeaf(const Entry& entry) {
  const int32_t id = open_.back();
  Node& node = At(id);
  if (node.message != nullptr && !entry.value.empty()) {
    return BodyMismatch(MergeStep::kSchema, entry.path, "names a message, yet has a value");
  }
  if (!MayBe(entry.kind, node.field->part, node.field->text)) {
    return BodyMismatch(MergeStep::kSchema, entry.path, "a change that its field cannot have");
  }
  node.leaf = true;
  node.value = entry.value;
  node.sent = entry.fate == Fate::kSent;
  if (node.sent) At(node.parent).holds_something = true;
  return MarkBond(entry.path, entry.fate);
}

absl::Status PathTree::MarkBond(std::string_view path, Fate fate) {
  const Node& node = At(open_.back());
  if (node.bond_owner == kNone) return absl::OkStatus();
  Node& owner = At(node.bond_owner);
  (fate == Fate::kSent ? owner.sent_bonds : owner.withheld_bonds) |= node.bond_bit;
  if ((owner.sent_bonds & owner.withheld_bonds) == 0) return absl::OkStatus();
  return BodyMismatch(MergeStep::kBonds, path, "torn from a field that it is bound to");
}

absl::Status PathTree::OrderLists() {
  std::vector<int32_t> children;
  for (size_t id = 0; id < nodes_.size(); ++id) {
    const absl::Status ordered = OrderElements(static_cast<int32_t>(id), children);
    if (!ordered.ok()) return ordered;
  }
  return absl::OkStatus();
}

// The elements of one list stand next to each other, [10] before [2]. They are distinct, so there
// is no hole exactly when each stands at its own position once they are sorted.
absl::Status PathTree::OrderElements(int32_t parent, std::vector<int32_t>& children) {
  children.clear();
  bool lists = false;
  for (int32_t id = At(parent).first_child; id != kNone; id = At(id).next) {
    children.push_back(id);
    lists = lists || At(id).field->is_list();
  }
  if (!lists) return absl::OkStatus();
  for (auto begin = children.begin(); begin != children.end();) {
    const FieldSchema* const field = At(*begin).field;
    const auto end =
        std::find_if(begin, children.end(), [&](int32_t id) { return At(id).field != field; });
    std::sort(begin, end, [&](int32_t a, int32_t b) { return At(a).position < At(b).position; });
    for (uint32_t position = 0; field->is_list() && begin != end; ++begin, ++position) {
      if (At(*begin).position != position) {
        return BodyMismatch(MergeStep::kPositions, At(*begin).path,
                            "a position before it is missing");
      }
    }
    begin = end;
  }
  At(parent).first_child = children.front();
  for (size_t i = 0; i < children.size(); ++i) {
    At(children[i]).next = i + 1 < children.size() ? children[i + 1] : kNone;
  }
  return absl::OkStatus();
}

std::string PathTree::Bytes() {
  Measure();
  std::string out;
  out.reserve(At(0).bytes);
  Write(0, &out);
  return out;
}

// A node comes after its parent, so from the back each is complete before it is added to its
// parent.
void PathTree::Measure() {
  for (size_t id = nodes_.size() - 1; id > 0; --id) {
    Node& node = nodes_[id];
    Node& parent = At(node.parent);
    if (node.message == nullptr) {
      parent.bytes += node.value.size();
    } else {
      parent.bytes += FramedSize(*node.field, node.bytes);
    }
  }
}

void PathTree::Write(int32_t parent, std::string* out) const {
  for (int32_t id = At(parent).first_child; id != kNone; id = At(id).next) {
    const Node& node = At(id);
    if (node.message == nullptr) {
      out->append(node.value);
      continue;
    }
    AppendVarint(node.field->tag, out);
    AppendVarint(node.bytes, out);
    Write(id, out);
  }
}

std::vector<PathTree::Expected> PathTree::ExpectedLeaves() const {
  std::vector<Expected> expected;
  expected.reserve(nodes_.size());
  for (size_t id = 1; id < nodes_.size(); ++id) {
    const Node& node = nodes_[id];
    const bool hollow = node.message != nullptr && !node.holds_something;
    if (node.sent || hollow) expected.push_back({node.path, node.value});
  }
  return expected;
}

}  // namespace liaison::payload
