#include "daemon/outbox/peer_head.h"

#include <gtest/gtest.h>

#include "daemon/audit/tree.h"
#include "daemon/base/error.h"

namespace liaison::outbox {
namespace {

constexpr char kOrigin[] = "ho.example/liaison-log/1/1";

// A partner's log, and another one under the same key: what a partner that forked its log shows.
class PeerHeadTest : public ::testing::Test {
 protected:
  static std::vector<base::Digest> Leaves(uint64_t size, const std::string& of) {
    std::vector<base::Digest> leaves;
    for (uint64_t i = 0; i < size; ++i) leaves.push_back(audit::LeafHash(of + std::to_string(i)));
    return leaves;
  }
  std::string Note(uint64_t size, const std::string& of = "record") const {
    return audit::SignCheckpoint({kOrigin, size, audit::TreeRoot(Leaves(size, of))}, *key_);
  }
  static audit::v1::ConsistencyProof Growth(uint64_t from, uint64_t to,
                                            const std::string& of = "record") {
    const std::vector<base::Digest> leaves = Leaves(to, of);
    const auto read = [&](int level, uint64_t index) -> absl::StatusOr<base::Digest> {
      const size_t width = size_t{1} << level;
      return audit::TreeRoot(absl::MakeSpan(leaves).subspan(index * width, width));
    };
    audit::v1::ConsistencyProof proof;
    const auto path = audit::ConsistencyPath(from, to, read);
    EXPECT_TRUE(path.ok()) << path.status();
    for (const base::Digest& hash : *path) proof.add_path(std::string(hash.raw()));
    return proof;
  }
  std::optional<base::Reason> Refusal(const std::string& note,
                                      const audit::v1::ConsistencyProof& proof) {
    return base::GetReason(peer_.Advance(log_key_, note, proof).status());
  }

  const std::unique_ptr<crypto::PrivateKey> key_ =
      crypto::PrivateKey::Generate(crypto::KeyAlgorithm::kEd25519);
  const audit::LogKey log_key_ = audit::LogKey::Make(kOrigin, key_->public_key());
  PeerHead peer_;
};

TEST_F(PeerHeadTest, MovesForwardWithWhatExtendsIt) {
  EXPECT_EQ(peer_.known_size(), 0u);
  uint64_t before = 0;
  for (uint64_t size : {3, 4, 9, 9, 100}) {
    const auto head = peer_.Advance(
        log_key_, Note(size), before == 0 ? audit::v1::ConsistencyProof() : Growth(before, size));
    ASSERT_TRUE(head.ok()) << head.status();
    EXPECT_EQ(head->size, size);
    EXPECT_EQ(peer_.known_size(), size);
    before = size;
  }
}

TEST_F(PeerHeadTest, TheSameHeadAgainNeedsNoProof) {
  ASSERT_TRUE(peer_.Advance(log_key_, Note(7), {}).ok());
  EXPECT_EQ(Refusal(Note(7), {}), std::nullopt);
  EXPECT_EQ(Refusal(Note(7), Growth(3, 7)), std::nullopt);
}

TEST_F(PeerHeadTest, RefusesWhatIsNotProvedToExtendIt) {
  ASSERT_TRUE(peer_.Advance(log_key_, Note(7), {}).ok());
  audit::v1::ConsistencyProof cut = Growth(7, 12);
  cut.mutable_path()->RemoveLast();
  audit::v1::ConsistencyProof longer = Growth(7, 12);
  longer.add_path(std::string(32, 'x'));
  audit::v1::ConsistencyProof short_hash = Growth(7, 12);
  short_hash.mutable_path(0)->pop_back();
  audit::v1::ConsistencyProof flipped = Growth(7, 12);
  flipped.mutable_path(1)->back() ^= 1;
  for (const auto& proof :
       {audit::v1::ConsistencyProof(), cut, longer, short_hash, flipped, Growth(6, 12)}) {
    EXPECT_EQ(Refusal(Note(12), proof), base::Reason::kBadReceipt);
  }
  EXPECT_EQ(peer_.known_size(), 7u);
  EXPECT_EQ(Refusal(Note(12), Growth(7, 12)), std::nullopt);
}

TEST_F(PeerHeadTest, RefusesAnotherLogUnderTheSameKey) {
  ASSERT_TRUE(peer_.Advance(log_key_, Note(7), {}).ok());
  EXPECT_EQ(Refusal(Note(7, "other"), {}), base::Reason::kBadReceipt) << "of the same size";
  EXPECT_EQ(Refusal(Note(12, "other"), Growth(7, 12, "other")), base::Reason::kBadReceipt);
  EXPECT_EQ(Refusal(Note(6), {}), base::Reason::kBadReceipt) << "smaller than what it signed";
  EXPECT_EQ(peer_.known_size(), 7u);
}

TEST_F(PeerHeadTest, RefusesWhatItsKeyDidNotSign) {
  const auto other = crypto::PrivateKey::Generate(crypto::KeyAlgorithm::kEd25519);
  const audit::Checkpoint head = {kOrigin, 3, audit::TreeRoot(Leaves(3, "record"))};
  EXPECT_EQ(Refusal(audit::SignCheckpoint(head, *other), {}), base::Reason::kBadReceipt);
  EXPECT_EQ(Refusal(audit::SignCheckpoint({"io.example/log", 3, head.root}, *key_), {}),
            base::Reason::kBadReceipt);
  EXPECT_EQ(Refusal("", {}), base::Reason::kBadReceipt);
  EXPECT_EQ(peer_.known_size(), 0u);
}

TEST_F(PeerHeadTest, RemembersOnlyWhatItsKeySignedAndNothingInPlaceOfANewerHead) {
  const auto other = crypto::PrivateKey::Generate(crypto::KeyAlgorithm::kEd25519);
  peer_.Remember(audit::LogKey::Make(kOrigin, other->public_key()), Note(7));
  EXPECT_EQ(peer_.known_size(), 0u);
  peer_.Remember(log_key_, Note(7));
  EXPECT_EQ(peer_.known_size(), 7u);
  peer_.Remember(log_key_, Note(3));
  EXPECT_EQ(peer_.known_size(), 7u);
  EXPECT_EQ(Refusal(Note(12), {}), base::Reason::kBadReceipt) << "must extend what is remembered";
}

}  // namespace
}  // namespace liaison::outbox
