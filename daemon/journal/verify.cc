#include "daemon/journal/verify.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "daemon/journal/faults.h"
#include "daemon/journal/guard.h"
#include "daemon/journal/verify_log.h"
#include "daemon/journal/verify_rows.h"

namespace liaison::journal {
namespace {

// Owned by one call of Verify.
class Check {
 public:
  Check(store::Reader& reader, const VerifyOptions& options)
      : reader_(reader), options_(options), faults_(result_) {}

  absl::StatusOr<audit::v1::VerifyResult> Run(
      const absl::StatusOr<std::optional<GuardedHeads>>& guard);

 private:
  bool Wanted(audit::v1::Log log) const {
    return options_.logs.empty() ||
           std::find(options_.logs.begin(), options_.logs.end(), log) != options_.logs.end();
  }
  void TakeGuard(const absl::StatusOr<std::optional<GuardedHeads>>& guard);
  absl::StatusOr<LogState> ReadHead(audit::v1::Log log);
  absl::Status ReadHeads();
  absl::Status CheckLog(LogState state);
  absl::Status CheckRows();

  store::Reader& reader_;
  const VerifyOptions& options_;
  audit::v1::VerifyResult result_;
  Faults faults_;
  std::optional<GuardedHeads> guard_;
  std::vector<LogState> logs_;
  uint64_t total_ = 0;
  uint64_t checked_ = 0;
};

void Check::TakeGuard(const absl::StatusOr<std::optional<GuardedHeads>>& guard) {
  if (options_.guard_path.empty()) return;
  if (!guard.ok()) {
    faults_.Add("guard", audit::v1::EXCHANGE, 0, "guard file",
                std::string(guard.status().message()),
                "put back the file that belongs to this log");
    return;
  }
  guard_ = *guard;
  if (guard_) return;
  faults_.Add("guard", audit::v1::EXCHANGE, 0, "guard file", "it is missing",
              "put the file back; if it is lost, compare the heads with those that partners hold");
}

absl::StatusOr<LogState> Check::ReadHead(audit::v1::Log log) {
  absl::StatusOr<store::LogHead> head = reader_.Head(log);
  if (!head.ok()) return head.status();
  return LogState::FromHead(*std::move(head));
}

absl::Status Check::ReadHeads() {
  for (audit::v1::Log log : kLogs) {
    if (!Wanted(log)) continue;
    absl::StatusOr<LogState> state = ReadHead(log);
    if (state.ok()) {
      total_ += state->head.size;
      logs_.push_back(*std::move(state));
      continue;
    }
    const absl::Status absorbed = faults_.Absorb(state.status(), log);
    if (absl::IsNotFound(absorbed)) {
      faults_.Add("head", log, 0, absl::StrCat("head ", NameOf(log)), "the head row is missing");
    } else if (!absorbed.ok()) {
      return absorbed;
    }
  }
  return absl::OkStatus();
}

absl::Status Check::CheckLog(LogState state) {
  audit::v1::LogResult* const log = result_.add_logs();
  log->set_log(state.head.log);
  log->set_origin(state.head.origin);
  log->set_size(state.head.size);
  log->set_root(state.frontier.Root().hex());
  LogCheck check(reader_, options_, std::move(state), faults_);
  absl::Status checked;
  if (options_.full) {
    checked = check.Full(guard_, [this](uint64_t done) {
      if (options_.progress) options_.progress(checked_ + done, total_);
    });
  } else {
    checked = check.Quick(guard_);
  }
  log->set_records_checked(check.checked());
  checked_ += check.checked();
  return checked;
}

absl::Status Check::CheckRows() {
  RowCheck rows(reader_, options_, faults_);
  if (absl::Status exchanges = rows.CheckExchanges(); !exchanges.ok()) return exchanges;
  result_.set_rows_checked(rows.rows());
  result_.set_bodies_checked(rows.bodies());
  return rows.CheckInForce();
}

absl::StatusOr<audit::v1::VerifyResult> Check::Run(
    const absl::StatusOr<std::optional<GuardedHeads>>& guard) {
  TakeGuard(guard);
  if (options_.full) {
    const absl::Status sound =
        faults_.Absorb(reader_.CheckIntegrity(true), audit::v1::LOG_UNSPECIFIED);
    if (!sound.ok()) return sound;
  }
  if (absl::Status heads = ReadHeads(); !heads.ok()) return heads;
  for (LogState& log : logs_) {
    if (absl::Status checked = CheckLog(std::move(log)); !checked.ok()) return checked;
  }
  if (options_.full) {
    if (absl::Status rows = CheckRows(); !rows.ok()) return rows;
  }
  result_.set_ok(result_.faults_size() == 0);
  return result_;
}

}  // namespace

absl::StatusOr<audit::v1::VerifyResult> Verify(store::Reader& reader,
                                               const VerifyOptions& options) {
  // While the daemon runs the guard is never ahead of the heads that are read after it.
  const absl::StatusOr<std::optional<GuardedHeads>> guard = GuardFile::Read(options.guard_path);
  const absl::StatusOr<std::unique_ptr<store::Reader>> snapshot = reader.Snapshot();
  if (!snapshot.ok()) return snapshot.status();
  return Check(**snapshot, options).Run(guard);
}

}  // namespace liaison::journal
