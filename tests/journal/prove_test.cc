// Receipts and proofs from rows: none is given that does not lead to the signed head.
#include "daemon/journal/prove.h"

#include <gtest/gtest.h>

#include "daemon/audit/receipt.h"
#include "daemon/audit/tree.h"
#include "daemon/base/error.h"
#include "tests/journal/journal_fixture.h"
#include "tests/store/damage.h"

namespace liaison::journal {
namespace {

using base::Reason;

class ProveTest : public ::testing::Test {
 protected:
  // Two tiles and a bit, and one tile in memory at most.
  void SetUp() override {
    fixture_.options.tiles = 1;
    ASSERT_EQ(fixture_.Open(), absl::OkStatus());
    ASSERT_TRUE(fixture_.Commit(std::vector<Change>(600, store::Note())).ok());
  }
  void TearDown() override { fixture_.Close(false); }
  Journal& journal() { return *fixture_.journal; }
  void Edit(const std::string& sql) {
    ASSERT_TRUE(store::EditDatabase(fixture_.directory.path("liaison.db"), sql)) << sql;
  }
  std::optional<Reason> RefusalOf(uint64_t index) {
    return base::GetReason(journal().Prove(audit::v1::DESK, {index}).status());
  }

  JournalFixture fixture_;
};

TEST_F(ProveTest, ReadsTilesAnewWhenTheyNoLongerFitIntoMemory) {
  const audit::Checkpoint head = journal().Head(audit::v1::DESK);
  for (uint64_t index : {0, 300, 599, 1, 301, 598, 2}) {
    const auto proofs = journal().Prove(audit::v1::DESK, {index});
    ASSERT_TRUE(proofs.ok()) << proofs.status();
    EXPECT_TRUE(audit::VerifyReceipt(proofs->receipts[0], head).ok()) << index;
  }
}

TEST_F(ProveTest, GivesNoReceiptOfARecordThatWasChanged) {
  Edit("UPDATE desk_record SET bytes = CAST(bytes || x'00' AS BLOB) WHERE idx = 300");
  EXPECT_EQ(RefusalOf(300), Reason::kVerificationFailed);
  EXPECT_EQ(RefusalOf(301), std::nullopt) << "the others hold";
}

TEST_F(ProveTest, GivesNoReceiptOverATileThatWasChanged) {
  Edit("UPDATE tile SET hashes = zeroblob(8192) WHERE idx = 1");
  EXPECT_EQ(RefusalOf(300), Reason::kVerificationFailed);
}

TEST_F(ProveTest, GivesNoProofOfGrowthThatDoesNotHold) {
  const audit::Checkpoint head = journal().Head(audit::v1::DESK);
  Edit("UPDATE desk_record SET leaf = zeroblob(32) WHERE idx = 598");
  EXPECT_EQ(base::GetReason(journal().Consistency(audit::v1::DESK, 597, head).status()),
            Reason::kVerificationFailed);
}

TEST_F(ProveTest, AnEmptyProofLeadsFromNothingAndToItself) {
  const audit::Checkpoint head = journal().Head(audit::v1::DESK);
  for (uint64_t from : {uint64_t{0}, head.size}) {
    const auto proof = journal().Consistency(audit::v1::DESK, from, head);
    ASSERT_TRUE(proof.ok()) << proof.status();
    EXPECT_TRUE(proof->path().empty());
    EXPECT_EQ(proof->from_size(), from);
    EXPECT_EQ(proof->to_size(), head.size);
  }
}

TEST_F(ProveTest, ProvesNothingBeyondTheSignedHead) {
  audit::Checkpoint head = journal().Head(audit::v1::DESK);
  EXPECT_EQ(RefusalOf(head.size), Reason::kNotFound);
  EXPECT_EQ(RefusalOf(head.size - 1), std::nullopt);
  ++head.size;
  EXPECT_EQ(base::GetReason(journal().Consistency(audit::v1::DESK, 1, head).status()),
            Reason::kNotFound);
}

}  // namespace
}  // namespace liaison::journal
