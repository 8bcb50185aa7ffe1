// The partner's receipts that both sides keep are the ones that their logs recorded.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::outbox {
namespace {

using ::testing::HasSubstr;
using testing::TwoAgencies;

class KeptReceiptTest : public ::testing::Test {
 protected:
  KeptReceiptTest() {
    id_ = agencies_.Send(TwoAgencies::Draft("intelligence_notice"))->id();
    EXPECT_TRUE(agencies_.Send(TwoAgencies::Draft("alert_cancel")).ok());
    agencies_.DeliverAll();
    EXPECT_EQ(agencies_.bgc->Faults(), "");
    EXPECT_EQ(agencies_.ho->Faults(), "");
  }

  // The receiver's envelope, with another receipt of the sender in it.
  void ReplaceSendersReceipt(const std::function<void(audit::v1::Receipt&)>& change) {
    const auto body = agencies_.ho->store->Body({"bgc-example", *base::ParseExchangeId(id_)});
    ASSERT_TRUE(body.ok()) << body.status();
    exchange::v1::Envelope envelope;
    ASSERT_TRUE(envelope.ParseFromString(body->head));
    change(*envelope.mutable_sender_receipt());
    agencies_.ho->EditRows(absl::StrCat("UPDATE body SET head = x'",
                                        absl::BytesToHexString(envelope.SerializeAsString()),
                                        "' WHERE row = 1"));
  }

  TwoAgencies agencies_;
  std::string id_;
};

TEST_F(KeptReceiptTest, OfWhatWasSent) {
  agencies_.bgc->EditRows(
      "UPDATE peer_receipt SET receipt = (SELECT receipt FROM peer_receipt WHERE row = 2)"
      " WHERE row = 1");
  EXPECT_THAT(agencies_.bgc->Faults(), HasSubstr("receipt exchange " + id_));
}

TEST_F(KeptReceiptTest, OfWhatWasSentMustBeReadable) {
  agencies_.bgc->EditRows("UPDATE peer_receipt SET receipt = x'ff' WHERE row = 1");
  EXPECT_THAT(agencies_.bgc->Faults(), HasSubstr("receipt exchange " + id_));
}

TEST_F(KeptReceiptTest, OfWhatWasSentMustBeThere) {
  agencies_.bgc->EditRows("DELETE FROM peer_receipt WHERE row = 1");
  EXPECT_THAT(agencies_.bgc->Faults(), HasSubstr("receipt exchange " + id_));
}

TEST_F(KeptReceiptTest, OfWhatCameNamesTheSendersRecord) {
  ReplaceSendersReceipt(
      [](audit::v1::Receipt& receipt) { receipt.set_index(receipt.index() + 1); });
  EXPECT_THAT(agencies_.ho->Faults(), HasSubstr("receipt exchange " + id_));
}

TEST_F(KeptReceiptTest, OfWhatCameHoldsTheSendersRecord) {
  ReplaceSendersReceipt(
      [](audit::v1::Receipt& receipt) { receipt.mutable_record()->push_back('x'); });
  EXPECT_THAT(agencies_.ho->Faults(), HasSubstr("receipt exchange " + id_));
}

TEST_F(KeptReceiptTest, OfWhatCameMustBeReadable) {
  agencies_.ho->EditRows("UPDATE body SET head = x'ff' WHERE row = 1");
  EXPECT_THAT(agencies_.ho->Faults(), HasSubstr("receipt exchange " + id_));
}

}  // namespace
}  // namespace liaison::outbox
