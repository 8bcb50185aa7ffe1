#include "daemon/audit/checkpoint.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "daemon/audit/note.h"
#include "daemon/crypto/digest.h"
#include "tests/audit/vectors.h"

namespace liaison::audit {
namespace {

using crypto::KeyAlgorithm;
using crypto::PrivateKey;

constexpr char kOrigin[] = "bgc.example/liaison-log/1/1";
constexpr char kRoot[] = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";

class CheckpointTest : public ::testing::Test {
 protected:
  // A note that the log's key signed, whatever its body says.
  std::string Signed(const std::string& body) const {
    return absl::StrCat(body, "\n",
                        NoteSignature{kOrigin, log_.key_hash(), key_->Sign(body)}.Line());
  }

  const std::unique_ptr<PrivateKey> key_ = PrivateKey::Generate(KeyAlgorithm::kEd25519);
  const LogKey log_ = LogKey::Make(kOrigin, key_->public_key());
  const Checkpoint head_{kOrigin, 20852163, LeafHash("a root")};
};

TEST_F(CheckpointTest, VerifiesWhatItsLogSigned) {
  for (uint64_t size : {uint64_t{0}, uint64_t{1}, ~uint64_t{0}}) {
    const Checkpoint head{kOrigin, size, LeafHash("a root")};
    const auto verified = log_.Verify(SignCheckpoint(head, *key_));
    ASSERT_TRUE(verified.ok()) << verified.status();
    EXPECT_EQ(*verified, head);
  }
}

TEST_F(CheckpointTest, RefusesEveryFlippedBitOfTheNote) {
  const std::string note = SignCheckpoint(head_, *key_);
  for (size_t bit = 0; bit < 8 * note.size(); ++bit) {
    std::string wrong = note;
    wrong[bit / 8] = static_cast<char>(wrong[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(log_.Verify(wrong).ok()) << "bit " << bit;
  }
}

TEST_F(CheckpointTest, RefusesTheKeyOfAnotherLogAndAnotherKeyUnderItsName) {
  const auto other = PrivateKey::Generate(KeyAlgorithm::kEd25519);
  EXPECT_EQ(log_.Verify(SignCheckpoint(head_, *other)).status().code(),
            absl::StatusCode::kUnauthenticated);
  const LogKey elsewhere = LogKey::Make("ho.example/liaison-log/1/1", key_->public_key());
  EXPECT_EQ(elsewhere.Verify(SignCheckpoint(head_, *key_)).status().code(),
            absl::StatusCode::kUnauthenticated);
}

TEST_F(CheckpointTest, RefusesAnotherOriginUnderItsOwnKey) {
  const std::string body = absl::StrCat("bgc.example/liaison-log/1/2\n1\n", kRoot, "\n");
  EXPECT_EQ(log_.Verify(Signed(body)).status().code(), absl::StatusCode::kUnauthenticated);
}

TEST_F(CheckpointTest, IgnoresSignaturesOfUnknownKeys) {
  const std::string note = SignCheckpoint(head_, *key_);
  const std::string witness = "— ho.example/liaison-witness/1 AAAAAAE=\n";
  const std::string namesake = NoteSignature{kOrigin, "hash", "signature"}.Line();
  EXPECT_TRUE(log_.Verify(absl::StrCat(note, witness, namesake)).ok());
}

TEST_F(CheckpointTest, RefusesANoteInWhichOneSignatureOfItsKeyIsWrong) {
  const std::string note = SignCheckpoint(head_, *key_);
  const std::string wrong = NoteSignature{kOrigin, log_.key_hash(), key_->Sign("other")}.Line();
  EXPECT_EQ(log_.Verify(note + wrong).status().code(), absl::StatusCode::kUnauthenticated);
}

TEST_F(CheckpointTest, RefusesMalformedBodiesEvenWhenSigned) {
  const std::string origin = absl::StrCat(kOrigin, "\n");
  const std::string root = absl::StrCat(kRoot, "\n");
  ASSERT_TRUE(log_.Verify(Signed(origin + "7\n" + root)).ok());
  for (const std::string& bad : {
           origin,
           origin + "7\n",
           "\n7\n" + root,
           origin + "07\n" + root,
           origin + "+7\n" + root,
           origin + "-7\n" + root,
           origin + " 7\n" + root,
           origin + "7 \n" + root,
           origin + "0x7\n" + root,
           origin + "\n" + root,
           origin + "18446744073709551616\n" + root,
           origin + "7\n" + root + "an extension line\n",
           origin + "7\n" + root + "\n",
           origin + "7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",   // padding missing
           origin + "7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",  // spare bits set
           origin + "7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jx\n",      // 30 bytes
           origin + "7\n\n",
       }) {
    EXPECT_EQ(log_.Verify(Signed(bad)).status().code(), absl::StatusCode::kInvalidArgument) << bad;
    EXPECT_FALSE(ParseUnverified(Signed(bad)).ok()) << bad;
  }
}

TEST_F(CheckpointTest, ReadsTheExampleOfTheSpecificationWithoutBelievingIt) {
  const auto read = ParseUnverified(
      "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
      "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcy"
      "v2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->origin, "example.com/behind-the-sofa");
  EXPECT_EQ(read->size, 20852163u);
  EXPECT_EQ(EncodeBase64(read->root.raw()), kRoot);
}

TEST_F(CheckpointTest, MakesTheFrozenNote) {
  const auto key = PrivateKey::FromPem(
      crypto::Secret("-----BEGIN PRIVATE KEY-----\n"
                     "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
                     "-----END PRIVATE KEY-----\n"));
  ASSERT_TRUE(key.ok()) << key.status();
  const std::vector<std::string> lines = ReadVectorLines("audit_receipt.txt");
  std::string note;
  for (auto line = std::find(lines.begin(), lines.end(), "checkpoint") + 1; line != lines.end();
       ++line) {
    absl::StrAppend(&note, *line, "\n");
  }
  const auto head = ParseUnverified(note);
  ASSERT_TRUE(head.ok()) << head.status();
  EXPECT_EQ(SignCheckpoint(*head, **key), note);
}

TEST(LogKeyTest, ReadsAndWritesVerifierKeys) {
  const std::string text = ReadVectors("audit_receipt.txt", "key")[0][0];
  const auto key = LogKey::Parse(text);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->origin(), kOrigin);
  EXPECT_EQ(key->Text(), text);
  EXPECT_EQ(LogKey::Make(kOrigin, key->key()).Text(), text);
}

// The key of the examples of Go's sumdb/note, with a plus sign in no place that matters; and one
// with it in the base64.
TEST(LogKeyTest, ReadsVerifierKeysThatOthersMade) {
  for (const char* text : {
           "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
           "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
       }) {
    const auto key = LogKey::Parse(text);
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ(key->Text(), text);
  }
}

// The signed note of the examples of Go's sumdb/note.
TEST(LogKeyTest, VerifiesASignatureThatGoMade) {
  const auto key =
      LogKey::Parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  const auto note = ParseNote(
      "If you think cryptography is the answer to your problem,\n"
      "then you don't know what your problem is.\n"
      "\n"
      "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZ"
      "b6KE6RyyBwJnAM=\n");
  ASSERT_TRUE(note.ok()) << note.status();
  EXPECT_EQ(note->signatures[0].key_hash, key->key_hash());
  EXPECT_TRUE(key->key().Verify(note->text, note->signatures[0].signature).ok());
}

TEST(LogKeyTest, RefusesEveryOtherText) {
  const std::string good = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
  ASSERT_TRUE(LogKey::Parse(good).ok());
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(LogKey::Parse(good.substr(0, size)).ok()) << size;
  }
  for (const std::string& bad : {
           good + "=",
           good + "\n",
           good + "A",
           " " + good,
           absl::StrReplaceAll(good, {{"c74f", "C74F"}}),     // upper case
           absl::StrReplaceAll(good, {{"c74f", "c74e"}}),     // another hash
           absl::StrReplaceAll(good, {{"Peter", "Pieter"}}),  // another name
           absl::StrReplaceAll(good, {{"+AR", "+AB"}}),       // another key
           absl::StrReplaceAll(good, {{"+AR", "+BB"}}),       // another algorithm
           absl::StrReplaceAll(good, {{"PeterNeumann", ""}}),
           absl::StrReplaceAll(good, {{"rN", "r N"}}),
       }) {
    EXPECT_EQ(LogKey::Parse(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
}

// Its hash is right; the key is the neutral point, under which one signature fits every note.
TEST(LogKeyTest, RefusesAWeakKey) {
  const std::string name = "bgc.example/liaison-log/1/1";
  std::string raw(33, '\0');
  raw[0] = raw[1] = '\x01';
  const std::string hash =
      absl::BytesToHexString(absl::string_view(crypto::Sha256({name, "\n", raw}).raw().data(), 4));
  EXPECT_FALSE(LogKey::Parse(absl::StrCat(name, "+", hash, "+", EncodeBase64(raw))).ok());
}

TEST(LogKeyDeathTest, CrashesOnAKeyThatIsNotEd25519) {
  const auto key = PrivateKey::Generate(KeyAlgorithm::kEcdsaP256);
  EXPECT_DEATH(LogKey::Make(kOrigin, key->public_key()), "Ed25519");
}

}  // namespace
}  // namespace liaison::audit
