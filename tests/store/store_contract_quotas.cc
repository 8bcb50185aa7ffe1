// What every store must do about the quotas of policies.
#include <array>
#include <thread>

#include "tests/store/store_contract.h"

namespace liaison::store {
namespace {

using Kind = Outcome::Kind;

// The records of these tests are a millisecond apart, from 1970 on.
constexpr absl::Duration kDay = absl::Hours(24);

QuotaUse UseOf(const std::string& quota, uint64_t per_day, absl::Time begin = absl::UnixEpoch()) {
  QuotaUse use;
  use.quota = quota;
  use.begin = begin;
  use.end = begin + kDay;
  use.per_day = per_day;
  return use;
}

AddExchange With(AddExchange add, const QuotaUse& use) {
  add.quotas = {use};
  return add;
}

QuotaUse About(QuotaUse use, std::vector<uint64_t> persons) {
  use.subjects.clear();
  for (const uint64_t person : persons) use.subjects.push_back(DigestOf(person));
  return use;
}

TEST_P(StoreContract, StopsAtAQuotaAndCountsTheDenialToo) {
  const QuotaUse use = UseOf("q", 2);
  EXPECT_EQ(CommitOne(With(Sent(1), use)).kind, Kind::kCommitted);
  EXPECT_EQ(CommitOne(With(Sent(2), use)).kind, Kind::kCommitted);
  const Outcome spent = CommitOne(With(Sent(3), use));
  EXPECT_EQ(spent.kind, Kind::kSpentQuota);
  EXPECT_EQ(spent.what, "q");
  EXPECT_EQ(spent.limit, "per_day");
  EXPECT_EQ(store_->Find(OursNamed(3)).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(store_->StandingOf(use)->attempts, 2u) << "what was not written does not count";
  EXPECT_EQ(CommitOne(With(Denied(Sent(3)), use)).kind, Kind::kCommitted);
  EXPECT_EQ(store_->StandingOf(use)->attempts, 3u);
  EXPECT_EQ(StateOf(OursNamed(3)), desk::v1::DENIED);
}

TEST_P(StoreContract, CountsWhatComesInAsWell) {
  const QuotaUse use = UseOf("q", 1);
  EXPECT_EQ(CommitOne(With(Received(1), use)).kind, Kind::kCommitted);
  EXPECT_EQ(CommitOne(With(Received(2), use)).kind, Kind::kSpentQuota);
  EXPECT_EQ(CommitOne(With(Denied(Received(2)), use)).kind, Kind::kCommitted);
}

TEST_P(StoreContract, CountsWhatIsThereAlreadyOnce) {
  const QuotaUse use = UseOf("q", 10);
  AddExchange add = With(Sent(1), use);
  add.idempotency_key = DigestOf(50);
  add.idempotency_draft = DigestOf(51);
  CommitOne(add);
  EXPECT_EQ(CommitOne(add).kind, Kind::kSame);
  AddExchange again = With(Sent(2), use);
  again.idempotency_key = DigestOf(50);
  again.idempotency_draft = DigestOf(51);
  EXPECT_EQ(CommitOne(again).kind, Kind::kSame);
  EXPECT_EQ(store_->StandingOf(use)->attempts, 1u);
}

TEST_P(StoreContract, CountsNothingThatAnotherLimitStops) {
  const QuotaUse use = UseOf("q", 10);
  AddExchange add = With(Sent(1), use);
  add.most_queued = 1;
  CommitOne(add);
  AddExchange full = With(Sent(2), use);
  full.most_queued = 1;
  EXPECT_EQ(CommitOne(full).kind, Kind::kOverQuota);
  EXPECT_EQ(store_->StandingOf(use)->attempts, 1u);
}

TEST_P(StoreContract, OfSeveralQuotasEachCountsAndEachStops) {
  AddExchange add = Sent(1);
  add.quotas = {UseOf("a", 5), UseOf("b", 1)};
  CommitOne(add);
  AddExchange second = Sent(2);
  second.quotas = add.quotas;
  EXPECT_EQ(CommitOne(second).what, "b");
  EXPECT_EQ(store_->StandingOf(UseOf("a", 5))->attempts, 1u);
}

TEST_P(StoreContract, LetsExactlyAsManyPassAsAQuotaHolds) {
  constexpr int kThreads = 8;
  constexpr uint64_t kEach = 20;
  constexpr uint64_t kMost = 37;
  std::vector<std::thread> threads;
  std::array<uint64_t, kThreads> passed{};
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      for (uint64_t number = 0; number < kEach; ++number) {
        const uint64_t name = 1 + static_cast<uint64_t>(i) * kEach + number;
        if (CommitOne(With(Sent(name), UseOf("q", kMost))).kind == Kind::kCommitted) {
          ++passed[static_cast<size_t>(i)];
        } else {
          CommitOne(With(Denied(Sent(name)), UseOf("q", kMost)));
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  uint64_t all = 0;
  for (const uint64_t one : passed) all += one;
  EXPECT_EQ(all, kMost);
  EXPECT_EQ(store_->StandingOf(UseOf("q", kMost))->attempts, kThreads * kEach);
}

TEST_P(StoreContract, SeesAttemptsBeforeInTheSameCommit) {
  const QuotaUse use = UseOf("q", 1);
  const auto outcomes = Commit({With(Sent(1), use), With(Sent(2), use)});
  EXPECT_EQ(outcomes[0].kind, Kind::kCommitted);
  EXPECT_EQ(outcomes[1].kind, Kind::kSpentQuota);
}

TEST_P(StoreContract, KeepsCountingAcrossAReopen) {
  const QuotaUse use = About(UseOf("q", 1), {7});
  CommitOne(With(Sent(1), use));
  Reopen();
  EXPECT_EQ(CommitOne(With(Sent(2), use)).kind, Kind::kSpentQuota);
  EXPECT_EQ(store_->StandingOf(use)->subjects, 1u);
}

TEST_P(StoreContract, CountsEachDayAndEachCallerApart) {
  QuotaUse first = UseOf("q", 1);
  first.caller = DigestOf(1);
  QuotaUse second = UseOf("q", 1);
  second.caller = DigestOf(2);
  EXPECT_EQ(CommitOne(With(Sent(1), first)).kind, Kind::kCommitted);
  EXPECT_EQ(CommitOne(With(Sent(2), second)).kind, Kind::kCommitted);
  EXPECT_EQ(CommitOne(With(Sent(3), first)).kind, Kind::kSpentQuota);
  // The same instant is on another day in another zone.
  const QuotaUse elsewhere = UseOf("q", 1, absl::UnixEpoch() - absl::Hours(7));
  EXPECT_EQ(CommitOne(With(Sent(4), elsewhere)).kind, Kind::kCommitted);
  const auto counters = store_->QuotaCounters();
  ASSERT_TRUE(counters.ok()) << counters.status();
  ASSERT_EQ(counters->size(), 2u);
  EXPECT_EQ((*counters)[1].begin, absl::UnixEpoch());
  EXPECT_EQ((*counters)[1].attempts, 2u) << "of both callers";
}

TEST_P(StoreContract, HasTheDayOfTheRecordOrDecidesAgain) {
  EXPECT_EQ(CommitOne(With(Sent(1), UseOf("q", 1, absl::UnixEpoch() + kDay))).kind, Kind::kStale);
  EXPECT_EQ(CommitOne(With(Sent(1), UseOf("q", 1, absl::UnixEpoch() - kDay))).kind, Kind::kStale);
  // The next record is of the first millisecond, then of the second, where another day begins.
  EXPECT_EQ(CommitOne(With(Sent(1), UseOf("q", 1, absl::FromUnixMillis(2) - kDay))).kind,
            Kind::kCommitted);
  EXPECT_EQ(CommitOne(With(Sent(2), UseOf("q", 1, absl::FromUnixMillis(2) - kDay))).kind,
            Kind::kStale);
  EXPECT_EQ(CommitOne(With(Sent(2), UseOf("q", 1, absl::FromUnixMillis(2)))).kind,
            Kind::kCommitted);
}

TEST_P(StoreContract, DropsTheDaysThatAreOver) {
  const QuotaUse over = About(UseOf("q", 9, absl::FromUnixMillis(2) - kDay), {1, 2});
  const QuotaUse lasting = About(UseOf("other", 9, absl::FromUnixMillis(3) - kDay), {1});
  AddExchange add = Sent(1);
  add.quotas = {over, lasting};
  CommitOne(add);
  EXPECT_EQ(store_->StandingOf(over)->subjects, 2u);
  const QuotaUse next = UseOf("q", 9, absl::FromUnixMillis(2));
  ASSERT_EQ(CommitOne(With(Sent(2), next)).kind, Kind::kCommitted);
  EXPECT_EQ(store_->StandingOf(over)->attempts, 0u);
  EXPECT_EQ(store_->StandingOf(over)->subjects, 0u);
  EXPECT_EQ(store_->StandingOf(lasting)->attempts, 1u);
  EXPECT_EQ(store_->QuotaCounters()->size(), 2u);
}

TEST_P(StoreContract, LetsTheFirstPersonsOfADayBeSpokenOfAgain) {
  QuotaUse use = UseOf("q", 0);
  use.distinct_subjects_per_day = 2;
  EXPECT_EQ(CommitOne(With(Sent(1), About(use, {1, 2}))).kind, Kind::kCommitted);
  EXPECT_EQ(CommitOne(With(Sent(2), About(use, {2}))).kind, Kind::kCommitted);
  const Outcome spent = CommitOne(With(Sent(3), About(use, {1, 3})));
  EXPECT_EQ(spent.kind, Kind::kSpentQuota);
  EXPECT_EQ(spent.limit, "distinct_subjects_per_day");
  CommitOne(With(Denied(Sent(3)), About(use, {1, 3})));
  EXPECT_EQ(store_->StandingOf(About(use, {}))->subjects, 3u);
  EXPECT_EQ(CommitOne(With(Sent(4), About(use, {3}))).kind, Kind::kSpentQuota)
      << "whoever was tried and denied is no nearer";
  EXPECT_EQ(CommitOne(With(Sent(5), About(use, {1}))).kind, Kind::kCommitted);
  EXPECT_EQ(CommitOne(With(Sent(6), About(use, {}))).kind, Kind::kCommitted);
  EXPECT_EQ(store_->StandingOf(About(use, {}))->attempts, 5u);
}

TEST_P(StoreContract, CountsThePersonsOfOneMessageTogether) {
  QuotaUse use = UseOf("q", 0);
  use.distinct_subjects_per_day = 2;
  EXPECT_EQ(CommitOne(With(Sent(1), About(use, {1, 2, 3}))).kind, Kind::kSpentQuota);
  EXPECT_EQ(CommitOne(With(Sent(1), About(use, {1, 2}))).kind, Kind::kCommitted);
}

TEST_P(StoreContract, AZeroIsNoLimit) {
  for (uint64_t i = 1; i <= 20; ++i) {
    EXPECT_EQ(CommitOne(With(Sent(i), About(UseOf("q", 0), {i}))).kind, Kind::kCommitted);
  }
  EXPECT_EQ(store_->StandingOf(UseOf("q", 0))->attempts, 20u);
}

TEST_P(StoreContract, TellsBeforehandWhatAnAttemptWouldBeOver) {
  QuotaUse use = UseOf("q", 2);
  use.distinct_subjects_per_day = 1;
  EXPECT_EQ(store_->StandingOf(About(use, {1}))->spent, "");
  CommitOne(With(Sent(1), About(use, {1})));
  EXPECT_EQ(store_->StandingOf(About(use, {1}))->spent, "");
  EXPECT_EQ(store_->StandingOf(About(use, {2}))->spent, "distinct_subjects_per_day");
  CommitOne(With(Sent(2), About(use, {1})));
  EXPECT_EQ(store_->StandingOf(About(use, {1}))->spent, "per_day");
}

TEST_P(StoreContract, WritesTheNoticeWithItsExchangeAndNotWithoutIt) {
  AddExchange add = With(Sent(1), UseOf("q", 1));
  add.notice = Note(audit::v1::NOTICE).record;
  add.notice->record.set_exchange_from(kUs);
  add.notice->record.set_exchange_id(std::string(IdOf(1).raw()));
  const Outcome outcome = CommitOne(add);
  EXPECT_EQ(outcome.log, audit::v1::EXCHANGE);
  EXPECT_EQ(StateOf(OursNamed(1)), desk::v1::QUEUED);
  const auto records = store_->RecordsOf(OursNamed(1));
  ASSERT_TRUE(records.ok()) << records.status();
  ASSERT_EQ(records->size(), 2u);
  EXPECT_EQ((*records)[1].log, audit::v1::DESK);
  EXPECT_EQ((*records)[1].event, audit::v1::NOTICE);
  const uint64_t before = SizeOf(audit::v1::DESK);
  EXPECT_EQ(CommitOne(add).kind, Kind::kSame);
  add.exchange.name = OursNamed(2);
  add.record.record.set_exchange_id(std::string(IdOf(2).raw()));
  EXPECT_EQ(CommitOne(add).kind, Kind::kSpentQuota);
  EXPECT_EQ(SizeOf(audit::v1::DESK), before);
}

}  // namespace
}  // namespace liaison::store
