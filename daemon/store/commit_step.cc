#include "daemon/store/commit_step.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "daemon/audit/states.h"
#include "daemon/base/invariant.h"
#include "daemon/store/quota_rows.h"

namespace liaison::store {
namespace {

using desk::v1::State;

// A reply comes from the other side of the same pair: what an agency adds to its own message
// answers nothing.
bool MayAnswer(const Exchange& reply, const Exchange& original) {
  return reply.direction != original.direction && reply.partner == original.partner;
}

std::string FindExchangeSql(std::string_view condition) {
  return absl::StrCat("SELECT ", kExchangeColumns, " FROM exchange WHERE ", std::string(condition));
}

}  // namespace

Outcome Fell(Outcome::Kind kind, std::string what) {
  Outcome outcome;
  outcome.kind = kind;
  outcome.what = std::move(what);
  return outcome;
}

Outcome Standing(Outcome::Kind kind, const Exchange& exchange) {
  Outcome outcome;
  outcome.kind = kind;
  outcome.name = exchange.name;
  outcome.log = exchange.first_log;
  outcome.index = exchange.first_index;
  outcome.state = exchange.state;
  return outcome;
}

bool Names(const audit::v1::Record& record, const ExchangeName& name) {
  return record.exchange_from() == name.from && record.exchange_id() == name.id.raw();
}

absl::StatusOr<std::vector<LogHead>> ReadHeads(Connection& connection) {
  absl::StatusOr<Statement> statement = connection.Prepare(
      "SELECT log, origin, size, frontier, last_time_ms, fence FROM log ORDER BY log");
  if (!statement.ok()) return statement.status();
  std::vector<LogHead> heads;
  while (true) {
    const absl::StatusOr<bool> row = statement->Step();
    if (!row.ok()) return row.status();
    if (!*row) return heads;
    LogHead head;
    if (!audit::v1::Log_IsValid(static_cast<int>(statement->ColumnInt(0)))) {
      return Damaged("a head row is of no known log");
    }
    head.log = static_cast<audit::v1::Log>(statement->ColumnInt(0));
    head.origin = statement->ColumnString(1);
    head.size = static_cast<uint64_t>(statement->ColumnInt(2));
    head.frontier = statement->ColumnString(3);
    head.last_time_ms = static_cast<uint64_t>(statement->ColumnInt(4));
    head.fence = static_cast<uint64_t>(statement->ColumnInt(5));
    heads.push_back(std::move(head));
  }
}

absl::StatusOr<Outcome> CommitStep::Apply(const Change& change) {
  return std::visit([this](const auto& one) { return Apply(one); }, change);
}

absl::Status CommitStep::WriteHeads() {
  for (const LogHead& head : sequencer_.End()) {
    absl::StatusOr<Statement> update = connection_.Prepare(
        "UPDATE log SET size = ?, frontier = ?, last_time_ms = ? WHERE log = ? AND fence = ?");
    if (!update.ok()) return update.status();
    update->Int(static_cast<int64_t>(head.size)).Blob(head.frontier);
    update->Int(static_cast<int64_t>(head.last_time_ms)).Int(head.log);
    update->Int(static_cast<int64_t>(head.fence));
    if (absl::Status updated = update->Run(); !updated.ok()) return updated;
    base::Invariant(connection_.changes() == 1, "the sequencer returns the heads it was given");
  }
  return absl::OkStatus();
}

absl::StatusOr<Outcome> CommitStep::Apply(const AddExchange& add) {
  const Exchange& wanted = add.exchange;
  base::Invariant(Names(add.record.record, wanted.name), "the record names its exchange");
  const State state = audit::StateAfter(desk::v1::STATE_UNSPECIFIED, add.record.record.event());
  base::Invariant(state != desk::v1::STATE_UNSPECIFIED, "the event can be an exchange's first");

  absl::StatusOr<Outcome> check = CheckIdempotency(add);
  if (!check.ok() || check->kind != Outcome::Kind::kCommitted) return check;
  check = CheckUnused(add);
  if (!check.ok() || check->kind != Outcome::Kind::kCommitted) return check;
  check = CheckInForce(wanted.decided_under);
  if (!check.ok() || check->kind != Outcome::Kind::kCommitted) return check;
  check = CheckQuota(add, state);
  if (!check.ok() || check->kind != Outcome::Kind::kCommitted) return check;
  check = CheckUses(add, state);
  if (!check.ok() || check->kind != Outcome::Kind::kCommitted) return check;

  const absl::StatusOr<Written> written = WriteRecord(add.record);
  if (!written.ok()) return written.status();
  Exchange exchange = wanted;
  exchange.state = state;
  exchange.recorded = written->time;
  exchange.first_log = add.record.log;
  exchange.first_index = written->index;
  if (absl::Status added = InsertExchange(add, exchange); !added.ok()) return added;
  for (const QuotaUse& use : add.quotas) {
    if (absl::Status counted = Count(connection_, use); !counted.ok()) return counted;
  }
  if (add.notice) {
    const absl::StatusOr<Written> notice = WriteRecord(*add.notice);
    if (!notice.ok()) return notice.status();
  }
  if (exchange.in_reply_to && state != desk::v1::DENIED && state != desk::v1::HELD) {
    if (absl::Status answered = Answer(exchange); !answered.ok()) return answered;
  }
  return Standing(Outcome::Kind::kCommitted, exchange);
}

absl::StatusOr<Outcome> CommitStep::CheckIdempotency(const AddExchange& add) {
  if (add.idempotency_key.is_zero()) return Outcome();
  const absl::StatusOr<std::optional<Submitted>> found =
      ReadSubmitted(connection_, add.idempotency_key);
  if (!found.ok()) return found.status();
  if (!*found) return Outcome();
  const bool same = (*found)->draft == add.idempotency_draft;
  return Standing(same ? Outcome::Kind::kSame : Outcome::Kind::kIdempotencyConflict,
                  (*found)->exchange);
}

absl::StatusOr<Outcome> CommitStep::CheckUnused(const AddExchange& add) {
  const absl::StatusOr<std::optional<ExchangeRow>> row = FindRow(add.exchange.name);
  if (!row.ok()) return row.status();
  if (!*row) return Outcome();
  const bool same = (*row)->exchange.digest == add.exchange.digest;
  return Standing(same ? Outcome::Kind::kSame : Outcome::Kind::kReusedId, (*row)->exchange);
}

absl::StatusOr<Outcome> CommitStep::CheckInForce(const Digest& decided_under) {
  if (decided_under.is_zero()) return Outcome();
  absl::StatusOr<Statement> find =
      connection_.Prepare("SELECT digest FROM in_force WHERE kind = 'snapshot'");
  if (!find.ok()) return find.status();
  const absl::StatusOr<bool> found = find->Step();
  if (!found.ok()) return found.status();
  if (*found && find->ColumnBytes(0) == decided_under.raw()) return Outcome();
  return Fell(Outcome::Kind::kStale, "snapshot");
}

absl::StatusOr<Outcome> CommitStep::CheckQuota(const AddExchange& add, State state) {
  const bool waits = state == desk::v1::QUEUED || state == desk::v1::HELD;
  if (!waits && state != desk::v1::NEW) return Outcome();
  absl::StatusOr<Statement> find = connection_.Prepare(
      "SELECT queued + held, unread, stored_bytes FROM partner WHERE partner = ?");
  if (!find.ok()) return find.status();
  const absl::StatusOr<bool> found = find->Text(add.exchange.partner).Step();
  if (!found.ok()) return found.status();
  const auto used = [&](int column) {
    return *found ? static_cast<uint64_t>(std::max<int64_t>(0, find->ColumnInt(column))) : 0;
  };
  if (waits) {
    const bool full = add.most_queued > 0 && used(0) >= add.most_queued;
    return full ? Fell(Outcome::Kind::kOverQuota, "most_queued") : Outcome();
  }
  if (add.most_unread > 0 && used(1) >= add.most_unread) {
    return Fell(Outcome::Kind::kOverQuota, "most_unread");
  }
  if (add.most_stored_bytes > 0 && used(2) + add.exchange.bytes > add.most_stored_bytes) {
    return Fell(Outcome::Kind::kOverQuota, "most_stored_bytes");
  }
  return Outcome();
}

absl::StatusOr<Outcome> CommitStep::CheckUses(const AddExchange& add, State state) {
  const absl::Time time = sequencer_.TimeOf(add.record.log);
  for (const QuotaUse& use : add.quotas) {
    if (time < use.begin || time >= use.end) return Fell(Outcome::Kind::kStale, "day");
    if (state == desk::v1::DENIED) continue;  // counts, whatever is spent
    const absl::StatusOr<QuotaStanding> standing = ReadStanding(connection_, use);
    if (!standing.ok()) return standing.status();
    if (standing->spent.empty()) continue;
    Outcome spent = Fell(Outcome::Kind::kSpentQuota, use.quota);
    spent.limit = standing->spent;
    return spent;
  }
  return Outcome();
}

absl::Status CommitStep::InsertExchange(const AddExchange& add, const Exchange& exchange) {
  absl::StatusOr<Statement> insert = connection_.Prepare(kInsertExchange);
  if (!insert.ok()) return insert.status();
  BindExchange(exchange, *insert);
  if (absl::Status inserted = insert->Run(); !inserted.ok()) return inserted;
  const int64_t row = connection_.last_row();
  if (absl::Status body = InsertBody(row, add.head, add.body); !body.ok()) return body;
  if (absl::Status named = InsertPassedOn(row, add, exchange.state); !named.ok()) return named;
  if (!add.idempotency_key.is_zero()) {
    absl::StatusOr<Statement> key =
        connection_.Prepare("INSERT INTO idempotency (row, key, draft) VALUES (?,?,?)");
    if (!key.ok()) return key.status();
    key->Int(row).Id(add.idempotency_key).Id(add.idempotency_draft);
    if (absl::Status kept = key->Run(); !kept.ok()) return kept;
  }
  if (absl::Status counted = CountState(exchange, exchange.state, 1); !counted.ok()) {
    return counted;
  }
  if (exchange.direction != Direction::kIn || !add.body) return absl::OkStatus();
  return CountPartner(exchange.partner, {.bytes = static_cast<int64_t>(exchange.bytes)});
}

absl::Status CommitStep::InsertBody(int64_t row, const std::string& head,
                                    const std::optional<Sealed>& body) {
  if (head.empty() && !body) return absl::OkStatus();
  absl::StatusOr<Statement> insert = connection_.Prepare(
      "INSERT INTO body (row, head, key_id, wrapped, first, second) VALUES (?,?,?,?,?,?)");
  if (!insert.ok()) return insert.status();
  insert->Int(row).Blob(head);
  if (body) {
    BindSealed(*body, *insert);
  } else {
    insert->Null().Null().Null().Null();
  }
  return insert->Run();
}

absl::Status CommitStep::InsertPassedOn(int64_t row, const AddExchange& add, State state) {
  if (!add.passes_on || state == desk::v1::DENIED) return absl::OkStatus();
  absl::StatusOr<Statement> insert =
      connection_.Prepare("INSERT INTO passed_on (row, sender, id) VALUES (?,?,?)");
  if (!insert.ok()) return insert.status();
  return insert->Int(row).Text(add.passes_on->from).Id(add.passes_on->id).Run();
}

absl::Status CommitStep::Answer(const Exchange& reply) {
  if (!audit::IsAnswer(reply.type)) return absl::OkStatus();
  const absl::StatusOr<std::optional<ExchangeRow>> row = FindRow(*reply.in_reply_to);
  if (!row.ok()) return row.status();
  if (!*row || !MayAnswer(reply, (*row)->exchange)) return absl::OkStatus();
  ExchangeRow original = **row;
  original.answered = true;
  return SetState(original, audit::StateAfterReply(original.exchange.state));
}

absl::StatusOr<Outcome> CommitStep::Apply(const Advance& advance) {
  base::Invariant(Names(advance.record.record, advance.name), "the record names its exchange");
  absl::StatusOr<std::optional<ExchangeRow>> found = FindRow(advance.name);
  if (!found.ok()) return found.status();
  if (!*found) return Fell(Outcome::Kind::kNotFound);
  ExchangeRow& row = **found;
  const State before = row.exchange.state;
  const absl::StatusOr<Outcome> check = CheckAdvance(advance, row.exchange);
  if (!check.ok() || check->kind != Outcome::Kind::kCommitted) return check;
  const absl::StatusOr<Written> written = WriteRecord(advance.record);
  if (!written.ok()) return written.status();
  State after = audit::StateAfter(before, advance.record.record.event());
  if (row.answered) after = audit::StateAfterReply(after);
  if (advance.decided_under) row.exchange.decided_under = *advance.decided_under;
  if (absl::Status set = SetState(row, after); !set.ok()) return set;
  if (before == desk::v1::HELD && after != desk::v1::HELD) {
    if (absl::Status left = LeaveHold(row.row, *written); !left.ok()) return left;
  }
  if (absl::Status kept = KeepPeerReceipt(row.row, advance.peer_receipt); !kept.ok()) return kept;
  Outcome outcome;
  outcome.name = advance.name;
  outcome.log = advance.record.log;
  outcome.index = written->index;
  outcome.state = after;
  return outcome;
}

absl::StatusOr<Outcome> CommitStep::CheckAdvance(const Advance& advance, const Exchange& exchange) {
  const bool fits =
      std::find(advance.from.begin(), advance.from.end(), exchange.state) != advance.from.end();
  const bool early = advance.record.record.event() == audit::v1::LAPSED &&
                     sequencer_.TimeOf(advance.record.log) < exchange.respond_by;
  if (!fits || early) return Standing(Outcome::Kind::kWrongState, exchange);
  return advance.decided_under ? CheckInForce(*advance.decided_under) : Outcome();
}

absl::Status CommitStep::SetState(const ExchangeRow& row, State state) {
  absl::StatusOr<Statement> update = connection_.Prepare(
      "UPDATE exchange SET state = ?, answered = ?, decided_under = ? WHERE row = ?");
  if (!update.ok()) return update.status();
  update->Int(state).Int(row.answered ? 1 : 0).Id(row.exchange.decided_under).Int(row.row);
  if (absl::Status updated = update->Run(); !updated.ok()) return updated;
  if (state == row.exchange.state) return absl::OkStatus();
  if (absl::Status left = CountState(row.exchange, row.exchange.state, -1); !left.ok()) {
    return left;
  }
  return CountState(row.exchange, state, 1);
}

absl::Status CommitStep::KeepPeerReceipt(int64_t row, const std::string& receipt) {
  if (receipt.empty()) return absl::OkStatus();
  absl::StatusOr<Statement> keep =
      connection_.Prepare("INSERT OR REPLACE INTO peer_receipt (row, receipt) VALUES (?,?)");
  if (!keep.ok()) return keep.status();
  return keep->Int(row).Blob(receipt).Run();
}

absl::Status CommitStep::CountState(const Exchange& exchange, State state, int by) {
  if (state == desk::v1::HELD) return CountPartner(exchange.partner, {.held = by});
  if (state == desk::v1::QUEUED) return CountPartner(exchange.partner, {.queued = by});
  if (state == desk::v1::NEW) return CountPartner(exchange.partner, {.unread = by});
  return absl::OkStatus();
}

absl::Status CommitStep::CountPartner(const std::string& partner, const Counts& counts) {
  absl::StatusOr<Statement> count = connection_.Prepare(
      "INSERT INTO partner (partner, held, queued, unread, stored_bytes) VALUES (?,?,?,?,?)"
      " ON CONFLICT (partner) DO UPDATE SET held = held + excluded.held,"
      " queued = queued + excluded.queued, unread = unread + excluded.unread,"
      " stored_bytes = stored_bytes + excluded.stored_bytes");
  if (!count.ok()) return count.status();
  count->Text(partner).Int(counts.held).Int(counts.queued).Int(counts.unread).Int(counts.bytes);
  return count->Run();
}

absl::StatusOr<Outcome> CommitStep::Apply(const PutInForce& put) {
  const absl::StatusOr<Written> written = WriteRecord(put.record);
  if (!written.ok()) return written.status();
  Outcome outcome;
  outcome.log = put.record.log;
  outcome.index = written->index;
  if (absl::Status kept = KeepInForce(put, outcome); !kept.ok()) return kept;
  return outcome;
}

absl::Status CommitStep::KeepInForce(const PutInForce& put, const Outcome& outcome) {
  for (const char* sql :
       {"INSERT OR REPLACE INTO in_force (kind, digest, log, idx) VALUES (?,?,?,?)",
        "INSERT INTO in_force_history (kind, digest, log, idx) VALUES (?,?,?,?)"}) {
    absl::StatusOr<Statement> keep = connection_.Prepare(sql);
    if (!keep.ok()) return keep.status();
    keep->Text(put.kind).Id(put.digest).Int(outcome.log).Int(static_cast<int64_t>(outcome.index));
    if (absl::Status kept = keep->Run(); !kept.ok()) return kept;
  }
  if (put.content.empty()) return absl::OkStatus();
  absl::StatusOr<Statement> content =
      connection_.Prepare("INSERT OR IGNORE INTO content (kind, digest, content) VALUES (?,?,?)");
  if (!content.ok()) return content.status();
  return content->Text(put.kind).Id(put.digest).Blob(put.content).Run();
}

absl::StatusOr<Outcome> CommitStep::Apply(const Append& append) {
  const absl::StatusOr<Written> written = WriteRecord(append.record);
  if (!written.ok()) return written.status();
  Outcome outcome;
  outcome.log = append.record.log;
  outcome.index = written->index;
  return outcome;
}

absl::StatusOr<std::optional<ExchangeRow>> CommitStep::FindRow(const ExchangeName& name) {
  absl::StatusOr<Statement> find = connection_.Prepare(FindExchangeSql("id = ? AND sender = ?"));
  if (!find.ok()) return find.status();
  const absl::StatusOr<bool> found = find->Id(name.id).Text(name.from).Step();
  if (!found.ok()) return found.status();
  if (!*found) return std::optional<ExchangeRow>();
  absl::StatusOr<ExchangeRow> row = ReadExchange(*find);
  if (!row.ok()) return row.status();
  return std::optional<ExchangeRow>(*std::move(row));
}

}  // namespace liaison::store
