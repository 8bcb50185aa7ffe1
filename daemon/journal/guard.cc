#include "daemon/journal/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/base/invariant.h"
#include "daemon/crypto/digest.h"

namespace liaison::journal {
namespace {

constexpr size_t kSlot = 512;
constexpr size_t kSlots = 2;
constexpr std::string_view kMagic = "liaison-guard-1\n";
constexpr size_t kSum = 32;
constexpr size_t kSignature = 64;
constexpr size_t kHead = 8 + base::Digest::kSize + kSignature;

struct Slot {
  uint64_t counter = 0;
  GuardedHeads heads;
};

absl::Status SystemError(std::string_view doing, const std::string& path) {
  return absl::InternalError(
      absl::StrCat(std::string(doing), " the guard file ", path, ": ", strerror(errno)));
}

std::string Number(uint64_t value) {
  std::string bytes(8, '\0');
  for (int i = 7; i >= 0; --i, value >>= 8)
    bytes[static_cast<size_t>(i)] = static_cast<char>(value);
  return bytes;
}

uint64_t ToNumber(std::string_view bytes) {
  uint64_t value = 0;
  for (char byte : bytes.substr(0, 8)) value = value << 8 | static_cast<uint8_t>(byte);
  return value;
}

void AppendHead(const GuardedHead& head, std::string& bytes) {
  base::Invariant(head.signature.size() == kSignature, "a guarded head is signed with Ed25519");
  bytes += Number(head.size);
  bytes += head.root.raw();
  bytes += head.signature;
}

std::string ToBytes(const Slot& slot) {
  std::string bytes(kMagic);
  bytes += Number(slot.counter);
  AppendHead(slot.heads.exchange, bytes);
  AppendHead(slot.heads.desk, bytes);
  bytes.resize(kSlot - kSum, '\0');
  bytes += crypto::Sha256(bytes).raw();
  return bytes;
}

GuardedHead ReadHead(std::string_view bytes) {
  GuardedHead head;
  head.size = ToNumber(bytes);
  const absl::StatusOr<base::Digest> root = base::Digest::FromRaw(bytes.substr(8, 32));
  if (root.ok()) head.root = *root;
  head.signature = std::string(bytes.substr(40, kSignature));
  return head;
}

std::optional<Slot> FromBytes(std::string_view bytes) {
  if (bytes.substr(0, kMagic.size()) != kMagic) return std::nullopt;
  const std::string_view sum = bytes.substr(kSlot - kSum);
  if (crypto::Sha256(bytes.substr(0, kSlot - kSum)).raw() != sum) return std::nullopt;
  const std::string_view rest = bytes.substr(kMagic.size());
  Slot slot;
  slot.counter = ToNumber(rest);
  slot.heads.exchange = ReadHead(rest.substr(8));
  slot.heads.desk = ReadHead(rest.substr(8 + kHead));
  return slot;
}

// The slot that holds; nullopt when nothing was ever written.
absl::StatusOr<std::optional<Slot>> ReadSlots(int fd, const std::string& path) {
  std::string bytes(kSlot * kSlots + 1, '\0');
  const ssize_t size = pread(fd, bytes.data(), bytes.size(), 0);
  if (size < 0) return SystemError("reading", path);
  bytes.resize(static_cast<size_t>(size));
  if (bytes.find_first_not_of('\0') == std::string::npos) return std::optional<Slot>();
  std::optional<Slot> newest;
  if (bytes.size() == kSlot * kSlots) {
    for (size_t i = 0; i < kSlots; ++i) {
      std::optional<Slot> slot = FromBytes(std::string_view(bytes).substr(i * kSlot, kSlot));
      if (slot && (!newest || slot->counter > newest->counter)) newest = std::move(slot);
    }
  }
  if (newest) return newest;
  return base::MakeError(base::Reason::kVerificationFailed,
                         absl::StrCat("the guard file ", path, " is damaged"),
                         "put back the file that belongs to this log");
}

absl::Status SyncDirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int fd = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return SystemError("opening the directory of", path);
  const int synced = fsync(fd);
  close(fd);
  return synced == 0 ? absl::OkStatus() : SystemError("syncing the directory of", path);
}

absl::Status Preallocate(int fd, const std::string& path) {
  struct stat info {};
  if (fstat(fd, &info) != 0) return SystemError("reading", path);
  if ((info.st_mode & 077) != 0) {
    return base::MakeError(base::Reason::kWrongState,
                           absl::StrCat(path, " can be read by others than its owner"),
                           absl::StrCat("chmod 600 ", path));
  }
  if (info.st_size == static_cast<off_t>(kSlot * kSlots)) return absl::OkStatus();
  const std::string zeros(kSlot * kSlots, '\0');
  const ssize_t written = pwrite(fd, zeros.data(), zeros.size(), 0);
  if (written != static_cast<ssize_t>(zeros.size()) || fsync(fd) != 0) {
    return SystemError("preallocating", path);
  }
  return SyncDirectoryOf(path);
}

}  // namespace

absl::Status GuardedHead::Verify(const std::string& origin, const crypto::PublicKey& key) const {
  const audit::Checkpoint head{origin, size, root};
  if (key.Verify(head.Body(), signature).ok()) return absl::OkStatus();
  return base::MakeError(
      base::Reason::kVerificationFailed,
      absl::StrCat("the guard file's head of ", origin, " is not signed by this log's key"),
      "put back the guard file and the key that belong to this log");
}

absl::StatusOr<std::optional<GuardedHeads>> GuardFile::Read(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return std::optional<GuardedHeads>();
  if (fd < 0) return SystemError("opening", path);
  const absl::StatusOr<std::optional<Slot>> slot = ReadSlots(fd, path);
  close(fd);
  if (!slot.ok()) return slot.status();
  if (!*slot) return std::optional<GuardedHeads>();
  return std::optional<GuardedHeads>((*slot)->heads);
}

absl::StatusOr<std::unique_ptr<GuardFile>> GuardFile::Open(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return SystemError("opening", path);
  std::unique_ptr<GuardFile> guard(new GuardFile(fd, 0));
  const absl::StatusOr<std::optional<Slot>> slot = ReadSlots(fd, path);
  if (!slot.ok()) return slot.status();
  if (*slot) guard->counter_ = (*slot)->counter;
  if (absl::Status allocated = Preallocate(fd, path); !allocated.ok()) return allocated;
  return guard;
}

GuardFile::~GuardFile() { close(fd_); }

absl::Status GuardFile::Write(const GuardedHeads& heads) {
  const std::string bytes = ToBytes({counter_ + 1, heads});
  const off_t place = static_cast<off_t>(((counter_ + 1) % kSlots) * kSlot);
  if (pwrite(fd_, bytes.data(), bytes.size(), place) != static_cast<ssize_t>(bytes.size()) ||
      fdatasync(fd_) != 0) {
    return absl::InternalError(absl::StrCat("writing the guard file: ", strerror(errno)));
  }
  ++counter_;
  return absl::OkStatus();
}

GuardedHead Guarded(const audit::Checkpoint& head, const crypto::PrivateKey& key) {
  return {head.size, head.root, key.Sign(head.Body())};
}

}  // namespace liaison::journal
