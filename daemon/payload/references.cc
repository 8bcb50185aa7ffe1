#include "daemon/payload/references.h"

#include "absl/strings/match.h"
#include "daemon/payload/text_rules.h"

namespace liaison::payload {
namespace {

// Without what stands between the words of a name.
std::string Letters(const std::string& text) {
  std::string letters = Folded(text);
  std::erase_if(letters, [](char c) { return absl::StrContains(" \t-_.,'", c); });
  return letters;
}

bool Holds(const std::string& line, const std::string& name) {
  constexpr size_t kShort = 4;  // found in many words, unless spelled alike
  const std::string sought = Letters(name);
  if (sought.size() < kShort) return !name.empty() && line.find(name) != std::string::npos;
  return Letters(line).find(sought) != std::string::npos;
}

}  // namespace

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

void CheckNamesNobody(const std::string& line, const FieldPath& field,
                      const google::protobuf::RepeatedPtrField<v1::Person>& persons,
                      const Context& context) {
  if (!context.draft()) return;
  for (const v1::Person& person : persons) {
    for (const v1::PersonName& name : person.names()) {
      for (const std::string& form : {name.full_original(), name.latin_form()}) {
        if (!Holds(line, form)) continue;
        context.faults.Add(field, "TITLE_NAME", "write it without the names of persons");
        return;
      }
    }
  }
}

}  // namespace liaison::payload
