// What a submission runs into on its way: limits, keys of others, decisions that are out of date.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "daemon/base/error.h"
#include "daemon/outbox/outbox.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::outbox {
namespace {

using ::testing::Contains;
using ::testing::Not;
using testing::TwoAgencies;

base::Reason ReasonOf(const absl::Status& status) {
  return base::GetReason(status).value_or(base::Reason::kInternal);
}

class OutboxLimitsTest : public ::testing::Test {
 protected:
  static desk::v1::Draft Notice() { return TwoAgencies::Draft("intelligence_notice"); }
  void Limit(const std::string& limit) {
    agencies_.bgc->Change("agency.textproto", "keys {", "limits { " + limit + " } keys {");
  }
  Outbox& outbox() { return *agencies_.bgc->outbox; }
  uint64_t Records() { return agencies_.bgc->journal->Head(audit::v1::EXCHANGE).size; }
  // The registry as it reads by now, in nobody's force.
  std::shared_ptr<const partners::Registry> Unrecorded() {
    std::ofstream(agencies_.bgc->folder + "/policy.textproto", std::ios::app) << "# newer\n";
    auto loaded = partners::Registry::Load(agencies_.bgc->folder + "/agency.textproto");
    EXPECT_TRUE(loaded.ok()) << loaded.status();
    return *loaded;
  }

  TwoAgencies agencies_;
};

TEST_F(OutboxLimitsTest, AKeyBelongsToItsSubmitter) {
  const auto first = agencies_.Send(Notice(), "key");
  Submitter other = agencies_.Officer();
  other.name = "officer-2";
  const auto second = outbox().Submit(other, Notice(), "key");
  ASSERT_TRUE(first.ok() && second.ok()) << second.status();
  EXPECT_NE(second->front().id(), first->id());
}

TEST_F(OutboxLimitsTest, RefusesASubmissionWithoutAKey) {
  EXPECT_EQ(ReasonOf(outbox().Submit(agencies_.Officer(), Notice(), "").status()),
            base::Reason::kValidationFailed);
}

TEST_F(OutboxLimitsTest, RefusesMoreThanMayWaitForAPartnerAndStoresNothingOfIt) {
  Limit("queued_per_partner: 1");
  ASSERT_TRUE(agencies_.Send(Notice()).ok());
  const uint64_t before = Records();
  const absl::Status refused = agencies_.Send(Notice(), "key").status();
  const auto error = base::GetError(refused);
  ASSERT_TRUE(error.has_value()) << refused;
  EXPECT_EQ(error->reason, base::Reason::kOverQuota);
  EXPECT_THAT(error->metadata, Contains(::testing::Pair("limit", "most_queued")));
  EXPECT_GT(error->retry_after, absl::ZeroDuration());
  EXPECT_EQ(Records(), before);
  agencies_.DeliverAll();
  EXPECT_EQ(agencies_.Send(Notice(), "key")->state(), desk::v1::QUEUED);
}

TEST_F(OutboxLimitsTest, AFullQueueOfOnePartnerLeavesTheOtherSentTo) {
  Limit("queued_per_partner: 1");
  ASSERT_TRUE(agencies_.Send(Notice()).ok());
  desk::v1::Draft draft = Notice();
  draft.add_to("io-example");
  EXPECT_EQ(ReasonOf(outbox().Submit(agencies_.Officer(), draft, "key").status()),
            base::Reason::kOverQuota);
  const uint64_t before = Records();
  agencies_.DeliverAll();
  const auto both = outbox().Submit(agencies_.Officer(), draft, "key");
  ASSERT_TRUE(both.ok()) << both.status();
  EXPECT_EQ(Records(), before + 2) << "one DELIVERED and one SENT: the other was sent before";
}

TEST_F(OutboxLimitsTest, RefusesAMessageOverItsLimitWithRoomForTheReceipt) {
  const auto sent = agencies_.Send(Notice());
  ASSERT_TRUE(sent.ok());
  agencies_.DeliverAll();
  exchange::v1::Envelope envelope = agencies_.link->requests[0].envelopes(0);
  envelope.clear_sender_receipt();
  const size_t needed = envelope.ByteSizeLong() + 4096;
  Limit("message_bytes: " + std::to_string(needed + 16));
  EXPECT_TRUE(agencies_.Send(Notice()).ok());
  const uint64_t before = Records();
  agencies_.bgc->Change("agency.textproto", std::to_string(needed + 16),
                        std::to_string(needed - 16));
  const absl::Status refused = agencies_.Send(Notice()).status();
  EXPECT_EQ(ReasonOf(refused), base::Reason::kTooLarge);
  EXPECT_THAT(base::GetError(refused)->metadata,
              Contains(::testing::Pair("limit", "limits.message_bytes")));
  EXPECT_EQ(Records(), before);
}

TEST_F(OutboxLimitsTest, StoresNothingThatCannotBeSealedAtRest) {
  const std::string keys = agencies_.bgc->folder + "/keys/";
  std::filesystem::rename(keys + "at-rest", keys + "away");
  const uint64_t before = Records();
  EXPECT_FALSE(agencies_.Send(Notice()).ok());
  desk::v1::Draft denied = Notice();
  denied.set_agreement_id("no-such-agreement");
  EXPECT_FALSE(agencies_.Send(denied).ok());
  EXPECT_EQ(Records(), before);
  std::filesystem::rename(keys + "away", keys + "at-rest");
  EXPECT_TRUE(agencies_.Send(Notice()).ok());
}

TEST_F(OutboxLimitsTest, TakesAsManyRecipientsAsTheLimitSays) {
  Limit("recipients: 1");
  EXPECT_TRUE(agencies_.Send(Notice()).ok());
  desk::v1::Draft draft = Notice();
  draft.add_to("io-example");
  EXPECT_EQ(ReasonOf(agencies_.Send(draft).status()), base::Reason::kValidationFailed);
  draft.clear_to();
  EXPECT_EQ(ReasonOf(outbox().Submit(agencies_.Officer(), draft, "key").status()),
            base::Reason::kValidationFailed);
}

// The draft is decided while a newer policy comes into force: what holds when it is committed
// counts.
TEST_F(OutboxLimitsTest, DecidesAgainUnderWhatIsInForceWhenItIsCommitted) {
  const auto in_force = agencies_.bgc->snapshots->Current();
  const auto newer = Unrecorded();
  agencies_.bgc->snapshots->Replace(newer);
  int commits = 0;
  agencies_.bgc->failing->before_return = [&] {
    if (++commits == 1) agencies_.bgc->snapshots->Replace(in_force);
  };
  const auto sent = agencies_.Send(Notice());
  agencies_.bgc->failing->before_return = nullptr;
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(commits, 2);
  EXPECT_EQ(sent->decision().policy_digest(), in_force->policy_digest().hex());
  const auto row = agencies_.bgc->store->Find({"bgc-example", *base::ParseExchangeId(sent->id())});
  EXPECT_EQ(row->decided_under, in_force->snapshot_digest());
}

TEST_F(OutboxLimitsTest, GivesUpWhenWhatItDecidesUnderIsNeverInForce) {
  const auto newer = Unrecorded();
  agencies_.bgc->snapshots->Replace(newer);
  const uint64_t before = Records();
  int commits = 0;
  agencies_.bgc->failing->before_return = [&] { ++commits; };
  const absl::Status refused = agencies_.Send(Notice()).status();
  agencies_.bgc->failing->before_return = nullptr;
  EXPECT_EQ(ReasonOf(refused), base::Reason::kQueueFull);
  EXPECT_EQ(base::GetError(refused)->retry_after, absl::Seconds(1));
  EXPECT_EQ(commits, 3);
  EXPECT_EQ(Records(), before);
}

TEST_F(OutboxLimitsTest, WakesNoCourierForWhatWasDeniedOrAnsweredFromBefore) {
  desk::v1::Draft draft = Notice();
  draft.set_agreement_id("no-such-agreement");
  ASSERT_EQ(agencies_.Send(draft)->state(), desk::v1::DENIED);
  EXPECT_THAT(agencies_.bgc->woken, Not(Contains("ho-example")));
  ASSERT_TRUE(agencies_.Send(Notice(), "key").ok());
  EXPECT_THAT(agencies_.bgc->woken, ::testing::ElementsAre("ho-example"));
}

TEST_F(OutboxLimitsTest, OfManyAtATimeEachHasItsOwnAnswerInOrder) {
  const desk::v1::Draft good = Notice();
  desk::v1::Draft another = good;
  another.mutable_payload()->mutable_notice()->set_title("Another example title");
  desk::v1::Draft bad = good;
  bad.clear_urgency();
  const auto results = outbox().SubmitAll(
      agencies_.Officer(),
      {{&good, "a"}, {&bad, "b"}, {&good, ""}, {&good, "a"}, {&another, "a"}, {&another, "c"}});
  ASSERT_EQ(results.size(), 6u);
  ASSERT_TRUE(results[0].ok()) << results[0].status();
  EXPECT_EQ(ReasonOf(results[1].status()), base::Reason::kValidationFailed);
  EXPECT_EQ(ReasonOf(results[2].status()), base::Reason::kValidationFailed);
  ASSERT_TRUE(results[3].ok()) << results[3].status();
  EXPECT_EQ(results[3]->front().id(), results[0]->front().id()) << "the same key and draft";
  EXPECT_EQ(ReasonOf(results[4].status()), base::Reason::kIdempotencyConflict);
  ASSERT_TRUE(results[5].ok()) << results[5].status();
  EXPECT_NE(results[5]->front().id(), results[0]->front().id());
  const auto events = agencies_.bgc->Events(audit::v1::EXCHANGE);
  EXPECT_EQ(std::count(events.begin(), events.end(), audit::v1::SENT), 2);
}

TEST_F(OutboxLimitsTest, AcknowledgesNothingWhenTheOutcomeIsNotKnown) {
  agencies_.bgc->failing->fail_commit = true;
  EXPECT_EQ(ReasonOf(agencies_.Send(Notice(), "key").status()), base::Reason::kStopped);
  EXPECT_THAT(agencies_.bgc->woken, Not(Contains("ho-example")));
  agencies_.bgc->stopped = true;
}

TEST_F(OutboxLimitsTest, TheRecordNamesTheMessageAndNobodyButAuditorsLearnWhoSentIt) {
  const auto sent = agencies_.Send(Notice());
  ASSERT_TRUE(sent.ok()) << sent.status();
  audit::v1::Record record;
  ASSERT_TRUE(record.ParseFromString(sent->receipt().record()));
  const auto row = agencies_.bgc->store->Find({"bgc-example", *base::ParseExchangeId(sent->id())});
  ASSERT_TRUE(row.ok()) << row.status();
  EXPECT_EQ(record.exchange_from(), "bgc-example");
  EXPECT_EQ(record.exchange_id(), row->name.id.raw());
  EXPECT_EQ(record.statement_digest(), row->digest.raw());
  EXPECT_FALSE(record.decision().empty());
  EXPECT_FALSE(record.actor().empty());
  EXPECT_EQ(sent->receipt().record().find("officer-1"), std::string::npos);
}

}  // namespace
}  // namespace liaison::outbox
