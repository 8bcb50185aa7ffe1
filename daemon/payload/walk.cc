#include "daemon/payload/walk.h"

#include <algorithm>
#include <vector>

namespace liaison::payload {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

std::vector<const FieldDescriptor*> SetFields(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  return fields;
}

// Calls `visit` with each message of the message field `field` and its position, -1 outside lists,
// until it is true.
template <typename Visit>
bool AnyMessageOf(const Message& parent, const FieldDescriptor& field, Visit visit) {
  const Reflection& reflection = *parent.GetReflection();
  if (!field.is_repeated()) return visit(reflection.GetMessage(parent, &field), -1);
  for (int i = 0; i < reflection.FieldSize(parent, &field); ++i) {
    if (visit(reflection.GetRepeatedMessage(parent, &field, i), i)) return true;
  }
  return false;
}

bool AnyLeafBelow(const Message& message, Sensitivity::Class raise,
                  absl::FunctionRef<bool(Sensitivity::Class)> matches,
                  absl::FunctionRef<bool(const FieldDescriptor&)> except) {
  for (const FieldDescriptor* field : SetFields(message)) {
    if (except(*field)) continue;
    const Sensitivity::Class sensitivity = std::max(raise, field->options().GetExtension(sens));
    if (field->message_type() == nullptr) {
      if (matches(sensitivity)) return true;
      continue;
    }
    const bool found = AnyMessageOf(message, *field, [&](const Message& below, int) {
      return AnyLeafBelow(below, sensitivity, matches,
                          [](const FieldDescriptor&) { return false; });
    });
    if (found) return true;
  }
  return false;
}

}  // namespace

void ForEachMessage(const Message& message, const FieldPath& at,
                    absl::FunctionRef<void(const Message&, const FieldPath&)> visit) {
  visit(message, at);
  for (const FieldDescriptor* field : SetFields(message)) {
    if (field->message_type() == nullptr) continue;
    AnyMessageOf(message, *field, [&](const Message& below, int position) {
      ForEachMessage(below, FieldPath(at, field->name(), position), visit);
      return false;
    });
  }
}

bool AnyLeaf(const Message& message, absl::FunctionRef<bool(Sensitivity::Class)> matches,
             absl::FunctionRef<bool(const FieldDescriptor&)> except) {
  return AnyLeafBelow(message, Sensitivity::SENSITIVITY_UNSPECIFIED, matches, except);
}

}  // namespace liaison::payload
