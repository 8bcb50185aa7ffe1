#include "daemon/inbox/inbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "absl/strings/str_format.h"
#include "daemon/base/error.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::inbox {
namespace {

using audit::v1::Outward;
using ::testing::Contains;
using ::testing::Not;
using testing::TwoAgencies;

// One genuine request on its way to ho-example, captured and not delivered.
exchange::v1::DeliverRequest Captured(TwoAgencies& agencies,
                                      const std::string& draft = "intelligence_notice") {
  const auto sent = agencies.Send(TwoAgencies::Draft(draft));
  EXPECT_TRUE(sent.ok()) << sent.status();
  agencies.link->on_the_way = [](exchange::v1::DeliverRequest& request) {
    request.clear_envelopes();
  };
  agencies.courier->Step();
  agencies.link->on_the_way = [](auto&) {};
  EXPECT_FALSE(agencies.link->requests.empty());
  return agencies.link->requests.back();
}

Outward::Code CodeOf(TwoAgencies& agencies, const exchange::v1::DeliverRequest& request,
                     const std::string& from = "bgc-example") {
  const auto response = agencies.ho->inbox->Accept(from, request);
  EXPECT_TRUE(response.ok()) << response.status();
  if (!response.ok() || response->results_size() != 1) return Outward::OUTWARD_UNSPECIFIED;
  return response->results(0).code();
}

size_t CountOf(TwoAgencies& agencies, audit::v1::Event event) {
  const auto events = agencies.ho->Events(audit::v1::EXCHANGE);
  return static_cast<size_t>(std::count(events.begin(), events.end(), event));
}

TEST(InboxTest, AcceptsAGenuineMessageWithAReceipt) {
  TwoAgencies agencies;
  const auto request = Captured(agencies);
  const auto response = agencies.ho->inbox->Accept("bgc-example", request);
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->results(0).code(), Outward::ACCEPTED);
  EXPECT_TRUE(response->results(0).has_receipt());
  EXPECT_FALSE(response->checkpoint().empty());
}

TEST(InboxTest, GivesADuplicateTheSameRecordForEver) {
  TwoAgencies agencies;
  const auto request = Captured(agencies);
  const auto first = agencies.ho->inbox->Accept("bgc-example", request);
  agencies.ho->Restart();
  agencies.clock.Advance(absl::Hours(24 * 200));  // long past its expiry
  const auto again = agencies.ho->inbox->Accept("bgc-example", request);
  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_EQ(again->results(0).code(), Outward::ACCEPTED);
  EXPECT_EQ(again->results(0).receipt().index(), first->results(0).receipt().index());
  EXPECT_EQ(again->results(0).receipt().record(), first->results(0).receipt().record());
  EXPECT_EQ(CountOf(agencies, audit::v1::RECEIVED), 1u);
}

TEST(InboxTest, TakesOneOfTwoEqualMessagesInOneBatch) {
  TwoAgencies agencies;
  auto request = Captured(agencies);
  *request.add_envelopes() = request.envelopes(0);
  const auto response = agencies.ho->inbox->Accept("bgc-example", request);
  ASSERT_TRUE(response.ok());
  ASSERT_EQ(response->results_size(), 2);
  EXPECT_EQ(response->results(0).receipt().index(), response->results(1).receipt().index());
  EXPECT_EQ(CountOf(agencies, audit::v1::RECEIVED), 1u);
}

TEST(InboxTest, RejectsWhatIsNotAuthentic) {
  using Change = std::function<void(exchange::v1::Envelope&)>;
  const std::vector<Change> changes = {
      [](auto& e) { e.mutable_statement()->back() ^= 1; },
      [](auto& e) { e.mutable_signatures(0)->mutable_signature()->back() ^= 1; },
      [](auto& e) { e.set_type("application/other"); },
      [](auto& e) { e.clear_signatures(); },
      [](auto& e) { e.clear_statement(); },
  };
  TwoAgencies agencies;
  const auto request = Captured(agencies);
  for (size_t i = 0; i < changes.size(); ++i) {
    auto changed = request;
    changes[i](*changed.mutable_envelopes(0));
    EXPECT_EQ(CodeOf(agencies, changed), Outward::NOT_AUTHENTIC) << "change " << i;
    EXPECT_EQ(CountOf(agencies, audit::v1::REJECTED), i + 1);
  }
  // None of it used up the id: the genuine message still arrives.
  EXPECT_EQ(CodeOf(agencies, request), Outward::ACCEPTED);
}

TEST(InboxTest, RejectsAMessageThatComesOverAnotherPartnersConnection) {
  TwoAgencies agencies;
  const auto request = Captured(agencies);
  EXPECT_EQ(CodeOf(agencies, request, "io-example"), Outward::NOT_AUTHENTIC);
}

TEST(InboxTest, RejectsAMessageForAnotherAgency) {
  TwoAgencies agencies;
  const auto request = Captured(agencies);
  testing::Agency io(agencies.folder + "/io-example", agencies.clock);
  const auto response = io.inbox->Accept("bgc-example", request);
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->results(0).code(), Outward::NOT_AUTHENTIC);
  EXPECT_THAT(io.Events(audit::v1::EXCHANGE), Not(Contains(audit::v1::RECEIVED)));
}

TEST(InboxTest, DeniesForGoodWhatIsExpired) {
  TwoAgencies agencies;
  const auto request = Captured(agencies);
  agencies.clock.Advance(absl::Hours(24 * 31));
  EXPECT_EQ(CodeOf(agencies, request), Outward::EXPIRED);
  EXPECT_EQ(CountOf(agencies, audit::v1::DENIED_IN), 1u);
  EXPECT_EQ(CodeOf(agencies, request), Outward::EXPIRED);
  EXPECT_EQ(CountOf(agencies, audit::v1::DENIED_IN), 1u) << "a second record";
}

TEST(InboxTest, DeniesABodyThatIsNotTheOneSigned) {
  using Change = std::function<void(exchange::v1::Envelope&)>;
  const std::vector<Change> changes = {
      [](auto& e) { e.mutable_records(0)->mutable_value()->back() ^= 1; },
      [](auto& e) { e.mutable_records(0)->mutable_salt()->back() ^= 1; },
      [](auto& e) { e.mutable_records()->RemoveLast(); },
      [](auto& e) { e.clear_records(); },
      [](auto& e) { e.mutable_records()->SwapElements(0, 1); },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    TwoAgencies agencies;
    auto request = Captured(agencies);
    changes[i](*request.mutable_envelopes(0));
    EXPECT_EQ(CodeOf(agencies, request), Outward::REFUSED) << "change " << i;
    EXPECT_EQ(CountOf(agencies, audit::v1::RECEIVED), 0u);
  }
}

TEST(InboxTest, ProcessesNothingWithoutTheSendersReceipt) {
  using Change = std::function<void(exchange::v1::Envelope&)>;
  const std::vector<Change> changes = {
      [](auto& e) { e.clear_sender_receipt(); },
      [](auto& e) { e.mutable_sender_receipt()->clear_checkpoint(); },
      [](auto& e) { e.mutable_sender_receipt()->set_index(0); },
      [](auto& e) { e.mutable_sender_receipt()->mutable_record()->back() ^= 1; },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    TwoAgencies agencies;
    auto request = Captured(agencies);
    changes[i](*request.mutable_envelopes(0));
    EXPECT_EQ(CodeOf(agencies, request), Outward::REFUSED) << "change " << i;
    EXPECT_EQ(CountOf(agencies, audit::v1::RECEIVED), 0u);
  }
}

// A sender that gives one id to two messages, which ours never does: sealed by hand with its key.
TEST(InboxTest, RefusesAnIdThatIsUsedWithOtherContentAndSettlesIt) {
  TwoAgencies agencies;
  const auto sent = agencies.Send(TwoAgencies::Draft("intelligence_notice"));
  ASSERT_TRUE(sent.ok());
  agencies.DeliverAll();
  ASSERT_EQ(agencies.link->requests.size(), 1u);
  const exchange::v1::Envelope first = agencies.link->requests[0].envelopes(0);
  exchange::v1::Statement statement;
  ASSERT_TRUE(statement.ParseFromString(first.statement()));
  statement.set_urgency(payload::v1::Urgency::U4);
  exchange::v1::DeliverRequest request;
  exchange::v1::Envelope& second = *request.add_envelopes();
  second = first;
  second.set_statement(statement.SerializeAsString());
  second.mutable_signatures(0)->set_signature(
      agencies.bgc->message_key->Sign(message::Pae(second.type(), second.statement())));
  const auto response = agencies.ho->inbox->Accept("bgc-example", request);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->results(0).code(), Outward::REFUSED);
  EXPECT_TRUE(response->results(0).has_receipt());
  EXPECT_EQ(CountOf(agencies, audit::v1::RECEIVED), 1u);
  EXPECT_EQ(CountOf(agencies, audit::v1::DENIED_IN), 1u);
  EXPECT_EQ(agencies.ho->StateOf("bgc-example", sent->id()), desk::v1::NEW);
  EXPECT_EQ(agencies.ho->Faults(), "");
}

// A genuine message, captured, with another statement: sealed by hand with the sender's key.
exchange::v1::DeliverRequest Resigned(TwoAgencies& agencies, exchange::v1::DeliverRequest request,
                                      const std::function<void(exchange::v1::Statement&)>& change) {
  exchange::v1::Envelope& envelope = *request.mutable_envelopes(0);
  exchange::v1::Statement statement;
  EXPECT_TRUE(statement.ParseFromString(envelope.statement()));
  change(statement);
  envelope.set_statement(statement.SerializeAsString());
  envelope.mutable_signatures(0)->set_signature(
      agencies.bgc->message_key->Sign(message::Pae(envelope.type(), envelope.statement())));
  return request;
}

// The row of a denied message keeps what the partner wrote, and is read whenever the message comes
// again.
TEST(InboxTest, CodesAndTimesThatNobodyKnowsStopNothing) {
  constexpr int kNoCode = 1'000'000;
  const std::vector<std::function<void(exchange::v1::Statement&)>> changes = {
      [](auto& s) { s.set_urgency(static_cast<payload::v1::Urgency::Code>(kNoCode)); },
      [](auto& s) { s.set_urgency(static_cast<payload::v1::Urgency::Code>(-1)); },
      [](auto& s) { s.set_type(static_cast<payload::v1::MessageType>(kNoCode)); },
      [](auto& s) { s.set_type(static_cast<payload::v1::MessageType>(-1)); },
      [](auto& s) { s.mutable_handling()->set_tlp(static_cast<payload::v1::Tlp::Code>(kNoCode)); },
      [](auto& s) { s.mutable_created()->set_seconds(INT64_MAX); },
      [](auto& s) { s.mutable_expires()->set_seconds(INT64_MIN); },
  };
  TwoAgencies agencies;
  const auto request = Captured(agencies);
  for (size_t i = 0; i < changes.size(); ++i) {
    const auto strange = Resigned(agencies, request, [&](exchange::v1::Statement& statement) {
      char& first = statement.mutable_exchange_id()->front();  // never that of the genuine one
      first = static_cast<char>(first + 1 + static_cast<int>(i));
      changes[i](statement);
    });
    EXPECT_EQ(CodeOf(agencies, strange), Outward::REFUSED) << "change " << i;
    EXPECT_EQ(CodeOf(agencies, strange), Outward::REFUSED) << "change " << i << ", again";
    EXPECT_EQ(CountOf(agencies, audit::v1::DENIED_IN), i + 1);
  }
  EXPECT_TRUE(agencies.ho->journal->health().ok());
  EXPECT_EQ(CodeOf(agencies, request), Outward::ACCEPTED);
  EXPECT_EQ(agencies.ho->Faults(), "");
}

TEST(InboxTest, RecordsOnlySoManyDenialsInAnHour) {
  TwoAgencies agencies;
  agencies.ho->Change("agency.textproto", "keys {", "limits { denied_per_hour: 3 } keys {");
  const auto genuine = Captured(agencies);
  const auto denied = [&](uint32_t number) {
    return Resigned(agencies, genuine, [&](exchange::v1::Statement& statement) {
      statement.mutable_exchange_id()->replace(0, 4, absl::StrFormat("%04u", number));
    });
  };
  for (uint32_t number = 0; number < 3; ++number) {
    EXPECT_EQ(CodeOf(agencies, denied(number)), Outward::REFUSED);
  }
  const uint64_t records = agencies.ho->journal->Head(audit::v1::EXCHANGE).size;
  EXPECT_EQ(CodeOf(agencies, denied(3)), Outward::TRY_AGAIN);
  EXPECT_EQ(agencies.ho->journal->Head(audit::v1::EXCHANGE).size, records);
  // What was denied is answered as before, what may come is accepted, and the hour passes.
  EXPECT_EQ(CodeOf(agencies, denied(0)), Outward::REFUSED);
  EXPECT_EQ(CodeOf(agencies, genuine), Outward::ACCEPTED);
  agencies.clock.Advance(absl::Hours(1));
  EXPECT_EQ(CodeOf(agencies, denied(3)), Outward::REFUSED);
}

TEST(InboxTest, RefusesABatchOverItsLimit) {
  TwoAgencies agencies;
  auto request = Captured(agencies);
  for (int i = 0; i < 64; ++i) *request.add_envelopes() = request.envelopes(0);
  const auto response = agencies.ho->inbox->Accept("bgc-example", request);
  EXPECT_EQ(base::GetReason(response.status()), base::Reason::kTooLarge);
}

TEST(InboxTest, RefusesAMessageOverItsLimit) {
  TwoAgencies agencies;
  auto request = Captured(agencies);
  request.mutable_envelopes(0)->mutable_records(0)->set_value(std::string(1 << 21, 'x'));
  EXPECT_EQ(CodeOf(agencies, request), Outward::TOO_LARGE);
}

TEST(InboxTest, RecordsOnlySoManyRejectionsInAnHourAndThenTheirNumber) {
  TwoAgencies agencies;
  agencies.ho->Change("agency.textproto", "keys {", "limits { rejected_per_hour: 3 } keys {");
  auto request = Captured(agencies);
  request.mutable_envelopes(0)->mutable_statement()->back() ^= 1;
  for (int i = 0; i < 8; ++i) EXPECT_EQ(CodeOf(agencies, request), Outward::NOT_AUTHENTIC);
  EXPECT_EQ(CountOf(agencies, audit::v1::REJECTED), 3u);
  agencies.clock.Advance(absl::Hours(1));
  EXPECT_EQ(CodeOf(agencies, request), Outward::NOT_AUTHENTIC);
  EXPECT_EQ(CountOf(agencies, audit::v1::REJECTED), 4u);
  store::RecordFilter filter;
  filter.events = {audit::v1::REJECTED};
  filter.limit = 1000;
  audit::v1::Record last;
  ASSERT_TRUE(last.ParseFromString(agencies.ho->store->Records(filter)->first.back().bytes));
  EXPECT_EQ(last.count(), 5u);
}

TEST(InboxTest, TellsAPartnerNothingOfTheReason) {
  TwoAgencies agencies;
  auto request = Captured(agencies);
  request.mutable_envelopes(0)->clear_sender_receipt();
  const auto response = agencies.ho->inbox->Accept("bgc-example", request);
  ASSERT_TRUE(response.ok());
  for (const char* inside : {"BAD_RECEIPT", "policy", "rule"}) {
    EXPECT_EQ(response->SerializeAsString().find(inside), std::string::npos) << inside;
  }
}

}  // namespace
}  // namespace liaison::inbox
