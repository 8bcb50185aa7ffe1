#include "clients/cli/payload_view.h"

#include <google/protobuf/descriptor.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "liaison/payload/v1/payload.pb.h"

namespace liaison::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

std::string EnumText(const google::protobuf::EnumDescriptor* names, int number) {
  const auto* value = names->FindValueByNumber(number);
  return value != nullptr ? value->name() : absl::StrCat(number);
}

// The value of a scalar field; `index` is -1 for one that is not a list.
std::string ScalarText(const Message& message, const FieldDescriptor* field, int index) {
  const Reflection& of = *message.GetReflection();
  const bool list = index >= 0;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string text =
          list ? of.GetRepeatedString(message, field, index) : of.GetString(message, field);
      return field->type() == FieldDescriptor::TYPE_BYTES ? absl::BytesToHexString(text) : text;
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      return (list ? of.GetRepeatedBool(message, field, index) : of.GetBool(message, field))
                 ? "true"
                 : "false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumText(field->enum_type(), list ? of.GetRepeatedEnumValue(message, field, index)
                                               : of.GetEnumValue(message, field));
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(list ? of.GetRepeatedInt32(message, field, index)
                               : of.GetInt32(message, field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(list ? of.GetRepeatedInt64(message, field, index)
                               : of.GetInt64(message, field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(list ? of.GetRepeatedUInt32(message, field, index)
                               : of.GetUInt32(message, field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(list ? of.GetRepeatedUInt64(message, field, index)
                               : of.GetUInt64(message, field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return absl::StrCat(list ? of.GetRepeatedDouble(message, field, index)
                               : of.GetDouble(message, field));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return absl::StrCat(list ? of.GetRepeatedFloat(message, field, index)
                               : of.GetFloat(message, field));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  return "";
}

void Walk(const Message& message, const std::string& prefix, std::vector<Row>& rows);

void WalkField(const Message& message, const FieldDescriptor* field, int index,
               const std::string& prefix, std::vector<Row>& rows) {
  const std::string path = absl::StrCat(prefix, prefix.empty() ? "" : ".", field->name(),
                                        index < 0 ? "" : absl::StrCat("[", index, "]"));
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    rows.push_back({path, ScalarText(message, field, index)});
    return;
  }
  const Reflection& of = *message.GetReflection();
  Walk(index < 0 ? of.GetMessage(message, field) : of.GetRepeatedMessage(message, field, index),
       path, rows);
}

void Walk(const Message& message, const std::string& prefix, std::vector<Row>& rows) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  if (fields.empty() && !prefix.empty()) rows.push_back({prefix, ""});
  for (const FieldDescriptor* field : fields) {
    if (!field->is_repeated()) {
      WalkField(message, field, -1, prefix, rows);
      continue;
    }
    const int size = message.GetReflection()->FieldSize(message, field);
    for (int i = 0; i < size; ++i) WalkField(message, field, i, prefix, rows);
  }
}

// Of a date, by what is left of it; of one that is hidden nothing can be said.
Word HowCoarse(std::string_view date) {
  if (date.empty() || date.front() == '[') return Word::kCoarser;
  const bool month =
      date.find("-0") != std::string_view::npos || date.find("-1") != std::string_view::npos;
  if (month) return Word::kMonthOnly;
  return date.find('/') == std::string_view::npos ? Word::kYearOnly : Word::kYearsOnly;
}

// The field that a path with list positions names; null when the schema has none.
const FieldDescriptor* FieldAt(const std::string& path) {
  const google::protobuf::Descriptor* parent = payload::v1::Payload::descriptor();
  const FieldDescriptor* field = nullptr;
  for (const auto& segment : absl::StrSplit(path, '.')) {
    const std::string name(segment.substr(0, segment.find('[')));
    field = parent == nullptr ? nullptr : parent->FindFieldByName(name);
    if (field == nullptr) return nullptr;
    parent = field->message_type();
  }
  return field;
}

// The value of a leaf, which is the parent message with this one field (payload::Leaf); in hex when
// it cannot be read.
std::string LeafText(const std::string& path, const std::string& value) {
  const std::string bytes = absl::BytesToHexString(value);
  const FieldDescriptor* field = FieldAt(path);
  if (field == nullptr) return bytes;
  const std::unique_ptr<Message> parent(google::protobuf::MessageFactory::generated_factory()
                                            ->GetPrototype(field->containing_type())
                                            ->New());
  if (!parent->ParseFromString(value)) return bytes;
  if (!field->is_repeated()) return ScalarText(*parent, field, -1);
  std::vector<std::string> elements;
  for (int i = 0; i < parent->GetReflection()->FieldSize(*parent, field); ++i) {
    elements.push_back(ScalarText(*parent, field, i));
  }
  return elements.empty() ? bytes : absl::StrJoin(elements, ", ");
}

}  // namespace

void ReadOpenedValues(const payload::v1::FieldOpening& opening, std::vector<Row>& rows) {
  std::map<std::string, std::string> values;
  for (int i = 0; i < opening.fields_size(); ++i) {
    const payload::v1::OpenedField& field = opening.fields(i);
    if (!field.has_value()) continue;  // hidden
    values[absl::StrCat("field_opening.fields[", i, "].value")] =
        LeafText(field.path(), field.value());
  }
  for (Row& row : rows) {
    const auto value = values.find(row[0]);
    if (value != values.end()) row[1] = value->second;
  }
}

std::string ListOf(const std::string& path) {
  return path.ends_with(']') ? path.substr(0, path.rfind('[')) : path;
}

Word WordFor(exchange::v1::FieldRecord::Kind kind, std::string_view value) {
  switch (kind) {
    case exchange::v1::FieldRecord::MASKED:
      return Word::kMasked;
    case exchange::v1::FieldRecord::PSEUDONYM:
      return Word::kPseudonym;
    case exchange::v1::FieldRecord::MATCH_TOKEN:
      return Word::kMatchToken;
    default:
      return HowCoarse(value);
  }
}

void NoteChanges(const google::protobuf::RepeatedPtrField<desk::v1::ChangedField>& changed,
                 Language language, std::vector<Row>& rows) {
  std::map<std::string, exchange::v1::FieldRecord::Kind> kinds;
  for (const desk::v1::ChangedField& field : changed) kinds[field.path()] = field.kind();
  for (Row& row : rows) {
    const auto kind = kinds.find(row[0]);
    if (kind == kinds.end()) continue;
    const std::string note = Say(language, WordFor(kind->second, row[1]));
    absl::StrAppend(&row[1], " (", note, ")");
  }
}

void NoteOpenings(const google::protobuf::RepeatedPtrField<desk::v1::OpenedLater>& opened,
                  Language language, std::vector<Row>& rows) {
  std::map<std::string, std::string> ids;
  for (const desk::v1::OpenedLater& field : opened) ids[field.path()] = field.id();
  for (Row& row : rows) {
    auto id = ids.find(row[0]);
    if (id == ids.end()) id = ids.find(ListOf(row[0]));
    if (id == ids.end()) continue;
    absl::StrAppend(&row[1], " (", Say(language, Word::kOpenedBy), " ", id->second, ")");
  }
}

std::vector<Row> PayloadRows(const Message& message) {
  std::vector<Row> rows;
  Walk(message, "", rows);
  return rows;
}

}  // namespace liaison::cli
