// Reading the logs and what is in force.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/store/columns.h"
#include "daemon/store/commit_step.h"
#include "daemon/store/sqlite_store.h"

namespace liaison::store {
namespace {

absl::Status NoSuchRecord() {
  return base::MakeError(base::Reason::kNotFound, "there is no such record");
}

constexpr size_t kTileWidth = 256;
constexpr size_t kLongestList = 1000;

std::string SelectRecords(audit::v1::Log log, std::string_view rest) {
  const char* const prefix = LogPrefix(log);
  return absl::StrCat(
      "SELECT r.idx, r.bytes, r.leaf, r.time_ms, r.event, r.partner, o.name, o.key_id, o.wrapped, "
      "o.first,"
      " o.second FROM ",
      prefix, "_record r LEFT JOIN ", prefix, "_opening o ON o.idx = r.idx ", std::string(rest));
}

absl::StatusOr<StoredRecord> ReadRecord(const Statement& statement, audit::v1::Log log) {
  StoredRecord record;
  record.log = log;
  record.index = static_cast<uint64_t>(statement.ColumnInt(0));
  record.bytes = statement.ColumnString(1);
  const absl::StatusOr<Digest> leaf = ReadId<Digest>(statement, 2);
  if (!leaf.ok()) return leaf.status();
  record.leaf = *leaf;
  record.time = absl::FromUnixMillis(statement.ColumnInt(3));
  record.event = static_cast<audit::v1::Event>(statement.ColumnInt(4));
  record.partner = statement.ColumnString(5);
  if (statement.ColumnIsNull(6)) return record;
  record.opening_row = statement.ColumnString(6);
  record.opening = ReadSealed(statement, 7);
  return record;
}

absl::StatusOr<std::vector<StoredRecord>> ReadRecords(Statement& statement, audit::v1::Log log) {
  std::vector<StoredRecord> records;
  while (true) {
    const absl::StatusOr<bool> found = statement.Step();
    if (!found.ok()) return found.status();
    if (!*found) return records;
    absl::StatusOr<StoredRecord> record = ReadRecord(statement, log);
    if (!record.ok()) return record.status();
    records.push_back(*std::move(record));
  }
}

absl::StatusOr<uint64_t> SizeOf(Connection& connection, audit::v1::Log log) {
  absl::StatusOr<Statement> find = connection.Prepare("SELECT size FROM log WHERE log = ?");
  if (!find.ok()) return find.status();
  const absl::StatusOr<bool> found = find->Int(log).Step();
  if (!found.ok()) return found.status();
  return *found ? static_cast<uint64_t>(find->ColumnInt(0)) : 0;
}

// The first index whose time is not before `time`: times never decrease in a log.
absl::StatusOr<uint64_t> FirstNotBefore(Connection& connection, audit::v1::Log log,
                                        absl::Time time) {
  const absl::StatusOr<uint64_t> size = SizeOf(connection, log);
  if (!size.ok()) return size.status();
  if (time == absl::InfinitePast()) return 0;
  if (time == absl::InfiniteFuture()) return *size;
  uint64_t low = 0;
  uint64_t high = *size;
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    absl::StatusOr<Statement> find = connection.Prepare(
        absl::StrCat("SELECT time_ms FROM ", LogPrefix(log), "_record WHERE idx = ?"));
    if (!find.ok()) return find.status();
    const absl::StatusOr<bool> found = find->Int(static_cast<int64_t>(middle)).Step();
    if (!found.ok()) return found.status();
    if (!*found) return Damaged(absl::StrCat("record ", LogPrefix(log), "/", middle, " is gone"));
    if (find->ColumnInt(0) < Millis(time)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

int64_t EventMask(const std::vector<audit::v1::Event>& events) {
  int64_t mask = events.empty() ? -1 : 0;
  for (int event : events) {
    if (event >= 0 && event < 63) mask |= int64_t{1} << event;  // no record of ours is of another
  }
  return mask;
}

absl::StatusOr<std::vector<StoredRecord>> FindRecords(Connection& connection,
                                                      const RecordFilter& filter, uint64_t from,
                                                      uint64_t to, size_t limit) {
  const std::string_view exchange = filter.exchange ? filter.exchange->raw() : std::string_view();
  absl::StatusOr<Statement> find = connection.Prepare(SelectRecords(
      filter.log, absl::StrCat("WHERE r.idx >= ?1 AND r.idx < ?2 AND (1 << r.event) & ?3 != 0"
                               " AND (?4 = '' OR r.partner = ?4) AND ",
                               filter.exchange ? "r.exchange_id = ?5" : "?5 = x''",
                               " AND (?6 = '' OR r.exchange_from = ?6) ORDER BY r.idx LIMIT ?7")));
  if (!find.ok()) return find.status();
  find->Int(static_cast<int64_t>(from)).Int(static_cast<int64_t>(to));
  find->Int(EventMask(filter.events)).Text(filter.partner).Blob(exchange);
  find->Text(filter.exchange_from).Int(static_cast<int64_t>(limit));
  return ReadRecords(*find, filter.log);
}

// Of what has one time, this stands before what came of it in the other log.
bool LeadsToSending(const StoredRecord& record) {
  return record.event == audit::v1::HELD || record.event == audit::v1::RELEASED;
}

}  // namespace

absl::StatusOr<LogHead> SqliteStore::Head(audit::v1::Log log) {
  Database::Lent reader = database_->Read();
  absl::StatusOr<std::vector<LogHead>> heads = ReadHeads(*reader);
  if (!heads.ok()) return heads.status();
  for (LogHead& head : *heads) {
    if (head.log == log) return std::move(head);
  }
  return base::MakeError(base::Reason::kNotFound, "the log has not begun");
}

absl::StatusOr<StoredRecord> SqliteStore::Record(audit::v1::Log log, uint64_t index) {
  Database::Lent reader = database_->Read();
  absl::StatusOr<Statement> find = reader->Prepare(SelectRecords(log, "WHERE r.idx = ?"));
  if (!find.ok()) return find.status();
  const absl::StatusOr<bool> found = find->Int(static_cast<int64_t>(index)).Step();
  if (!found.ok()) return found.status();
  if (!*found) return NoSuchRecord();
  return ReadRecord(*find, log);
}

absl::StatusOr<std::string> SqliteStore::RecordBytes(audit::v1::Log log, uint64_t index) {
  Database::Lent reader = database_->Read();
  absl::StatusOr<Statement> find =
      reader->Prepare(absl::StrCat("SELECT bytes FROM ", LogPrefix(log), "_record WHERE idx = ?"));
  if (!find.ok()) return find.status();
  const absl::StatusOr<bool> found = find->Int(static_cast<int64_t>(index)).Step();
  if (!found.ok()) return found.status();
  if (!*found) return NoSuchRecord();
  return find->ColumnString(0);
}

absl::StatusOr<std::pair<std::vector<StoredRecord>, bool>> SqliteStore::Records(
    const RecordFilter& filter) {
  Database::Lent reader = database_->Read();
  const absl::StatusOr<Transaction> snapshot = Transaction::BeginReading(*reader);
  if (!snapshot.ok()) return snapshot.status();
  const absl::StatusOr<uint64_t> since = FirstNotBefore(*reader, filter.log, filter.since);
  if (!since.ok()) return since.status();
  const absl::StatusOr<uint64_t> until = FirstNotBefore(*reader, filter.log, filter.until);
  if (!until.ok()) return until.status();
  const size_t limit = std::min(filter.limit, kLongestList);
  absl::StatusOr<std::vector<StoredRecord>> records =
      FindRecords(*reader, filter, std::max(*since, filter.from_index), *until, limit + 1);
  if (!records.ok()) return records.status();
  const bool more = records->size() > limit;
  if (more) records->pop_back();
  return std::make_pair(*std::move(records), more);
}

absl::StatusOr<std::vector<StoredRecord>> SqliteStore::RecordsOf(const ExchangeName& name) {
  Database::Lent reader = database_->Read();
  const absl::StatusOr<Transaction> snapshot = Transaction::BeginReading(*reader);
  if (!snapshot.ok()) return snapshot.status();
  std::vector<StoredRecord> all;
  for (audit::v1::Log log : {audit::v1::EXCHANGE, audit::v1::DESK}) {
    absl::StatusOr<Statement> find = reader->Prepare(
        SelectRecords(log, "WHERE r.exchange_id = ? AND r.exchange_from = ? ORDER BY r.idx"));
    if (!find.ok()) return find.status();
    find->Id(name.id).Text(name.from);
    absl::StatusOr<std::vector<StoredRecord>> records = ReadRecords(*find, log);
    if (!records.ok()) return records.status();
    std::move(records->begin(), records->end(), std::back_inserter(all));
  }
  std::stable_sort(all.begin(), all.end(), [](const StoredRecord& a, const StoredRecord& b) {
    return std::pair(a.time, !LeadsToSending(a)) < std::pair(b.time, !LeadsToSending(b));
  });
  return all;
}

absl::StatusOr<std::vector<Digest>> SqliteStore::Leaves(audit::v1::Log log, uint64_t from,
                                                        uint64_t to) {
  Database::Lent reader = database_->Read();
  return ReadTileEntries(*reader, log, 0, from, std::max(from, to));
}

absl::StatusOr<std::vector<Digest>> SqliteStore::Tile(audit::v1::Log log, int level, uint64_t index,
                                                      size_t width) {
  Database::Lent reader = database_->Read();
  if (width < kTileWidth) {
    return ReadTileEntries(*reader, log, level, index * kTileWidth, index * kTileWidth + width);
  }
  absl::StatusOr<Statement> find =
      reader->Prepare("SELECT hashes FROM tile WHERE log = ? AND level = ? AND idx = ?");
  if (!find.ok()) return find.status();
  const absl::StatusOr<bool> found =
      find->Int(log).Int(level).Int(static_cast<int64_t>(index)).Step();
  if (!found.ok()) return found.status();
  if (!*found) return base::MakeError(base::Reason::kNotFound, "there is no such tile");
  const std::string_view hashes = find->ColumnBytes(0);
  if (hashes.size() != kTileWidth * Digest::kSize) return Damaged("a tile has a wrong length");
  std::vector<Digest> entries;
  entries.reserve(kTileWidth);
  for (size_t i = 0; i < hashes.size(); i += Digest::kSize) {
    const absl::StatusOr<Digest> entry = Digest::FromRaw(hashes.substr(i, Digest::kSize));
    if (!entry.ok()) return entry.status();
    entries.push_back(*entry);
  }
  return entries;
}

absl::StatusOr<InForce> SqliteStore::FindInForce(std::string_view kind) {
  Database::Lent reader = database_->Read();
  absl::StatusOr<Statement> find = reader->Prepare(
      "SELECT digest, log, idx, content FROM in_force LEFT JOIN content USING (kind, digest)"
      " WHERE kind = ?");
  if (!find.ok()) return find.status();
  const absl::StatusOr<bool> found = find->Text(kind).Step();
  if (!found.ok()) return found.status();
  if (!*found) return base::MakeError(base::Reason::kNotFound, "nothing of this kind is in force");
  const absl::StatusOr<Digest> digest = ReadId<Digest>(*find, 0);
  if (!digest.ok()) return digest.status();
  InForce in_force;
  in_force.digest = *digest;
  in_force.log = static_cast<audit::v1::Log>(find->ColumnInt(1));
  in_force.index = static_cast<uint64_t>(find->ColumnInt(2));
  in_force.content = find->ColumnString(3);
  return in_force;
}

absl::StatusOr<std::vector<InForceEntry>> SqliteStore::InForceHistory() {
  Database::Lent reader = database_->Read();
  absl::StatusOr<Statement> find =
      reader->Prepare("SELECT kind, digest, log, idx FROM in_force_history ORDER BY row");
  if (!find.ok()) return find.status();
  std::vector<InForceEntry> history;
  while (true) {
    const absl::StatusOr<bool> found = find->Step();
    if (!found.ok()) return found.status();
    if (!*found) return history;
    const absl::StatusOr<Digest> digest = ReadId<Digest>(*find, 1);
    if (!digest.ok()) return digest.status();
    history.push_back({find->ColumnString(0), *digest,
                       static_cast<audit::v1::Log>(find->ColumnInt(2)),
                       static_cast<uint64_t>(find->ColumnInt(3))});
  }
}

absl::StatusOr<std::string> SqliteStore::Content(std::string_view kind, const Digest& digest) {
  Database::Lent reader = database_->Read();
  absl::StatusOr<Statement> find =
      reader->Prepare("SELECT content FROM content WHERE kind = ? AND digest = ?");
  if (!find.ok()) return find.status();
  const absl::StatusOr<bool> found = find->Text(kind).Id(digest).Step();
  if (!found.ok()) return found.status();
  if (!*found) return base::MakeError(base::Reason::kNotFound, "no such content is kept");
  return find->ColumnString(0);
}

}  // namespace liaison::store
