#include "daemon/payload/text_rules.h"

#include <utf8proc.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <string>

namespace liaison::payload {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

template <size_t N>
bool In(const std::array<Range, N>& ranges, char32_t c) {
  for (const Range& range : ranges) {
    if (c >= range.first && c <= range.last) return true;
  }
  return false;
}

// Thai, Lao, Myanmar (with its extensions), Khmer and its symbols: written without spaces between
// words, so that U+200B to U+200D are part of the spelling.
constexpr std::array<Range, 7> kSpacelessScripts = {{{0x0E01, 0x0E5B},
                                                     {0x0E81, 0x0EDF},
                                                     {0x1000, 0x109F},
                                                     {0x1780, 0x17FF},
                                                     {0x19E0, 0x19FF},
                                                     {0xA9E0, 0xA9FF},
                                                     {0xAA60, 0xAA7F}}};

// Hebrew, Arabic, Syriac, Thaana, N'Ko and the presentation forms: direction marks have a use
// there.
constexpr std::array<Range, 4> kRightToLeftScripts = {
    {{0x0590, 0x08FF}, {0xFB1D, 0xFDCF}, {0xFDF0, 0xFDFF}, {0xFE70, 0xFEFC}}};

constexpr std::array<Range, 2> kBidiControls = {{{0x202A, 0x202E}, {0x2066, 0x2069}}};
constexpr std::array<Range, 3> kBidiMarks = {
    {{0x061C, 0x061C}, {0x200E, 0x200E}, {0x200F, 0x200F}}};
constexpr std::array<Range, 1> kZeroWidths = {{{0x200B, 0x200D}}};

// Line and paragraph separators, word joiner and invisible operators, byte order mark, annotation
// and tag characters.
constexpr std::array<Range, 5> kNeverVisible = {
    {{0x2028, 0x2029}, {0x2060, 0x2064}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}}};

bool IsControl(char32_t c) { return c < 0x20 || (c >= 0x7F && c <= 0x9F); }
bool IsNonCharacter(char32_t c) { return (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE; }

// What a text holds, in one pass.
struct Inventory {
  size_t code_points = 0;
  bool utf8 = true;
  bool line_breaks = false;
  bool controls = false;
  bool bidi_controls = false;
  bool bidi_marks = false;
  bool zero_widths = false;
  bool never_visible = false;
  bool non_characters = false;
  bool spaceless_script = false;
  bool right_to_left_script = false;
};

void Note(char32_t c, Inventory& found) {
  if (c == '\n' || c == '\t') {
    found.line_breaks = true;
  } else if (IsControl(c)) {
    found.controls = true;
  }
  if (c < 0x0590) return;
  found.non_characters |= IsNonCharacter(c);
  found.bidi_controls |= In(kBidiControls, c);
  if (In(kBidiMarks, c)) {
    found.bidi_marks = true;
  } else {
    found.right_to_left_script |= In(kRightToLeftScripts, c);
  }
  found.zero_widths |= In(kZeroWidths, c);
  found.never_visible |= In(kNeverVisible, c);
  found.spaceless_script |= In(kSpacelessScripts, c);
}

Inventory TakeInventory(std::string_view text) {
  Inventory found;
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t read = utf8proc_iterate(at, left, &c);
    if (read <= 0) {
      found.utf8 = false;
      return found;
    }
    Note(static_cast<char32_t>(c), found);
    ++found.code_points;
    at += read;
    left -= read;
  }
  return found;
}

// A letter, mark, digit, punctuation mark or symbol that can be seen: not a filler, a joiner or a
// variation selector, which are letters and marks by category alone.
bool IsInk(utf8proc_int32_t c) {
  constexpr utf8proc_int32_t kBrailleBlank = 0x2800;
  if (c == kBrailleBlank || utf8proc_get_property(c)->ignorable) return false;
  const utf8proc_category_t category = utf8proc_category(c);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_SO;
}

// "unwilling", "involuntary", "non-consensual", "without consent", "không đồng ý".
bool EndsInNegation(std::string_view text) {
  for (const std::string_view negation :
       {"un", "in", "non", "non-", "without ", "not ", "never ", "no ", "không "}) {
    if (text.size() >= negation.size() && text.substr(text.size() - negation.size()) == negation) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::optional<Complaint> CheckText(std::string_view text, Lines lines, TextLimit limit) {
  if (text.size() > limit.bytes) {
    return Complaint{"TEXT_LENGTH", "too many bytes for this field; write less"};
  }
  const Inventory found = TakeInventory(text);
  if (!found.utf8) return Complaint{"UTF8", "not valid UTF-8; write the text in UTF-8"};
  if (found.code_points > limit.code_points) {
    return Complaint{"TEXT_LENGTH", "too many characters for this field; write less"};
  }
  if (found.controls) {
    return Complaint{"TEXT_CONTROL",
                     "holds a control character; remove it (lines end with a newline alone)"};
  }
  if (found.line_breaks && lines == Lines::kOne) {
    return Complaint{"TEXT_CONTROL", "write one line, without newline and tab"};
  }
  if (found.bidi_controls || (found.bidi_marks && !found.right_to_left_script)) {
    return Complaint{"TEXT_BIDI",
                     "holds a character that changes the direction of writing; remove it"};
  }
  if (found.non_characters) {
    return Complaint{"TEXT_NONCHARACTER", "holds a code point that is no character; remove it"};
  }
  if (found.never_visible || (found.zero_widths && !found.spaceless_script)) {
    return Complaint{
        "TEXT_INVISIBLE",
        "holds an invisible character; remove it (U+200B to U+200D only in Khmer, Lao, "
        "Thai and Burmese text)"};
  }
  return std::nullopt;
}

std::string Folded(std::string_view text) {
  utf8proc_uint8_t* raw = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &raw,
                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE |
                                                  UTF8PROC_CASEFOLD | UTF8PROC_IGNORE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(raw, &std::free);
  if (size < 0) return "";
  return std::string(reinterpret_cast<const char*>(raw), static_cast<size_t>(size));
}

bool IsBlank(std::string_view text) {
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t read = utf8proc_iterate(at, left, &c);
    if (read <= 0 || IsInk(c)) return false;
    at += read;
    left -= read;
  }
  return true;
}

bool SpeaksOfConsent(std::string_view text) {
  const std::string folded = Folded(text);
  for (const std::string_view word :
       {"consent", "consens", "voluntar", "willing", "agreed", "đồng ý", "tự nguyện"}) {
    for (size_t at = folded.find(word); at != std::string::npos; at = folded.find(word, at + 1)) {
      if (!EndsInNegation(std::string_view(folded).substr(0, at))) return true;
    }
  }
  return false;
}

}  // namespace liaison::payload
