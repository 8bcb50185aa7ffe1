#include "daemon/outbox/settlement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/audit/tree.h"
#include "daemon/base/error.h"
#include "tests/store/rows_fixture.h"

namespace liaison::outbox {
namespace {

using audit::v1::Outward;
using audit::v1::Record;

constexpr char kOrigin[] = "ho.example/liaison-log/1/1";
constexpr char kNote[] = "the note";

// What ho-example answers to message 1 of bgc-example: a log of two records, of which the second is
// the answer.
class SettlementTest : public ::testing::Test {
 protected:
  static Record Answer(audit::v1::Event event) {
    Record record;
    record.set_origin(kOrigin);
    record.set_event(event);
    record.set_partner("bgc");
    record.set_exchange_from(store::kUs);
    record.set_exchange_id(std::string(store::IdOf(1).raw()));
    record.set_statement_digest(std::string(store::DigestOf(1).raw()));
    return record;
  }
  absl::StatusOr<Settlement> Settle(Outward::Code code, const Record& record) {
    const base::Digest first = audit::LeafHash("first");
    exchange::v1::DeliverResult result;
    result.set_code(code);
    result.mutable_receipt()->set_record(record.SerializeAsString());
    result.mutable_receipt()->set_index(1);
    result.mutable_receipt()->add_path(std::string(first.raw()));
    const base::Digest leaf = audit::LeafHash(result.receipt().record());
    return SettlementOf(exchange_, result, {kOrigin, 2, audit::NodeHash(first, leaf)}, kNote,
                        "bgc");
  }
  std::optional<base::Reason> Refusal(Outward::Code code, const Record& record) {
    return base::GetReason(Settle(code, record).status());
  }

  const store::Exchange exchange_ = store::Sent(1, "ho-example").exchange;
};

TEST_F(SettlementTest, SettlesWhatTheRecordProves) {
  for (const auto& [code, event] : {std::pair(Outward::ACCEPTED, audit::v1::RECEIVED),
                                    std::pair(Outward::REFUSED, audit::v1::DENIED_IN),
                                    std::pair(Outward::EXPIRED, audit::v1::DENIED_IN),
                                    std::pair(Outward::NOT_AUTHENTIC, audit::v1::REJECTED),
                                    std::pair(Outward::TOO_LARGE, audit::v1::REJECTED)}) {
    const auto settlement = Settle(code, Answer(event));
    ASSERT_TRUE(settlement.ok()) << settlement.status();
    ASSERT_TRUE(settlement->change.has_value());
    const store::Advance& change = *settlement->change;
    const Record& record = change.record.record;
    EXPECT_EQ(change.record.log, audit::v1::EXCHANGE);
    EXPECT_EQ(record.event(),
              code == Outward::ACCEPTED ? audit::v1::DELIVERED : audit::v1::REFUSED);
    EXPECT_EQ(record.outward(), code);
    EXPECT_EQ(change.name, exchange_.name);
    EXPECT_EQ(record.exchange_from(), exchange_.name.from);
    EXPECT_EQ(record.exchange_id(), exchange_.name.id.raw());
    EXPECT_EQ(record.partner(), "ho-example");
    EXPECT_EQ(record.statement_digest(), exchange_.digest.raw());
    // A receipt that comes after expiry wins; nothing else is moved.
    EXPECT_THAT(change.from, ::testing::ElementsAre(desk::v1::QUEUED, desk::v1::EXPIRED));
  }
}

TEST_F(SettlementTest, KeepsThePartnersReceiptWithItsHeadAndRecordsWhichItIs) {
  const auto settlement = Settle(Outward::ACCEPTED, Answer(audit::v1::RECEIVED));
  ASSERT_TRUE(settlement.ok() && settlement->change) << settlement.status();
  audit::v1::Receipt kept;
  ASSERT_TRUE(kept.ParseFromString(settlement->change->peer_receipt));
  EXPECT_EQ(kept.record(), Answer(audit::v1::RECEIVED).SerializeAsString());
  EXPECT_EQ(kept.checkpoint(), kNote);
  const audit::v1::PeerReceipt& recorded = settlement->change->record.record.peer_receipt();
  EXPECT_EQ(recorded.origin(), kOrigin);
  EXPECT_EQ(recorded.index(), 1u);
  EXPECT_EQ(recorded.leaf(), audit::LeafHash(kept.record()).raw());
}

// Each answer of a partner that has lied or erred, with a proof that holds.
TEST_F(SettlementTest, BelievesNoRecordOfAnotherMessageOrAgency) {
  for (const auto& [code, event] : {std::pair(Outward::ACCEPTED, audit::v1::RECEIVED),
                                    std::pair(Outward::REFUSED, audit::v1::DENIED_IN),
                                    std::pair(Outward::EXPIRED, audit::v1::DENIED_IN)}) {
    Record record = Answer(event);
    record.set_exchange_from("io-example");
    EXPECT_EQ(Refusal(code, record), base::Reason::kBadReceipt);
    record = Answer(event);
    record.set_exchange_id(std::string(store::IdOf(2).raw()));
    EXPECT_EQ(Refusal(code, record), base::Reason::kBadReceipt);
    record = Answer(event);
    record.set_statement_digest(std::string(store::DigestOf(2).raw()));
    EXPECT_EQ(Refusal(code, record), base::Reason::kBadReceipt);
    record = Answer(event);
    record.set_partner("io-example");
    EXPECT_EQ(Refusal(code, record), base::Reason::kBadReceipt);
  }
  Record rejected = Answer(audit::v1::REJECTED);
  rejected.set_partner("io-example");
  EXPECT_EQ(Refusal(Outward::NOT_AUTHENTIC, rejected), base::Reason::kBadReceipt);
}

TEST_F(SettlementTest, BelievesNoCodeThatTheRecordDoesNotProve) {
  const std::vector<std::pair<Outward::Code, audit::v1::Event>> proofs = {
      {Outward::ACCEPTED, audit::v1::RECEIVED},
      {Outward::REFUSED, audit::v1::DENIED_IN},
      {Outward::EXPIRED, audit::v1::DENIED_IN},
      {Outward::NOT_AUTHENTIC, audit::v1::REJECTED},
      {Outward::TOO_LARGE, audit::v1::REJECTED}};
  for (const auto& [code, proof] : proofs) {
    for (audit::v1::Event event : {audit::v1::RECEIVED, audit::v1::DENIED_IN, audit::v1::REJECTED,
                                   audit::v1::SENT, audit::v1::EVENT_UNSPECIFIED}) {
      const std::optional<base::Reason> refusal = Refusal(code, Answer(event));
      EXPECT_EQ(refusal == base::Reason::kBadReceipt, event != proof) << code << " " << event;
    }
  }
}

TEST_F(SettlementTest, BelievesNoRecordOfAnotherLog) {
  Record record = Answer(audit::v1::RECEIVED);
  record.set_origin("io.example/liaison-log/1/1");
  EXPECT_EQ(Refusal(Outward::ACCEPTED, record), base::Reason::kBadReceipt);
}

TEST_F(SettlementTest, TriesAgainWithoutAReceiptAndAsLaterAsItIsAsked) {
  const auto retry = [&](Outward::Code code, int64_t seconds, int32_t nanos) {
    exchange::v1::DeliverResult result;
    result.set_code(code);
    result.mutable_retry_after()->set_seconds(seconds);
    result.mutable_retry_after()->set_nanos(nanos);
    const auto settlement = SettlementOf(exchange_, result, {}, "", "bgc");
    EXPECT_TRUE(settlement.ok() && !settlement->change);
    return settlement.ok() ? settlement->retry_after : absl::ZeroDuration();
  };
  EXPECT_EQ(retry(Outward::TRY_AGAIN, 7, 500'000'000), absl::Milliseconds(7500));
  EXPECT_EQ(retry(Outward::ACCEPTED, 7, 0), absl::Seconds(7)) << "nothing proves it";
  EXPECT_EQ(retry(Outward::REFUSED, 0, 0), absl::Seconds(5));
  EXPECT_EQ(retry(Outward::OUTWARD_UNSPECIFIED, -1, 0), absl::Seconds(5));
  EXPECT_EQ(retry(Outward::TRY_AGAIN, 1'000'000, 0), absl::Hours(1));
}

TEST_F(SettlementTest, ACodeThatSettlesNothingSettlesNothingWhateverReceiptComesWithIt) {
  for (Outward::Code code : {Outward::TRY_AGAIN, Outward::OUTWARD_UNSPECIFIED}) {
    const auto settlement = Settle(code, Answer(audit::v1::REJECTED));
    ASSERT_TRUE(settlement.ok()) << settlement.status();
    EXPECT_FALSE(settlement->change.has_value());
  }
}

}  // namespace
}  // namespace liaison::outbox
