// What a SQLite store does when the file, the disk or another program is not as it must be.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "tests/store/counting_sequencer.h"
#include "tests/store/damage.h"
#include "tests/store/disk_syncs.h"
#include "tests/store/store_contract.h"

namespace liaison::store {
namespace {

using base::Reason;

class SqliteDamageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    store_ = Open(false);
    ASSERT_NE(store_, nullptr);
    ASSERT_TRUE(store_->Acquire("exchange-log", "desk-log").ok());
  }
  std::unique_ptr<Store> Open(bool read_only) {
    auto store = OpenSqlite({.path = path(), .read_only = read_only});
    refusal_ = store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }
  absl::Status Commit(const std::vector<Change>& changes) {
    CountingSequencer sequencer;
    return store_->Commit(changes, sequencer).status();
  }
  void Edit(const std::string& sql) { ASSERT_TRUE(EditDatabase(path(), sql)) << sql; }
  std::string path() const { return directory_.path("liaison.db"); }

  TempDirectory directory_;
  std::unique_ptr<Store> store_;
  absl::Status refusal_;
};

// --- The fence

TEST_F(SqliteDamageTest, RefusesToCommitBeforeTheFenceIsRaised) {
  store_.reset();
  store_ = Open(false);
  EXPECT_EQ(Commit({Sent(1)}).code(), absl::StatusCode::kFailedPrecondition);
  Edit("UPDATE log SET fence = 0");
  EXPECT_EQ(Commit({Sent(1)}).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(absl::IsNotFound(store_->Find(OursNamed(1)).status()));
}

TEST_F(SqliteDamageTest, TheFenceOfEitherLogHolds) {
  for (const char* log : {"1", "2"}) {
    Edit(std::string("UPDATE log SET fence = fence + 1 WHERE log = ") + log);
    EXPECT_EQ(Commit({Sent(1)}).code(), absl::StatusCode::kFailedPrecondition) << log;
    Edit(std::string("UPDATE log SET fence = fence - 1 WHERE log = ") + log);
  }
  EXPECT_TRUE(Commit({Sent(1)}).ok());
}

TEST_F(SqliteDamageTest, RaisesTheFenceAboveBoth) {
  for (const char* log : {"1", "2"}) {
    const uint64_t before = store_->Head(audit::v1::EXCHANGE)->fence;
    Edit(std::string("UPDATE log SET fence = fence + 10 WHERE log = ") + log);
    const auto heads = store_->Acquire("exchange-log", "desk-log");
    ASSERT_TRUE(heads.ok()) << heads.status();
    for (const LogHead& head : *heads) EXPECT_EQ(head.fence, before + 11);
    EXPECT_EQ(store_->Head(audit::v1::DESK)->fence, before + 11);
    EXPECT_TRUE(Commit({Note()}).ok());
  }
}

// --- Rows that nobody can have written

TEST_F(SqliteDamageTest, NamesAHeadRowThatIsMissingOrOfNoLog) {
  Edit("UPDATE log SET log = 7 WHERE log = 2");
  EXPECT_EQ(base::GetReason(Commit({Sent(1)})), Reason::kVerificationFailed);
  EXPECT_EQ(base::GetReason(store_->Head(audit::v1::EXCHANGE).status()),
            Reason::kVerificationFailed);
  Edit("DELETE FROM log WHERE log = 7");
  EXPECT_EQ(base::GetReason(Commit({Sent(1)})), Reason::kVerificationFailed);
  EXPECT_EQ(base::GetReason(store_->Acquire("exchange-log", "desk-log").status()),
            Reason::kVerificationFailed);
  EXPECT_TRUE(absl::IsNotFound(store_->Head(audit::v1::DESK).status()));
}

TEST_F(SqliteDamageTest, NamesAnExchangeThatIsNone) {
  ASSERT_TRUE(Commit({Sent(1)}).ok());
  for (const char* damage :
       {"state = 0 - 1", "state = 999", "state = 1001", "state = 4294967299", "state = -4294967293",
        "first_log = 7", "digest = x'00'", "conversation = x'00'", "submitter = x''",
        "decided_under = x'00'", "type = 2147483648", "urgency = -2147483649",
        "reply_sender = 'x', reply_id = x'00'"}) {
    Edit("CREATE TABLE good AS SELECT * FROM exchange");
    Edit(std::string("UPDATE exchange SET ") + damage);
    EXPECT_EQ(base::GetReason(store_->Find(OursNamed(1)).status()), Reason::kVerificationFailed)
        << damage;
    EXPECT_EQ(
        base::GetReason(Commit({Step(OursNamed(1), audit::v1::DELIVERED, {desk::v1::QUEUED})})),
        Reason::kVerificationFailed)
        << damage;
    Edit("DELETE FROM exchange; INSERT INTO exchange SELECT * FROM good; DROP TABLE good");
  }
  EXPECT_TRUE(store_->Find(OursNamed(1)).ok());
}

// What a commit looks at before it writes is there, or it is not a commit.
TEST_F(SqliteDamageTest, StopsWhenATableItLooksAtIsGone) {
  AddExchange add = Sent(2);
  add.idempotency_key = DigestOf(50);
  add.exchange.decided_under = DigestOf(1);
  QuotaUse& use = add.quotas.emplace_back();
  use.quota = "quota";
  use.begin = absl::UnixEpoch();
  use.end = absl::FromUnixMillis(1'000'000);
  use.per_day = 1;
  Advance step = Step(OursNamed(1), audit::v1::READ, {desk::v1::HELD});
  step.decided_under = DigestOf(1);
  const Release release = Released(OursNamed(1), 2, 0, false);
  const AddExchange denied = Denied(add);  // counts without looking what is spent
  ASSERT_TRUE(Commit({InForceOf("snapshot", 1, audit::v1::CONFIG), Held(1)}).ok());
  const struct {
    const char* table;
    Change change;
  } rows[] = {{"idempotency", add}, {"exchange", Sent(3)}, {"in_force", add},
              {"partner", add},     {"quota_day", add},    {"quota_day", denied},
              {"in_force", step},   {"agreement", release}};
  for (const auto& [table, change] : rows) {
    Edit(absl::StrCat("ALTER TABLE ", table, " RENAME TO gone"));
    const absl::Status status = Commit({change});
    EXPECT_FALSE(status.ok()) << table;
    EXPECT_EQ(store_->Head(audit::v1::DESK)->size, 2u) << table;
    Edit(absl::StrCat("ALTER TABLE gone RENAME TO ", table));
  }
  EXPECT_TRUE(Commit({add}).ok());
}

TEST_F(SqliteDamageTest, NamesLeavesAndTilesThatAreMissingOrNoHashes) {
  ASSERT_TRUE(Commit(std::vector<Change>(256, Note())).ok());
  Edit("UPDATE tile SET hashes = x'00'");
  EXPECT_EQ(base::GetReason(store_->Tile(audit::v1::DESK, 0, 0, 256).status()),
            Reason::kVerificationFailed);
  Edit("UPDATE desk_record SET leaf = x'00' WHERE idx = 3");
  EXPECT_EQ(base::GetReason(store_->Leaves(audit::v1::DESK, 0, 5).status()),
            Reason::kVerificationFailed);
  EXPECT_EQ(base::GetReason(store_->Record(audit::v1::DESK, 3).status()),
            Reason::kVerificationFailed);
  Edit("DELETE FROM desk_record WHERE idx = 3");
  EXPECT_EQ(base::GetReason(store_->Leaves(audit::v1::DESK, 0, 5).status()),
            Reason::kVerificationFailed);
  EXPECT_EQ(store_->Leaves(audit::v1::DESK, 4, 6)->size(), 2u);
  EXPECT_EQ(base::GetReason(store_->Leaves(audit::v1::DESK, 255, 257).status()),
            Reason::kVerificationFailed);
}

// A tile is made from the rows as they are, and a row that was taken stops the commit.
TEST_F(SqliteDamageTest, FillsNoTileOverARecordThatIsGone) {
  ASSERT_TRUE(Commit(std::vector<Change>(255, Note())).ok());
  Edit("DELETE FROM desk_record WHERE idx = 7");
  EXPECT_EQ(base::GetReason(Commit({Note()})), Reason::kVerificationFailed);
  EXPECT_EQ(store_->Head(audit::v1::DESK)->size, 255u);
}

TEST_F(SqliteDamageTest, NamesARecordThatIsGoneWhenItLooksForATime) {
  ASSERT_TRUE(Commit(std::vector<Change>(9, Note())).ok());
  Edit("DELETE FROM desk_record WHERE idx = 4");
  RecordFilter filter;
  filter.log = audit::v1::DESK;
  filter.since = absl::FromUnixMillis(2);
  EXPECT_EQ(base::GetReason(store_->Records(filter).status()), Reason::kVerificationFailed);
}

// --- What cannot be written

// A trigger stands for whatever keeps a row from being written or a table from being read.
TEST_F(SqliteDamageTest, CommitsNothingUnlessEveryRowOfItIsWritten) {
  const auto changes = [] {
    AddExchange add = Sent(2);
    add.idempotency_key = DigestOf(50);
    AddExchange reply = Received(3);
    reply.exchange.in_reply_to = OursNamed(1);
    std::vector<Change> all = {add, reply,
                               Step(OursNamed(1), audit::v1::DELIVERED, {desk::v1::QUEUED}),
                               InForceOf("policy", 1, audit::v1::POLICY)};
    all.resize(all.size() + 256, Note());
    return all;
  };
  ASSERT_TRUE(Commit({Sent(1)}).ok());
  const std::vector<std::string> writes = {
      "INSERT ON exchange",         "UPDATE ON exchange",    "INSERT ON body",
      "INSERT ON peer_receipt",     "INSERT ON idempotency", "INSERT ON partner",
      "UPDATE ON partner",          "INSERT ON desk_record", "INSERT ON exchange_record",
      "INSERT ON exchange_opening", "INSERT ON tile",        "INSERT ON in_force",
      "INSERT ON in_force_history", "INSERT ON content",     "UPDATE ON log"};
  for (const std::string& write : writes) {
    Edit("CREATE TRIGGER no BEFORE " + write + " BEGIN SELECT RAISE(ABORT, 'no'); END");
    EXPECT_FALSE(Commit(changes()).ok()) << write;
    Edit("DROP TRIGGER no");
    EXPECT_EQ(store_->Head(audit::v1::EXCHANGE)->size, 1u) << write;
    EXPECT_EQ(store_->Head(audit::v1::DESK)->size, 0u) << write;
    EXPECT_TRUE(absl::IsNotFound(store_->Find(OursNamed(2)).status())) << write;
  }
  EXPECT_TRUE(Commit(changes()).ok());
}

TEST_F(SqliteDamageTest, CommitsNothingWhenATableIsGone) {
  AddExchange add = Sent(2);
  add.idempotency_key = DigestOf(50);
  add.exchange.decided_under = DigestOf(1);
  const std::vector<Change> changes = {
      InForceOf("snapshot", 1, audit::v1::CONFIG), add,
      Step(OursNamed(2), audit::v1::DELIVERED, {desk::v1::QUEUED})};
  for (const std::string table :
       {"log", "exchange", "body", "peer_receipt", "idempotency", "partner", "exchange_record",
        "exchange_opening", "in_force", "in_force_history", "content"}) {
    Edit("ALTER TABLE " + table + " RENAME TO gone");
    EXPECT_FALSE(Commit(changes).ok()) << table;
    Edit("ALTER TABLE gone RENAME TO " + table);
    EXPECT_EQ(store_->Head(audit::v1::EXCHANGE)->size, 0u) << table;
  }
  EXPECT_TRUE(Commit(changes).ok());
}

TEST_F(SqliteDamageTest, TakesNoDatabaseWhoseFenceCannotBeRaised) {
  Edit("CREATE TRIGGER no BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'no'); END");
  EXPECT_FALSE(store_->Acquire("exchange-log", "desk-log").ok());
  Edit(
      "DROP TRIGGER no; DELETE FROM log;"
      "CREATE TRIGGER no BEFORE INSERT ON log BEGIN SELECT RAISE(ABORT, 'no'); END");
  EXPECT_FALSE(store_->Acquire("exchange-log", "desk-log").ok());
  Edit("DROP TRIGGER no");
  EXPECT_TRUE(store_->Acquire("exchange-log", "desk-log").ok());
}

// --- The disk

TEST_F(SqliteDamageTest, WhatIsCommittedIsOnDisk) {
  for (int i = 0; i < 5; ++i) {
    const int before = DiskSyncs();
    ASSERT_TRUE(Commit({Note()}).ok());
    EXPECT_GT(DiskSyncs(), before) << "commit " << i;
  }
}

TEST_F(SqliteDamageTest, ACommitThatWritesNothingSyncsNothing) {
  ASSERT_TRUE(Commit({Sent(1)}).ok());
  const int before = DiskSyncs();
  ASSERT_TRUE(Commit({Sent(1)}).ok());
  EXPECT_EQ(DiskSyncs(), before);
}

TEST_F(SqliteDamageTest, FailsWhenTheDiskDoes) {
  const BrokenDisk broken;
  EXPECT_FALSE(Commit({Sent(1)}).ok());
  const auto another = OpenSqlite({.path = directory_.path("another.db")});
  EXPECT_FALSE(another.ok());
}

// What only a check of the whole file finds: pages that nobody reads.
TEST_F(SqliteDamageTest, ChecksTheFileAtStart) {
  store_.reset();
  FlipBit(path(), 39);  // of the number of free pages
  EXPECT_EQ(Open(false), nullptr);
  EXPECT_EQ(base::GetReason(refusal_), Reason::kVerificationFailed) << refusal_;
}

TEST_F(SqliteDamageTest, ReadersWaitForAConnectionWhenAllAreLent) {
  ASSERT_TRUE(Commit({Sent(1), Sent(2)}).ok());
  std::atomic<int> failed = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 12; ++i) {
    readers.emplace_back([&] {
      for (int j = 0; j < 100; ++j) {
        const auto listed = store_->List({});
        failed += listed.ok() && listed->first.size() == 2 ? 0 : 1;
      }
    });
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(failed, 0);
}

// --- Versions

TEST_F(SqliteDamageTest, ReadsNoCopyOfAnotherVersion) {
  store_.reset();
  for (const char* version : {"0", "1000"}) {
    Edit(std::string("PRAGMA user_version = ") + version);
    EXPECT_EQ(Open(true), nullptr);
    EXPECT_EQ(base::GetReason(refusal_), Reason::kWrongState) << version;
    EXPECT_NE(refusal_.message().find(version[0] == '0' ? "older" : "has version 1000"),
              std::string::npos)
        << refusal_;
  }
}

TEST_F(SqliteDamageTest, RefusesAVersionThatIsNone) {
  store_.reset();
  Edit("PRAGMA user_version = -1");
  for (bool read_only : {false, true}) {
    EXPECT_EQ(Open(read_only), nullptr);
    EXPECT_EQ(base::GetReason(refusal_), Reason::kWrongState);
  }
}

TEST_F(SqliteDamageTest, ReadsACopyWhoseLogWasNotFoldedIn) {
  ASSERT_TRUE(Commit({Sent(1)}).ok());
  for (const char* suffix : {"", "-wal"}) {
    std::filesystem::copy(path() + suffix, directory_.path("copy.db") + suffix);
  }
  const auto copy = OpenSqlite({.path = directory_.path("copy.db"), .read_only = true});
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_TRUE((*copy)->Find(OursNamed(1)).ok());
}

TEST_F(SqliteDamageTest, OpensAFileWhateverItsNameMeansInAUri) {
  for (const char* name : {"a?b.db", "a#b.db", "a%41.db"}) {
    const auto opened = OpenSqlite({.path = directory_.path(name)});
    ASSERT_TRUE(opened.ok()) << name << ": " << opened.status();
    EXPECT_TRUE(std::filesystem::exists(directory_.path(name)));
    EXPECT_TRUE((*opened)->CheckIntegrity(true).ok());
  }
}

}  // namespace
}  // namespace liaison::store
