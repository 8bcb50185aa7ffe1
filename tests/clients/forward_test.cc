// message forward: what the words of the command line ask the daemon for, and how a message that
// was passed on is shown.
#include <gmock/gmock.h>

#include "clients/cli/message_view.h"
#include "tests/clients/desk_fixture.h"

namespace liaison::clients_test {
namespace {

using testing::Contains;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ForwardTest : public DeskTest {
 protected:
  Ran Forward(const std::vector<std::string>& more, const std::string& input = "") const {
    std::vector<std::string> words = {"message", "forward", std::string(kDelivered).substr(0, 8)};
    words.insert(words.end(), more.begin(), more.end());
    return Run(words, input);
  }

  desk::v1::Draft Asked() { return daemon().mailbox().seen().back().draft(); }
};

TEST_F(ForwardTest, NamesTheMessageWholeWithItsSender) {
  const Ran ran = Forward({"--to", "io-example"});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(Asked().forward().message(), std::string("ho-example/") + kDelivered);
  EXPECT_THAT(Asked().to(), ElementsAre("io-example"));
  EXPECT_EQ(Asked().forward().grant(), "");
  EXPECT_FALSE(Asked().has_payload());
}

TEST_F(ForwardTest, TakesGrantFieldsAndLegalBases) {
  const Ran ran = Forward({"--to", "io-example", "--grant", kDelivered, "--field", "notice.title",
                           "--field", "notice.persons[0]", "--legal-basis",
                           "gb:law_enforcement_task", "--legal-basis", "VN:VN_LAW_53_2024"});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const desk::v1::Draft draft = Asked();
  EXPECT_EQ(draft.forward().grant(), std::string("ho-example/") + kDelivered);
  EXPECT_THAT(draft.forward().paths(), ElementsAre("notice.title", "notice.persons[0]"));
  ASSERT_EQ(draft.legal_bases_size(), 2);
  EXPECT_EQ(draft.legal_bases(0).country(), "GB");
  EXPECT_EQ(draft.legal_bases(0).code(), payload::v1::LegalBasis::LAW_ENFORCEMENT_TASK);
}

TEST_F(ForwardTest, TakesTheRestFromAFile) {
  const Ran ran = Forward({"--to", "io-example", "-f", "-"},
                          R"({"to": ["ho-example"], "urgency": "U2", "handling": {"tlp": "RED"}})");
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_THAT(Asked().to(), ElementsAre("io-example"));
  EXPECT_EQ(Asked().urgency(), payload::v1::Urgency::U2);
  EXPECT_EQ(Asked().handling().tlp(), payload::v1::Tlp::RED);
}

// The daemon's answer blamed the agreement as well, which it takes from the message and the agency.
TEST_F(ForwardTest, AsksForAnAgencyBeforeItAsksTheDaemon) {
  const Ran ran = Forward({"-f", "-"}, "{}");
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_THAT(ran.err, HasSubstr("Add --to AGENCY."));
  EXPECT_TRUE(daemon().mailbox().seen().empty());
}

// A dry run sent people to `policy explain` with a draft that they do not have.
TEST_F(ForwardTest, ADeniedDryRunSaysWhatSendingWouldSay) {
  const Ran ran = Forward({"--to", "denied-example", "--dry-run"});
  EXPECT_EQ(ran.exit_code, 4);
  EXPECT_THAT(ran.err, HasSubstr("to denied-example: policy denies this at step labels"));
  EXPECT_THAT(ran.err, HasSubstr("fix: ask the originator with an ONWARD_SHARING_REQUEST"));
}

TEST_F(ForwardTest, RefusesALegalBasisThatIsNone) {
  for (const char* basis : {"GB", "GB:CONSENT:1", ":CONSENT"}) {
    const Ran ran = Forward({"--to", "io-example", "--legal-basis", basis});
    EXPECT_EQ(ran.exit_code, 2) << basis;
    EXPECT_THAT(ran.err, HasSubstr("Write COUNTRY:CODE"));
  }
  const Ran ran = Forward({"--to", "io-example", "--legal-basis", "GB:NOTHING"});
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_THAT(ran.err, HasSubstr("no legal basis \"NOTHING\""));
  EXPECT_THAT(ran.err, HasSubstr("Use one of CONSENT, VITAL_INTERESTS, "));
  EXPECT_TRUE(daemon().mailbox().seen().empty());
}

std::vector<cli::Row> RowsOf(const std::string& verdict) {
  desk::v1::ShownMessage message;
  desk::v1::Forwarded& forwarded = *message.mutable_forwarded();
  forwarded.set_originator("bgc-example");
  forwarded.set_verdict(verdict);
  forwarded.mutable_payload()->mutable_notice()->set_title("Invented");
  forwarded.mutable_grant()->add_agencies("ho-example");
  forwarded.add_withheld()->set_path("notice.title_lang");
  return cli::MessageRows(message, cli::Language::kEnglish);
}

std::string VerdictIn(const std::vector<cli::Row>& rows) {
  for (const cli::Row& row : rows) {
    if (row[0] == "originator.verdict") return row[1];
  }
  return "";
}

TEST(ForwardedViewTest, SaysWhoseItIsWhatGoesAndWhatDoesNot) {
  const std::vector<cli::Row> rows = RowsOf("verified");
  EXPECT_THAT(rows, Contains(cli::Row{"originator", "bgc-example"}));
  EXPECT_EQ(VerdictIn(rows), "verified (the originator signed what is shown)");
  EXPECT_THAT(rows, Contains(cli::Row{"originator.grant.agencies[0]", "ho-example"}));
  EXPECT_THAT(rows, Contains(cli::Row{"forwarded_item.original.notice.title", "Invented"}));
  EXPECT_THAT(rows,
              Contains(cli::Row{"forwarded_item.original.notice.title_lang", "(not passed on)"}));
}

TEST(ForwardedViewTest, SaysOnceWhatStandsForAChangedValue) {
  desk::v1::ShownMessage message;
  desk::v1::Forwarded& forwarded = *message.mutable_forwarded();
  forwarded.mutable_payload()->mutable_notice()->mutable_date_of_intelligence()->set_edtf("2026");
  const std::string inside = "notice.date_of_intelligence.edtf";
  forwarded.add_withheld()->set_path(inside);
  desk::v1::ChangedField& changed = *message.add_changed();
  changed.set_path("forwarded_item.original." + inside);
  changed.set_kind(exchange::v1::FieldRecord::GENERALISED);
  std::vector<std::string> shown;
  for (const cli::Row& row : cli::MessageRows(message, cli::Language::kEnglish)) {
    if (row[0] == changed.path()) shown.push_back(row[1]);
  }
  EXPECT_THAT(shown, ElementsAre("2026 (year only)"));
}

TEST_F(ForwardTest, ADryRunSaysOfEachFieldOfTheOriginalWhatBecomesOfIt) {
  const Ran ran = Forward({"--to", "io-example", "--dry-run"});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const std::string inside = "forwarded_item.original.notice.";
  EXPECT_THAT(ran.out, ContainsRegex(inside + "title +\\(goes\\)"));
  EXPECT_THAT(ran.out,
              ContainsRegex(inside + "date_of_intelligence.edtf +\\(goes: made coarser\\)"));
  EXPECT_THAT(ran.out, ContainsRegex(inside + "title_lang +\\(not passed on\\)"));
  EXPECT_THAT(ran.out, Not(HasSubstr("KEEP"))) << "of each field once";
  EXPECT_THAT(Forward({"--to", "io-example", "--dry-run", "-o", "csv"}).out,
              HasSubstr(inside + "title,KEEP,"));
}

TEST(ForwardedViewTest, NeverCallsVerifiedWhatIsNot) {
  for (const char* verdict : {"no key", "failed: BAD_KEY", "", "anything"}) {
    EXPECT_THAT(VerdictIn(RowsOf(verdict)), HasSubstr("NOT VERIFIED")) << verdict;
  }
}

}  // namespace
}  // namespace liaison::clients_test
