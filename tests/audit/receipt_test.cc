#include "daemon/audit/receipt.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "daemon/crypto/digest.h"
#include "tests/audit/vectors.h"

namespace liaison::audit {
namespace {

constexpr char kOrigin[] = "bgc.example/liaison-log/1/1";

v1::Record SentRecord(const std::string& origin, int n) {
  v1::Record record;
  record.set_time_ms(1790000000000 + static_cast<uint64_t>(n));
  record.set_origin(origin);
  record.set_event(v1::SENT);
  record.set_exchange_from("bgc-example");
  record.set_exchange_id(std::string(16, static_cast<char>(n)));
  record.set_partner("ho-example");
  return record;
}

// A log of eleven records, and receipts of it.
class ReceiptTest : public ::testing::Test {
 protected:
  ReceiptTest() {
    for (int n = 0; n < 11; ++n) {
      records_.push_back(
          SentRecord(n == 6 ? "ho.example/liaison-log/1/1" : kOrigin, n).SerializeAsString());
    }
    records_[7] = "no record";
    leaves_ = LeafHashes(records_);
    head_ = {kOrigin, leaves_.size(), TreeRoot(leaves_)};
  }

  v1::Receipt ReceiptOf(uint64_t index) const {
    v1::Receipt receipt;
    receipt.set_record(records_[index]);
    receipt.set_index(index);
    const auto read = [this](int level, uint64_t at) -> absl::StatusOr<Digest> {
      const size_t size = size_t{1} << level;
      return TreeRoot(absl::MakeSpan(leaves_).subspan(at * size, size));
    };
    const std::vector<Digest> path = InclusionPath(index, leaves_.size(), read).value();
    for (const Digest& hash : path) receipt.add_path(std::string(hash.raw()));
    receipt.set_checkpoint(SignCheckpoint(head_, *key_));
    return receipt;
  }

  const std::unique_ptr<crypto::PrivateKey> key_ =
      crypto::PrivateKey::Generate(crypto::KeyAlgorithm::kEd25519);
  const LogKey log_ = LogKey::Make(kOrigin, key_->public_key());
  std::vector<std::string> records_;
  std::vector<Digest> leaves_;
  Checkpoint head_;
};

TEST_F(ReceiptTest, GivesTheRecordAndItsIdentity) {
  const auto proven = VerifyReceipt(ReceiptOf(3), log_);
  ASSERT_TRUE(proven.ok()) << proven.status();
  EXPECT_EQ(proven->record().event(), v1::SENT);
  EXPECT_EQ(proven->index(), 3u);
  EXPECT_EQ(proven->leaf(), leaves_[3]);
  EXPECT_EQ(proven->head(), head_);
  const v1::PeerReceipt identity = proven->Identity();
  EXPECT_EQ(identity.origin(), kOrigin);
  EXPECT_EQ(identity.index(), 3u);
  EXPECT_EQ(identity.leaf(), std::string(leaves_[3].raw()));
}

TEST_F(ReceiptTest, HoldsUnderAHeadThatWasVerifiedBeforeWithoutLookingAtItsOwn) {
  v1::Receipt receipt = ReceiptOf(3);
  receipt.clear_checkpoint();
  EXPECT_TRUE(VerifyReceipt(receipt, head_).ok());
  EXPECT_EQ(VerifyReceipt(receipt, log_).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(ReceiptTest, RefusesEveryFlippedBitOfRecordAndPath) {
  const v1::Receipt good = ReceiptOf(3);
  const auto flip = [](std::string* bytes, size_t bit) {
    (*bytes)[bit / 8] = static_cast<char>((*bytes)[bit / 8] ^ (1 << (bit % 8)));
  };
  for (size_t bit = 0; bit < 8 * good.record().size(); ++bit) {
    v1::Receipt wrong = good;
    flip(wrong.mutable_record(), bit);
    EXPECT_EQ(VerifyReceipt(wrong, head_).status().code(), absl::StatusCode::kDataLoss);
  }
  for (int i = 0; i < good.path_size(); ++i) {
    for (size_t bit = 0; bit < 256; ++bit) {
      v1::Receipt wrong = good;
      flip(wrong.mutable_path(i), bit);
      EXPECT_FALSE(VerifyReceipt(wrong, head_).ok());
    }
  }
}

TEST_F(ReceiptTest, RefusesAnotherIndexRecordOrPath) {
  for (uint64_t index = 0; index < 12; ++index) {
    v1::Receipt wrong = ReceiptOf(3);
    wrong.set_index(index);
    EXPECT_EQ(VerifyReceipt(wrong, head_).ok(), index == 3);
  }
  v1::Receipt wrong = ReceiptOf(3);
  wrong.set_record(records_[4]);
  EXPECT_FALSE(VerifyReceipt(wrong, head_).ok());
  wrong = ReceiptOf(3);
  *wrong.mutable_path() = ReceiptOf(4).path();
  EXPECT_FALSE(VerifyReceipt(wrong, head_).ok());
  wrong = ReceiptOf(3);
  wrong.clear_path();
  EXPECT_FALSE(VerifyReceipt(wrong, head_).ok());
}

TEST_F(ReceiptTest, RefusesHashesOfTheWrongSizeAndPathsWithoutEnd) {
  for (size_t size : {0, 31, 33, 64}) {
    v1::Receipt wrong = ReceiptOf(3);
    wrong.set_path(0, std::string(size, 'h'));
    EXPECT_EQ(VerifyReceipt(wrong, head_).status().code(), absl::StatusCode::kDataLoss);
  }
  v1::Receipt wrong = ReceiptOf(3);
  for (int i = 0; i < 100'000; ++i) wrong.add_path(std::string(32, 'h'));
  EXPECT_FALSE(VerifyReceipt(wrong, head_).ok());
}

TEST_F(ReceiptTest, RefusesARecordThatNamesAnotherLog) {
  EXPECT_EQ(VerifyReceipt(ReceiptOf(6), log_).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(ReceiptTest, RefusesALeafThatIsNoRecord) {
  EXPECT_EQ(VerifyReceipt(ReceiptOf(7), log_).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(ReceiptTest, RefusesAHeadThatAnotherKeySigned) {
  v1::Receipt receipt = ReceiptOf(3);
  const auto other = crypto::PrivateKey::Generate(crypto::KeyAlgorithm::kEd25519);
  receipt.set_checkpoint(SignCheckpoint(head_, *other));
  EXPECT_EQ(VerifyReceipt(receipt, log_).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(ReceiptTest, RefusesAHeadOfAnotherSizeOrRoot) {
  v1::Receipt receipt = ReceiptOf(3);
  receipt.set_checkpoint(SignCheckpoint({kOrigin, 3, head_.root}, *key_));
  EXPECT_FALSE(VerifyReceipt(receipt, log_).ok());
  receipt.set_checkpoint(SignCheckpoint({kOrigin, 11, leaves_[0]}, *key_));
  EXPECT_FALSE(VerifyReceipt(receipt, log_).ok());
  receipt.set_checkpoint(SignCheckpoint({kOrigin, 0, head_.root}, *key_));
  EXPECT_FALSE(VerifyReceipt(receipt, log_).ok());
}

TEST(ReceiptVectorTest, Verifies) {
  const auto value = [](const char* name) { return ReadVectors("audit_receipt.txt", name)[0]; };
  v1::Receipt receipt;
  receipt.set_record(absl::HexStringToBytes(value("record")[0]));
  receipt.set_index(std::stoull(value("index")[0]));
  for (const Digest& hash : DigestsFrom(value("path"), 0))
    receipt.add_path(std::string(hash.raw()));
  const std::vector<std::string> lines = ReadVectorLines("audit_receipt.txt");
  for (auto line = std::find(lines.begin(), lines.end(), "checkpoint") + 1; line != lines.end();
       ++line) {
    absl::StrAppend(receipt.mutable_checkpoint(), *line, "\n");
  }
  const auto proven = VerifyReceipt(receipt, LogKey::Parse(value("key")[0]).value());
  ASSERT_TRUE(proven.ok()) << proven.status();
  EXPECT_EQ(proven->leaf().hex(), value("leaf")[0]);
  EXPECT_EQ(proven->record().partner(), "ho-example");
  EXPECT_EQ(proven->head().size, 5u);
}

TEST(CommitTest, HashesTagSaltAndBytes) {
  const std::string salt(16, 's');
  EXPECT_EQ(Commit(kDecisionTag, salt, "bytes"),
            crypto::Sha256(std::string("liaison/decision/v1\0", 20) + salt + "bytes"));
  EXPECT_NE(Commit(kDecisionTag, salt, "bytes"), Commit(kActorTag, salt, "bytes"));
  EXPECT_NE(Commit(kDecisionTag, salt, "bytes"),
            Commit(kDecisionTag, std::string(16, 't'), "bytes"));
  for (std::string_view tag : {kDecisionTag, kActorTag, kRejectedTag}) {
    EXPECT_EQ(tag.back(), '\0');
    EXPECT_EQ(tag.find('\0'), tag.size() - 1);
  }
}

TEST(CommitDeathTest, CrashesOnASaltOfTheWrongSize) {
  EXPECT_DEATH(Commit(kDecisionTag, "short", "bytes"), "16 bytes");
}

}  // namespace
}  // namespace liaison::audit
