// What an incoming message runs into besides its own faults: quotas, decisions that are out of
// date, a partner that repeats itself. And what of it is on record.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "daemon/audit/receipt.h"
#include "daemon/audit/tree.h"
#include "daemon/base/error.h"
#include "daemon/inbox/inbox.h"
#include "daemon/journal/openings.h"
#include "liaison/policy/v1/facts.pb.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::inbox {
namespace {

using audit::v1::Outward;
using exchange::v1::DeliverRequest;
using exchange::v1::DeliverResponse;
using ::testing::ElementsAre;
using testing::TwoAgencies;

class InboxLimitsTest : public ::testing::Test {
 protected:
  // A genuine request on its way to ho-example, captured and not delivered.
  DeliverRequest Captured(const std::string& draft = "intelligence_notice") {
    agencies_.courier = agencies_.NewCourier();  // one that has put nothing off
    EXPECT_TRUE(agencies_.Send(TwoAgencies::Draft(draft)).ok());
    agencies_.link->on_the_way = [](DeliverRequest& request) { request.clear_envelopes(); };
    agencies_.courier->Step();
    agencies_.link->on_the_way = [](auto&) {};
    DeliverRequest request = agencies_.link->requests.back();
    const exchange::v1::Envelope last = *request.envelopes().rbegin();
    request.clear_envelopes();
    *request.add_envelopes() = last;
    return request;
  }
  DeliverResponse Accept(const DeliverRequest& request) {
    const auto response = ho().inbox->Accept("bgc-example", request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? *response : DeliverResponse();
  }
  Outward::Code CodeOf(const DeliverRequest& request) {
    const DeliverResponse response = Accept(request);
    return response.results_size() == 1 ? response.results(0).code() : Outward::OUTWARD_UNSPECIFIED;
  }
  void Limit(const std::string& limit) {
    ho().Change("agency.textproto", "keys {", "limits { " + limit + " } keys {");
  }
  // What ho-example's permit for requests obliges to.
  void Oblige(const std::string& obligations, const std::string& quota = "") {
    const std::string id = "id: \"bgc-verification-in\"";
    ho().Change("policy.textproto", "version: 1", "version: 1 " + quota);
    ho().Change("policy.textproto", id, id + " obligations { " + obligations + " }");
  }
  size_t Notices() {
    const auto events = ho().Events(audit::v1::DESK);
    return static_cast<size_t>(std::count(events.begin(), events.end(), audit::v1::NOTICE));
  }
  // The decision behind an answer.
  audit::v1::DecisionOpening DecisionOf(const exchange::v1::DeliverResult& result) {
    const auto record = ho().store->Record(audit::v1::EXCHANGE, result.receipt().index());
    EXPECT_TRUE(record.ok()) << record.status();
    const auto openings = journal::Open(*record, *ho().at_rest);
    EXPECT_TRUE(openings.ok()) << openings.status();
    return openings.ok() ? openings->decision : audit::v1::DecisionOpening();
  }
  testing::Agency& ho() { return *agencies_.ho; }
  uint64_t Records() { return ho().journal->Head(audit::v1::EXCHANGE).size; }
  store::StoredRecord LastRecord() {
    return *ho().store->Record(audit::v1::EXCHANGE, Records() - 1);
  }
  static audit::v1::Record RecordIn(const DeliverResponse& response) {
    audit::v1::Record record;
    EXPECT_TRUE(record.ParseFromString(response.results(0).receipt().record()));
    return record;
  }
  // The same message with another statement under the sender's key.
  DeliverRequest Resigned(DeliverRequest request,
                          const std::function<void(exchange::v1::Statement&)>& change) {
    exchange::v1::Envelope& envelope = *request.mutable_envelopes(0);
    exchange::v1::Statement statement;
    EXPECT_TRUE(statement.ParseFromString(envelope.statement()));
    change(statement);
    envelope.set_statement(statement.SerializeAsString());
    envelope.mutable_signatures(0)->set_signature(
        agencies_.bgc->message_key->Sign(message::Pae(envelope.type(), envelope.statement())));
    return request;
  }

  TwoAgencies agencies_;
};

TEST_F(InboxLimitsTest, TakesNoMoreThanMayLieUnread) {
  Limit("unread_per_partner: 1");
  const DeliverRequest first = Captured();
  const DeliverRequest second = Captured();
  EXPECT_EQ(CodeOf(first), Outward::ACCEPTED);
  const uint64_t before = Records();
  const DeliverResponse full = Accept(second);
  EXPECT_EQ(full.results(0).code(), Outward::TRY_AGAIN);
  EXPECT_FALSE(full.results(0).has_receipt());
  EXPECT_GT(full.results(0).retry_after().seconds(), 0);
  EXPECT_EQ(Records(), before) << "no record of what may still come";
  EXPECT_EQ(CodeOf(first), Outward::ACCEPTED) << "what was received stays received";
  exchange::v1::Statement statement;
  ASSERT_TRUE(statement.ParseFromString(first.envelopes(0).statement()));
  desk::v1::GetRequest get;
  get.set_id(base::ExchangeId::FromRaw(statement.exchange_id())->hex());
  ASSERT_TRUE(ho().mailbox->Show(agencies_.Viewer(), get).ok());
  EXPECT_EQ(CodeOf(second), Outward::ACCEPTED);
}

TEST_F(InboxLimitsTest, KeepsNoMoreOfAPartnerThanItMay) {
  Limit("stored_bytes_per_partner_mib: 1");
  const DeliverRequest first = Captured();
  const DeliverRequest second = Captured();
  const size_t bytes = second.envelopes(0).ByteSizeLong();
  EXPECT_EQ(CodeOf(first), Outward::ACCEPTED);
  const size_t room = (1 << 20) - bytes;
  ho().EditRows("UPDATE partner SET stored_bytes = " + std::to_string(room + 1));
  EXPECT_EQ(CodeOf(second), Outward::TRY_AGAIN);
  ho().EditRows("UPDATE partner SET stored_bytes = " + std::to_string(room));
  EXPECT_EQ(CodeOf(second), Outward::ACCEPTED);
}

TEST_F(InboxLimitsTest, DecidesAgainUnderWhatIsInForceWhenItIsCommitted) {
  const DeliverRequest request = Captured();
  const auto in_force = ho().snapshots->Current();
  std::ofstream(ho().folder + "/policy.textproto", std::ios::app) << "# newer\n";
  ho().snapshots->Replace(*partners::Registry::Load(ho().folder + "/agency.textproto"));
  const uint64_t before = Records();
  int commits = 0;
  ho().failing->before_return = [&] { ++commits; };
  EXPECT_EQ(CodeOf(request), Outward::TRY_AGAIN) << "it is never in force";
  EXPECT_EQ(commits, 3);
  EXPECT_EQ(Records(), before);
  ho().failing->before_return = [&] { ho().snapshots->Replace(in_force); };
  EXPECT_EQ(CodeOf(request), Outward::ACCEPTED);
  ho().failing->before_return = nullptr;
  EXPECT_EQ(Records(), before + 1);
}

TEST_F(InboxLimitsTest, RecordsNothingOfWhatIsRejectedBeyondTheLimit) {
  Limit("rejected_per_hour: 1");
  DeliverRequest request = Captured();
  request.mutable_envelopes(0)->mutable_statement()->back() ^= 1;
  EXPECT_TRUE(Accept(request).results(0).has_receipt());
  const uint64_t before = Records();
  for (int i = 0; i < 3; ++i) {
    const DeliverResponse response = Accept(request);
    EXPECT_EQ(response.results(0).code(), Outward::NOT_AUTHENTIC);
    EXPECT_FALSE(response.results(0).has_receipt());
    EXPECT_FALSE(response.results(0).has_retry_after()) << "it will never be authentic";
  }
  EXPECT_EQ(Records(), before);
}

// Neither body nor reason may lie readable: without a key to seal them with, the message waits.
TEST_F(InboxLimitsTest, WhatCannotBeSealedAtRestIsNotTaken) {
  const DeliverRequest request = Captured();
  DeliverRequest denied = request;
  denied.mutable_envelopes(0)->clear_sender_receipt();
  DeliverRequest rejected = request;
  rejected.mutable_envelopes(0)->clear_signatures();
  std::filesystem::rename(ho().folder + "/keys/at-rest", ho().folder + "/keys/away");
  const uint64_t before = Records();
  for (const DeliverRequest& one : {request, denied, rejected}) {
    const DeliverResponse response = Accept(one);
    EXPECT_EQ(response.results(0).code(), Outward::TRY_AGAIN);
    EXPECT_FALSE(response.results(0).has_receipt());
  }
  EXPECT_EQ(Records(), before);
  std::filesystem::rename(ho().folder + "/keys/away", ho().folder + "/keys/at-rest");
  EXPECT_EQ(CodeOf(request), Outward::ACCEPTED);
}

TEST_F(InboxLimitsTest, RecordsOnlySoManyReusedIdsInAnHour) {
  Limit("rejected_per_hour: 2");
  const DeliverRequest genuine = Captured();
  ASSERT_EQ(CodeOf(genuine), Outward::ACCEPTED);
  const auto reused = [&](int64_t nanos) {
    return Resigned(genuine, [nanos](exchange::v1::Statement& statement) {
      statement.set_urgency(payload::v1::Urgency::U4);
      statement.mutable_expires()->set_nanos(static_cast<int32_t>(nanos));
    });
  };
  for (int i = 1; i <= 2; ++i) {
    const DeliverResponse response = Accept(reused(i));
    EXPECT_EQ(response.results(0).code(), Outward::REFUSED);
    EXPECT_TRUE(response.results(0).has_receipt());
  }
  const uint64_t before = Records();
  for (int i = 3; i <= 5; ++i) {
    const DeliverResponse response = Accept(reused(i));
    EXPECT_EQ(response.results(0).code(), Outward::REFUSED);
    EXPECT_FALSE(response.results(0).has_receipt());
  }
  EXPECT_EQ(Records(), before);
  agencies_.clock.Advance(absl::Hours(1));
  const DeliverResponse next = Accept(reused(6));
  EXPECT_EQ(RecordIn(next).event(), audit::v1::DENIED_IN);
  EXPECT_EQ(RecordIn(next).count(), 3u) << "how many were not recorded";
}

TEST_F(InboxLimitsTest, ARefusalOfAReusedIdSaysWhyToAuditors) {
  const DeliverRequest genuine = Captured();
  ASSERT_EQ(CodeOf(genuine), Outward::ACCEPTED);
  const DeliverResponse response =
      Accept(Resigned(genuine, [](auto& s) { s.set_urgency(payload::v1::Urgency::U4); }));
  const auto openings = journal::Open(LastRecord(), *ho().at_rest);
  ASSERT_TRUE(openings.ok()) << openings.status();
  EXPECT_EQ(openings->decision.reason(), "EXCHANGE_ID_REUSED");
  EXPECT_EQ(openings->actor.name(), "bgc-example");
}

TEST_F(InboxLimitsTest, ADenialSaysWhyToAuditors) {
  DeliverRequest request = Captured();
  request.mutable_envelopes(0)->clear_sender_receipt();
  ASSERT_EQ(CodeOf(request), Outward::REFUSED);
  const auto openings = journal::Open(LastRecord(), *ho().at_rest);
  ASSERT_TRUE(openings.ok()) << openings.status();
  EXPECT_EQ(openings->decision.outcome(), "DENY");
  EXPECT_EQ(openings->decision.reason(), "BAD_RECEIPT");
  EXPECT_EQ(openings->actor.name(), "bgc-example");
  EXPECT_EQ(openings->actor.role(), "PARTNER");
}

// The message is not there to decide on again.
TEST_F(InboxLimitsTest, ADenialAloneIsKeptWithWhatItWasDecidedOn) {
  const DeliverRequest taken = Captured();
  const DeliverRequest denied = Captured();
  EXPECT_EQ(DecisionOf(Accept(taken).results(0)).decided_on(), "");
  ho().Change("policy.textproto", "partner: \"bgc-example\"",
              "suspended: true partner: \"bgc-example\"");
  const audit::v1::DecisionOpening decision = DecisionOf(Accept(denied).results(0));
  EXPECT_EQ(decision.outcome(), "DENY");
  policy::v1::DecidedOn decided_on;
  ASSERT_TRUE(decided_on.ParseFromString(decision.decided_on()));
  EXPECT_EQ(decided_on.facts().type(), payload::v1::INTELLIGENCE_NOTICE);
}

TEST_F(InboxLimitsTest, WhatIsOverAQuotaIsDeniedInItsPlace) {
  Limit("rejected_per_hour: 1");
  Oblige("quota: \"q\"", "quota { id: \"q\" per_day: 1 }");
  DeliverRequest batch;
  for (int i = 0; i < 5; ++i) {
    *batch.add_envelopes() = Captured("victim_verification_request").envelopes(0);
  }
  // The first is recorded, the second is not.
  for (int i = 0; i < 2; ++i) batch.mutable_envelopes(i)->clear_signatures();
  const DeliverResponse response = Accept(batch);
  ASSERT_EQ(response.results_size(), 5);
  std::vector<Outward::Code> codes;
  for (const auto& result : response.results()) codes.push_back(result.code());
  EXPECT_THAT(codes, ElementsAre(Outward::NOT_AUTHENTIC, Outward::NOT_AUTHENTIC, Outward::ACCEPTED,
                                 Outward::REFUSED, Outward::REFUSED));
  EXPECT_EQ(DecisionOf(response.results(2)).decided_on(), "");
  for (int i = 2; i < 5; ++i) {
    exchange::v1::Statement statement;
    ASSERT_TRUE(statement.ParseFromString(batch.envelopes(i).statement()));
    audit::v1::Record record;
    ASSERT_TRUE(record.ParseFromString(response.results(i).receipt().record()));
    EXPECT_EQ(record.exchange_id(), statement.exchange_id()) << i;
    if (i == 2) continue;
    const audit::v1::DecisionOpening decision = DecisionOf(response.results(i));
    EXPECT_EQ(decision.missing(), "quota q is spent: 1 attempts a day in UTC");
    EXPECT_NE(decision.decided_on(), "");
  }
}

TEST_F(InboxLimitsTest, DenialsOverAQuotaAreLimitedLikeOthers) {
  Limit("denied_per_hour: 1");
  Oblige("quota: \"q\"", "quota { id: \"q\" per_day: 1 }");
  EXPECT_EQ(CodeOf(Captured("victim_verification_request")), Outward::ACCEPTED);
  EXPECT_EQ(CodeOf(Captured("victim_verification_request")), Outward::REFUSED);
  const DeliverRequest next = Captured("victim_verification_request");
  const uint64_t before = Records();
  const DeliverResponse response = Accept(next);
  EXPECT_EQ(response.results(0).code(), Outward::TRY_AGAIN);
  EXPECT_GT(response.results(0).retry_after().seconds(), 0);
  EXPECT_EQ(Records(), before);
  agencies_.clock.Advance(absl::Hours(1));
  EXPECT_EQ(CodeOf(next), Outward::REFUSED);
}

TEST_F(InboxLimitsTest, ANoticeIsWrittenWhereARuleAsksForOne) {
  EXPECT_EQ(CodeOf(Captured("victim_verification_request")), Outward::ACCEPTED);
  EXPECT_EQ(Notices(), 0u);
  Oblige("notice: true");
  EXPECT_EQ(CodeOf(Captured("victim_verification_request")), Outward::ACCEPTED);
  EXPECT_EQ(Notices(), 1u);
}

// What its sender may send, we need not take.
TEST_F(InboxLimitsTest, OurOwnPolicyDecidesWhatComesIn) {
  const DeliverRequest request = Captured();
  ho().Change("policy.textproto", "partner: \"bgc-example\"",
              "suspended: true partner: \"bgc-example\"");
  ASSERT_EQ(CodeOf(request), Outward::REFUSED);
  audit::v1::Record record;
  ASSERT_TRUE(record.ParseFromString(LastRecord().bytes));
  EXPECT_EQ(record.event(), audit::v1::DENIED_IN);
  const auto openings = journal::Open(LastRecord(), *ho().at_rest);
  ASSERT_TRUE(openings.ok()) << openings.status();
  EXPECT_EQ(openings->decision.outcome(), "DENY");
  EXPECT_EQ(openings->decision.reason(), "AGREEMENT_NOT_IN_FORCE");
  EXPECT_EQ(openings->decision.step(), "agreement");
  EXPECT_FALSE(openings->decision.policy_digest().empty());
}

TEST_F(InboxLimitsTest, AReceiptSaysWhatWasReceivedFromWhomAndUnderWhichReceipt) {
  const DeliverRequest request = Captured("victim_verification_request");
  const DeliverResponse response = Accept(request);
  ASSERT_EQ(response.results(0).code(), Outward::ACCEPTED);
  const audit::v1::Record record = RecordIn(response);
  const exchange::v1::Envelope& envelope = request.envelopes(0);
  exchange::v1::Statement statement;
  ASSERT_TRUE(statement.ParseFromString(envelope.statement()));
  EXPECT_EQ(record.event(), audit::v1::RECEIVED);
  EXPECT_EQ(record.outward(), Outward::ACCEPTED);
  EXPECT_EQ(record.partner(), "bgc-example");
  EXPECT_EQ(record.exchange_from(), "bgc-example");
  EXPECT_EQ(record.exchange_id(), statement.exchange_id());
  EXPECT_EQ(record.statement_digest(),
            message::StatementDigest(envelope.type(), envelope.statement()).raw());
  EXPECT_EQ(record.peer_receipt().index(), envelope.sender_receipt().index());
  EXPECT_EQ(record.peer_receipt().leaf(),
            audit::LeafHash(envelope.sender_receipt().record()).raw());
  const auto row =
      ho().store->Find({"bgc-example", *base::ExchangeId::FromRaw(statement.exchange_id())});
  ASSERT_TRUE(row.ok()) << row.status();
  EXPECT_EQ(static_cast<int64_t>(record.respond_by_ms()), absl::ToUnixMillis(row->respond_by));
  EXPECT_GT(row->respond_by, agencies_.clock.Now());
  EXPECT_EQ(row->bytes, envelope.ByteSizeLong());
}

TEST_F(InboxLimitsTest, WhatAsksNothingIsAnsweredByNoTime) {
  const DeliverResponse response = Accept(Captured());
  EXPECT_EQ(RecordIn(response).respond_by_ms(), 0u);
}

TEST_F(InboxLimitsTest, AnswersWithTheGrowthOfItsLogFromWhatThePartnerKnows) {
  DeliverRequest request = Captured();
  const audit::Checkpoint before = ho().journal->Head(audit::v1::EXCHANGE);
  request.set_known_size(before.size);
  const DeliverResponse response = Accept(request);
  const audit::Checkpoint after = ho().journal->Head(audit::v1::EXCHANGE);
  EXPECT_EQ(audit::ParseUnverified(response.checkpoint()).value(), after);
  EXPECT_EQ(response.consistency().from_size(), before.size);
  std::vector<base::Digest> path;
  for (const std::string& hash : response.consistency().path()) {
    path.push_back(*base::Digest::FromRaw(hash));
  }
  EXPECT_EQ(audit::VerifyConsistency(before.size, before.root, after.size, after.root, path),
            absl::OkStatus());
  request.set_known_size(after.size + 1);
  EXPECT_EQ(Accept(request).results(0).code(), Outward::ACCEPTED)
      << "a partner that knows more than there is gets its receipt, and no proof";
  EXPECT_FALSE(Accept(request).has_consistency());
}

TEST_F(InboxLimitsTest, TakesAFullBatchAndNotOneMore) {
  Limit("deliver_batch: 3");
  DeliverRequest request = Captured();
  for (int i = 0; i < 2; ++i) *request.add_envelopes() = request.envelopes(0);
  EXPECT_EQ(Accept(request).results_size(), 3);
  *request.add_envelopes() = request.envelopes(0);
  EXPECT_EQ(base::GetReason(ho().inbox->Accept("bgc-example", request).status()),
            base::Reason::kTooLarge);
}

TEST_F(InboxLimitsTest, AnswersEachMessageOfABatchInItsPlace) {
  Limit("rejected_per_hour: 1");
  const DeliverRequest good = Captured();
  const DeliverRequest second = Captured();
  DeliverRequest batch;
  for (int i = 0; i < 2; ++i) {  // the first is recorded, the second is not
    *batch.add_envelopes() = good.envelopes(0);
    batch.mutable_envelopes(i)->mutable_statement()->back() ^= 1;
  }
  *batch.add_envelopes() = good.envelopes(0);
  *batch.add_envelopes() = second.envelopes(0);
  batch.mutable_envelopes(3)->clear_sender_receipt();
  *batch.add_envelopes() = good.envelopes(0);
  const DeliverResponse response = Accept(batch);
  ASSERT_EQ(response.results_size(), 5);
  EXPECT_EQ(response.results(0).code(), Outward::NOT_AUTHENTIC);
  EXPECT_TRUE(response.results(0).has_receipt());
  EXPECT_EQ(response.results(1).code(), Outward::NOT_AUTHENTIC);
  EXPECT_FALSE(response.results(1).has_receipt());
  EXPECT_EQ(response.results(2).code(), Outward::ACCEPTED);
  EXPECT_EQ(response.results(3).code(), Outward::REFUSED);
  EXPECT_EQ(response.results(4).receipt().index(), response.results(2).receipt().index());
  const audit::Checkpoint head = ho().journal->Head(audit::v1::EXCHANGE);
  for (const auto& result : response.results()) {
    if (!result.has_receipt()) continue;
    EXPECT_TRUE(audit::VerifyReceipt(result.receipt(), head).ok());
  }
}

TEST_F(InboxLimitsTest, ServesNobodyWhoIsNoPartnerAndNothingWhenTheJournalHasStopped) {
  const DeliverRequest request = Captured();
  EXPECT_EQ(base::GetReason(ho().inbox->Accept("he-example", request).status()),
            base::Reason::kUnknownPartner);
  ho().failing->fail_commit = true;
  EXPECT_EQ(base::GetReason(ho().inbox->Accept("bgc-example", request).status()),
            base::Reason::kStopped);
  ho().stopped = true;
}

// A message that is refused answers nothing, whatever it names.
TEST_F(InboxLimitsTest, WhatIsDeniedNamesNoMessageThatItAnswers) {
  DeliverRequest request = Resigned(Captured(), [](exchange::v1::Statement& statement) {
    statement.mutable_in_reply_to()->set_from("ho-example");
    statement.mutable_in_reply_to()->set_exchange_id(std::string(16, 'x'));
  });
  ASSERT_EQ(CodeOf(request), Outward::REFUSED);
  exchange::v1::Statement statement;
  ASSERT_TRUE(statement.ParseFromString(request.envelopes(0).statement()));
  const auto row =
      ho().store->Find({"bgc-example", *base::ExchangeId::FromRaw(statement.exchange_id())});
  ASSERT_TRUE(row.ok()) << row.status();
  EXPECT_FALSE(row->in_reply_to.has_value());
}

TEST_F(InboxLimitsTest, DenialsOfOnePartnerDoNotCountAgainstAnother) {
  Limit("denied_per_hour: 1");
  DeliverRequest first = Captured();
  DeliverRequest second = Captured();
  first.mutable_envelopes(0)->clear_sender_receipt();
  second.mutable_envelopes(0)->clear_sender_receipt();
  EXPECT_EQ(CodeOf(first), Outward::REFUSED);
  const DeliverResponse refused = Accept(second);
  EXPECT_EQ(refused.results(0).code(), Outward::TRY_AGAIN);
  EXPECT_GT(refused.results(0).retry_after().seconds(), 0);
}

}  // namespace
}  // namespace liaison::inbox
