// What every store must do with drafts on hold: who agrees is counted in the rows, by the writer.
#include "tests/store/store_contract.h"

namespace liaison::store {
namespace {

using Kind = Outcome::Kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<uint64_t> IndexesOf(const std::vector<Agreement>& agreements) {
  std::vector<uint64_t> indexes;
  for (const Agreement& one : agreements) indexes.push_back(one.index);
  return indexes;
}

TEST_P(StoreContract, HoldsADraftUntilSomebodyLetsItGo) {
  const Outcome held = CommitOne(Held(1));
  EXPECT_EQ(held.kind, Kind::kCommitted);
  EXPECT_EQ(held.state, desk::v1::HELD);
  EXPECT_EQ(held.log, audit::v1::DESK);
  EXPECT_EQ(store_->Body(OursNamed(1))->head, "");
  Reopen();
  const Outcome sent = CommitOne(Released(OursNamed(1), 2, 0, true));
  ASSERT_EQ(sent.kind, Kind::kCommitted);
  EXPECT_EQ(sent.state, desk::v1::QUEUED);
  EXPECT_EQ(sent.log, audit::v1::EXCHANGE);
  const auto row = store_->Find(OursNamed(1));
  ASSERT_TRUE(row.ok()) << row.status();
  EXPECT_EQ(row->state, desk::v1::QUEUED);
  EXPECT_EQ(row->digest, DigestOf(1));
  EXPECT_EQ(row->bytes, 700u);
  EXPECT_EQ(row->first_log, audit::v1::EXCHANGE);
  EXPECT_EQ(row->first_index, sent.index);
  EXPECT_EQ(row->respond_by, absl::InfinitePast());
  EXPECT_EQ(row->submitter, PersonOf(1));
  const auto body = store_->Body(OursNamed(1));
  EXPECT_EQ(body->head, "sealed head");
  ASSERT_TRUE(body->body.has_value());
  EXPECT_EQ(store_->DueOutgoing(kPartner, 10)->size(), 1u);
  EXPECT_THAT(IndexesOf(*store_->Agreements(OursNamed(1))), ElementsAre(1));
  EXPECT_EQ(SizeOf(audit::v1::DESK), 2u);
  EXPECT_EQ(SizeOf(audit::v1::EXCHANGE), 1u);
}

TEST_P(StoreContract, CountsAgreementsAcrossAReopen) {
  CommitOne(Held(1));
  const Outcome first = CommitOne(Released(OursNamed(1), 2, 0, false));
  EXPECT_EQ(first.kind, Kind::kCommitted);
  EXPECT_EQ(first.state, desk::v1::HELD);
  EXPECT_EQ(first.log, audit::v1::DESK);
  Reopen();
  EXPECT_EQ(store_->Agreements(OursNamed(1))->size(), 1u);
  EXPECT_EQ(store_->Agreements(OursNamed(1))->front().person, PersonOf(2));
  EXPECT_EQ(CommitOne(Released(OursNamed(1), 3, 1, true)).kind, Kind::kCommitted);
  EXPECT_EQ(StateOf(OursNamed(1)), desk::v1::QUEUED);
}

// What came has a time to respond by, and nobody to let it go.
TEST_P(StoreContract, ReleasesNothingThatIsNotHeld) {
  AddExchange in = Received(1);
  in.exchange.respond_by = absl::FromUnixMillis(1'000'000);
  Commit({in, Sent(2)});
  for (const ExchangeName& name : {TheirsNamed(1), OursNamed(2)}) {
    EXPECT_EQ(CommitOne(Released(name, 2, 0, true)).kind, Kind::kWrongState);
    EXPECT_THAT(*store_->Agreements(name), IsEmpty());
  }
}

// Both decided that one person had agreed before them, or none: only one of them is right.
TEST_P(StoreContract, TwoWhoAgreeAtOnceAreCountedOneAfterTheOther) {
  CommitOne(Held(1));
  const auto outcomes =
      Commit({Released(OursNamed(1), 2, 0, false), Released(OursNamed(1), 3, 0, false)});
  EXPECT_EQ(outcomes[0].kind, Kind::kCommitted);
  EXPECT_EQ(outcomes[1].kind, Kind::kStale);
  EXPECT_EQ(StateOf(OursNamed(1)), desk::v1::HELD);
  EXPECT_EQ(CommitOne(Released(OursNamed(1), 3, 1, true)).kind, Kind::kCommitted);
  const auto late = Commit({Released(OursNamed(1), 4, 2, true)});
  EXPECT_EQ(late[0].kind, Kind::kWrongState);
  EXPECT_EQ(late[0].state, desk::v1::QUEUED);
  EXPECT_EQ(store_->Agreements(OursNamed(1))->size(), 2u);
}

TEST_P(StoreContract, NobodyReleasesTheirOwnOrTwice) {
  CommitOne(Held(1));
  EXPECT_EQ(CommitOne(Released(OursNamed(1), 1, 0, true)).kind, Kind::kSamePerson);
  CommitOne(Released(OursNamed(1), 2, 0, false));
  EXPECT_EQ(CommitOne(Released(OursNamed(1), 2, 1, true)).kind, Kind::kSamePerson);
  EXPECT_EQ(StateOf(OursNamed(1)), desk::v1::HELD);
  EXPECT_EQ(SizeOf(audit::v1::DESK), 2u);
  EXPECT_EQ(CommitOne(Released(OursNamed(9), 2, 0, true)).kind, Kind::kNotFound);
}

// The sequencer's clock decides: a record of the desk log has one millisecond more than the last.
TEST_P(StoreContract, NoReleaseIsLateAndNothingLapsesEarly) {
  CommitOne(Held(1, absl::FromUnixMillis(3)));  // at 1 ms
  EXPECT_EQ(CommitOne(Step(OursNamed(1), audit::v1::LAPSED, {desk::v1::HELD})).kind,
            Kind::kWrongState);
  EXPECT_EQ(CommitOne(Released(OursNamed(1), 2, 0, false)).kind, Kind::kCommitted);  // at 2 ms
  EXPECT_EQ(CommitOne(Released(OursNamed(1), 3, 1, true)).kind, Kind::kWrongState);
  EXPECT_EQ(StateOf(OursNamed(1)), desk::v1::HELD);
  const Outcome lapsed = CommitOne(Step(OursNamed(1), audit::v1::LAPSED, {desk::v1::HELD}));
  EXPECT_EQ(lapsed.kind, Kind::kCommitted);
  EXPECT_EQ(lapsed.state, desk::v1::DENIED);
  EXPECT_EQ(CommitOne(Released(OursNamed(1), 3, 1, true)).kind, Kind::kWrongState);
}

TEST_P(StoreContract, WhatEndsWithoutBeingSentLeavesNoDraft) {
  CommitOne(Held(1));
  CommitOne(Held(2));
  CommitOne(Step(OursNamed(1), audit::v1::REJECTED_BY, {desk::v1::HELD}));
  const Outcome denied = CommitOne(Step(OursNamed(2), audit::v1::DENIED_OUT, {desk::v1::HELD}));
  for (uint64_t number : {1, 2}) {
    EXPECT_EQ(StateOf(OursNamed(number)), desk::v1::DENIED);
    EXPECT_FALSE(store_->Body(OursNamed(number))->body.has_value());
    EXPECT_EQ(store_->Find(OursNamed(number))->respond_by, absl::InfinitePast());
  }
  EXPECT_EQ(store_->Find(OursNamed(1))->first_log, audit::v1::DESK);
  EXPECT_EQ(store_->Find(OursNamed(2))->first_log, audit::v1::EXCHANGE);
  EXPECT_EQ(store_->Find(OursNamed(2))->first_index, denied.index);
}

TEST_P(StoreContract, ReadingADraftOnHoldLeavesItThere) {
  CommitOne(Held(1));
  EXPECT_EQ(CommitOne(Step(OursNamed(1), audit::v1::READ, {desk::v1::HELD})).kind,
            Kind::kCommitted);
  EXPECT_EQ(StateOf(OursNamed(1)), desk::v1::HELD);
  EXPECT_TRUE(store_->Body(OursNamed(1))->body.has_value());
}

TEST_P(StoreContract, WhatWasDecidedBeforeAReloadIsDecidedAgain) {
  CommitOne(InForceOf("snapshot", 8, audit::v1::CONFIG));
  CommitOne(Held(1));
  Release release = Released(OursNamed(1), 2, 0, true);
  release.decided_under = DigestOf(7);
  EXPECT_EQ(CommitOne(release).kind, Kind::kStale);
  Advance denied = Step(OursNamed(1), audit::v1::DENIED_OUT, {desk::v1::HELD});
  denied.decided_under = DigestOf(7);
  EXPECT_EQ(CommitOne(denied).kind, Kind::kStale);
  EXPECT_EQ(StateOf(OursNamed(1)), desk::v1::HELD);
  release.decided_under = DigestOf(8);
  EXPECT_EQ(CommitOne(release).kind, Kind::kCommitted);
}

// A held draft has its place in the queue: when it is released there is room for it.
TEST_P(StoreContract, WhatIsHeldCountsAgainstTheQueueOfItsPartner) {
  AddExchange held = Held(1);
  held.most_queued = 1;
  EXPECT_EQ(CommitOne(held).kind, Kind::kCommitted);
  EXPECT_EQ(*store_->CountQueued(kPartner), 0u);
  AddExchange more = Held(2);
  more.most_queued = 1;
  EXPECT_EQ(CommitOne(more).kind, Kind::kOverQuota);
  AddExchange sent = Sent(3);
  sent.most_queued = 1;
  EXPECT_EQ(CommitOne(sent).kind, Kind::kOverQuota);
  CommitOne(Released(OursNamed(1), 2, 0, true));
  EXPECT_EQ(*store_->CountQueued(kPartner), 1u);
  EXPECT_EQ(CommitOne(sent).kind, Kind::kOverQuota);
  CommitOne(Step(OursNamed(1), audit::v1::DELIVERED, {desk::v1::QUEUED}));
  EXPECT_EQ(CommitOne(more).kind, Kind::kCommitted);
  CommitOne(Step(OursNamed(2), audit::v1::REJECTED_BY, {desk::v1::HELD}));
  EXPECT_EQ(CommitOne(sent).kind, Kind::kCommitted);
}

TEST_P(StoreContract, AnswersWhatAHeldReplyAnswersWhenItGoes) {
  CommitOne(Received(1));
  AddExchange reply = Held(2);
  reply.exchange.in_reply_to = TheirsNamed(1);
  CommitOne(reply);
  EXPECT_EQ(StateOf(TheirsNamed(1)), desk::v1::NEW);
  CommitOne(Released(OursNamed(2), 2, 0, true));
  EXPECT_EQ(StateOf(TheirsNamed(1)), desk::v1::ANSWERED);
}

TEST_P(StoreContract, FindsWhatHasLapsedTheEarliestFirst) {
  CommitOne(Held(1, absl::FromUnixMillis(300)));
  CommitOne(Held(2, absl::FromUnixMillis(200)));
  CommitOne(Held(3, absl::FromUnixMillis(100)));
  CommitOne(Step(OursNamed(3), audit::v1::REJECTED_BY, {desk::v1::HELD}));
  CommitOne(Received(4));
  EXPECT_THAT(*store_->LapsedHeld(absl::FromUnixMillis(99), 10), IsEmpty());
  const auto late = store_->LapsedHeld(absl::FromUnixMillis(300), 10);
  ASSERT_TRUE(late.ok()) << late.status();
  ASSERT_EQ(late->size(), 2u);
  EXPECT_EQ((*late)[0].name, OursNamed(2));
  EXPECT_EQ((*late)[1].name, OursNamed(1));
  EXPECT_EQ(store_->LapsedHeld(absl::FromUnixMillis(300), 1)->size(), 1u);
}

TEST_P(StoreContract, RecordsOfOneMomentStandInTheirOrder) {
  CommitOne(Sent(9));  // so that both logs have the same time
  CommitOne(Held(1));
  CommitOne(Released(OursNamed(1), 2, 0, true));
  const auto records = store_->RecordsOf(OursNamed(1));
  ASSERT_TRUE(records.ok()) << records.status();
  std::vector<audit::v1::Event> events;
  for (const StoredRecord& record : *records) events.push_back(record.event);
  EXPECT_THAT(events, ElementsAre(audit::v1::HELD, audit::v1::RELEASED, audit::v1::SENT));
}

}  // namespace
}  // namespace liaison::store
