// The one pipe for everything durable: a change of state and the audit record that witnesses it
// commit together.
//
// Order of a commit: take what waits → begin, lock the heads → preconditions in the rows → time,
// index, leaf → rows, records, tiles, heads → commit with fsync → check the new roots by a second
// path → sign the heads → acknowledge. A failed or unknown commit poisons the journal: it refuses
// everything and says why, and the daemon stops.
#ifndef LIAISON_DAEMON_JOURNAL_JOURNAL_H_
#define LIAISON_DAEMON_JOURNAL_JOURNAL_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "daemon/audit/checkpoint.h"
#include "daemon/base/clock.h"
#include "daemon/base/metrics.h"
#include "daemon/crypto/keys.h"
#include "daemon/store/reader.h"
#include "daemon/store/rows.h"

namespace liaison::store {
class Store;
}

namespace liaison::journal {

using store::Change;
using store::Outcome;

struct Options {
  std::string exchange_origin;  // "<domain>/liaison-log/<instance>/<epoch>"
  std::string desk_origin;
  const crypto::PrivateKey* exchange_key = nullptr;  // Ed25519; outlive the journal
  const crypto::PrivateKey* desk_key = nullptr;
  std::string guard_path;
  audit::v1::Record exchange_genesis;  // key_binding and its signature; used when a log is empty
  audit::v1::Record desk_genesis;
  size_t batch = 256;               // changes of several calls in one commit
  size_t batch_beside_urgent = 32;  // ... with an urgent one among them
  size_t batch_bytes = 8 << 20;
  size_t queue = 4096;           // changes waiting
  uint64_t disk_low_bytes = 0;   // below: AddExchange and Release are refused with DISK_LOW
  uint64_t disk_full_bytes = 0;  // below: every change is refused with DISK_LOW
  // The operator's word that a log with records may go on without its guard file; writes ADMIN to
  // the desk log.
  bool accept_missing_guard = false;
  size_t tiles = 512;  // kept in memory for proofs, 16 KiB each
};

// Receipts that lead to one head.
struct Proofs {
  std::vector<audit::v1::Receipt> receipts;  // their `checkpoint` is empty
  std::string checkpoint;                    // signed note
};

// Whose changes are committed first. What adds a threat to life (U1) is urgent by itself.
enum class Haste { kRoutine, kUrgent };

// Thread-safe.
class Journal {
 public:
  // Changes that wait to be committed. Used by one thread; ends before the journal does.
  class Pending {
   public:
    ~Pending();  // waits until they are answered
    // As Commit answers. REQUIRES: called at most once.
    absl::StatusOr<std::vector<Outcome>> Await();

   private:
    friend class Journal;
    class Rep;
    explicit Pending(std::unique_ptr<Rep> rep);
    const std::unique_ptr<Rep> rep_;
  };

  // Raises the fence, checks the heads against the guard file, writes GENESIS to empty logs.
  // `store` and `clock` outlive the journal. Errors: VERIFICATION_FAILED when the log is smaller
  // than, or inconsistent with, the guard; CLOCK_UNSURE when the clock is more than five minutes
  // before the log's last time.
  static absl::StatusOr<std::unique_ptr<Journal>> Open(const Options& options, store::Store& store,
                                                       base::Clock& clock, base::Metrics& metrics);
  ~Journal();

  // Blocks until all changes are durable or answered; one outcome each, in order. The changes of
  // one call commit in one transaction, however many they are. Errors (none of the
  // changes has any effect): QUEUE_FULL at once; DISK_LOW; CLOCK_UNSURE (AddExchange and Release);
  // STOPPED after Stop or a failed commit.
  absl::StatusOr<std::vector<Outcome>> Commit(std::vector<Change> changes);
  // The same in two halves, for a caller that has something else to do meanwhile. What Commit
  // refuses at once is refused here. REQUIRES: `changes` is not empty.
  absl::StatusOr<std::unique_ptr<Pending>> Begin(std::vector<Change> changes,
                                                 Haste haste = Haste::kRoutine);

  // The commit thread's step: waits up to `wait` for changes and commits what is there. False when
  // nothing came. Writes the guard file when it is due. One thread calls it, again and again.
  bool CommitOnce(absl::Duration wait);

  // Lets what waits be committed by further CommitOnce calls, refuses what comes; wakes everybody.
  void Stop();
  // Writes DESK_HEAD and the guard file. After the last CommitOnce. (Stop first.)
  absl::Status Drain();

  // OK, or why the journal refuses to work.
  absl::Status health() const;

  // The newest signed head, and proofs against it. Errors: NOT_FOUND for an index or size beyond
  // it.
  std::string SignedHead(audit::v1::Log log) const;
  audit::Checkpoint Head(audit::v1::Log log) const;
  absl::StatusOr<Proofs> Prove(audit::v1::Log log, absl::Span<const uint64_t> indexes) const;
  // Head and proof together, so that both name one size. `known_size` 0 or equal: an empty proof.
  absl::StatusOr<audit::v1::ConsistencyProof> Consistency(audit::v1::Log log, uint64_t known_size,
                                                          const audit::Checkpoint& head) const;

  // The reading half of the store.
  store::Reader& reader() const;

 private:
  class Rep;
  explicit Journal(std::unique_ptr<Rep> rep);
  const std::unique_ptr<Rep> rep_;
};

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_JOURNAL_H_
