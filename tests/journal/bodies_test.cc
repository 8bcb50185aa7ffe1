#include "daemon/journal/bodies.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "daemon/base/error.h"
#include "tests/store/rows_fixture.h"

namespace liaison::journal {
namespace {

using base::Reason;
using message::Column;

const absl::Time kDeleteBy = absl::FromUnixSeconds(1'800'000'000);

class BodiesTest : public ::testing::Test {
 protected:
  BodiesTest() {
    std::filesystem::create_directory(directory_.path("at-rest"));
    keys_ = *message::AtRestKeys::Open(directory_.path("at-rest"), "bgc-example");
    envelope_.set_statement("statement");
    envelope_.add_records()->set_value("CANARY-VALUE");
    envelope_.add_withheld()->set_path("notice.title");
    draft_.mutable_payload()->mutable_notice()->set_title("CANARY-TITLE");
  }

  store::StoredBody Stored(const store::v1::KeptDraft* draft) {
    exchange::v1::Envelope head = envelope_;
    const auto sealed = SealBody(name_, head, draft, kDeleteBy, *keys_);
    EXPECT_TRUE(sealed.ok()) << sealed.status();
    return {head.SerializeAsString(), *sealed, ""};
  }
  std::optional<Reason> Refusal(const store::StoredBody& stored, const store::ExchangeName& name) {
    return base::GetReason(OpenBody(name, stored, *keys_).status());
  }

  store::TempDirectory directory_;
  std::unique_ptr<message::AtRestKeys> keys_;
  const store::ExchangeName name_ = {"bgc-example", store::IdOf(1)};
  exchange::v1::Envelope envelope_;
  store::v1::KeptDraft draft_;
};

TEST_F(BodiesTest, GiveBackTheEnvelopeAndTheDraftAsTheyWere) {
  const auto opened = OpenBody(name_, Stored(&draft_), *keys_);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->envelope.SerializeAsString(), envelope_.SerializeAsString());
  ASSERT_TRUE(opened->draft.has_value());
  EXPECT_EQ(opened->draft->SerializeAsString(), draft_.SerializeAsString());
}

TEST_F(BodiesTest, OfWhatWasReceivedThereIsNoDraft) {
  const auto opened = OpenBody(name_, Stored(nullptr), *keys_);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->envelope.SerializeAsString(), envelope_.SerializeAsString());
  EXPECT_FALSE(opened->draft.has_value());
}

TEST_F(BodiesTest, NothingOfABodyLiesReadable) {
  const store::StoredBody stored = Stored(&draft_);
  EXPECT_EQ(stored.body->key_id, "message-202701");
  for (const std::string& kept : {stored.head, stored.body->first, stored.body->second}) {
    for (const char* canary : {"CANARY-VALUE", "CANARY-TITLE", "notice.title"}) {
      EXPECT_EQ(kept.find(canary), std::string::npos) << canary;
    }
  }
}

TEST_F(BodiesTest, OpenOnlyWhereTheyWereSealed) {
  const store::StoredBody good = Stored(&draft_);
  EXPECT_EQ(Refusal(good, {"bgc-example", store::IdOf(2)}), Reason::kVerificationFailed);
  EXPECT_EQ(Refusal(good, {"ho-example", store::IdOf(1)}), Reason::kVerificationFailed);
  store::StoredBody swapped = good;
  std::swap(swapped.body->first, swapped.body->second);
  EXPECT_EQ(Refusal(swapped, name_), Reason::kVerificationFailed);
  for (std::string store::Sealed::*part :
       {&store::Sealed::wrapped, &store::Sealed::first, &store::Sealed::second}) {
    store::StoredBody flipped = good;
    ((*flipped.body).*part).back() ^= 1;
    EXPECT_EQ(Refusal(flipped, name_), Reason::kVerificationFailed);
  }
}

TEST_F(BodiesTest, AreMissingWhereNothingIsKept) {
  EXPECT_EQ(Refusal({envelope_.SerializeAsString(), std::nullopt, ""}, name_), Reason::kNotFound);
}

// Sealed by hand: what an insider with the keys could do.
TEST_F(BodiesTest, AreRefusedWhenTheyDoNotParse) {
  store::StoredBody stored = Stored(&draft_);
  stored.head = "\xff";
  EXPECT_EQ(Refusal(stored, name_), Reason::kVerificationFailed);
  for (Column column : {Column::kBody, Column::kDraft}) {
    const auto key = keys_->NewRow("body", name_.from + "/" + name_.id.hex(), "message", kDeleteBy);
    ASSERT_TRUE(key.ok()) << key.status();
    stored = Stored(&draft_);
    stored.body->key_id = key->wrapped().key_id;
    stored.body->wrapped = key->wrapped().bytes;
    stored.body->first = key->Seal(Column::kBody, column == Column::kBody ? "\xff" : "");
    stored.body->second = key->Seal(Column::kDraft, column == Column::kDraft ? "\xff" : "");
    EXPECT_EQ(Refusal(stored, name_), Reason::kVerificationFailed);
  }
}

}  // namespace
}  // namespace liaison::journal
