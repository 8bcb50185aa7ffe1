#include "daemon/message/at_rest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "absl/strings/escaping.h"
#include "daemon/base/error.h"

namespace liaison::message {
namespace {

namespace fs = std::filesystem;

const absl::Time kDeleteBy = absl::FromUnixSeconds(1'767'225'600);  // 2026-01-01, UTC

class AtRest : public testing::Test {
 protected:
  AtRest() : folder_(MakeFolder()) { keys_ = Open("bgc-example"); }
  ~AtRest() override { fs::remove_all(folder_); }

  static std::string MakeFolder() {
    std::string name = (fs::temp_directory_path() / "liaison-at-rest-XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    return name;
  }

  std::unique_ptr<AtRestKeys> Open(const std::string& agency) const {
    absl::StatusOr<std::unique_ptr<AtRestKeys>> keys = AtRestKeys::Open(folder_, agency);
    EXPECT_TRUE(keys.ok()) << keys.status();
    return *std::move(keys);
  }

  RowKey NewRow() {
    absl::StatusOr<RowKey> row = keys_->NewRow("body", "row", "message", kDeleteBy);
    EXPECT_TRUE(row.ok()) << row.status();
    return *std::move(row);
  }

  fs::path File() const { return fs::path(folder_) / "message-202601.key"; }

  const std::string folder_;
  std::unique_ptr<AtRestKeys> keys_;
};

bool Failed(const absl::Status& status) {
  return base::GetReason(status) == base::Reason::kVerificationFailed;
}

TEST_F(AtRest, OpensWhatWasSealedAlsoAfterARestart) {
  const RowKey row = NewRow();
  const std::string body = row.Seal(Column::kBody, "a body"), draft = row.Seal(Column::kDraft, "");
  EXPECT_EQ(body.find("a body"), std::string::npos);
  for (const auto& keys : {Open("bgc-example"), std::move(keys_)}) {
    const absl::StatusOr<RowKey> opened = keys->OpenRow("body", "row", row.wrapped());
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_EQ(*opened->Open(Column::kBody, body), "a body");
    EXPECT_EQ(*opened->Open(Column::kDraft, draft), "");
  }
}

TEST_F(AtRest, KeepsOneWrappingKeyForEachClassAndMonth) {
  const RowKey first = NewRow(), second = NewRow();
  EXPECT_EQ(first.wrapped().key_id, "message-202601");
  EXPECT_EQ(second.wrapped().key_id, "message-202601");
  EXPECT_NE(first.wrapped().bytes, second.wrapped().bytes);
  EXPECT_EQ(keys_->NewRow("opening", "row", "audit", kDeleteBy)->wrapped().key_id, "audit-202601");
  EXPECT_EQ(keys_->NewRow("body", "row", "message", kDeleteBy - absl::Seconds(1))->wrapped().key_id,
            "message-202512");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 3);
}

TEST_F(AtRest, GivesEachRowADataKeyOfItsOwn) {
  EXPECT_NE(NewRow().Seal(Column::kBody, "same"), NewRow().Seal(Column::kBody, "same"));
}

TEST_F(AtRest, MakesKeyFilesForTheirOwnerAlone) {
  NewRow();
  EXPECT_EQ(fs::status(File()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(fs::file_size(File()), 32u);
}

TEST_F(AtRest, RefusesEveryFlippedBit) {
  const RowKey row = NewRow();
  const std::string sealed = row.Seal(Column::kBody, "x");
  for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string flipped = sealed;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_TRUE(Failed(row.Open(Column::kBody, flipped).status())) << bit;
  }
  EXPECT_TRUE(Failed(row.Open(Column::kBody, "").status()));
  EXPECT_TRUE(row.Open(Column::kBody, sealed).ok());
}

TEST_F(AtRest, RefusesEveryFlippedBitOfAWrappedKey) {
  const RowKey row = NewRow();
  for (size_t bit = 0; bit < row.wrapped().bytes.size() * 8; ++bit) {
    WrappedKey flipped = row.wrapped();
    flipped.bytes[bit / 8] = static_cast<char>(flipped.bytes[bit / 8] ^ (1 << bit % 8));
    EXPECT_TRUE(Failed(keys_->OpenRow("body", "row", flipped).status())) << bit;
  }
  EXPECT_TRUE(Failed(keys_->OpenRow("body", "row", {"message-202601", ""}).status()));
}

TEST_F(AtRest, RefusesAColumnInAnothersPlace) {
  const RowKey row = NewRow();
  const std::string sealed = row.Seal(Column::kDecision, "x");
  EXPECT_TRUE(Failed(row.Open(Column::kActor, sealed).status()));
}

TEST_F(AtRest, RefusesARowInAnothersPlace) {
  const RowKey row = NewRow();
  EXPECT_TRUE(Failed(keys_->OpenRow("body", "other", row.wrapped()).status()));
  EXPECT_TRUE(Failed(keys_->OpenRow("draft", "row", row.wrapped()).status()));
  EXPECT_TRUE(Failed(keys_->OpenRow("bod", "yrow", row.wrapped()).status()));
  EXPECT_TRUE(Failed(Open("ukho-example")->OpenRow("body", "row", row.wrapped()).status()));
  EXPECT_TRUE(keys_->OpenRow("body", "row", row.wrapped()).ok());
}

TEST_F(AtRest, RefusesARowUnderAnotherWrappingKey) {
  WrappedKey moved = NewRow().wrapped();
  fs::copy_file(File(), fs::path(folder_) / "audit-202601.key");
  moved.key_id = "audit-202601";  // the same key under another name
  EXPECT_TRUE(Failed(Open("bgc-example")->OpenRow("body", "row", moved).status()));
}

TEST_F(AtRest, RefusesARowWhoseWrappingKeyIsGone) {
  const RowKey row = NewRow();
  fs::remove(File());
  EXPECT_TRUE(Failed(Open("bgc-example")->OpenRow("body", "row", row.wrapped()).status()));
}

TEST_F(AtRest, RefusesAKeyIdThatIsNoNameOfAKey) {
  const WrappedKey good = NewRow().wrapped();
  for (const char* id :
       {"", "message", "message-", "-202601", "message-20260", "message-2026011",
        "../message-202601", "mess/age-202601", "Message-202601", "message-2026x1"}) {
    EXPECT_TRUE(Failed(keys_->OpenRow("body", "row", {id, good.bytes}).status())) << id;
  }
}

TEST_F(AtRest, RefusesAClassOrADateThatNamesNoKey) {
  for (const char* name : {"", "Message", "../x", "a-b"}) {
    EXPECT_EQ(keys_->NewRow("body", "row", name, kDeleteBy).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(keys_->NewRow("body", "row", "message", absl::InfiniteFuture()).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(AtRest, DoesNotOpenAKeyThatOthersMayRead) {
  NewRow();
  fs::permissions(File(), fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(AtRestKeys::Open(folder_, "bgc-example").status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(AtRest, DoesNotOpenAKeyOfTheWrongSize) {
  NewRow();
  std::ofstream(File(), std::ios::app) << 'x';
  EXPECT_EQ(AtRestKeys::Open(folder_, "bgc-example").status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(AtRest, DoesNotOpenAFolderThatIsNotThere) {
  EXPECT_EQ(AtRestKeys::Open(folder_ + "/none", "bgc-example").status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(AtRest, DoesNotReplaceAKeyThatItCannotRead) {
  NewRow();
  keys_ = Open("bgc-example");
  std::ofstream(fs::path(folder_) / "message-202602.key") << "short";
  EXPECT_FALSE(keys_->NewRow("body", "row", "message", kDeleteBy + absl::Hours(24 * 40)).ok());
}

// Two threads that need the month's first key get the same one.
TEST_F(AtRest, MakesAWrappingKeyOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> opened = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const absl::StatusOr<RowKey> row = keys_->NewRow("body", "row", "message", kDeleteBy);
      if (row.ok() && keys_->OpenRow("body", "row", row->wrapped()).ok()) ++opened;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(opened, 8);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

// What was sealed yesterday must open tomorrow: bytes that another program made.
TEST_F(AtRest, OpensTheVector) {
  std::map<std::string, std::string> vector;
  std::ifstream file("tests/vectors/message/at_rest.txt");
  for (std::string name, value; file >> name && std::getline(file >> std::ws, value);) {
    vector[name] = value;
  }
  const auto bytes = [&](const char* name) { return absl::HexStringToBytes(vector.at(name)); };
  ASSERT_TRUE(crypto::WriteSecretFile(File(), crypto::Secret(bytes("wrapping_key"))).ok());
  const absl::StatusOr<RowKey> row =
      keys_->OpenRow(vector.at("table"), vector.at("row"), {vector.at("key_id"), bytes("wrapped")});
  ASSERT_TRUE(row.ok()) << row.status();
  const absl::StatusOr<std::string> text = row->Open(Column::kBody, bytes("sealed"));
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_EQ(*text, bytes("text"));
}

using AtRestDeathTest = AtRest;

TEST_F(AtRestDeathTest, CrashesWhenAColumnIsSealedTwice) {
  const RowKey row = NewRow();
  const std::string sealed = row.Seal(Column::kBody, "one");
  EXPECT_DEATH(row.Seal(Column::kBody, "two"), "sealed once");
  const absl::StatusOr<RowKey> opened = keys_->OpenRow("body", "row", row.wrapped());
  ASSERT_TRUE(opened->Open(Column::kBody, sealed).ok());
  EXPECT_DEATH(opened->Seal(Column::kBody, "two"), "sealed once");
}

}  // namespace
}  // namespace liaison::message
