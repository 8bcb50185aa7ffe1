#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/clients/desk_fixture.h"

namespace liaison::clients_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::vector<std::string> Lines(const std::string& text) {
  return absl::StrSplit(text, '\n', absl::SkipEmpty());
}

using AlertTest = DeskTest;

TEST_F(AlertTest, GivesOneResultForEachLineInOrderAndGoesOnAfterBadOnes) {
  const Ran ran = Run({"alert", "push", "-f", "-", "--idempotency-key", "run-1"},
                      "{\"to\":[\"ho-example\"]}\n"
                      "{\"to\":[\"ho-example\"],\"bogus\":1}\n"
                      "not json\n"
                      "{\"to\":[\"denied-example\"]}\n"
                      "{\"to\":[\"ho-example\"]}");
  EXPECT_EQ(ran.exit_code, 2);  // that of line 2, the first that failed
  const std::vector<std::string> lines = Lines(ran.out);
  ASSERT_THAT(lines, SizeIs(5));
  EXPECT_EQ(lines[0], absl::StrCat("{\"line\":1,\"state\":\"QUEUED\",\"id\":\"", kDelivered,
                                   "\",\"error\":null}"));
  EXPECT_THAT(lines[1], HasSubstr("bogus"));
  EXPECT_THAT(lines[2], HasSubstr("VALIDATION_FAILED"));
  EXPECT_THAT(lines[3], HasSubstr("\"state\":\"DENIED\""));
  EXPECT_THAT(lines[4], HasSubstr("{\"line\":5,\"state\":\"QUEUED\""));
}

TEST_F(AlertTest, KeysComeFromTheLineElseFromTheFlagAndTheLineNumber) {
  ASSERT_EQ(
      Run({"alert", "push", "-f", "-", "--idempotency-key", "run-1"},
          "{\"to\":[\"ho-example\"],\"idempotencyKey\":\"own\"}\n\n{\"to\":[\"ho-example\"]}\n")
          .exit_code,
      0);
  std::vector<std::string> keys;
  for (const auto& request : daemon().mailbox().seen()) keys.push_back(request.idempotency_key());
  EXPECT_THAT(keys, ElementsAre("own", "run-1/3"));
}

TEST_F(AlertTest, AKeyMayBeSpeltAsDraftsMaySpellTheirFields) {
  ASSERT_EQ(
      Run({"alert", "push", "-f", "-"}, "{\"to\":[\"ho-example\"],\"idempotency_key\":\"own\"}\n")
          .exit_code,
      0);
  EXPECT_EQ(daemon().mailbox().seen().at(0).idempotency_key(), "own");
}

// Its trace was called traceId, and that of every other error trace_id.
TEST_F(AlertTest, TheErrorOfALineIsAnObjectLikeThatOfACommand) {
  const Ran line = Run({"alert", "push", "-f", "-", "--idempotency-key", "k"}, "{\"bogus\":1}\n");
  EXPECT_THAT(line.out, HasSubstr("\"error\":{\"code\":\"INVALID_ARGUMENT\",\"reason\":"));
  EXPECT_THAT(line.out, HasSubstr(",\"trace_id\":\"\"}}"));
}

TEST_F(AlertTest, AFaultIsToldInTheColumnsOfTheLine) {
  const Ran ran =
      Run({"alert", "push", "-f", "-"}, "{\"idempotencyKey\":\"k\",\"urgency\":\"U9\"}\n");
  EXPECT_THAT(ran.out, HasSubstr("line 1, column 33: write one of U1, U2, U3, U4"));
}

TEST_F(AlertTest, ALineWithoutAnyKeyIsAUsageError) {
  const Ran ran = Run({"alert", "push", "-f", "-"}, "{\"to\":[\"ho-example\"]}\n");
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_THAT(ran.err, HasSubstr("USAGE"));
  EXPECT_TRUE(daemon().mailbox().seen().empty());
}

TEST_F(AlertTest, ToOverridesEveryDraft) {
  ASSERT_EQ(Run({"alert", "push", "-f", "-", "--idempotency-key", "k", "--to", "ho-example"},
                "{\"to\":[\"denied-example\"]}\n{}\n")
                .exit_code,
            0);
}

TEST_F(AlertTest, ABrokenConnectionLosesAndDoublesNoResult) {
  daemon().mailbox().BreakStreamAfter(2);
  std::string input;
  for (int i = 0; i < 10; ++i) absl::StrAppend(&input, "{\"to\":[\"ho-example\"]}\n");
  const Ran ran = Run({"alert", "push", "-f", "-", "--idempotency-key", "k"}, input);
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_THAT(Lines(ran.out), SizeIs(10));
}

TEST_F(AlertTest, CsvAndIdsStreamToo) {
  const std::string input = "{\"to\":[\"ho-example\"]}\n";
  EXPECT_EQ(Run({"alert", "push", "-f", "-", "--idempotency-key", "k", "-o", "csv"}, input).out,
            absl::StrCat("line,state,id,error\n1,QUEUED,", kDelivered, ",\n"));
  EXPECT_EQ(Run({"alert", "push", "-f", "-", "--idempotency-key", "k", "-o", "id"}, input).out,
            absl::StrCat(kDelivered, "\n"));
}

}  // namespace
}  // namespace liaison::clients_test
