// A strict reader of JSON syntax (RFC 8259). The protobuf parser keeps the last of two equal
// members without a word, and takes single quotes and bare names; a draft must mean one thing only,
// so it is scanned here first.
#ifndef LIAISON_CLIENTS_CLI_JSON_SCAN_H_
#define LIAISON_CLIENTS_CLI_JSON_SCAN_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/base/error.h"

namespace liaison::cli {

// One member of the outermost object, as positions in the text.
struct JsonMember {
  std::string name;  // decoded
  size_t begin = 0;  // of its name
  size_t value = 0;  // of its value
  size_t end = 0;    // behind its value
};

// The members of the outermost object. Refused: what is not one JSON object, more than 64 levels,
// and two members of one object that mean the same field ("inReplyTo", "in_reply_to" and
// "in\u0052eplyTo" do). Errors: VALIDATION_FAILED, naming the member with its path, line and
// column.
absl::StatusOr<std::vector<JsonMember>> ScanJson(std::string_view text);

// What in `text` does not fit a message of `shape`: where, with line and column, and what to write
// instead; of more than 100 the first. Errors: as ScanJson.
absl::StatusOr<std::vector<base::FieldFault>> FindMisfits(
    std::string_view text, const google::protobuf::Descriptor& shape);

// Takes the member `name`, in either spelling, out of the object `text`: blanks stand in its place,
// so that lines and columns stay. Nothing happens when it has none. REQUIRES: `members` of `text`.
struct TakenMember {
  std::string rest;
  std::string value;  // JSON; empty when there was none
};
TakenMember TakeMember(std::string_view text, const std::vector<JsonMember>& members,
                       std::string_view name);

// Decodes a JSON string with its quotes; VALIDATION_FAILED when it is none.
absl::StatusOr<std::string> DecodeJsonString(std::string_view json);

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_JSON_SCAN_H_
