#include "clients/cli/json_fit.h"

#include <google/protobuf/util/time_util.h>

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace liaison::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

bool IsTime(const Descriptor& message) {
  return message.full_name() == "google.protobuf.Timestamp";
}

bool IsText(std::string_view json) { return json.size() > 1 && json.front() == '"'; }

// No name of ours and no time has an escape in it.
std::string Inside(std::string_view json) {
  return IsText(json) ? std::string(json.substr(1, json.size() - 2)) : "";
}

bool IsWhole(std::string_view json) {
  int64_t number = 0;
  return absl::SimpleAtoi(IsText(json) ? Inside(json) : std::string(json), &number);
}

bool IsNumber(std::string_view json) {
  double number = 0;
  return absl::SimpleAtod(IsText(json) ? Inside(json) : std::string(json), &number);
}

std::string MisfitOfMessage(const Descriptor& message, std::string_view json) {
  if (!IsTime(message)) return json.front() == '{' ? "" : "write an object { ... }";
  google::protobuf::Timestamp time;
  const bool is_time =
      IsText(json) && google::protobuf::util::TimeUtil::FromString(Inside(json), &time);
  return is_time ? "" : "write a time like \"2026-05-04T09:30:00Z\"";
}

// The zero value has no name here.
std::string MisfitOfCode(const EnumDescriptor& codes, std::string_view json) {
  if (IsWhole(json) || codes.FindValueByName(Inside(json)) != nullptr) return "";
  std::vector<std::string> names;
  for (int i = 0; i < codes.value_count(); ++i) {
    if (codes.value(i)->number() != 0) names.push_back(codes.value(i)->name());
  }
  return absl::StrCat("write one of ", absl::StrJoin(names, ", "));
}

}  // namespace

const FieldDescriptor* FieldNamed(const Descriptor& message, std::string_view name) {
  const std::string text(name);
  const FieldDescriptor* field = message.FindFieldByName(text);
  for (int i = 0; field == nullptr && i < message.field_count(); ++i) {
    if (message.field(i)->json_name() == text) field = message.field(i);
  }
  return field;
}

std::string NoSuchField(const Descriptor& message) {
  std::vector<std::string> names;
  for (int i = 0; i < message.field_count(); ++i) names.push_back(message.field(i)->json_name());
  return absl::StrCat("no such field; there are ", absl::StrJoin(names, ", "));
}

const Descriptor* MessageIn(const FieldDescriptor* field) {
  if (field == nullptr || field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return nullptr;
  const Descriptor* message = field->message_type();
  return field->is_map() || IsTime(*message) ? nullptr : message;
}

std::string MisfitOf(const FieldDescriptor& field, std::string_view json) {
  if (json == "null") return "";
  if (json.front() == '[') return field.is_repeated() ? "" : "write one value, no list";
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return MisfitOfMessage(*field.message_type(), json);
    case FieldDescriptor::CPPTYPE_ENUM:
      return MisfitOfCode(*field.enum_type(), json);
    case FieldDescriptor::CPPTYPE_STRING:
      return IsText(json) ? "" : "write a text in double quotes";
    case FieldDescriptor::CPPTYPE_BOOL:
      return json == "true" || json == "false" ? "" : "write true or false";
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return IsNumber(json) ? "" : "write a number";
    default:
      return IsWhole(json) ? "" : "write a whole number";
  }
}

}  // namespace liaison::cli
