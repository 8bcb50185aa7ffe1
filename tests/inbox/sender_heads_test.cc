#include "daemon/inbox/sender_heads.h"

#include <gtest/gtest.h>

#include <memory>

#include "daemon/audit/tree.h"

namespace liaison::inbox {
namespace {

using audit::Checkpoint;
using audit::LogKey;
using crypto::KeyAlgorithm;
using crypto::PrivateKey;

constexpr char kOrigin[] = "bgc.example/liaison-log/1/1";

class SenderHeadsTest : public ::testing::Test {
 protected:
  static Checkpoint Head(uint64_t size) { return {kOrigin, size, audit::LeafHash("a root")}; }

  const std::unique_ptr<PrivateKey> key_ = PrivateKey::Generate(KeyAlgorithm::kEd25519);
  const LogKey log_ = LogKey::Make(kOrigin, key_->public_key());
  const std::string note_ = SignCheckpoint(Head(7), *key_);
  SenderHeads heads_;
};

TEST_F(SenderHeadsTest, SayOfEachNoteWhatItSays) {
  const std::string later = SignCheckpoint(Head(8), *key_);
  for (const auto& [note, size] :
       {std::pair(note_, 7u), std::pair(note_, 7u), std::pair(later, 8u), std::pair(note_, 7u)}) {
    const auto head = heads_.Verify(log_, note);
    ASSERT_TRUE(head.ok()) << head.status();
    EXPECT_EQ(*head, Head(size));
  }
}

TEST_F(SenderHeadsTest, TakeNoNoteThatTheLogDidNotSign) {
  ASSERT_TRUE(heads_.Verify(log_, note_).ok());
  const auto other = PrivateKey::Generate(KeyAlgorithm::kEd25519);
  EXPECT_FALSE(heads_.Verify(log_, SignCheckpoint(Head(7), *other)).ok());
}

// The partner has a new key: what the old one signed counts no more.
TEST_F(SenderHeadsTest, RememberUnderWhichKeyANoteWasVerified) {
  ASSERT_TRUE(heads_.Verify(log_, note_).ok());
  const auto other = PrivateKey::Generate(KeyAlgorithm::kEd25519);
  EXPECT_FALSE(heads_.Verify(LogKey::Make(kOrigin, other->public_key()), note_).ok());
}

}  // namespace
}  // namespace liaison::inbox
