// The records of a transaction: rows, openings, tiles.
#include "absl/strings/str_cat.h"
#include "daemon/audit/tree.h"
#include "daemon/base/invariant.h"
#include "daemon/store/commit_step.h"

namespace liaison::store {
namespace {

constexpr uint64_t kTileWidth = 256;

}  // namespace

absl::StatusOr<uint64_t> CommitStep::PreviousOf(const RecordDraft& draft) {
  if (draft.record.exchange_id().empty()) return 0;
  absl::StatusOr<Statement> find = connection_.Prepare(
      absl::StrCat("SELECT idx FROM ", LogPrefix(draft.log),
                   "_record WHERE exchange_id = ? AND exchange_from = ? ORDER BY idx DESC"
                   " LIMIT 1"));
  if (!find.ok()) return find.status();
  const absl::StatusOr<bool> found =
      find->Blob(draft.record.exchange_id()).Text(draft.record.exchange_from()).Step();
  if (!found.ok()) return found.status();
  return *found ? 1 + static_cast<uint64_t>(find->ColumnInt(0)) : 0;
}

absl::StatusOr<CommitStep::Written> CommitStep::WriteRecord(const RecordDraft& draft) {
  const absl::StatusOr<uint64_t> previous = PreviousOf(draft);
  if (!previous.ok()) return previous.status();
  const Sequencer::Sequenced sequenced = sequencer_.Next(draft, *previous);
  absl::StatusOr<Statement> insert = connection_.Prepare(
      absl::StrCat("INSERT INTO ", LogPrefix(draft.log),
                   "_record (idx, bytes, leaf, time_ms, event, partner, exchange_from,"
                   " exchange_id) VALUES (?,?,?,?,?,?,?,?)"));
  if (!insert.ok()) return insert.status();
  insert->Int(static_cast<int64_t>(sequenced.index)).Blob(sequenced.bytes).Id(sequenced.leaf);
  insert->Int(Millis(sequenced.time)).Int(draft.record.event()).Text(draft.record.partner());
  if (draft.record.exchange_id().empty()) {
    insert->Null().Null();
  } else {
    insert->Text(draft.record.exchange_from()).Blob(draft.record.exchange_id());
  }
  if (absl::Status inserted = insert->Run(); !inserted.ok()) return inserted;
  if (absl::Status opening = WriteOpening(draft, sequenced.index); !opening.ok()) return opening;
  if (absl::Status tiles = WriteTiles(draft.log, sequenced.index + 1); !tiles.ok()) return tiles;
  return Written{draft.log, sequenced.index, sequenced.time};
}

absl::Status CommitStep::WriteOpening(const RecordDraft& draft, uint64_t index) {
  base::Invariant(draft.opening.has_value() != draft.opening_row.empty(),
                  "an opening has a place, and no opening has none");
  if (!draft.opening) return absl::OkStatus();
  absl::StatusOr<Statement> insert = connection_.Prepare(
      absl::StrCat("INSERT INTO ", LogPrefix(draft.log),
                   "_opening (idx, name, key_id, wrapped, first, second) VALUES (?,?,?,?,?,?)"));
  if (!insert.ok()) return insert.status();
  insert->Int(static_cast<int64_t>(index)).Text(draft.opening_row);
  BindSealed(*draft.opening, *insert);
  return insert->Run();
}

absl::Status CommitStep::WriteTiles(audit::v1::Log log, uint64_t size) {
  uint64_t entries = size;
  for (int level = 0; entries > 0 && entries % kTileWidth == 0; ++level) {
    entries /= kTileWidth;
    if (absl::Status tile = WriteTile(log, level, entries - 1); !tile.ok()) return tile;
  }
  return absl::OkStatus();
}

absl::Status CommitStep::WriteTile(audit::v1::Log log, int level, uint64_t index) {
  absl::StatusOr<std::vector<Digest>> entries =
      ReadTileEntries(connection_, log, level, index * kTileWidth, (index + 1) * kTileWidth);
  if (!entries.ok()) return entries.status();
  std::string hashes;
  hashes.reserve(kTileWidth * Digest::kSize);
  for (const Digest& entry : *entries) hashes.append(entry.raw());
  const Digest root = audit::TreeRoot(*entries);
  absl::StatusOr<Statement> insert =
      connection_.Prepare("INSERT INTO tile (log, level, idx, root, hashes) VALUES (?,?,?,?,?)");
  if (!insert.ok()) return insert.status();
  insert->Int(log).Int(level).Int(static_cast<int64_t>(index)).Id(root).Blob(hashes);
  return insert->Run();
}

absl::StatusOr<std::vector<Digest>> ReadTileEntries(Connection& connection, audit::v1::Log log,
                                                    int level, uint64_t from, uint64_t to) {
  const std::string sql =
      level == 0 ? absl::StrCat("SELECT leaf FROM ", LogPrefix(log),
                                "_record WHERE idx >= ? AND idx < ? ORDER BY idx")
                 : "SELECT root FROM tile WHERE idx >= ? AND idx < ? AND log = ? AND level = ?"
                   " ORDER BY idx";
  absl::StatusOr<Statement> find = connection.Prepare(sql);
  if (!find.ok()) return find.status();
  find->Int(static_cast<int64_t>(from)).Int(static_cast<int64_t>(to));
  if (level > 0) find->Int(log).Int(level - 1);
  std::vector<Digest> entries;
  entries.reserve(std::min(to - from, uint64_t{1} << 16));
  while (true) {
    const absl::StatusOr<bool> row = find->Step();
    if (!row.ok()) return row.status();
    if (!*row) break;
    const absl::StatusOr<Digest> entry = ReadId<Digest>(*find, 0);
    if (!entry.ok()) return entry.status();
    entries.push_back(*entry);
  }
  if (entries.size() == to - from) return entries;
  return Damaged(absl::StrCat("entries of level ", level, " are missing between ", from, " and ",
                              to, " in the ", LogPrefix(log), " log"));
}

}  // namespace liaison::store
