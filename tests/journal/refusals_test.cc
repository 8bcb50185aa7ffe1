#include "daemon/journal/refusals.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "daemon/journal/openings.h"
#include "tests/journal/journal_fixture.h"

namespace liaison::journal {
namespace {

base::Digest KeyOf(uint8_t number) {
  base::Digest key;
  key.mutable_data()[0] = number;
  return key;
}

class RefusalsTest : public testing::Test {
 protected:
  RefusalsTest() {
    EXPECT_TRUE(fixture_.Open().ok());
    commits_ = std::make_unique<CommitThread>(*fixture_.journal);
    std::filesystem::create_directory(fixture_.directory.path("at-rest"));
    at_rest_ = *message::AtRestKeys::Open(fixture_.directory.path("at-rest"), "bgc-example");
    refusals_ = std::make_unique<Refusals>(*fixture_.journal, *at_rest_, fixture_.clock);
  }
  ~RefusalsTest() override {
    commits_.reset();
    fixture_.Close();
  }

  void Refuse(uint8_t key) {
    refusals_->Record(KeyOf(key), "desk", base::Reason::kCallerUnknown, /*most=*/2);
  }
  std::vector<store::StoredRecord> Recorded() {
    store::RecordFilter filter;
    filter.log = audit::v1::DESK;
    filter.events = {audit::v1::CALLER_REFUSED};
    return fixture_.store->Records(filter)->first;
  }
  static uint64_t CountIn(const store::StoredRecord& stored) {
    audit::v1::Record record;
    EXPECT_TRUE(record.ParseFromString(stored.bytes));
    return record.count();
  }

  JournalFixture fixture_;
  std::unique_ptr<CommitThread> commits_;
  std::unique_ptr<message::AtRestKeys> at_rest_;
  std::unique_ptr<Refusals> refusals_;
};

TEST_F(RefusalsTest, RecordsWhoWasRefusedWhereAndWhy) {
  Refuse(7);
  ASSERT_EQ(Recorded().size(), 1u);
  const auto openings = Open(Recorded()[0], *at_rest_);
  ASSERT_TRUE(openings.ok()) << openings.status();
  EXPECT_EQ(openings->decision.reason(), "CALLER_UNKNOWN");
  EXPECT_EQ(openings->actor.detail(), "listener desk, key " + KeyOf(7).hex());
}

TEST_F(RefusalsTest, RecordsOnlySoManyOfAKeyInAnHourAndThenTheirNumber) {
  for (int i = 0; i < 5; ++i) Refuse(1);
  EXPECT_EQ(Recorded().size(), 2u);
  Refuse(2);
  EXPECT_EQ(Recorded().size(), 3u) << "another key has a limit of its own";
  fixture_.clock.Advance(absl::Hours(1));
  Refuse(1);
  ASSERT_EQ(Recorded().size(), 4u);
  EXPECT_EQ(CountIn(Recorded().back()), 3u);
}

// Somebody who tries key after key fills neither memory nor log; who is known already still counts.
TEST_F(RefusalsTest, RemembersOnlySoManyKeysUntilTheHourIsOver) {
  Refuse(1);
  for (uint32_t number = 0; number < 4095; ++number) {
    base::Digest key;
    key.mutable_data()[1] = static_cast<uint8_t>(number >> 8);
    key.mutable_data()[2] = static_cast<uint8_t>(number);
    refusals_->Record(key, "desk", base::Reason::kCallerUnknown, /*most=*/0);
  }
  ASSERT_EQ(Recorded().size(), 1u);
  Refuse(2);
  EXPECT_EQ(Recorded().size(), 1u) << "one key too many";
  Refuse(1);
  EXPECT_EQ(Recorded().size(), 2u);
  fixture_.clock.Advance(absl::Hours(1));
  Refuse(2);
  EXPECT_EQ(Recorded().size(), 3u);
}

}  // namespace
}  // namespace liaison::journal
