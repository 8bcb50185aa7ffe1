// Quotas of policies against a simple count, over random attempts. LIAISON_SEED repeats a run;
// LIAISON_LONG makes more of them.
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <tuple>

#include "absl/strings/numbers.h"
#include "tests/store/store_contract.h"

namespace liaison::store {
namespace {

using Kind = Outcome::Kind;

int Attempts() { return std::getenv("LIAISON_LONG") != nullptr ? 100'000 : 600; }

uint64_t Seed() {
  const char* const given = std::getenv("LIAISON_SEED");
  uint64_t seed = std::random_device()();
  if (given != nullptr && !absl::SimpleAtoi(given, &seed)) {
    ADD_FAILURE() << "LIAISON_SEED is no number";
  }
  std::cout << "LIAISON_SEED=" << seed << "\n";
  return seed;
}

// One counter: a quota, its day and its caller.
struct Count {
  uint64_t attempts = 0;
  std::vector<Digest> persons;  // in the order in which they were first tried

  // Whether one more attempt is over a limit: of attempts, or of persons, of whom the first may be
  // spoken of again.
  bool IsSpent(const QuotaUse& use) const {
    if (use.per_day > 0 && attempts >= use.per_day) return true;
    if (use.distinct_subjects_per_day == 0) return false;
    std::vector<Digest> all = persons;
    for (const Digest& person : use.subjects) {
      auto place = std::find(all.begin(), all.end(), person);
      if (place == all.end()) place = all.insert(all.end(), person);
      const auto rank = static_cast<uint64_t>(place - all.begin()) + 1;
      if (rank > use.distinct_subjects_per_day) return true;
    }
    return false;
  }

  void Add(const QuotaUse& use) {
    ++attempts;
    for (const Digest& person : use.subjects) {
      if (std::find(persons.begin(), persons.end(), person) == persons.end()) {
        persons.push_back(person);
      }
    }
  }
};

class Attempted {
 public:
  explicit Attempted(uint64_t seed) : random_(seed) {}

  uint64_t Below(uint64_t end) {
    return std::uniform_int_distribution<uint64_t>(0, end - 1)(random_);
  }

  // Each quota with the limits that belong to it; the same persons in all of them.
  std::vector<QuotaUse> Uses() {
    std::vector<Digest> persons;
    for (uint64_t person = 1; person <= 6; ++person) {
      if (Below(4) == 0) persons.push_back(DigestOf(person));
    }
    std::vector<QuotaUse> uses;
    for (uint64_t quota = 0; quota < 4; ++quota) {
      if (Below(2) == 0) continue;
      QuotaUse use;
      use.quota = std::string("quota-") + static_cast<char>('a' + quota);
      // The records of these tests are of the first seconds of 1970, which are of another day where
      // it began seven hours earlier.
      use.begin = absl::UnixEpoch() - absl::Hours(Below(2) * 7);
      use.end = use.begin + absl::Hours(24);
      if (quota >= 2) use.caller = DigestOf(100 + Below(3));
      use.per_day = quota % 2 == 0 ? 5 + quota * 4 : 0;
      use.distinct_subjects_per_day = quota % 2 == 1 ? 1 + quota : 0;
      use.subjects = persons;
      uses.push_back(use);
    }
    return uses;
  }

  Count& Of(const QuotaUse& use) { return counts_[{use.quota, use.begin, use.caller}]; }

 private:
  std::mt19937_64 random_;
  std::map<std::tuple<std::string, absl::Time, Digest>, Count> counts_;
};

TEST_P(StoreContract, CountsEveryAttemptAndStopsAtEachLimitExactly) {
  Attempted attempted(Seed());
  int passed = 0, spent = 0;
  for (int i = 0; i < Attempts() && !HasFailure(); ++i) {
    AddExchange add = Sent(static_cast<uint64_t>(i) + 1);
    add.quotas = attempted.Uses();
    const bool is_spent =
        std::any_of(add.quotas.begin(), add.quotas.end(),
                    [&](const QuotaUse& use) { return attempted.Of(use).IsSpent(use); });
    const Kind kind = CommitOne(add).kind;
    EXPECT_EQ(kind, is_spent ? Kind::kSpentQuota : Kind::kCommitted) << "attempt " << i;
    ++(is_spent ? spent : passed);
    if (is_spent && attempted.Below(4) == 0) continue;  // nobody puts it on record
    if (is_spent) {
      EXPECT_EQ(CommitOne(Denied(add)).kind, Kind::kCommitted);
    }
    for (const QuotaUse& use : add.quotas) attempted.Of(use).Add(use);
    for (const QuotaUse& use : add.quotas) {
      const auto standing = store_->StandingOf(use);
      ASSERT_TRUE(standing.ok()) << standing.status();
      EXPECT_EQ(standing->attempts, attempted.Of(use).attempts);
      EXPECT_EQ(standing->subjects, attempted.Of(use).persons.size());
    }
    if (attempted.Below(100) == 0) Reopen();
  }
  EXPECT_GT(passed, 20);
  EXPECT_GT(spent, 20);
}

}  // namespace
}  // namespace liaison::store
