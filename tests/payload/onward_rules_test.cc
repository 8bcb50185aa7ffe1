#include "daemon/payload/reply_rules.h"
#include "tests/payload/example_drafts.h"

namespace liaison::payload {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

desk::v1::Draft Request() { return ExampleDraft("onward_sharing_request"); }
desk::v1::Draft Decision() { return ExampleDraft("onward_sharing_decision"); }

std::vector<std::string> FaultsAfter(void (*change)(v1::OnwardSharingRequest&)) {
  desk::v1::Draft draft = Request();
  change(*draft.mutable_payload()->mutable_onward_sharing_request());
  return Summary(FaultsOf(draft));
}

std::vector<std::string> FaultsAfter(void (*change)(v1::OnwardSharingDecision&),
                                     Mode mode = Mode::kDraft) {
  desk::v1::Draft draft = Decision();
  change(*draft.mutable_payload()->mutable_onward_sharing_decision());
  return Summary(FaultsOf(draft, mode));
}

using Asked = v1::OnwardSharingRequest;
using Decided = v1::OnwardSharingDecision;

TEST(OnwardRequestRules, NeedsWhomForWhatAtWhichTlpAndWhy) {
  EXPECT_THAT(FaultsAfter([](Asked& request) { request.Clear(); }),
              ElementsAre("onward_sharing_request.agencies: REQUIRED",
                          "onward_sharing_request.purposes: REQUIRED",
                          "onward_sharing_request.tlp: REQUIRED",
                          "onward_sharing_request.justification: REQUIRED"));
}

TEST(OnwardRequestRules, TakesEachAgencyPurposeAndFieldOnce) {
  EXPECT_THAT(FaultsAfter([](Asked& request) {
                request.add_agencies("io-example");
                request.add_purposes(v1::Purpose::TRAFFICKING_INVESTIGATION);
                request.add_fields("notice.title");
                request.add_fields("notice.title");
              }),
              ElementsAre("onward_sharing_request.agencies[1]: TWICE",
                          "onward_sharing_request.purposes[1]: TWICE",
                          "onward_sharing_request.fields[1]: TWICE"));
}

TEST(OnwardRequestRules, DoesNotAskForTheOriginatorItself) {
  EXPECT_THAT(FaultsAfter([](Asked& request) { request.set_agencies(0, "ho-example"); }),
              ElementsAre("onward_sharing_request.agencies[0]: ORIGINATOR"));
  EXPECT_THAT(FaultsAfter([](Asked& request) { request.set_agencies(0, "IO Example"); }),
              Contains("onward_sharing_request.agencies[0]: AGENCY"));
}

TEST(OnwardRequestRules, NamesFieldsThatTheSchemaHas) {
  EXPECT_THAT(FaultsAfter([](Asked& request) {
                request.add_fields("notice.persons[0].names");
                request.add_fields("notice.nothing");
                request.add_fields("*");
              }),
              ElementsAre("onward_sharing_request.fields[1]: PATH",
                          "onward_sharing_request.fields[2]: PATH"));
}

TEST(OnwardDecisionRules, AGrantListsAllThatItGrants) {
  EXPECT_THAT(FaultsAfter([](Decided& decision) {
                decision.Clear();
                decision.set_outcome(v1::OnwardSharingOutcome::GRANTED);
              }),
              ElementsAre("onward_sharing_decision.agencies: REQUIRED",
                          "onward_sharing_decision.purposes: REQUIRED",
                          "onward_sharing_decision.tlp: REQUIRED",
                          "onward_sharing_decision.fields: REQUIRED",
                          "onward_sharing_decision.until: REQUIRED"));
  EXPECT_THAT(FaultsAfter([](Decided& decision) { decision.clear_outcome(); }),
              ElementsAre("onward_sharing_decision.outcome: REQUIRED"));
}

TEST(OnwardDecisionRules, ARefusalGrantsNothing) {
  const auto refuse = [](Decided& decision) {
    decision.set_outcome(v1::OnwardSharingOutcome::REFUSED);
    decision.set_message("00112233445566778899aabbccddeeff");
  };
  EXPECT_THAT(
      FaultsAfter(refuse, Mode::kView),
      ElementsAre(
          "onward_sharing_decision.message: REFUSED", "onward_sharing_decision.agencies: REFUSED",
          "onward_sharing_decision.purposes: REFUSED", "onward_sharing_decision.tlp: REFUSED",
          "onward_sharing_decision.fields: REFUSED", "onward_sharing_decision.until: REFUSED"));
  EXPECT_THAT(FaultsAfter([](Decided& decision) {
                decision.Clear();
                decision.set_outcome(v1::OnwardSharingOutcome::REFUSED);
              }),
              IsEmpty());
}

TEST(OnwardDecisionRules, NamesTheMessageByItsIdAndTheDayAsADate) {
  EXPECT_THAT(FaultsAfter([](Decided& decision) { decision.set_message("0011"); }, Mode::kView),
              ElementsAre("onward_sharing_decision.message: EXCHANGE_ID"));
  EXPECT_THAT(FaultsAfter([](Decided& decision) { decision.set_until("2027-02-30"); }),
              ElementsAre("onward_sharing_decision.until: DATE"));
}

TEST(OnwardDecisionRules, GrantsAllOrPaths) {
  EXPECT_THAT(FaultsAfter([](Decided& decision) { decision.add_fields("notice.title"); }),
              ElementsAre("onward_sharing_decision.fields: PATH"));
  EXPECT_THAT(FaultsAfter([](Decided& decision) { decision.set_fields(0, "notice.title"); }),
              IsEmpty());
  EXPECT_THAT(FaultsAfter([](Decided& decision) { decision.set_fields(0, "notice..title"); }),
              ElementsAre("onward_sharing_decision.fields[0]: PATH"));
}

TEST(OnwardNoticeRules, NamesTheAgencyAndTheItem) {
  const auto faults = [](const std::string& agency, const std::string& item) {
    desk::v1::Draft draft = Request();
    v1::OnwardSharingNotice& notice = *draft.mutable_payload()->mutable_onward_sharing_notice();
    notice.set_agency(agency);
    notice.set_item(item);
    return Summary(FaultsOf(draft));
  };
  EXPECT_THAT(faults("io-example", std::string(32, 'a')), IsEmpty());
  EXPECT_THAT(
      faults("IO Example", std::string(32, 'A')),
      ElementsAre("onward_sharing_notice.agency: AGENCY", "onward_sharing_notice.item: FORMAT"));
}

// It goes without agreement and consent.
TEST(OnwardNoticeRules, SaysNothingBesideItsBody) {
  desk::v1::Draft draft = Request();
  v1::OnwardSharingNotice& notice = *draft.mutable_payload()->mutable_onward_sharing_notice();
  notice.set_agency("io-example");
  notice.set_item(std::string(32, 'a'));
  draft.mutable_payload()->mutable_notes()->add_case_references()->set_ref("a name");
  EXPECT_THAT(Summary(FaultsOf(draft, Mode::kView)), Contains("notes: NOTES"));
}

TEST(ReplyRules, ARequestToPassOnRepliesToAMessageThatCame) {
  const auto fault = [](std::optional<Replied> replied) {
    return !ReplyFault(v1::ONWARD_SHARING_REQUEST, replied).empty();
  };
  EXPECT_FALSE(fault(Replied{v1::INTELLIGENCE_NOTICE, false}));
  EXPECT_TRUE(fault(std::nullopt));
  EXPECT_TRUE(fault(Replied{v1::INTELLIGENCE_NOTICE, true}));
  EXPECT_TRUE(fault(Replied{v1::FORWARDED_ITEM, false}));
}

TEST(ReplyRules, ANoticeRepliesToAMessageThatCame) {
  const auto fault = [](std::optional<Replied> replied) {
    return !ReplyFault(v1::ONWARD_SHARING_NOTICE, replied).empty();
  };
  EXPECT_FALSE(fault(Replied{v1::INTELLIGENCE_NOTICE, false}));
  EXPECT_TRUE(fault(std::nullopt));
  EXPECT_TRUE(fault(Replied{v1::INTELLIGENCE_NOTICE, true}));
  EXPECT_TRUE(fault(Replied{v1::RECALL, false}));
}

TEST(ReplyRules, ADecisionRepliesToTheRequest) {
  const auto fault = [](std::optional<Replied> replied) {
    return !ReplyFault(v1::ONWARD_SHARING_DECISION, replied).empty();
  };
  EXPECT_FALSE(fault(Replied{v1::ONWARD_SHARING_REQUEST, false}));
  EXPECT_TRUE(fault(std::nullopt));
  EXPECT_TRUE(fault(Replied{v1::ONWARD_SHARING_REQUEST, true}));
  EXPECT_TRUE(fault(Replied{v1::INTELLIGENCE_NOTICE, false}));
}

TEST(ReplyRules, OtherTypesStandAloneOrReplyToAnything) {
  EXPECT_EQ(ReplyFault(v1::ALERT, std::nullopt), "");
  EXPECT_EQ(ReplyFault(v1::FORWARDED_ITEM, Replied{v1::ALERT, true}), "");
}

}  // namespace
}  // namespace liaison::payload
