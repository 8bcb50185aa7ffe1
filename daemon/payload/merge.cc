#include "daemon/payload/merge.h"

#include <climits>

#include "daemon/payload/cut.h"
#include "daemon/payload/path_tree.h"

namespace liaison::payload {
namespace {

using exchange::v1::FieldRecord;
using Fate = PathTree::Fate;
using Entry = PathTree::Entry;

// Walks two lists that are each in order as one. A changed record and its original, which is
// withheld at the same path, are one entry.
class BothInOrder {
 public:
  BothInOrder(absl::Span<const RecordView> records, absl::Span<const std::string_view> withheld)
      : records_(records), withheld_(withheld) {}

  // `*whole` is false for a changed record whose original is missing.
  bool Next(Entry* entry, bool* whole) {
    if (records_.empty() && withheld_.empty()) return false;
    const bool changed = !records_.empty() && records_[0].kind != FieldRecord::ORIGINAL;
    const bool original_beside = changed && !withheld_.empty() && records_[0].path == withheld_[0];
    *whole = true;
    if (original_beside || withheld_.empty() ||
        (!records_.empty() && records_[0].path < withheld_[0])) {
      *entry = {records_[0].path, records_[0].value, Fate::kSent, records_[0].kind};
      *whole = original_beside || !changed;
      records_.remove_prefix(1);
      if (original_beside) withheld_.remove_prefix(1);
    } else {
      *entry = {withheld_[0], "", Fate::kWithheld, FieldRecord::ORIGINAL};
      withheld_.remove_prefix(1);
    }
    return true;
  }

 private:
  absl::Span<const RecordView> records_;
  absl::Span<const std::string_view> withheld_;
};

absl::Status CheckCount(size_t count) {
  if (count >= 1 && count <= kMaxRecords) return absl::OkStatus();
  return BodyMismatch(MergeStep::kOrder, "", "not between 1 and 200000 fields");
}

// What step 1 asks of an entry that comes after the path `last`.
absl::Status CheckEntry(const Entry& entry, bool whole, std::string_view last) {
  if (entry.path.empty() || entry.path.size() > kMaxPathBytes) {
    return BodyMismatch(MergeStep::kOrder, "", "a path is empty or too long");
  }
  if (entry.path <= last) {
    return BodyMismatch(MergeStep::kOrder, "", "paths are not strictly increasing");
  }
  if (entry.kind == FieldRecord::KIND_UNSPECIFIED || !FieldRecord::Kind_IsValid(entry.kind)) {
    return BodyMismatch(MergeStep::kOrder, "", "a record of a kind that this version has not");
  }
  if (whole) return absl::OkStatus();
  return BodyMismatch(MergeStep::kOrder, "", "a changed value without its original beside it");
}

// Steps 1 and 2, and what of 3 can be seen from one path to the next.
absl::StatusOr<std::vector<UnknownRecord>> Plant(BothInOrder entries, PathTree* tree) {
  std::vector<UnknownRecord> unknown;
  Entry entry;
  bool whole = false;
  for (std::string_view last; entries.Next(&entry, &whole); last = entry.path) {
    const absl::Status checked = CheckEntry(entry, whole, last);
    if (!checked.ok()) return checked;
    bool known = false;
    const absl::Status added = tree->Add(entry, &known);
    if (!added.ok()) return added;
    if (!known && entry.fate == Fate::kSent) {
      unknown.push_back({std::string(entry.path), entry.value.size()});
    }
  }
  return unknown;
}

// Step 6: what was parsed, cut again, must be what was sent. Refuses what the parser forgave:
// non-minimal encodings, fields that do not belong to their path, values given twice, unknown
// fields.
absl::Status Compare(const MessageSchema& root, const PathTree& tree,
                     const google::protobuf::MessageLite& parsed) {
  const std::string bytes = CanonicalBytes(parsed);
  const absl::StatusOr<Slices> cut = CutBytes(root, bytes);
  if (!cut.ok()) return BodyMismatch(MergeStep::kParse, "", std::string(cut.status().message()));
  const std::vector<PathTree::Expected> expected = tree.ExpectedLeaves();
  for (size_t i = 0; i < expected.size(); ++i) {
    const bool same = i < cut->leaves.size() && cut->Path(cut->leaves[i]) == expected[i].path &&
                      cut->leaves[i].value == expected[i].value;
    if (same) continue;
    return BodyMismatch(MergeStep::kCompare, expected[i].path,
                        "is not what its own value, parsed and cut again, gives");
  }
  if (cut->leaves.size() == expected.size()) return absl::OkStatus();
  return BodyMismatch(MergeStep::kCompare, cut->Path(cut->leaves[expected.size()]),
                      "comes out of the values, yet was not sent");
}

}  // namespace

absl::StatusOr<std::vector<UnknownRecord>> MergeInto(const MessageSchema& root,
                                                     absl::Span<const RecordView> records,
                                                     absl::Span<const std::string_view> withheld,
                                                     bool newer_schema,
                                                     google::protobuf::MessageLite* out) {
  absl::Status checked = CheckCount(records.size() + withheld.size());
  if (!checked.ok()) return checked;
  PathTree tree(root, newer_schema);
  absl::StatusOr<std::vector<UnknownRecord>> unknown = Plant(BothInOrder(records, withheld), &tree);
  if (!unknown.ok()) return unknown.status();
  checked = tree.OrderLists();
  if (!checked.ok()) return checked;
  const std::string bytes = tree.Bytes();
  if (bytes.size() > INT_MAX || !out->ParseFromString(bytes)) {
    return BodyMismatch(MergeStep::kParse, "", "the values do not parse");
  }
  checked = Compare(root, tree, *out);
  if (!checked.ok()) return checked;
  return unknown;
}

absl::StatusOr<Merged> Merge(absl::Span<const RecordView> records,
                             absl::Span<const std::string_view> withheld, bool newer_schema) {
  Merged merged;
  absl::StatusOr<std::vector<UnknownRecord>> unknown =
      MergeInto(Schema::OfPayload().root(), records, withheld, newer_schema, &merged.payload);
  if (!unknown.ok()) return unknown.status();
  merged.unknown = *std::move(unknown);
  for (const RecordView& record : records) {
    if (record.kind == FieldRecord::ORIGINAL) continue;
    merged.changed.push_back({std::string(record.path), record.kind});
  }
  return merged;
}

}  // namespace liaison::payload
