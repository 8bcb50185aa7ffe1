// The guard file: the last signed heads, kept outside the database and its backups, so that an old
// copy of the database that somebody puts back is found at start.
//
// Two slots of 512 bytes in a file of fixed size, overwritten in place in turn, so that a torn
// write leaves the other:
//   16 bytes  "liaison-guard-1\n"
//    8 bytes  counter, big-endian; the slot with the larger one holds
//  104 bytes  head of the exchange log: u64 size, root (32), Ed25519 signature over the
//  checkpoint's text (64) 104 bytes  head of the desk log, alike 248 bytes  zero
//   32 bytes  SHA-256 of all before
#ifndef LIAISON_DAEMON_JOURNAL_GUARD_H_
#define LIAISON_DAEMON_JOURNAL_GUARD_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "daemon/audit/checkpoint.h"
#include "daemon/base/ids.h"
#include "daemon/crypto/keys.h"

namespace liaison::journal {

struct GuardedHead {
  uint64_t size = 0;
  base::Digest root;
  std::string signature;  // 64 bytes

  // OK when it is the head of `origin`, signed by `key`; VERIFICATION_FAILED otherwise.
  absl::Status Verify(const std::string& origin, const crypto::PublicKey& key) const;
};

struct GuardedHeads {
  GuardedHead exchange;
  GuardedHead desk;
};

// Owned by one thread.
class GuardFile {
 public:
  // What the file at `path` holds; nullopt when it is missing or was never written.
  // VERIFICATION_FAILED when it holds something that is no guard.
  static absl::StatusOr<std::optional<GuardedHeads>> Read(const std::string& path);

  // Makes the file, mode 0600, when it is missing.
  static absl::StatusOr<std::unique_ptr<GuardFile>> Open(const std::string& path);
  ~GuardFile();

  // Overwrites the older slot, durably. After an error the file is not to be used again.
  absl::Status Write(const GuardedHeads& heads);

 private:
  GuardFile(int fd, uint64_t counter) : fd_(fd), counter_(counter) {}
  const int fd_;
  uint64_t counter_;
};

// The head as the guard keeps it. REQUIRES: an Ed25519 key.
GuardedHead Guarded(const audit::Checkpoint& head, const crypto::PrivateKey& key);

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_GUARD_H_
