#include "daemon/inbox/mailbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "daemon/base/error.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::inbox {
namespace {

using ::testing::Contains;
using ::testing::Not;
using testing::TwoAgencies;

base::Reason ReasonOf(const absl::Status& status) {
  return base::GetReason(status).value_or(base::Reason::kInternal);
}

std::string Deliver(TwoAgencies& agencies, const desk::v1::Draft& draft) {
  const auto sent = agencies.Send(draft);
  EXPECT_TRUE(sent.ok()) << sent.status();
  agencies.DeliverAll();
  return sent.ok() ? sent->id() : "";
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
  EXPECT_EQ(reason("0123456789abcdef"), base::Reason::kNotFound);
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

  const std::string genuine = Deliver(agencies, TwoAgencies::Draft("intelligence_notice"));
  ASSERT_FALSE(agencies.link->requests.empty()) << genuine;
  exchange::v1::DeliverRequest request;
  exchange::v1::Envelope& envelope = *request.add_envelopes();
  envelope = agencies.link->requests.back().envelopes(0);
  exchange::v1::Statement statement;
  ASSERT_TRUE(statement.ParseFromString(envelope.statement()));
  statement.set_exchange_id(std::string(base::ParseExchangeId(id)->raw()));
  envelope.set_statement(statement.SerializeAsString());
  envelope.mutable_signatures(0)->set_signature(
      agencies.bgc->message_key->Sign(message::Pae(envelope.type(), envelope.statement())));
  ASSERT_TRUE(agencies.ho->inbox->Accept("bgc-example", request).ok());
  EXPECT_EQ(agencies.ho->StateOf("bgc-example", id), desk::v1::DENIED);

  const auto shown = agencies.ho->mailbox->Show(agencies.Viewer(), Get(id));
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->statement().from(), "ho-example");
  EXPECT_EQ(ReasonOf(agencies.ho->mailbox->Show(agencies.Viewer(), Get(id.substr(0, 8))).status()),
            base::Reason::kWrongState);
}

TEST(MailboxTest, ShowsTheConversationOfBothDirections) {
  TwoAgencies agencies;
  const std::string id = Deliver(agencies, TwoAgencies::Draft("victim_verification_request"));
  const auto timeline = agencies.bgc->mailbox->Timeline(agencies.Viewer(), id);
  ASSERT_TRUE(timeline.ok()) << timeline.status();
  ASSERT_GE(timeline->entries_size(), 2);
  EXPECT_EQ(timeline->entries(0).event(), audit::v1::SENT);
  EXPECT_EQ(timeline->entries(1).event(), audit::v1::DELIVERED);
  EXPECT_EQ(timeline->entries(1).state(), desk::v1::DELIVERED);
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
