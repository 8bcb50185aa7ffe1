// The store in one SQLite file. Private to the room; made by OpenSqlite.
#ifndef LIAISON_DAEMON_STORE_SQLITE_STORE_H_
#define LIAISON_DAEMON_STORE_SQLITE_STORE_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/base/mutex.h"
#include "daemon/store/database.h"
#include "daemon/store/store.h"

namespace liaison::store {

// Thread-safe. Readers see the last commit and never wait for the writer.
class SqliteStore final : public Store {
 public:
  explicit SqliteStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}

  absl::StatusOr<std::vector<Outcome>> Commit(absl::Span<const Change> changes,
                                              Sequencer& sequencer) override;
  absl::StatusOr<std::vector<LogHead>> Acquire(const std::string& exchange_origin,
                                               const std::string& desk_origin) override;

  absl::StatusOr<Exchange> Find(const ExchangeName& name) override;
  absl::StatusOr<std::vector<Exchange>> FindByPrefix(const base::ExchangePrefix& prefix) override;
  absl::StatusOr<std::pair<std::vector<Exchange>, int64_t>> List(
      const ExchangeFilter& filter) override;
  absl::StatusOr<std::pair<std::vector<Exchange>, int64_t>> OfConversation(
      const ExchangeId& conversation, int64_t after_row, size_t limit) override;
  absl::StatusOr<std::pair<std::vector<Exchange>, int64_t>> RepliesTo(
      const Exchange& original, liaison::payload::v1::MessageType type, int64_t after_row,
      size_t limit) override;
  absl::StatusOr<std::pair<std::vector<Exchange>, int64_t>> PassedOn(const ExchangeName& original,
                                                                     int64_t after_row,
                                                                     size_t limit) override;
  absl::StatusOr<std::pair<std::vector<Exchange>, int64_t>> AllPassedOn(int64_t after_row,
                                                                        size_t limit) override;
  absl::StatusOr<StoredBody> Body(const ExchangeName& name) override;
  absl::StatusOr<Submitted> FindSubmitted(const Digest& idempotency_key) override;
  absl::StatusOr<std::vector<Exchange>> DueOutgoing(std::string_view partner,
                                                    size_t limit) override;
  absl::StatusOr<std::vector<Exchange>> ExpiredOutgoing(std::string_view partner, absl::Time now,
                                                        size_t limit) override;
  absl::StatusOr<uint64_t> CountQueued(std::string_view partner) override;
  absl::StatusOr<QuotaStanding> StandingOf(const QuotaUse& use) override;
  absl::StatusOr<std::vector<QuotaCounter>> QuotaCounters() override;
  absl::StatusOr<std::vector<Exchange>> LapsedHeld(absl::Time now, size_t limit) override;
  absl::StatusOr<std::vector<Agreement>> Agreements(const ExchangeName& name) override;
  absl::Status ForEachExchange(absl::FunctionRef<absl::Status(const WholeRow&)> visit) override;
  absl::StatusOr<std::map<std::string, PartnerCounts>> CountsOfPartners() override;
  absl::StatusOr<std::unique_ptr<Reader>> Snapshot() override;

  absl::StatusOr<LogHead> Head(audit::v1::Log log) override;
  absl::StatusOr<StoredRecord> Record(audit::v1::Log log, uint64_t index) override;
  absl::StatusOr<std::string> RecordBytes(audit::v1::Log log, uint64_t index) override;
  absl::StatusOr<std::pair<std::vector<StoredRecord>, bool>> Records(
      const RecordFilter& filter) override;
  absl::StatusOr<std::vector<StoredRecord>> RecordsOf(const ExchangeName& name) override;
  absl::StatusOr<std::vector<Digest>> Leaves(audit::v1::Log log, uint64_t from,
                                             uint64_t to) override;
  absl::StatusOr<std::vector<Digest>> Tile(audit::v1::Log log, int level, uint64_t index,
                                           size_t width) override;
  absl::StatusOr<InForce> FindInForce(std::string_view kind) override;
  absl::StatusOr<std::vector<InForceEntry>> InForceHistory() override;
  absl::StatusOr<std::string> Content(std::string_view kind, const Digest& digest) override;
  absl::Status CheckIntegrity(bool full) override;
  absl::StatusOr<uint64_t> FreeDiskBytes() override;

 private:
  const std::unique_ptr<Database> database_;
  base::Mutex mu_;                           // held by the one who writes
  uint64_t fence_ ABSL_GUARDED_BY(mu_) = 0;  // 0: not acquired
};

}  // namespace liaison::store

#endif  // LIAISON_DAEMON_STORE_SQLITE_STORE_H_
