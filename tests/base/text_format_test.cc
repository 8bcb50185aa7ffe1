#include "daemon/base/text_format.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "liaison/policy/v1/policy.pb.h"

namespace liaison::base {
namespace {

FieldFault FirstFault(const absl::Status& status) {
  const std::optional<ErrorText> error = GetError(status);
  if (!error || error->fields.empty()) return {"none", "none", "none"};
  EXPECT_EQ(error->reason, Reason::kValidationFailed);
  return error->fields[0];
}

absl::Status Parse(std::string_view text) {
  policy::v1::PolicyFile file;
  return ParseTextFormat(text, "policy.textproto", file);
}

TEST(ParseTextFormatTest, ReadsWhatTheSchemaHas) {
  policy::v1::PolicyFile file;
  ASSERT_TRUE(
      ParseTextFormat("policy { id: \"năm\" rule { effect: FORBID } } # text\n", "p", file).ok());
  EXPECT_EQ(file.policy().id(), "năm");
  EXPECT_EQ(file.policy().rule(0).effect(), policy::v1::Rule::FORBID);
}

TEST(ParseTextFormatTest, NamesLineAndColumnOfAnUnknownFieldAndTheNearestName) {
  const FieldFault fault =
      FirstFault(Parse("policy {\n  rule {\n    purpose: DRUG_CRIME\n  }\n}\n"));
  EXPECT_EQ(fault.field, "policy.textproto:3:5");
  EXPECT_EQ(fault.rule, "UNKNOWN_FIELD");
  EXPECT_NE(fault.description.find("\"purposes\""), std::string::npos) << fault.description;
}

TEST(ParseTextFormatTest, SuggestsNothingWhenNoNameIsNear) {
  const FieldFault fault = FirstFault(Parse("policy { zzzzzzzzzzzzz: 1 }"));
  EXPECT_EQ(fault.rule, "UNKNOWN_FIELD");
  EXPECT_EQ(fault.description.find("write"), std::string::npos) << fault.description;
}

TEST(ParseTextFormatTest, NamesTheNearestValueOfAnEnum) {
  const FieldFault fault = FirstFault(Parse("policy { rule { types: ALERT_HITS } }"));
  EXPECT_EQ(fault.field, "policy.textproto:1:24");
  EXPECT_EQ(fault.rule, "UNKNOWN_VALUE");
  EXPECT_NE(fault.description.find("\"ALERT_HIT\""), std::string::npos) << fault.description;
}

TEST(ParseTextFormatTest, NamesTheValueThatIsWrittenInOtherLetters) {
  const std::pair<const char*, const char*> rows[] = {{"effect: permit", "\"PERMIT\""},
                                                      {"max_tlp: amber", "\"AMBER\""},
                                                      {"types: [alert]", "\"ALERT\""}};
  for (const auto& [rule, meant] : rows) {
    const FieldFault fault = FirstFault(Parse(std::string("policy { rule { ") + rule + " } }"));
    EXPECT_NE(fault.description.find(std::string("write ") + meant), std::string::npos)
        << fault.description;
  }
}

TEST(ParseTextFormatTest, ListsTheValuesOfAShortEnumWhenNoneIsNear) {
  for (const char* wrong : {"ALLOW", "DENY"}) {
    EXPECT_EQ(
        FirstFault(Parse(std::string("policy { rule { effect: ") + wrong + " } }")).description,
        std::string("\"effect\" has no value \"") + wrong +
            "\"; write one of PERMIT, FORBID, RESTRICT, HOLD");
  }
  EXPECT_EQ(FirstFault(Parse("policy { rule { partner_classes: [POLICE] } }")).description,
            "\"partner_classes\" has no value \"POLICE\"; write one of LAW_ENFORCEMENT, MINISTRY, "
            "INTERNATIONAL_ORGANISATION, NGO, FUNDER");
  EXPECT_EQ(FirstFault(Parse("policy { rule { purposes: [ZZZ] } }")).description,
            "\"purposes\" has no value \"ZZZ\"; see the schema's comments");
}

TEST(ParseTextFormatTest, NamesAByteOrderMark) {
  const FieldFault fault = FirstFault(Parse("\xEF\xBB\xBFpolicy { }"));
  EXPECT_EQ(fault.field, "policy.textproto:1:1");
  EXPECT_EQ(fault.rule, "BYTE_ORDER_MARK");
  EXPECT_EQ(fault.description, "the file begins with a byte order mark; save it without");
}

// One of three million letters was told whole, and compared with every name.
TEST(ParseTextFormatTest, QuotesNoMoreThanTheBeginningOfALongWord) {
  const std::string word(3'000'000, 'a');
  const std::string cut = absl::StrCat(word.substr(0, 20), "...");
  for (const char* before : {"policy { ", "policy { rule { effect: ", "policy { rule { effect ",
                             "policy { version: ", "policy "}) {
    const FieldFault fault = FirstFault(Parse(absl::StrCat(before, word, " ")));
    EXPECT_LT(fault.description.size(), 300u) << before;
    EXPECT_NE(fault.description.find(cut), std::string::npos) << before << fault.description;
  }
}

TEST(ParseTextFormatTest, RefusesEnumNumbersThatTheSchemaDoesNotHaveAllAtOnce) {
  const absl::Status status =
      Parse("policy {\n rule { types: ALERT types: 77 }\n rule { effect: 9 }\n}");
  const std::optional<ErrorText> error = GetError(status);
  ASSERT_TRUE(error);
  ASSERT_EQ(error->fields.size(), 2u);
  EXPECT_EQ(error->fields[0].field, "policy.textproto:2:22");
  EXPECT_EQ(error->fields[0].rule, "ENUM_NUMBER");
  EXPECT_EQ(error->fields[1].field, "policy.textproto:3:9");
}

TEST(ParseTextFormatTest, RefusesBytesThatAreNotUtf8) {
  const FieldFault fault = FirstFault(Parse("# é\npolicy { id: \"é\xff\" }"));
  EXPECT_EQ(fault.field, "policy.textproto:2:16");
  EXPECT_EQ(fault.rule, "UTF8");
}

TEST(ParseTextFormatTest, RefusesEscapesThatMakeBytesThatAreNotUtf8) {
  const FieldFault fault = FirstFault(Parse("policy {\n  id: \"\\377\" }"));
  EXPECT_EQ(fault.field, "policy.textproto:2:3");
  EXPECT_EQ(fault.rule, "UTF8");
}

TEST(ParseTextFormatTest, RefusesAFieldThatIsGivenTwice) {
  EXPECT_EQ(FirstFault(Parse("policy { id: \"a\" id: \"b\" }")).rule, "SYNTAX");
}

TEST(ParseTextFormatTest, RefusesBrokenSyntax) {
  for (const char* text :
       {"policy {", "policy }", "policy { id: 5 }", "policy { version: -1 }", "["}) {
    EXPECT_EQ(FirstFault(Parse(text)).rule, "SYNTAX") << text;
  }
}

TEST(ParseTextFormatTest, RefusesATextBeyondTheLimit) {
  std::string text(kMaxTextFormatBytes, ' ');
  EXPECT_TRUE(Parse(text).ok());
  text.push_back('\n');
  EXPECT_EQ(FirstFault(Parse(text)).rule, "TOO_LARGE");
}

TEST(FindUnreadableTest, NamesThePath) {
  policy::v1::PolicyFile file;
  file.mutable_policy()->add_rule();
  auto* rule = file.mutable_policy()->add_rule();
  rule->add_types(static_cast<payload::v1::MessageType>(4711));
  rule->set_id("\xc3");
  const std::vector<FieldFault> faults = FindUnreadable(file);
  ASSERT_EQ(faults.size(), 2u);
  EXPECT_EQ(faults[0].field, "policy.rule[1].id");
  EXPECT_EQ(faults[1].field, "policy.rule[1].types[0]");
}

}  // namespace
}  // namespace liaison::base
