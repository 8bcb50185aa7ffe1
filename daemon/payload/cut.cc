#include "daemon/payload/cut.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <charconv>

#include "absl/strings/str_cat.h"
#include "daemon/base/invariant.h"
#include "daemon/payload/records.h"
#include "daemon/payload/wire.h"

namespace liaison::payload {
namespace {

// What holds for everything below the message that is being cut.
struct Above {
  Inherited inherited;
  uint32_t bond_prefix = 0;
  const std::string* bond_name = nullptr;
  int depth = 0;
};

class Cutter {
 public:
  absl::Status Message(const MessageSchema& type, std::string_view bytes, const Above& above);
  Slices Finish();

 private:
  absl::Status Field(const MessageSchema& type, const FieldSchema& field, size_t begin,
                     const Above& above, WireReader& reader);
  absl::Status Messages(const FieldSchema& field, const Above& below, WireReader& reader);
  absl::Status AddLeaf(const FieldSchema& field, std::string_view value, const Above& above);
  Above Within(const MessageSchema& type, const FieldSchema& field, const Above& above) const;
  absl::Status UnknownField() const;

  std::string path_;  // of the message that is being cut
  Slices slices_;
};

absl::Status Cutter::UnknownField() const {
  return absl::InvalidArgumentError(
      absl::StrCat("a field that the schema does not have, in '", path_, "'"));
}

// The cursor over the fields moves only forward: in canonical bytes a number never comes back, and
// what is not found is a field that the schema does not have.
absl::Status Cutter::Message(const MessageSchema& type, std::string_view bytes,
                             const Above& above) {
  WireReader reader(bytes);
  auto field = type.fields.begin();
  while (!reader.done()) {
    const size_t begin = reader.position();
    uint32_t tag = 0;
    if (!reader.Tag(&tag)) return UnknownField();
    while (field != type.fields.end() && field->number < tag >> 3) ++field;
    if (field == type.fields.end() || field->tag != tag) return UnknownField();
    const absl::Status cut = Field(type, *field, begin, above, reader);
    if (!cut.ok()) return cut;
    ++field;
  }
  return absl::OkStatus();
}

// Cuts all slices of one field; the first tag has been read.
absl::Status Cutter::Field(const MessageSchema& type, const FieldSchema& field, size_t begin,
                           const Above& above, WireReader& reader) {
  const size_t parent_size = path_.size();
  const Above below = Within(type, field, above);
  if (below.depth > kMaxDepth) {
    return absl::InvalidArgumentError(absl::StrCat("fields deeper than ", kMaxDepth));
  }
  absl::Status result;
  if (field.message != nullptr) {
    result = Messages(field, below, reader);
  } else {
    do {
      if (!reader.Skip(field.tag)) return UnknownField();
    } while (field.repeated && reader.TakeTag(field.tag));
    AppendSegment(field, 0, &path_);
    result = AddLeaf(field, reader.Since(begin), below);
  }
  path_.resize(parent_size);
  return result;
}

absl::Status Cutter::Messages(const FieldSchema& field, const Above& below, WireReader& reader) {
  const size_t parent_size = path_.size();
  size_t position = 0;
  do {
    std::string_view content;
    if (!reader.Content(&content)) return UnknownField();
    if (position > kMaxPosition) {
      return absl::InvalidArgumentError(absl::StrCat("a list longer than ", kMaxPosition + 1));
    }
    AppendSegment(field, position++, &path_);
    const absl::Status cut =
        content.empty() ? AddLeaf(field, content, below) : Message(*field.message, content, below);
    if (!cut.ok()) return cut;
    path_.resize(parent_size);
  } while (field.repeated && reader.TakeTag(field.tag));
  return absl::OkStatus();
}

// A bond on a message field covers every leaf below it, so the outermost bond is the one that
// counts.
Above Cutter::Within(const MessageSchema& type, const FieldSchema& field,
                     const Above& above) const {
  Above below = above;
  ++below.depth;
  if (below.bond_name == nullptr && field.bond >= 0) {
    below.bond_name = &type.bonds[static_cast<size_t>(field.bond)];
    below.bond_prefix = static_cast<uint32_t>(path_.size());
  }
  below.inherited = Below(above.inherited, field);
  return below;
}

absl::Status Cutter::AddLeaf(const FieldSchema& field, std::string_view value, const Above& above) {
  if (path_.size() > kMaxPathBytes) {
    return absl::InvalidArgumentError(absl::StrCat("a path longer than ", kMaxPathBytes, " bytes"));
  }
  if (slices_.leaves.size() == kMaxRecords) {
    return absl::InvalidArgumentError(absl::StrCat("more than ", kMaxRecords, " fields"));
  }
  Slice& leaf = slices_.leaves.emplace_back();
  leaf.path_begin = static_cast<uint32_t>(slices_.paths.size());
  leaf.path_size = static_cast<uint32_t>(path_.size());
  slices_.paths += path_;
  leaf.value = value;
  leaf.sens = ClassOf(above.inherited, field);
  leaf.needed = above.inherited.needed;
  leaf.part = above.inherited.part;
  leaf.text = field.text;
  leaf.bond_prefix = above.bond_prefix;
  leaf.bond_name = above.bond_name;
  return absl::OkStatus();
}

Slices Cutter::Finish() {
  std::sort(slices_.leaves.begin(), slices_.leaves.end(),
            [this](const Slice& a, const Slice& b) { return slices_.Path(a) < slices_.Path(b); });
  return std::move(slices_);
}

}  // namespace

void AppendSegment(const FieldSchema& field, size_t position, std::string* path) {
  if (!path->empty()) path->push_back('.');
  path->append(field.name);
  if (!field.is_list()) return;
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), position);
  path->push_back('[');
  path->append(digits, end.ptr);
  path->push_back(']');
}

std::string CanonicalBytes(const google::protobuf::MessageLite& message) {
  std::string bytes;
  bytes.reserve(message.ByteSizeLong());
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream out(&stream);
  out.SetSerializationDeterministic(true);
  message.SerializeWithCachedSizes(&out);
  out.Trim();
  return bytes;
}

absl::StatusOr<Slices> CutBytes(const MessageSchema& root, std::string_view bytes) {
  Cutter cutter;
  const absl::Status cut = cutter.Message(root, bytes, Above());
  if (!cut.ok()) return cut;
  return cutter.Finish();
}

}  // namespace liaison::payload
