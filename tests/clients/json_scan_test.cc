#include "clients/cli/json_scan.h"

#include <gmock/gmock.h>

#include "clients/cli/json.h"
#include "daemon/base/error.h"

namespace liaison::cli {
namespace {

using testing::HasSubstr;

std::string FaultOf(std::string_view text) {
  const auto members = ScanJson(text);
  if (members.ok()) return "";
  EXPECT_EQ(base::GetReason(members.status()), base::Reason::kValidationFailed);
  return std::string(members.status().message());
}

TEST(ScanJsonTest, AcceptsWhatIsJson) {
  for (const char* text : {"{}", " {\"a\": [1, -0.5e+3, true, null, \"\\u00e9\\n\", {}, []]} \n",
                           "{\"a\":{\"b\":1},\"b\":{\"b\":1}}", "{\"a\":[{\"b\":1},{\"b\":1}]}",
                           "{\"t\":\"\\ud83d\\ude00\"}"}) {
    EXPECT_EQ(FaultOf(text), "") << text;
  }
}

TEST(ScanJsonTest, RefusesWhatIsNot) {
  for (const char* text : {"",
                           "[]",
                           "1",
                           "{",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{\"a\":1 \"b\":2}",
                           "{'a':1}",
                           "{a:1}",
                           "{\"a\":'x'}",
                           "{\"a\":01}",
                           "{\"a\":1.}",
                           "{\"a\":+1}",
                           "{\"a\":nul}",
                           "{\"a\":\"\n\"}",
                           "{\"a\":\"\\x\"}",
                           "{\"a\":\"\\ud83d\"}",
                           "{\"a\":\"\\udc00\"}",
                           "{\"a\":[1,]}",
                           "{\"a\":[1",
                           "{\"a\":\"x",
                           "{} {}",
                           "{\"a\":NaN}"}) {
    EXPECT_NE(FaultOf(text), "") << text;
  }
}

TEST(ScanJsonTest, NamesTheDuplicateMemberItsPathLineAndColumn) {
  const auto members = ScanJson("{\n  \"payload\": {\"notice\": {\n    \"x\": 1, \"x\": 2}}}");
  const auto error = base::GetError(members.status());
  ASSERT_TRUE(error.has_value());
  EXPECT_THAT(error->message, HasSubstr("line 3, column 13: \"x\" stands twice in one object"));
  EXPECT_EQ(error->fields.at(0).field, "payload.notice.x");
}

// The field was "", which named nothing.
TEST(ScanJsonTest, NamesTheFieldWhereTheSyntaxBreaks) {
  const auto field = [](std::string_view text) {
    return base::GetError(ScanJson(text).status())->fields.at(0).field;
  };
  EXPECT_EQ(field("{"), "draft");
  EXPECT_EQ(field("[]"), "draft");
  EXPECT_EQ(field("{\"a\": nul}"), "a");
  EXPECT_EQ(field("{\"a\": {\"b\": [1, 'x']}}"), "a.b[1]");
  EXPECT_EQ(field("{\"a\": {\"b\": 1 \"c\": 2}}"), "a");
  EXPECT_EQ(field("{\"a\": {\"b\": 1}} x"), "draft");
}

TEST(ScanJsonTest, TwoSpellingsOfOneFieldAreDuplicates) {
  EXPECT_THAT(FaultOf("{\"inReplyTo\":1,\"in_reply_to\":2}"), HasSubstr("stands twice"));
  EXPECT_THAT(FaultOf("{\"to\":1,\"\\u0074o\":2}"), HasSubstr("stands twice"));
  EXPECT_THAT(FaultOf("{\"a\":[{\"b\":1,\"b\":1}]}"), HasSubstr("stands twice"));
}

TEST(ScanJsonTest, StopsAtSixtyFourLevels) {
  const auto nested = [](int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += "{\"a\":";
    text += "1";
    return text + std::string(static_cast<size_t>(depth), '}');
  };
  EXPECT_EQ(FaultOf(nested(64)), "");
  EXPECT_THAT(FaultOf(nested(65)), HasSubstr("too many levels"));
  EXPECT_THAT(FaultOf("{\"a\":" + std::string(100'000, '[')), HasSubstr("too many levels"));
}

TEST(TakeMemberTest, TakesOneMemberAndItsComma) {
  const auto take = [](const std::string& text) {
    const TakenMember taken = TakeMember(text, ScanJson(text).value(), "k");
    EXPECT_EQ(FaultOf(taken.rest), "") << taken.rest;
    return taken;
  };
  EXPECT_EQ(take(R"({"k":"1","a":2})").rest, R"({        "a":2})") << "columns stay";
  EXPECT_EQ(take(R"({"a":2, "k":"ế"})").rest, R"({"a":2         })");
  EXPECT_EQ(take(R"({"a":2,"k":"1","b":3})").rest, R"({"a":2,        "b":3})");
  EXPECT_EQ(take(R"({"k":"1"})").rest, "{       }");
  EXPECT_EQ(take(R"({"k": "1" })").value, "\"1\"");
  EXPECT_EQ(take(R"({"a":{"k":"1"}})").value, "");
}

TEST(DecodeJsonStringTest, DecodesEscapes) {
  EXPECT_EQ(DecodeJsonString("\"a\\u00e9\\\"\\ud83d\\ude00\"").value(), "a\u00e9\"\U0001F600");
  EXPECT_FALSE(DecodeJsonString("1").ok());
  EXPECT_FALSE(DecodeJsonString("\"a\" ").ok());
}

TEST(JsonTest, EscapesAndIndents) {
  EXPECT_EQ(JsonString("a\"\\\n\x01\xff"), "\"a\\\"\\\\\\n\\u0001\xef\xbf\xbd\"");
  EXPECT_EQ(
      Indented(R"({"a":[1,{"b":"x,{"}],"c":{},"d":[]})"),
      "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x,{\"\n    }\n  ],\n  \"c\": {},\n  \"d\": "
      "[]\n}");
}

TEST(JsonTest, ShowsPayloadsAsTheyWereSentAndEverythingElseWhole) {
  desk::v1::ShownMessage message;
  message.mutable_payload()->mutable_notes()->set_instructions("x");
  const std::string json = JsonOf(message);
  EXPECT_THAT(json, HasSubstr("\"payload\":{\"notes\":{\"instructions\":\"x\"}}"));
  EXPECT_THAT(json, HasSubstr("\"withheld\":[]"));
}

// Of a list that was withheld it said that there is none.
TEST(JsonTest, ShowsWhatWasPassedOnAsItWasSentToo) {
  desk::v1::ShownMessage message;
  desk::v1::Forwarded& forwarded = *message.mutable_forwarded();
  forwarded.set_verdict("verified");
  forwarded.mutable_payload()->mutable_notice()->set_title("Invented");
  forwarded.mutable_grant()->add_agencies("ho-example");
  const std::string json = JsonOf(message);
  EXPECT_THAT(json, HasSubstr("\"payload\":{\"notice\":{\"title\":\"Invented\"}}"));
  EXPECT_THAT(json, HasSubstr("\"grant\":{\"agencies\":[\"ho-example\"]}"));
  EXPECT_THAT(json, HasSubstr("\"verdict\":\"verified\",\"withheld\":[]"));
}

}  // namespace
}  // namespace liaison::cli
