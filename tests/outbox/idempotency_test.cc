#include "daemon/outbox/idempotency.h"

#include <gtest/gtest.h>

#include <set>

#include "daemon/base/error.h"
#include "daemon/crypto/secret.h"

namespace liaison::outbox {
namespace {

TEST(IdempotencyTest, AKeyHasOneTo128Bytes) {
  for (size_t size : {1, 128}) EXPECT_EQ(CheckKey(std::string(size, 'k')), absl::OkStatus());
  for (size_t size : {0, 129}) {
    EXPECT_EQ(base::GetReason(CheckKey(std::string(size, 'k'))), base::Reason::kValidationFailed);
  }
}

TEST(IdempotencyTest, AKeyIsThatOfItsSubmitterForOneRecipient) {
  const crypto::Secret mac_key(std::string(32, 'm'));
  std::set<base::Digest> marks;
  for (const char* submitter : {"officer-1", "officer-2", "officer"}) {
    for (const char* to : {"ho-example", "io-example"}) {
      for (const char* key : {"k", "-1k", ""}) {
        EXPECT_TRUE(marks.insert(KeyMark(mac_key, {submitter, to}, key)).second)
            << submitter << " " << to << " " << key;
      }
    }
  }
  EXPECT_FALSE(marks.insert(KeyMark(mac_key, {"officer-1", "ho-example"}, "k")).second);
  EXPECT_TRUE(
      marks.insert(KeyMark(crypto::Secret(std::string(32, 'n')), {"officer-1", "ho-example"}, "k"))
          .second)
      << "nobody without the key can make the mark";
}

TEST(IdempotencyTest, ADraftIsTheSameWhoeverItGoesTo) {
  const crypto::Secret mac_key(std::string(32, 'm'));
  desk::v1::Draft draft;
  draft.add_to("ho-example");
  draft.mutable_payload()->mutable_notice()->set_title("An example");
  const base::Digest mark = DraftMark(mac_key, draft);
  draft.add_to("io-example");
  EXPECT_EQ(DraftMark(mac_key, draft), mark);
  draft.mutable_payload()->mutable_notice()->set_title("Another example");
  EXPECT_NE(DraftMark(mac_key, draft), mark);
}

}  // namespace
}  // namespace liaison::outbox
