#include "daemon/store/sqlite.h"

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/base/invariant.h"

namespace liaison::store {
namespace {

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

bool IsDamage(int code) {
  return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

// `trusted_schema` off and DEFENSIVE: a file that somebody else has edited can run no function of
// ours through its schema, and no statement can write to the schema or to shadow pages.
absl::Status Harden(sqlite3* db) {
  struct Setting {
    int option;
    int value;
  };
  for (const Setting& setting :
       {Setting{SQLITE_DBCONFIG_DEFENSIVE, 1}, Setting{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        Setting{SQLITE_DBCONFIG_ENABLE_FKEY, 1}, Setting{SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        Setting{SQLITE_DBCONFIG_DQS_DML, 0}, Setting{SQLITE_DBCONFIG_DQS_DDL, 0}}) {
    int now = -1;
    const int code = sqlite3_db_config(db, setting.option, setting.value, &now);
    if (code != SQLITE_OK || now != setting.value) {
      return absl::InternalError("SQLite refuses a safety setting");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SqliteError(int code, std::string_view doing, std::string_view message) {
  const std::string text = absl::StrCat(View(doing), ": ", View(message), " (SQLite ", code, ")");
  if (!IsDamage(code)) return absl::InternalError(text);
  return base::MakeError(
      base::Reason::kVerificationFailed, absl::StrCat("the database is damaged: ", text),
      "stop the daemon, keep the file for inspection and restore as a new epoch");
}

absl::Status Damaged(std::string_view what) {
  return base::MakeError(base::Reason::kVerificationFailed,
                         absl::StrCat("the database is damaged: ", View(what)),
                         "run `liaison audit verify --full` to see all that differs");
}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Statement& Statement::Int(int64_t value) {
  bind_error_ |= sqlite3_bind_int64(statement_, ++bound_, value);
  return *this;
}

Statement& Statement::Text(std::string_view value) {
  // A null pointer would bind NULL.
  const char* const bytes = value.data() == nullptr ? "" : value.data();
  bind_error_ |=
      sqlite3_bind_text64(statement_, ++bound_, bytes, value.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Statement& Statement::Blob(std::string_view value) {
  const char* const bytes = value.data() == nullptr ? "" : value.data();
  bind_error_ |= sqlite3_bind_blob64(statement_, ++bound_, bytes, value.size(), SQLITE_STATIC);
  return *this;
}

Statement& Statement::Null() {
  bind_error_ |= sqlite3_bind_null(statement_, ++bound_);
  return *this;
}

absl::StatusOr<bool> Statement::Step() {
  base::Invariant(bind_error_ == SQLITE_OK, "a statement has the parameters that are bound");
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return SqliteError(sqlite3_extended_errcode(db_), sqlite3_sql(statement_), sqlite3_errmsg(db_));
}

absl::Status Statement::Run() {
  const absl::StatusOr<bool> row = Step();
  if (!row.ok()) return row.status();
  base::Invariant(!*row, "a statement that is run has no rows");
  return absl::OkStatus();
}

int64_t Statement::ColumnInt(int column) const { return sqlite3_column_int64(statement_, column); }

bool Statement::ColumnIsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::string_view Statement::ColumnBytes(int column) const {
  const void* const bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  if (bytes == nullptr || size <= 0) return {};
  return {static_cast<const char*>(bytes), static_cast<size_t>(size)};
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const std::string& uri, int flags) {
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(
      uri.c_str(), &db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_URI,
      nullptr);
  std::unique_ptr<Connection> connection(new Connection(db));
  if (code != SQLITE_OK) {
    return SqliteError(code, "opening", db == nullptr ? "out of memory" : sqlite3_errmsg(db));
  }
  if (absl::Status hard = Harden(db); !hard.ok()) return hard;
  sqlite3_busy_timeout(db, 5000);
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(db_);
}

absl::StatusOr<Statement> Connection::Prepare(std::string_view sql) {
  const auto found = statements_.find(View(sql));
  if (found != statements_.end()) {
    base::Invariant(sqlite3_stmt_busy(found->second) == 0, "a statement is used once at a time");
    return Statement(db_, found->second);
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return SqliteError(code, sql, sqlite3_errmsg(db_));
  statements_.emplace(std::string(sql), statement);
  return Statement(db_, statement);
}

absl::Status Connection::Execute(const std::string& sql) {
  const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return SqliteError(code, sql, sqlite3_errmsg(db_));
  return absl::OkStatus();
}

absl::StatusOr<std::string> Connection::Ask(std::string_view sql) {
  absl::StatusOr<Statement> statement = Prepare(sql);
  if (!statement.ok()) return statement.status();
  const absl::StatusOr<bool> row = statement->Step();
  if (!row.ok()) return row.status();
  if (!*row) return std::string();
  return statement->ColumnString(0);
}

// Fails only when SQLite has rolled back by itself, which is what is wanted.
void Connection::Rollback() { sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr); }

absl::StatusOr<Transaction> Transaction::Begin(Connection& connection) {
  absl::StatusOr<Statement> begin = connection.Prepare("BEGIN IMMEDIATE");
  if (!begin.ok()) return begin.status();
  if (absl::Status begun = begin->Run(); !begun.ok()) return begun;
  return Transaction(connection, true);
}

absl::StatusOr<Transaction> Transaction::BeginReading(Connection& connection) {
  if (connection.in_transaction()) return Transaction(connection, false);
  absl::StatusOr<Statement> begin = connection.Prepare("BEGIN");
  if (!begin.ok()) return begin.status();
  if (absl::Status begun = begin->Run(); !begun.ok()) return begun;
  return Transaction(connection, true);
}

Transaction::~Transaction() {
  if (!open_) return;
  connection_.Rollback();
}

absl::Status Transaction::Commit() {
  absl::StatusOr<Statement> statement = connection_.Prepare("COMMIT");
  if (!statement.ok()) return statement.status();
  const absl::Status committed = statement->Run();
  if (committed.ok()) open_ = false;
  return committed;
}

}  // namespace liaison::store
