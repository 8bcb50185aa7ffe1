// Bytes that must not be printed, logged, copied by accident or left in memory.
#ifndef LIAISON_DAEMON_CRYPTO_SECRET_H_
#define LIAISON_DAEMON_CRYPTO_SECRET_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace liaison::crypto {

// Says in the code: here a secret is opened.
class SecretAccess {
 private:
  friend SecretAccess OpenSecrets();
  SecretAccess() = default;
};
inline SecretAccess OpenSecrets() { return SecretAccess(); }

// Movable, not copyable; wiped when destroyed or moved from. Has no stream operator.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string bytes);
  ~Secret();
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  std::string_view bytes(SecretAccess) const { return bytes_; }
  size_t size() const { return bytes_.size(); }
  Secret Clone() const { return Secret(bytes_); }

 private:
  void Wipe();
  std::string bytes_;
};

// `size` bytes from the system's generator. Crashes when there is no randomness.
std::string RandomBytes(size_t size);
Secret RandomSecret(size_t size);

// Reads a regular file of at most 64 KiB that belongs to this process's user or root and that
// nobody but its owner may read or write. Errors: NOT_FOUND; FAILED_PRECONDITION with the file,
// what is wrong with it and the command that mends it.
absl::StatusOr<Secret> ReadSecretFile(const std::string& path);

// Makes the file with mode 0600 and syncs it and its folder. ALREADY_EXISTS when there is one.
absl::Status WriteSecretFile(const std::string& path, const Secret& secret);

}  // namespace liaison::crypto

#endif  // LIAISON_DAEMON_CRYPTO_SECRET_H_
