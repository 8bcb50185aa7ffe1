#include "daemon/journal/journal.h"

#include <algorithm>
#include <utility>

#include "daemon/base/error.h"
#include "daemon/base/invariant.h"
#include "daemon/base/log.h"
#include "daemon/base/mutex.h"
#include "daemon/journal/clock_watch.h"
#include "daemon/journal/commit_queue.h"
#include "daemon/journal/log_writer.h"
#include "daemon/journal/prove.h"
#include "daemon/journal/tree_reader.h"
#include "daemon/store/store.h"

namespace liaison::journal {
namespace {

using base::MakeError;
using base::MutexLock;
using base::Reason;

constexpr absl::Duration kDiskSamplePeriod = absl::Seconds(1);

size_t BytesOf(const std::optional<store::Sealed>& sealed) {
  return sealed ? sealed->wrapped.size() + sealed->first.size() + sealed->second.size() : 0;
}

size_t BytesOf(const store::Release& release) {
  size_t bytes = BytesOf(release.record.opening);
  if (!release.sending) return bytes;
  const store::SealedMessage& message = release.sending->message;
  bytes += message.head.size() + BytesOf(message.body) + BytesOf(release.sending->record.opening);
  return bytes;
}

size_t BytesOf(const Change& change) {
  if (const auto* add = std::get_if<store::AddExchange>(&change)) {
    return add->head.size() + BytesOf(add->body) + BytesOf(add->record.opening) +
           (add->notice ? BytesOf(add->notice->opening) : 0);
  }
  if (const auto* advance = std::get_if<store::Advance>(&change)) {
    return advance->peer_receipt.size() + BytesOf(advance->record.opening);
  }
  if (const auto* release = std::get_if<store::Release>(&change)) return BytesOf(*release);
  if (const auto* put = std::get_if<store::PutInForce>(&change)) return put->content.size();
  return BytesOf(std::get<store::Append>(change).record.opening);
}

// New exchanges, and new messages of what was held.
bool AddsExchange(const std::vector<Change>& changes) {
  return std::any_of(changes.begin(), changes.end(), [](const Change& change) {
    return std::holds_alternative<store::AddExchange>(change) ||
           std::holds_alternative<store::Release>(change);
  });
}

bool AddsThreatToLife(const std::vector<Change>& changes) {
  return std::any_of(changes.begin(), changes.end(), [](const Change& change) {
    const auto* add = std::get_if<store::AddExchange>(&change);
    return add != nullptr && add->exchange.urgency == payload::v1::Urgency::U1;
  });
}

Change ClockRecord() {
  store::Append append;
  append.record.log = audit::v1::DESK;
  append.record.record.set_event(audit::v1::CLOCK);
  return append;
}

absl::Status Stopped(std::string_view why) {
  return MakeError(Reason::kStopped, why, "try again when the daemon is back");
}

absl::Status DiskLow() {
  return MakeError(Reason::kDiskLow, "the disk is nearly full", "make room on the disk");
}

}  // namespace

// Members in three groups: constant or thread-safe; owned by the commit thread; guarded by mu_.
class Journal::Rep {
 public:
  Rep(const Options& options, store::Store& store, base::Clock& clock, base::Metrics& metrics)
      : options_(options),
        store_(store),
        clock_(clock),
        metrics_(metrics),
        watch_(clock),
        tree_(store, options.tiles),
        queue_({options.batch, options.batch_beside_urgent, options.batch_bytes}) {}
  ~Rep();

  absl::Status Open();
  absl::Status Enqueue(Waiting& waiting);
  void Await(Waiting& waiting);
  bool CommitOnce(absl::Duration wait);
  void Stop();
  absl::Status Drain();
  absl::Status health() const;
  HeadNote HeadOf(audit::v1::Log log) const;
  TreeReader& tree() { return tree_; }
  store::Reader& reader() { return store_; }

 private:
  absl::Status Admit(const std::vector<Change>& changes);
  absl::Status CheckDisk(bool adds_exchange);
  void SampleDisk();
  std::vector<Waiting*> TakeFront(absl::Duration wait);
  std::vector<Change> OwnChanges();
  absl::StatusOr<std::vector<Outcome>> CommitBatch(std::vector<Change>& changes);
  void Answer(const std::vector<Waiting*>& batch, size_t own,
              const absl::StatusOr<std::vector<Outcome>>& outcomes);
  void Poison(const absl::Status& cause);
  void GuardIfDue();

  const Options options_;
  store::Store& store_;
  base::Clock& clock_;
  base::Metrics& metrics_;
  ClockWatch watch_;
  TreeReader tree_;

  std::unique_ptr<LogWriter> writer_;

  mutable base::Mutex mu_;
  base::CondVar work_;
  CommitQueue queue_ ABSL_GUARDED_BY(mu_);
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  absl::Status health_ ABSL_GUARDED_BY(mu_);
  HeadNotes heads_ ABSL_GUARDED_BY(mu_);
  absl::Duration disk_sampled_ ABSL_GUARDED_BY(mu_) = -absl::InfiniteDuration();
  uint64_t disk_free_ ABSL_GUARDED_BY(mu_) = 0;
};

Journal::Rep::~Rep() {
  MutexLock lock(mu_);
  base::Invariant(queue_.empty(), "nobody waits for a journal that ends");
}

absl::Status Journal::Rep::Open() {
  absl::StatusOr<std::unique_ptr<LogWriter>> writer =
      LogWriter::Open(options_, store_, clock_, watch_, tree_);
  if (!writer.ok()) return writer.status();
  writer_ = *std::move(writer);
  SampleDisk();
  MutexLock lock(mu_);
  heads_ = writer_->heads();
  return absl::OkStatus();
}

void Journal::Rep::SampleDisk() {
  const absl::StatusOr<uint64_t> free = store_.FreeDiskBytes();
  MutexLock lock(mu_);
  disk_free_ = free.ok() ? *free : 0;  // not known: refuse
}

absl::Status Journal::Rep::CheckDisk(bool adds_exchange) {
  if (options_.disk_low_bytes == 0 && options_.disk_full_bytes == 0) return absl::OkStatus();
  const absl::Duration now = clock_.Elapsed();
  bool due = false;
  {
    MutexLock lock(mu_);
    due = now - disk_sampled_ >= kDiskSamplePeriod;
    if (due) disk_sampled_ = now;
  }
  if (due) SampleDisk();
  MutexLock lock(mu_);
  if (disk_free_ < options_.disk_full_bytes) return DiskLow();
  if (adds_exchange && disk_free_ < options_.disk_low_bytes) return DiskLow();
  return absl::OkStatus();
}

absl::Status Journal::Rep::Admit(const std::vector<Change>& changes) {
  const bool adds_exchange = AddsExchange(changes);
  if (absl::Status disk = CheckDisk(adds_exchange); !disk.ok()) return disk;
  if (adds_exchange && watch_.Read().unsure) {
    return MakeError(Reason::kClockUnsure,
                     "the clock was set by more than five minutes: it is not believed",
                     "set the clock right, or restart the daemon when it is");
  }
  return absl::OkStatus();
}

absl::Status Journal::Rep::Enqueue(Waiting& waiting) {
  if (absl::Status admitted = Admit(waiting.changes); !admitted.ok()) return admitted;
  waiting.count = waiting.changes.size();
  for (const Change& change : waiting.changes) waiting.bytes += BytesOf(change);

  MutexLock lock(mu_);
  if (!health_.ok()) return Stopped("the journal has stopped");
  if (stopped_) return Stopped("the daemon is stopping");
  if (queue_.changes() + waiting.count > options_.queue) {
    return MakeError(Reason::kQueueFull, "too many changes wait to be committed",
                     "try again in a moment");
  }
  queue_.Add(waiting);
  work_.NotifyOne();
  return absl::OkStatus();
}

void Journal::Rep::Await(Waiting& waiting) {
  MutexLock lock(mu_);
  while (!waiting.done) waiting.answered.Wait(mu_);
}

std::vector<Waiting*> Journal::Rep::TakeFront(absl::Duration wait) {
  MutexLock lock(mu_);
  if (queue_.empty() && !stopped_ && wait > absl::ZeroDuration()) work_.WaitFor(mu_, wait);
  return queue_.TakeBatch();
}

std::vector<Change> Journal::Rep::OwnChanges() {
  std::vector<Change> changes;
  watch_.Read();
  if (watch_.TakeAlarm()) {
    base::Log(base::LogLevel::kError, "the clock was set",
              {{"unsure", watch_.Read().unsure ? "yes" : "no"}});
    metrics_.Count("liaison_clock_alarms_total");
    changes.push_back(ClockRecord());
  }
  if (writer_->DeskHeadIsDue()) changes.push_back(writer_->DeskHead());
  return changes;
}

bool Journal::Rep::CommitOnce(absl::Duration wait) {
  const std::vector<Waiting*> batch = TakeFront(wait);
  if (!health().ok()) {
    Answer(batch, 0, Stopped("the journal has stopped"));
    return !batch.empty();
  }
  std::vector<Change> changes = OwnChanges();
  const size_t own = changes.size();
  for (Waiting* waiting : batch) {
    std::move(waiting->changes.begin(), waiting->changes.end(), std::back_inserter(changes));
  }
  if (!changes.empty()) Answer(batch, own, CommitBatch(changes));
  GuardIfDue();
  return !changes.empty();
}

absl::StatusOr<std::vector<Outcome>> Journal::Rep::CommitBatch(std::vector<Change>& changes) {
  const absl::Duration begin = clock_.Elapsed();
  absl::StatusOr<std::vector<Outcome>> outcomes = writer_->Commit(changes);
  if (!outcomes.ok()) {
    Poison(outcomes.status());
    return Stopped("the outcome of a commit is not known");
  }
  metrics_.Count("liaison_journal_commits_total");
  metrics_.Count("liaison_journal_changes_total", {}, static_cast<double>(changes.size()));
  metrics_.Observe("liaison_journal_commit_seconds",
                   absl::ToDoubleSeconds(clock_.Elapsed() - begin));
  MutexLock lock(mu_);
  heads_ = writer_->heads();
  return outcomes;
}

void Journal::Rep::Answer(const std::vector<Waiting*>& batch, size_t own,
                          const absl::StatusOr<std::vector<Outcome>>& outcomes) {
  MutexLock lock(mu_);
  size_t next = own;
  for (Waiting* waiting : batch) {
    if (outcomes.ok()) {
      const auto begin = outcomes->begin() + static_cast<ptrdiff_t>(next);
      next += waiting->count;
      waiting->outcomes =
          std::vector<Outcome>(begin, begin + static_cast<ptrdiff_t>(waiting->count));
    } else {
      waiting->outcomes = outcomes.status();
    }
    waiting->done = true;
    // Under the lock: the waiter and its condition end as soon as somebody sees `done`.
    waiting->answered.NotifyOne();
  }
}

void Journal::Rep::Poison(const absl::Status& cause) {
  base::Log(base::LogLevel::kError, "the journal stops", {{"cause", std::string(cause.message())}});
  metrics_.Set("liaison_journal_stopped", 1);
  std::vector<Waiting*> waiting;
  {
    MutexLock lock(mu_);
    health_ = cause;
    waiting = queue_.TakeAll();
  }
  Answer(waiting, 0, Stopped("the journal has stopped"));
}

void Journal::Rep::GuardIfDue() {
  if (!health().ok()) return;
  // A failed sync is not tried again: what the file holds is not known.
  if (absl::Status guarded = writer_->WriteGuardIfDue(); !guarded.ok()) Poison(guarded);
}

void Journal::Rep::Stop() {
  MutexLock lock(mu_);
  stopped_ = true;
  work_.NotifyAll();
}

absl::Status Journal::Rep::Drain() {
  if (absl::Status healthy = health(); !healthy.ok()) return healthy;
  std::vector<Change> changes;
  changes.push_back(writer_->DeskHead());
  if (absl::Status written = CommitBatch(changes).status(); !written.ok()) return written;
  const absl::Status guarded = writer_->WriteGuard();
  if (!guarded.ok()) Poison(guarded);
  return guarded;
}

absl::Status Journal::Rep::health() const {
  MutexLock lock(mu_);
  return health_;
}

HeadNote Journal::Rep::HeadOf(audit::v1::Log log) const {
  MutexLock lock(mu_);
  return heads_[Slot(log)];
}

absl::StatusOr<std::unique_ptr<Journal>> Journal::Open(const Options& options, store::Store& store,
                                                       base::Clock& clock, base::Metrics& metrics) {
  base::Invariant(options.exchange_key != nullptr && options.desk_key != nullptr,
                  "a journal has a key for each log");
  auto rep = std::make_unique<Rep>(options, store, clock, metrics);
  if (absl::Status opened = rep->Open(); !opened.ok()) return opened;
  return std::unique_ptr<Journal>(new Journal(std::move(rep)));
}

Journal::Journal(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Journal::~Journal() = default;

class Journal::Pending::Rep {
 public:
  Rep(Journal::Rep& journal, std::vector<Change> changes, Haste haste) : journal_(journal) {
    waiting_.haste = AddsThreatToLife(changes) ? Haste::kUrgent : haste;
    waiting_.changes = std::move(changes);
  }

  absl::Status Enqueue() { return journal_.Enqueue(waiting_); }
  Waiting& Answered() {
    journal_.Await(waiting_);
    return waiting_;
  }

 private:
  Journal::Rep& journal_;
  Waiting waiting_;
};

Journal::Pending::Pending(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Journal::Pending::~Pending() { rep_->Answered(); }
absl::StatusOr<std::vector<Outcome>> Journal::Pending::Await() {
  return std::move(rep_->Answered().outcomes);
}

absl::StatusOr<std::unique_ptr<Journal::Pending>> Journal::Begin(std::vector<Change> changes,
                                                                 Haste haste) {
  base::Invariant(!changes.empty(), "there is something to commit");
  auto rep = std::make_unique<Pending::Rep>(*rep_, std::move(changes), haste);
  if (absl::Status queued = rep->Enqueue(); !queued.ok()) return queued;
  return std::unique_ptr<Pending>(new Pending(std::move(rep)));
}

absl::StatusOr<std::vector<Outcome>> Journal::Commit(std::vector<Change> changes) {
  if (changes.empty()) return std::vector<Outcome>();
  const absl::StatusOr<std::unique_ptr<Pending>> pending = Begin(std::move(changes));
  if (!pending.ok()) return pending.status();
  return (*pending)->Await();
}
bool Journal::CommitOnce(absl::Duration wait) { return rep_->CommitOnce(wait); }
void Journal::Stop() { rep_->Stop(); }
absl::Status Journal::Drain() { return rep_->Drain(); }
absl::Status Journal::health() const { return rep_->health(); }
std::string Journal::SignedHead(audit::v1::Log log) const { return rep_->HeadOf(log).note; }
audit::Checkpoint Journal::Head(audit::v1::Log log) const { return rep_->HeadOf(log).head; }
absl::StatusOr<Proofs> Journal::Prove(audit::v1::Log log,
                                      absl::Span<const uint64_t> indexes) const {
  HeadNote head = rep_->HeadOf(log);
  absl::StatusOr<std::vector<audit::v1::Receipt>> receipts =
      ProveRecords(rep_->reader(), rep_->tree(), log, head.head, indexes);
  if (!receipts.ok()) return receipts.status();
  return Proofs{*std::move(receipts), std::move(head.note)};
}
absl::StatusOr<audit::v1::ConsistencyProof> Journal::Consistency(
    audit::v1::Log log, uint64_t known_size, const audit::Checkpoint& head) const {
  if (head.size > rep_->HeadOf(log).head.size) {
    return MakeError(Reason::kNotFound, "the log has no head of this size");
  }
  return ProveConsistency(rep_->tree(), log, known_size, head);
}
store::Reader& Journal::reader() const { return rep_->reader(); }

}  // namespace liaison::journal
