// What quotas counted, told again by the records and compared. Attempts alone: no record holds a
// person, so that who was counted cannot be told again. Private to the room.
#ifndef LIAISON_DAEMON_JOURNAL_VERIFY_QUOTAS_H_
#define LIAISON_DAEMON_JOURNAL_VERIFY_QUOTAS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "daemon/journal/faults.h"
#include "daemon/journal/verify.h"

namespace liaison::journal {

// Owned by one check. `reader` is a snapshot.
class QuotaCheck {
 public:
  QuotaCheck(store::Reader& reader, const VerifyOptions& options, Faults& faults)
      : reader_(reader), options_(options), faults_(faults) {}

  // Before the exchanges are noted. `newest`: when the newest of them was recorded.
  absl::Status Begin(absl::Time newest);
  // One exchange.
  absl::Status Note(const store::Exchange& row);
  // When all were noted.
  void End();

 private:
  // The record of the attempt that made the row.
  absl::StatusOr<store::StoredRecord> FirstOf(const store::Exchange& row);
  uint64_t ToldWithin(const store::QuotaCounter& day) const;
  void CheckNewest(const std::string& quota, absl::Time newest);

  store::Reader& reader_;
  const VerifyOptions& options_;
  Faults& faults_;
  std::vector<store::QuotaCounter> counters_;
  absl::Time since_ = absl::InfiniteFuture();  // what was recorded before is not counted any more
  std::map<std::string, std::vector<absl::Time>> told_;  // attempts, by quota
};

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_VERIFY_QUOTAS_H_
