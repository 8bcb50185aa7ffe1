#include "daemon/payload/references.h"

namespace liaison::payload {
void References::Check(const std::string& id, const FieldPath& field) const {
  if (!context_.draft() || id.empty() || ids_.contains(id)) return;
  context_.faults.Add(field, "REFERENCE",
                      "write the local_id of a person, organisation or object of this message");
}

void References::AddId(const std::string& id, const FieldPath& field) {
  // Two ids can look alike once they are masked.
  if (!context_.IsOriginal(field) || ids_.insert(id).second) return;
  context_.faults.Add(field, "LOCAL_ID",
                      "give each person, organisation and object an id of its own");
}

}  // namespace liaison::payload
