// Reading exchanges and bodies.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/base/invariant.h"
#include "daemon/store/columns.h"
#include "daemon/store/quota_rows.h"
#include "daemon/store/sqlite_store.h"

namespace liaison::store {
namespace {

constexpr size_t kPage = 256;
constexpr size_t kLongestList = 1000;

absl::Status NoSuchExchange() {
  return base::MakeError(base::Reason::kNotFound, "there is no such exchange");
}

std::string Select(std::string_view rest) {
  return absl::StrCat("SELECT ", kExchangeColumns, " FROM exchange ", std::string(rest));
}

int64_t Limit(size_t limit) { return static_cast<int64_t>(std::min(limit, kLongestList)); }

absl::StatusOr<std::vector<ExchangeRow>> ReadRows(Statement& statement) {
  std::vector<ExchangeRow> rows;
  while (true) {
    const absl::StatusOr<bool> found = statement.Step();
    if (!found.ok()) return found.status();
    if (!*found) return rows;
    absl::StatusOr<ExchangeRow> row = ReadExchange(statement);
    if (!row.ok()) return row.status();
    rows.push_back(*std::move(row));
  }
}

absl::StatusOr<std::vector<Exchange>> ReadExchanges(Statement& statement) {
  absl::StatusOr<std::vector<ExchangeRow>> rows = ReadRows(statement);
  if (!rows.ok()) return rows.status();
  std::vector<Exchange> exchanges;
  exchanges.reserve(rows->size());
  for (ExchangeRow& row : *rows) exchanges.push_back(std::move(row.exchange));
  return exchanges;
}

// Of rows in their order, one more than `limit` when there are more.
absl::StatusOr<std::pair<std::vector<Exchange>, int64_t>> ReadPage(Statement& statement,
                                                                   int64_t limit) {
  const absl::StatusOr<std::vector<ExchangeRow>> rows = ReadRows(statement);
  if (!rows.ok()) return rows.status();
  std::pair<std::vector<Exchange>, int64_t> page;
  for (const ExchangeRow& row : *rows) {
    if (static_cast<int64_t>(page.first.size()) == limit) return page;
    page.first.push_back(row.exchange);
    page.second = row.row;
  }
  page.second = 0;
  return page;
}

// Columns that follow those of an exchange: key, draft, and the name of what it passes on.
absl::StatusOr<WholeRow> ReadWhole(const Statement& statement) {
  absl::StatusOr<ExchangeRow> row = ReadExchange(statement);
  if (!row.ok()) return row.status();
  WholeRow whole{std::move(row->exchange), row->answered, {}, {}, std::nullopt};
  constexpr int kNext = kExchangeColumnCount;
  if (!statement.ColumnIsNull(kNext)) {
    const absl::StatusOr<Digest> key = ReadId<Digest>(statement, kNext);
    const absl::StatusOr<Digest> draft = ReadId<Digest>(statement, kNext + 1);
    if (!key.ok() || !draft.ok()) return key.ok() ? draft.status() : key.status();
    whole.idempotency_key = *key;
    whole.idempotency_draft = *draft;
  }
  if (statement.ColumnIsNull(kNext + 2)) return whole;
  const absl::StatusOr<ExchangeId> id = ReadId<ExchangeId>(statement, kNext + 3);
  if (!id.ok()) return id.status();
  whole.passes_on = ExchangeName{statement.ColumnString(kNext + 2), *id};
  return whole;
}

// Those that follow `after`, which is moved to the last of them.
absl::StatusOr<std::vector<WholeRow>> ReadWholePage(Connection& connection, int64_t& after) {
  absl::StatusOr<Statement> find = connection.Prepare(absl::StrCat(
      "SELECT e.*, i.key, i.draft, p.sender, p.id FROM (SELECT ", kExchangeColumns,
      " FROM exchange WHERE row > ? ORDER BY row LIMIT ?) e LEFT JOIN idempotency i ON i.row ="
      " e.row LEFT JOIN passed_on p ON p.row = e.row ORDER BY e.row"));
  if (!find.ok()) return find.status();
  find->Int(after).Int(kPage);
  std::vector<WholeRow> rows;
  while (true) {
    const absl::StatusOr<bool> found = find->Step();
    if (!found.ok()) return found.status();
    if (!*found) return rows;
    absl::StatusOr<WholeRow> row = ReadWhole(*find);
    if (!row.ok()) return row.status();
    rows.push_back(*std::move(row));
    after = find->ColumnInt(0);
  }
}

// The first or the last id that begins with the digits.
ExchangeId Fill(std::string digits, char digit) {
  digits.resize(2 * ExchangeId::kSize, digit);
  const absl::StatusOr<ExchangeId> id = base::ParseExchangeId(digits);
  base::Invariant(id.ok(), "a prefix of an id is of hex digits");
  return *id;
}

// ",10,103,": each number between commas; "" for none.
template <typename T>
std::string Listed(const std::vector<T>& values) {
  std::string list = values.empty() ? "" : ",";
  for (T value : values) absl::StrAppend(&list, static_cast<int>(value), ",");
  return list;
}

// Rows of one box (direction and state), newest first: in the order of an index.
absl::StatusOr<std::vector<ExchangeRow>> ListBox(Connection& connection,
                                                 const ExchangeFilter& filter, Direction direction,
                                                 int state) {
  const std::string types = Listed(filter.types);
  absl::StatusOr<Statement> find = connection.Prepare(
      Select("WHERE direction = ?1 AND state = ?2 AND row < ?3 AND (?4 = '' OR partner = ?4)"
             " AND (?5 = '' OR instr(?5, ',' || type || ',') > 0) AND recorded_ms >= ?6 ORDER BY "
             "row DESC LIMIT ?7"));
  if (!find.ok()) return find.status();
  find->Int(static_cast<int>(direction)).Int(state);
  find->Int(filter.before_row > 0 ? filter.before_row : INT64_MAX).Text(filter.partner);
  find->Text(types).Int(Millis(filter.since)).Int(Limit(filter.limit) + 1);
  return ReadRows(*find);
}

std::vector<Direction> DirectionsOf(const ExchangeFilter& filter) {
  if (filter.direction) return {*filter.direction};
  return {Direction::kOut, Direction::kIn};
}

std::vector<int> StatesOf(const ExchangeFilter& filter) {
  std::vector<int> states(filter.states.begin(), filter.states.end());
  if (!states.empty()) return states;
  for (int state = desk::v1::State_MIN + 1; state <= desk::v1::State_MAX; ++state) {
    states.push_back(state);
  }
  return states;
}

}  // namespace

absl::StatusOr<Exchange> SqliteStore::Find(const ExchangeName& name) {
  Database::Lent reader = database_->Read();
  absl::StatusOr<Statement> find = reader->Prepare(Select("WHERE id = ? AND sender = ?"));
  if (!find.ok()) return find.status();
  const absl::StatusOr<bool> found = find->Id(name.id).Text(name.from).Step();
  if (!found.ok()) return found.status();
  if (!*found) return NoSuchExchange();
  absl::StatusOr<ExchangeRow> row = ReadExchange(*find);
  if (!row.ok()) return row.status();
  return std::move(row->exchange);
}

absl::StatusOr<std::vector<Exchange>> SqliteStore::FindByPrefix(
    const base::ExchangePrefix& prefix) {
  Database::Lent reader = database_->Read();
  absl::StatusOr<Statement> find = reader->Prepare(Select(
      "WHERE id >= ?1 AND id <= ?2 AND (?3 = '' OR sender = ?3) ORDER BY id, sender LIMIT 2"));
  if (!find.ok()) return find.status();
  const ExchangeId first = Fill(prefix.digits(), '0');
  const ExchangeId last = Fill(prefix.digits(), 'f');
  find->Id(first).Id(last).Text(prefix.from());
  return ReadExchanges(*find);
}

absl::StatusOr<std::pair<std::vector<Exchange>, int64_t>> SqliteStore::List(
    const ExchangeFilter& filter) {
  Database::Lent reader = database_->Read();
  const absl::StatusOr<Transaction> snapshot = Transaction::BeginReading(*reader);
  if (!snapshot.ok()) return snapshot.status();
  std::vector<ExchangeRow> rows;
  for (Direction direction : DirectionsOf(filter)) {
    for (int state : StatesOf(filter)) {
      absl::StatusOr<std::vector<ExchangeRow>> box = ListBox(*reader, filter, direction, state);
      if (!box.ok()) return box.status();
      std::move(box->begin(), box->end(), std::back_inserter(rows));
    }
  }
  std::sort(rows.begin(), rows.end(),
            [](const ExchangeRow& a, const ExchangeRow& b) { return a.row > b.row; });
  const size_t limit = static_cast<size_t>(Limit(filter.limit));
  std::pair<std::vector<Exchange>, int64_t> page;
  for (size_t i = 0; i < std::min(limit, rows.size()); ++i) {
    page.first.push_back(std::move(rows[i].exchange));
  }
  page.second = rows.size() > limit && limit > 0 ? rows[limit - 1].row : 0;
  return page;
}

absl::StatusOr<std::pair<std::vector<Exchange>, int64_t>> SqliteStore::OfConversation(
    const ExchangeId& conversation, int64_t after_row, size_t limit) {
  Database::Lent reader = database_->Read();
  absl::StatusOr<Statement> find =
      reader->Prepare(Select("WHERE conversation = ? AND row > ? ORDER BY row LIMIT ?"));
  if (!find.ok()) return find.status();
  return ReadPage(find->Id(conversation).Int(after_row).Int(Limit(limit) + 1), Limit(limit));
}

absl::StatusOr<std::pair<std::vector<Exchange>, int64_t>> SqliteStore::RepliesTo(
    const Exchange& original, liaison::payload::v1::MessageType type, int64_t after_row,
    size_t limit) {
  Database::Lent reader = database_->Read();
  absl::StatusOr<Statement> find = reader->Prepare(
      Select("INDEXED BY exchange_conversation WHERE conversation = ? AND row > ? AND type = ?"
             " AND reply_id = ? AND reply_sender = ? ORDER BY row LIMIT ?"));
  if (!find.ok()) return find.status();
  find->Id(original.conversation).Int(after_row).Int(type);
  find->Id(original.name.id).Text(original.name.from).Int(Limit(limit) + 1);
  return ReadPage(*find, Limit(limit));
}

absl::StatusOr<std::pair<std::vector<Exchange>, int64_t>> SqliteStore::PassedOn(
    const ExchangeName& original, int64_t after_row, size_t limit) {
  Database::Lent reader = database_->Read();
  absl::StatusOr<Statement> find =
      reader->Prepare(Select("WHERE row IN (SELECT row FROM passed_on WHERE id = ? AND sender = ?"
                             " AND row > ? ORDER BY row LIMIT ?) ORDER BY row"));
  if (!find.ok()) return find.status();
  find->Id(original.id).Text(original.from).Int(after_row).Int(Limit(limit) + 1);
  return ReadPage(*find, Limit(limit));
}

absl::StatusOr<std::pair<std::vector<Exchange>, int64_t>> SqliteStore::AllPassedOn(
    int64_t after_row, size_t limit) {
  Database::Lent reader = database_->Read();
  absl::StatusOr<Statement> find = reader->Prepare(
      Select("WHERE row IN (SELECT row FROM passed_on WHERE row > ? ORDER BY row LIMIT ?)"
             " ORDER BY row"));
  if (!find.ok()) return find.status();
  find->Int(after_row).Int(Limit(limit) + 1);
  return ReadPage(*find, Limit(limit));
}

absl::StatusOr<StoredBody> SqliteStore::Body(const ExchangeName& name) {
  Database::Lent reader = database_->Read();
  absl::StatusOr<Statement> find = reader->Prepare(
      "SELECT head, receipt, key_id, wrapped, first, second FROM exchange"
      " LEFT JOIN body USING (row) LEFT JOIN peer_receipt USING (row) WHERE id = ? AND sender = ?");
  if (!find.ok()) return find.status();
  const absl::StatusOr<bool> found = find->Id(name.id).Text(name.from).Step();
  if (!found.ok()) return found.status();
  if (!*found) return NoSuchExchange();
  StoredBody body;
  body.head = find->ColumnString(0);
  body.peer_receipt = find->ColumnString(1);
  if (!find->ColumnIsNull(2)) body.body = ReadSealed(*find, 2);
  return body;
}

absl::StatusOr<Submitted> SqliteStore::FindSubmitted(const Digest& idempotency_key) {
  Database::Lent reader = database_->Read();
  absl::StatusOr<std::optional<Submitted>> found = ReadSubmitted(*reader, idempotency_key);
  if (!found.ok()) return found.status();
  if (!*found) {
    return base::MakeError(base::Reason::kNotFound, "the idempotency key was not used");
  }
  return **std::move(found);
}

absl::StatusOr<std::vector<Exchange>> SqliteStore::DueOutgoing(std::string_view partner,
                                                               size_t limit) {
  Database::Lent reader = database_->Read();
  absl::StatusOr<Statement> find = reader->Prepare(Select(
      "INDEXED BY exchange_due WHERE state = 3 AND partner = ? ORDER BY urgency, row LIMIT ?"));
  if (!find.ok()) return find.status();
  find->Text(partner).Int(Limit(limit));
  return ReadExchanges(*find);
}

absl::StatusOr<std::vector<Exchange>> SqliteStore::ExpiredOutgoing(std::string_view partner,
                                                                   absl::Time now, size_t limit) {
  Database::Lent reader = database_->Read();
  absl::StatusOr<Statement> find = reader->Prepare(
      Select("INDEXED BY exchange_expiring WHERE state = 3 AND partner = ? AND expires_ms <= ?"
             " ORDER BY expires_ms LIMIT ?"));
  if (!find.ok()) return find.status();
  find->Text(partner).Int(Millis(now)).Int(Limit(limit));
  return ReadExchanges(*find);
}

absl::StatusOr<std::vector<Exchange>> SqliteStore::LapsedHeld(absl::Time now, size_t limit) {
  Database::Lent reader = database_->Read();
  absl::StatusOr<Statement> find =
      reader->Prepare(Select("INDEXED BY exchange_lapsing WHERE state = 1 AND respond_by_ms <= ?"
                             " ORDER BY respond_by_ms LIMIT ?"));
  if (!find.ok()) return find.status();
  find->Int(Millis(now)).Int(Limit(limit));
  return ReadExchanges(*find);
}

absl::StatusOr<std::vector<Agreement>> SqliteStore::Agreements(const ExchangeName& name) {
  Database::Lent reader = database_->Read();
  return ReadAgreements(*reader, name);
}

absl::StatusOr<uint64_t> SqliteStore::CountQueued(std::string_view partner) {
  Database::Lent reader = database_->Read();
  absl::StatusOr<Statement> find = reader->Prepare("SELECT queued FROM partner WHERE partner = ?");
  if (!find.ok()) return find.status();
  const absl::StatusOr<bool> found = find->Text(partner).Step();
  if (!found.ok()) return found.status();
  return *found ? static_cast<uint64_t>(std::max<int64_t>(0, find->ColumnInt(0))) : 0;
}

absl::StatusOr<QuotaStanding> SqliteStore::StandingOf(const QuotaUse& use) {
  Database::Lent reader = database_->Read();
  const absl::StatusOr<Transaction> snapshot = Transaction::BeginReading(*reader);
  if (!snapshot.ok()) return snapshot.status();
  return ReadStanding(*reader, use);
}

absl::StatusOr<std::vector<QuotaCounter>> SqliteStore::QuotaCounters() {
  Database::Lent reader = database_->Read();
  return ReadCounters(*reader);
}

absl::Status SqliteStore::ForEachExchange(absl::FunctionRef<absl::Status(const WholeRow&)> visit) {
  int64_t after = 0;
  while (true) {
    // The connection is given back: `visit` reads the store as well.
    const absl::StatusOr<std::vector<WholeRow>> rows = [&] {
      Database::Lent reader = database_->Read();
      return ReadWholePage(*reader, after);
    }();
    if (!rows.ok()) return rows.status();
    if (rows->empty()) return absl::OkStatus();
    for (const WholeRow& row : *rows) {
      if (absl::Status visited = visit(row); !visited.ok()) return visited;
    }
  }
}

absl::StatusOr<std::map<std::string, PartnerCounts>> SqliteStore::CountsOfPartners() {
  Database::Lent reader = database_->Read();
  absl::StatusOr<Statement> find =
      reader->Prepare("SELECT partner, held, queued, unread, stored_bytes FROM partner");
  if (!find.ok()) return find.status();
  std::map<std::string, PartnerCounts> counts;
  while (true) {
    const absl::StatusOr<bool> found = find->Step();
    if (!found.ok()) return found.status();
    if (!*found) return counts;
    const auto column = [&](int place) { return static_cast<uint64_t>(find->ColumnInt(place)); };
    counts[find->ColumnString(0)] = {column(1), column(2), column(3), column(4)};
  }
}

}  // namespace liaison::store
