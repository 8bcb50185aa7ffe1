#include <utility>

#include "daemon/payload/records.h"
#include "daemon/payload/schema.h"

namespace liaison::payload {
namespace {

void AddLeaves(const FieldSchema& field, const Inherited& above, const std::string& prefix,
               std::vector<SchemaLeaf>& leaves) {
  const std::string path =
      prefix.empty() ? std::string(field.name) : prefix + "." + std::string(field.name);
  const Inherited below = Below(above, field);
  if (field.message == nullptr) {
    leaves.push_back({path, ClassOf(above, field), below.part, field.text});
    return;
  }
  for (const FieldSchema& inner : field.message->fields) AddLeaves(inner, below, path, leaves);
}

}  // namespace

std::vector<SchemaLeaf> SchemaLeaves(v1::MessageType type) {
  std::vector<SchemaLeaf> leaves;
  const std::string_view body = BodyField(type);
  if (body.empty()) return leaves;
  const MessageSchema& root = Schema::OfPayload().root();
  for (const std::string_view name : {std::string_view("notes"), body}) {
    AddLeaves(*root.Find(name), Inherited(), "", leaves);
  }
  return leaves;
}

}  // namespace liaison::payload
