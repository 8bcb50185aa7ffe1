#include "tests/bench/bare_store.h"

#include <array>
#include <filesystem>

#include "daemon/crypto/secret.h"

namespace liaison::bench {
namespace {

constexpr char kSchema[] =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    "CREATE TABLE message (row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, head BLOB NOT NULL);"
    "CREATE TABLE body (row INTEGER PRIMARY KEY, bytes BLOB NOT NULL);"
    "CREATE TABLE record (row INTEGER PRIMARY KEY, id BLOB NOT NULL, bytes BLOB NOT NULL);"
    "CREATE TABLE queue (row INTEGER PRIMARY KEY, id BLOB NOT NULL, bytes BLOB NOT NULL);";
constexpr std::array<const char*, 4> kInserts = {
    "INSERT INTO message VALUES (?1, ?2, ?3)", "INSERT INTO body VALUES (?1, ?3)",
    "INSERT INTO record VALUES (?1, ?2, ?3)", "INSERT INTO queue VALUES (?1, ?2, ?3)"};
constexpr std::array<size_t, 4> kBytes = {300, 0, 250, 8};  // 0: the body's own

}  // namespace

absl::StatusOr<std::unique_ptr<BareStore>> BareStore::Create(const std::string& path) {
  for (const char* const end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
  sqlite3* db = nullptr;
  const int code = sqlite3_open(path.c_str(), &db);
  std::unique_ptr<BareStore> store(new BareStore(path, db));
  if (code != SQLITE_OK) return absl::InternalError(sqlite3_errmsg(db));
  if (absl::Status made = store->Run(kSchema); !made.ok()) return made;
  for (size_t i = 0; i < kInserts.size(); ++i) {
    if (sqlite3_prepare_v2(db, kInserts[i], -1, &store->inserts_[i], nullptr) != SQLITE_OK) {
      return absl::InternalError(sqlite3_errmsg(db));
    }
  }
  return store;
}

BareStore::~BareStore() {
  for (sqlite3_stmt* insert : inserts_) sqlite3_finalize(insert);
  sqlite3_close(db_);
  for (const char* const end : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + end);
}

absl::Status BareStore::Run(const char* sql) {
  if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return absl::OkStatus();
  return absl::InternalError(sqlite3_errmsg(db_));
}

absl::Status BareStore::Commit(int batch, size_t bytes) {
  const std::string text(std::max(bytes, size_t{300}), 'x');
  if (absl::Status begun = Run("BEGIN IMMEDIATE"); !begun.ok()) return begun;
  for (int message = 0; message < batch; ++message) {
    ++row_;
    const std::string id = crypto::RandomBytes(16);
    for (size_t i = 0; i < kInserts.size(); ++i) {
      const size_t size = kBytes[i] == 0 ? bytes : kBytes[i];
      sqlite3_bind_int64(inserts_[i], 1, row_);
      if (i != 1) sqlite3_bind_blob64(inserts_[i], 2, id.data(), id.size(), SQLITE_STATIC);
      sqlite3_bind_blob64(inserts_[i], 3, text.data(), size, SQLITE_STATIC);
      const int code = sqlite3_step(inserts_[i]);
      sqlite3_reset(inserts_[i]);
      if (code != SQLITE_DONE) return absl::InternalError(sqlite3_errmsg(db_));
    }
  }
  return Run("COMMIT");
}

}  // namespace liaison::bench
