// What every store looks at before it writes, and what it counts.
#include "absl/strings/str_cat.h"
#include "tests/store/store_contract.h"

namespace liaison::store {
namespace {

using Kind = Outcome::Kind;

std::string BytesOfRecord(Store& store, const Outcome& outcome) {
  const auto stored = store.Record(outcome.log, outcome.index);
  EXPECT_TRUE(stored.ok()) << stored.status();
  return stored.ok() ? stored->bytes : "";
}

TEST_P(StoreContract, WhatIsNotCommittedLeavesNoTrace) {
  AddExchange used = Sent(1);
  used.idempotency_key = DigestOf(50);
  used.idempotency_draft = DigestOf(51);
  Commit({used, Received(2)});
  AddExchange same_key = Sent(3);
  same_key.idempotency_key = DigestOf(50);
  same_key.idempotency_draft = DigestOf(51);
  AddExchange conflict = same_key;
  conflict.idempotency_draft = DigestOf(52);
  AddExchange reused = Received(2);
  reused.exchange.digest = DigestOf(99);
  AddExchange stale = Sent(4);
  stale.exchange.decided_under = DigestOf(7);
  AddExchange over = Sent(5);
  over.most_queued = 1;
  const uint64_t exchange_size = SizeOf(audit::v1::EXCHANGE);
  const auto outcomes =
      Commit({same_key, conflict, reused, stale, over,
              Step(OursNamed(1), audit::v1::DELIVERED, {desk::v1::EXPIRED}),
              Step(OursNamed(6), audit::v1::DELIVERED, {desk::v1::QUEUED}), Note()});
  const Kind expected[] = {
      Kind::kSame,      Kind::kIdempotencyConflict, Kind::kReusedId, Kind::kStale,
      Kind::kOverQuota, Kind::kWrongState,          Kind::kNotFound, Kind::kCommitted};
  for (size_t i = 0; i < outcomes.size(); ++i) EXPECT_EQ(outcomes[i].kind, expected[i]) << i;
  EXPECT_EQ(SizeOf(audit::v1::EXCHANGE), exchange_size);
  EXPECT_EQ(SizeOf(audit::v1::DESK), 1u);
  for (uint64_t number : {3, 4, 5, 6}) {
    EXPECT_TRUE(absl::IsNotFound(store_->Find(OursNamed(number)).status())) << number;
    EXPECT_TRUE(absl::IsNotFound(store_->Body(OursNamed(number)).status())) << number;
  }
  EXPECT_EQ(store_->Find(TheirsNamed(2))->digest, DigestOf(2));
  EXPECT_EQ(store_->Body(OursNamed(1))->peer_receipt, "");
  EXPECT_EQ(*store_->CountQueued(kPartner), 1u);
  EXPECT_EQ(outcomes[0].name, OursNamed(1));
  EXPECT_EQ(outcomes[1].name, OursNamed(1));
  EXPECT_EQ(outcomes[2].name, TheirsNamed(2));
  EXPECT_EQ(outcomes[3].what, "snapshot");
}

TEST_P(StoreContract, TheKeyIsLookedAtBeforeTheIdAndTheIdBeforeTheDecision) {
  AddExchange first = Sent(1);
  first.idempotency_key = DigestOf(50);
  first.idempotency_draft = DigestOf(51);
  first.most_queued = 1;
  CommitOne(first);
  AddExchange again = first;
  again.exchange.decided_under = DigestOf(7);
  EXPECT_EQ(CommitOne(again).kind, Kind::kSame) << "whatever is in force and queued by now";
  again.idempotency_key = DigestOf(60);
  EXPECT_EQ(CommitOne(again).kind, Kind::kSame) << "by its id";
  again.exchange.digest = DigestOf(9);
  EXPECT_EQ(CommitOne(again).kind, Kind::kReusedId);
  AddExchange stale = Sent(2);
  stale.exchange.decided_under = DigestOf(7);
  stale.most_queued = 1;
  EXPECT_EQ(CommitOne(stale).kind, Kind::kStale) << "before the quota";
}

TEST_P(StoreContract, ChangesOfOneCommitShareTheQuota) {
  AddExchange first = Sent(1);
  AddExchange second = Sent(2);
  first.most_queued = second.most_queued = 1;
  AddExchange in = Received(3);
  AddExchange late = Received(4);
  in.most_unread = late.most_unread = 1;
  const auto outcomes = Commit({first, second, in, late});
  EXPECT_EQ(outcomes[0].kind, Kind::kCommitted);
  EXPECT_EQ(outcomes[1].what, "most_queued");
  EXPECT_EQ(outcomes[2].kind, Kind::kCommitted);
  EXPECT_EQ(outcomes[3].what, "most_unread");
}

TEST_P(StoreContract, ADenialNeedsNoQuota) {
  Commit({Sent(1), Received(2)});
  AddExchange out = Denied(Sent(3));
  out.most_queued = 1;
  AddExchange in = Denied(Received(4));
  in.most_unread = 1;
  in.most_stored_bytes = 1;
  const auto outcomes = Commit({out, in});
  EXPECT_EQ(outcomes[0].kind, Kind::kCommitted);
  EXPECT_EQ(outcomes[1].kind, Kind::kCommitted);
  EXPECT_EQ(*store_->CountQueued(kPartner), 1u);
}

TEST_P(StoreContract, AQuotaOfWhatCameIsThatOfOnePartner) {
  Commit({Received(1, "fia-example"), Sent(2), Denied(Received(3))});
  AddExchange add = Received(4);
  add.most_unread = 1;
  add.most_stored_bytes = 1000;
  EXPECT_EQ(CommitOne(add).kind, Kind::kCommitted)
      << "neither another's, nor what we sent, nor what was denied counts";
}

TEST_P(StoreContract, CountsBytesOnlyOfWhatIsKept) {
  AddExchange bare = Received(1);
  bare.body.reset();
  CommitOne(bare);
  AddExchange add = Received(2);
  add.most_stored_bytes = 1000;
  EXPECT_EQ(CommitOne(add).kind, Kind::kCommitted);
}

TEST_P(StoreContract, StopsAtARecordOfAnotherExchange) {
  AddExchange another = Sent(1);
  another.record.record.set_exchange_id(std::string(IdOf(2).raw()));
  EXPECT_DEATH(CommitOne(another), "names its exchange");
  AddExchange theirs = Sent(1);
  theirs.record.record.set_exchange_from(kPartner);
  EXPECT_DEATH(CommitOne(theirs), "names its exchange");
}

TEST_P(StoreContract, AQuotaOfZeroIsNone) {
  Commit({Sent(1), Received(2)});
  EXPECT_EQ(CommitOne(Sent(3)).kind, Kind::kCommitted);
  EXPECT_EQ(CommitOne(Received(4)).kind, Kind::kCommitted);
}

TEST_P(StoreContract, CountsWhatIsQueuedAndUnreadAsItsStatesChange) {
  Commit({Sent(1), Sent(2), Sent(3)});
  EXPECT_EQ(*store_->CountQueued(kPartner), 3u);
  CommitOne(Step(OursNamed(1), audit::v1::EXPIRED, {desk::v1::QUEUED}));
  CommitOne(Step(OursNamed(1), audit::v1::DELIVERED, {desk::v1::EXPIRED}));
  EXPECT_EQ(*store_->CountQueued(kPartner), 2u) << "counted once";
  CommitOne(Step(OursNamed(2), audit::v1::READ, {desk::v1::QUEUED}));
  EXPECT_EQ(*store_->CountQueued(kPartner), 2u) << "still queued";
  EXPECT_EQ(*store_->CountQueued("fia-example"), 0u);
}

TEST_P(StoreContract, KeepsTheHeadOfWhatWasDeniedAndNothingOfADraftThatNeverWas) {
  AddExchange draft = Denied(Sent(1));
  draft.head.clear();
  Commit({draft, Denied(Received(2))});
  const auto none = store_->Body(OursNamed(1));
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_EQ(none->head, "");
  EXPECT_FALSE(none->body.has_value());
  const auto head = store_->Body(TheirsNamed(2));
  ASSERT_TRUE(head.ok()) << head.status();
  EXPECT_EQ(head->head, "head");
  EXPECT_FALSE(head->body.has_value());
}

TEST_P(StoreContract, KeepsThePartnersReceiptUntilThereIsAnother) {
  CommitOne(Sent(1));
  CommitOne(Step(OursNamed(1), audit::v1::DELIVERED, {desk::v1::QUEUED}));
  CommitOne(Step(OursNamed(1), audit::v1::READ, {desk::v1::DELIVERED}));
  EXPECT_EQ(store_->Body(OursNamed(1))->peer_receipt, "receipt");
  Advance late = Step(OursNamed(1), audit::v1::DELIVERED, {desk::v1::DELIVERED});
  late.peer_receipt = "another";
  CommitOne(late);
  EXPECT_EQ(store_->Body(OursNamed(1))->peer_receipt, "another");
}

// What leaves a hold loses its draft; any other step leaves body and time to respond alone.
TEST_P(StoreContract, AStepKeepsTheBodyAndTheTimeToRespond) {
  AddExchange in = Received(2);
  in.exchange.respond_by = absl::FromUnixMillis(1'000'000);
  Commit({Sent(1), in});
  Commit({Step(OursNamed(1), audit::v1::DELIVERED, {desk::v1::QUEUED}),
          Step(TheirsNamed(2), audit::v1::READ, {desk::v1::NEW})});
  EXPECT_TRUE(store_->Body(OursNamed(1))->body.has_value());
  EXPECT_TRUE(store_->Body(TheirsNamed(2))->body.has_value());
  EXPECT_EQ(store_->Find(TheirsNamed(2))->respond_by, in.exchange.respond_by);
}

TEST_P(StoreContract, KeepsUnderWhatAStepWasDecidedAgain) {
  CommitOne(InForceOf("snapshot", 7, audit::v1::CONFIG));
  AddExchange add = Sent(1);
  add.exchange.decided_under = DigestOf(7);
  CommitOne(add);
  Advance step = Step(OursNamed(1), audit::v1::READ, {desk::v1::QUEUED});
  CommitOne(step);
  EXPECT_EQ(store_->Find(OursNamed(1))->decided_under, DigestOf(7));
  step.decided_under = DigestOf(8);
  EXPECT_EQ(CommitOne(step).kind, Kind::kStale);
  EXPECT_EQ(store_->Find(OursNamed(1))->decided_under, DigestOf(7));
  CommitOne(InForceOf("snapshot", 8, audit::v1::CONFIG));
  EXPECT_EQ(CommitOne(step).kind, Kind::kCommitted);
  EXPECT_EQ(store_->Find(OursNamed(1))->decided_under, DigestOf(8));
}

TEST_P(StoreContract, EachRecordNamesTheOneBeforeItOfItsExchangeInItsLog) {
  const auto previous = [&](const Outcome& outcome) {
    audit::v1::Record record;
    EXPECT_TRUE(record.ParseFromString(BytesOfRecord(*store_, outcome)));
    return record.previous();
  };
  // The id is that of two exchanges.
  const auto outcomes = Commit({Sent(9), Received(1), Sent(1), Note(),
                                Step(TheirsNamed(1), audit::v1::READ, {desk::v1::NEW}),
                                Step(OursNamed(1), audit::v1::DELIVERED, {desk::v1::QUEUED}),
                                Step(TheirsNamed(1), audit::v1::READ, {desk::v1::READ})});
  EXPECT_EQ(previous(outcomes[1]), 0u);
  EXPECT_EQ(previous(outcomes[2]), 0u) << "another sender's";
  EXPECT_EQ(previous(outcomes[3]), 0u) << "of no exchange";
  EXPECT_EQ(previous(outcomes[4]), 0u) << "the first in its log";
  EXPECT_EQ(previous(outcomes[5]), outcomes[2].index + 1);
  EXPECT_EQ(previous(outcomes[6]), outcomes[4].index + 1);
}

TEST_P(StoreContract, SaysWhereEachRecordStands) {
  AddExchange held = Sent(2);
  held.record.log = audit::v1::DESK;
  held.record.record.set_event(audit::v1::HELD);
  CommitOne(Note());
  const auto outcomes = Commit({Sent(1), held, InForceOf("policy", 1, audit::v1::POLICY), Note(),
                                Step(OursNamed(1), audit::v1::DELIVERED, {desk::v1::QUEUED})});
  const std::vector<std::pair<audit::v1::Log, uint64_t>> expected = {{audit::v1::EXCHANGE, 0},
                                                                     {audit::v1::DESK, 1},
                                                                     {audit::v1::DESK, 2},
                                                                     {audit::v1::DESK, 3},
                                                                     {audit::v1::EXCHANGE, 1}};
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(std::pair(outcomes[i].log, outcomes[i].index), expected[i]) << i;
  }
  EXPECT_EQ(outcomes[1].name, OursNamed(2));
  EXPECT_EQ(outcomes[1].state, desk::v1::HELD);
  EXPECT_EQ(outcomes[4].name, OursNamed(1));
  Reopen();
  const auto row = store_->Find(OursNamed(2));
  ASSERT_TRUE(row.ok()) << row.status();
  EXPECT_EQ(row->first_log, audit::v1::DESK);
  EXPECT_EQ(row->first_index, 1u);
  const Outcome again = CommitOne(held);
  EXPECT_EQ(again.kind, Kind::kSame);
  EXPECT_EQ(again.log, audit::v1::DESK);
  EXPECT_EQ(again.index, 1u);
}

TEST_P(StoreContract, KeepsTheHeadsThatTheSequencerGives) {
  Commit({Sent(1), Note(), Note()});
  Reopen();
  const auto exchange = store_->Head(audit::v1::EXCHANGE);
  const auto desk = store_->Head(audit::v1::DESK);
  ASSERT_TRUE(exchange.ok() && desk.ok());
  EXPECT_EQ(exchange->frontier, "1");
  EXPECT_EQ(exchange->origin, "exchange-log");
  EXPECT_EQ(exchange->last_time_ms, 1u);
  EXPECT_EQ(desk->frontier, "2");
  EXPECT_EQ(desk->origin, "desk-log");
  EXPECT_EQ(desk->last_time_ms, 2u);
}

// A newer partner may write codes that we do not know: what it can make is no damage.
TEST_P(StoreContract, KeepsCodesThatNobodyKnowsAndTimesThatAreNone) {
  uint64_t number = 0;
  for (int code : {INT32_MIN, -1, 0, INT32_MAX}) {
    AddExchange add = Received(++number);
    add.exchange.type = static_cast<payload::v1::MessageType>(code);
    add.exchange.urgency = static_cast<payload::v1::Urgency::Code>(code);
    add.exchange.tlp = static_cast<payload::v1::Tlp::Code>(code);
    EXPECT_EQ(CommitOne(add).kind, Kind::kCommitted);
    const auto row = store_->Find(add.exchange.name);
    ASSERT_TRUE(row.ok()) << row.status();
    EXPECT_EQ(static_cast<int>(row->type), code);
    EXPECT_EQ(static_cast<int>(row->urgency), code);
    EXPECT_EQ(static_cast<int>(row->tlp), code);
    EXPECT_EQ(row->respond_by, absl::InfinitePast());
    EXPECT_FALSE(row->in_reply_to.has_value());
    ASSERT_EQ(CommitOne(Step(row->name, audit::v1::READ, {desk::v1::NEW})).kind, Kind::kCommitted);
  }
}

TEST_P(StoreContract, KeepsNoContentOfWhatHasNone) {
  PutInForce put = InForceOf("snapshot", 1, audit::v1::CONFIG);
  put.content.clear();
  CommitOne(put);
  EXPECT_TRUE(absl::IsNotFound(store_->Content("snapshot", DigestOf(1)).status()));
  EXPECT_EQ(store_->FindInForce("snapshot")->content, "");
}

TEST_P(StoreContract, FindsWhatHasExpiredOfThisPartnerEarliestFirstAndSoManyAtMost) {
  const absl::Time created = Sent(1).exchange.created;
  const auto expiring = [&](uint64_t number, int hours, const std::string& partner) {
    AddExchange add = Sent(number, partner);
    add.exchange.expires = created + absl::Hours(hours);
    return add;
  };
  Commit({expiring(1, 3, kPartner), expiring(2, 1, kPartner), expiring(3, 2, kPartner),
          expiring(4, 1, "fia-example"), expiring(5, 4, kPartner)});
  CommitOne(Step(OursNamed(3), audit::v1::DELIVERED, {desk::v1::QUEUED}));
  const auto expired = [&](size_t limit) {
    std::vector<uint8_t> numbers;
    const auto found = store_->ExpiredOutgoing(kPartner, created + absl::Hours(3), limit);
    EXPECT_TRUE(found.ok()) << found.status();
    for (const Exchange& exchange : *found) numbers.push_back(exchange.name.id.data()[7]);
    return numbers;
  };
  EXPECT_THAT(expired(10), ::testing::ElementsAre(2, 1));
  EXPECT_THAT(expired(1), ::testing::ElementsAre(2));
}

TEST_P(StoreContract, ListsWhatIsAskedForAlone) {
  AddExchange alert = Sent(1);
  alert.exchange.type = payload::v1::ALERT;
  AddExchange notice = Sent(2);
  notice.exchange.type = payload::v1::INTELLIGENCE_NOTICE;
  Commit({alert, notice});
  const absl::Time second = store_->Find(OursNamed(2))->recorded;
  CommitOne(Sent(3, "fia-example"));
  const auto listed = [&](const ExchangeFilter& filter) {
    std::vector<uint8_t> numbers;
    const auto page = store_->List(filter);
    EXPECT_TRUE(page.ok()) << page.status();
    for (const Exchange& exchange : page->first) numbers.push_back(exchange.name.id.data()[7]);
    return numbers;
  };
  ExchangeFilter filter;
  filter.types = {payload::v1::ALERT};
  EXPECT_THAT(listed(filter), ::testing::ElementsAre(1));
  filter.types = {static_cast<payload::v1::MessageType>(-1),
                  static_cast<payload::v1::MessageType>(1000)};
  EXPECT_THAT(listed(filter), ::testing::IsEmpty());
  filter = {};
  filter.since = second;
  EXPECT_THAT(listed(filter), ::testing::ElementsAre(3, 2));
  filter.since += absl::Milliseconds(1);
  EXPECT_THAT(listed(filter), ::testing::ElementsAre(3));
  filter = {};
  filter.limit = 0;
  EXPECT_THAT(listed(filter), ::testing::IsEmpty());
  EXPECT_EQ(store_->List(filter)->second, 0);
}

TEST_P(StoreContract, RefusesTheNameOfAnotherDeskLog) {
  EXPECT_EQ(store_->Acquire("exchange-log", "another-log").status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_P(StoreContract, VisitsEveryExchangeInOrderAndStopsWhenToldTo) {
  std::vector<Change> changes;
  for (uint64_t i = 1; i <= 600; ++i) changes.push_back(Sent(i));
  Commit(changes);
  uint64_t next = 1;
  EXPECT_EQ(store_->ForEachExchange([&](const WholeRow& whole) {
    EXPECT_EQ(whole.exchange.name, OursNamed(next++));
    return absl::OkStatus();
  }),
            absl::OkStatus());
  EXPECT_EQ(next, 601u);
  int visits = 0;
  EXPECT_TRUE(absl::IsCancelled(store_->ForEachExchange([&](const WholeRow&) {
    return ++visits < 3 ? absl::OkStatus() : absl::CancelledError("enough");
  })));
  EXPECT_EQ(visits, 3);
}

TEST_P(StoreContract, VisitsAllThatIsKeptOfAnExchange) {
  AddExchange keyed = Sent(1);
  keyed.idempotency_key = DigestOf(11);
  keyed.idempotency_draft = DigestOf(12);
  AddExchange passing = Sent(2);
  passing.passes_on = ExchangeName{kPartner, IdOf(7)};
  AddExchange answer = Received(3);
  answer.exchange.in_reply_to = OursNamed(1);
  Commit({keyed, passing, answer});
  std::vector<WholeRow> rows;
  EXPECT_EQ(store_->ForEachExchange([&](const WholeRow& whole) {
    rows.push_back(whole);
    return absl::OkStatus();
  }),
            absl::OkStatus());
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].idempotency_key, DigestOf(11));
  EXPECT_EQ(rows[0].idempotency_draft, DigestOf(12));
  EXPECT_TRUE(rows[0].answered);
  EXPECT_FALSE(rows[0].passes_on.has_value());
  EXPECT_TRUE(rows[1].idempotency_key.is_zero());
  EXPECT_FALSE(rows[1].answered);
  EXPECT_EQ(rows[1].passes_on, passing.passes_on);
}

TEST_P(StoreContract, CountsWhatThereIsOfEachPartner) {
  Commit({Sent(1), Sent(2), Sent(4, "io-example"), Received(5),
          Held(6, absl::FromUnixSeconds(1'900'000'000))});
  const absl::StatusOr<std::map<std::string, PartnerCounts>> counts = store_->CountsOfPartners();
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->size(), 2u);
  EXPECT_EQ(counts->at(kPartner), (PartnerCounts{1, 2, 1, 1000}));
  EXPECT_EQ(counts->at("io-example"), (PartnerCounts{0, 1, 0, 0}));
}

TEST_P(StoreContract, ASnapshotSeesOneMomentInEverythingThatItReads) {
  Commit({Sent(1)});
  const absl::StatusOr<std::unique_ptr<Reader>> snapshot = store_->Snapshot();
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  Commit({Sent(2), Step(OursNamed(1), audit::v1::DELIVERED, {desk::v1::QUEUED})});
  EXPECT_EQ((*snapshot)->Find(OursNamed(1))->state, desk::v1::QUEUED);
  EXPECT_TRUE(absl::IsNotFound((*snapshot)->Find(OursNamed(2)).status()));
  EXPECT_EQ((*snapshot)->RecordsOf(OursNamed(1))->size(), 1u);
  EXPECT_EQ((*snapshot)->Head(audit::v1::EXCHANGE)->size, 1u);
  EXPECT_EQ((*snapshot)->CountQueued(kPartner).value(), 1u);
  EXPECT_EQ((*snapshot)->List({})->first.size(), 1u);
  EXPECT_EQ(store_->Find(OursNamed(1))->state, desk::v1::DELIVERED);
  EXPECT_EQ(store_->Head(audit::v1::EXCHANGE)->size, 3u);
}

}  // namespace
}  // namespace liaison::store
