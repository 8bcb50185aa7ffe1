// One log checked by itself: records, links, tiles, head, guard. Private to the room.
#ifndef LIAISON_DAEMON_JOURNAL_VERIFY_LOG_H_
#define LIAISON_DAEMON_JOURNAL_VERIFY_LOG_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "daemon/audit/tree.h"
#include "daemon/journal/faults.h"
#include "daemon/journal/guard.h"
#include "daemon/journal/log_sequencer.h"
#include "daemon/journal/verify.h"

namespace liaison::journal {

using base::Digest;

// "exchange" or "desk".
std::string NameOf(audit::v1::Log log);

// Owned by one check.
class LogCheck {
 public:
  LogCheck(store::Reader& reader, const VerifyOptions& options, LogState state, Faults& faults)
      : reader_(reader),
        options_(options),
        log_(state.head.log),
        state_(std::move(state)),
        faults_(faults) {}

  // Newest records, head against rows, guard.
  absl::Status Quick(const std::optional<GuardedHeads>& guard);
  // All of it. `progress`: how many records were checked.
  absl::Status Full(const std::optional<GuardedHeads>& guard,
                    const std::function<void(uint64_t)>& progress);

  uint64_t checked() const { return checked_; }

 private:
  // The records from `from` to the head, in order; `rebuild`: the tree from the first one on as
  // well.
  absl::Status CheckRecords(uint64_t from, bool rebuild,
                            const std::function<void(uint64_t)>& progress);
  void CheckRecord(const store::StoredRecord& stored);
  void CheckColumns(const store::StoredRecord& stored, const audit::v1::Record& record);
  void CheckPrevious(uint64_t index, const audit::v1::Record& record);
  void CheckOpening(const store::StoredRecord& stored, const audit::v1::Record& record);
  absl::Status CheckRow(uint64_t index, const audit::v1::Record& record);
  absl::Status CheckNothingBeyond();
  absl::Status Grow(const Digest& leaf);
  absl::Status CheckTile(int level);
  absl::Status CheckPartialTiles();
  // `root_at`: the root that the guard's size should have.
  void CheckGuard(const std::optional<GuardedHeads>& guard,
                  const std::function<absl::StatusOr<Digest>(uint64_t size)>& root_at);
  void BadRecord(uint64_t index, std::string what);

  store::Reader& reader_;
  const VerifyOptions& options_;
  const audit::v1::Log log_;
  const LogState state_;
  Faults& faults_;

  uint64_t checked_ = 0;
  uint64_t last_time_ms_ = 0;
  bool links_ = false;  // from the first record on: links can be followed
  absl::flat_hash_map<std::string, uint64_t> last_of_;  // exchange → 1 + index of its last record
  audit::Frontier frontier_;
  std::optional<uint64_t> guard_size_;
  std::optional<Digest> root_at_guard_;
  struct Level {
    uint64_t tiles = 0;           // complete ones
    std::vector<Digest> entries;  // of the growing one
  };
  std::vector<Level> levels_{1};
};

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_VERIFY_LOG_H_
