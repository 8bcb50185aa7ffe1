// What a journal looks at before its first commit, and what it stops for later: somebody has put
// back, changed or taken what is on disk.
#include "daemon/journal/log_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <utility>

#include "daemon/base/error.h"
#include "daemon/crypto/digest.h"
#include "daemon/journal/guard.h"
#include "tests/journal/journal_fixture.h"
#include "tests/store/damage.h"
#include "tests/store/disk_syncs.h"

namespace liaison::journal {
namespace {

using base::Reason;
using store::Note;
using store::Sent;

class LogWriterTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(fixture_.Open(), absl::OkStatus()); }
  void TearDown() override { fixture_.Close(false); }

  Journal& journal() { return *fixture_.journal; }
  std::string path() const { return fixture_.directory.path("liaison.db"); }
  void Edit(const std::string& sql) { ASSERT_TRUE(store::EditDatabase(path(), sql)) << sql; }
  std::optional<Reason> RefusalOfStart() { return base::GetReason(fixture_.Open()); }
  uint64_t SizeOf(audit::v1::Log log) { return journal().Head(log).size; }
  audit::v1::Record RecordAt(audit::v1::Log log, uint64_t index) {
    audit::v1::Record record;
    const auto stored = journal().reader().Record(log, index);
    EXPECT_TRUE(stored.ok() && record.ParseFromString(stored->bytes)) << stored.status();
    return record;
  }
  GuardedHeads Guard() { return **GuardFile::Read(fixture_.options.guard_path); }
  void ExpectStopped(Reason why) {
    EXPECT_EQ(base::GetReason(journal().health()), why) << journal().health();
    EXPECT_EQ(base::GetReason(journal().Commit({Note()}).status()), Reason::kStopped);
  }

  JournalFixture fixture_;
};

// --- The start

// The guard may lag by a second: what it does not cover, the head row does.
TEST_F(LogWriterTest, RefusesToStartOverRecordsThatDoNotLeadToTheHead) {
  for (const char* table : {"exchange_record", "desk_record"}) {
    ASSERT_TRUE(fixture_.Commit({Sent(SizeOf(audit::v1::EXCHANGE)), Note()}).ok());
    fixture_.Close(false);
    const std::string newest = std::string(" WHERE idx = (SELECT max(idx) FROM ") + table + ")";
    std::filesystem::copy(path(), path() + ".good",
                          std::filesystem::copy_options::overwrite_existing);
    Edit(std::string("UPDATE ") + table + " SET leaf = zeroblob(32)" + newest);
    EXPECT_EQ(RefusalOfStart(), Reason::kVerificationFailed) << table;
    fixture_.Close(false);
    std::filesystem::copy(path() + ".good", path(),
                          std::filesystem::copy_options::overwrite_existing);
    ASSERT_EQ(fixture_.Open(), absl::OkStatus());
  }
}

TEST_F(LogWriterTest, RefusesToStartOverADamagedHeadRow) {
  fixture_.Close();
  std::filesystem::copy(path(), path() + ".good");
  for (const char* damage : {"frontier = x'00'", "frontier = zeroblob(8)", "size = size + 1",
                             "size = size - 1", "size = 0, frontier = zeroblob(8)"}) {
    for (const char* log : {"1", "2"}) {
      std::filesystem::copy(path() + ".good", path(),
                            std::filesystem::copy_options::overwrite_existing);
      Edit(std::string("UPDATE log SET ") + damage + " WHERE log = " + log);
      EXPECT_EQ(RefusalOfStart(), Reason::kVerificationFailed) << damage << ", log " << log;
      fixture_.Close(false);
    }
  }
}

TEST_F(LogWriterTest, RefusesToStartUnderAnotherName) {
  for (std::string Options::*origin : {&Options::exchange_origin, &Options::desk_origin}) {
    fixture_.Close();
    const std::string good = std::exchange(fixture_.options.*origin, "bgc.example/another/1/1");
    EXPECT_EQ(RefusalOfStart(), Reason::kWrongState);
    fixture_.options.*origin = good;
    ASSERT_EQ(fixture_.Open(), absl::OkStatus());
  }
}

TEST_F(LogWriterTest, RefusesToStartWithAGuardThatOthersCanRead) {
  fixture_.Close();
  std::filesystem::permissions(fixture_.options.guard_path, std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  EXPECT_EQ(RefusalOfStart(), Reason::kWrongState);
}

TEST_F(LogWriterTest, StartsNotWhenTheGuardCannotBeWritten) {
  std::filesystem::remove(fixture_.options.guard_path);
  std::filesystem::create_directory(fixture_.options.guard_path);
  fixture_.Close(false);
  fixture_.options.accept_missing_guard = true;
  EXPECT_FALSE(fixture_.Open().ok());
}

// An old copy of one log alone.
TEST_F(LogWriterTest, EachLogIsHeldAgainstItsHeadInTheGuard) {
  for (const Change& change : {Change(Sent(1)), Change(Note())}) {
    const auto replace = std::filesystem::copy_options::overwrite_existing;
    fixture_.Close(false);
    std::filesystem::copy(path(), path() + ".old", replace);
    ASSERT_EQ(fixture_.Open(), absl::OkStatus());
    ASSERT_TRUE(fixture_.Commit({change}).ok());
    fixture_.clock.Advance(absl::Seconds(1));
    journal().CommitOnce(absl::ZeroDuration());
    fixture_.Close(false);
    std::filesystem::copy(path(), path() + ".new", replace);
    std::filesystem::copy(path() + ".old", path(), replace);
    const absl::Status refused = fixture_.Open();
    EXPECT_EQ(base::GetReason(refused), Reason::kVerificationFailed);
    EXPECT_THAT(std::string(refused.message()), ::testing::HasSubstr("old copy"));
    fixture_.Close(false);
    std::filesystem::copy(path() + ".new", path(), replace);
    ASSERT_EQ(fixture_.Open(), absl::OkStatus());
  }
}

TEST_F(LogWriterTest, ALogWithRecordsNeedsItsGuardWhicheverOfTheTwoItIs) {
  fixture_.Close();
  std::filesystem::remove(fixture_.options.guard_path);
  for (const char* log : {"exchange", "desk"}) {
    std::filesystem::copy(path(), path() + ".good",
                          std::filesystem::copy_options::overwrite_existing);
    Edit(std::string("DELETE FROM ") + log + "_record");
    Edit(std::string("UPDATE log SET size = 0, frontier = zeroblob(8) WHERE log = ") +
         (log[0] == 'e' ? "1" : "2"));
    EXPECT_EQ(RefusalOfStart(), Reason::kVerificationFailed) << log;
    EXPECT_FALSE(std::filesystem::exists(fixture_.options.guard_path));
    fixture_.Close(false);
    std::filesystem::copy(path() + ".good", path(),
                          std::filesystem::copy_options::overwrite_existing);
  }
}

// Else a log whose guard was taken away could not be told from one that never had any.
TEST_F(LogWriterTest, TheGuardIsThereBeforeTheFirstRecord) {
  fixture_.Close(false);
  std::filesystem::remove(path());
  std::filesystem::remove(fixture_.options.guard_path);
  bool guarded = false;
  const auto opened = store::OpenSqlite({.path = path()});
  ASSERT_TRUE(opened.ok()) << opened.status();
  FailingStore watched(**opened);
  watched.before_return = [&] {
    guarded = guarded || std::filesystem::exists(fixture_.options.guard_path);
    watched.fail_commit = true;
  };
  EXPECT_FALSE(Journal::Open(fixture_.options, watched, fixture_.clock, fixture_.metrics).ok());
  EXPECT_TRUE(guarded);
}

TEST_F(LogWriterTest, RecordsTheOperatorsWordOnlyWhenItWasNeeded) {
  fixture_.options.accept_missing_guard = true;
  fixture_.Close();
  ASSERT_EQ(fixture_.Open(), absl::OkStatus());
  EXPECT_EQ(SizeOf(audit::v1::DESK), 1u) << "the guard is there";
  JournalFixture fresh;
  fresh.options.accept_missing_guard = true;
  ASSERT_EQ(fresh.Open(), absl::OkStatus());
  EXPECT_EQ(fresh.journal->Head(audit::v1::DESK).size, 1u) << "there was nothing to guard";
  fresh.Close();
}

TEST_F(LogWriterTest, AcceptsAClockUpToFiveMinutesBeforeTheLog) {
  fixture_.Close();
  fixture_.clock.Step(-kClockUnsure - absl::Milliseconds(1));
  EXPECT_EQ(RefusalOfStart(), Reason::kClockUnsure);
  fixture_.clock.Step(absl::Milliseconds(1));
  EXPECT_EQ(fixture_.Open(), absl::OkStatus());
}

TEST_F(LogWriterTest, BeginsEachLogWithTheGenesisItWasGiven) {
  JournalFixture fresh;
  fresh.options.exchange_genesis.set_key_binding("exchange");
  fresh.options.desk_genesis.set_key_binding("desk");
  ASSERT_EQ(fresh.Open(), absl::OkStatus());
  for (audit::v1::Log log : {audit::v1::EXCHANGE, audit::v1::DESK}) {
    audit::v1::Record record;
    ASSERT_TRUE(record.ParseFromString(fresh.store->Record(log, 0)->bytes));
    EXPECT_EQ(record.event(), audit::v1::GENESIS);
    EXPECT_EQ(record.key_binding(), log == audit::v1::EXCHANGE ? "exchange" : "desk");
    EXPECT_EQ(record.origin(), log == audit::v1::EXCHANGE ? fresh.options.exchange_origin
                                                          : fresh.options.desk_origin);
  }
  fresh.Close();
}

// --- The head of the desk log

TEST_F(LogWriterTest, TheDeskHeadNamesTheSignedHeadOfTheDeskLog) {
  ASSERT_TRUE(fixture_.Commit({Note()}).ok());
  const audit::Digest head = crypto::Sha256(journal().Head(audit::v1::DESK).Body());
  journal().Stop();
  ASSERT_EQ(journal().Drain(), absl::OkStatus());
  const auto desk_head = journal().reader().FindInForce("desk_head");
  ASSERT_TRUE(desk_head.ok()) << desk_head.status();
  EXPECT_EQ(desk_head->digest, head);
  EXPECT_EQ(RecordAt(desk_head->log, desk_head->index).subject_digest(), head.raw());
}

TEST_F(LogWriterTest, WritesNoSecondDeskHeadAtARestartWithinTheDay) {
  const uint64_t size = SizeOf(audit::v1::EXCHANGE);
  fixture_.clock.Advance(absl::Hours(23));
  fixture_.Close(false);
  ASSERT_EQ(fixture_.Open(), absl::OkStatus());
  EXPECT_FALSE(journal().CommitOnce(absl::ZeroDuration()));
  EXPECT_EQ(SizeOf(audit::v1::EXCHANGE), size);
  fixture_.clock.Advance(absl::Hours(1));
  EXPECT_TRUE(journal().CommitOnce(absl::ZeroDuration()));
  EXPECT_EQ(SizeOf(audit::v1::EXCHANGE), size + 1);
}

TEST_F(LogWriterTest, WhatElseComesIntoForceIsNoDeskHead) {
  fixture_.clock.Advance(absl::Hours(23));
  ASSERT_TRUE(fixture_.Commit({store::InForceOf("policy", 1, audit::v1::POLICY)}).ok());
  const uint64_t size = SizeOf(audit::v1::EXCHANGE);
  fixture_.clock.Advance(absl::Hours(1));
  EXPECT_TRUE(journal().CommitOnce(absl::ZeroDuration()));
  EXPECT_EQ(SizeOf(audit::v1::EXCHANGE), size + 1);
}

// --- While it runs

TEST_F(LogWriterTest, StopsWhenSomebodyElseMovedAHeadRow) {
  for (const char* change :
       {"origin = 'bgc.example/another'", "size = size + 1", "frontier = zeroblob(8)"}) {
    for (const char* log : {"1", "2"}) {
      JournalFixture fixture;
      ASSERT_EQ(fixture.Open(), absl::OkStatus());
      ASSERT_TRUE(
          store::EditDatabase(fixture.directory.path("liaison.db"),
                              std::string("UPDATE log SET ") + change + " WHERE log = " + log));
      EXPECT_FALSE(fixture.Commit({Sent(1)}).ok()) << change << ", log " << log;
      EXPECT_EQ(base::GetReason(fixture.journal->health()), Reason::kVerificationFailed);
      fixture.Close(false);
    }
  }
}

TEST_F(LogWriterTest, SignsNeitherHeadOverLeavesThatAreNotInTheRows) {
  const audit::Checkpoint before = journal().Head(audit::v1::DESK);
  fixture_.failing->corrupt_leaves = true;
  EXPECT_EQ(base::GetReason(fixture_.Commit({Note()}).status()), Reason::kStopped);
  ExpectStopped(Reason::kVerificationFailed);
  EXPECT_EQ(journal().Head(audit::v1::DESK), before);
}

TEST_F(LogWriterTest, AcknowledgesNothingThatIsNotOnDisk) {
  const int before = store::DiskSyncs();
  ASSERT_TRUE(fixture_.Commit({Sent(1)}).ok());
  EXPECT_GT(store::DiskSyncs(), before);
  const audit::Checkpoint head = journal().Head(audit::v1::EXCHANGE);
  {
    const store::BrokenDisk broken;
    EXPECT_EQ(base::GetReason(fixture_.Commit({Sent(2)}).status()), Reason::kStopped);
  }
  EXPECT_FALSE(journal().health().ok());
  EXPECT_EQ(journal().Head(audit::v1::EXCHANGE), head);
  EXPECT_EQ(base::GetReason(fixture_.Commit({Sent(2)}).status()), Reason::kStopped)
      << "the disk works again, and what it holds is not known";
}

// What a file holds after a sync that failed is not known, so none is tried again.
TEST_F(LogWriterTest, StopsWhenTheGuardCannotBeWritten) {
  ASSERT_TRUE(fixture_.Commit({Sent(1)}).ok());
  fixture_.clock.Advance(absl::Seconds(1));
  {
    const store::BrokenDisk broken;
    journal().CommitOnce(absl::ZeroDuration());
  }
  EXPECT_FALSE(journal().health().ok());
  EXPECT_EQ(base::GetReason(journal().Commit({Note()}).status()), Reason::kStopped);
  const int before = store::DiskSyncs();
  fixture_.clock.Advance(absl::Seconds(1));
  journal().CommitOnce(absl::ZeroDuration());
  EXPECT_FALSE(journal().Drain().ok());
  EXPECT_EQ(store::DiskSyncs(), before);
}

TEST_F(LogWriterTest, GuardsTheHeadsOfBothLogsAndNothingTwice) {
  for (const Change& change : {Change(Sent(1)), Change(Note())}) {
    fixture_.clock.Advance(absl::Seconds(1));
    ASSERT_TRUE(fixture_.Commit({change}).ok());
    EXPECT_EQ(Guard().exchange.size, SizeOf(audit::v1::EXCHANGE));
    EXPECT_EQ(Guard().desk.size, SizeOf(audit::v1::DESK));
  }
  const int before = store::DiskSyncs();
  fixture_.clock.Advance(absl::Hours(1));
  journal().CommitOnce(absl::ZeroDuration());
  EXPECT_EQ(store::DiskSyncs(), before) << "the heads have not moved";
}

TEST_F(LogWriterTest, GuardsTheLastHeadsAtTheEnd) {
  ASSERT_TRUE(fixture_.Commit({Sent(1)}).ok());
  journal().Stop();
  ASSERT_EQ(journal().Drain(), absl::OkStatus());
  EXPECT_EQ(Guard().exchange.size, SizeOf(audit::v1::EXCHANGE));
  EXPECT_EQ(Guard().exchange.root, journal().Head(audit::v1::EXCHANGE).root);
}

TEST_F(LogWriterTest, StopsWhenTheStoreDoesNotAnswerEveryChange) {
  fixture_.failing->drop_an_outcome = true;
  EXPECT_EQ(base::GetReason(fixture_.Commit({Note(), Note()}).status()), Reason::kStopped);
  EXPECT_FALSE(journal().health().ok());
}

TEST_F(LogWriterTest, GivesEachRecordItsLogItsTimeAndTheRecordBeforeIt) {
  fixture_.clock.Advance(absl::Milliseconds(1500));
  const store::ExchangeName name = {store::kUs, store::IdOf(1)};
  const auto outcomes = fixture_.Commit(
      {Sent(1), Note(), store::Step(name, audit::v1::DELIVERED, {desk::v1::QUEUED})});
  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  const auto record = [&](size_t i) { return RecordAt((*outcomes)[i].log, (*outcomes)[i].index); };
  EXPECT_EQ(record(0).origin(), fixture_.options.exchange_origin);
  EXPECT_EQ(record(1).origin(), fixture_.options.desk_origin);
  EXPECT_EQ(record(0).time_ms(), static_cast<uint64_t>(absl::ToUnixMillis(fixture_.clock.Now())));
  EXPECT_EQ(record(0).previous(), 0u);
  EXPECT_EQ(record(2).previous(), (*outcomes)[0].index + 1);
}

}  // namespace
}  // namespace liaison::journal
