#include "daemon/outbox/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "daemon/audit/receipt.h"
#include "daemon/base/error.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::outbox {
namespace {

using ::testing::Contains;
using ::testing::Not;
using testing::TwoAgencies;

base::Reason ReasonOf(const absl::Status& status) {
  return base::GetReason(status).value_or(base::Reason::kInternal);
}

TEST(OutboxTest, QueuesAValidDraftWithAReceiptThatVerifies) {
  TwoAgencies agencies;
  const auto sent = agencies.Send(TwoAgencies::Draft("intelligence_notice"));
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(sent->state(), desk::v1::QUEUED);
  EXPECT_EQ(sent->decision().outcome(), "ALLOW");
  const auto key =
      audit::LogKey::Make("bgc.example/liaison-log/1/1", agencies.bgc->log_key->public_key());
  const auto proven = audit::VerifyReceipt(sent->receipt(), key);
  ASSERT_TRUE(proven.ok()) << proven.status();
  EXPECT_EQ(proven->record().event(), audit::v1::SENT);
  EXPECT_EQ(proven->record().partner(), "ho-example");
  EXPECT_THAT(agencies.bgc->woken, Contains("ho-example"));
}

TEST(OutboxTest, RefusesADraftWithEveryFieldAtFaultAndStoresNothing) {
  TwoAgencies agencies;
  desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
  draft.clear_urgency();
  draft.clear_purposes();
  draft.clear_agreement_id();
  draft.mutable_payload()->mutable_notice()->clear_title();
  const auto sent = agencies.Send(draft);
  ASSERT_FALSE(sent.ok());
  const auto error = base::GetError(sent.status());
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->reason, base::Reason::kValidationFailed);
  std::vector<std::string> fields;
  for (const auto& fault : error->fields) fields.push_back(fault.field);
  EXPECT_THAT(fields, Contains("urgency"));
  EXPECT_THAT(fields, Contains("purposes"));
  EXPECT_THAT(fields, Contains("agreementId"));
  EXPECT_THAT(fields, Contains("notice.title"));
  EXPECT_THAT(agencies.bgc->Events(audit::v1::EXCHANGE), Not(Contains(audit::v1::SENT)));
}

TEST(OutboxTest, RefusesUnknownRecipientsTimesAndReferences) {
  TwoAgencies agencies;
  const desk::v1::Draft good = TwoAgencies::Draft("intelligence_notice");
  desk::v1::Draft draft = good;
  draft.add_to("nobody-example");
  EXPECT_EQ(ReasonOf(agencies.Send(draft).status()), base::Reason::kUnknownPartner);
  draft = good;
  draft.mutable_expires()->set_seconds(absl::ToUnixSeconds(agencies.clock.Now()) - 1);
  EXPECT_EQ(ReasonOf(agencies.Send(draft).status()), base::Reason::kValidationFailed);
  draft.mutable_expires()->set_seconds(absl::ToUnixSeconds(agencies.clock.Now()) + 91 * 86400);
  EXPECT_EQ(ReasonOf(agencies.Send(draft).status()), base::Reason::kValidationFailed);
  draft = good;
  draft.set_in_reply_to("00000000000000000000000000000001");
  EXPECT_EQ(ReasonOf(agencies.Send(draft).status()), base::Reason::kNotFound);
  draft = good;
  for (int i = 0; i < 17; ++i) draft.add_to("ho-example");
  EXPECT_EQ(ReasonOf(agencies.Send(draft).status()), base::Reason::kValidationFailed);
}

TEST(OutboxTest, AnswersTheSameKeyAsBeforeAndRefusesAnotherDraftUnderIt) {
  TwoAgencies agencies;
  desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
  const auto first = agencies.Send(draft, "key");
  const auto again = agencies.Send(draft, "key");
  ASSERT_TRUE(first.ok() && again.ok()) << first.status() << again.status();
  EXPECT_EQ(first->id(), again->id());
  EXPECT_EQ(again->decision().outcome(), "ALLOW");
  agencies.bgc->Restart();
  EXPECT_EQ(agencies.Send(draft, "key")->id(), first->id());
  draft.mutable_payload()->mutable_notice()->set_title("Another example title");
  EXPECT_EQ(ReasonOf(agencies.Send(draft, "key").status()), base::Reason::kIdempotencyConflict);
  EXPECT_EQ(ReasonOf(agencies.Send(draft, std::string(129, 'k')).status()),
            base::Reason::kValidationFailed);
}

// A client that lost the answer tries again when the draft has expired and the policy has changed:
// told that the draft is at fault, its people would send the message once more.
TEST(OutboxTest, AnswersAKnownKeyWhateverHasChangedSince) {
  TwoAgencies agencies;
  desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
  draft.mutable_expires()->set_seconds(absl::ToUnixSeconds(agencies.clock.Now()) + 3600);
  const auto first = agencies.Send(draft, "key");
  ASSERT_TRUE(first.ok()) << first.status();
  agencies.clock.Advance(absl::Hours(2));
  agencies.bgc->Change("policy.textproto", "id: \"bgc-ho-example-2026\"", "id: \"another\"");
  agencies.bgc->Change("agency.textproto", "id: \"ho-example\"", "id: \"he-example\"");
  const auto again = agencies.Send(draft, "key");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->to(), "ho-example");
  EXPECT_EQ(again->id(), first->id());
  EXPECT_EQ(again->state(), desk::v1::QUEUED);
  EXPECT_EQ(again->decision().policy_digest(), first->decision().policy_digest());
  EXPECT_EQ(again->receipt().record(), first->receipt().record());
  EXPECT_EQ(ReasonOf(agencies.Send(draft, "new key").status()), base::Reason::kUnknownPartner);
}

TEST(OutboxTest, AnswersADenialAgainWhenItWouldBePermittedByNow) {
  TwoAgencies agencies;
  desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
  draft.set_agreement_id("later-example");
  const auto denied = agencies.Send(draft, "key");
  ASSERT_TRUE(denied.ok()) << denied.status();
  ASSERT_EQ(denied->state(), desk::v1::DENIED);
  agencies.bgc->Change("policy.textproto", "id: \"bgc-ho-example-2026\"", "id: \"later-example\"");
  ASSERT_EQ(agencies.Send(draft, "new key")->state(), desk::v1::QUEUED);
  const auto again = agencies.Send(draft, "key");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->id(), denied->id());
  EXPECT_EQ(again->state(), desk::v1::DENIED);
  EXPECT_EQ(again->decision().reason(), "AGREEMENT_NOT_IN_FORCE");
}

// One recipient of two has had the key with another draft: the other one must not be sent to.
TEST(OutboxTest, AConflictOfOneRecipientStoresNothingForTheOthers) {
  TwoAgencies agencies;
  desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
  ASSERT_TRUE(agencies.Send(draft, "key").ok());
  const size_t before = agencies.bgc->Events(audit::v1::EXCHANGE).size();
  draft.mutable_payload()->mutable_notice()->set_title("Another example title");
  draft.clear_to();
  draft.add_to("io-example");
  draft.add_to("ho-example");
  EXPECT_EQ(ReasonOf(agencies.Send(draft, "key").status()), base::Reason::kIdempotencyConflict);
  EXPECT_EQ(agencies.bgc->Events(audit::v1::EXCHANGE).size(), before);
}

TEST(OutboxTest, ARecipientThatIsNewToAKeyIsSentTo) {
  TwoAgencies agencies;
  desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
  const auto first = agencies.Send(draft, "key");
  ASSERT_TRUE(first.ok()) << first.status();
  draft.add_to("io-example");
  const auto both = agencies.bgc->outbox->Submit(agencies.Officer(), draft, "key");
  ASSERT_TRUE(both.ok()) << both.status();
  ASSERT_EQ(both->size(), 2u);
  EXPECT_EQ((*both)[0].id(), first->id());
  EXPECT_NE((*both)[1].id(), first->id());
  draft.add_to("ho-example");
  EXPECT_EQ(ReasonOf(agencies.Send(draft, "key").status()), base::Reason::kValidationFailed)
      << "the same agency twice is no draft that was taken before";
}

// The row of a submission can be read a moment before its record is under a signed head. Who tries
// again in this moment waits for the commit, and gets its receipt.
TEST(OutboxTest, AnswersAKeyInTheMiddleOfItsCommit) {
  std::atomic<int> times_prepared = 0;  // looks for what is replied to
  std::atomic<bool> begun = false;
  std::atomic<bool> ended = false;
  absl::StatusOr<desk::v1::SubmitResult> again;
  std::thread second;
  TwoAgencies agencies;
  desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
  const auto earlier = agencies.Send(draft);
  ASSERT_TRUE(earlier.ok()) << earlier.status();
  draft.set_in_reply_to(earlier->id());
  agencies.bgc->failing->on_find = [&, id = earlier->id()](const store::ExchangeName& name) {
    if (name.id.hex() == id) ++times_prepared;
  };
  agencies.bgc->failing->before_return = [&] {
    if (begun.exchange(true)) return;
    const int before = times_prepared;
    second = std::thread([&] {
      again = agencies.Send(draft, "key");
      ended = true;
    });
    while (!ended && times_prepared == before) std::this_thread::yield();
  };
  const auto first = agencies.Send(draft, "key");
  second.join();
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->id(), first->id());
  EXPECT_EQ(again->receipt().record(), first->receipt().record());
}

TEST(OutboxTest, RecordsADenialAndAnswersItAgain) {
  TwoAgencies agencies;
  desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
  draft.set_agreement_id("no-such-agreement");
  const auto denied = agencies.Send(draft, "key");
  ASSERT_TRUE(denied.ok()) << denied.status();
  EXPECT_EQ(denied->state(), desk::v1::DENIED);
  EXPECT_EQ(denied->decision().outcome(), "DENY");
  EXPECT_EQ(denied->decision().reason(), "AGREEMENT_NOT_IN_FORCE");
  EXPECT_THAT(agencies.bgc->Events(audit::v1::EXCHANGE), Contains(audit::v1::DENIED_OUT));
  const auto again = agencies.Send(draft, "key");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->id(), denied->id());
  EXPECT_EQ(again->decision().reason(), "AGREEMENT_NOT_IN_FORCE");
  agencies.DeliverAll();
  EXPECT_TRUE(agencies.link->requests.empty());
}

TEST(OutboxTest, PreviewDecidesAsSendingDoesAndStoresNothing) {
  TwoAgencies agencies;
  const desk::v1::Draft draft = TwoAgencies::Draft("victim_verification_request");
  const size_t before = agencies.bgc->Events(audit::v1::EXCHANGE).size();
  const auto preview = agencies.bgc->outbox->Preview(agencies.Officer(), draft);
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(agencies.bgc->Events(audit::v1::EXCHANGE).size(), before);
  const auto sent = agencies.Send(draft);
  ASSERT_TRUE(sent.ok());
  EXPECT_EQ(sent->decision().SerializeAsString(),
            preview->previews(0).decision().SerializeAsString());
  agencies.DeliverAll();
  ASSERT_EQ(agencies.link->requests.size(), 1u);
  EXPECT_EQ(agencies.link->requests[0].envelopes(0).withheld_size(),
            preview->previews(0).withheld_size());
  EXPECT_GT(preview->previews(0).withheld_size(), 0);
}

TEST(OutboxTest, NoWithheldOrOmittedValueIsInWhatLeaves) {
  TwoAgencies agencies;
  desk::v1::Draft draft = TwoAgencies::Draft("victim_verification_request");
  auto& request = *draft.mutable_payload()->mutable_victim_verification_request();
  ASSERT_GT(request.documents_seen_size(), 0);
  request.mutable_documents_seen(0)->set_number("CANARY7319");
  const auto sent = agencies.Send(draft);
  ASSERT_TRUE(sent.ok()) << sent.status();
  agencies.DeliverAll();
  ASSERT_EQ(agencies.link->requests.size(), 1u);
  EXPECT_EQ(agencies.link->requests[0].SerializeAsString().find("CANARY7319"), std::string::npos);
}

}  // namespace
}  // namespace liaison::outbox
