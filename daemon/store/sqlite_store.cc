// Opening, fencing and committing.
#include "daemon/store/sqlite_store.h"

#include <sys/statvfs.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/store/commit_step.h"

namespace liaison::store {
namespace {

absl::Status ReadOnly() {
  return absl::FailedPreconditionError("the database was opened to be read only");
}

absl::Status InsertHead(Connection& writer, audit::v1::Log log, const std::string& origin) {
  absl::StatusOr<Statement> insert = writer.Prepare(
      "INSERT INTO log (log, origin, size, frontier, last_time_ms, fence) VALUES (?,?,0,?,0,0)");
  if (!insert.ok()) return insert.status();
  const std::string empty(8, '\0');  // the frontier of no leaves
  return insert->Int(log).Text(origin).Blob(empty).Run();
}

absl::Status CheckOrigin(const LogHead& head, const std::string& origin) {
  if (head.origin == origin) return absl::OkStatus();
  return base::MakeError(
      base::Reason::kWrongState,
      absl::StrCat("the database holds the log ", head.origin, ", not ", origin),
      "set the origin of the configuration back, or use the data directory that belongs to it");
}

absl::Status MakeHeads(Connection& writer, const std::string& exchange_origin,
                       const std::string& desk_origin) {
  const absl::Status made = InsertHead(writer, audit::v1::EXCHANGE, exchange_origin);
  if (!made.ok()) return made;
  return InsertHead(writer, audit::v1::DESK, desk_origin);
}

absl::Status CheckFence(absl::Span<const LogHead> heads, uint64_t fence) {
  for (const LogHead& head : heads) {
    if (fence != 0 && head.fence == fence) continue;
    return absl::FailedPreconditionError(
        "another daemon has taken over this database: the fence of its logs was raised");
  }
  return heads.size() == 2 ? absl::OkStatus() : Damaged("a head row is missing");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenSqlite(const SqliteOptions& options) {
  absl::StatusOr<std::unique_ptr<Database>> database = Database::Open(options);
  if (!database.ok()) return database.status();
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(*std::move(database)));
}

absl::StatusOr<std::vector<LogHead>> SqliteStore::Acquire(const std::string& exchange_origin,
                                                          const std::string& desk_origin) {
  base::MutexLock lock(mu_);
  Connection* const writer = database_->writer();
  if (writer == nullptr) return ReadOnly();
  absl::StatusOr<Transaction> transaction = Transaction::Begin(*writer);
  if (!transaction.ok()) return transaction.status();
  absl::StatusOr<std::vector<LogHead>> heads = ReadHeads(*writer);
  if (!heads.ok()) return heads.status();
  if (heads->empty()) {
    const absl::Status made = MakeHeads(*writer, exchange_origin, desk_origin);
    if (!made.ok()) return made;
    heads = ReadHeads(*writer);
    if (!heads.ok()) return heads.status();
  }
  if (heads->size() != 2) return Damaged("a head row is missing");
  if (absl::Status named = CheckOrigin((*heads)[0], exchange_origin); !named.ok()) return named;
  if (absl::Status named = CheckOrigin((*heads)[1], desk_origin); !named.ok()) return named;
  const uint64_t fence = std::max((*heads)[0].fence, (*heads)[1].fence) + 1;
  absl::StatusOr<Statement> raise = writer->Prepare("UPDATE log SET fence = ?");
  if (!raise.ok()) return raise.status();
  const absl::Status raised = raise->Int(static_cast<int64_t>(fence)).Run();
  if (!raised.ok()) return raised;
  if (absl::Status committed = transaction->Commit(); !committed.ok()) return committed;
  for (LogHead& head : *heads) head.fence = fence;
  fence_ = fence;
  return heads;
}

absl::StatusOr<std::vector<Outcome>> SqliteStore::Commit(absl::Span<const Change> changes,
                                                         Sequencer& sequencer) {
  base::MutexLock lock(mu_);
  Connection* const writer = database_->writer();
  if (writer == nullptr) return ReadOnly();
  absl::StatusOr<Transaction> transaction = Transaction::Begin(*writer);
  if (!transaction.ok()) return transaction.status();
  const absl::StatusOr<std::vector<LogHead>> heads = ReadHeads(*writer);
  if (!heads.ok()) return heads.status();
  if (absl::Status fenced = CheckFence(*heads, fence_); !fenced.ok()) return fenced;
  if (absl::Status begun = sequencer.Begin(*heads); !begun.ok()) return begun;

  CommitStep step(*writer, sequencer);
  std::vector<Outcome> outcomes;
  outcomes.reserve(changes.size());
  bool wrote = false;
  for (const Change& change : changes) {
    absl::StatusOr<Outcome> outcome = step.Apply(change);
    if (!outcome.ok()) return outcome.status();
    wrote = wrote || outcome->kind == Outcome::Kind::kCommitted;
    outcomes.push_back(*std::move(outcome));
  }
  if (!wrote) return outcomes;  // nothing to sync: the transaction is undone
  if (absl::Status written = step.WriteHeads(); !written.ok()) return written;
  if (absl::Status committed = transaction->Commit(); !committed.ok()) return committed;
  return outcomes;
}

absl::StatusOr<std::unique_ptr<Reader>> SqliteStore::Snapshot() {
  absl::StatusOr<std::unique_ptr<Database>> snapshot = database_->OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  return std::unique_ptr<Reader>(std::make_unique<SqliteStore>(*std::move(snapshot)));
}

absl::Status SqliteStore::CheckIntegrity(bool full) {
  Database::Lent reader = database_->Read();
  const absl::StatusOr<std::string> found =
      reader->Ask(full ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)");
  if (!found.ok()) return found.status();
  return *found == "ok" ? absl::OkStatus() : Damaged(*found);
}

absl::StatusOr<uint64_t> SqliteStore::FreeDiskBytes() {
  struct statvfs info {};
  if (statvfs(database_->path().c_str(), &info) != 0) {
    return absl::InternalError("the free space of the database's disk cannot be read");
  }
  return static_cast<uint64_t>(info.f_bavail) * info.f_frsize;
}

}  // namespace liaison::store
