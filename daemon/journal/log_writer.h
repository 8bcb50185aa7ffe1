// The step from changes to signed heads: commit, check by a second path, sign, guard.
#ifndef LIAISON_DAEMON_JOURNAL_LOG_WRITER_H_
#define LIAISON_DAEMON_JOURNAL_LOG_WRITER_H_

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "daemon/audit/checkpoint.h"
#include "daemon/journal/clock_watch.h"
#include "daemon/journal/guard.h"
#include "daemon/journal/journal.h"
#include "daemon/journal/log_sequencer.h"
#include "daemon/journal/tree_reader.h"
#include "daemon/store/store.h"

namespace liaison::journal {

struct HeadNote {
  audit::Checkpoint head;
  std::string note;
};
using HeadNotes = std::array<HeadNote, 2>;  // by Slot(log)

// Owned by the commit thread. After an error of Commit or the guard it is not to be used again:
// what is on disk is not known.
class LogWriter {
 public:
  // See Journal::Open. Everything but the returned object outlives it.
  static absl::StatusOr<std::unique_ptr<LogWriter>> Open(const Options& options,
                                                         store::Store& store,
                                                         const base::Clock& clock,
                                                         ClockWatch& watch, TreeReader& tree);

  // Returns when everything is durable, checked and signed.
  absl::StatusOr<std::vector<Outcome>> Commit(absl::Span<const Change> changes);
  const HeadNotes& heads() const { return heads_; }

  // DESK_HEAD is written once a day.
  bool DeskHeadIsDue();
  Change DeskHead() const;

  // Writes the guard when the heads have moved and the last time is a second ago.
  absl::Status WriteGuardIfDue();
  absl::Status WriteGuard();

 private:
  LogWriter(const Options& options, store::Store& store, const base::Clock& clock,
            ClockWatch& watch)
      : options_(options), store_(store), clock_(clock), watch_(watch) {}

  absl::Status Acquire();
  absl::Status CheckRows(TreeReader& tree) const;
  absl::Status CheckClock() const;
  // VERIFICATION_FAILED when the logs are smaller than, or inconsistent with, the guard.
  absl::Status CheckGuard(TreeReader& tree);
  absl::Status Begin();
  absl::Status WriteGenesis();
  void ReadLastDeskHead();
  absl::Status CheckRoots(const LogStates& before, const LogStates& after) const;
  void Sign();
  const crypto::PrivateKey& KeyOf(audit::v1::Log log) const;

  const Options options_;
  store::Store& store_;
  const base::Clock& clock_;
  ClockWatch& watch_;
  std::unique_ptr<GuardFile> guard_;
  bool guard_was_missing_ = false;
  LogStates logs_;
  HeadNotes heads_;
  absl::Time last_desk_head_ = absl::InfinitePast();
  absl::Duration guarded_at_ = -absl::InfiniteDuration();
  HeadNotes guarded_;
};

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_LOG_WRITER_H_
