#include "daemon/audit/note.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace liaison::audit {
namespace {

constexpr std::string_view kMark = "\u2014 ";  // em dash, space
constexpr size_t kKeyHashSize = 4;
constexpr size_t kMostNameBytes = 255;

absl::Status Malformed(const char* why) { return absl::InvalidArgumentError(why); }

absl::string_view AsAbsl(std::string_view text) { return {text.data(), text.size()}; }

// How many bytes the UTF-8 sequence at the front of `text` has; 0 when it is none.
size_t SequenceSize(std::string_view text) {
  const auto byte = [text](size_t i) -> uint32_t { return static_cast<unsigned char>(text[i]); };
  const uint32_t lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t size = lead >> 5 == 0x6 ? 2 : lead >> 4 == 0xe ? 3 : lead >> 3 == 0x1e ? 4 : 0;
  if (size == 0 || text.size() < size) return 0;
  uint32_t point = lead & (0xffu >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if (byte(i) >> 6 != 0x2) return 0;
    point = point << 6 | (byte(i) & 0x3f);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  return point < kSmallest[size] || point > 0x10ffff || surrogate ? 0 : size;
}

bool IsNoteText(std::string_view text) {
  while (!text.empty()) {
    const size_t size = SequenceSize(text);
    const bool control = static_cast<unsigned char>(text[0]) < 0x20 && text[0] != '\n';
    if (size == 0 || control) return false;
    text.remove_prefix(size);
  }
  return true;
}

absl::StatusOr<NoteSignature> ParseLine(std::string_view line) {
  if (line.substr(0, kMark.size()) != kMark) {
    return Malformed("signature line without its dash and space");
  }
  line.remove_prefix(kMark.size());
  const size_t space = line.find(' ');
  if (space == 0 || space == std::string_view::npos) {
    return Malformed("signature line without a name and a signature");
  }
  const std::string_view name = line.substr(0, space);
  if (name.find('+') != std::string_view::npos) return Malformed("key name with a plus sign");
  const std::optional<std::string> bytes = DecodeBase64(line.substr(space + 1));
  if (!bytes) return Malformed("signature that is not canonical base64");
  if (bytes->size() <= kKeyHashSize) return Malformed("signature line without a signature");
  return NoteSignature{std::string(name), bytes->substr(0, kKeyHashSize),
                       bytes->substr(kKeyHashSize)};
}

}  // namespace

std::string NoteSignature::Line() const {
  return absl::StrCat(AsAbsl(kMark), name, " ", EncodeBase64(key_hash + signature), "\n");
}

absl::StatusOr<Note> ParseNote(std::string_view note) {
  if (note.size() > kMostNoteBytes) return Malformed("signed note larger than 128 KiB");
  if (!IsNoteText(note)) return Malformed("signed note with bytes that are no text");
  // The last empty line separates: there may be others in the text.
  const size_t end = note.rfind("\n\n");
  if (end == std::string_view::npos || note.back() != '\n') {
    return Malformed("signed note without an empty line or a last newline");
  }
  Note parsed;
  parsed.text = std::string(note.substr(0, end + 1));
  for (std::string_view rest = note.substr(end + 2); !rest.empty();) {
    if (parsed.signatures.size() == kMostNoteSignatures) {
      return Malformed("signed note with more than 32 signatures");
    }
    const size_t newline = rest.find('\n');
    absl::StatusOr<NoteSignature> signature = ParseLine(rest.substr(0, newline));
    if (!signature.ok()) return signature.status();
    parsed.signatures.push_back(*std::move(signature));
    rest.remove_prefix(newline + 1);
  }
  if (parsed.signatures.empty()) return Malformed("signed note without a signature");
  return parsed;
}

bool IsKeyName(std::string_view name) {
  return !name.empty() && name.size() <= kMostNameBytes &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return c > ' ' && c <= '~' && c != '+'; });
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  std::string bytes;
  // Abseil forgives white space, missing padding and spare bits; only what encodes to the same text
  // is canonical.
  if (!absl::Base64Unescape(AsAbsl(text), &bytes) || EncodeBase64(bytes) != text) {
    return std::nullopt;
  }
  return bytes;
}

std::string EncodeBase64(std::string_view bytes) { return absl::Base64Escape(AsAbsl(bytes)); }

}  // namespace liaison::audit
