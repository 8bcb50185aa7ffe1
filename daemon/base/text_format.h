// Protobuf text format, read strictly: what people write by hand must not be misread.
//
// The library's parser takes enum numbers that the schema does not have and text that is not UTF-8,
// and reports positions without names. This reader refuses both and says where and what to write
// instead.
#ifndef LIAISON_DAEMON_BASE_TEXT_FORMAT_H_
#define LIAISON_DAEMON_BASE_TEXT_FORMAT_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "daemon/base/error.h"
#include "daemon/base/text_places.h"
#include "google/protobuf/message.h"

namespace liaison::base {

inline constexpr size_t kMaxTextFormatBytes = 4 << 20;

// Replaces `out` with what `text` says, and `places`, when given, with where it stands.
// VALIDATION_FAILED otherwise; each fault's field is "file:line:column" with both numbers from 1. A
// fault of syntax ends the reading, so it is reported alone; enum numbers that the schema does not
// have and strings that are not UTF-8 are reported all at once. `out` is unspecified after an
// error.
absl::Status ParseTextFormat(std::string_view text, std::string_view file_name,
                             google::protobuf::Message& out, TextPlaces* places = nullptr);

// The faults that the library lets through, of a message that was made in another way: enum numbers
// that the schema does not have, strings that are not UTF-8. The field is a path,
// "policy.rule[2].effect".
std::vector<FieldFault> FindUnreadable(const google::protobuf::Message& message);

}  // namespace liaison::base

#endif  // LIAISON_DAEMON_BASE_TEXT_FORMAT_H_
