// The frame of a C2SP signed note: a text, an empty line, and lines of signatures. What the text
// says and whose signatures count is for the caller.
#ifndef LIAISON_DAEMON_AUDIT_NOTE_H_
#define LIAISON_DAEMON_AUDIT_NOTE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace liaison::audit {

inline constexpr size_t kMostNoteBytes = 128 * 1024;
inline constexpr size_t kMostNoteSignatures = 32;

// One line "— <name> <base64(key hash || signature)>".
struct NoteSignature {
  std::string name;
  std::string key_hash;  // four bytes
  std::string signature;

  std::string Line() const;
};

struct Note {
  std::string text;  // with its last newline: what is signed
  std::vector<NoteSignature> signatures;
};

// INVALID_ARGUMENT for bytes that are not UTF-8, control characters, no signature, a line of
// another form, base64 that is not canonical, more than 32 signatures or 128 KiB.
absl::StatusOr<Note> ParseNote(std::string_view note);

// False for an empty name, one with a space or a plus, and here for one that is not printable ASCII
// of at most 255 characters.
bool IsKeyName(std::string_view name);

// The bytes of standard base64 in its one canonical form; nullopt for any other text.
std::optional<std::string> DecodeBase64(std::string_view text);
std::string EncodeBase64(std::string_view bytes);

}  // namespace liaison::audit

#endif  // LIAISON_DAEMON_AUDIT_NOTE_H_
