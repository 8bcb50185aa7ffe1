#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "daemon/base/error.h"
#include "daemon/crypto/secret.h"

namespace liaison::crypto {
namespace {

constexpr size_t kMostBytes = 64 * 1024;

// An open file, closed when it goes out of scope.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }

 private:
  int number_;
};

absl::Status Refuse(std::string_view message, std::string_view fix) {
  return base::MakeError(base::Reason::kWrongState, message, fix);
}

absl::Status CannotDo(const char* what, const std::string& path, int error) {
  const std::string message = absl::StrCat("cannot ", what, " ", path, ": ", strerror(error));
  if (error == ENOENT) return base::MakeError(base::Reason::kNotFound, message);
  if (error == EEXIST) return absl::AlreadyExistsError(message);
  return absl::FailedPreconditionError(message);
}

absl::Status CheckMode(const std::string& path, const struct stat& file) {
  if (!S_ISREG(file.st_mode)) return Refuse(absl::StrCat(path, " is not a regular file"), "");
  const mode_t mode = file.st_mode & 07777;
  if ((mode & 077) != 0) {
    return Refuse(
        absl::StrFormat("%s has mode %04o, but nobody except its owner may reach a secret", path,
                        mode),
        absl::StrCat("chmod 600 ", path));
  }
  if (file.st_uid != geteuid() && file.st_uid != 0) {
    return Refuse(absl::StrFormat("%s belongs to user %d, and this process runs as user %d", path,
                                  file.st_uid, geteuid()),
                  absl::StrFormat("chown %d %s", geteuid(), path));
  }
  if (static_cast<size_t>(file.st_size) > kMostBytes) {
    return Refuse(absl::StrCat(path, " is larger than 64 KiB"), "");
  }
  return absl::OkStatus();
}

absl::Status SyncFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder =
      slash == std::string::npos ? "." : path.substr(0, slash == 0 ? 1 : slash);
  const Descriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0 || fsync(opened.get()) != 0) return CannotDo("sync", folder, errno);
  return absl::OkStatus();
}

absl::Status WriteAll(int descriptor, const std::string& path, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return CannotDo("write", path, errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  if (fsync(descriptor) != 0) return CannotDo("sync", path, errno);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Secret> ReadSecretFile(const std::string& path) {
  // O_NONBLOCK: a pipe in the file's place must be refused and not waited for.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.get() < 0) return CannotDo("open", path, errno);
  struct stat status = {};
  if (fstat(file.get(), &status) != 0) return CannotDo("examine", path, errno);
  if (absl::Status checked = CheckMode(path, status); !checked.ok()) return checked;

  // One byte more than allowed, so that a file that grows meanwhile is noticed; one buffer, so that
  // no copy is left.
  std::string buffer(kMostBytes + 1, '\0');
  size_t filled = 0;
  ssize_t got = 1;
  while (got > 0 && filled < buffer.size()) {
    got = read(file.get(), buffer.data() + filled, buffer.size() - filled);
    if (got < 0 && errno == EINTR)
      got = 1;
    else if (got > 0)
      filled += static_cast<size_t>(got);
  }
  const int error = errno;
  const Secret whole(std::move(buffer));
  if (got < 0) return CannotDo("read", path, error);
  if (filled > kMostBytes) return Refuse(absl::StrCat(path, " is larger than 64 KiB"), "");
  return Secret(std::string(whole.bytes(OpenSecrets()).substr(0, filled)));
}

absl::Status WriteSecretFile(const std::string& path, const Secret& secret) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.get() < 0) return CannotDo("make", path, errno);
  absl::Status written = WriteAll(file.get(), path, secret.bytes(OpenSecrets()));
  if (written.ok()) written = SyncFolderOf(path);
  // Half a key is worse than none: the next attempt would find that there is one.
  if (!written.ok()) unlink(path.c_str());
  return written;
}

}  // namespace liaison::crypto
