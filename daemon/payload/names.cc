#include "daemon/payload/names.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace liaison::payload {
namespace {

using Words = std::vector<std::string>;

enum class Case { kKept, kFolded };

// In compatibility form (NFKC), without format characters. Empty when `text` is not UTF-8.
std::string Plain(const std::string& text, Case letters) {
  // In the scripts that use it the zero width space parts words; it would go with the rest.
  const std::string parted = absl::StrReplaceAll(text, {{"\u200B", " "}});
  const int fold = letters == Case::kFolded ? UTF8PROC_CASEFOLD : 0;
  utf8proc_uint8_t* raw = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(parted.data()),
                   static_cast<utf8proc_ssize_t>(parted.size()), &raw,
                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE |
                                                  UTF8PROC_COMPAT | UTF8PROC_IGNORE | fold));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(raw, &std::free);
  if (size < 0) return "";
  return std::string(reinterpret_cast<const char*>(raw), static_cast<size_t>(size));
}

bool IsOfWord(utf8proc_category_t category) {
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

// Letters, marks and digits that stand together; all else parts them.
Words WordsOf(const std::string& text, Case letters) {
  const std::string plain = Plain(text, letters);
  Words words;
  bool inside = false;
  for (size_t at = 0; at < plain.size();) {
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t read =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(plain.data()) + at,
                         static_cast<utf8proc_ssize_t>(plain.size() - at), &c);
    if (read <= 0) break;
    const utf8proc_category_t category = utf8proc_category(c);
    if (IsOfWord(category)) {
      if (!inside) words.emplace_back();
      words.back().append(plain, at, static_cast<size_t>(read));
      inside = true;
    } else if (category != UTF8PROC_CATEGORY_CF) {
      inside = false;
    }
    at += static_cast<size_t>(read);
  }
  return words;
}

// Whether `text` is all `words`, each once, in any order. Every set of words that `text` can begin
// with is looked at once; it says by itself where it ends.
bool IsMadeOf(std::string_view text, const Words& words) {
  const size_t all = (size_t{1} << words.size()) - 1;
  std::vector<bool> reached(all + 1);
  reached[0] = true;
  for (size_t set = 0; set != all; ++set) {
    if (!reached[set]) continue;
    size_t end = 0;
    size_t bit = 1;
    for (const std::string& word : words) {
      if ((set & bit) != 0) end += word.size();
      bit <<= 1;
    }
    bit = 1;
    for (const std::string& word : words) {  // one of the set again leads nowhere else
      if (text.substr(end).starts_with(word)) reached[set | bit] = true;
      bit <<= 1;
    }
  }
  return reached[all];
}

// Words of the line that stand together make up the words of the name, wherever either is parted.
// Short words that are moved and joined make other words ("Le Ha": hale): they count where the line
// parts them.
bool HoldsWords(const Words& line, const Words& name) {
  constexpr size_t kMostMoved = 8;  // a name of more words only in its own order
  constexpr size_t kLong = 8;
  const std::string sought = absl::StrJoin(name, "");
  const std::string all = absl::StrJoin(line, "");
  std::vector<size_t> bounds = {0};
  for (const std::string& word : line) bounds.push_back(bounds.back() + word.size());
  for (auto begin = bounds.begin(); begin != bounds.end(); ++begin) {
    const size_t end = *begin + sought.size();
    if (!std::binary_search(begin, bounds.end(), end)) continue;
    const std::string_view part = std::string_view(all).substr(*begin, sought.size());
    if (part == sought) return true;
    const bool parted = *std::next(begin) != end;
    const bool may_move = name.size() <= kMostMoved && (parted || sought.size() >= kLong);
    if (may_move && IsMadeOf(part, name)) return true;
  }
  return false;
}

// One word alone is often another word, too: only as it is cased, and not a short one.
bool Holds(const std::string& line, const std::string& name) {
  constexpr size_t kShort = 4;
  const Words words = WordsOf(name, Case::kFolded);
  if (words.size() > 1) return HoldsWords(WordsOf(line, Case::kFolded), words);
  const Words cased = WordsOf(name, Case::kKept);
  return cased.size() == 1 && cased[0].size() >= kShort &&
         HoldsWords(WordsOf(line, Case::kKept), cased);
}

}  // namespace

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
