#include "daemon/base/text_places.h"

#include <google/protobuf/descriptor.h>

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace liaison::base {
namespace {

using google::protobuf::FieldDescriptor;

// "rule[2]".
struct Segment {
  std::string name;
  int index = -1;
};

std::vector<Segment> SegmentsOf(std::string_view path) {
  std::vector<Segment> segments;
  for (const absl::string_view text :
       absl::StrSplit(absl::string_view(path.data(), path.size()), '.')) {
    const std::vector<std::string> parts = absl::StrSplit(text, absl::ByAnyChar("[]"));
    Segment& segment = segments.emplace_back();
    segment.name = parts[0];
    if (parts.size() > 1 && !absl::SimpleAtoi(parts[1], &segment.index)) segment.index = -1;
  }
  return segments;
}

}  // namespace

std::string PlaceText(std::string_view file_name, TextPosition at) {
  return absl::StrCat(std::string(file_name), ":", at.line + 1, ":", at.column + 1);
}

TextPlaces::TextPlaces(std::string_view file_name, const google::protobuf::Descriptor& root,
                       std::unique_ptr<const Tree> tree)
    : file_name_(file_name), root_(&root), tree_(std::move(tree)) {}

std::string TextPlaces::Find(std::string_view path) const {
  if (tree_ == nullptr) return "";
  TextPosition nearest;
  const Tree* tree = tree_.get();
  const google::protobuf::Descriptor* type = root_;
  for (const Segment& segment : SegmentsOf(path)) {
    const FieldDescriptor* const field = type->FindFieldByName(segment.name);
    if (field == nullptr) break;
    const int index = field->is_repeated() ? std::max(segment.index, 0) : -1;
    const std::optional<TextPosition> at = PositionOf(*tree, *field, index);
    if (!at) break;
    nearest = *at;
    type = field->message_type();
    tree = type == nullptr ? nullptr : tree->GetTreeForNested(field, index);
    if (tree == nullptr) break;
  }
  return PlaceText(file_name_, nearest);
}

void TextPlaces::Locate(std::vector<FieldFault>& faults) const {
  if (tree_ == nullptr) return;
  for (FieldFault& fault : faults) fault.field = absl::StrCat(Find(fault.field), ": ", fault.field);
}

// The library counts what is written, and a list in brackets is written once.
std::optional<TextPosition> TextPlaces::PositionOf(const Tree& tree, const FieldDescriptor& field,
                                                   int index) {
  for (int i = index; i >= std::min(index, 0); --i) {
    const auto at = tree.GetLocation(&field, i);
    if (at.line >= 0) return TextPosition{at.line, at.column};
  }
  return std::nullopt;
}

}  // namespace liaison::base
