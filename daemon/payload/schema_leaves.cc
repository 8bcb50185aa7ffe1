#include <utility>

#include "daemon/payload/records.h"
#include "daemon/payload/schema.h"

namespace liaison::payload {
namespace {

// The leaves of a field of `type`. `prefix`: the path of the message that holds it; `bond`: that
// which it stands in already.
void AddLeaves(const MessageSchema& type, const FieldSchema& field, const Inherited& above,
               const std::string& prefix, std::string bond, std::vector<SchemaLeaf>& leaves) {
  const std::string path =
      prefix.empty() ? std::string(field.name) : prefix + "." + std::string(field.name);
  const Inherited below = Below(above, field);
  if (bond.empty() && field.bond >= 0) {
    bond = prefix + "#" + type.bonds[static_cast<size_t>(field.bond)];
  }
  if (field.message == nullptr) {
    leaves.push_back({path, ClassOf(above, field), below.part, field.text, below.needed, bond});
    return;
  }
  for (const FieldSchema& inner : field.message->fields) {
    AddLeaves(*field.message, inner, below, path, bond, leaves);
  }
}

}  // namespace

std::vector<SchemaLeaf> SchemaLeaves(v1::MessageType type) {
  std::vector<SchemaLeaf> leaves;
  const std::string_view body = BodyField(type);
  if (body.empty()) return leaves;
  const MessageSchema& root = Schema::OfPayload().root();
  for (const std::string_view name : {std::string_view("notes"), body}) {
    AddLeaves(root, *root.Find(name), Inherited(), "", "", leaves);
  }
  return leaves;
}

}  // namespace liaison::payload
