// JSON as the command line writes it: the proto3 mapping of our messages, and a few objects of its
// own.
#ifndef LIAISON_CLIENTS_CLI_JSON_H_
#define LIAISON_CLIENTS_CLI_JSON_H_

#include <google/protobuf/message.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "liaison/desk/v1/desk.pb.h"

namespace liaison::cli {

// `text` as a JSON string, with quotes. Bytes that are not UTF-8 become U+FFFD.
std::string JsonString(std::string_view text);

// An object, member by member, in order.
class JsonObject {
 public:
  JsonObject& Text(std::string_view name, std::string_view value) {
    return Raw(name, JsonString(value));
  }
  JsonObject& Number(std::string_view name, uint64_t value) {
    return Raw(name, absl::StrCat(value));
  }
  JsonObject& Bool(std::string_view name, bool value) {
    return Raw(name, value ? "true" : "false");
  }
  // `json` is a JSON value.
  JsonObject& Raw(std::string_view name, std::string_view json) {
    members_.push_back(absl::StrCat(JsonString(name), ":", std::string(json)));
    return *this;
  }
  std::string Done() const { return absl::StrCat("{", absl::StrJoin(members_, ","), "}"); }

 private:
  std::vector<std::string> members_;
};

std::string JsonArray(const std::vector<std::string>& values);

// The proto3 JSON mapping on one line. Lists, numbers and booleans are there even when empty, 0 or
// false.
std::string JsonOf(const google::protobuf::Message& message);
// The same with only what is set: for payloads, so that what was sent and what is shown look alike.
std::string JsonOfPayload(const google::protobuf::Message& payload);
std::string JsonOf(const desk::v1::ShownMessage& message);
std::string JsonOf(const desk::v1::Preview& preview);

// `json` over several lines, two spaces a level. REQUIRES: valid JSON.
std::string Indented(std::string_view json);

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_JSON_H_
