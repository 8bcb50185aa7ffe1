// The changes of one transaction: preconditions, records, rows. Private to the room.
#ifndef LIAISON_DAEMON_STORE_COMMIT_STEP_H_
#define LIAISON_DAEMON_STORE_COMMIT_STEP_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/store/columns.h"
#include "daemon/store/sqlite.h"
#include "daemon/store/store.h"

namespace liaison::store {

// The head rows of both logs, in order of log.
absl::StatusOr<std::vector<LogHead>> ReadHeads(Connection& connection);

// Hashes [from, to) of a level: leaves as they stand in the record rows, or roots of complete tiles
// of the level below. kVerificationFailed when one is missing.
absl::StatusOr<std::vector<Digest>> ReadTileEntries(Connection& connection, audit::v1::Log log,
                                                    int level, uint64_t from, uint64_t to);

// An outcome that wrote nothing.
Outcome Fell(Outcome::Kind kind, std::string what = "");
// The same, or kCommitted, with where the exchange stands.
Outcome Standing(Outcome::Kind kind, const Exchange& exchange);
// Whether the record is of this exchange.
bool Names(const audit::v1::Record& record, const ExchangeName& name);

// Lives inside one write transaction, which is its caller's. An error anywhere: the caller rolls
// back.
class CommitStep {
 public:
  CommitStep(Connection& connection, Sequencer& sequencer)
      : connection_(connection), sequencer_(sequencer) {}

  // Checks the preconditions of `change`, seeing those before it, and writes it when they hold.
  absl::StatusOr<Outcome> Apply(const Change& change);
  // Writes the head rows.
  absl::Status WriteHeads();

 private:
  absl::StatusOr<Outcome> Apply(const AddExchange& add);
  absl::StatusOr<Outcome> Apply(const Advance& advance);
  absl::StatusOr<Outcome> Apply(const Release& release);
  absl::StatusOr<Outcome> Apply(const PutInForce& put);
  absl::StatusOr<Outcome> Apply(const Append& append);

  // The outcome that forbids it, or kCommitted.
  absl::StatusOr<Outcome> CheckIdempotency(const AddExchange& add);
  absl::StatusOr<Outcome> CheckUnused(const AddExchange& add);
  absl::StatusOr<Outcome> CheckInForce(const Digest& decided_under);
  absl::StatusOr<Outcome> CheckQuota(const AddExchange& add, desk::v1::State state);
  absl::StatusOr<Outcome> CheckUses(const AddExchange& add, desk::v1::State state);
  absl::StatusOr<Outcome> CheckAdvance(const Advance& advance, const Exchange& exchange);
  absl::StatusOr<Outcome> CheckRelease(const Release& release, const ExchangeRow& row);

  absl::Status InsertExchange(const AddExchange& add, const Exchange& exchange);
  absl::Status InsertBody(int64_t row, const std::string& head, const std::optional<Sealed>& body);
  absl::Status InsertPassedOn(int64_t row, const AddExchange& add, desk::v1::State state);
  // Moves the exchange that this one answers.
  absl::Status Answer(const Exchange& reply);
  absl::Status SetState(const ExchangeRow& row, desk::v1::State state);
  absl::Status KeepPeerReceipt(int64_t row, const std::string& receipt);
  // Adds to the partner's counters.
  absl::Status CountState(const Exchange& exchange, desk::v1::State state, int by);
  struct Counts {
    int held = 0;
    int queued = 0;
    int unread = 0;
    int64_t bytes = 0;
  };
  absl::Status CountPartner(const std::string& partner, const Counts& counts);
  absl::Status KeepInForce(const PutInForce& put, const Outcome& outcome);

  struct Written {
    audit::v1::Log log = audit::v1::EXCHANGE;
    uint64_t index = 0;
    absl::Time time;
  };
  // Takes the held draft away. A record in the exchange log is what the row stands for from now on.
  absl::Status LeaveHold(int64_t row, const Written& written);
  absl::Status KeepAgreement(int64_t row, const Release& release, uint64_t index);
  // HELD becomes QUEUED.
  absl::StatusOr<Outcome> Send(ExchangeRow& row, const Release::Sending& sending);
  absl::StatusOr<Written> WriteRecord(const RecordDraft& draft);
  absl::StatusOr<uint64_t> PreviousOf(const RecordDraft& draft);
  absl::Status WriteOpening(const RecordDraft& draft, uint64_t index);
  absl::Status WriteTiles(audit::v1::Log log, uint64_t size);
  absl::Status WriteTile(audit::v1::Log log, int level, uint64_t index);

  absl::StatusOr<std::optional<ExchangeRow>> FindRow(const ExchangeName& name);

  Connection& connection_;
  Sequencer& sequencer_;
};

}  // namespace liaison::store

#endif  // LIAISON_DAEMON_STORE_COMMIT_STEP_H_
