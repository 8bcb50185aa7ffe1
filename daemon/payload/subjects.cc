#include "daemon/payload/subjects.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "daemon/payload/text_rules.h"
#include "daemon/payload/walk.h"

namespace liaison::payload {
namespace {

// "Mai VÍ DỤ Thị" and "Ví Dụ Thị Mai" are one name: which word is the family's is not agreed on.
std::string NameOf(const v1::Person& person) {
  const auto& names = person.names();
  if (names.empty()) return "";
  const auto legal = std::find_if(names.begin(), names.end(), [](const v1::PersonName& name) {
    return name.use() == v1::NameUse::LEGAL;
  });
  const v1::PersonName& name = legal == names.end() ? names[0] : *legal;
  const std::string folded = Folded(name.full_original());
  std::vector<std::string> words =
      absl::StrSplit(folded, absl::ByAnyChar(" \t"), absl::SkipEmpty());
  std::sort(words.begin(), words.end());
  return absl::StrJoin(words, " ");
}

std::string BirthOf(const v1::Person& person) {
  std::string birth = person.birth().edtf();
  std::erase_if(birth, [](char c) { return c == '?' || c == '~' || c == '%'; });
  return birth;
}

std::string TextOf(const v1::Person& person) {
  const std::string name = NameOf(person);
  return name.empty() ? "" : absl::StrCat(name, "\n", BirthOf(person));
}

}  // namespace

std::vector<std::string> SubjectsOf(const v1::Payload& payload) {
  std::vector<std::string> subjects;
  ForEachMessage(payload, FieldPath(),
                 [&](const google::protobuf::Message& message, const FieldPath&) {
                   if (message.GetDescriptor() != v1::Person::descriptor()) return;
                   subjects.push_back(TextOf(static_cast<const v1::Person&>(message)));
                 });
  return subjects;
}

}  // namespace liaison::payload
