// Rules of an opening of withheld fields.
#include "absl/container/flat_hash_set.h"
#include "daemon/payload/message_rules.h"

namespace liaison::payload {
namespace {

constexpr size_t kSaltSize = 16;
constexpr std::string_view kPathCharacters = "abcdefghijklmnopqrstuvwxyz0123456789_.[]";

// All three, also in what a partner lets us see.
void CheckOpenedField(const v1::OpenedField& field, const FieldPath& at, const Context& context) {
  if (!IsPathText(field.path())) {
    context.faults.Add(FieldPath(at, "path"), "PATH", "write the path of a withheld field");
  }
  if (field.salt().size() != kSaltSize) {
    context.faults.Add(FieldPath(at, "salt"), "SALT", "write the 16 bytes of the field's salt");
  }
  if (!field.has_value()) {
    context.faults.Add(FieldPath(at, "value"), "REQUIRED", "write the field's value");
  }
}

}  // namespace

bool IsPathText(std::string_view text) {
  return !text.empty() && text.size() <= kMaxPathBytes &&
         text.find_first_not_of(kPathCharacters) == std::string_view::npos;
}

void CheckFieldOpening(const v1::FieldOpening& opening, const FieldPath& at,
                       const Context& context) {
  if (opening.fields().empty()) {
    context.faults.Add(FieldPath(at, "fields"), "REQUIRED", "open at least one field");
  }
  absl::flat_hash_set<std::string_view> paths;
  for (int i = 0; i < opening.fields_size(); ++i) {
    const FieldPath field(at, "fields", i);
    CheckOpenedField(opening.fields(i), field, context);
    if (paths.insert(opening.fields(i).path()).second) continue;
    context.faults.Add(FieldPath(field, "path"), "PATH_TWICE", "open each field once");
  }
}

}  // namespace liaison::payload
