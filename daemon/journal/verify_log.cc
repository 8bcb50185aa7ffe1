#include "daemon/journal/verify_log.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/journal/openings.h"
#include "daemon/journal/tree_reader.h"

namespace liaison::journal {
namespace {

constexpr uint64_t kNewest = 256;
constexpr size_t kPage = 1000;

bool IsFirst(audit::v1::Event event) {
  return event == audit::v1::SENT || event == audit::v1::RECEIVED ||
         event == audit::v1::DENIED_IN || event == audit::v1::DENIED_OUT;
}

const audit::LogKey* FindKey(const std::vector<audit::LogKey>& keys, const std::string& origin) {
  for (const audit::LogKey& key : keys) {
    if (key.origin() == origin) return &key;
  }
  return nullptr;
}

}  // namespace

std::string NameOf(audit::v1::Log log) { return log == audit::v1::EXCHANGE ? "exchange" : "desk"; }

void LogCheck::BadRecord(uint64_t index, std::string what) {
  faults_.Add("record", log_, index, absl::StrCat("record ", NameOf(log_), "/", index),
              std::move(what));
}

absl::Status LogCheck::Quick(const std::optional<GuardedHeads>& guard) {
  const uint64_t size = state_.head.size;
  const uint64_t from = size > kNewest ? size - kNewest : 0;
  if (absl::Status checked = CheckRecords(from, false, [](uint64_t) {}); !checked.ok()) {
    return checked;
  }
  TreeReader tree(reader_, 64);
  const absl::StatusOr<Digest> root = tree.RootAt(log_, size);
  if (!root.ok()) return faults_.Absorb(root.status(), log_);
  if (*root != state_.frontier.Root()) {
    faults_.Add("head", log_, size, absl::StrCat("head ", NameOf(log_)),
                "the head row is not the head of the records");
  }
  CheckGuard(guard, [&](uint64_t guarded) { return tree.RootAt(log_, guarded); });
  return absl::OkStatus();
}

absl::Status LogCheck::Full(const std::optional<GuardedHeads>& guard,
                            const std::function<void(uint64_t)>& progress) {
  if (guard) guard_size_ = log_ == audit::v1::EXCHANGE ? guard->exchange.size : guard->desk.size;
  links_ = true;
  if (guard_size_ == 0) root_at_guard_ = frontier_.Root();
  if (absl::Status checked = CheckRecords(0, true, progress); !checked.ok()) return checked;
  if (frontier_.size() == state_.head.size && frontier_.Root() != state_.frontier.Root()) {
    faults_.Add("head", log_, state_.head.size, absl::StrCat("head ", NameOf(log_)),
                "the head row is not the head of the records");
  }
  if (absl::Status tiles = CheckPartialTiles(); !tiles.ok()) return tiles;
  CheckGuard(guard, [&](uint64_t) -> absl::StatusOr<Digest> {
    if (!root_at_guard_) return absl::NotFoundError("a record is missing");
    return *root_at_guard_;
  });
  return CheckNothingBeyond();
}

absl::Status LogCheck::CheckRecords(uint64_t from, bool rebuild,
                                    const std::function<void(uint64_t)>& progress) {
  uint64_t next = from;
  while (next < state_.head.size) {
    store::RecordFilter page;
    page.log = log_;
    page.from_index = next;
    page.limit = std::min<uint64_t>(kPage, state_.head.size - next);
    const auto records = reader_.Records(page);
    if (!records.ok()) return faults_.Absorb(records.status(), log_);
    for (const store::StoredRecord& stored : records->first) {
      if (stored.index != next) break;
      CheckRecord(stored);
      ++next;
      if (!rebuild) continue;
      if (absl::Status grown = Grow(audit::LeafHash(stored.bytes)); !grown.ok()) return grown;
    }
    progress(next - from);
    if (records->first.size() == page.limit && records->first.back().index == next - 1) continue;
    if (next == state_.head.size) break;
    BadRecord(next, "the record is missing");
    return absl::OkStatus();  // nothing beyond it has its place
  }
  if (state_.head.last_time_ms != last_time_ms_) {
    faults_.Add("head", log_, state_.head.size, absl::StrCat("head ", NameOf(log_)),
                "its time is not that of the newest record");
  }
  return absl::OkStatus();
}

void LogCheck::CheckRecord(const store::StoredRecord& stored) {
  ++checked_;
  if (audit::LeafHash(stored.bytes) != stored.leaf) {
    BadRecord(stored.index, "the record is not the one that was hashed into the log");
  }
  audit::v1::Record record;
  if (!record.ParseFromString(stored.bytes)) {
    BadRecord(stored.index, "the record does not parse");
    return;
  }
  if (record.origin() != state_.head.origin) {
    BadRecord(stored.index, "the record names another log");
  }
  if (record.time_ms() < last_time_ms_) {
    BadRecord(stored.index, "the record is older than the one before it");
  }
  last_time_ms_ = std::max(last_time_ms_, record.time_ms());
  CheckColumns(stored, record);
  if (!links_) return;
  CheckPrevious(stored.index, record);
  CheckOpening(stored, record);
}

void LogCheck::CheckColumns(const store::StoredRecord& stored, const audit::v1::Record& record) {
  if (absl::ToUnixMillis(stored.time) == static_cast<int64_t>(record.time_ms()) &&
      stored.event == record.event() && stored.partner == record.partner()) {
    return;
  }
  faults_.Add("columns", log_, stored.index,
              absl::StrCat("record ", NameOf(log_), "/", stored.index),
              "the columns beside the record are not what it says");
}

void LogCheck::CheckPrevious(uint64_t index, const audit::v1::Record& record) {
  if (record.exchange_id().empty()) return;
  uint64_t& last = last_of_[record.exchange_from() + '\0' + record.exchange_id()];
  if (record.previous() != last) {
    BadRecord(index, "the record does not name the record before it of its exchange");
  }
  const bool first = last == 0;
  last = index + 1;
  const bool made_row = log_ == audit::v1::EXCHANGE ? first && IsFirst(record.event())
                                                    : record.event() == audit::v1::HELD;
  if (!made_row) return;
  const absl::Status row = faults_.Absorb(CheckRow(index, record), log_);
  if (!row.ok()) BadRecord(index, std::string(row.message()));
}

absl::Status LogCheck::CheckRow(uint64_t index, const audit::v1::Record& record) {
  const absl::StatusOr<base::ExchangeId> id = base::ExchangeId::FromRaw(record.exchange_id());
  if (!id.ok()) return id.status();
  const absl::StatusOr<store::Exchange> row = reader_.Find({record.exchange_from(), *id});
  if (row.status().code() != absl::StatusCode::kNotFound) return row.status();
  faults_.Add("missing row", log_, index, absl::StrCat("row exchange ", id->hex()),
              absl::StrCat("record ", NameOf(log_), "/", index, " made this row, but it is gone"));
  return absl::OkStatus();
}

void LogCheck::CheckOpening(const store::StoredRecord& stored, const audit::v1::Record& record) {
  const std::string where = absl::StrCat("opening ", NameOf(log_), "/", stored.index);
  if (!stored.opening) {
    const absl::Duration age = absl::Milliseconds(static_cast<int64_t>(state_.head.last_time_ms) -
                                                  static_cast<int64_t>(record.time_ms()));
    const bool committed = !record.decision().empty() || !record.actor().empty();
    if (!committed || age > kOpeningRetention) return;
    faults_.Add("opening", log_, stored.index, where,
                "the record commits to a decision and an actor, but they are gone");
    return;
  }
  if (!options_.open) return;
  const absl::Status opened = options_.open(stored).status();
  if (opened.ok()) return;
  faults_.Add("opening", log_, stored.index, where, std::string(opened.message()));
}

absl::Status LogCheck::CheckNothingBeyond() {
  const absl::StatusOr<store::StoredRecord> beyond = reader_.Record(log_, state_.head.size);
  if (!beyond.ok()) {
    if (beyond.status().code() == absl::StatusCode::kNotFound) return absl::OkStatus();
    return faults_.Absorb(beyond.status(), log_);
  }
  BadRecord(state_.head.size, "there is a record beyond the head of the log");
  return absl::OkStatus();
}

absl::Status LogCheck::Grow(const Digest& leaf) {
  frontier_.Append(leaf);
  if (frontier_.size() == guard_size_) root_at_guard_ = frontier_.Root();
  levels_[0].entries.push_back(leaf);
  for (int level = 0; levels_[static_cast<size_t>(level)].entries.size() == TileTree::kWidth;
       ++level) {
    if (absl::Status tile = CheckTile(level); !tile.ok()) return tile;
  }
  return absl::OkStatus();
}

absl::Status LogCheck::CheckTile(int level) {
  const size_t place = static_cast<size_t>(level);
  const uint64_t index = levels_[place].tiles++;
  const std::vector<Digest> entries = std::exchange(levels_[place].entries, {});
  if (place + 1 == levels_.size()) levels_.emplace_back();
  levels_[place + 1].entries.push_back(audit::TreeRoot(entries));
  const absl::StatusOr<std::vector<Digest>> stored =
      reader_.Tile(log_, level, index, TileTree::kWidth);
  const bool missing = stored.status().code() == absl::StatusCode::kNotFound;
  if (!stored.ok() && !missing) return faults_.Absorb(stored.status(), log_);
  if (stored.ok() && *stored == entries) return absl::OkStatus();
  faults_.Add("tile", log_, index, absl::StrCat("tile ", NameOf(log_), "/", level, "/", index),
              missing ? "the tile is missing" : "the tile is not what its records say");
  return absl::OkStatus();
}

// Of a level above the lowest, the entries are roots of complete tiles, which proofs are read from.
absl::Status LogCheck::CheckPartialTiles() {
  for (size_t level = 1; level < levels_.size(); ++level) {
    const Level& growing = levels_[level];
    const absl::StatusOr<std::vector<Digest>> stored =
        reader_.Tile(log_, static_cast<int>(level), growing.tiles, growing.entries.size());
    if (!stored.ok()) return faults_.Absorb(stored.status(), log_);
    if (*stored == growing.entries) continue;
    const auto differs =
        std::mismatch(stored->begin(), stored->end(), growing.entries.begin()).first;
    const uint64_t index =
        growing.tiles * TileTree::kWidth + static_cast<uint64_t>(differs - stored->begin());
    faults_.Add("tile", log_, index,
                absl::StrCat("tile ", NameOf(log_), "/", level - 1, "/", index),
                "the root of the tile is not what its records say");
  }
  return absl::OkStatus();
}

void LogCheck::CheckGuard(const std::optional<GuardedHeads>& guard,
                          const std::function<absl::StatusOr<Digest>(uint64_t)>& root_at) {
  if (!guard) return;
  const GuardedHead& guarded = log_ == audit::v1::EXCHANGE ? guard->exchange : guard->desk;
  const auto bad = [&](std::string what) {
    faults_.Add("guard", log_, guarded.size, "guard file", std::move(what));
  };
  const audit::LogKey* const key = FindKey(options_.keys, state_.head.origin);
  if (key != nullptr && !guarded.Verify(state_.head.origin, key->key()).ok()) {
    bad(absl::StrCat("its head is not signed by the key of ", state_.head.origin));
    return;
  }
  if (guarded.size > state_.head.size) {
    bad(absl::StrCat("a head of ", guarded.size, " records of ", state_.head.origin,
                     " was signed, but the database holds ", state_.head.size,
                     ": it is an old copy"));
    return;
  }
  const absl::StatusOr<Digest> root = root_at(guarded.size);
  if (root.ok() && *root == guarded.root) return;
  bad(absl::StrCat("the first ", guarded.size, " records of ", state_.head.origin,
                   " are not those whose head was signed"));
}

}  // namespace liaison::journal
