#include "daemon/journal/guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "daemon/base/error.h"
#include "daemon/crypto/digest.h"
#include "tests/store/damage.h"
#include "tests/store/disk_syncs.h"
#include "tests/store/rows_fixture.h"

namespace liaison::journal {
namespace {

constexpr size_t kSlot = 512;
constexpr size_t kFile = 2 * kSlot;

GuardedHead HeadOf(uint64_t number) {
  return {number, store::DigestOf(number), std::string(64, static_cast<char>('a' + number))};
}

void ExpectSame(const GuardedHead& held, const GuardedHead& written) {
  EXPECT_EQ(held.size, written.size);
  EXPECT_EQ(held.root, written.root);
  EXPECT_EQ(held.signature, written.signature);
}

GuardedHeads HeadsOf(uint64_t number) { return {HeadOf(number), HeadOf(number + 1)}; }

class GuardTest : public ::testing::Test {
 protected:
  std::string path() const { return directory_.path("guard"); }
  void Write(std::vector<uint64_t> numbers) {
    const auto guard = GuardFile::Open(path());
    ASSERT_TRUE(guard.ok()) << guard.status();
    for (uint64_t number : numbers) ASSERT_EQ((*guard)->Write(HeadsOf(number)), absl::OkStatus());
  }
  // The size of the exchange head that the file holds.
  uint64_t Held() const {
    const auto heads = GuardFile::Read(path());
    EXPECT_TRUE(heads.ok() && *heads) << heads.status();
    return heads.ok() && *heads ? (*heads)->exchange.size : 0;
  }
  std::string Bytes() const {
    std::ifstream in(path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << in.rdbuf();
    return bytes.str();
  }
  void Put(const std::string& bytes) { std::ofstream(path(), std::ios::binary) << bytes; }
  std::optional<base::Reason> Refusal() const {
    const absl::Status read = GuardFile::Read(path()).status();
    EXPECT_EQ(base::GetReason(GuardFile::Open(path()).status()), base::GetReason(read));
    return base::GetReason(read);
  }

  store::TempDirectory directory_;
};

TEST_F(GuardTest, HoldsNothingUntilItIsWritten) {
  auto heads = GuardFile::Read(path());
  ASSERT_TRUE(heads.ok()) << heads.status();
  EXPECT_FALSE(heads->has_value()) << "there is no file";
  ASSERT_TRUE(GuardFile::Open(path()).ok());
  heads = GuardFile::Read(path());
  ASSERT_TRUE(heads.ok()) << heads.status();
  EXPECT_FALSE(heads->has_value()) << "preallocated and never written";
}

TEST_F(GuardTest, HoldsTheHeadsThatWereWrittenLast) {
  for (uint64_t last = 1; last <= 5; ++last) {
    Write({last});
    const auto heads = GuardFile::Read(path());
    ASSERT_TRUE(heads.ok() && heads->has_value()) << heads.status();
    ExpectSame((*heads)->exchange, HeadOf(last));
    ExpectSame((*heads)->desk, HeadOf(last + 1));
  }
}

TEST_F(GuardTest, IsMadeForItsOwnerAloneAndNeverGrows) {
  Write({});
  EXPECT_EQ(store::SizeOfFile(path()), kFile);
  struct stat info {};
  ASSERT_EQ(stat(path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  Write({1, 2, 3});
  EXPECT_EQ(store::SizeOfFile(path()), kFile);
}

TEST_F(GuardTest, RefusesAFileThatOthersCanRead) {
  Write({1});
  for (mode_t mode : {0640, 0604, 0620}) {
    ASSERT_EQ(chmod(path().c_str(), mode), 0);
    EXPECT_EQ(base::GetReason(GuardFile::Open(path()).status()), base::Reason::kWrongState);
  }
}

// A write that is torn at any byte leaves the slot before it, also when another process wrote that.
TEST_F(GuardTest, ATornWriteLeavesTheHeadsBeforeIt) {
  Write({1, 2});
  const std::string before = Bytes();
  Write({3});
  const std::string after = Bytes();
  size_t changed = 0;
  for (size_t at = 0; at < kFile; ++at) {
    if (before[at] == after[at]) continue;
    std::string torn = before;
    torn.replace(0, at, after, 0, at);
    torn[at] = static_cast<char>(after[at] ^ 1);
    Put(torn);
    EXPECT_EQ(Held(), 2u) << "torn at " << at;
    ++changed;
  }
  EXPECT_GT(changed, 200u);
  EXPECT_LE(changed, kSlot) << "one slot alone is overwritten";
}

TEST_F(GuardTest, EveryByteOfASlotCounts) {
  Write({1, 2});
  const std::string whole = Bytes();
  const size_t newest = whole[23] == 2 ? 0 : kSlot;  // its counter
  for (size_t at = newest; at < newest + kSlot; ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    Put(changed);
    ASSERT_EQ(Held(), 1u) << "byte " << at;
  }
}

TEST_F(GuardTest, RefusesWhatIsNoGuard) {
  Write({1, 2});
  const std::string whole = Bytes();
  std::string both = whole;
  both[40] ^= 1;
  both[kSlot + 40] ^= 1;
  // As good as ours but for the first bytes.
  std::string foreign;
  for (size_t slot = 0; slot < 2; ++slot) {
    const std::string bytes = "liaison-guard-2\n" + whole.substr(slot * kSlot + 16, kSlot - 48);
    foreign += bytes + std::string(crypto::Sha256(bytes).raw());
  }
  for (const std::string& bytes : {both, foreign, whole.substr(0, kFile - 1), whole + '\0',
                                   whole + "x", whole.substr(0, kSlot), std::string("x")}) {
    Put(bytes);
    EXPECT_EQ(Refusal(), base::Reason::kVerificationFailed) << bytes.size();
  }
}

TEST_F(GuardTest, IsOnDiskBeforeTheWriteReturnsAndFailsWhenItIsNot) {
  const auto guard = GuardFile::Open(path());
  ASSERT_TRUE(guard.ok()) << guard.status();
  const int before = store::DiskSyncs();
  ASSERT_TRUE((*guard)->Write(HeadsOf(1)).ok());
  EXPECT_EQ(store::DiskSyncs(), before + 1);
  const store::BrokenDisk broken;
  EXPECT_FALSE((*guard)->Write(HeadsOf(2)).ok());
  EXPECT_FALSE(GuardFile::Open(directory_.path("another")).ok()) << "its file is not durable";
}

TEST_F(GuardTest, AHeadIsThatOfItsLogUnderItsKey) {
  const auto key = crypto::PrivateKey::Generate(crypto::KeyAlgorithm::kEd25519);
  const auto other = crypto::PrivateKey::Generate(crypto::KeyAlgorithm::kEd25519);
  const GuardedHead good = Guarded({"bgc.example/log", 7, store::DigestOf(7)}, *key);
  EXPECT_EQ(good.Verify("bgc.example/log", key->public_key()), absl::OkStatus());
  EXPECT_EQ(base::GetReason(good.Verify("bgc.example/log", other->public_key())),
            base::Reason::kVerificationFailed);
  EXPECT_FALSE(good.Verify("bgc.example/desk", key->public_key()).ok());
  GuardedHead larger = good;
  larger.size = 8;
  EXPECT_FALSE(larger.Verify("bgc.example/log", key->public_key()).ok());
  GuardedHead another = good;
  another.root = store::DigestOf(8);
  EXPECT_FALSE(another.Verify("bgc.example/log", key->public_key()).ok());
}

}  // namespace
}  // namespace liaison::journal
