#include "daemon/base/text_format.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "daemon/base/nearest.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace liaison::base {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::TextFormat;
using Locations = TextPlaces::Tree;

constexpr int kMostNesting = 32;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsUtf8(std::string_view text) {
  return google::protobuf::internal::IsStructurallyValidUTF8(text.data(),
                                                             static_cast<int>(text.size()));
}

size_t CharacterBytes(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte >= 0xF0) return 4;
  if (byte >= 0xE0) return 3;
  return byte >= 0xC0 ? 2 : 1;
}

// The first byte that is not UTF-8; REQUIRES: there is one.
TextPosition FirstBadByte(std::string_view text) {
  TextPosition at;
  for (size_t i = 0; i < text.size(); i += CharacterBytes(text[i])) {
    if (!IsUtf8(text.substr(i, CharacterBytes(text[i])))) return at;
    at.column++;
    if (text[i] == '\n') at = {at.line + 1, 0};
  }
  return at;
}

void CollectTypes(const Descriptor* type, std::set<const Descriptor*>& types) {
  if (!types.insert(type).second) return;
  for (int i = 0; i < type->field_count(); ++i) {
    if (type->field(i)->message_type() != nullptr)
      CollectTypes(type->field(i)->message_type(), types);
  }
}

// The parts of a library error that stand in quotation marks.
std::vector<std::string> Quoted(std::string_view text) {
  const std::vector<std::string> parts =
      absl::StrSplit(absl::string_view(text.data(), text.size()), '"');
  std::vector<std::string> quoted;
  for (size_t i = 1; i < parts.size(); i += 2) quoted.push_back(parts[i]);
  return quoted;
}

// A library error in which no quotation is long.
std::string WithShortQuotes(std::string_view text) {
  std::vector<std::string> parts = absl::StrSplit(absl::string_view(text.data(), text.size()), '"');
  for (std::string& part : parts) part = Quotable(part);
  return absl::StrJoin(parts, "\"");
}

// Turns the library's first error into a fault with a suggestion.
class Errors : public google::protobuf::io::ErrorCollector {
 public:
  Errors(const Descriptor* root, std::string_view text) : text_(text) {
    CollectTypes(root, types_);
  }

  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (first_) return;
    at_ = {std::max(line, 0), std::max(column, 0)};
    first_ = FieldFault{"", "SYNTAX", WithShortQuotes(message)};
    const std::vector<std::string> names = Quoted(message);
    if (names.size() == 2 && message.find("has no field named") != std::string::npos) {
      *first_ = UnknownField(names[0], names[1]);
      StepBackTo(names[1]);
    } else if (names.size() == 2 && message.find("Unknown enumeration value") == 0) {
      *first_ = UnknownValue(names[0], names[1]);
      StepBackTo(names[0]);
    }
  }

  const std::optional<FieldFault>& first() const { return first_; }
  TextPosition at() const { return at_; }

 private:
  // The library notices a wrong name when it stands at the next token.
  void StepBackTo(const std::string& name) {
    const std::vector<std::string> lines = absl::StrSplit(text_, '\n');
    if (static_cast<size_t>(at_.line) >= lines.size()) return;
    const size_t found =
        lines[static_cast<size_t>(at_.line)].rfind(name, static_cast<size_t>(at_.column));
    if (found != std::string::npos) at_.column = static_cast<int>(found);
  }

  FieldFault UnknownField(const std::string& type_name, const std::string& wrong) const {
    std::set<std::string> known;
    std::string type = type_name;
    for (const Descriptor* candidate : types_) {
      if (candidate->full_name() != type_name) continue;
      type = candidate->name();
      for (int i = 0; i < candidate->field_count(); ++i) known.insert(candidate->field(i)->name());
    }
    const std::string nearest = Nearest(wrong, known);
    return {"", "UNKNOWN_FIELD",
            absl::StrCat(type, " has no field \"", Quotable(wrong), "\"; ",
                         nearest.empty() ? kSeeSchema : DidYouMean(nearest))};
  }

  FieldFault UnknownValue(const std::string& wrong, const std::string& field_name) const {
    std::set<std::string> known;
    std::vector<std::string> in_order;
    for (const Descriptor* type : types_) {
      const FieldDescriptor* field = type->FindFieldByName(field_name);
      if (field == nullptr || field->enum_type() == nullptr) continue;
      const EnumDescriptor* values = field->enum_type();
      for (int i = 1; i < values->value_count(); ++i) {
        const std::string& name = values->value(i)->name();
        if (known.insert(name).second) in_order.push_back(name);
      }
    }
    const std::string nearest = Nearest(wrong, known);
    std::string fix = kSeeSchema;
    if (!nearest.empty()) {
      fix = DidYouMean(nearest);
    } else if (!in_order.empty() && in_order.size() <= kMostListed) {
      fix = absl::StrCat("write one of ", absl::StrJoin(in_order, ", "));
    }
    return {"", "UNKNOWN_VALUE",
            absl::StrCat("\"", field_name, "\" has no value \"", Quotable(wrong), "\"; ", fix)};
  }

  static std::string DidYouMean(const std::string& name) {
    return absl::StrCat("write \"", name, "\"?");
  }

  static constexpr char kSeeSchema[] = "see the schema's comments";
  static constexpr size_t kMostListed = 12;  // values of an enum

  const std::string text_;
  std::set<const Descriptor*> types_;
  std::optional<FieldFault> first_;
  TextPosition at_;
};

// Walks a message for what the library lets through.
class Reader {
 public:
  // `file` empty: faults are named by path.
  explicit Reader(std::string_view file) : file_(file) {}

  void Read(const Message& message, const std::string& path, const Locations* locations) {
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      const int count =
          field->is_repeated() ? message.GetReflection()->FieldSize(message, field) : 1;
      for (int i = 0; i < count; ++i) {
        ReadValue(message, *field, field->is_repeated() ? i : -1, path, locations);
      }
    }
  }

  std::vector<FieldFault> Take() { return std::move(faults_); }

 private:
  void ReadValue(const Message& message, const FieldDescriptor& field, int index,
                 const std::string& parent, const Locations* locations) {
    const Reflection& reflection = *message.GetReflection();
    std::string path = parent.empty() ? field.name() : absl::StrCat(parent, ".", field.name());
    if (index >= 0) absl::StrAppend(&path, "[", index, "]");
    const auto report = [&](std::string_view rule, std::string_view what) {
      std::string place = path;
      if (locations != nullptr) {
        place = PlaceText(
            file_, TextPlaces::PositionOf(*locations, field, index).value_or(TextPosition()));
      }
      faults_.push_back(
          {place, std::string(rule), absl::StrCat("\"", field.name(), "\" ", std::string(what))});
    };
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      Read(index < 0 ? reflection.GetMessage(message, &field)
                     : reflection.GetRepeatedMessage(message, &field, index),
           path, locations == nullptr ? nullptr : locations->GetTreeForNested(&field, index));
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      const int number = index < 0 ? reflection.GetEnumValue(message, &field)
                                   : reflection.GetRepeatedEnumValue(message, &field, index);
      if (field.enum_type()->FindValueByNumber(number) != nullptr) return;
      report("ENUM_NUMBER", "has a number that the schema does not have; write a name");
    } else if (field.type() == FieldDescriptor::TYPE_STRING) {
      std::string scratch;
      const std::string& text =
          index < 0 ? reflection.GetStringReference(message, &field, &scratch)
                    : reflection.GetRepeatedStringReference(message, &field, index, &scratch);
      if (!IsUtf8(text)) report("UTF8", "is not UTF-8; write the characters themselves");
    }
  }

  const std::string file_;
  std::vector<FieldFault> faults_;
};

absl::Status Refuse(std::string_view file, std::vector<FieldFault> faults) {
  ErrorText error;
  error.reason = Reason::kValidationFailed;
  error.message = absl::StrCat(std::string(file), " cannot be read: ", faults[0].description, " (",
                               faults[0].field, ")");
  error.fix = "correct the file and try again";
  error.fields = std::move(faults);
  return MakeError(error);
}

}  // namespace

absl::Status ParseTextFormat(std::string_view text, std::string_view file_name, Message& out,
                             TextPlaces* places) {
  if (text.size() > kMaxTextFormatBytes) {
    return Refuse(file_name, {{PlaceText(file_name, {}), "TOO_LARGE",
                               absl::StrCat("at most ", kMaxTextFormatBytes, " bytes are read")}});
  }
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    return Refuse(file_name, {{PlaceText(file_name, {}), "BYTE_ORDER_MARK",
                               "the file begins with a byte order mark; save it without"}});
  }
  if (!IsUtf8(text)) {
    return Refuse(file_name, {{PlaceText(file_name, FirstBadByte(text)), "UTF8",
                               "the text is not UTF-8 here; save the file as UTF-8"}});
  }
  Errors errors(out.GetDescriptor(), text);
  auto locations = std::make_unique<Locations>();
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  parser.WriteLocationsTo(locations.get());
  parser.SetRecursionLimit(kMostNesting);
  if (!parser.ParseFromString(std::string(text), &out) || errors.first()) {
    FieldFault fault =
        errors.first().value_or(FieldFault{"", "SYNTAX", "the text is not a message"});
    fault.field = PlaceText(file_name, errors.at());
    return Refuse(file_name, {std::move(fault)});
  }
  Reader reader(file_name);
  reader.Read(out, "", locations.get());
  std::vector<FieldFault> faults = reader.Take();
  if (!faults.empty()) return Refuse(file_name, std::move(faults));
  if (places != nullptr)
    *places = TextPlaces(file_name, *out.GetDescriptor(), std::move(locations));
  return absl::OkStatus();
}

std::vector<FieldFault> FindUnreadable(const Message& message) {
  Reader reader("");
  reader.Read(message, "", nullptr);
  return reader.Take();
}

}  // namespace liaison::base
