// What the journal takes at a time, what it refuses, and who is told when it stops.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "daemon/base/error.h"
#include "daemon/journal/journal.h"
#include "tests/journal/journal_fixture.h"

namespace liaison::journal {
namespace {

using base::Reason;
using store::InForceOf;
using store::Note;
using store::Received;
using store::Sent;
using store::Step;
// A wait that must not be waited out.
constexpr absl::Duration kLong = absl::Minutes(10);

using Pendings = std::vector<std::unique_ptr<Journal::Pending>>;

class JournalLimitsTest : public ::testing::Test {
 protected:
  void SetUp() override { Reopen(); }
  void TearDown() override { fixture_.Close(false); }

  // With the options as they are now.
  void Reopen() {
    fixture_.Close(false);
    ASSERT_EQ(fixture_.Open(), absl::OkStatus());
    commits_ = 0;
    fixture_.failing->before_return = [this] { ++commits_; };
  }
  Journal& journal() { return *fixture_.journal; }
  Pendings BeginEach(std::vector<Change> changes) {
    Pendings all;
    for (Change& change : changes) {
      auto pending = journal().Begin({std::move(change)});
      EXPECT_TRUE(pending.ok()) << pending.status();
      if (pending.ok()) all.push_back(*std::move(pending));
    }
    return all;
  }
  // In how many commits these changes go when each comes alone.
  int CommitsOf(std::vector<Change> changes) {
    const Pendings all = BeginEach(std::move(changes));
    commits_ = 0;
    while (journal().CommitOnce(absl::ZeroDuration())) {
    }
    for (const auto& pending : all) EXPECT_TRUE(pending->Await().ok());
    return commits_;
  }
  std::optional<Reason> ReasonOf(const Change& change) {
    return base::GetReason(fixture_.Commit({change}).status());
  }

  JournalFixture fixture_;
  int commits_ = 0;
};

TEST_F(JournalLimitsTest, CommitsWhatWaitsTogetherUpToTheLimitOfChanges) {
  EXPECT_EQ(CommitsOf({Note(), Note(), Note(), Note()}), 1);
  fixture_.options.batch = 2;
  Reopen();
  EXPECT_EQ(CommitsOf({Note(), Note(), Note(), Note()}), 2);
}

// Whatever is kept of a change counts: body, receipt, text, opening.
TEST_F(JournalLimitsTest, CommitsWhatWaitsTogetherUpToTheLimitOfBytes) {
  ASSERT_TRUE(fixture_.Commit({Sent(1), Sent(2), Sent(3), Sent(4)}).ok());
  fixture_.options.batch_bytes = 1000;
  Reopen();
  const std::string long_text(600, 'x');
  const auto opened = [&](store::RecordDraft draft) {
    draft.opening_row = "row";
    draft.opening = store::Sealed{"audit-202701", long_text, "", ""};
    return draft;
  };
  std::vector<Change> pairs;
  for (uint64_t i = 1; i <= 2; ++i) {
    pairs.push_back(Sent(10 + i, store::kPartner, 600));
    store::AddExchange head = Sent(20 + i, store::kPartner, 1);
    head.head = long_text;
    pairs.push_back(head);
    store::Advance receipt =
        Step({store::kUs, store::IdOf(i)}, audit::v1::DELIVERED, {desk::v1::QUEUED});
    receipt.peer_receipt = long_text;
    pairs.push_back(receipt);
    store::Advance step =
        Step({store::kUs, store::IdOf(2 + i)}, audit::v1::EXPIRED, {desk::v1::QUEUED});
    step.record = opened(step.record);
    pairs.push_back(step);
    store::PutInForce put = InForceOf("policy", i, audit::v1::POLICY);
    put.content = long_text;
    pairs.push_back(put);
    store::Append note = Note();
    note.record = opened(note.record);
    pairs.push_back(note);
  }
  const size_t half = pairs.size() / 2;
  for (size_t i = 0; i < half; ++i) {
    EXPECT_EQ(CommitsOf({pairs[i], pairs[half + i]}), 2) << "change " << i;
  }
  EXPECT_EQ(CommitsOf({Note(), Note()}), 1) << "nothing to count";
}

TEST_F(JournalLimitsTest, CountsAllThatWaitsAgainstTheLimitOfTheQueue) {
  fixture_.options.queue = 3;
  Reopen();
  const Pendings waiting = BeginEach({Note(), Note()});
  EXPECT_EQ(base::GetReason(journal().Begin({Note(), Note()}).status()), Reason::kQueueFull);
  const Pendings last = BeginEach({Note()});
  EXPECT_EQ(base::GetReason(journal().Begin({Note()}).status()), Reason::kQueueFull);
  EXPECT_TRUE(journal().CommitOnce(absl::ZeroDuration()));
  const Pendings again = BeginEach({Note()});
  EXPECT_TRUE(journal().CommitOnce(absl::ZeroDuration()));
}

TEST_F(JournalLimitsTest, WhoWaitsIsToldWhenTheJournalStops) {
  fixture_.options.batch = 1;
  Reopen();
  const Pendings waiting = BeginEach({Note(), Note(), Note()});
  fixture_.failing->fail_commit = true;
  EXPECT_TRUE(journal().CommitOnce(absl::ZeroDuration()));
  for (const auto& pending : waiting) {
    EXPECT_EQ(base::GetReason(pending->Await().status()), Reason::kStopped);
  }
  EXPECT_EQ(commits_, 1);
}

TEST_F(JournalLimitsTest, CommitsNothingMoreWhenItHasStopped) {
  fixture_.failing->fail_commit = true;
  EXPECT_FALSE(fixture_.Commit({Note()}).ok());
  fixture_.failing->fail_commit = false;
  const int before = commits_;
  fixture_.clock.Advance(absl::Hours(25));  // the head of the desk log would be due
  EXPECT_FALSE(journal().CommitOnce(absl::ZeroDuration()));
  EXPECT_FALSE(journal().Drain().ok());
  EXPECT_EQ(commits_, before);
}

TEST_F(JournalLimitsTest, StopWakesWhoeverWaitsForWork) {
  std::thread commits([this] { EXPECT_FALSE(journal().CommitOnce(kLong)); });
  journal().Stop();
  commits.join();
  EXPECT_FALSE(journal().CommitOnce(kLong)) << "there is nothing to wait for";
}

TEST_F(JournalLimitsTest, WorkWakesWhoeverWaitsForIt) {
  for (int i = 0; i < 20; ++i) {
    std::thread commits([this] { journal().CommitOnce(kLong); });
    EXPECT_TRUE(journal().Commit({Note()}).ok());
    commits.join();
  }
}

TEST_F(JournalLimitsTest, EachLimitOfTheDiskHoldsAlone) {
  fixture_.options.disk_low_bytes = 100;
  Reopen();
  for (const auto& [free, refused] : {std::pair(99, true), std::pair(100, false)}) {
    fixture_.clock.Advance(absl::Seconds(1));
    fixture_.failing->free_bytes = static_cast<uint64_t>(free);
    EXPECT_EQ(ReasonOf(Sent(static_cast<uint64_t>(free))) == Reason::kDiskLow, refused) << free;
    EXPECT_TRUE(fixture_.Commit({Note()}).ok());
  }
  fixture_.options.disk_low_bytes = 0;
  fixture_.options.disk_full_bytes = 100;
  Reopen();
  for (const auto& [free, refused] : {std::pair(99, true), std::pair(100, false)}) {
    fixture_.clock.Advance(absl::Seconds(1));
    fixture_.failing->free_bytes = static_cast<uint64_t>(free);
    EXPECT_EQ(ReasonOf(Note()) == Reason::kDiskLow, refused) << free;
    EXPECT_EQ(ReasonOf(Received(static_cast<uint64_t>(free))) == Reason::kDiskLow, refused);
  }
}

TEST_F(JournalLimitsTest, TakesADiskThatSaysNothingForAFullOne) {
  fixture_.options.disk_full_bytes = 1;
  Reopen();
  fixture_.clock.Advance(absl::Seconds(1));
  fixture_.failing->fail_sample = true;
  EXPECT_EQ(ReasonOf(Note()), Reason::kDiskLow);
}

TEST_F(JournalLimitsTest, OnlyNewMessagesWaitForASureClock) {
  fixture_.clock.Step(absl::Hours(1));
  EXPECT_EQ(ReasonOf(Received(1)), Reason::kClockUnsure);
  EXPECT_EQ(base::GetReason(journal().Begin({Note(), Sent(1)}).status()), Reason::kClockUnsure);
  EXPECT_TRUE(fixture_.Commit({InForceOf("policy", 1, audit::v1::POLICY)}).ok());
}

TEST_F(JournalLimitsTest, RecordsOneAlarmOfTheClockInACommitOfItsOwn) {
  fixture_.clock.Step(absl::Seconds(3));
  EXPECT_TRUE(journal().CommitOnce(absl::ZeroDuration()));
  EXPECT_FALSE(journal().CommitOnce(absl::ZeroDuration()));
  audit::v1::Record record;
  ASSERT_TRUE(record.ParseFromString(
      journal().reader().Record(audit::v1::DESK, journal().Head(audit::v1::DESK).size - 1)->bytes));
  EXPECT_EQ(record.event(), audit::v1::CLOCK);
}

TEST_F(JournalLimitsTest, AnswersNothingForNothing) {
  const auto outcomes = journal().Commit({});
  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  EXPECT_TRUE(outcomes->empty());
  EXPECT_EQ(commits_, 0);
}

}  // namespace
}  // namespace liaison::journal
