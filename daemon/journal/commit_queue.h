// Calls that wait to be committed, and which of them the next commit takes. A threat to life goes
// first and in a small batch, yet what is routine always has its turn: nobody can keep the others
// out by calling everything urgent.
#ifndef LIAISON_DAEMON_JOURNAL_COMMIT_QUEUE_H_
#define LIAISON_DAEMON_JOURNAL_COMMIT_QUEUE_H_

#include <deque>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/base/mutex.h"
#include "daemon/journal/journal.h"

namespace liaison::journal {

// A call of Commit, until somebody has taken its answer.
struct Waiting {
  std::vector<Change> changes;
  Haste haste = Haste::kRoutine;
  size_t count = 0;  // of changes, which move into the commit
  size_t bytes = 0;
  base::CondVar answered;
  bool done = false;
  absl::StatusOr<std::vector<Outcome>> outcomes;
};

// Thread-compatible: the journal's lock guards it. What is added outlives its stay.
class CommitQueue {
 public:
  struct Limits {
    size_t changes;        // in one commit
    size_t beside_urgent;  // ... while an urgent call waits
    size_t bytes;
  };
  explicit CommitQueue(const Limits& limits) : limits_(limits) {}

  bool empty() const { return urgent_.empty() && routine_.empty(); }
  size_t changes() const { return changes_; }

  void Add(Waiting& waiting);
  // Urgent and routine in turn, each in order of arrival, up to the limits; but the first of each
  // always. Empty when nothing waits.
  std::vector<Waiting*> TakeBatch();
  std::vector<Waiting*> TakeAll();

 private:
  Waiting* Take(std::deque<Waiting*>& queue);

  const Limits limits_;
  std::deque<Waiting*> urgent_;
  std::deque<Waiting*> routine_;
  size_t changes_ = 0;
};

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_COMMIT_QUEUE_H_
