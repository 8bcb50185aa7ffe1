#include "daemon/payload/schema.h"

#include <algorithm>

#include "daemon/base/invariant.h"
#include "daemon/payload/wire.h"
#include "liaison/payload/v1/payload.pb.h"

namespace liaison::payload {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

WireType WireTypeOf(const FieldDescriptor& field) {
  if (field.is_packed()) return WireType::kLengthDelimited;
  switch (field.type()) {
    case FieldDescriptor::TYPE_DOUBLE:
    case FieldDescriptor::TYPE_FIXED64:
    case FieldDescriptor::TYPE_SFIXED64:
      return WireType::kFixed64;
    case FieldDescriptor::TYPE_FLOAT:
    case FieldDescriptor::TYPE_FIXED32:
    case FieldDescriptor::TYPE_SFIXED32:
      return WireType::kFixed32;
    case FieldDescriptor::TYPE_STRING:
    case FieldDescriptor::TYPE_BYTES:
    case FieldDescriptor::TYPE_MESSAGE:
      return WireType::kLengthDelimited;
    default:
      return WireType::kVarint;
  }
}

int BondOf(const FieldDescriptor& field, std::vector<std::string>& bonds) {
  const std::string& name = field.options().GetExtension(bond);
  if (name.empty()) return -1;
  const auto found = std::find(bonds.begin(), bonds.end(), name);
  const int place = static_cast<int>(found - bonds.begin());
  if (found == bonds.end()) bonds.push_back(name);
  return place;
}

FieldSchema ReadField(const FieldDescriptor& field, std::vector<std::string>& bonds) {
  base::Invariant(
      !field.is_map() && !field.is_required() && field.type() != FieldDescriptor::TYPE_GROUP,
      "payload schema has no maps, groups or required fields");
  FieldSchema schema;
  schema.name = field.name();
  schema.number = static_cast<uint32_t>(field.number());
  schema.tag = MakeTag(schema.number, WireTypeOf(field));
  schema.repeated = field.is_repeated();
  schema.sens = field.options().GetExtension(sens);
  schema.needed = field.options().GetExtension(needed);
  schema.part = field.options().GetExtension(part);
  schema.text = field.type() == FieldDescriptor::TYPE_STRING && !field.is_repeated();
  schema.bond = BondOf(field, bonds);
  if (field.real_containing_oneof() != nullptr) {
    schema.oneof = field.real_containing_oneof()->index();
  }
  return schema;
}

}  // namespace

const FieldSchema* MessageSchema::Find(std::string_view name) const {
  const auto found = by_name.find(name);
  return found == by_name.end() ? nullptr : found->second;
}

Schema::Schema(const Descriptor& root) : root_(Add(root)) { FindLeast(); }

const Schema& Schema::OfPayload() {
  // Never destroyed: a thread that still runs at exit may be cutting.
  static const Schema* const schema = new Schema(*v1::Payload::descriptor());
  return *schema;
}

MessageSchema* Schema::Add(const Descriptor& type) {
  std::unique_ptr<MessageSchema>& slot = messages_[&type];
  if (slot != nullptr) return slot.get();  // also ends the walk of a type that holds itself
  slot = std::make_unique<MessageSchema>();
  MessageSchema* const message = slot.get();
  std::vector<const FieldDescriptor*> fields;
  for (int i = 0; i < type.field_count(); ++i) fields.push_back(type.field(i));
  std::sort(fields.begin(), fields.end(),
            [](const auto* a, const auto* b) { return a->number() < b->number(); });
  for (const FieldDescriptor* field : fields) {
    message->fields.push_back(ReadField(*field, message->bonds));
    if (field->message_type() != nullptr) {
      message->fields.back().message = Add(*field->message_type());
    }
  }
  message->whole = type.options().GetExtension(whole);
  for (const FieldSchema& field : message->fields) message->by_name.emplace(field.name, &field);
  base::Invariant(message->bonds.size() <= MessageSchema::kMaxBonds, "at most 32 bonds a message");
  return message;
}

// Types may hold themselves, so all begin at the highest class and are lowered until nothing
// changes: that ends, because a class only sinks and there are ten of them.
void Schema::FindLeast() {
  for (auto& [type, message] : messages_) {
    if (!message->fields.empty()) message->least = Sensitivity::Class_MAX;
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (auto& [type, message] : messages_) {
      const Sensitivity::Class before = message->least;
      for (const FieldSchema& field : message->fields) {
        message->least = std::min(message->least, ClassOf(Inherited(), field));
      }
      message->least = std::max(message->least, Sensitivity::L1);
      changed = changed || message->least != before;
    }
  }
}

Inherited Below(const Inherited& above, const FieldSchema& field) {
  return {std::max(above.raise, field.sens), above.needed || field.needed,
          field.part == Part::PART_UNSPECIFIED ? above.part : field.part};
}

Sensitivity::Class ClassOf(const Inherited& above, const FieldSchema& field) {
  const Sensitivity::Class own = std::max(above.raise, field.sens);
  return field.message == nullptr ? own : std::max(own, field.message->least);
}

}  // namespace liaison::payload
