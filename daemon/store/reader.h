// The reading half of the store: for any room.
#ifndef LIAISON_DAEMON_STORE_READER_H_
#define LIAISON_DAEMON_STORE_READER_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "daemon/store/rows.h"

namespace liaison::store {

// Thread-safe. Errors everywhere: NOT_FOUND (base::Reason kNotFound where a caller may see it);
// kVerificationFailed when the database is damaged; a status without a reason for what else goes
// wrong in it.
class Reader {
 public:
  virtual ~Reader() = default;

  virtual absl::StatusOr<Exchange> Find(const ExchangeName& name) = 0;
  // At most 2, to tell "ambiguous".
  virtual absl::StatusOr<std::vector<Exchange>> FindByPrefix(
      const base::ExchangePrefix& prefix) = 0;
  // Newest first; `second` of the pair is the row for the next page, 0 at the end.
  virtual absl::StatusOr<std::pair<std::vector<Exchange>, int64_t>> List(
      const ExchangeFilter& filter) = 0;
  // In the order of rows, at most `limit` or 1,000; `second` of the pair is the row to go on after,
  // 0 at the end.
  virtual absl::StatusOr<std::pair<std::vector<Exchange>, int64_t>> OfConversation(
      const ExchangeId& conversation, int64_t after_row, size_t limit) = 0;
  // Of `type`, in reply to `original` and in its conversation, as OfConversation.
  virtual absl::StatusOr<std::pair<std::vector<Exchange>, int64_t>> RepliesTo(
      const Exchange& original, liaison::payload::v1::MessageType type, int64_t after_row,
      size_t limit) = 0;
  // Messages of ours that pass `original` on, but for those that were denied at once (a later state
  // may be DENIED); pages as OfConversation.
  virtual absl::StatusOr<std::pair<std::vector<Exchange>, int64_t>> PassedOn(
      const ExchangeName& original, int64_t after_row, size_t limit) = 0;
  // The same of every original.
  virtual absl::StatusOr<std::pair<std::vector<Exchange>, int64_t>> AllPassedOn(int64_t after_row,
                                                                                size_t limit) = 0;
  virtual absl::StatusOr<StoredBody> Body(const ExchangeName& name) = 0;
  // By AddExchange::idempotency_key.
  virtual absl::StatusOr<Submitted> FindSubmitted(const Digest& idempotency_key) = 0;

  // QUEUED for this partner, urgent first (U1 before U4), then oldest first.
  virtual absl::StatusOr<std::vector<Exchange>> DueOutgoing(std::string_view partner,
                                                            size_t limit) = 0;
  // QUEUED whose `expires` is not after `now`.
  virtual absl::StatusOr<std::vector<Exchange>> ExpiredOutgoing(std::string_view partner,
                                                                absl::Time now, size_t limit) = 0;
  virtual absl::StatusOr<uint64_t> CountQueued(std::string_view partner) = 0;

  // Before an attempt that would count as `use`.
  virtual absl::StatusOr<QuotaStanding> StandingOf(const QuotaUse& use) = 0;
  // Every day of a quota that is still counted.
  virtual absl::StatusOr<std::vector<QuotaCounter>> QuotaCounters() = 0;
  // HELD whose time has come by `now`, the earliest first.
  virtual absl::StatusOr<std::vector<Exchange>> LapsedHeld(absl::Time now, size_t limit) = 0;
  // Who agreed that a held draft goes, in this order. Empty when it was never held.
  virtual absl::StatusOr<std::vector<Agreement>> Agreements(const ExchangeName& name) = 0;

  virtual absl::StatusOr<LogHead> Head(audit::v1::Log log) = 0;
  virtual absl::StatusOr<StoredRecord> Record(audit::v1::Log log, uint64_t index) = 0;
  // StoredRecord::bytes alone, for receipts: what stands beside them is not read.
  virtual absl::StatusOr<std::string> RecordBytes(audit::v1::Log log, uint64_t index) = 0;
  // In order of index. The bool is true when more may follow.
  virtual absl::StatusOr<std::pair<std::vector<StoredRecord>, bool>> Records(
      const RecordFilter& filter) = 0;
  // All records of one exchange in both logs, in order of time.
  virtual absl::StatusOr<std::vector<StoredRecord>> RecordsOf(const ExchangeName& name) = 0;
  // Leaf hashes [from, to) as they stand in the record rows.
  virtual absl::StatusOr<std::vector<Digest>> Leaves(audit::v1::Log log, uint64_t from,
                                                     uint64_t to) = 0;
  // The 256 hashes of a complete tile (C2SP tlog-tiles), or the `width` first of the last, partial
  // one.
  virtual absl::StatusOr<std::vector<Digest>> Tile(audit::v1::Log log, int level, uint64_t index,
                                                   size_t width) = 0;

  virtual absl::StatusOr<InForce> FindInForce(std::string_view kind) = 0;
  // All that ever came into force, oldest first.
  virtual absl::StatusOr<std::vector<InForceEntry>> InForceHistory() = 0;
  // What was in force under this digest, also long ago.
  virtual absl::StatusOr<std::string> Content(std::string_view kind, const Digest& digest) = 0;

  // Every exchange in order of row, a page at a time: for `audit verify --full`.
  virtual absl::Status ForEachExchange(absl::FunctionRef<absl::Status(const WholeRow&)> visit) = 0;
  // Of every partner, by its id.
  virtual absl::StatusOr<std::map<std::string, PartnerCounts>> CountsOfPartners() = 0;
  // Reads the database as it is now, whatever is written meanwhile; must not outlive this one.
  // While it is there the write-ahead log grows with what is written.
  virtual absl::StatusOr<std::unique_ptr<Reader>> Snapshot() = 0;

  // SQLite: PRAGMA quick_check, or integrity_check when `full`. kVerificationFailed with what it
  // found.
  virtual absl::Status CheckIntegrity(bool full) = 0;
  virtual absl::StatusOr<uint64_t> FreeDiskBytes() = 0;
};

}  // namespace liaison::store

#endif  // LIAISON_DAEMON_STORE_READER_H_
