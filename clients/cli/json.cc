#include "clients/cli/json.h"

#include <google/protobuf/util/json_util.h>
#include <utf8proc.h>

#include "absl/strings/str_format.h"
#include "daemon/base/invariant.h"

namespace liaison::cli {
namespace {

std::string Map(const google::protobuf::Message& message, bool everything) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = everything;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  base::Invariant(status.ok(), "a message of ours has a JSON form");
  return json;
}

// `object` with one more member at its end.
std::string WithMember(const std::string& object, std::string_view name, std::string_view json) {
  const bool empty = object == "{}";
  return absl::StrCat(object.substr(0, object.size() - 1), empty ? "" : ",", JsonString(name), ":",
                      std::string(json), "}");
}

void AppendEscaped(utf8proc_int32_t point, std::string_view bytes, std::string& out) {
  if (point == '"' || point == '\\') {
    out.push_back('\\');
    out.append(bytes);
  } else if (point == '\n') {
    out.append("\\n");
  } else if (point < 0x20 || point == 0x7f) {
    absl::StrAppendFormat(&out, "\\u%04x", static_cast<unsigned>(point));
  } else {
    out.append(bytes);
  }
}

// Copies the string that begins at `at`; returns the position behind it.
size_t CopyString(std::string_view json, size_t at, std::string& out) {
  size_t end = at + 1;
  while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
  out.append(json.substr(at, end + 1 - at));
  return end + 1;
}

// What came inside is payload, too.
std::string MapForwarded(const desk::v1::Forwarded& forwarded) {
  desk::v1::Forwarded rest = forwarded;
  rest.clear_payload();
  rest.clear_grant();
  std::string json = WithMember(Map(rest, true), "payload", Map(forwarded.payload(), false));
  if (!forwarded.has_grant()) return json;
  return WithMember(json, "grant", Map(forwarded.grant(), false));
}

}  // namespace

std::string JsonString(std::string_view text) {
  std::string out = "\"";
  for (size_t at = 0; at < text.size();) {
    utf8proc_int32_t point = -1;
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at;
    const utf8proc_ssize_t size =
        utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size() - at), &point);
    if (size <= 0) {
      out.append("\xef\xbf\xbd");
      ++at;
      continue;
    }
    AppendEscaped(point, text.substr(at, static_cast<size_t>(size)), out);
    at += static_cast<size_t>(size);
  }
  return out + "\"";
}

std::string JsonArray(const std::vector<std::string>& values) {
  return absl::StrCat("[", absl::StrJoin(values, ","), "]");
}

std::string JsonOf(const google::protobuf::Message& message) { return Map(message, true); }

std::string JsonOfPayload(const google::protobuf::Message& payload) { return Map(payload, false); }

std::string JsonOf(const desk::v1::ShownMessage& message) {
  desk::v1::ShownMessage rest = message;
  rest.clear_payload();
  rest.clear_forwarded();
  std::string json = Map(rest, true);
  if (message.has_forwarded()) {
    json = WithMember(json, "forwarded", MapForwarded(message.forwarded()));
  }
  if (!message.has_payload()) return json;
  return WithMember(json, "payload", JsonOfPayload(message.payload()));
}

std::string JsonOf(const desk::v1::Preview& preview) {
  if (!preview.has_view()) return Map(preview, true);
  desk::v1::Preview rest = preview;
  rest.clear_view();
  return WithMember(Map(rest, true), "view", JsonOfPayload(preview.view()));
}

std::string Indented(std::string_view json) {
  std::string out;
  size_t depth = 0;
  const auto new_line = [&] { out.append("\n").append(2 * depth, ' '); };
  for (size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (c == '"') {
      at = CopyString(json, at, out);
      continue;
    }
    const bool opens = c == '{' || c == '[';
    if (opens && at + 1 < json.size() && (json[at + 1] == '}' || json[at + 1] == ']')) {
      out.append(json.substr(at, 2));
      at += 2;
      continue;
    }
    if (c == '}' || c == ']') {
      --depth;
      new_line();
    }
    out.push_back(c);
    if (opens) ++depth;
    if (opens || c == ',') new_line();
    if (c == ':') out.push_back(' ');
    ++at;
  }
  return out;
}

}  // namespace liaison::cli
