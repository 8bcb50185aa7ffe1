// Where each element of a text-format file stands, so that what is found wrong with its meaning is
// named by line and column too.
#ifndef LIAISON_DAEMON_BASE_TEXT_PLACES_H_
#define LIAISON_DAEMON_BASE_TEXT_PLACES_H_

#include <google/protobuf/text_format.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/error.h"

namespace liaison::base {

// A place in a text, both from 0, as the library counts.
struct TextPosition {
  int line = 0;
  int column = 0;
};
// "file:line:column", both from 1.
std::string PlaceText(std::string_view file_name, TextPosition at);

// Of one text that was read; filled by ParseTextFormat. Until then it knows no place.
class TextPlaces {
 public:
  using Tree = google::protobuf::TextFormat::ParseInfoTree;

  TextPlaces() = default;
  // `tree` as the library made it when it read a message of type `root`.
  TextPlaces(std::string_view file_name, const google::protobuf::Descriptor& root,
             std::unique_ptr<const Tree> tree);

  // "file:line:column" of the element at `path` ("policy.rule[2].purposes[1]"). Of one that the
  // text does not have: of the nearest above it. Of an element in a list that is written in
  // brackets: of the list. Empty when no text was read.
  std::string Find(std::string_view path) const;

  // Puts the place before the path of each fault: "file:line:column: policy.rule[2].purposes".
  void Locate(std::vector<FieldFault>& faults) const;

  // Where the library says that `field` stands, or its element `index` (-1: it is no list).
  static std::optional<TextPosition> PositionOf(const Tree& tree,
                                                const google::protobuf::FieldDescriptor& field,
                                                int index);

 private:
  std::string file_name_;
  const google::protobuf::Descriptor* root_ = nullptr;
  std::unique_ptr<const Tree> tree_;
};

}  // namespace liaison::base

#endif  // LIAISON_DAEMON_BASE_TEXT_PLACES_H_
