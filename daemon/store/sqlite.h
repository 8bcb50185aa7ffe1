// SQLite's C API behind two types: a connection that keeps its prepared statements, and one use of
// such a statement. Private to the room.
#ifndef LIAISON_DAEMON_STORE_SQLITE_H_
#define LIAISON_DAEMON_STORE_SQLITE_H_

#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/base/ids.h"

namespace liaison::store {

// What SQLite says, as a status: kVerificationFailed when the file is damaged, INTERNAL otherwise.
absl::Status SqliteError(int code, std::string_view doing, std::string_view message);
// kVerificationFailed: a value in the database that nobody can have written.
absl::Status Damaged(std::string_view what);

// One use of a prepared statement: bind, step, read; given back when it goes out of scope. Owned by
// one thread. Bound and returned bytes are not copied: the former must live until the last Step,
// the latter until the next one.
class Statement {
 public:
  Statement(sqlite3* db, sqlite3_stmt* statement) : db_(db), statement_(statement) {}
  Statement(Statement&& other) noexcept : db_(other.db_), statement_(other.statement_) {
    other.statement_ = nullptr;
  }
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // The next parameter, from left to right. Texts and blobs are not copied: they stand until the
  // last Step.
  Statement& Int(int64_t value);
  Statement& Text(std::string_view value);
  Statement& Text(std::string&& value) = delete;
  Statement& Blob(std::string_view value);
  Statement& Blob(std::string&& value) = delete;
  Statement& Null();
  template <typename Tag, size_t N>
  Statement& Id(const base::Bytes<Tag, N>& value) {
    return Blob(value.raw());
  }

  // True: a row is there. False: no more.
  absl::StatusOr<bool> Step();
  // For a statement without rows.
  absl::Status Run();

  int64_t ColumnInt(int column) const;
  bool ColumnIsNull(int column) const;
  std::string_view ColumnBytes(int column) const;
  std::string ColumnString(int column) const { return std::string(ColumnBytes(column)); }

 private:
  sqlite3* const db_;
  sqlite3_stmt* statement_;
  int bound_ = 0;
  int bind_error_ = SQLITE_OK;
};

// Owned by one thread at a time.
class Connection {
 public:
  // `flags`: SQLITE_OPEN_…; the connection refuses what a hostile file could do (DEFENSIVE, no
  // trusted schema).
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& uri, int flags);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // A statement of our own text, prepared at its first use and kept. REQUIRES: it is not in use
  // already.
  absl::StatusOr<Statement> Prepare(std::string_view sql);
  // Statements without parameters or rows, run once.
  absl::Status Execute(const std::string& sql);
  // First value of the first row, as text.
  absl::StatusOr<std::string> Ask(std::string_view sql);
  void Rollback();
  bool in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }
  // Rows changed by the last statement.
  int64_t changes() const { return sqlite3_changes64(db_); }
  int64_t last_row() const { return sqlite3_last_insert_rowid(db_); }

 private:
  explicit Connection(sqlite3* db) : db_(db) {}
  sqlite3* const db_;
  absl::flat_hash_map<std::string, sqlite3_stmt*> statements_;
};

// A transaction that is undone unless committed.
class Transaction {
 public:
  // To write.
  static absl::StatusOr<Transaction> Begin(Connection& connection);
  // To read one state; that of the transaction that the connection is in, when it is in one.
  static absl::StatusOr<Transaction> BeginReading(Connection& connection);
  Transaction(Transaction&& other) noexcept : connection_(other.connection_), open_(other.open_) {
    other.open_ = false;
  }
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  absl::Status Commit();

 private:
  Transaction(Connection& connection, bool open) : connection_(connection), open_(open) {}
  Connection& connection_;
  bool open_;
};

// Times as they stand in rows: milliseconds since 1970.
inline int64_t Millis(absl::Time time) { return absl::ToUnixMillis(time); }

}  // namespace liaison::store

#endif  // LIAISON_DAEMON_STORE_SQLITE_H_
