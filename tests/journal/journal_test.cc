#include "daemon/journal/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <thread>
#include <utility>

#include "daemon/audit/receipt.h"
#include "daemon/audit/tree.h"
#include "daemon/base/error.h"
#include "daemon/journal/guard.h"
#include "tests/journal/journal_fixture.h"
#include "tests/store/damage.h"

namespace liaison::journal {
namespace {

using Kind = Outcome::Kind;
using store::Note;
using store::Received;
using store::Sent;

class JournalTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(fixture_.Open(), absl::OkStatus());
    fixture_.failing->before_return = [this] { ++commits_; };
  }
  void TearDown() override { fixture_.Close(false); }
  Journal& journal() { return *fixture_.journal; }

  JournalFixture fixture_;
  std::atomic<int> commits_ = 0;
};

TEST_F(JournalTest, BeginsBothLogsWithGenesisAndTheDeskHead) {
  EXPECT_EQ(journal().Head(audit::v1::EXCHANGE).size, 2u);
  EXPECT_EQ(journal().Head(audit::v1::DESK).size, 1u);
  const auto desk_head = journal().reader().FindInForce("desk_head");
  ASSERT_TRUE(desk_head.ok()) << desk_head.status();
  EXPECT_EQ(desk_head->log, audit::v1::EXCHANGE);
  EXPECT_EQ(desk_head->index, 1u);
}

TEST_F(JournalTest, GivesReceiptsThatVerifyWithTheLogsKey) {
  const auto outcomes = fixture_.Commit({Sent(1), Received(2), Sent(3)});
  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  const auto proofs = journal().Prove(audit::v1::EXCHANGE, {2, 3, 4});
  ASSERT_TRUE(proofs.ok()) << proofs.status();
  ASSERT_EQ(proofs->receipts.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    audit::v1::Receipt receipt = proofs->receipts[i];
    receipt.set_checkpoint(proofs->checkpoint);
    const auto proven = audit::VerifyReceipt(receipt, fixture_.LogKeys()[0]);
    ASSERT_TRUE(proven.ok()) << proven.status();
    EXPECT_EQ(proven->index(), (*outcomes)[i].index);
    EXPECT_EQ(proven->record().exchange_id(), (*outcomes)[i].name.id.raw());
  }
}

// Takes what the journal answers to one change.
absl::StatusOr<Outcome> One(absl::StatusOr<std::vector<Outcome>> outcomes) {
  if (!outcomes.ok()) return outcomes.status();
  return (*outcomes)[0];
}

audit::v1::Record RecordAt(Journal& journal, audit::v1::Log log, uint64_t index) {
  audit::v1::Record record;
  const auto stored = journal.reader().Record(log, index);
  EXPECT_TRUE(stored.ok() && record.ParseFromString(stored->bytes));
  return record;
}

TEST_F(JournalTest, CommitsManyCallersInFewBatches) {
  constexpr int kThreads = 16;
  constexpr int kEach = 10;
  std::atomic<int> committed = 0;
  {
    CommitThread commit_thread(journal());
    std::vector<std::thread> callers;
    for (int thread = 0; thread < kThreads; ++thread) {
      callers.emplace_back([&, thread] {
        for (int i = 0; i < kEach; ++i) {
          const auto outcome =
              One(journal().Commit({Sent(static_cast<uint64_t>(1000 * thread + i))}));
          committed += outcome.ok() && outcome->kind == Kind::kCommitted ? 1 : 0;
        }
      });
    }
    for (std::thread& caller : callers) caller.join();
  }
  EXPECT_EQ(committed, kThreads * kEach);
  EXPECT_EQ(journal().Head(audit::v1::EXCHANGE).size, 2u + kThreads * kEach);
  // Fewer commits than changes: callers that wait are the batch.
  EXPECT_LT(commits_, kThreads * kEach / 2);
}

TEST_F(JournalTest, AnswersInTheOrderOfTheChanges) {
  const auto outcomes = fixture_.Commit({Sent(1), Sent(1), Note(), Sent(2)});
  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  EXPECT_EQ((*outcomes)[0].kind, Kind::kCommitted);
  EXPECT_EQ((*outcomes)[1].kind, Kind::kSame);
  EXPECT_EQ((*outcomes)[1].index, (*outcomes)[0].index);
  EXPECT_EQ((*outcomes)[2].log, audit::v1::DESK);
  EXPECT_EQ((*outcomes)[3].index, (*outcomes)[0].index + 1);
}

TEST_F(JournalTest, AnswersWhatWasBegunWhenItIsAskedFor) {
  auto pending = journal().Begin({Sent(1), Note()});
  ASSERT_TRUE(pending.ok()) << pending.status();
  EXPECT_TRUE(journal().CommitOnce(absl::ZeroDuration()));
  const auto outcomes = (*pending)->Await();
  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  EXPECT_THAT(*outcomes, ::testing::SizeIs(2));
  EXPECT_EQ((*outcomes)[0].kind, Kind::kCommitted);
}

TEST_F(JournalTest, RefusesToBeginWhenItIsStopped) {
  journal().Stop();
  EXPECT_EQ(base::GetReason(journal().Begin({Sent(1)}).status()), base::Reason::kStopped);
}

TEST_F(JournalTest, CommitsThreatsToLifeBeforeWhatWaitedLonger) {
  store::AddExchange threat = Sent(2);
  threat.exchange.urgency = payload::v1::Urgency::U1;
  auto routine = journal().Begin({Sent(1)});
  auto urgent = journal().Begin({threat});
  auto settled = journal().Begin({Sent(3)}, Haste::kUrgent);
  ASSERT_TRUE(routine.ok() && urgent.ok() && settled.ok());
  EXPECT_TRUE(journal().CommitOnce(absl::ZeroDuration()));
  const uint64_t first = One((*urgent)->Await())->index;
  EXPECT_EQ(One((*routine)->Await())->index, first + 1) << "has its turn";
  EXPECT_EQ(One((*settled)->Await())->index, first + 2);
}

TEST_F(JournalTest, GivesEachCallerItsOwnOutcomes) {
  std::vector<std::thread> callers;
  std::array<absl::StatusOr<std::vector<Outcome>>, 4> outcomes;
  {
    CommitThread commit_thread(journal());
    for (uint64_t i = 0; i < outcomes.size(); ++i) {
      callers.emplace_back([&, i] { outcomes[i] = journal().Commit({Note(), Sent(i)}); });
    }
    for (std::thread& caller : callers) caller.join();
  }
  for (uint64_t i = 0; i < outcomes.size(); ++i) {
    ASSERT_TRUE(outcomes[i].ok());
    EXPECT_EQ((*outcomes[i])[1].name.id, store::IdOf(i));
  }
}

TEST_F(JournalTest, RefusesAtOnceWhenTooMuchWaits) {
  fixture_.Close(false);
  fixture_.options.queue = 1;
  ASSERT_EQ(fixture_.Open(), absl::OkStatus());
  EXPECT_EQ(base::GetReason(journal().Commit({Note(), Note()}).status()), base::Reason::kQueueFull);
}

TEST_F(JournalTest, StopsWhenTheOutcomeOfACommitIsNotKnown) {
  const audit::Checkpoint before = journal().Head(audit::v1::EXCHANGE);
  fixture_.failing->fail_commit = true;
  EXPECT_EQ(base::GetReason(fixture_.Commit({Sent(1)}).status()), base::Reason::kStopped);
  EXPECT_FALSE(journal().health().ok());
  EXPECT_EQ(journal().Head(audit::v1::EXCHANGE), before);
  fixture_.failing->fail_commit = false;
  EXPECT_EQ(base::GetReason(journal().Commit({Sent(2)}).status()), base::Reason::kStopped);
  // The id settles it after a restart.
  fixture_.Close(false);
  ASSERT_EQ(fixture_.Open(), absl::OkStatus());
  EXPECT_EQ(One(fixture_.Commit({Sent(1)}))->kind, Kind::kSame);
}

TEST_F(JournalTest, SignsNoHeadBeforeItsCommit) {
  const uint64_t size = journal().Head(audit::v1::EXCHANGE).size;
  uint64_t signed_during_commit = 0;
  fixture_.failing->before_return = [&] {
    signed_during_commit = journal().Head(audit::v1::EXCHANGE).size;
  };
  ASSERT_TRUE(fixture_.Commit({Sent(1)}).ok());
  EXPECT_EQ(signed_during_commit, size);
  EXPECT_EQ(journal().Head(audit::v1::EXCHANGE).size, size + 1);
}

TEST_F(JournalTest, SignsNoHeadOverLeavesThatAreNotInTheRows) {
  const audit::Checkpoint before = journal().Head(audit::v1::EXCHANGE);
  fixture_.failing->corrupt_leaves = true;
  EXPECT_EQ(base::GetReason(fixture_.Commit({Sent(1)}).status()), base::Reason::kStopped);
  EXPECT_EQ(base::GetReason(journal().health()), base::Reason::kVerificationFailed);
  EXPECT_EQ(journal().Head(audit::v1::EXCHANGE), before);
}

TEST_F(JournalTest, StopsWhenAnotherDaemonRaisedTheFence) {
  ASSERT_TRUE(store::EditDatabase(fixture_.directory.path("liaison.db"),
                                  "UPDATE log SET fence = fence + 1"));
  EXPECT_EQ(base::GetReason(fixture_.Commit({Sent(1)}).status()), base::Reason::kStopped);
  EXPECT_EQ(journal().health().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(JournalTest, RefusesChangesAfterStopAndDrainsWithTheDeskHead) {
  ASSERT_TRUE(fixture_.Commit({Note()}).ok());
  const uint64_t size = journal().Head(audit::v1::EXCHANGE).size;
  journal().Stop();
  EXPECT_EQ(base::GetReason(journal().Commit({Note()}).status()), base::Reason::kStopped);
  ASSERT_EQ(journal().Drain(), absl::OkStatus());
  EXPECT_EQ(RecordAt(journal(), audit::v1::EXCHANGE, size).event(), audit::v1::DESK_HEAD);
}

TEST_F(JournalTest, WritesTheDeskHeadOnceADay) {
  EXPECT_FALSE(journal().CommitOnce(absl::ZeroDuration()));
  fixture_.clock.Advance(absl::Hours(24));
  EXPECT_TRUE(journal().CommitOnce(absl::ZeroDuration()));
  EXPECT_FALSE(journal().CommitOnce(absl::ZeroDuration()));
  EXPECT_EQ(journal().Head(audit::v1::EXCHANGE).size, 3u);
}

TEST_F(JournalTest, RefusesNewMessagesFirstWhenTheDiskFillsAndEverythingThen) {
  fixture_.Close(false);
  fixture_.options.disk_low_bytes = 1000;
  fixture_.options.disk_full_bytes = 100;
  ASSERT_EQ(fixture_.Open(), absl::OkStatus());
  fixture_.failing->free_bytes = 500;
  EXPECT_EQ(base::GetReason(fixture_.Commit({Sent(1)}).status()), base::Reason::kDiskLow);
  EXPECT_TRUE(fixture_.Commit({Note()}).ok());
  fixture_.failing->free_bytes = 50;
  EXPECT_TRUE(fixture_.Commit({Note()}).ok());  // sampled at most once a second
  fixture_.clock.Advance(absl::Seconds(1));
  EXPECT_EQ(base::GetReason(fixture_.Commit({Note()}).status()), base::Reason::kDiskLow);
  fixture_.failing->free_bytes = 5000;
  fixture_.clock.Advance(absl::Seconds(1));
  EXPECT_TRUE(fixture_.Commit({Sent(1)}).ok());
}

// Two first callers: while one looks at the disk, the other must not take "not known" for "full".
TEST_F(JournalTest, KnowsTheDiskFromItsStart) {
  fixture_.Close(false);
  fixture_.options.disk_low_bytes = 1000;
  fixture_.options.disk_full_bytes = 100;
  ASSERT_TRUE(fixture_.Open().ok());
  absl::Status second;
  bool looking = false;
  fixture_.failing->on_sample = [&] {
    if (std::exchange(looking, true)) return;
    second = journal().Commit({Sent(2)}).status();
  };
  EXPECT_TRUE(fixture_.Commit({Sent(1)}).ok());
  EXPECT_TRUE(looking);
  EXPECT_TRUE(second.ok()) << second;
}

TEST_F(JournalTest, RecordsASmallStepOfTheClockAndNeverGoesBack) {
  const uint64_t before = RecordAt(journal(), audit::v1::EXCHANGE, 1).time_ms();
  fixture_.clock.Step(-absl::Seconds(10));
  ASSERT_TRUE(fixture_.Commit({Sent(1)}).ok());
  EXPECT_EQ(RecordAt(journal(), audit::v1::DESK, 1).event(), audit::v1::CLOCK);
  EXPECT_GE(RecordAt(journal(), audit::v1::EXCHANGE, 2).time_ms(), before);
  EXPECT_FALSE(RecordAt(journal(), audit::v1::EXCHANGE, 2).clock_unsure());
}

TEST_F(JournalTest, DoesNotBelieveAClockThatWasSetByAnHour) {
  fixture_.clock.Step(absl::Hours(1));
  EXPECT_EQ(base::GetReason(fixture_.Commit({Sent(1)}).status()), base::Reason::kClockUnsure);
  fixture_.clock.Advance(absl::Seconds(7));
  const auto outcome = One(fixture_.Commit({Note()}));
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  const audit::v1::Record record = RecordAt(journal(), audit::v1::DESK, outcome->index);
  EXPECT_TRUE(record.clock_unsure());
  EXPECT_EQ(record.time_ms(), RecordAt(journal(), audit::v1::DESK, 0).time_ms() + 7000);
  fixture_.clock.Step(-absl::Hours(1));
  EXPECT_TRUE(fixture_.Commit({Sent(1)}).ok());
}

TEST_F(JournalTest, RefusesToStartWhenTheClockIsFarBeforeTheLog) {
  fixture_.Close();
  fixture_.clock.Step(-absl::Minutes(6));
  EXPECT_EQ(base::GetReason(fixture_.Open()), base::Reason::kClockUnsure);
  fixture_.clock.Step(absl::Minutes(2));
  EXPECT_EQ(fixture_.Open(), absl::OkStatus());
}

TEST_F(JournalTest, ProvesEveryRecordAndEveryEarlierHeadAcrossTiles) {
  std::vector<audit::Checkpoint> heads;
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(fixture_.Commit(std::vector<Change>(100, Note())).ok());
    heads.push_back(journal().Head(audit::v1::DESK));
  }
  const audit::Checkpoint newest = heads.back();
  std::vector<uint64_t> all(newest.size);
  for (uint64_t i = 0; i < all.size(); ++i) all[i] = i;
  const auto proofs = journal().Prove(audit::v1::DESK, all);
  ASSERT_TRUE(proofs.ok()) << proofs.status();
  for (const audit::v1::Receipt& receipt : proofs->receipts) {
    ASSERT_TRUE(audit::VerifyReceipt(receipt, newest).ok());
  }
  for (const audit::Checkpoint& old : heads) {
    const auto proof = journal().Consistency(audit::v1::DESK, old.size, newest);
    ASSERT_TRUE(proof.ok()) << proof.status();
    std::vector<audit::Digest> path;
    for (const std::string& hash : proof->path()) path.push_back(*audit::Digest::FromRaw(hash));
    EXPECT_TRUE(audit::VerifyConsistency(old.size, old.root, newest.size, newest.root, path).ok());
  }
  EXPECT_EQ(base::GetReason(journal().Prove(audit::v1::DESK, {newest.size}).status()),
            base::Reason::kNotFound);
  EXPECT_EQ(
      base::GetReason(journal().Consistency(audit::v1::DESK, newest.size + 1, newest).status()),
      base::Reason::kNotFound);
}

TEST_F(JournalTest, GoesOnWhereItEnded) {
  ASSERT_TRUE(fixture_.Commit({Sent(1)}).ok());
  fixture_.Close();
  ASSERT_EQ(fixture_.Open(), absl::OkStatus());
  const uint64_t size = journal().Head(audit::v1::EXCHANGE).size;
  EXPECT_EQ(One(fixture_.Commit({Sent(2)}))->index, size);
}

// --- The guard file
// --------------------------------------------------------------------------------------------------

TEST_F(JournalTest, FindsAnOldCopyOfTheDatabase) {
  fixture_.Close();
  const std::string path = fixture_.directory.path("liaison.db");
  std::filesystem::copy(path, path + ".old");
  ASSERT_EQ(fixture_.Open(), absl::OkStatus());
  ASSERT_TRUE(fixture_.Commit({Sent(1)}).ok());
  fixture_.Close();
  std::filesystem::copy(path + ".old", path, std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(base::GetReason(fixture_.Open()), base::Reason::kVerificationFailed);
}

TEST_F(JournalTest, FindsADatabaseThatGrewFromAnOldCopy) {
  fixture_.Close();
  const std::string path = fixture_.directory.path("liaison.db");
  const std::string guard = fixture_.options.guard_path;
  std::filesystem::copy(path, path + ".old");
  std::filesystem::copy(guard, guard + ".old");
  ASSERT_EQ(fixture_.Open(), absl::OkStatus());
  ASSERT_TRUE(fixture_.Commit({Sent(1)}).ok());
  fixture_.Close();
  // The same start again with another message: as long, but not the same log.
  const auto replace = std::filesystem::copy_options::overwrite_existing;
  std::filesystem::rename(guard, guard + ".new");
  std::filesystem::copy(path + ".old", path, replace);
  std::filesystem::copy(guard + ".old", guard, replace);
  ASSERT_EQ(fixture_.Open(), absl::OkStatus());
  ASSERT_TRUE(fixture_.Commit({Sent(2), Sent(3)}).ok());
  fixture_.Close();
  std::filesystem::rename(guard + ".new", guard);
  EXPECT_EQ(base::GetReason(fixture_.Open()), base::Reason::kVerificationFailed);
}

TEST_F(JournalTest, RefusesALogWhoseGuardIsGoneUntilTheOperatorAcceptsIt) {
  fixture_.Close();
  std::filesystem::remove(fixture_.options.guard_path);
  const absl::Status refused = fixture_.Open();
  EXPECT_EQ(base::GetReason(refused), base::Reason::kVerificationFailed);
  EXPECT_FALSE(base::GetError(refused)->fix.empty());
  fixture_.options.accept_missing_guard = true;
  ASSERT_EQ(fixture_.Open(), absl::OkStatus());
  EXPECT_EQ(RecordAt(journal(), audit::v1::DESK, 1).event(), audit::v1::ADMIN);
}

TEST_F(JournalTest, RefusesAGuardThatIsDamagedInBothSlots) {
  fixture_.Close();
  store::FlipBit(fixture_.options.guard_path, 100);
  EXPECT_EQ(fixture_.Open(), absl::OkStatus());  // the other slot holds
  fixture_.Close(false);
  store::FlipBit(fixture_.options.guard_path, 100);
  store::FlipBit(fixture_.options.guard_path, 101);
  store::FlipBit(fixture_.options.guard_path, 612);
  EXPECT_EQ(base::GetReason(fixture_.Open()), base::Reason::kVerificationFailed);
}

TEST_F(JournalTest, RefusesAGuardThatAnotherKeySigned) {
  fixture_.Close();
  JournalFixture other;
  ASSERT_EQ(other.Open(), absl::OkStatus());
  other.Close();
  std::filesystem::copy(other.options.guard_path, fixture_.options.guard_path,
                        std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(base::GetReason(fixture_.Open()), base::Reason::kVerificationFailed);
}

TEST_F(JournalTest, WritesTheGuardAtMostOnceASecond) {
  const auto guarded = [&] {
    return (*GuardFile::Read(fixture_.options.guard_path))->exchange.size;
  };
  fixture_.clock.Advance(absl::Seconds(1));
  ASSERT_TRUE(fixture_.Commit({Sent(1)}).ok());
  const uint64_t first = guarded();
  EXPECT_EQ(first, journal().Head(audit::v1::EXCHANGE).size);
  ASSERT_TRUE(fixture_.Commit({Sent(2)}).ok());
  EXPECT_EQ(guarded(), first);
  fixture_.clock.Advance(absl::Seconds(1));
  journal().CommitOnce(absl::ZeroDuration());
  EXPECT_EQ(guarded(), first + 1);
}

}  // namespace
}  // namespace liaison::journal
