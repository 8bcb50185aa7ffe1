// Values that a partner changed: accepted, shown, matched.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>

#include "daemon/audit/tree.h"
#include "daemon/base/error.h"
#include "daemon/inbox/inbox.h"
#include "daemon/inbox/mailbox.h"
#include "daemon/journal/openings.h"
#include "daemon/payload/tokens.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::inbox {
namespace {

using audit::v1::Outward;
using exchange::v1::FieldRecord;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TwoAgencies;

constexpr char kNumber[] = "victim_verification_request.documents_seen[0].number";
constexpr char kBirth[] = "victim_verification_request.subject.birth.edtf";
constexpr char kLatin[] = "victim_verification_request.subject.names[0].latin_form";
constexpr char kLocalId[] = "victim_verification_request.subject.local_id";

base::Reason ReasonOf(const absl::Status& status) {
  return base::GetReason(status).value_or(base::Reason::kInternal);
}

class ChangedValuesTest : public ::testing::Test {
 protected:
  ChangedValuesTest() {
    agencies_.LetValuesChange();
    const auto sent = agencies_.Send(TwoAgencies::ChangedDraft());
    EXPECT_TRUE(sent.ok()) << sent.status();
    if (sent.ok()) id_ = sent->id();
  }

  void Deliver() {
    agencies_.DeliverAll();
    ASSERT_EQ(agencies_.ho->StateOf("bgc-example", id_), desk::v1::NEW);
  }

  TwoAgencies agencies_;
  std::string id_;
};

// --- Accepted

// The message of `agencies`, with `change` to its records, sealed and logged as its sender would.
Outward::Code CodeOfFalsified(TwoAgencies& agencies,
                              const std::function<void(FieldRecord&)>& change) {
  agencies.link->on_the_way = [](exchange::v1::DeliverRequest& request) {
    request.clear_envelopes();
  };
  agencies.courier->Step();
  exchange::v1::DeliverRequest request = agencies.link->requests.back();
  exchange::v1::Envelope& envelope = *request.mutable_envelopes(0);
  exchange::v1::Statement statement;
  EXPECT_TRUE(statement.ParseFromString(envelope.statement()));
  statement.mutable_exchange_id()->front() ^= 1;
  const base::ExchangeId id = *base::ExchangeId::FromRaw(statement.exchange_id());
  std::map<std::pair<std::string, int>, base::Digest> leaves;
  for (FieldRecord& record : *envelope.mutable_records()) {
    change(record);
    leaves[{record.path(), record.kind()}] = message::FieldLeaf(
        record.kind(), record.path(),
        message::ValueCommitment(id, statement.from(), record.salt(), record.value()));
  }
  for (const auto& withheld : envelope.withheld()) {
    leaves[{withheld.path(), 1}] =
        message::FieldLeaf(1, withheld.path(), *base::Digest::FromRaw(withheld.commitment()));
  }
  std::vector<base::Digest> ordered;
  for (const auto& [key, leaf] : leaves) ordered.push_back(leaf);
  statement.set_body_root(std::string(audit::TreeRoot(ordered).raw()));
  envelope.set_statement(statement.SerializeAsString());
  envelope.mutable_signatures(0)->set_signature(
      agencies.bgc->message_key->Sign(message::Pae(envelope.type(), envelope.statement())));
  store::Append sent;
  audit::v1::Record& record = sent.record.record;
  record.set_event(audit::v1::SENT);
  record.set_exchange_from(statement.from());
  record.set_exchange_id(statement.exchange_id());
  record.set_partner(statement.to());
  record.set_statement_digest(
      std::string(message::StatementDigest(envelope.type(), envelope.statement()).raw()));
  const auto outcomes = agencies.bgc->journal->Commit({std::move(sent)});
  EXPECT_TRUE(outcomes.ok()) << outcomes.status();
  const auto proofs = agencies.bgc->journal->Prove(audit::v1::EXCHANGE, {outcomes->front().index});
  EXPECT_TRUE(proofs.ok()) << proofs.status();
  *envelope.mutable_sender_receipt() = proofs->receipts[0];
  envelope.mutable_sender_receipt()->set_checkpoint(proofs->checkpoint);
  const auto response = agencies.ho->inbox->Accept("bgc-example", request);
  EXPECT_TRUE(response.ok()) << response.status();
  return response.ok() ? response->results(0).code() : Outward::OUTWARD_UNSPECIFIED;
}

Outward::Code CodeWithText(TwoAgencies& agencies, const std::string& path,
                           const std::string& text) {
  return CodeOfFalsified(agencies, [&](FieldRecord& record) {
    if (record.path() == path) record.set_value(payload::WithText(record.value(), text));
  });
}

TEST_F(ChangedValuesTest, AreAcceptedAlthoughTheyHaveNotTheFormatOfTheirFields) {
  EXPECT_EQ(CodeOfFalsified(agencies_, [](FieldRecord&) {}), Outward::ACCEPTED);
}

TEST_F(ChangedValuesTest, AreRefusedWhenTheyBreakTheLimitsOfTexts) {
  EXPECT_EQ(CodeWithText(agencies_, kLatin, "*\x1b[2J*"), Outward::REFUSED);
}

TEST_F(ChangedValuesTest, AreRefusedWhenTheyAreTooLong) {
  EXPECT_EQ(CodeWithText(agencies_, kLatin, std::string(241, '*')), Outward::REFUSED);
}

TEST_F(ChangedValuesTest, AreRefusedWhenATokenHasAnotherShape) {
  EXPECT_EQ(CodeWithText(agencies_, kNumber, "CANARY7321"), Outward::REFUSED);
}

TEST_F(ChangedValuesTest, AreRefusedWhenADateIsNone) {
  EXPECT_EQ(CodeWithText(agencies_, kBirth, "nineteen ninety-nine"), Outward::REFUSED);
}

TEST_F(ChangedValuesTest, AreRefusedWithoutTheirOriginal) {
  EXPECT_EQ(CodeOfFalsified(agencies_,
                            [](FieldRecord& record) {
                              if (record.path() == kLocalId) record.set_kind(FieldRecord::ORIGINAL);
                            }),
            Outward::REFUSED);
}

// --- Shown

desk::v1::GetRequest Get(const std::string& id, const std::string& reason) {
  desk::v1::GetRequest request;
  request.set_id(id);
  request.set_reveal(!reason.empty());
  request.set_reason(reason);
  return request;
}

TEST_F(ChangedValuesTest, AreShownWithTheirKindToSenderAndReceiver) {
  Deliver();
  for (testing::Agency* agency : {agencies_.bgc.get(), agencies_.ho.get()}) {
    const auto shown = agency->mailbox->Show(agencies_.Viewer(), Get(id_, "case work"));
    ASSERT_TRUE(shown.ok()) << shown.status();
    EXPECT_EQ(shown->payload().victim_verification_request().subject().birth().edtf(), "1999");
    std::map<std::string, int> changed;
    for (const auto& field : shown->changed()) changed[field.path()] = field.kind();
    EXPECT_EQ(changed,
              (std::map<std::string, int>{{kNumber, 5}, {kBirth, 2}, {kLocalId, 4}, {kLatin, 3}}));
    std::vector<std::string> withheld;
    for (const auto& field : shown->withheld()) withheld.push_back(field.path());
    for (const auto& [path, kind] : changed) EXPECT_THAT(withheld, Contains(path));
  }
}

TEST_F(ChangedValuesTest, OfAnIdentifierAreHiddenLikeIt) {
  Deliver();
  const auto shown = agencies_.ho->mailbox->Show(agencies_.Viewer(), Get(id_, ""));
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->payload().victim_verification_request().documents_seen(0).number(), "[L3]");
  EXPECT_EQ(shown->changed_size(), 4);
}

// --- Matched

desk::v1::MatchRequest Search(const std::string& id, const std::string& field,
                              const std::vector<std::string>& candidates) {
  desk::v1::MatchRequest request;
  request.set_id(id);
  request.set_field(field);
  request.set_reason("CANARY-REASON");
  for (const std::string& candidate : candidates) request.add_candidates(candidate);
  return request;
}

class MatchTest : public ChangedValuesTest {
 protected:
  MatchTest() { Deliver(); }

  absl::StatusOr<desk::v1::MatchResponse> Match(const std::string& field,
                                                const std::vector<std::string>& candidates) {
    return agencies_.ho->mailbox->Match(agencies_.Viewer(), Search(id_, field, candidates));
  }

  // What the last record of ho-example's desk log says of who did it.
  audit::v1::ActorOpening LastActor() {
    store::RecordFilter filter;
    filter.log = audit::v1::DESK;
    filter.limit = 1000;
    const auto page = agencies_.ho->store->Records(filter);
    EXPECT_TRUE(page.ok() && !page->first.empty());
    const auto newest =
        std::max_element(page->first.begin(), page->first.end(),
                         [](const auto& a, const auto& b) { return a.index < b.index; });
    const auto openings = journal::Open(*newest, *agencies_.ho->at_rest);
    EXPECT_TRUE(openings.ok()) << openings.status();
    return openings.ok() ? openings->actor : audit::v1::ActorOpening();
  }
};

TEST_F(MatchTest, SaysWhichCandidatesAreEqualAndNothingElse) {
  const auto response = Match(kNumber, {"CANARY7322", "canary-7321", "CANARY7321", "-"});
  ASSERT_TRUE(response.ok()) << response.status();
  std::vector<int> verdicts;
  for (int i = 0; i < response->results_size(); ++i) {
    EXPECT_EQ(response->results(i).number(), static_cast<uint32_t>(i) + 1);
    verdicts.push_back(response->results(i).verdict());
  }
  constexpr int kHit = desk::v1::MatchResult::HIT;
  constexpr int kNoHit = desk::v1::MatchResult::NO_HIT;
  EXPECT_THAT(verdicts, ::testing::ElementsAre(kNoHit, kHit, kHit, kNoHit));
}

TEST_F(MatchTest, WhatSaysNothingIsEqualToNothing) {
  desk::v1::Draft draft = TwoAgencies::ChangedDraft();
  auto& request = *draft.mutable_payload()->mutable_victim_verification_request();
  request.mutable_documents_seen(0)->set_number("--");
  const auto sent = agencies_.Send(draft);
  ASSERT_TRUE(sent.ok()) << sent.status();
  id_ = sent->id();
  Deliver();
  const auto response = Match(kNumber, {"--", "-"});
  ASSERT_TRUE(response.ok()) << response.status();
  for (const desk::v1::MatchResult& result : response->results()) {
    EXPECT_EQ(result.verdict(), desk::v1::MatchResult::NO_HIT);
  }
}

TEST_F(MatchTest, TheSenderCanAskOfItsOwnMessage) {
  const auto response =
      agencies_.bgc->mailbox->Match(agencies_.Viewer(), Search(id_, kNumber, {"CANARY7321"}));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->results(0).verdict(), desk::v1::MatchResult::HIT);
}

TEST_F(MatchTest, IsOnRecordWithoutTheCandidates) {
  ASSERT_TRUE(Match(kNumber, {"CANARY7322", "CANARY7321"}).ok());
  EXPECT_EQ(agencies_.ho->Events(audit::v1::DESK).back(), audit::v1::SEARCHED);
  const audit::v1::ActorOpening actor = LastActor();
  EXPECT_EQ(actor.name(), "officer-1");
  EXPECT_EQ(actor.reason(), "CANARY-REASON");
  EXPECT_EQ(actor.detail(), std::string("2 candidates for ") + kNumber);
  EXPECT_THAT(actor.DebugString(), Not(HasSubstr("CANARY73")));
}

// Whoever asks in vain has asked.
TEST_F(MatchTest, IsOnRecordAlsoWhenThereIsNothingToMatch) {
  EXPECT_FALSE(Match(kBirth, {"1999"}).ok());
  EXPECT_EQ(agencies_.ho->Events(audit::v1::DESK).back(), audit::v1::SEARCHED);
}

TEST_F(MatchTest, LeavesTheMessageUnread) {
  ASSERT_TRUE(Match(kNumber, {"CANARY7321"}).ok());
  EXPECT_EQ(agencies_.ho->StateOf("bgc-example", id_), desk::v1::NEW);
  EXPECT_EQ(agencies_.ho->Faults(), "");
}

TEST_F(MatchTest, RefusesAFieldThatIsNotThere) {
  EXPECT_EQ(ReasonOf(Match("victim_verification_request.documents_seen[9].number", {"x"}).status()),
            base::Reason::kNotFound);
}

TEST_F(MatchTest, RefusesAFieldThatIsNoMatchToken) {
  const std::string withheld = "victim_verification_request.documents_seen[0].mrz";
  for (const std::string& field :
       {std::string(kBirth), std::string(kLocalId), std::string("notes.origin"), withheld}) {
    EXPECT_EQ(ReasonOf(Match(field, {"x"}).status()), base::Reason::kWrongState) << field;
  }
}

TEST_F(MatchTest, RefusesAMessageThatIsNotThere) {
  const auto response =
      agencies_.ho->mailbox->Match(agencies_.Viewer(), Search("0123456789abcdef", kNumber, {"x"}));
  EXPECT_EQ(ReasonOf(response.status()), base::Reason::kNotFound);
}

TEST_F(MatchTest, RefusesWhenNoKeyIsSharedAnyMore) {
  std::ifstream in(agencies_.ho->folder + "/agency.textproto");
  std::string config((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const std::string key = "match_key_file: \"keys/match-bgc-example.key\"";
  ASSERT_NE(config.find(key), std::string::npos);
  config.erase(config.find(key), key.size());
  std::ofstream(agencies_.ho->folder + "/agency.textproto") << config;
  agencies_.ho->Reload();
  EXPECT_EQ(ReasonOf(Match(kNumber, {"CANARY7321"}).status()), base::Reason::kWrongState);
}

TEST_F(MatchTest, RefusesWhenThePartnerIsNoneAnyMore) {
  agencies_.ho->Change("agency.textproto", "id: \"bgc-example\"", "id: \"fia-example\"");
  EXPECT_EQ(ReasonOf(Match(kNumber, {"CANARY7321"}).status()), base::Reason::kWrongState);
}

TEST_F(MatchTest, RefusesTooManyAndTooLongCandidates) {
  EXPECT_TRUE(Match(kNumber, std::vector<std::string>(100, "x")).ok());
  EXPECT_TRUE(Match(kNumber, {std::string(2000, 'x')}).ok());
  for (const std::vector<std::string>& candidates :
       {std::vector<std::string>{}, std::vector<std::string>(101, "x"),
        std::vector<std::string>{std::string(2001, 'x')}, std::vector<std::string>{""}}) {
    EXPECT_EQ(ReasonOf(Match(kNumber, candidates).status()), base::Reason::kValidationFailed);
  }
}

TEST_F(MatchTest, RefusesAPathThatIsNoneAndAReasonThatIsTooLong) {
  for (const std::string& field :
       {std::string(), std::string("Nguyen Van A"), std::string(256, 'a')}) {
    EXPECT_EQ(ReasonOf(Match(field, {"x"}).status()), base::Reason::kValidationFailed);
  }
  EXPECT_EQ(ReasonOf(Match(std::string(255, 'a'), {"x"}).status()), base::Reason::kNotFound)
      << "the longest path that there can be";
  desk::v1::MatchRequest request = Search(id_, kNumber, {"x"});
  request.set_reason(std::string(2001, 'r'));
  EXPECT_EQ(ReasonOf(agencies_.ho->mailbox->Match(agencies_.Viewer(), request).status()),
            base::Reason::kValidationFailed);
}

}  // namespace
}  // namespace liaison::inbox
