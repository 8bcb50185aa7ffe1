#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "daemon/base/error.h"
#include "tests/store/counting_sequencer.h"
#include "tests/store/damage.h"
#include "tests/store/store_contract.h"

namespace liaison::store {
namespace {

std::unique_ptr<Store> OpenIn(const TempDirectory& directory) {
  auto store = OpenSqlite({.path = directory.path("liaison.db")});
  EXPECT_TRUE(store.ok()) << store.status();
  return store.ok() ? *std::move(store) : nullptr;
}

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract, ::testing::Values(&OpenIn));

class SqliteStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    store_ = OpenIn(directory_);
    ASSERT_TRUE(store_->Acquire("exchange-log", "desk-log").ok());
  }
  absl::Status CommitTo(Store& store, Change change) {
    CountingSequencer sequencer;
    const std::vector<Change> changes = {std::move(change)};
    return store.Commit(changes, sequencer).status();
  }
  std::string path() const { return directory_.path("liaison.db"); }

  TempDirectory directory_;
  std::unique_ptr<Store> store_;
};

TEST_F(SqliteStoreTest, MakesItsFilesForItsOwnerAlone) {
  ASSERT_TRUE(CommitTo(*store_, Sent(1)).ok());
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    struct stat info {};
    ASSERT_EQ(stat((path() + suffix).c_str(), &info), 0) << suffix;
    EXPECT_EQ(info.st_mode & 0777, 0600u) << suffix;
  }
}

TEST_F(SqliteStoreTest, RefusesAFileThatOthersCanRead) {
  store_.reset();
  ASSERT_EQ(chmod(path().c_str(), 0640), 0);
  const auto opened = OpenSqlite({.path = path()});
  EXPECT_EQ(opened.status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(SqliteStoreTest, LetsOneDaemonIn) {
  const auto second = OpenSqlite({.path = path()});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(second.status().message()),
              ::testing::HasSubstr(std::to_string(getpid())));
}

TEST_F(SqliteStoreTest, RefusesToCommitWhenAnotherDaemonRaisedTheFence) {
  std::filesystem::remove(path() + ".lock");  // the lock was lost: the fence still holds
  const auto second = OpenIn(directory_);
  ASSERT_TRUE(second->Acquire("exchange-log", "desk-log").ok());
  EXPECT_EQ(CommitTo(*store_, Sent(1)).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(CommitTo(*second, Sent(1)).ok());
}

TEST_F(SqliteStoreTest, ReadsACopyWithoutChangingIt) {
  ASSERT_TRUE(CommitTo(*store_, Sent(1)).ok());
  store_.reset();
  const auto before = std::filesystem::last_write_time(path());
  const auto copy = OpenSqlite({.path = path(), .read_only = true});
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_TRUE((*copy)->Find(OursNamed(1)).ok());
  EXPECT_FALSE(CommitTo(**copy, Sent(2)).ok());
  EXPECT_FALSE((*copy)->Acquire("exchange-log", "desk-log").ok());
  EXPECT_EQ(std::filesystem::last_write_time(path()), before);
}

TEST_F(SqliteStoreTest, RefusesADatabaseOfANewerVersion) {
  store_.reset();
  ASSERT_TRUE(EditDatabase(path(), "PRAGMA user_version = 1000"));
  EXPECT_EQ(OpenSqlite({.path = path()}).status().code(), absl::StatusCode::kFailedPrecondition);
}

// As version 1 left it: without what counts quotas, holds drafts and names what is passed on.
TEST_F(SqliteStoreTest, BringsADatabaseOfTheFirstVersionToThisOne) {
  ASSERT_TRUE(CommitTo(*store_, Sent(1)).ok());
  store_.reset();
  ASSERT_TRUE(EditDatabase(path(),
                           "DROP TABLE quota_subject; DROP TABLE quota_day; DROP TABLE passed_on;"
                           "DROP TABLE agreement; DROP INDEX exchange_lapsing;"
                           "ALTER TABLE partner DROP COLUMN held; PRAGMA user_version = 1"));
  EXPECT_EQ(OpenSqlite({.path = path(), .read_only = true}).status().code(),
            absl::StatusCode::kFailedPrecondition);
  store_ = OpenIn(directory_);
  ASSERT_TRUE(store_->Acquire("exchange-log", "desk-log").ok());
  EXPECT_TRUE(store_->Find(OursNamed(1)).ok());
  AddExchange add = Sent(2);
  add.quotas.emplace_back();
  add.quotas[0].quota = "q";
  add.quotas[0].end = absl::UnixEpoch() + absl::Hours(24);
  add.quotas[0].begin = absl::UnixEpoch();
  ASSERT_TRUE(CommitTo(*store_, add).ok());
  EXPECT_EQ(store_->QuotaCounters()->size(), 1u);
  store_.reset();
  EXPECT_EQ(AskDatabase(path(), "PRAGMA user_version"), "4");
}

TEST_F(SqliteStoreTest, RefusesADamagedFileAtStart) {
  for (uint64_t i = 0; i < 50; ++i) ASSERT_TRUE(CommitTo(*store_, Sent(i)).ok());
  store_.reset();
  // Page headers of every page but the first.
  for (uint64_t at = 4096; at < SizeOfFile(path()); at += 4096) FlipBit(path(), at);
  const auto opened = OpenSqlite({.path = path()});
  EXPECT_EQ(base::GetReason(opened.status()), base::Reason::kVerificationFailed) << opened.status();
}

TEST_F(SqliteStoreTest, RefusesWhatIsNoDatabase) {
  store_.reset();
  FlipBit(path(), 3);
  EXPECT_EQ(base::GetReason(OpenSqlite({.path = path()}).status()),
            base::Reason::kVerificationFailed);
}

TEST_F(SqliteStoreTest, KnowsTheFreeSpaceOfItsDisk) {
  const auto free = store_->FreeDiskBytes();
  ASSERT_TRUE(free.ok());
  EXPECT_GT(*free, 0u);
}

}  // namespace
}  // namespace liaison::store
