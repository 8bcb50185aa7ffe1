// Where the records of one commit get their place: time, index and leaf.
#ifndef LIAISON_DAEMON_JOURNAL_LOG_SEQUENCER_H_
#define LIAISON_DAEMON_JOURNAL_LOG_SEQUENCER_H_

#include <array>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "daemon/audit/tree.h"
#include "daemon/journal/clock_watch.h"
#include "daemon/store/store.h"

namespace liaison::journal {

// A log as the last commit left it. Value type.
struct LogState {
  store::LogHead head;
  audit::Frontier frontier;

  // VERIFICATION_FAILED when the row's frontier is not one of its size.
  static absl::StatusOr<LogState> FromHead(store::LogHead head);
};

// Both logs, exchange first.
using LogStates = std::array<LogState, 2>;
inline size_t Slot(audit::v1::Log log) { return log == audit::v1::EXCHANGE ? 0 : 1; }
inline constexpr std::array<audit::v1::Log, 2> kLogs = {audit::v1::EXCHANGE, audit::v1::DESK};

// For one commit; owned by its thread.
class LogSequencer final : public store::Sequencer {
 public:
  // `before`: as the last commit left the logs. All records of the commit have one time, unless a
  // log is ahead of it.
  LogSequencer(LogStates before, ClockWatch::Reading now) : logs_(std::move(before)), now_(now) {}

  // VERIFICATION_FAILED when a head row is not as the last commit left it: nobody else may move it.
  absl::Status Begin(absl::Span<const store::LogHead> heads) override;
  absl::Time TimeOf(audit::v1::Log log) const override;
  Sequenced Next(const store::RecordDraft& draft, uint64_t previous) override;
  std::vector<store::LogHead> End() override;

  // The logs with the records of this commit.
  const LogStates& logs() const { return logs_; }

 private:
  uint64_t TimeMsOf(audit::v1::Log log) const;

  LogStates logs_;
  const ClockWatch::Reading now_;
};

// The root of the tree that grows from `frontier` by `leaves`: a second code path beside
// audit::Frontier, so that one flipped bit or one mistake is not signed.
audit::Digest RootAgain(const audit::Frontier& frontier, absl::Span<const audit::Digest> leaves);

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_LOG_SEQUENCER_H_
