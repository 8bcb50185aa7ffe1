#include "daemon/store/database.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "daemon/base/error.h"
#include "daemon/store/schema.h"

namespace liaison::store {
namespace {

constexpr int kReaders = 4;
// Up to here the whole file is checked at start; beyond, the small tables, so that a start does not
// grow with the log.
constexpr off_t kWholeCheckBytes = off_t{256} << 20;

absl::Status SystemError(std::string_view doing, const std::string& path) {
  return absl::InternalError(absl::StrCat(std::string(doing), " ", path, ": ", strerror(errno)));
}

std::string Holder(int lock) {
  std::array<char, 32> text{};
  const ssize_t size = pread(lock, text.data(), text.size() - 1, 0);
  if (size <= 0) return "unknown";
  return std::string(absl::StripAsciiWhitespace(text.data()));
}

// The lock belongs to the open file: it ends with this process, whatever ends it.
absl::StatusOr<int> TakeLock(const std::string& path) {
  const int lock = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return SystemError("opening the lock", path);
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    const std::string holder = Holder(lock);
    close(lock);
    return base::MakeError(base::Reason::kWrongState,
                           absl::StrCat("another daemon (pid ", holder, ") holds ", path),
                           "stop that daemon, or use another data directory");
  }
  const std::string pid = absl::StrCat(getpid(), "\n");
  if (ftruncate(lock, 0) != 0 ||
      pwrite(lock, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    close(lock);
    return SystemError("writing the lock", path);
  }
  return lock;
}

absl::Status SyncDirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int fd = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return SystemError("opening", directory);
  const int synced = fsync(fd);
  close(fd);
  return synced == 0 ? absl::OkStatus() : SystemError("syncing", directory);
}

// Made by us, so that it is 0600 from its first moment; SQLite gives its other files the same mode.
absl::Status MakeFile(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) == 0) {
    if ((info.st_mode & 077) == 0) return absl::OkStatus();
    return base::MakeError(base::Reason::kWrongState,
                           absl::StrCat(path, " can be read by others than its owner"),
                           absl::StrCat("chmod 600 ", path));
  }
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return SystemError("making", path);
  close(fd);
  return SyncDirectoryOf(path);
}

std::string Uri(const std::string& path, std::string_view parameters) {
  const std::string escaped = absl::StrReplaceAll(path, {{"%", "%25"}, {"?", "%3f"}, {"#", "%23"}});
  return absl::StrCat("file:", escaped, std::string(parameters));
}

absl::Status Expect(Connection& connection, std::string_view sql, std::string_view wanted) {
  const absl::StatusOr<std::string> answer = connection.Ask(sql);
  if (!answer.ok()) return answer.status();
  if (*answer == wanted) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat(std::string(sql), " gives ", *answer, ", not ", std::string(wanted)));
}

absl::Status Tune(Connection& writer) {
  // FULL: with NORMAL a power cut loses acknowledged commits. Set, then asked back.
  for (const char* setting : {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
                              "PRAGMA wal_autocheckpoint = 4000", "PRAGMA cache_size = -32768",
                              "PRAGMA journal_size_limit = 67108864"}) {
    if (absl::Status set = writer.Execute(setting); !set.ok()) return set;
  }
  if (absl::Status wal = Expect(writer, "PRAGMA journal_mode", "wal"); !wal.ok()) return wal;
  return Expect(writer, "PRAGMA synchronous", "2");
}

absl::Status QuickCheck(Connection& connection, const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return SystemError("reading", path);
  std::vector<std::string> checks = {"PRAGMA quick_check(1)"};
  if (info.st_size > kWholeCheckBytes) {
    checks = {"PRAGMA quick_check('log')", "PRAGMA quick_check('partner')",
              "PRAGMA quick_check('in_force')"};
  }
  for (const std::string& check : checks) {
    const absl::StatusOr<std::string> found = connection.Ask(check);
    if (!found.ok()) return found.status();
    if (*found != "ok") return Damaged(*found);
  }
  return absl::OkStatus();
}

// A copy that nobody writes to. Without a log beside it no lock and no shared memory are needed.
std::string CopyUri(const std::string& path) {
  struct stat info {};
  const bool has_wal = stat((path + "-wal").c_str(), &info) == 0 && info.st_size > 0;
  return Uri(path, has_wal ? "?mode=ro" : "?mode=ro&immutable=1");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const SqliteOptions& options) {
  std::unique_ptr<Database> database(new Database(options.path));
  absl::Status opened;
  if (options.read_only) {
    database->reader_uri_ = CopyUri(options.path);
  } else {
    database->reader_uri_ = Uri(options.path, "?mode=ro");
    opened = database->OpenWriter();
  }
  if (opened.ok()) opened = database->OpenReaders(kReaders);
  if (!opened.ok()) return opened;
  return database;
}

absl::StatusOr<std::unique_ptr<Database>> Database::OpenSnapshot() const {
  std::unique_ptr<Database> snapshot(new Database(path_));
  snapshot->reader_uri_ = reader_uri_;
  if (absl::Status opened = snapshot->OpenReaders(1); !opened.ok()) return opened;
  Lent reader = snapshot->Read();
  if (absl::Status begun = reader->Execute("BEGIN"); !begun.ok()) return begun;
  // What a transaction sees is settled by its first read.
  const absl::StatusOr<std::string> seen = reader->Ask("PRAGMA schema_version");
  if (!seen.ok()) return seen.status();
  return snapshot;
}

absl::Status Database::OpenWriter() {
  const absl::StatusOr<int> lock = TakeLock(path_ + ".lock");
  if (!lock.ok()) return lock.status();
  lock_ = *lock;
  if (absl::Status made = MakeFile(path_); !made.ok()) return made;
  absl::StatusOr<std::unique_ptr<Connection>> writer =
      Connection::Open(Uri(path_, "?mode=rw"), SQLITE_OPEN_READWRITE);
  if (!writer.ok()) return writer.status();
  writer_ = *std::move(writer);
  if (absl::Status tuned = Tune(*writer_); !tuned.ok()) return tuned;
  if (absl::Status sound = QuickCheck(*writer_, path_); !sound.ok()) return sound;
  return Migrate(*writer_);
}

absl::Status Database::OpenReaders(int count) {
  for (int i = 0; i < count; ++i) {
    absl::StatusOr<std::unique_ptr<Connection>> reader =
        Connection::Open(reader_uri_, SQLITE_OPEN_READONLY);
    if (!reader.ok()) return reader.status();
    if (i == 0) {
      if (absl::Status version = CheckVersion(**reader); !version.ok()) return version;
    }
    const absl::Status sized = (*reader)->Execute("PRAGMA cache_size = -4096");
    if (!sized.ok()) return sized;
    base::MutexLock lock(mu_);
    readers_.push_back(*std::move(reader));
  }
  return absl::OkStatus();
}

Database::~Database() {
  {
    base::MutexLock lock(mu_);
    readers_.clear();
  }
  writer_.reset();  // the last connection to close folds the log into the file
  if (lock_ >= 0) close(lock_);
}

Database::Lent Database::Read() {
  base::MutexLock lock(mu_);
  while (readers_.empty()) idle_.Wait(mu_);
  std::unique_ptr<Connection> connection = std::move(readers_.back());
  readers_.pop_back();
  return Lent(*this, std::move(connection));
}

void Database::GiveBack(std::unique_ptr<Connection> connection) {
  {
    base::MutexLock lock(mu_);
    readers_.push_back(std::move(connection));
  }
  idle_.NotifyOne();
}

}  // namespace liaison::store
