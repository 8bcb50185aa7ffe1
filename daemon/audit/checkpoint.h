// Heads of logs: C2SP tlog-checkpoint in C2SP signed-note form, and the verifier keys that they are
// checked with.
#ifndef LIAISON_DAEMON_AUDIT_CHECKPOINT_H_
#define LIAISON_DAEMON_AUDIT_CHECKPOINT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "daemon/base/ids.h"
#include "daemon/crypto/keys.h"

namespace liaison::audit {

// "<origin>\n<size>\n<base64 root>\n", without extension lines.
struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  base::Digest root;

  std::string Body() const;
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// A log's name and Ed25519 key: signed-note verifier key "<name>+<8 hex digits>+<base64(0x01 ||
// key)>". Immutable, thread-safe.
class LogKey {
 public:
  // INVALID_ARGUMENT when the text is malformed, its hash does not fit or the key is weak.
  static absl::StatusOr<LogKey> Parse(std::string_view verifier_key);
  static LogKey Make(std::string origin, const crypto::PublicKey& key);  // REQUIRES: Ed25519

  const std::string& origin() const { return origin_; }
  const crypto::PublicKey& key() const { return key_; }
  std::string Text() const;
  // First four bytes of SHA-256(name || "\n" || 0x01 || key).
  std::string key_hash() const;

  // The checkpoint of a signed note whose origin is this log's and that this key signed; signatures
  // by other keys are ignored (C2SP signed-note). UNAUTHENTICATED when ours is missing or wrong;
  // INVALID_ARGUMENT when malformed (leading zeros, extension lines, wrong sizes, not canonical
  // base64).
  absl::StatusOr<Checkpoint> Verify(std::string_view note) const;

 private:
  LogKey(std::string origin, crypto::PublicKey key)
      : origin_(std::move(origin)), key_(std::move(key)) {}
  std::string origin_;
  crypto::PublicKey key_;
};

// The signed note. REQUIRES: an Ed25519 key.
std::string SignCheckpoint(const Checkpoint& checkpoint, const crypto::PrivateKey& key);

// Reads the body of a note without checking any signature, for showing and routing only.
absl::StatusOr<Checkpoint> ParseUnverified(std::string_view note);

}  // namespace liaison::audit

#endif  // LIAISON_DAEMON_AUDIT_CHECKPOINT_H_
