// What commands that build a draft have in common: whole ids, and errors in the words of their
// line.
#include "clients/cli/message_send.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/base/error.h"
#include "tests/clients/desk_fixture.h"

namespace liaison::clients_test {
namespace {

using cli::FieldWord;
using cli::InWords;
using ::testing::ElementsAre;

absl::Status Fault(const std::string& field, const std::string& text) {
  base::ErrorText error;
  error.reason = base::Reason::kValidationFailed;
  error.message = field + " is at fault";
  error.fix = "write " + field + " anew, to the partner";
  error.fields = {{field, "RULE", text}};
  return base::MakeError(error);
}

TEST(InWordsTest, NamesFlagsInThePlaceOfFields) {
  std::vector<FieldWord> words = {{"inReplyTo", "ID"}, {"open.paths", "FIELD"}};
  cli::AddWords("open.paths", "FIELD", {"notice.title", "notice.items[0]"}, words);
  const auto second = base::GetError(InWords(words, Fault("open.paths[1]", "see inReplyTo")));
  EXPECT_EQ(second->fields[0].field, "FIELD notice.items[0]");
  EXPECT_EQ(second->fields[0].description, "see ID");
  EXPECT_EQ(second->message, "FIELD notice.items[0] is at fault");
  EXPECT_EQ(second->fix, "write FIELD notice.items[0] anew, to the partner");
  EXPECT_EQ(base::GetError(InWords(words, Fault("open.paths", "")))->fields[0].field, "FIELD");
}

TEST(InWordsTest, LeavesWordsOfASentenceAlone) {
  const auto error = base::GetError(InWords({{"to", "--to"}}, Fault("to", "say it to others")));
  EXPECT_EQ(error->fields[0].field, "--to");
  EXPECT_EQ(error->fields[0].description, "say it to others");
  EXPECT_EQ(error->message, "--to is at fault");
  EXPECT_EQ(error->fix, "write to anew, to the partner");
}

TEST(InWordsTest, LeavesTheErrorsOfADraftThatTheCallerWroteAlone) {
  EXPECT_EQ(InWords({}, Fault("inReplyTo", "text")), Fault("inReplyTo", "text"));
  EXPECT_TRUE(InWords({{"inReplyTo", "ID"}}, absl::OkStatus()).ok());
}

using MessageRecallTest = DeskTest;

TEST_F(MessageRecallTest, TakesTheFirstDigitsOfAReplacement) {
  const std::string start = std::string(kRefused).substr(0, 8);
  const Ran ran =
      Run({"message", "recall", kDelivered, "--reason", "superseded", "--replacement", start});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const desk::v1::Draft draft = daemon().mailbox().seen().back().draft();
  EXPECT_EQ(draft.payload().recall().replacement(), kRefused);
  EXPECT_THAT(draft.to(), ElementsAre("ho-example"));
}

// A flag that may be given again takes one word each time: what follows is the ID.
TEST_F(MessageRecallTest, TakesAnIdBehindAField) {
  const Ran ran = Run({"message", "recall", "--reason", "inaccurate", "--field",
                       "notes.instructions", "--field", "notes.named_recipients", kDelivered});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const desk::v1::Draft draft = daemon().mailbox().seen().back().draft();
  EXPECT_THAT(draft.payload().recall().fields(),
              ElementsAre("notes.instructions", "notes.named_recipients"));
}

using SetAsideTest = DeskTest;

constexpr char kDraft[] = R"({"to": ["ho-example"]})";

TEST_F(SetAsideTest, PutsEachRuleWithTheReasonIntoTheDraft) {
  const Ran ran = Run({"message", "send", "-f", "-", "--set-aside", "d-1,d-2", "--set-aside", "d-3",
                       "--reason", "  a court asks for it "},
                      kDraft);
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const desk::v1::Draft draft = daemon().mailbox().seen().back().draft();
  ASSERT_EQ(draft.derogations_size(), 3);
  EXPECT_EQ(draft.derogations(1).rule(), "d-2");
  EXPECT_EQ(draft.derogations(2).rule(), "d-3");
  EXPECT_EQ(draft.derogations(2).reason(), "a court asks for it");
}

TEST_F(SetAsideTest, NeedsARuleAndAReason) {
  for (const std::vector<std::string>& flags : std::vector<std::vector<std::string>>{
           {"--set-aside", "d-1"}, {"--reason", "why"}, {"--set-aside", "d-1", "--reason", " "}}) {
    std::vector<std::string> words = {"message", "send", "-f", "-"};
    words.insert(words.end(), flags.begin(), flags.end());
    EXPECT_EQ(Run(words, kDraft).exit_code, 2);
  }
  EXPECT_TRUE(daemon().mailbox().seen().empty());
}

}  // namespace
}  // namespace liaison::clients_test
