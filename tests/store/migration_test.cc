// A database of an older version is brought to this one when it is opened, with all that is in it.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "daemon/base/error.h"
#include "tests/store/counting_sequencer.h"
#include "tests/store/damage.h"
#include "tests/store/store_contract.h"

namespace liaison::store {
namespace {

std::string TextOf(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_FALSE(text.str().empty()) << path << " (run from the source folder)";
  return text.str();
}

class MigrationTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream{path()};  // an empty file is an empty database
    ASSERT_TRUE(EditDatabase(path(), TextOf("tests/store/version_1.sql")));
    std::filesystem::permissions(
        path(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  std::string path() const { return directory_.path("liaison.db"); }

  TempDirectory directory_;
};

TEST_F(MigrationTest, KeepsWhatVersionOneWroteAndCanDoWhatThisVersionDoes) {
  auto opened = OpenSqlite({.path = path()});
  ASSERT_TRUE(opened.ok()) << opened.status();
  Store& store = **opened;
  ASSERT_TRUE(store.Acquire("exchange-log", "desk-log").ok());
  EXPECT_EQ(store.Find(OursNamed(1))->state, desk::v1::QUEUED);
  EXPECT_EQ(store.Find(TheirsNamed(2))->state, desk::v1::NEW);
  EXPECT_EQ(store.Body(OursNamed(1))->body->second, "\x04");
  EXPECT_EQ(*store.CountQueued(kPartner), 1u);
  CountingSequencer sequencer;
  const std::vector<Change> changes = {Held(3), Released(OursNamed(3), 2, 0, true)};
  const auto outcomes = store.Commit(changes, sequencer);
  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  EXPECT_EQ((*outcomes)[1].kind, Outcome::Kind::kCommitted);
  EXPECT_EQ(*store.CountQueued(kPartner), 2u);
}

TEST_F(MigrationTest, IsDoneOnce) {
  for (int i = 0; i < 2; ++i) {
    const auto opened = OpenSqlite({.path = path()});
    ASSERT_TRUE(opened.ok()) << opened.status();
  }
  EXPECT_EQ(AskDatabase(path(), "PRAGMA user_version"), "4");
}

TEST_F(MigrationTest, ChangesNothingInWhatIsOpenedToBeRead) {
  const auto opened = OpenSqlite({.path = path(), .read_only = true});
  EXPECT_EQ(base::GetReason(opened.status()), base::Reason::kWrongState) << opened.status();
  EXPECT_EQ(AskDatabase(path(), "PRAGMA user_version"), "1");
}

}  // namespace
}  // namespace liaison::store
