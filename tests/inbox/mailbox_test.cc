#include "daemon/inbox/mailbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "daemon/base/error.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::inbox {
namespace {

using outbox::Submitter;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using testing::TwoAgencies;
using ::testing::UnorderedElementsAre;

base::Reason ReasonOf(const absl::Status& status) {
  return base::GetReason(status).value_or(base::Reason::kInternal);
}

std::string Deliver(TwoAgencies& agencies, const desk::v1::Draft& draft) {
  const auto sent = agencies.Send(draft);
  EXPECT_TRUE(sent.ok()) << sent.status();
  agencies.DeliverAll();
  return sent.ok() ? sent->id() : "";
}

desk::v1::TimelineResponse TimelineOf(testing::Agency& agency, const Viewer& viewer,
                                      const std::string& id) {
  desk::v1::TimelineRequest request;
  request.set_id(id);
  const auto timeline = agency.mailbox->Timeline(viewer, request);
  EXPECT_TRUE(timeline.ok()) << timeline.status();
  return timeline.ok() ? *timeline : desk::v1::TimelineResponse();
}

desk::v1::GetRequest Get(const std::string& id, const std::string& reason = "") {
  desk::v1::GetRequest request;
  request.set_id(id);
  request.set_reveal(!reason.empty());
  request.set_reason(reason);
  return request;
}

TEST(MailboxTest, ListsStatementsAndRecordsNoReading) {
  TwoAgencies agencies;
  const std::string id = Deliver(agencies, TwoAgencies::Draft("intelligence_notice"));
  desk::v1::ListRequest request;
  request.set_box(desk::v1::INBOX);
  const auto listed = agencies.ho->mailbox->List(request);
  ASSERT_TRUE(listed.ok());
  ASSERT_EQ(listed->messages_size(), 1);
  EXPECT_EQ(listed->messages(0).id(), id);
  EXPECT_EQ(listed->messages(0).state(), desk::v1::NEW);
  EXPECT_THAT(agencies.ho->Events(audit::v1::DESK), Not(Contains(audit::v1::READ)));
}

TEST(MailboxTest, ShowsWithIdentifiersMaskedAndTheReadingOnRecord) {
  TwoAgencies agencies;
  const std::string id = Deliver(agencies, TwoAgencies::Draft("intelligence_notice"));
  const auto shown = agencies.ho->mailbox->Show(agencies.Viewer(), Get(id.substr(0, 8)));
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->state(), desk::v1::READ);
  EXPECT_EQ(shown->payload().notice().items(0).text(), "[L8]");
  EXPECT_THAT(shown->masked(), Contains("notice.items[0].text"));
  EXPECT_THAT(agencies.ho->Events(audit::v1::DESK), Contains(audit::v1::READ));
  EXPECT_GE(shown->receipts_size(), 2);
}

TEST(MailboxTest, RevealsOnlyWithAReason) {
  TwoAgencies agencies;
  const desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
  const std::string id = Deliver(agencies, draft);
  desk::v1::GetRequest request = Get(id);
  request.set_reveal(true);
  EXPECT_EQ(ReasonOf(agencies.ho->mailbox->Show(agencies.Viewer(), request).status()),
            base::Reason::kValidationFailed);
  const auto shown = agencies.ho->mailbox->Show(agencies.Viewer(), Get(id, "to answer it"));
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->payload().notice().items(0).text(), draft.payload().notice().items(0).text());
  EXPECT_TRUE(shown->masked().empty());
}

TEST(MailboxTest, ASystemSeesItsOwnExchangesAlone) {
  TwoAgencies agencies;
  const std::string id = Deliver(agencies, TwoAgencies::Draft("intelligence_notice"));
  inbox::Viewer system{"system-1", "liaison://agency/bgc-example/system/system-1", "SYSTEM", true};
  EXPECT_EQ(ReasonOf(agencies.bgc->mailbox->Show(system, Get(id)).status()),
            base::Reason::kNotFound);
  inbox::Viewer own{"officer-1", "", "SYSTEM", true};
  EXPECT_TRUE(agencies.bgc->mailbox->Show(own, Get(id)).ok());
}

TEST(MailboxTest, RefusesIdsThatAreShortUnknownOrNotHex) {
  TwoAgencies agencies;
  const auto reason = [&](const std::string& id) {
    return ReasonOf(agencies.ho->mailbox->Show(agencies.Viewer(), Get(id)).status());
  };
  EXPECT_EQ(reason("abc"), base::Reason::kValidationFailed);
  EXPECT_EQ(reason("zzzzzzzzzz"), base::Reason::kValidationFailed);
  EXPECT_EQ(reason("Bgc/0123456789abcdef"), base::Reason::kValidationFailed);
  EXPECT_EQ(reason("0123456789abcdef"), base::Reason::kNotFound);
  EXPECT_EQ(reason("bgc-example/0123456789abcdef"), base::Reason::kNotFound);
}

// A message of `from` to ho-example under an id of its choosing, sealed by hand with its key. It is
// denied, because its log does not hold it, and stands in the mailbox all the same.
void DeliverAs(TwoAgencies& agencies, const testing::Agency& from, const std::string& id) {
  exchange::v1::DeliverRequest request;
  exchange::v1::Envelope& envelope = *request.add_envelopes();
  ASSERT_FALSE(agencies.link->requests.empty());
  envelope = agencies.link->requests.back().envelopes(0);
  exchange::v1::Statement statement;
  ASSERT_TRUE(statement.ParseFromString(envelope.statement()));
  statement.set_exchange_id(std::string(base::ParseExchangeId(id)->raw()));
  statement.set_from(from.id());
  const std::string key(from.message_key->public_key().spki_digest().raw());
  statement.set_signing_key(key);
  envelope.set_statement(statement.SerializeAsString());
  envelope.mutable_signatures(0)->set_key_id(key);
  envelope.mutable_signatures(0)->set_signature(
      from.message_key->Sign(message::Pae(envelope.type(), envelope.statement())));
  ASSERT_TRUE(agencies.ho->inbox->Accept(from.id(), request).ok());
  ASSERT_EQ(agencies.ho->StateOf(from.id(), id), desk::v1::DENIED);
}

// A partner knows the ids of what we sent it, and can give them to messages of its own.
TEST(MailboxTest, APartnerCannotHideOurMessageBehindItsId) {
  TwoAgencies agencies;
  desk::v1::Draft draft = TwoAgencies::Draft("victim_verification_request");
  draft.clear_to();
  draft.add_to("bgc-example");
  const auto ours = agencies.ho->outbox->Submit(agencies.Officer(), draft, "ours");
  ASSERT_TRUE(ours.ok()) << ours.status();
  const std::string id = ours->front().id();
  Deliver(agencies, TwoAgencies::Draft("intelligence_notice"));
  DeliverAs(agencies, *agencies.bgc, id);

  const auto shown = agencies.ho->mailbox->Show(agencies.Viewer(), Get(id));
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->statement().from(), "ho-example");
  EXPECT_EQ(ReasonOf(agencies.ho->mailbox->Show(agencies.Viewer(), Get(id.substr(0, 8))).status()),
            base::Reason::kWrongState);
  const auto ours_by_prefix =
      agencies.ho->mailbox->Show(agencies.Viewer(), Get("ho-example/" + id.substr(0, 8)));
  ASSERT_TRUE(ours_by_prefix.ok()) << ours_by_prefix.status();
  EXPECT_EQ(ours_by_prefix->statement().from(), "ho-example");
  const auto theirs = agencies.ho->mailbox->Show(agencies.Viewer(), Get("bgc-example/" + id));
  ASSERT_TRUE(theirs.ok()) << theirs.status();
  EXPECT_EQ(theirs->statement().from(), "bgc-example");
}

// Two partners that work together give their messages one id, so that nobody can read either.
TEST(MailboxTest, TellsApartWhatTwoPartnersSentUnderOneId) {
  TwoAgencies agencies;
  const testing::Agency io(agencies.folder + "/io-example", agencies.clock);
  const std::string id = Deliver(agencies, TwoAgencies::Draft("intelligence_notice"));
  DeliverAs(agencies, io, id);
  const absl::Status both = agencies.ho->mailbox->Show(agencies.Viewer(), Get(id)).status();
  EXPECT_EQ(ReasonOf(both), base::Reason::kWrongState);
  EXPECT_NE(base::GetError(both)->fix.find("AGENCY/ID"), std::string::npos);
  for (const char* from : {"bgc-example", "io-example"}) {
    const std::string name = std::string(from) + "/" + id;
    const auto shown = agencies.ho->mailbox->Show(agencies.Viewer(), Get(name));
    ASSERT_TRUE(shown.ok()) << shown.status();
    EXPECT_EQ(shown->statement().from(), from);
    const auto timeline = TimelineOf(*agencies.ho, agencies.Viewer(), name);
    EXPECT_EQ(timeline.from(), from);
    EXPECT_EQ(timeline.id(), id);
  }
  EXPECT_EQ(
      ReasonOf(agencies.ho->mailbox->Show(agencies.Viewer(), Get("fia-example/" + id)).status()),
      base::Reason::kNotFound);
}

// ho-example answers bgc-example's request; the id of the answer.
std::string Answer(TwoAgencies& agencies, const std::string& request) {
  desk::v1::Draft reply = TwoAgencies::Draft("victim_verification_response");
  reply.clear_to();
  reply.add_to("bgc-example");
  reply.set_in_reply_to(request);
  const auto replied = agencies.ho->outbox->Submit(agencies.Officer(), reply, request);
  EXPECT_TRUE(replied.ok()) << replied.status();
  testing::DirectLink back("ho-example", *agencies.bgc);
  outbox::Courier courier(
      "bgc-example",
      {*agencies.ho->snapshots, *agencies.ho->journal, *agencies.ho->at_rest, agencies.clock,
       agencies.ho->metrics, back, [] { return 0.5; }, agencies.ho->mac_key});
  courier.Step();
  return replied.ok() ? replied->front().id() : "";
}

TEST(MailboxTest, ShowsTheConversationOfBothDirections) {
  TwoAgencies agencies;
  const std::string id = Deliver(agencies, TwoAgencies::Draft("victim_verification_request"));
  const std::string answer = Answer(agencies, id);
  const auto timeline = TimelineOf(*agencies.bgc, agencies.Viewer(), id);
  ASSERT_EQ(timeline.entries_size(), 3);
  EXPECT_EQ(timeline.entries(0).event(), audit::v1::SENT);
  EXPECT_EQ(timeline.entries(1).event(), audit::v1::DELIVERED);
  EXPECT_EQ(timeline.entries(1).state(), desk::v1::DELIVERED);
  EXPECT_EQ(timeline.entries(1).from(), "bgc-example");
  EXPECT_EQ(timeline.entries(2).id(), answer);
  EXPECT_EQ(timeline.entries(2).from(), "ho-example");
  EXPECT_EQ(timeline.entries(2).in_reply_to(), "bgc-example/" + id);
}

TEST(MailboxTest, GivesALongConversationPageByPage) {
  TwoAgencies agencies;
  const std::string id = Deliver(agencies, TwoAgencies::Draft("victim_verification_request"));
  const std::vector<std::string> answers = {Answer(agencies, id),
                                            Answer(agencies, "bgc-example/" + id)};
  desk::v1::TimelineRequest request;
  request.set_id(id);
  request.set_page_size(1);
  std::vector<std::string> seen;
  do {
    const auto page = agencies.bgc->mailbox->Timeline(agencies.Viewer(), request);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_EQ(page->id(), id) << "what was asked for, on every page";
    ASSERT_GT(page->entries_size(), 0);
    seen.push_back(page->entries(0).id());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(seen, ElementsAre(id, answers[0], answers[1]));
  for (const char* token : {"x", "-1", "0", "99999999999999999999"}) {
    request.set_page_token(token);
    EXPECT_EQ(ReasonOf(agencies.bgc->mailbox->Timeline(agencies.Viewer(), request).status()),
              base::Reason::kValidationFailed)
        << token;
  }
}

TEST(MailboxTest, ASystemLearnsOfItsOwnMessagesAndTheirAnswersAlone) {
  TwoAgencies agencies;
  const std::string request = Deliver(agencies, TwoAgencies::Draft("victim_verification_request"));
  const std::string answer = Answer(agencies, request);
  // Another of our people adds to the conversation.
  desk::v1::Draft more = TwoAgencies::Draft("intelligence_notice");
  more.set_in_reply_to(request);
  Submitter other = agencies.Officer();
  other.name = "officer-2";
  ASSERT_TRUE(agencies.bgc->outbox->Submit(other, more, "more").ok());

  const Viewer own{"officer-1", "", "SYSTEM", true};
  const desk::v1::TimelineResponse timeline = TimelineOf(*agencies.bgc, own, request);
  std::set<std::string> seen;
  for (const auto& entry : timeline.entries()) seen.insert(entry.id());
  EXPECT_THAT(seen, UnorderedElementsAre(request, answer));
  EXPECT_TRUE(agencies.bgc->mailbox->Show(own, Get(answer)).ok());
  const Viewer stranger{"system-1", "", "SYSTEM", true};
  EXPECT_EQ(ReasonOf(agencies.bgc->mailbox->Show(stranger, Get(answer)).status()),
            base::Reason::kNotFound);
  desk::v1::TimelineRequest asked;
  asked.set_id(request);
  EXPECT_EQ(ReasonOf(agencies.bgc->mailbox->Timeline(stranger, asked).status()),
            base::Reason::kNotFound);
}

// What it says it answers may be nothing.
TEST(MailboxTest, ASystemSeesNoAnswerToWhatIsNotThere) {
  TwoAgencies agencies;
  const std::string request = Deliver(agencies, TwoAgencies::Draft("victim_verification_request"));
  const std::string answer = Answer(agencies, request);
  agencies.bgc->EditRows("UPDATE exchange SET reply_id = zeroblob(16) WHERE sender = 'ho-example'");
  const Viewer own{"officer-1", "", "SYSTEM", true};
  EXPECT_EQ(ReasonOf(agencies.bgc->mailbox->Resolve(own, answer).status()),
            base::Reason::kNotFound);
}

// Anybody can name the id of our message as what he answers.
TEST(MailboxTest, ASystemSeesNoAnswerOfAnAgencyThatItDidNotAsk) {
  TwoAgencies agencies;
  const std::string request = Deliver(agencies, TwoAgencies::Draft("victim_verification_request"));
  store::AddExchange add;
  add.exchange.name = {"io-example", base::ExchangeId({7})};
  add.exchange.direction = store::Direction::kIn;
  add.exchange.partner = "io-example";
  add.exchange.conversation = *base::ParseExchangeId(request);
  add.exchange.in_reply_to = store::ExchangeName{"bgc-example", add.exchange.conversation};
  add.record.record.set_event(audit::v1::RECEIVED);
  add.record.record.set_exchange_from(add.exchange.name.from);
  add.record.record.set_exchange_id(std::string(add.exchange.name.id.raw()));
  ASSERT_TRUE(agencies.bgc->journal->Commit({add}).ok());
  const Viewer own{"officer-1", "", "SYSTEM", true};
  EXPECT_EQ(ReasonOf(agencies.bgc->mailbox->Resolve(own, add.exchange.name.id.hex()).status()),
            base::Reason::kNotFound);
  const desk::v1::TimelineResponse timeline = TimelineOf(*agencies.bgc, own, request);
  for (const auto& entry : timeline.entries()) EXPECT_EQ(entry.id(), request);
}

// A name, a number and a reason go in; none of them may lie readable in the agency's folder.
TEST(MailboxTest, NothingPersonalLiesReadableOnDisk) {
  TwoAgencies agencies;
  desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
  draft.mutable_payload()->mutable_notice()->mutable_items(0)->set_text("CANARY-4711-TEXT example");
  const std::string id = Deliver(agencies, draft);
  ASSERT_TRUE(agencies.ho->mailbox->Show(agencies.Viewer(), Get(id, "CANARY-4712-REASON")).ok());
  for (const auto& entry : std::filesystem::recursive_directory_iterator(agencies.folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << in.rdbuf();
    EXPECT_EQ(bytes.str().find("CANARY-471"), std::string::npos) << entry.path();
  }
}

}  // namespace
}  // namespace liaison::inbox
