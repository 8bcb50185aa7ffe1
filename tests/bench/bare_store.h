// The disk alone: SQLite, WAL, synchronous=FULL, with the rows that a message needs at least.
#ifndef LIAISON_TESTS_BENCH_BARE_STORE_H_
#define LIAISON_TESTS_BENCH_BARE_STORE_H_

#include <sqlite3.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace liaison::bench {

// Owned by one thread.
class BareStore {
 public:
  // A new database at `path`, in place of one that is there.
  static absl::StatusOr<std::unique_ptr<BareStore>> Create(const std::string& path);
  ~BareStore();

  // One transaction with `batch` messages of `bytes`: row, body, audit record, place in the queue.
  absl::Status Commit(int batch, size_t bytes);

 private:
  BareStore(std::string path, sqlite3* db) : path_(std::move(path)), db_(db) {}
  absl::Status Run(const char* sql);

  const std::string path_;
  sqlite3* const db_;
  sqlite3_stmt* inserts_[4] = {};
  int64_t row_ = 0;
};

}  // namespace liaison::bench

#endif  // LIAISON_TESTS_BENCH_BARE_STORE_H_
