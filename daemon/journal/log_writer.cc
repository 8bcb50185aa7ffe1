#include "daemon/journal/log_writer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/base/invariant.h"
#include "daemon/crypto/digest.h"

namespace liaison::journal {
namespace {

constexpr absl::Duration kGuardPeriod = absl::Seconds(1);
constexpr absl::Duration kDeskHeadPeriod = absl::Hours(24);
constexpr char kDeskHeadKind[] = "desk_head";

absl::Status Refuse(std::string_view what, std::string_view fix) {
  return base::MakeError(base::Reason::kVerificationFailed, what, fix);
}

audit::Checkpoint HeadOf(const LogState& log) {
  return {log.head.origin, log.head.size, log.frontier.Root()};
}

Change Alone(audit::v1::Log log, audit::v1::Record record) {
  store::Append append;
  append.record.log = log;
  append.record.record = std::move(record);
  return append;
}

bool IsEmpty(const LogStates& logs) { return logs[0].head.size == 0 && logs[1].head.size == 0; }

// The rows must lead to what the guard says was signed.
absl::Status CheckGuarded(const GuardedHead& guarded, const LogState& log, audit::v1::Log name,
                          TreeReader& tree) {
  constexpr char kFix[] =
      "do not go on with this copy of the database: put the newest back, or begin a new epoch";
  if (guarded.size > log.head.size) {
    return Refuse(absl::StrCat("the log ", log.head.origin, " has ", log.head.size,
                               " records, but a head of ", guarded.size,
                               " was signed: this is an old copy of the database"),
                  kFix);
  }
  const absl::StatusOr<audit::Digest> root = tree.RootAt(name, guarded.size);
  if (!root.ok()) return root.status();
  if (*root == guarded.root) return absl::OkStatus();
  return Refuse(absl::StrCat("the first ", guarded.size, " records of the log ", log.head.origin,
                             " are not those whose head was signed"),
                kFix);
}

}  // namespace

absl::StatusOr<std::unique_ptr<LogWriter>> LogWriter::Open(const Options& options,
                                                           store::Store& store,
                                                           const base::Clock& clock,
                                                           ClockWatch& watch, TreeReader& tree) {
  std::unique_ptr<LogWriter> writer(new LogWriter(options, store, clock, watch));
  if (absl::Status acquired = writer->Acquire(); !acquired.ok()) return acquired;
  if (absl::Status rows = writer->CheckRows(tree); !rows.ok()) return rows;
  if (absl::Status sure = writer->CheckClock(); !sure.ok()) return sure;
  if (absl::Status guard = writer->CheckGuard(tree); !guard.ok()) return guard;
  if (absl::Status begun = writer->Begin(); !begun.ok()) return begun;
  return writer;
}

absl::Status LogWriter::Acquire() {
  absl::StatusOr<std::vector<store::LogHead>> heads =
      store_.Acquire(options_.exchange_origin, options_.desk_origin);
  if (!heads.ok()) return heads.status();
  for (store::LogHead& head : *heads) {
    const size_t slot = Slot(head.log);
    absl::StatusOr<LogState> log = LogState::FromHead(std::move(head));
    if (!log.ok()) return log.status();
    logs_[slot] = *std::move(log);
  }
  return absl::OkStatus();
}

absl::Status LogWriter::CheckRows(TreeReader& tree) const {
  for (audit::v1::Log log : kLogs) {
    const LogState& state = logs_[Slot(log)];
    const absl::StatusOr<audit::Digest> root = tree.RootAt(log, state.head.size);
    if (!root.ok()) return root.status();
    if (*root == state.frontier.Root()) continue;
    return Refuse(
        absl::StrCat("the head row of ", state.head.origin, " is not the head of its records"),
        "run `liaison audit verify --full` to see the first record that differs");
  }
  return absl::OkStatus();
}

absl::Status LogWriter::CheckClock() const {
  const absl::Time now = clock_.Now();
  for (const LogState& log : logs_) {
    const absl::Time last = absl::FromUnixMillis(static_cast<int64_t>(log.head.last_time_ms));
    if (now >= last - kClockUnsure) continue;
    return base::MakeError(base::Reason::kClockUnsure,
                           absl::StrCat("the clock is more than five minutes before the last"
                                        " record of ",
                                        log.head.origin),
                           "set the clock and start again");
  }
  return absl::OkStatus();
}

absl::Status LogWriter::CheckGuard(TreeReader& tree) {
  const absl::StatusOr<std::optional<GuardedHeads>> guard = GuardFile::Read(options_.guard_path);
  if (!guard.ok()) return guard.status();
  guard_was_missing_ = !*guard;
  if (!*guard) {
    if (IsEmpty(logs_) || options_.accept_missing_guard) return absl::OkStatus();
    return Refuse(absl::StrCat("the guard file ", options_.guard_path,
                               " is missing, but the log has records"),
                  "put the file back; if it is lost, compare the head with one that a partner"
                  " holds, then accept the missing guard once");
  }
  for (audit::v1::Log log : kLogs) {
    const GuardedHead& guarded = log == audit::v1::EXCHANGE ? (*guard)->exchange : (*guard)->desk;
    const LogState& state = logs_[Slot(log)];
    const absl::Status signed_by_us = guarded.Verify(state.head.origin, KeyOf(log).public_key());
    if (!signed_by_us.ok()) return signed_by_us;
    const absl::Status fits = CheckGuarded(guarded, state, log, tree);
    if (!fits.ok()) return fits;
  }
  return absl::OkStatus();
}

absl::Status LogWriter::Begin() {
  Sign();
  absl::StatusOr<std::unique_ptr<GuardFile>> guard = GuardFile::Open(options_.guard_path);
  if (!guard.ok()) return guard.status();
  guard_ = *std::move(guard);
  // Before the first record: from now on a log with records and no guard is a guard that was taken
  // away.
  if (absl::Status guarded = WriteGuard(); !guarded.ok()) return guarded;
  if (guard_was_missing_ && !IsEmpty(logs_)) {
    audit::v1::Record word;
    word.set_event(audit::v1::ADMIN);
    const Change change = Alone(audit::v1::DESK, std::move(word));
    const absl::Status recorded = Commit(absl::MakeConstSpan(&change, 1)).status();
    if (!recorded.ok()) return recorded;
  }
  if (absl::Status genesis = WriteGenesis(); !genesis.ok()) return genesis;
  ReadLastDeskHead();
  if (last_desk_head_ != absl::InfinitePast()) return absl::OkStatus();
  const Change desk_head = DeskHead();
  return Commit(absl::MakeConstSpan(&desk_head, 1)).status();
}

absl::Status LogWriter::WriteGenesis() {
  std::vector<Change> changes;
  for (audit::v1::Log log : kLogs) {
    if (logs_[Slot(log)].head.size > 0) continue;
    audit::v1::Record record =
        log == audit::v1::EXCHANGE ? options_.exchange_genesis : options_.desk_genesis;
    record.set_event(audit::v1::GENESIS);
    changes.push_back(Alone(log, std::move(record)));
  }
  if (changes.empty()) return absl::OkStatus();
  return Commit(changes).status();
}

void LogWriter::ReadLastDeskHead() {
  const absl::StatusOr<store::InForce> last = store_.FindInForce(kDeskHeadKind);
  if (!last.ok()) return;  // none yet
  const absl::StatusOr<store::StoredRecord> stored = store_.Record(last->log, last->index);
  audit::v1::Record record;
  if (!stored.ok() || !record.ParseFromString(stored->bytes)) return;  // due at once
  last_desk_head_ = absl::FromUnixMillis(static_cast<int64_t>(record.time_ms()));
}

absl::StatusOr<std::vector<Outcome>> LogWriter::Commit(absl::Span<const Change> changes) {
  const ClockWatch::Reading now = watch_.Read();
  LogSequencer sequencer(logs_, now);
  absl::StatusOr<std::vector<Outcome>> outcomes = store_.Commit(changes, sequencer);
  if (!outcomes.ok()) return outcomes.status();
  if (outcomes->size() != changes.size()) {
    return absl::InternalError("the store answers each change once");
  }
  const LogStates& after = sequencer.logs();
  if (absl::Status roots = CheckRoots(logs_, after); !roots.ok()) return roots;
  for (size_t i = 0; i < changes.size(); ++i) {
    const auto* put = std::get_if<store::PutInForce>(&changes[i]);
    if (put != nullptr && put->kind == kDeskHeadKind) last_desk_head_ = now.time;
  }
  logs_ = after;
  Sign();
  return outcomes;
}

absl::Status LogWriter::CheckRoots(const LogStates& before, const LogStates& after) const {
  for (audit::v1::Log log : kLogs) {
    const LogState& old = before[Slot(log)];
    const LogState& grown = after[Slot(log)];
    if (grown.head.size == old.head.size) continue;
    const absl::StatusOr<std::vector<audit::Digest>> leaves =
        store_.Leaves(log, old.head.size, grown.head.size);
    if (!leaves.ok()) return leaves.status();
    if (RootAgain(old.frontier, *leaves) == grown.frontier.Root()) continue;
    return Refuse(absl::StrCat("what was written to ", grown.head.origin,
                               " is not what was meant: its head is not signed"),
                  "check memory and disk; run `liaison audit verify --full`");
  }
  return absl::OkStatus();
}

void LogWriter::Sign() {
  for (audit::v1::Log log : kLogs) {
    HeadNote& signed_head = heads_[Slot(log)];
    audit::Checkpoint head = HeadOf(logs_[Slot(log)]);
    if (head == signed_head.head) continue;
    base::Invariant(head.size > signed_head.head.size || signed_head.note.empty(),
                    "a head is never smaller than the last signed, nor another of its size");
    signed_head.note = audit::SignCheckpoint(head, KeyOf(log));
    signed_head.head = std::move(head);
  }
}

bool LogWriter::DeskHeadIsDue() { return watch_.Read().time - last_desk_head_ >= kDeskHeadPeriod; }

Change LogWriter::DeskHead() const {
  const audit::Digest digest = crypto::Sha256(heads_[Slot(audit::v1::DESK)].head.Body());
  store::PutInForce put;
  put.kind = kDeskHeadKind;
  put.digest = digest;
  put.record.log = audit::v1::EXCHANGE;
  put.record.record.set_event(audit::v1::DESK_HEAD);
  put.record.record.set_subject_digest(std::string(digest.raw()));
  return put;
}

absl::Status LogWriter::WriteGuardIfDue() {
  const bool moved = heads_[0].head != guarded_[0].head || heads_[1].head != guarded_[1].head;
  if (!moved || clock_.Elapsed() - guarded_at_ < kGuardPeriod) return absl::OkStatus();
  return WriteGuard();
}

absl::Status LogWriter::WriteGuard() {
  const absl::Status written =
      guard_->Write({Guarded(heads_[Slot(audit::v1::EXCHANGE)].head, KeyOf(audit::v1::EXCHANGE)),
                     Guarded(heads_[Slot(audit::v1::DESK)].head, KeyOf(audit::v1::DESK))});
  if (!written.ok()) return written;
  guarded_ = heads_;
  guarded_at_ = clock_.Elapsed();
  return absl::OkStatus();
}

const crypto::PrivateKey& LogWriter::KeyOf(audit::v1::Log log) const {
  return log == audit::v1::EXCHANGE ? *options_.exchange_key : *options_.desk_key;
}

}  // namespace liaison::journal
