#include "daemon/journal/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "daemon/audit/receipt.h"
#include "daemon/audit/tree.h"
#include "daemon/base/error.h"
#include "tests/journal/journal_fixture.h"

namespace liaison::journal {
namespace {

using Kind = Outcome::Kind;
using store::Note;
using store::Received;
using store::Sent;

class JournalTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(fixture_.Open(), absl::OkStatus()); }
  void TearDown() override { fixture_.Close(false); }
  Journal& journal() { return *fixture_.journal; }

  JournalFixture fixture_;
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

}  // namespace
}  // namespace liaison::journal
