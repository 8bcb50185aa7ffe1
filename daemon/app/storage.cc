#include "daemon/app/storage.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"

namespace liaison::app {
namespace {

using base::MakeError;
using base::Reason;

absl::Status Fault(const std::string& field, const std::string& text, std::string_view fix) {
  base::ErrorText error;
  error.reason = Reason::kValidationFailed;
  error.message = absl::StrCat(field, ": ", text);
  error.fix = std::string(fix);
  error.fields = {{field, "STORAGE", text}};
  return base::MakeError(error);
}

bool IsInside(const std::string& path, const std::string& folder) {
  std::error_code ignored;
  const auto inner = std::filesystem::weakly_canonical(path, ignored).string();
  const auto outer = std::filesystem::weakly_canonical(folder, ignored).string();
  return inner == outer || absl::StartsWith(inner, absl::StrCat(outer, "/"));
}

bool OnOneFileSystem(const std::string& a, const std::string& b) {
  struct stat first {};
  struct stat second {};
  return stat(a.c_str(), &first) == 0 && stat(b.c_str(), &second) == 0 &&
         first.st_dev == second.st_dev;
}

bool IsSystemdCredential(const std::string& path) {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  return folder != nullptr && IsInside(path, folder);
}

// A stolen disk must not hold both what is encrypted and what opens it.
absl::Status CheckKeysAreElsewhere(const partners::Registry& registry, const std::string& data,
                                   const std::string& keys, std::vector<std::string>& warnings) {
  if (IsSystemdCredential(keys) || !OnOneFileSystem(data, keys)) return absl::OkStatus();
  const std::string text =
      "wrapping keys lie on the file system of the data: a stolen disk shows names";
  if (registry.agency().production()) {
    return Fault("keys.at_rest_dir", text,
                 "put them on another file system or in systemd credentials");
  }
  warnings.push_back(text);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Storage> OpenStorage(const partners::Registry& registry, bool read_only) {
  Storage storage;
  const std::string data = registry.ResolvePath(registry.agency().data_dir());
  const std::string keys = registry.ResolvePath(registry.agency().keys().at_rest_dir());
  if (!read_only && mkdir(data.c_str(), 0700) != 0 && errno != EEXIST) {
    return Fault("data_dir", "cannot be made", "make the folder above it, writable for the daemon");
  }
  absl::Status status = CheckKeysAreElsewhere(registry, data, keys, storage.warnings);
  if (!status.ok()) return status;
  absl::StatusOr<std::unique_ptr<message::AtRestKeys>> at_rest =
      message::AtRestKeys::Open(keys, registry.agency().id());
  if (!at_rest.ok()) return at_rest.status();
  storage.at_rest = *std::move(at_rest);
  absl::StatusOr<std::unique_ptr<store::Store>> opened =
      store::OpenSqlite({.path = absl::StrCat(data, "/liaison.db"), .read_only = read_only});
  if (!opened.ok()) return opened.status();
  storage.store = *std::move(opened);
  storage.guard_path = registry.ResolvePath(registry.agency().keys().guard_file());
  return storage;
}

}  // namespace liaison::app
