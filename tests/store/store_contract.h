// What every store must do, whatever it keeps its rows in. A back end's test gives the function
// that opens it and instantiates the suite.
#ifndef LIAISON_TESTS_STORE_STORE_CONTRACT_H_
#define LIAISON_TESTS_STORE_STORE_CONTRACT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "daemon/base/error.h"
#include "daemon/store/store.h"
#include "tests/store/counting_sequencer.h"
#include "tests/store/rows_fixture.h"

namespace liaison::store {

// Opens a store in a directory of its own; the same directory gives the same store again.
using StoreFactory = std::unique_ptr<Store> (*)(const TempDirectory& directory);

class StoreContract : public ::testing::TestWithParam<StoreFactory> {
 protected:
  void SetUp() override { Reopen(); }
  void Reopen() {
    store_.reset();
    store_ = GetParam()(directory_);
    ASSERT_NE(store_, nullptr);
    const auto heads = store_->Acquire("exchange-log", "desk-log");
    ASSERT_TRUE(heads.ok()) << heads.status();
  }
  std::vector<Outcome> Commit(std::vector<Change> changes) {
    CountingSequencer sequencer;
    auto outcomes = store_->Commit(changes, sequencer);
    EXPECT_TRUE(outcomes.ok()) << outcomes.status();
    return outcomes.ok() ? *std::move(outcomes) : std::vector<Outcome>(changes.size());
  }
  Outcome CommitOne(Change change) { return Commit({std::move(change)})[0]; }
  desk::v1::State StateOf(const ExchangeName& name) {
    const auto row = store_->Find(name);
    EXPECT_TRUE(row.ok()) << row.status();
    return row.ok() ? row->state : desk::v1::STATE_UNSPECIFIED;
  }
  uint64_t SizeOf(audit::v1::Log log) { return store_->Head(log)->size; }

  TempDirectory directory_;
  std::unique_ptr<Store> store_;
};

inline ExchangeName OursNamed(uint64_t number) { return {kUs, IdOf(number)}; }
inline ExchangeName TheirsNamed(uint64_t number) { return {kPartner, IdOf(number)}; }

}  // namespace liaison::store

#endif  // LIAISON_TESTS_STORE_STORE_CONTRACT_H_
