#include "daemon/journal/openings.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "daemon/audit/receipt.h"
#include "daemon/base/error.h"
#include "tests/store/rows_fixture.h"

namespace liaison::journal {
namespace {

using base::Reason;
using message::Column;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

class OpeningsTest : public ::testing::Test {
 protected:
  OpeningsTest() {
    std::filesystem::create_directory(directory_.path("at-rest"));
    keys_ = *message::AtRestKeys::Open(directory_.path("at-rest"), "bgc-example");
    openings_.decision.set_reason("POLICY_DENIED");
    openings_.actor.set_name("officer-1");
  }

  store::RecordDraft Attached() {
    store::RecordDraft draft;
    EXPECT_EQ(Attach(openings_, *keys_, kNow, draft), absl::OkStatus());
    return draft;
  }
  // As the store gives it back.
  static store::StoredRecord Stored(const store::RecordDraft& draft) {
    store::StoredRecord stored;
    stored.bytes = draft.record.SerializeAsString();
    stored.opening_row = draft.opening_row;
    stored.opening = draft.opening;
    return stored;
  }
  std::optional<Reason> Refusal(const store::RecordDraft& draft) {
    return base::GetReason(Open(Stored(draft), *keys_).status());
  }

  store::TempDirectory directory_;
  std::unique_ptr<message::AtRestKeys> keys_;
  Openings openings_;
};

TEST_F(OpeningsTest, GiveBackWhatWasDecidedAndByWhom) {
  const auto opened = Open(Stored(Attached()), *keys_);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->decision.reason(), "POLICY_DENIED");
  EXPECT_EQ(opened->actor.name(), "officer-1");
}

TEST_F(OpeningsTest, LieSealedUnderAKeyOfTheMonthInWhichTheyMayGo) {
  const store::RecordDraft draft = Attached();
  EXPECT_EQ(draft.opening->key_id,
            "audit-" + absl::FormatTime("%Y%m", kNow + kOpeningRetention, absl::UTCTimeZone()));
  for (const std::string& kept :
       {draft.opening->first, draft.opening->second, draft.record.SerializeAsString()}) {
    EXPECT_EQ(kept.find("POLICY_DENIED"), std::string::npos);
    EXPECT_EQ(kept.find("officer-1"), std::string::npos);
  }
}

// Two records of one officer show nobody that they are of one.
TEST_F(OpeningsTest, NoTwoRecordsShowThatTheyCommitToTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 5; ++i) {
    const store::RecordDraft draft = Attached();
    for (const std::string& value : {draft.record.decision(), draft.record.actor(),
                                     draft.opening_row, draft.opening->wrapped}) {
      EXPECT_TRUE(seen.insert(value).second);
    }
  }
}

TEST_F(OpeningsTest, HoldOnlyForTheRecordThatCommitsToThem) {
  const store::RecordDraft good = Attached();
  const store::RecordDraft other = Attached();
  store::RecordDraft draft = good;
  draft.record.set_decision(other.record.decision());
  EXPECT_EQ(Refusal(draft), Reason::kVerificationFailed);
  draft = good;
  draft.record.set_actor(other.record.actor());
  EXPECT_EQ(Refusal(draft), Reason::kVerificationFailed);
  draft = good;
  draft.record.clear_decision();
  EXPECT_EQ(Refusal(draft), Reason::kVerificationFailed);
  draft = good;
  draft.opening = other.opening;
  EXPECT_EQ(Refusal(draft), Reason::kVerificationFailed) << "of another place";
  draft.opening_row = other.opening_row;
  EXPECT_EQ(Refusal(draft), Reason::kVerificationFailed) << "of another record";
  draft = good;
  std::swap(draft.opening->first, draft.opening->second);
  EXPECT_EQ(Refusal(draft), Reason::kVerificationFailed);
}

// An opening sealed by hand, with the commitment that fits: what an insider with the keys could do.
TEST_F(OpeningsTest, AreASaltAndAMessage) {
  const std::string salt(16, 's');
  const auto refusal = [&](const std::string& salted, const std::string& bytes) {
    store::RecordDraft draft = Attached();
    const auto key = keys_->NewRow("opening", draft.opening_row, "audit", kNow);
    EXPECT_TRUE(key.ok());
    draft.record.set_decision(std::string(audit::Commit(audit::kDecisionTag, salt, bytes).raw()));
    draft.record.set_actor(std::string(audit::Commit(audit::kActorTag, salt, "").raw()));
    draft.opening =
        store::Sealed{key->wrapped().key_id, key->wrapped().bytes,
                      key->Seal(Column::kDecision, salted), key->Seal(Column::kActor, salt)};
    return Refusal(draft);
  };
  EXPECT_EQ(refusal(salt, ""), std::nullopt);
  EXPECT_EQ(refusal(salt.substr(1), ""), Reason::kVerificationFailed);
  EXPECT_EQ(refusal("", ""), Reason::kVerificationFailed);
  EXPECT_EQ(refusal(salt + "\xff", "\xff"), Reason::kVerificationFailed) << "parses to nothing";
}

TEST_F(OpeningsTest, AreMissingWhereThereAreNone) {
  EXPECT_EQ(Refusal({}), Reason::kNotFound);
  store::StoredRecord stored = Stored(Attached());
  stored.bytes = "\xff";
  EXPECT_EQ(base::GetReason(Open(stored, *keys_).status()), Reason::kVerificationFailed);
}

}  // namespace
}  // namespace liaison::journal
