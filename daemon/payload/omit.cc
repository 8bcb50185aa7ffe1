#include <algorithm>

#include "daemon/payload/cut.h"
#include "daemon/payload/records.h"
#include "daemon/payload/schema.h"
#include "daemon/payload/wire.h"

namespace liaison::payload {
namespace {

// Copies canonical bytes without the omitted leaves. Elements that lose their last leaf are not
// copied, so that the positions of those after them close up by themselves.
class Omission {
 public:
  explicit Omission(absl::Span<const std::string> omitted) : omitted_(omitted) {}

  // Appends what is left of the message to `out`. REQUIRES: `bytes` has been cut without error.
  void Message(const MessageSchema& type, std::string_view bytes, std::string* out);
  size_t found() const { return found_; }

 private:
  void Element(const FieldSchema& field, std::string_view content, std::string* out);
  bool IsOmitted();

  const absl::Span<const std::string> omitted_;
  std::string path_;
  size_t found_ = 0;
};

bool Omission::IsOmitted() {
  const bool omitted = std::binary_search(omitted_.begin(), omitted_.end(), path_);
  if (omitted) ++found_;
  return omitted;
}

void Omission::Message(const MessageSchema& type, std::string_view bytes, std::string* out) {
  WireReader reader(bytes);
  const size_t parent_size = path_.size();
  auto field = type.fields.begin();
  size_t position = 0;
  while (!reader.done()) {
    const size_t begin = reader.position();
    uint32_t tag = 0;
    reader.Tag(&tag);
    for (; field->tag != tag; ++field) position = 0;
    AppendSegment(*field, position++, &path_);
    std::string_view content;
    if (field->message != nullptr) {
      reader.Content(&content);
      Element(*field, content, out);
    } else {
      do reader.Skip(tag);
      while (reader.TakeTag(tag));
      if (!IsOmitted()) out->append(reader.Since(begin));
    }
    path_.resize(parent_size);
  }
}

void Omission::Element(const FieldSchema& field, std::string_view content, std::string* out) {
  std::string left;
  if (content.empty()) {
    if (IsOmitted()) return;
  } else {
    Message(*field.message, content, &left);
    if (left.empty()) return;
  }
  AppendVarint(field.tag, out);
  AppendVarint(left.size(), out);
  out->append(left);
}

}  // namespace

absl::StatusOr<v1::Payload> WithoutLeaves(const v1::Payload& payload,
                                          absl::Span<const std::string> omitted) {
  const MessageSchema& root = Schema::OfPayload().root();
  const std::string bytes = CanonicalBytes(payload);
  const absl::StatusOr<Slices> cut = CutBytes(root, bytes);
  if (!cut.ok()) return cut.status();
  Omission omission(omitted);
  std::string left;
  omission.Message(root, bytes, &left);
  // A path that names no leaf is a leaf that its caller believes gone and that is still there.
  if (omission.found() != omitted.size()) {
    return absl::InvalidArgumentError(
        "a path to omit is not a leaf of the payload, or out of order");
  }
  v1::Payload result;
  if (!result.ParseFromString(left)) return absl::InvalidArgumentError("text that is not UTF-8");
  return result;
}

}  // namespace liaison::payload
