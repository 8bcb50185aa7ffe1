// A journal over SQLite in a directory of its own, with a clock that stands still and a commit
// thread when wanted.
#ifndef LIAISON_TESTS_JOURNAL_JOURNAL_FIXTURE_H_
#define LIAISON_TESTS_JOURNAL_JOURNAL_FIXTURE_H_

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "daemon/audit/checkpoint.h"
#include "daemon/base/clock.h"
#include "daemon/base/metrics.h"
#include "daemon/crypto/keys.h"
#include "daemon/journal/journal.h"
#include "daemon/store/store.h"
#include "tests/journal/failing_store.h"
#include "tests/store/rows_fixture.h"

namespace liaison::journal {

// The thread that app would own.
class CommitThread {
 public:
  explicit CommitThread(Journal& journal);
  // Stops the journal and commits what waits.
  ~CommitThread();

 private:
  Journal& journal_;
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

struct JournalFixture {
  JournalFixture();

  // Opens store (unless it is there) and journal.
  absl::Status Open();
  // Ends both, draining when `drain`.
  void Close(bool drain = true);
  // Commits with a commit thread of its own. REQUIRES: open and no commit thread.
  absl::StatusOr<std::vector<Outcome>> Commit(std::vector<Change> changes);
  std::vector<audit::LogKey> LogKeys() const;

  store::TempDirectory directory;
  base::FakeClock clock{absl::FromUnixSeconds(1'800'000'000)};
  base::Metrics metrics;
  std::unique_ptr<crypto::PrivateKey> exchange_key;
  std::unique_ptr<crypto::PrivateKey> desk_key;
  Options options;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<FailingStore> failing;  // between journal and store
  std::unique_ptr<Journal> journal;
};

}  // namespace liaison::journal

#endif  // LIAISON_TESTS_JOURNAL_JOURNAL_FIXTURE_H_
