#include "daemon/store/columns.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/invariant.h"

namespace liaison::store {

const char kExchangeColumns[] =
    "row, sender, id, direction, partner, digest, state, answered, type, urgency, tlp, created_ms,"
    " expires_ms, respond_by_ms, conversation, reply_sender, reply_id, exercise, submitter,"
    " decided_under, bytes, recorded_ms, first_log, first_index";

const char kInsertExchange[] =
    "INSERT INTO exchange (sender, id, direction, partner, digest, state, type, urgency, tlp,"
    " created_ms, expires_ms, respond_by_ms, conversation, reply_sender, reply_id, exercise,"
    " submitter, decided_under, bytes, recorded_ms, first_log, first_index)"
    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";

namespace {

// Reads columns from left to right and remembers the first that cannot be.
class ColumnReader {
 public:
  explicit ColumnReader(const Statement& statement) : statement_(statement) {}

  int64_t Int() { return statement_.ColumnInt(column_++); }
  std::string Text() { return statement_.ColumnString(column_++); }
  absl::Time Time() { return absl::FromUnixMillis(Int()); }
  bool NextIsNull() const { return statement_.ColumnIsNull(column_); }
  void Skip() { ++column_; }
  template <typename T>
  T Id() {
    absl::StatusOr<T> id = ReadId<T>(statement_, column_++);
    if (!id.ok()) status_ = id.status();
    return id.ok() ? *id : T();
  }
  // An enum of the protos: one of its values.
  template <typename E>
  E Enum(bool (*is_valid)(int)) {
    const int64_t value = Int();
    if (value < 0 || value > 1000 || !is_valid(static_cast<int>(value))) {
      status_ = Damaged("a code is not on its list");
      return E();
    }
    return static_cast<E>(value);
  }
  // A code that a partner wrote: a newer one may have values that we do not know, and no row that a
  // partner can make may be damage.
  template <typename E>
  E OpenEnum() {
    const int64_t value = Int();
    if (value < INT32_MIN || value > INT32_MAX) {
      status_ = Damaged("a code is no code");
      return E();
    }
    return static_cast<E>(value);
  }
  const absl::Status& status() const { return status_; }

 private:
  const Statement& statement_;
  int column_ = 0;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<ExchangeRow> ReadExchange(const Statement& statement) {
  ColumnReader read(statement);
  ExchangeRow out;
  Exchange& exchange = out.exchange;
  out.row = read.Int();
  exchange.name.from = read.Text();
  exchange.name.id = read.Id<ExchangeId>();
  exchange.direction = read.Int() == 1 ? Direction::kOut : Direction::kIn;
  exchange.partner = read.Text();
  exchange.digest = read.Id<Digest>();
  exchange.state = read.Enum<desk::v1::State>(desk::v1::State_IsValid);
  out.answered = read.Int() != 0;
  exchange.type = read.OpenEnum<liaison::payload::v1::MessageType>();
  exchange.urgency = read.OpenEnum<liaison::payload::v1::Urgency::Code>();
  exchange.tlp = read.OpenEnum<liaison::payload::v1::Tlp::Code>();
  exchange.created = read.Time();
  exchange.expires = read.Time();
  exchange.respond_by = read.NextIsNull() ? absl::InfinitePast() : read.Time();
  if (exchange.respond_by == absl::InfinitePast()) read.Skip();
  exchange.conversation = read.Id<ExchangeId>();
  if (read.NextIsNull()) {
    read.Skip();
    read.Skip();
  } else {
    std::string from = read.Text();
    exchange.in_reply_to = ExchangeName{std::move(from), read.Id<ExchangeId>()};
  }
  exchange.exercise = read.Int() != 0;
  exchange.submitter = read.Id<Digest>();
  exchange.decided_under = read.Id<Digest>();
  exchange.bytes = static_cast<uint64_t>(read.Int());
  exchange.recorded = read.Time();
  exchange.first_log = read.Enum<audit::v1::Log>(audit::v1::Log_IsValid);
  exchange.first_index = static_cast<uint64_t>(read.Int());
  if (!read.status().ok()) return read.status();
  return out;
}

void BindExchange(const Exchange& exchange, Statement& statement) {
  statement.Text(exchange.name.from)
      .Id(exchange.name.id)
      .Int(static_cast<int>(exchange.direction))
      .Text(exchange.partner)
      .Id(exchange.digest)
      .Int(exchange.state)
      .Int(exchange.type)
      .Int(exchange.urgency)
      .Int(exchange.tlp)
      .Int(Millis(exchange.created))
      .Int(Millis(exchange.expires));
  if (exchange.respond_by == absl::InfinitePast()) {
    statement.Null();
  } else {
    statement.Int(Millis(exchange.respond_by));
  }
  statement.Id(exchange.conversation);
  if (exchange.in_reply_to) {
    statement.Text(exchange.in_reply_to->from).Id(exchange.in_reply_to->id);
  } else {
    statement.Null().Null();
  }
  statement.Int(exchange.exercise ? 1 : 0)
      .Id(exchange.submitter)
      .Id(exchange.decided_under)
      .Int(static_cast<int64_t>(exchange.bytes))
      .Int(Millis(exchange.recorded))
      .Int(exchange.first_log)
      .Int(static_cast<int64_t>(exchange.first_index));
}

absl::StatusOr<std::optional<Submitted>> ReadSubmitted(Connection& connection,
                                                       const Digest& idempotency_key) {
  absl::StatusOr<Statement> find =
      connection.Prepare(absl::StrCat("SELECT ", kExchangeColumns,
                                      ", draft FROM (SELECT row AS used, draft FROM"
                                      " idempotency WHERE key = ?) JOIN exchange ON row = used"));
  if (!find.ok()) return find.status();
  const absl::StatusOr<bool> found = find->Id(idempotency_key).Step();
  if (!found.ok()) return found.status();
  if (!*found) return std::optional<Submitted>();
  absl::StatusOr<ExchangeRow> row = ReadExchange(*find);
  if (!row.ok()) return row.status();
  const absl::StatusOr<Digest> draft = ReadId<Digest>(*find, kExchangeColumnCount);
  if (!draft.ok()) return draft.status();
  return std::optional<Submitted>(Submitted{std::move(row->exchange), *draft});
}

absl::StatusOr<std::vector<Agreement>> ReadAgreements(Connection& connection,
                                                      const ExchangeName& name) {
  absl::StatusOr<Statement> find = connection.Prepare(
      "SELECT person, idx FROM agreement JOIN exchange USING (row) WHERE id = ? AND sender = ?"
      " ORDER BY idx");
  if (!find.ok()) return find.status();
  find->Id(name.id).Text(name.from);
  std::vector<Agreement> agreements;
  while (true) {
    const absl::StatusOr<bool> row = find->Step();
    if (!row.ok()) return row.status();
    if (!*row) return agreements;
    const absl::StatusOr<Digest> person = ReadId<Digest>(*find, 0);
    if (!person.ok()) return person.status();
    agreements.push_back({*person, static_cast<uint64_t>(find->ColumnInt(1))});
  }
}

Sealed ReadSealed(const Statement& statement, int first) {
  return {statement.ColumnString(first), statement.ColumnString(first + 1),
          statement.ColumnString(first + 2), statement.ColumnString(first + 3)};
}

void BindSealed(const Sealed& sealed, Statement& statement) {
  statement.Text(sealed.key_id).Blob(sealed.wrapped).Blob(sealed.first).Blob(sealed.second);
}

const char* LogPrefix(audit::v1::Log log) {
  base::Invariant(log == audit::v1::EXCHANGE || log == audit::v1::DESK, "there are two logs");
  return log == audit::v1::EXCHANGE ? "exchange" : "desk";
}

}  // namespace liaison::store
