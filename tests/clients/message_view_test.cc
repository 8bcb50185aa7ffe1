#include "clients/cli/message_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace liaison::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(MessageViewTest, ShowsEachHiddenFieldOnce) {
  desk::v1::ShownMessage message;
  message.mutable_payload()->mutable_notice()->set_title("[L8]");
  message.add_masked("notice.title");
  message.add_masked("notice.persons[0].birth.edtf");
  const std::vector<Row> rows = MessageRows(message, Language::kEnglish);
  const std::string hidden = "(hidden; show with --reveal --reason TEXT)";
  EXPECT_THAT(rows, Contains(ElementsAre("notice.title", "[L8] " + hidden)));
  EXPECT_THAT(rows, Contains(ElementsAre("notice.persons[0].birth.edtf", hidden)));
  EXPECT_THAT(rows, Contains(Contains("notice.title")).Times(1));
}

TEST(MessageViewTest, ShowsAHiddenListAtItsElementsAlone) {
  desk::v1::ShownMessage message;
  payload::v1::VictimVerificationRequest& request =
      *message.mutable_payload()->mutable_victim_verification_request();
  request.add_documents_seen()->add_mrz("[L3]");
  message.add_masked("victim_verification_request.documents_seen[0].mrz");
  const std::vector<Row> rows = MessageRows(message, Language::kEnglish);
  EXPECT_THAT(rows, Contains(ElementsAre("victim_verification_request.documents_seen[0].mrz[0]",
                                         "[L3] (hidden; show with --reveal --reason TEXT)")));
  EXPECT_THAT(rows, Not(Contains(Contains("victim_verification_request.documents_seen[0].mrz"))));
}

TEST(MessageViewTest, SaysOfADraftThatEndedHowAndThatItsHeadAloneIsKept) {
  desk::v1::ShownMessage message;
  message.set_state(desk::v1::DENIED);
  message.mutable_statement()->mutable_handling()->set_tlp(payload::v1::Tlp::AMBER);
  const auto record = [&message](audit::v1::Event event, desk::v1::State state) {
    message.add_states()->set_event(event);
    message.mutable_states()->rbegin()->set_state(state);
  };
  record(audit::v1::HELD, desk::v1::HELD);
  record(audit::v1::LAPSED, desk::v1::DENIED);
  record(audit::v1::READ, desk::v1::DENIED);
  const std::vector<Row> rows = MessageRows(message, Language::kEnglish);
  EXPECT_THAT(rows, Contains(ElementsAre("tlp", "AMBER")));
  EXPECT_THAT(rows, Contains(ElementsAre("ended", "LAPSED")));
  EXPECT_THAT(rows, Contains(ElementsAre("payload", HasSubstr("the head alone is kept"))));
  EXPECT_THAT(rows, Not(Contains(Contains("denied"))));
  message.mutable_decision()->set_outcome("DENY");
  message.mutable_decision()->set_missing("a rule");
  EXPECT_THAT(MessageRows(message, Language::kEnglish), Contains(ElementsAre("denied", "a rule")));
}

// The table said DENIED and no more, because the message was there to show.
TEST(MessageViewTest, SaysWhyWhatWasSealedWasDeniedBeforeItWent) {
  desk::v1::ShownMessage message;
  message.set_state(desk::v1::DENIED);
  message.mutable_payload()->mutable_notice()->set_title("Invented");
  for (const auto& [event, state] : {std::pair(audit::v1::SENT, desk::v1::QUEUED),
                                     std::pair(audit::v1::DENIED_OUT, desk::v1::DENIED)}) {
    message.add_states()->set_event(event);
    message.mutable_states()->rbegin()->set_state(state);
  }
  message.mutable_decision()->set_outcome("DENY");
  message.mutable_decision()->set_missing("agreement bgc-example-1 has ended");
  const std::vector<Row> rows = MessageRows(message, Language::kEnglish);
  EXPECT_THAT(rows, Contains(ElementsAre("ended", "DENIED_OUT")));
  EXPECT_THAT(rows, Contains(ElementsAre("denied", "agreement bgc-example-1 has ended")));
  EXPECT_THAT(rows, Contains(ElementsAre("notice.title", "Invented")));
}

TEST(MessageViewTest, CallsWhatWasSealedBeforeItWasDeniedNoHead) {
  desk::v1::ShownMessage message;
  message.set_state(desk::v1::DENIED);
  message.mutable_payload()->mutable_notice()->set_title("Invented");
  EXPECT_THAT(MessageRows(message, Language::kEnglish), Not(Contains(Contains("payload"))));
}

TEST(MessageViewTest, SaysWhoAgreedOrThatPolicyDeniesIt) {
  desk::v1::ShownMessage message;
  message.set_state(desk::v1::HELD);
  message.mutable_held()->add_agreed("officer-1");
  message.mutable_held()->set_persons(2);
  EXPECT_THAT(MessageRows(message, Language::kEnglish),
              Contains(ElementsAre("held", "1 / 2: officer-1")));
  message.mutable_decision()->set_outcome("DENY");
  message.mutable_decision()->set_missing("an agreement");
  const std::vector<Row> rows = MessageRows(message, Language::kEnglish);
  EXPECT_THAT(rows, Contains(ElementsAre("held", "denied by now, whoever releases it")));
  EXPECT_THAT(rows, Contains(ElementsAre("denied", "an agreement")));
}

}  // namespace
}  // namespace liaison::cli
