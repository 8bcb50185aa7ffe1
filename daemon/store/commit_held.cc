// Drafts on hold: who agrees that they go, and how they end.
#include "daemon/audit/states.h"
#include "daemon/base/invariant.h"
#include "daemon/store/commit_step.h"

namespace liaison::store {

absl::StatusOr<Outcome> CommitStep::Apply(const Release& release) {
  base::Invariant(Names(release.record.record, release.name), "the record names its exchange");
  base::Invariant(
      release.record.record.event() == audit::v1::RELEASED && release.record.log == audit::v1::DESK,
      "who agrees is on record in the desk log");
  absl::StatusOr<std::optional<ExchangeRow>> found = FindRow(release.name);
  if (!found.ok()) return found.status();
  if (!*found) return Fell(Outcome::Kind::kNotFound);
  const absl::StatusOr<Outcome> check = CheckRelease(release, **found);
  if (!check.ok() || check->kind != Outcome::Kind::kCommitted) return check;
  const absl::StatusOr<Written> written = WriteRecord(release.record);
  if (!written.ok()) return written.status();
  if (absl::Status kept = KeepAgreement((*found)->row, release, written->index); !kept.ok()) {
    return kept;
  }
  (*found)->exchange.decided_under = release.decided_under;
  if (release.sending) return Send(**found, *release.sending);
  if (absl::Status set = SetState(**found, desk::v1::HELD); !set.ok()) return set;
  Outcome outcome = Standing(Outcome::Kind::kCommitted, (*found)->exchange);
  outcome.log = written->log;
  outcome.index = written->index;
  return outcome;
}

absl::StatusOr<Outcome> CommitStep::CheckRelease(const Release& release, const ExchangeRow& row) {
  const Exchange& exchange = row.exchange;
  if (exchange.state != desk::v1::HELD ||
      sequencer_.TimeOf(release.record.log) >= exchange.respond_by) {
    return Standing(Outcome::Kind::kWrongState, exchange);
  }
  if (release.person == exchange.submitter) {
    return Standing(Outcome::Kind::kSamePerson, exchange);
  }
  const absl::StatusOr<std::vector<Agreement>> agreed = ReadAgreements(connection_, release.name);
  if (!agreed.ok()) return agreed.status();
  for (const Agreement& one : *agreed) {
    if (one.person == release.person) return Standing(Outcome::Kind::kSamePerson, exchange);
  }
  if (agreed->size() != release.others) return Fell(Outcome::Kind::kStale, "agreements");
  return CheckInForce(release.decided_under);
}

absl::Status CommitStep::KeepAgreement(int64_t row, const Release& release, uint64_t index) {
  absl::StatusOr<Statement> insert =
      connection_.Prepare("INSERT INTO agreement (idx, row, person) VALUES (?,?,?)");
  if (!insert.ok()) return insert.status();
  return insert->Int(static_cast<int64_t>(index)).Int(row).Id(release.person).Run();
}

absl::StatusOr<Outcome> CommitStep::Send(ExchangeRow& row, const Release::Sending& sending) {
  base::Invariant(Names(sending.record.record, row.exchange.name) &&
                      sending.record.record.event() == audit::v1::SENT,
                  "what is sent is on record as that");
  const absl::StatusOr<Written> written = WriteRecord(sending.record);
  if (!written.ok()) return written.status();
  if (sending.notice) {
    const absl::StatusOr<Written> notice = WriteRecord(*sending.notice);
    if (!notice.ok()) return notice.status();
  }
  const desk::v1::State state = audit::StateAfter(desk::v1::HELD, audit::v1::SENT);
  if (absl::Status set = SetState(row, state); !set.ok()) return set;
  if (absl::Status left = LeaveHold(row.row, *written); !left.ok()) return left;
  const SealedMessage& message = sending.message;
  absl::StatusOr<Statement> update =
      connection_.Prepare("UPDATE exchange SET digest = ?, bytes = ? WHERE row = ?");
  if (!update.ok()) return update.status();
  update->Id(message.digest).Int(static_cast<int64_t>(message.bytes)).Int(row.row);
  if (absl::Status updated = update->Run(); !updated.ok()) return updated;
  if (absl::Status body = InsertBody(row.row, message.head, message.body); !body.ok()) return body;
  if (row.exchange.in_reply_to) {
    if (absl::Status answered = Answer(row.exchange); !answered.ok()) return answered;
  }
  Outcome outcome;
  outcome.name = row.exchange.name;
  outcome.log = written->log;
  outcome.index = written->index;
  outcome.state = state;
  return outcome;
}

absl::Status CommitStep::LeaveHold(int64_t row, const Written& written) {
  absl::StatusOr<Statement> drop = connection_.Prepare("DELETE FROM body WHERE row = ?");
  if (!drop.ok()) return drop.status();
  if (absl::Status dropped = drop->Int(row).Run(); !dropped.ok()) return dropped;
  absl::StatusOr<Statement> end =
      connection_.Prepare("UPDATE exchange SET respond_by_ms = NULL WHERE row = ?");
  if (!end.ok()) return end.status();
  if (absl::Status ended = end->Int(row).Run(); !ended.ok()) return ended;
  if (written.log != audit::v1::EXCHANGE) return absl::OkStatus();
  absl::StatusOr<Statement> stand = connection_.Prepare(
      "UPDATE exchange SET recorded_ms = ?, first_log = ?, first_index = ? WHERE row = ?");
  if (!stand.ok()) return stand.status();
  stand->Int(Millis(written.time)).Int(written.log).Int(static_cast<int64_t>(written.index));
  return stand->Int(row).Run();
}

}  // namespace liaison::store
