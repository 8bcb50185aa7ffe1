#include "daemon/audit/checkpoint.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "daemon/audit/note.h"
#include "daemon/base/invariant.h"
#include "daemon/crypto/digest.h"

namespace liaison::audit {
namespace {

using base::Invariant;

constexpr char kEd25519 = '\x01';
constexpr size_t kKeyHashSize = 4;
constexpr size_t kHexHashSize = 2 * kKeyHashSize;

absl::Status Malformed(const char* why) { return absl::InvalidArgumentError(why); }

// Takes the next line off `text`; nullopt when no newline ends it.
std::optional<std::string_view> TakeLine(std::string_view& text) {
  const size_t newline = text.find('\n');
  if (newline == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, newline);
  text.remove_prefix(newline + 1);
  return line;
}

// Decimal digits in their one form: no sign, no leading zero, nothing above 2^64 - 1.
std::optional<uint64_t> ParseSize(std::string_view text) {
  uint64_t size = 0;
  if (!absl::SimpleAtoi(absl::string_view(text.data(), text.size()), &size)) return std::nullopt;
  if (std::to_string(size) != text) return std::nullopt;
  return size;
}

absl::StatusOr<Checkpoint> ParseBody(std::string_view body) {
  const std::optional<std::string_view> origin = TakeLine(body);
  const std::optional<std::string_view> size_text = TakeLine(body);
  const std::optional<std::string_view> root_text = TakeLine(body);
  if (!origin || !size_text || !root_text) return Malformed("checkpoint of fewer than three lines");
  if (!body.empty()) return Malformed("checkpoint with extension lines");
  if (!IsKeyName(*origin)) return Malformed("checkpoint whose origin is no name of a log");
  const std::optional<uint64_t> size = ParseSize(*size_text);
  if (!size) return Malformed("checkpoint whose size is no plain decimal number");
  const std::optional<std::string> raw = DecodeBase64(*root_text);
  if (!raw) return Malformed("checkpoint whose root is not canonical base64");
  const absl::StatusOr<base::Digest> root = base::Digest::FromRaw(*raw);
  if (!root.ok()) return Malformed("checkpoint whose root has not 32 bytes");
  return Checkpoint{std::string(*origin), *size, *root};
}

}  // namespace

std::string Checkpoint::Body() const {
  return absl::StrCat(origin, "\n", size, "\n", EncodeBase64(root.raw()), "\n");
}

absl::StatusOr<LogKey> LogKey::Parse(std::string_view verifier_key) {
  const size_t plus = verifier_key.find('+');
  if (plus == std::string_view::npos || verifier_key.size() < plus + kHexHashSize + 2 ||
      verifier_key[plus + 1 + kHexHashSize] != '+') {
    return Malformed("verifier key is not <name>+<8 hex digits>+<base64>");
  }
  const std::string_view name = verifier_key.substr(0, plus);
  if (!IsKeyName(name)) return Malformed("verifier key with a name that no log has");
  const std::optional<std::string> bytes =
      DecodeBase64(verifier_key.substr(plus + kHexHashSize + 2));
  if (!bytes || bytes->empty() || bytes->front() != kEd25519) {
    return Malformed("verifier key that is no Ed25519 key in canonical base64");
  }
  absl::StatusOr<crypto::PublicKey> key = crypto::PublicKey::FromEd25519(bytes->substr(1));
  if (!key.ok()) return key.status();
  LogKey made(std::string(name), *std::move(key));
  if (absl::BytesToHexString(made.key_hash()) != verifier_key.substr(plus + 1, kHexHashSize)) {
    return Malformed("verifier key whose hash is not that of its name and key");
  }
  return made;
}

LogKey LogKey::Make(std::string origin, const crypto::PublicKey& key) {
  Invariant(IsKeyName(origin), "an origin is a key name");
  Invariant(key.algorithm() == crypto::KeyAlgorithm::kEd25519, "a log key is an Ed25519 key");
  return LogKey(std::move(origin), key);
}

std::string LogKey::Text() const {
  return absl::StrCat(origin_, "+", absl::BytesToHexString(key_hash()), "+",
                      EncodeBase64(kEd25519 + key_.ed25519_raw()));
}

std::string LogKey::key_hash() const {
  const base::Digest digest =
      crypto::Sha256({origin_, "\n", std::string_view(&kEd25519, 1), key_.ed25519_raw()});
  return std::string(digest.raw().substr(0, kKeyHashSize));
}

absl::StatusOr<Checkpoint> LogKey::Verify(std::string_view note) const {
  const absl::StatusOr<Note> parsed = ParseNote(note);
  if (!parsed.ok()) return parsed.status();
  const std::string hash = key_hash();
  bool is_signed = false;
  for (const NoteSignature& signature : parsed->signatures) {
    if (signature.name != origin_ || signature.key_hash != hash) continue;
    // One that claims to be ours and is not spoils the note, whatever the others say.
    if (absl::Status status = key_.Verify(parsed->text, signature.signature); !status.ok()) {
      return status;
    }
    is_signed = true;
  }
  if (!is_signed) return absl::UnauthenticatedError("checkpoint without a signature by its log");
  absl::StatusOr<Checkpoint> checkpoint = ParseBody(parsed->text);
  if (!checkpoint.ok()) return checkpoint.status();
  if (checkpoint->origin != origin_) {
    return absl::UnauthenticatedError("checkpoint of another log under this log's key");
  }
  return checkpoint;
}

std::string SignCheckpoint(const Checkpoint& checkpoint, const crypto::PrivateKey& key) {
  const LogKey log = LogKey::Make(checkpoint.origin, key.public_key());
  const std::string body = checkpoint.Body();
  return absl::StrCat(body, "\n",
                      NoteSignature{log.origin(), log.key_hash(), key.Sign(body)}.Line());
}

absl::StatusOr<Checkpoint> ParseUnverified(std::string_view note) {
  const absl::StatusOr<Note> parsed = ParseNote(note);
  if (!parsed.ok()) return parsed.status();
  return ParseBody(parsed->text);
}

}  // namespace liaison::audit
