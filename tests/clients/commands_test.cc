// Every command, with success and failure, in JSON: exit code, standard output, the error object. A
// command that is registered and has no row here fails the test.
#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/cli.h"
#include "tests/clients/desk_fixture.h"

namespace liaison::clients_test {
namespace {

using google::protobuf::Struct;
using testing::HasSubstr;

enum class Data { kSome, kNone };  // what a failure leaves on standard output

struct Row {
  std::string command;
  std::vector<std::string>
      arguments;  // "@ho-example" stands for a file with a draft to it, "@@" for the test's folder
  int exit_code = 0;
  std::string reason = {};  // of the error object, for an exit code that has one
  Data data = Data::kNone;  // of a failure; success always has data
};

const std::vector<Row>& Rows() {
  static const auto* const kRows = new std::vector<Row>{
      {"message send", {"-f", "@ho-example"}},
      {"message send", {"-f", "@ho-example", "--wait", "delivered", "--timeout", "5s"}},
      {"message send", {"-f", "@ho-example", "--dry-run"}},
      {"message send", {"-f", "@held-example"}, 9, "", Data::kSome},
      {"message send", {"-f", "@denied-example"}, 4, "POLICY_DENIED", Data::kSome},
      {"message send",
       {"-f", "@ho-example", "--to", "ho-example,denied-example,held-example"},
       4,
       "POLICY_DENIED",
       Data::kSome},
      {"message send",
       {"-f", "@ho-example", "--to", "held-example,denied-example"},
       9,
       "",
       Data::kSome},
      {"message send", {"-f", "@unknown-example"}, 3, "UNKNOWN_PARTNER"},
      {"message send",
       {"-f", "@ho-example", "--dry-run", "--to", "denied-example"},
       4,
       "POLICY_DENIED",
       Data::kSome},
      {"message send",
       {"-f", "@ho-example", "--dry-run", "--to", "held-example"},
       9,
       "",
       Data::kSome},
      {"message send", {"-f", "@ho-example", "--type", "alert"}, 2, "USAGE"},
      {"message send", {"-f", "@ho-example", "--type", "nonsense"}, 2, "USAGE"},
      {"message send", {"-f", "/nowhere.json"}, 2, "USAGE"},
      {"message send", {}, 2, "USAGE"},
      {"message reply", {kDelivered, "-f", "@ho-example"}},
      {"message reply", {kMissing, "-f", "@ho-example"}, 3, "NOT_FOUND"},
      {"message reply", {"abc", "-f", "@ho-example"}, 2, "USAGE"},
      {"message list", {}},
      {"message list", {"--box", "outbox", "--state", "delivered", "--since", "24h"}},
      {"message list", {"--box", "attic"}, 2, "USAGE"},
      {"message list", {"--state", "asleep"}, 2, "USAGE"},
      {"message list", {"--partner", "unknown-example"}, 3, "UNKNOWN_PARTNER"},
      {"message show", {"aaaaaaaa"}},
      {"message show", {kDelivered, "--reveal", "--reason", "case work"}},
      {"message show", {kDelivered, "--reveal"}, 2, "USAGE"},
      {"message show", {"aaaaaaa"}, 2, "USAGE"},
      {"message show", {kMissing}, 3, "NOT_FOUND"},
      {"message wait", {kDelivered, "--for", "delivered"}},
      {"message wait", {kDelivered, "--for", "Delivered,ANSWERED"}},
      {"message wait", {kRefused, "--for", "delivered"}, 8, "REFUSED_BY_PARTNER", Data::kSome},
      {"message wait", {kExpired, "--for", "delivered"}, 7, "WRONG_STATE", Data::kSome},
      {"message wait", {kSlow, "--for", "delivered", "--timeout", "1s"}, 5, "TIMED_OUT"},
      {"message wait", {kDelivered, "--for", "delivered", "--timeout", "soon"}, 2, "USAGE"},
      {"message release", {kHeld, "--view", kHeldView, "--reason", "checked"}},
      {"message release", {kHeld, "--view", kHeldView, "--reason", "first"}, 9, "", Data::kSome},
      {"message release",
       {kHeld, "--view", kHeldView, "--reason", "late"},
       4,
       "AGREEMENT_NOT_IN_FORCE",
       Data::kSome},
      {"message release", {kHeld, "--view", std::string(64, '0')}, 7, "WRONG_STATE"},
      {"message release", {kHeldByUs, "--view", kHeldView}, 4, "POLICY_DENIED"},
      {"message release", {kDelivered}, 7, "WRONG_STATE"},
      {"message release", {kMissing}, 3, "NOT_FOUND"},
      {"message release", {kUnseen}, 4, "ROLE_MISSING"},
      {"message release", {kHeld, "--view", "0123"}, 2, "USAGE"},
      {"message release", {"abc"}, 2, "USAGE"},
      {"message reject", {kHeld, "--reason", "not needed"}},
      {"message reject", {kDelivered, "--reason", "not needed"}, 7, "WRONG_STATE"},
      {"message reject", {kMissing, "--reason", "not needed"}, 3, "NOT_FOUND"},
      {"message reject", {kHeld}, 2, "USAGE"},
      {"message match", {kDelivered, "notice.persons[0].local_id", "-f", "@@/hits.txt"}},
      {"message match",
       {kDelivered, "notice.persons[0].local_id", "-f", "@@/misses.txt"},
       3,
       "",
       Data::kSome},
      {"message match",
       {kMissing, "notice.persons[0].local_id", "-f", "@@/hits.txt"},
       3,
       "NOT_FOUND"},
      {"message match", {kDelivered, "notice.title", "-f", "@@/hits.txt"}, 7, "WRONG_STATE"},
      {"message match", {kDelivered, "notice.title"}, 2, "USAGE"},
      {"message match", {kDelivered, "notice.title", "B1234567"}, 2, "USAGE"},
      {"message open", {kDelivered, "notice.title", "notice.items[0].text"}},
      {"message open", {kDelivered, "notice.title", "--urgency", "u1", "--purpose", "audit"}},
      {"message open", {kDelivered, "notice.title", "--dry-run"}},
      {"message open", {kMissing, "notice.title"}, 3, "NOT_FOUND"},
      {"message open", {kDelivered}, 2, "USAGE"},
      {"message open", {kDelivered, "notice.title", "--urgency", "soon"}, 2, "USAGE"},
      {"message open", {kDelivered, "notice.title", "--purpose", "sport"}, 2, "USAGE"},
      {"message forward", {kDelivered, "--to", "ho-example"}},
      {"message forward", {kDelivered, "--to", "ho-example", "--dry-run"}},
      {"message forward", {kMissing, "--to", "ho-example"}, 3, "NOT_FOUND"},
      {"message forward", {kDelivered, "--to", "denied-example"}, 4, "POLICY_DENIED", Data::kSome},
      {"message forward", {kDelivered, "--legal-basis", "GB"}, 2, "USAGE"},
      {"message recall", {kDelivered, "--reason", "unlawful"}},
      {"message recall",
       {kDelivered, "--reason", "SAFETY", "--field", "notice.title", "--replacement", kRefused}},
      {"message recall", {kDelivered}, 2, "USAGE"},
      {"message recall", {kDelivered, "--reason", "whim"}, 2, "USAGE"},
      {"message recall",
       {kDelivered, "--reason", "superseded", "--replacement", "0123abc"},
       2,
       "USAGE"},
      {"message recall",
       {kDelivered, "--reason", "superseded", "--replacement", kMissing},
       3,
       "NOT_FOUND"},
      {"message recall", {kMissing, "--reason", "unlawful"}, 3, "NOT_FOUND"},
      {"message confirm", {kDelivered, "--action", "deleted"}},
      {"message confirm", {kDelivered, "--action", "cannot", "--cannot-reason", "legal_hold"}},
      {"message confirm", {kDelivered, "--action", "cannot"}, 2, "USAGE"},
      {"message confirm",
       {kDelivered, "--action", "deleted", "--cannot-reason", "legal_hold"},
       2,
       "USAGE"},
      {"message confirm", {kDelivered, "--action", "ignored"}, 2, "USAGE"},
      {"message confirm", {kMissing, "--action", "deleted"}, 3, "NOT_FOUND"},
      {"message timeline", {kDelivered}},
      {"message timeline", {kMissing}, 3, "NOT_FOUND"},
      {"alert push", {"-f", "@ho-example", "--idempotency-key", "k"}},
      {"alert push", {"-f", "@denied-example", "--idempotency-key", "k"}, 4, "", Data::kSome},
      {"alert push", {"-f", "@ho-example"}, 2, "USAGE"},
      {"partner list", {}},
      {"partner list", {"extra"}, 2, "USAGE"},
      {"partner show", {"ho-example"}},
      {"partner show", {"nobody"}, 3, "UNKNOWN_PARTNER"},
      {"partner ping", {"ho-example"}},
      {"partner ping", {"down-example"}, 5, "UNREACHABLE"},
      {"partner ping", {"wrong-example"}, 6, "VERIFICATION_FAILED"},
      {"policy check", {"@@/policy.textproto"}},
      {"policy check", {"@@/broken.textproto"}, 2, "VALIDATION_FAILED"},
      {"policy check", {"/nowhere.textproto"}, 2, "USAGE"},
      {"policy diff", {"@@/policy.textproto", "@@/policy.textproto"}},
      {"policy diff", {"@@/policy.textproto", "@@/broken.textproto"}, 2, "VALIDATION_FAILED"},
      {"policy replay", {kDelivered}},
      {"policy replay", {kForged}, 6, "VERIFICATION_FAILED", Data::kSome},
      {"policy replay", {kMissing}, 3, "NOT_FOUND"},
      {"policy replay", {"abc"}, 2, "USAGE"},
      {"policy test", {"deploy/policies"}},
      {"policy test",
       {"deploy/policies", "--policy", "deploy/policies/starting-policy.textproto"},
       6,
       "VERIFICATION_FAILED",
       Data::kSome},
      {"policy test", {"@@"}, 2, "USAGE"},
      {"policy test", {"/nowhere"}, 2, "USAGE"},
      {"policy show", {}},
      {"policy show", {"--nonsense"}, 2, "USAGE"},
      {"policy explain", {"-f", "@ho-example"}},
      {"policy explain",
       {"-f", "@ho-example", "--to", "denied-example"},
       4,
       "POLICY_DENIED",
       Data::kSome},
      {"policy explain", {"-f", "@ho-example", "--to", "held-example"}, 9, "", Data::kSome},
      {"policy explain", {"-f", "@unknown-example"}, 3, "UNKNOWN_PARTNER"},
      {"audit list", {}},
      {"audit list", {"--partner", "forbidden"}, 4, "ROLE_MISSING"},
      {"audit list", {"--event", "nothing"}, 2, "USAGE"},
      {"audit head", {}},
      {"audit head", {"--log", "desk"}, 4, "ROLE_MISSING"},
      {"audit prove", {kDelivered}},
      {"audit prove", {kForged}, 6, "VERIFICATION_FAILED", Data::kSome},
      {"audit prove", {kMissing}, 3, "NOT_FOUND"},
      {"audit verify", {}},
      {"audit verify", {"--full"}, 6, "VERIFICATION_FAILED", Data::kSome},
      {"admin reload", {}},
      {"admin reload", {"extra"}, 2, "USAGE"},
      {"init", {"--agency", "new-example", "--domain", "new.example", "-d", "@@/new"}},
      {"init",
       {"--agency", "new-example", "--domain", "new.example", "-d", "@@"},
       7,
       "WRONG_STATE"},
      {"init", {"--agency", "Bad Name", "--domain", "new.example", "-d", "@@/new"}, 2, "USAGE"},
      {"status", {}},
      {"status", {"--context", "nobody"}, 2, "USAGE"},
      {"version", {}},
      {"version", {"--nonsense"}, 2, "USAGE"},
      {"version", {"--lang", "fr"}, 2, "USAGE"},
      {"version", {"--progress", "1"}, 2, "USAGE"},
  };
  return *kRows;
}

bool ParseObject(const std::string& json, Struct& object) {
  return google::protobuf::util::JsonStringToMessage(json, &object).ok();
}

// The error object must stand on the last line: progress may come before it.
void ExpectErrorObject(const std::string& err, const std::string& reason) {
  const std::vector<std::string> lines =
      absl::StrSplit(std::string(absl::StripTrailingAsciiWhitespace(err)), '\n');
  Struct object;
  ASSERT_TRUE(ParseObject(lines.back(), object)) << err;
  ASSERT_TRUE(object.fields().contains("error")) << err;
  const Struct& error = object.fields().at("error").struct_value();
  for (const char* name : {"code", "reason", "message", "fix", "trace_id"}) {
    ASSERT_TRUE(error.fields().contains(name)) << name << " in " << err;
    EXPECT_TRUE(error.fields().at(name).has_string_value()) << name;
  }
  ASSERT_TRUE(error.fields().contains("fields"));
  EXPECT_TRUE(error.fields().at("fields").has_list_value());
  EXPECT_EQ(error.fields().at("reason").string_value(), reason);
  EXPECT_NE(error.fields().at("message").string_value(), "");
  EXPECT_NE(error.fields().at("fix").string_value(), "") << err;
}

class CommandsTest : public DeskTest {
 protected:
  std::vector<std::string> Words(const Row& row) {
    std::vector<std::string> words = absl::StrSplit(row.command, ' ');
    for (const std::string& argument : row.arguments) {
      if (argument.substr(0, 2) == "@@") {
        words.push_back(Folder() + argument.substr(2));
      } else {
        words.push_back(argument[0] == '@' ? Draft(argument.substr(1)) : argument);
      }
    }
    return words;
  }
  void Check(const Row& row, const Ran& ran) {
    EXPECT_EQ(ran.exit_code, row.exit_code) << ran.out << ran.err;
    const bool data = row.exit_code == 0 || row.data == Data::kSome;
    Struct object;
    if (data) {
      EXPECT_TRUE(ParseObject(ran.out, object)) << ran.out;
    } else {
      EXPECT_EQ(ran.out, "");
    }
    if (!row.reason.empty()) ExpectErrorObject(ran.err, row.reason);
    if (row.exit_code == 0) {
      EXPECT_EQ(ran.err, "");
    }
  }
};

TEST_F(CommandsTest, EveryCommandSpeaksJson) {
  WriteFile(Folder() + "/policy.textproto", "policy { id: \"p-1\" version: 1 }\n");
  WriteFile(Folder() + "/broken.textproto", "policy { id: \"p-1\" nonsense: 1 }\n");
  WriteFile(Folder() + "/hits.txt", "B7654321\nB1234567\n");
  WriteFile(Folder() + "/misses.txt", "B7654321\n");
  for (const Row& row : Rows()) {
    SCOPED_TRACE(absl::StrCat(row.command, " ", absl::StrJoin(row.arguments, " ")));
    std::vector<std::string> words = Words(row);
    words.insert(words.end(), {"-o", "json"});
    Check(row, Run(words));
  }
}

TEST_F(CommandsTest, EveryCommandHasRowsOfSuccessAndOfFailure) {
  std::set<std::string> good;
  std::set<std::string> bad;
  for (const Row& row : Rows()) (row.exit_code == 0 ? good : bad).insert(row.command);
  const std::vector<std::string> names = cli::CommandNames();
  const std::set<std::string> all(names.begin(), names.end());
  EXPECT_EQ(good, all);
  EXPECT_EQ(bad, all);
}

TEST_F(CommandsTest, GlobalFlagsStandBeforeOrAfterTheVerb) {
  const std::string config = Config(daemon().address());
  const Ran before = RunLiaison({"-o", "json", "--config", config, "partner", "list"});
  const Ran between = RunLiaison({"partner", "-o", "json", "list", "--config", config});
  const Ran after = RunLiaison({"partner", "list", "--config", config, "-o", "json"});
  EXPECT_EQ(before.exit_code, 0) << before.err;
  EXPECT_EQ(before.out, after.out);
  EXPECT_EQ(before.out, between.out);
}

TEST_F(CommandsTest, ResultsOfSeveralRecipientsComeInOrder) {
  const Ran ran =
      Run({"message", "send", "-f", Draft(), "--to", "held-example,ho-example", "-o", "jsonl"});
  const std::vector<std::string> lines = absl::StrSplit(ran.out, '\n', absl::SkipEmpty());
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[0], HasSubstr("held-example"));
  EXPECT_THAT(lines[1], HasSubstr("\"ho-example\""));
}

TEST_F(CommandsTest, TimelineShowsEveryPageOldestFirst) {
  const Ran ran = Run({"message", "timeline", kDelivered, "-o", "csv"});
  const std::vector<std::string> lines = absl::StrSplit(ran.out, '\n', absl::SkipEmpty());
  ASSERT_EQ(lines.size(), 3U) << ran.out << ran.err;
  EXPECT_THAT(lines[1], HasSubstr(",READ,")) << "of the second page, and older";
  EXPECT_THAT(lines[2], HasSubstr(",RECEIVED,"));
}

TEST_F(CommandsTest, AnIdMayNameItsSender) {
  EXPECT_EQ(Run({"message", "wait", "HO-example/AAAAAAAA", "--for", "delivered", "-o", "id"}).out,
            "ho-example/aaaaaaaa\n");
  const std::string ours = absl::StrCat("bgc-example/", kDelivered);
  EXPECT_EQ(Run({"audit", "prove", ours}).exit_code, 0);
  const std::string theirs = absl::StrCat("ho-example/", kDelivered);
  EXPECT_EQ(Run({"audit", "prove", theirs}).exit_code, 6) << "the receipt is of another message";
  for (const char* bad : {"ho-example/", "/aaaaaaaa", "ho_example/aaaaaaaa", "ho-example/aaaa"}) {
    EXPECT_EQ(Run({"message", "show", bad}).exit_code, 2) << bad;
  }
}

TEST_F(CommandsTest, ReadsADraftFromStandardInput) {
  const Ran ran = Run({"message", "send", "-f", "-", "-o", "json"}, "{\"to\":[\"ho-example\"]}");
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
}

TEST_F(CommandsTest, RefusesDuplicateAndUnknownMembersByName) {
  const Ran twice =
      Run({"message", "send", "-f", "-", "-o", "json"}, "{\"to\":[\"ho-example\"],\n \"to\":[]}");
  EXPECT_EQ(twice.exit_code, 2);
  EXPECT_THAT(twice.err, HasSubstr("line 2, column 2: \\\"to\\\" stands twice"));
  const Ran unknown = Run({"message", "send", "-f", "-", "-o", "json"},
                          "{\"to\":[\"ho-example\"],\"payload\":{\"bogus\":1}}");
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("bogus"));
  EXPECT_TRUE(daemon().mailbox().seen().empty());
}

TEST_F(CommandsTest, AnErrorInADraftNamesItsFieldAndRepeatsNoValue) {
  for (const auto& [draft, field] : std::map<std::string, std::string>{
           {"{\"urgency\":\"Nguyen\"}", "urgency"},
           {"{\"payload\":{\"notice\":{\"items\":[{\"no\":\"Nguyen\"}]}}}",
            "payload.notice.items[0].no"},
           {"{\"expires\":\"Nguyen\"}", "expires"},
           {"{\"payload\":{\"notice\":{},\"alert\":{\"x\":\"Nguyen\"}}}", "payload.alert"}}) {
    const Ran ran = Run({"message", "send", "-f", "-", "-o", "json"}, draft);
    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_THAT(ran.err, HasSubstr("\"field\":\"" + field + "\"")) << draft;
    EXPECT_THAT(ran.err, testing::Not(HasSubstr("Nguyen")));
  }
}

TEST_F(CommandsTest, ReplyGoesToTheOriginalsSenderInReplyToIt) {
  ASSERT_EQ(Run({"message", "reply", "aaaaaaaa", "-f", Draft("elsewhere-example")}).exit_code, 0);
  const auto seen = daemon().mailbox().seen();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].draft().in_reply_to(), absl::StrCat("ho-example/", kDelivered))
      << "with its sender, whatever id anybody else uses";
  ASSERT_EQ(seen[0].draft().to_size(), 1);
  EXPECT_EQ(seen[0].draft().to(0), "ho-example");
}

TEST_F(CommandsTest, TablesEscapeWhatATerminalWouldObey) {
  const Ran ran = Run({"message", "show", kDelivered, "--reveal", "--reason", "case work"});
  EXPECT_EQ(ran.out.find('\x1b'), std::string::npos);
  EXPECT_THAT(ran.out, HasSubstr("\\u{1b}[31monly"));
}

TEST_F(CommandsTest, ShowSaysWhatBecameOfEachChangedValueOnce) {
  const Ran ran = Run({"message", "show", kDelivered});
  for (const char* value :
       {"******-1 (masked)", "hxb (pseudonym)", "1990 (year only)", "ona (match token)",
        "2015-06 (month only)", "2018/2026 (years only)", "[L4] (made coarser)"}) {
    EXPECT_THAT(ran.out, HasSubstr(value));
  }
  EXPECT_EQ(ran.out.find("local_id"), ran.out.rfind("local_id"));  // not as withheld, too
  EXPECT_THAT(ran.out, HasSubstr("(withheld by the sender)"));     // what is withheld alone
}

TEST_F(CommandsTest, ShowSaysWhichMessageOpenedAValue) {
  EXPECT_THAT(Run({"message", "show", kDelivered}).out,
              HasSubstr("[L8] (opened later by bgc-example/0123abcd)"));
}

TEST_F(CommandsTest, OpenNamesTheMessageThePathsAndNothingElse) {
  Run({"message", "open", kDelivered, "notice.title", "notice.persons[0]", "--purpose",
       "victim_rescue,audit"});
  const auto seen = daemon().mailbox().seen();
  ASSERT_EQ(seen.size(), 1U);
  const desk::v1::Draft& draft = seen[0].draft();
  EXPECT_EQ(draft.in_reply_to(), absl::StrCat("ho-example/", kDelivered));
  EXPECT_THAT(draft.to(), testing::ElementsAre("ho-example"));
  EXPECT_THAT(draft.open().paths(), testing::ElementsAre("notice.title", "notice.persons[0]"));
  EXPECT_THAT(draft.purposes(), testing::ElementsAre(payload::v1::Purpose::VICTIM_RESCUE,
                                                     payload::v1::Purpose::AUDIT));
  EXPECT_EQ(draft.urgency(), payload::v1::Urgency::URGENCY_UNSPECIFIED)
      << "the daemon's to fill in";
  EXPECT_FALSE(draft.has_payload());
}

TEST_F(CommandsTest, ADryRunSaysWhatWouldBecomeOfEachChangedValue) {
  const Ran ran = Run({"message", "send", "-f", Draft(), "--dry-run"});
  EXPECT_THAT(ran.out, HasSubstr("******-1 (masked)"));
  EXPECT_THAT(ran.out, HasSubstr("1990 (year only)"));
}

TEST_F(CommandsTest, ADryRunSaysWhatIsAskedForAndHowMuchOfAQuotaIsUsed) {
  const Ran table = Run({"message", "send", "-f", Draft(), "--dry-run"});
  EXPECT_THAT(table.out, HasSubstr("quota verify-ho; notice to auditors\n"));
  EXPECT_THAT(table.out, HasSubstr("verify-ho: 3 of 200 attempts, 2 of 100 persons, until "
                                   "2026-11-26T17:00:00Z\n"));
  const Ran json = Run({"policy", "explain", "-f", Draft(), "-o", "json"});
  EXPECT_THAT(json.out, HasSubstr("\"distinctSubjectsPerDay\": 100"));
}

TEST_F(CommandsTest, PeopleReadErrorsInTheirLanguageAndCodesStay) {
  const Ran ran = Run({"--lang", "vi", "message", "show", kMissing});
  EXPECT_EQ(ran.exit_code, 3);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("không tìm thấy"));
  EXPECT_THAT(ran.err, HasSubstr("[NOT_FOUND]"));
}

TEST_F(CommandsTest, ProgressGoesToStandardError) {
  const Ran ran = Run({"audit", "verify", "--progress", "json", "-o", "json"});
  EXPECT_EQ(ran.err, "{\"checked\":4,\"total\":8}\n");
}

TEST_F(CommandsTest, UnreachableDaemonIsFive) {
  const Ran ran = RunLiaison({"partner", "list", "-o", "json", "--config", Config("127.0.0.1:1")});
  EXPECT_EQ(ran.exit_code, 5);
  ExpectErrorObject(ran.err, "UNREACHABLE");
}

TEST_F(CommandsTest, ADaemonOfAnotherAgencyIsSix) {
  const FakeDaemon other(certs(), "ho-example");
  const Ran ran =
      RunLiaison({"partner", "list", "-o", "json", "--config", Config(other.address())});
  EXPECT_EQ(ran.exit_code, 6);
  ExpectErrorObject(ran.err, "VERIFICATION_FAILED");
}

}  // namespace
}  // namespace liaison::clients_test
