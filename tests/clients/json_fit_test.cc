// What is said of a draft whose JSON is none: each place with its line and column, and what to
// write there. The protobuf parser named one place, no line, and not one code of those there are.
#include "clients/cli/json_fit.h"

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "clients/cli/input.h"
#include "daemon/base/error.h"

namespace liaison::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> FaultsOf(std::string_view json) {
  const auto error = base::GetError(ParseDraft(json).status());
  std::vector<std::string> faults;
  if (!error) return faults;
  EXPECT_EQ(error->reason, base::Reason::kValidationFailed);
  for (const base::FieldFault& fault : error->fields) {
    faults.push_back(absl::StrCat(fault.field, ": ", fault.description));
  }
  return faults;
}

TEST(JsonFitTest, AMemberThatIsNoFieldIsFoundAndTheFieldsAreListed) {
  EXPECT_THAT(FaultsOf("{\"to\": [\"ho-example\"],\n  \"agrement\": \"x\"}"),
              ElementsAre("agrement: line 2, column 3: no such field; there are to, urgency, "
                          "purposes, agreementId, legalBases, handling, inReplyTo, supersedes, "
                          "expires, exercise, payload, open, forward, derogations"));
  EXPECT_THAT(FaultsOf("{\"payload\":{\"notice\":{\"a b: c\":1}}}"),
              ElementsAre(HasSubstr("payload.notice.a b: c: line 1, column 23: no such field")));
}

TEST(JsonFitTest, ACodeThatIsNoneIsFoundAndTheCodesAreListed) {
  EXPECT_THAT(FaultsOf("{\"urgency\": \"U9\"}"),
              ElementsAre("urgency: line 1, column 13: write one of U1, U2, U3, U4"));
  EXPECT_THAT(FaultsOf("{\"purposes\": [\"AUDIT\", \"X\"]}"),
              ElementsAre(HasSubstr("purposes[1]: line 1, column 24: write one of TRAFFICKING_")));
}

TEST(JsonFitTest, EveryPlaceIsNamed) {
  EXPECT_THAT(FaultsOf(R"({"urgency": [], "exercise": "yes", "agreement_id": 5, "expires": "soon",
 "legalBases": ["GB"], "payload": {"notes": {}, "notice": {"title": {}}, "alert": {}}})"),
              ElementsAre("urgency: line 1, column 13: write one value, no list",
                          "exercise: line 1, column 29: write true or false",
                          "agreement_id: line 1, column 52: write a text in double quotes",
                          "expires: line 1, column 66: write a time like "
                          "\"2026-05-04T09:30:00Z\"",
                          "legalBases[0]: line 2, column 17: write an object { ... }",
                          "payload.notice.title: line 2, column 69: write a text in double quotes",
                          "payload.alert: line 2, column 74: another is there already; only one "
                          "may be, so leave one out"));
}

TEST(JsonFitTest, WhatTheParserAloneRefusesIsNamedWithoutALine) {
  EXPECT_THAT(FaultsOf(R"({"urgency": 99999999999})"),
              ElementsAre("urgency: no value of this field"));
}

TEST(JsonFitTest, StopsAtAHundred) {
  std::string json = "{\"to\": [";
  for (int i = 0; i < 200; ++i) absl::StrAppend(&json, i == 0 ? "" : ",", "true");
  EXPECT_EQ(FaultsOf(json + "]}").size(), 100U);
}

TEST(JsonFitTest, WhatIsADraftHasNoFault) {
  EXPECT_THAT(FaultsOf(R"({"to": ["ho-example"], "urgency": 1, "in_reply_to": null,
 "expires": "2026-05-04T09:30:00Z", "purposes": ["AUDIT"], "exercise": false,
 "payload": {"notice": {"title": "Invented"}}})"),
              ElementsAre());
}

}  // namespace
}  // namespace liaison::cli
