// What characters a text may hold. Texts are checked and kept byte for byte, never changed.
#ifndef LIAISON_DAEMON_PAYLOAD_TEXT_RULES_H_
#define LIAISON_DAEMON_PAYLOAD_TEXT_RULES_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace liaison::payload {

// What is wrong with a value, in words that do not repeat it.
struct Complaint {
  std::string_view rule;
  std::string_view description;
};

enum class Lines { kOne, kMany };  // kMany: newline and tab are text

struct TextLimit {
  size_t code_points = 0;
  size_t bytes = 0;
};

// The first thing that is wrong with `text`: not UTF-8 (UTF8), too long (TEXT_LENGTH), a control
// character (TEXT_CONTROL), a bidirectional control (TEXT_BIDI), an invisible character where the
// text's scripts have no use for it (TEXT_INVISIBLE), a non-character (TEXT_NONCHARACTER).
std::optional<Complaint> CheckText(std::string_view text, Lines lines, TextLimit limit);

// Case folded and composed, so that spellings that look the same are the same. Empty when `text` is
// not UTF-8.
std::string Folded(std::string_view text);

// Nothing of `text` can be seen: it holds no letter, mark, digit, punctuation mark or symbol of any
// script, only white space of Unicode (the no-break space that a word processor writes, U+2003
// ...), controls, format characters (zero widths, soft hyphen), fillers and code points without a
// meaning. False when it is not UTF-8: that is to be refused as such.
bool IsBlank(std::string_view text);

// True when `text` says that somebody consents, agrees or is willing, in English or Vietnamese,
// however it is cased or normalised. A negation right before the word ("unwilling", "without
// consent") takes it back.
bool SpeaksOfConsent(std::string_view text);

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_TEXT_RULES_H_
