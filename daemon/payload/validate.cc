#include "daemon/payload/validate.h"

#include "daemon/payload/field_rules.h"
#include "daemon/payload/message_rules.h"
#include "daemon/payload/records.h"

namespace liaison::payload {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kMaxListElements = 1000;

bool IsSet(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  return field.is_repeated() ? reflection.FieldSize(message, &field) > 0
                             : reflection.HasField(message, &field);
}

const FieldDescriptor* CodeBeside(const FieldDescriptor& text) {
  const std::string name = text.name().substr(0, text.name().rfind("_other"));
  const FieldDescriptor* const code = text.containing_type()->FindFieldByName(name);
  return code != nullptr && code->enum_type() != nullptr ? code : nullptr;
}

bool SaysOther(const Message& message, const FieldDescriptor& code) {
  const EnumValueDescriptor* const other = code.enum_type()->FindValueByName("OTHER");
  if (other == nullptr) return false;
  const Reflection& reflection = *message.GetReflection();
  if (!code.is_repeated()) return reflection.GetEnumValue(message, &code) == other->number();
  for (int i = 0; i < reflection.FieldSize(message, &code); ++i) {
    if (reflection.GetRepeatedEnumValue(message, &code, i) == other->number()) return true;
  }
  return false;
}

// Checks one message of the tree and all below it.
class Walk {
 public:
  explicit Walk(const Context& context) : context_(context) {}

  void Check(const Message& message, const FieldPath& at) const {
    const auto rows = FieldRulesOf(*message.GetDescriptor());
    const google::protobuf::Descriptor& type = *message.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      const FieldRule rule = RuleOf(rows, field);
      if (IsSet(message, field)) {
        CheckField(message, field, rule, at);
      } else if (context_.draft() && rule.need == Need::kRequired) {
        context_.faults.Add(FieldPath(at, field.name()), "REQUIRED", "write this field");
      }
      if (rule.format == Format::kOther) CheckOtherText(message, field, at);
    }
    if (context_.draft() && !message.GetReflection()->GetUnknownFields(message).empty()) {
      context_.faults.Add(at, "UNKNOWN_FIELD",
                          "holds a field that this version has not; remove it");
    }
    CheckMessage(message, at, context_);
  }

 private:
  void CheckField(const Message& message, const FieldDescriptor& field, const FieldRule& rule,
                  const FieldPath& above) const {
    const Reflection& reflection = *message.GetReflection();
    if (!field.is_repeated()) {
      return CheckOne(message, field, rule, -1, FieldPath(above, field.name()));
    }
    const int size = reflection.FieldSize(message, &field);
    if (size > kMaxListElements) {
      context_.faults.Add(FieldPath(above, field.name()), "LIST_LENGTH",
                          "at most 1,000 elements; write fewer");
      return;
    }
    for (int i = 0; i < size; ++i) {
      CheckOne(message, field, rule, i, FieldPath(above, field.name(), i));
    }
  }

  // The value of `field`, or its element `index`.
  void CheckOne(const Message& message, const FieldDescriptor& field, const FieldRule& rule,
                int index, const FieldPath& at) const {
    const Reflection& reflection = *message.GetReflection();
    const bool list = field.is_repeated();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return Check(list ? reflection.GetRepeatedMessage(message, &field, index)
                          : reflection.GetMessage(message, &field),
                     at);
      case FieldDescriptor::CPPTYPE_STRING: {
        std::string scratch;
        return CheckText(
            list ? reflection.GetRepeatedStringReference(message, &field, index, &scratch)
                 : reflection.GetStringReference(message, &field, &scratch),
            rule, at);
      }
      case FieldDescriptor::CPPTYPE_ENUM:
        return CheckCode(list ? reflection.GetRepeatedEnumValue(message, &field, index)
                              : reflection.GetEnumValue(message, &field),
                         *field.enum_type(), at);
      default:
        return;  // numbers have their limits in the rules of their message
    }
  }

  // `text` is an `x_other` for the code field `x`.
  void CheckOtherText(const Message& message, const FieldDescriptor& text,
                      const FieldPath& above) const {
    const FieldDescriptor* const code = CodeBeside(text);
    if (code == nullptr) return;
    const bool other = SaysOther(message, *code);
    if (context_.draft() && other && !IsSet(message, text)) {
      context_.faults.Add(FieldPath(above, text.name()), "OTHER_TEXT",
                          "write what it is, because the code says OTHER");
    } else if (!other && IsSet(message, text) && (context_.draft() || IsSet(message, *code))) {
      context_.faults.Add(FieldPath(above, text.name()), "OTHER_TEXT",
                          "leave it out: it goes with the code OTHER only");
    }
  }

  void CheckText(const std::string& text, const FieldRule& rule, const FieldPath& at) const {
    if (context_.draft() && IsBlank(text)) {
      if (rule.need == Need::kRequired) {
        context_.faults.Add(at, "REQUIRED", "write this field");
      } else {
        context_.faults.Add(at, "EMPTY", "write a value, or leave the field out");
      }
      return;
    }
    const std::optional<Complaint> complaint =
        CheckFormat(rule.format, text, context_.mode, context_.limits);
    if (complaint.has_value()) context_.faults.Add(at, complaint->rule, complaint->description);
  }

  // Code lists are open: what a partner's newer version knows is kept and shown.
  void CheckCode(int number, const EnumDescriptor& codes, const FieldPath& at) const {
    if (!context_.draft()) return;
    if (number != 0 && codes.FindValueByNumber(number) != nullptr) return;
    context_.faults.Add(at, "ENUM", "write a code that this version has, or leave the field out");
  }

  const Context& context_;
};

}  // namespace

std::vector<base::FieldFault> Validate(const v1::Payload& payload, const Frame& frame, Mode mode,
                                       const Limits& limits) {
  Faults faults(limits.faults);
  // A payload past its limit is not looked into: that is what the limit is for.
  if (payload.ByteSizeLong() > limits.payload_bytes) {
    faults.Add(FieldPath(), "PAYLOAD_SIZE", "too many bytes for one message; send several");
    return std::move(faults).Take();
  }
  const Context context = {payload, frame, mode, limits, faults};
  if (context.draft() && TypeOf(payload) == v1::MESSAGE_TYPE_UNSPECIFIED) {
    faults.Add(FieldPath("body"), "REQUIRED", "write one body, e.g. \"notice\"");
  }
  CheckFrame(context);
  Walk(context).Check(payload, FieldPath());
  return std::move(faults).Take();
}

}  // namespace liaison::payload
