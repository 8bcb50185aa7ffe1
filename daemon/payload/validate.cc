#include "daemon/payload/validate.h"

#include <algorithm>

#include "daemon/payload/field_rules.h"
#include "daemon/payload/message_rules.h"
#include "daemon/payload/records.h"
#include "daemon/payload/tokens.h"

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
        if (field.type() == FieldDescriptor::TYPE_BYTES) return;  // as numbers
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
    const std::optional<Complaint> complaint = Complain(text, rule, context_.KindAt(at));
    if (complaint.has_value()) context_.faults.Add(at, complaint->rule, complaint->description);
  }

  std::optional<Complaint> Complain(const std::string& text, const FieldRule& rule,
                                    Kind kind) const {
    switch (kind) {
      case exchange::v1::FieldRecord::MASKED:
        return CheckLimits(rule.format, text, context_.limits);
      case exchange::v1::FieldRecord::PSEUDONYM:
        if (IsPseudonym(text)) return std::nullopt;
        return Complaint{"PSEUDONYM", "write pn- and 26 characters of base32"};
      case exchange::v1::FieldRecord::MATCH_TOKEN:
        if (IsMatchToken(text)) return std::nullopt;
        return Complaint{"MATCH_TOKEN", "write mt- and 52 characters of base32"};
      default:
        return CheckFormat(rule.format, text, context_.mode, context_.limits);
    }
  }

  // Code lists are open: what a partner's newer version knows is kept and shown.
  void CheckCode(int number, const EnumDescriptor& codes, const FieldPath& at) const {
    if (!context_.draft()) return;
    if (number != 0 && codes.FindValueByNumber(number) != nullptr) return;
    context_.faults.Add(at, "ENUM", "write a code that this version has, or leave the field out");
  }

  const Context& context_;
};

std::vector<base::FieldFault> Check(const v1::Payload& payload,
                                    absl::Span<const ChangedLeaf> changed, const Frame& frame,
                                    Mode mode, const Limits& limits) {
  Faults faults(limits.faults);
  // A payload past its limit is not looked into: that is what the limit is for.
  if (payload.ByteSizeLong() > limits.payload_bytes) {
    faults.Add(FieldPath(), "PAYLOAD_SIZE", "too many bytes for one message; send several");
    return std::move(faults).Take();
  }
  const Context context = {payload, changed, frame, mode, limits, faults};
  if (context.draft() && TypeOf(payload) == v1::MESSAGE_TYPE_UNSPECIFIED) {
    faults.Add(FieldPath("body"), "REQUIRED", "write one body, e.g. \"notice\"");
  }
  CheckFrame(context);
  Walk(context).Check(payload, FieldPath());
  return std::move(faults).Take();
}

}  // namespace

Kind Context::KindAt(const FieldPath& at) const {
  if (changed.empty()) return exchange::v1::FieldRecord::ORIGINAL;
  const std::string path = at.Text();
  const auto found = std::lower_bound(
      changed.begin(), changed.end(), path,
      [](const ChangedLeaf& leaf, const std::string& sought) { return leaf.path < sought; });
  const bool is_changed = found != changed.end() && found->path == path;
  return is_changed ? found->kind : exchange::v1::FieldRecord::ORIGINAL;
}

std::vector<base::FieldFault> Validate(const v1::Payload& payload, const Frame& frame, Mode mode,
                                       const Limits& limits) {
  return Check(payload, {}, frame, mode, limits);
}

std::vector<base::FieldFault> ValidateView(const Merged& body, const Frame& frame,
                                           const Limits& limits) {
  return Check(body.payload, body.changed, frame, Mode::kView, limits);
}

}  // namespace liaison::payload
