#include "tests/store/store_contract.h"

#include "absl/strings/str_cat.h"

namespace liaison::store {
namespace {

using Kind = Outcome::Kind;

TEST_P(StoreContract, KeepsWhatWasCommittedAcrossAReopen) {
  AddExchange add = Sent(1);
  add.exchange.in_reply_to = TheirsNamed(9);
  add.exchange.respond_by = absl::FromUnixMillis(1'800'000'100'000);
  add.exchange.exercise = true;
  const Outcome outcome = CommitOne(add);
  EXPECT_EQ(outcome.kind, Kind::kCommitted);
  Reopen();
  const auto row = store_->Find(OursNamed(1));
  ASSERT_TRUE(row.ok()) << row.status();
  EXPECT_EQ(row->state, desk::v1::QUEUED);
  EXPECT_EQ(row->digest, DigestOf(1));
  EXPECT_EQ(row->in_reply_to, add.exchange.in_reply_to);
  EXPECT_EQ(row->respond_by, add.exchange.respond_by);
  EXPECT_EQ(row->expires, add.exchange.expires);
  EXPECT_TRUE(row->exercise);
  EXPECT_EQ(row->first_index, outcome.index);
  const auto body = store_->Body(OursNamed(1));
  ASSERT_TRUE(body.ok()) << body.status();
  EXPECT_EQ(body->head, add.head);
  ASSERT_TRUE(body->body.has_value());
  EXPECT_EQ(body->body->first, add.body->first);
  EXPECT_EQ(body->body->second, add.body->second);
}

TEST_P(StoreContract, KeepsTheRecordVerbatimWithItsOpening) {
  const Outcome outcome = CommitOne(Sent(1));
  const auto stored = store_->Record(outcome.log, outcome.index);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->leaf, audit::LeafHash(stored->bytes));
  EXPECT_EQ(stored->opening_row, IdOf(1).hex());
  ASSERT_TRUE(stored->opening.has_value());
  EXPECT_EQ(stored->opening->first, "decision");
  EXPECT_EQ(store_->Record(outcome.log, outcome.index + 1).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_P(StoreContract, GivesTheBytesOfARecordAlone) {
  const Outcome outcome = CommitOne(Sent(1));
  const auto stored = store_->Record(outcome.log, outcome.index);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(store_->RecordBytes(outcome.log, outcome.index).value(), stored->bytes);
  EXPECT_EQ(store_->RecordBytes(outcome.log, outcome.index + 1).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_P(StoreContract, AnswersTheSameExchangeWithTheRecordThatStands) {
  const Outcome first = CommitOne(Received(1));
  const Outcome again = CommitOne(Received(1));
  EXPECT_EQ(again.kind, Kind::kSame);
  EXPECT_EQ(again.index, first.index);
  EXPECT_EQ(again.name, TheirsNamed(1));
  EXPECT_EQ(SizeOf(audit::v1::EXCHANGE), 1u);
}

TEST_P(StoreContract, SeesTheChangesBeforeInTheSameCommit) {
  const auto outcomes = Commit({Received(1), Received(1), Received(2)});
  EXPECT_EQ(outcomes[0].kind, Kind::kCommitted);
  EXPECT_EQ(outcomes[1].kind, Kind::kSame);
  EXPECT_EQ(outcomes[2].kind, Kind::kCommitted);
  EXPECT_EQ(outcomes[2].index, 1u);
}

TEST_P(StoreContract, RefusesAnIdThatWasUsedForAnotherDigest) {
  CommitOne(Received(1));
  AddExchange other = Received(1);
  other.exchange.digest = DigestOf(99);
  EXPECT_EQ(CommitOne(other).kind, Kind::kReusedId);
  EXPECT_EQ(store_->Find(TheirsNamed(1))->digest, DigestOf(1));
}

TEST_P(StoreContract, TakesTheSameIdOfAnotherSender) {
  CommitOne(Received(1));
  EXPECT_EQ(CommitOne(Received(1, "fia-example")).kind, Kind::kCommitted);
}

TEST_P(StoreContract, AnswersAKnownIdempotencyKeyWithItsExchange) {
  AddExchange add = Sent(1);
  add.idempotency_key = DigestOf(50);
  add.idempotency_draft = DigestOf(51);
  CommitOne(add);
  AddExchange again = Sent(2);
  again.idempotency_key = DigestOf(50);
  again.idempotency_draft = DigestOf(51);
  const Outcome same = CommitOne(again);
  EXPECT_EQ(same.kind, Kind::kSame);
  EXPECT_EQ(same.name, OursNamed(1));
  const auto read = store_->FindSubmitted(DigestOf(50));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->exchange.name, OursNamed(1));
  EXPECT_EQ(read->draft, DigestOf(51));
  EXPECT_EQ(store_->FindSubmitted(DigestOf(53)).status().code(), absl::StatusCode::kNotFound);
  again.idempotency_draft = DigestOf(52);
  EXPECT_EQ(CommitOne(again).kind, Kind::kIdempotencyConflict);
  EXPECT_EQ(SizeOf(audit::v1::EXCHANGE), 1u);
}

TEST_P(StoreContract, RefusesWhatWasDecidedUnderAnOlderSnapshot) {
  AddExchange add = Sent(1);
  add.exchange.decided_under = DigestOf(7);
  EXPECT_EQ(CommitOne(add).kind, Kind::kStale);
  CommitOne(InForceOf("snapshot", 7, audit::v1::CONFIG));
  EXPECT_EQ(CommitOne(add).kind, Kind::kCommitted);
  AddExchange late = Sent(2);
  late.exchange.decided_under = DigestOf(7);
  const auto outcomes = Commit({InForceOf("snapshot", 8, audit::v1::CONFIG), late});
  EXPECT_EQ(outcomes[1].kind, Kind::kStale);
}

TEST_P(StoreContract, RefusesMoreQueuedMessagesThanTheLimit) {
  AddExchange add = Sent(1);
  add.most_queued = 1;
  EXPECT_EQ(CommitOne(add).kind, Kind::kCommitted);
  AddExchange second = Sent(2);
  second.most_queued = 1;
  const Outcome over = CommitOne(second);
  EXPECT_EQ(over.kind, Kind::kOverQuota);
  EXPECT_EQ(over.what, "most_queued");
  AddExchange elsewhere = Sent(3, "fia-example");
  elsewhere.most_queued = 1;
  EXPECT_EQ(CommitOne(elsewhere).kind, Kind::kCommitted);
  CommitOne(Step(OursNamed(1), audit::v1::DELIVERED, {desk::v1::QUEUED}));
  EXPECT_EQ(CommitOne(second).kind, Kind::kCommitted);
  EXPECT_EQ(*store_->CountQueued(kPartner), 1u);
}

TEST_P(StoreContract, RefusesMoreUnreadMessagesOrBytesThanTheLimit) {
  AddExchange add = Received(1);
  add.most_unread = 1;
  CommitOne(add);
  AddExchange second = Received(2);
  second.most_unread = 1;
  EXPECT_EQ(CommitOne(second).what, "most_unread");
  CommitOne(Step(TheirsNamed(1), audit::v1::READ, {desk::v1::NEW}));
  second.most_stored_bytes = 1999;
  EXPECT_EQ(CommitOne(second).what, "most_stored_bytes");
  second.most_stored_bytes = 2000;
  EXPECT_EQ(CommitOne(second).kind, Kind::kCommitted);
}

TEST_P(StoreContract, TakesAStepOnlyFromTheStatesItNames) {
  CommitOne(Sent(1));
  const Outcome wrong = CommitOne(Step(OursNamed(1), audit::v1::DELIVERED, {desk::v1::EXPIRED}));
  EXPECT_EQ(wrong.kind, Kind::kWrongState);
  EXPECT_EQ(wrong.state, desk::v1::QUEUED);
  EXPECT_EQ(CommitOne(Step(OursNamed(2), audit::v1::DELIVERED, {})).kind, Kind::kNotFound);
  const Outcome step = CommitOne(Step(OursNamed(1), audit::v1::DELIVERED, {desk::v1::QUEUED}));
  EXPECT_EQ(step.kind, Kind::kCommitted);
  EXPECT_EQ(step.state, desk::v1::DELIVERED);
  EXPECT_EQ(store_->Body(OursNamed(1))->peer_receipt, "receipt");
  audit::v1::Record record;
  ASSERT_TRUE(record.ParseFromString(store_->Record(step.log, step.index)->bytes));
  EXPECT_EQ(record.previous(), 1u);
}

TEST_P(StoreContract, LetsALateReceiptWinOverExpiry) {
  CommitOne(Sent(1));
  CommitOne(Step(OursNamed(1), audit::v1::EXPIRED, {desk::v1::QUEUED}));
  EXPECT_EQ(StateOf(OursNamed(1)), desk::v1::EXPIRED);
  CommitOne(Step(OursNamed(1), audit::v1::DELIVERED, {desk::v1::EXPIRED}));
  EXPECT_EQ(StateOf(OursNamed(1)), desk::v1::DELIVERED);
}

TEST_P(StoreContract, MovesWhatAReplyAnswers) {
  CommitOne(Sent(1));
  CommitOne(Step(OursNamed(1), audit::v1::DELIVERED, {desk::v1::QUEUED}));
  AddExchange reply = Received(2);
  reply.exchange.in_reply_to = OursNamed(1);
  CommitOne(reply);
  EXPECT_EQ(StateOf(OursNamed(1)), desk::v1::ANSWERED);
}

TEST_P(StoreContract, KeepsAQueuedMessageQueuedUntilItsReceiptEvenWhenTheReplyIsThere) {
  CommitOne(Sent(1));
  AddExchange reply = Received(2);
  reply.exchange.in_reply_to = OursNamed(1);
  CommitOne(reply);
  EXPECT_EQ(StateOf(OursNamed(1)), desk::v1::QUEUED);
  CommitOne(Step(OursNamed(1), audit::v1::DELIVERED, {desk::v1::QUEUED}));
  EXPECT_EQ(StateOf(OursNamed(1)), desk::v1::ANSWERED);
}

TEST_P(StoreContract, LetsNothingDeniedNorAnyoneElseAnswer) {
  CommitOne(Sent(1));
  CommitOne(Step(OursNamed(1), audit::v1::DELIVERED, {desk::v1::QUEUED}));
  AddExchange denied = Denied(Received(2));
  denied.exchange.in_reply_to = OursNamed(1);
  AddExchange stranger = Received(3, "fia-example");
  stranger.exchange.in_reply_to = OursNamed(1);
  AddExchange ourselves = Sent(4);
  ourselves.exchange.in_reply_to = OursNamed(1);
  Commit({denied, stranger, ourselves});
  EXPECT_EQ(StateOf(OursNamed(1)), desk::v1::DELIVERED);
  EXPECT_EQ(StateOf(TheirsNamed(2)), desk::v1::DENIED);
}

TEST_P(StoreContract, GivesUrgentMessagesFirstThenTheOldest) {
  std::vector<Change> changes;
  for (uint64_t i = 1; i <= 4; ++i) {
    AddExchange add = Sent(i);
    add.exchange.urgency = i == 3 ? payload::v1::Urgency::U1 : payload::v1::Urgency::U3;
    changes.push_back(add);
  }
  changes.push_back(Sent(5, "fia-example"));
  Commit(changes);
  CommitOne(Step(OursNamed(2), audit::v1::DENIED_OUT, {desk::v1::QUEUED}));
  const auto due = store_->DueOutgoing(kPartner, 2);
  ASSERT_TRUE(due.ok()) << due.status();
  ASSERT_EQ(due->size(), 2u);
  EXPECT_EQ((*due)[0].name, OursNamed(3));
  EXPECT_EQ((*due)[1].name, OursNamed(1));
}

TEST_P(StoreContract, FindsWhatHasExpired) {
  AddExchange early = Sent(1);
  early.exchange.expires = early.exchange.created + absl::Hours(1);
  Commit({early, Sent(2)});
  const auto expired =
      store_->ExpiredOutgoing(kPartner, early.exchange.created + absl::Hours(1), 10);
  ASSERT_TRUE(expired.ok()) << expired.status();
  ASSERT_EQ(expired->size(), 1u);
  EXPECT_EQ((*expired)[0].name, OursNamed(1));
}

TEST_P(StoreContract, ListsNewestFirstPageByPage) {
  for (uint64_t i = 1; i <= 5; ++i) CommitOne(i % 2 == 0 ? Received(i) : Sent(i));
  ExchangeFilter filter;
  filter.limit = 2;
  std::vector<uint8_t> seen;
  do {
    const auto page = store_->List(filter);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const Exchange& exchange : page->first) seen.push_back(exchange.name.id.data()[7]);
    filter.before_row = page->second;
  } while (filter.before_row != 0);
  EXPECT_THAT(seen, ::testing::ElementsAre(5, 4, 3, 2, 1));
  filter.direction = Direction::kIn;
  filter.states = {desk::v1::NEW};
  filter.limit = 100;
  EXPECT_EQ(store_->List(filter)->first.size(), 2u);
  filter.partner = "fia-example";
  EXPECT_EQ(store_->List(filter)->first.size(), 0u);
}

TEST_P(StoreContract, ListsByTypeAlsoThoseWithLargeNumbers) {
  AddExchange recall = Sent(1);
  recall.exchange.type = payload::v1::RECALL;
  AddExchange alert = Sent(2);
  alert.exchange.type = payload::v1::ALERT;
  Commit({recall, alert, Sent(3)});
  const auto count = [&](const std::vector<payload::v1::MessageType>& types) {
    ExchangeFilter filter;
    filter.types = types;
    return store_->List(filter)->first.size();
  };
  EXPECT_EQ(count({payload::v1::RECALL}), 1u);
  EXPECT_EQ(count({payload::v1::ALERT, payload::v1::RECALL}), 2u);
  EXPECT_EQ(count({payload::v1::RECALL_CONFIRMATION}), 0u);
  EXPECT_EQ(count({}), 3u);
}

TEST_P(StoreContract, ReadsAConversationPageByPage) {
  std::vector<Change> changes = {Sent(9)};
  for (uint64_t i = 1; i <= 5; ++i) {
    AddExchange add = i % 2 == 0 ? Received(i) : Sent(i);
    add.exchange.conversation = IdOf(1);
    changes.push_back(add);
  }
  Commit(changes);
  std::vector<uint8_t> seen;
  int64_t after = 0;
  do {
    const auto page = store_->OfConversation(IdOf(1), after, 2);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LE(page->first.size(), 2u);
    for (const Exchange& exchange : page->first) seen.push_back(exchange.name.id.data()[7]);
    after = page->second;
  } while (after != 0);
  EXPECT_THAT(seen, ::testing::ElementsAre(1, 2, 3, 4, 5));
}

TEST_P(StoreContract, ReadsTheRepliesOfOneTypeToOneMessage) {
  const auto reply = [](AddExchange add, uint64_t conversation) {
    add.exchange.type = payload::v1::FIELD_OPENING;
    add.exchange.in_reply_to = OursNamed(1);
    add.exchange.conversation = IdOf(conversation);
    return add;
  };
  AddExchange original = Sent(1);
  original.exchange.conversation = IdOf(1);
  AddExchange other_type = reply(Sent(5), 1);
  other_type.exchange.type = payload::v1::RECALL;
  AddExchange to_another = reply(Sent(6), 1);
  to_another.exchange.in_reply_to = TheirsNamed(1);
  Commit({original, reply(Sent(2), 1), reply(Received(3), 1), reply(Sent(4), 1), other_type,
          to_another, reply(Sent(7), 2)});
  std::vector<uint8_t> seen;
  int64_t after = 0;
  do {
    const auto page = store_->RepliesTo(original.exchange, payload::v1::FIELD_OPENING, after, 2);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LE(page->first.size(), 2u);
    for (const Exchange& exchange : page->first) seen.push_back(exchange.name.id.data()[7]);
    after = page->second;
  } while (after != 0);
  EXPECT_THAT(seen, ::testing::ElementsAre(2, 3, 4));
}

TEST_P(StoreContract, FindsWhatWasPassedOnByItsOriginalPageByPage) {
  CommitOne(Received(1));
  std::vector<Change> changes = {Sent(9)};
  for (uint64_t i = 11; i <= 15; ++i) {
    AddExchange add = Sent(i);
    add.passes_on = TheirsNamed(1);
    changes.push_back(add);
  }
  AddExchange other = Sent(16);
  other.passes_on = TheirsNamed(2);
  AddExchange ours = Sent(17);
  ours.passes_on = OursNamed(1);  // the same id, of another sender
  AddExchange denied = Denied(Sent(18));
  denied.passes_on = TheirsNamed(1);
  for (const AddExchange& add : {other, ours, denied}) changes.push_back(add);
  Commit(changes);
  std::vector<uint8_t> seen;
  int64_t after = 0;
  do {
    const auto page = store_->PassedOn(TheirsNamed(1), after, 2);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LE(page->first.size(), 2u);
    for (const Exchange& exchange : page->first) seen.push_back(exchange.name.id.data()[7]);
    after = page->second;
  } while (after != 0);
  EXPECT_THAT(seen, ::testing::ElementsAre(11, 12, 13, 14, 15));
  EXPECT_EQ(store_->PassedOn(TheirsNamed(3), 0, 2)->first.size(), 0u);
  std::vector<uint8_t> all;
  do {
    const auto page = store_->AllPassedOn(after, 2);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LE(page->first.size(), 2u);
    for (const Exchange& exchange : page->first) all.push_back(exchange.name.id.data()[7]);
    after = page->second;
  } while (after != 0);
  EXPECT_THAT(all, ::testing::ElementsAre(11, 12, 13, 14, 15, 16, 17));
}

TEST_P(StoreContract, ListsTypesWithHighNumbers) {
  AddExchange request = Sent(1);
  request.exchange.type = liaison::payload::v1::ONWARD_SHARING_REQUEST;
  AddExchange decision = Sent(2);
  decision.exchange.type = liaison::payload::v1::ONWARD_SHARING_DECISION;
  Commit({request, decision, Sent(3)});
  ExchangeFilter filter;
  filter.types = {liaison::payload::v1::ONWARD_SHARING_REQUEST, liaison::payload::v1::ALERT_HIT};
  const auto page = store_->List(filter);
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->first.size(), 1u);
  EXPECT_EQ(page->first[0].name.id, IdOf(1));
}

TEST_P(StoreContract, ARequestToPassItOnAnswersNothing) {
  CommitOne(Sent(1));
  CommitOne(Step(OursNamed(1), audit::v1::DELIVERED, {desk::v1::QUEUED}));
  AddExchange request = Received(2);
  request.exchange.in_reply_to = OursNamed(1);
  request.exchange.type = liaison::payload::v1::ONWARD_SHARING_REQUEST;
  CommitOne(request);
  EXPECT_EQ(StateOf(OursNamed(1)), desk::v1::DELIVERED);
}

TEST_P(StoreContract, FindsExchangesByPrefixAndTellsAmbiguity) {
  Commit({Sent(1), Received(1), Sent(0x1'0000'0000)});
  const auto find = [&](const std::string& text) {
    const auto found = store_->FindByPrefix(*base::ExchangePrefix::Parse(text));
    EXPECT_TRUE(found.ok()) << found.status();
    return found.ok() ? *found : std::vector<Exchange>();
  };
  EXPECT_EQ(find("00000001").size(), 1u);
  EXPECT_EQ(find(IdOf(1).hex()).size(), 2u);
  EXPECT_EQ(find("ffffffff").size(), 0u);
  for (const char* from : {kUs, kPartner}) {
    const auto found = find(absl::StrCat(from, "/", IdOf(1).hex()));
    ASSERT_EQ(found.size(), 1u) << from;
    EXPECT_EQ(found[0].name.from, from);
  }
  EXPECT_EQ(find(absl::StrCat("fia-example/", IdOf(1).hex())).size(), 0u);
}

TEST_P(StoreContract, FindsRecordsByEventExchangePartnerAndTime) {
  Commit({Sent(1), Sent(2, "fia-example"), Note(), Note(audit::v1::CLOCK)});
  CommitOne(Step(OursNamed(1), audit::v1::DELIVERED, {desk::v1::QUEUED}));
  RecordFilter filter;
  filter.events = {audit::v1::DELIVERED};
  EXPECT_EQ(store_->Records(filter)->first.size(), 1u);
  filter = {};
  filter.exchange = IdOf(1);
  EXPECT_EQ(store_->Records(filter)->first.size(), 2u);
  filter = {};
  filter.partner = "fia-example";
  EXPECT_EQ(store_->Records(filter)->first.size(), 1u);
  filter = {};
  filter.since = absl::FromUnixMillis(2);
  EXPECT_EQ(store_->Records(filter)->first.size(), 2u);
  filter.until = absl::FromUnixMillis(3);
  EXPECT_EQ(store_->Records(filter)->first.size(), 1u);
  filter = {};
  filter.limit = 2;
  EXPECT_TRUE(store_->Records(filter)->second);
  EXPECT_EQ(store_->RecordsOf(OursNamed(1))->size(), 2u);
}

TEST_P(StoreContract, FindsRecordsOfOneIdBySender) {
  Commit({Sent(1), Received(1)});
  RecordFilter filter;
  filter.exchange = IdOf(1);
  EXPECT_EQ(store_->Records(filter)->first.size(), 2u);
  filter.exchange_from = kPartner;
  EXPECT_EQ(store_->Records(filter)->first.size(), 1u);
  filter.exchange_from = "fia-example";
  EXPECT_EQ(store_->Records(filter)->first.size(), 0u);
}

// Callers may name any number: shifting by it is not defined.
TEST_P(StoreContract, FindsNoRecordsOfEventsThatNobodyKnows) {
  CommitOne(Sent(1));
  for (int event : {-1, 63, 64, 1000}) {
    RecordFilter filter;
    filter.events = {static_cast<audit::v1::Event>(event)};
    EXPECT_EQ(store_->Records(filter)->first.size(), 0u) << event;
  }
}

TEST_P(StoreContract, WritesTilesWhenTheyFill) {
  for (int i = 0; i < 3; ++i) Commit(std::vector<Change>(200, Note()));
  const auto tile = store_->Tile(audit::v1::DESK, 0, 1, 256);
  ASSERT_TRUE(tile.ok()) << tile.status();
  EXPECT_EQ(*tile, *store_->Leaves(audit::v1::DESK, 256, 512));
  EXPECT_EQ(store_->Tile(audit::v1::DESK, 0, 2, 256).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(*store_->Tile(audit::v1::DESK, 0, 2, 88), *store_->Leaves(audit::v1::DESK, 512, 600));
  const auto roots = store_->Tile(audit::v1::DESK, 1, 0, 2);
  ASSERT_TRUE(roots.ok()) << roots.status();
  EXPECT_EQ((*roots)[1], audit::TreeRoot(*tile));
}

TEST_P(StoreContract, KeepsWhatWasInForceLongAgo) {
  Commit({InForceOf("policy", 1, audit::v1::POLICY), InForceOf("policy", 2, audit::v1::POLICY)});
  EXPECT_EQ(store_->FindInForce("policy")->digest, DigestOf(2));
  EXPECT_EQ(store_->FindInForce("policy")->content, "2");
  EXPECT_EQ(*store_->Content("policy", DigestOf(1)), "1");
  EXPECT_EQ(store_->InForceHistory()->size(), 2u);
  EXPECT_EQ(store_->FindInForce("config").status().code(), absl::StatusCode::kNotFound);
}

TEST_P(StoreContract, LeavesNoTraceOfACommitThatTheSequencerRefuses) {
  CountingSequencer sequencer;
  sequencer.begin = absl::DataLossError("no");
  const std::vector<Change> changes = {Sent(1)};
  EXPECT_FALSE(store_->Commit(changes, sequencer).ok());
  EXPECT_EQ(store_->Find(OursNamed(1)).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(SizeOf(audit::v1::EXCHANGE), 0u);
}

TEST_P(StoreContract, RefusesOtherOriginsAndRaisesTheFenceAtEachStart) {
  const uint64_t before = store_->Head(audit::v1::DESK)->fence;
  EXPECT_EQ(store_->Acquire("another-log", "desk-log").status().code(),
            absl::StatusCode::kFailedPrecondition);
  Reopen();
  EXPECT_EQ(store_->Head(audit::v1::DESK)->fence, before + 1);
}

}  // namespace
}  // namespace liaison::store
