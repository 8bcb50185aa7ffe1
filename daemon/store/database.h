// One SQLite file: its lock, its one writing connection and a few reading ones. Private to the
// room.
#ifndef LIAISON_DAEMON_STORE_DATABASE_H_
#define LIAISON_DAEMON_STORE_DATABASE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "daemon/base/mutex.h"
#include "daemon/store/sqlite.h"
#include "daemon/store/store.h"

namespace liaison::store {

// Thread-safe, but for writer().
class Database {
 public:
  // A reading connection, lent until this goes out of scope. Holds one state of the database only
  // inside a Transaction.
  class Lent {
   public:
    Lent(Database& database, std::unique_ptr<Connection> connection)
        : database_(database), connection_(std::move(connection)) {}
    ~Lent() { database_.GiveBack(std::move(connection_)); }
    Lent(const Lent&) = delete;
    Lent& operator=(const Lent&) = delete;
    Connection* operator->() { return connection_.get(); }
    Connection& operator*() { return *connection_; }

   private:
    Database& database_;
    std::unique_ptr<Connection> connection_;
  };

  // See OpenSqlite.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const SqliteOptions& options);
  // One reading connection that sees the state of this moment from now on.
  absl::StatusOr<std::unique_ptr<Database>> OpenSnapshot() const;
  ~Database();

  // Waits when all are lent.
  Lent Read();
  // Null when opened to read only. One thread at a time.
  Connection* writer() { return writer_.get(); }
  const std::string& path() const { return path_; }

 private:
  explicit Database(std::string path) : path_(std::move(path)) {}
  absl::Status OpenWriter();
  absl::Status OpenReaders(int count);
  void GiveBack(std::unique_ptr<Connection> connection);

  const std::string path_;
  std::string reader_uri_;
  int lock_ = -1;
  std::unique_ptr<Connection> writer_;
  base::Mutex mu_;
  base::CondVar idle_;
  std::vector<std::unique_ptr<Connection>> readers_ ABSL_GUARDED_BY(mu_);
};

}  // namespace liaison::store

#endif  // LIAISON_DAEMON_STORE_DATABASE_H_
