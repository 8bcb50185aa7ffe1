#include "daemon/payload/references.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "daemon/payload/text_rules.h"

namespace liaison::payload {
namespace {

std::vector<std::string> WordsOf(const std::string& text) {
  return absl::StrSplit(text, absl::ByAnyChar(" \t!\"#%&'()*+,-./:;<=>?@[]_{|}~"),
                        absl::SkipEmpty());
}

bool HoldsWords(const std::vector<std::string>& line, const std::vector<std::string>& name) {
  return std::search(line.begin(), line.end(), name.begin(), name.end()) != line.end();
}

// A name of several words also when it is cased in another way, or its words stand together, as in
// an id. One word alone is often another word, too: only as it is spelled, and not a short one.
bool Holds(const std::string& line, const std::string& name) {
  constexpr size_t kShort = 4;
  const std::vector<std::string> words = WordsOf(Folded(name));
  if (words.empty()) return false;
  if (words.size() == 1) return name.size() >= kShort && HoldsWords(WordsOf(line), WordsOf(name));
  const std::vector<std::string> line_words = WordsOf(Folded(line));
  return HoldsWords(line_words, words) || HoldsWords(line_words, {absl::StrJoin(words, "")});
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
