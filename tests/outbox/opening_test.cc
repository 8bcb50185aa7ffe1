// Opening what a message withheld, from the officer's words to the partner's mailbox.
#include "daemon/outbox/opening.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/journal/bodies.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::outbox {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TwoAgencies;

constexpr char kDocument[] = "victim_verification_request.documents_seen[0]";
constexpr char kNumber[] = "victim_verification_request.documents_seen[0].number";
constexpr char kMrz[] = "victim_verification_request.documents_seen[0].mrz";
constexpr char kIdentity[] = "victim_verification_request.claimed_by_subject.identity_number";
constexpr char kKept[] = "keep: \"victim_verification_request.documents_seen\"";

class OpeningTest : public ::testing::Test {
 protected:
  OpeningTest() {
    const auto sent = agencies_.Send(TwoAgencies::Draft("victim_verification_request"));
    EXPECT_TRUE(sent.ok()) << sent.status();
    agencies_.DeliverAll();
    if (sent.ok()) id_ = sent->id();
  }

  desk::v1::Draft Open(const std::vector<std::string>& paths) const {
    desk::v1::Draft draft;
    draft.add_to("ho-example");
    draft.set_in_reply_to(id_);
    draft.mutable_open()->mutable_paths()->Assign(paths.begin(), paths.end());
    return draft;
  }

  desk::v1::SubmitResult Sent(const desk::v1::Draft& draft) {
    const auto sent = agencies_.Send(draft);
    EXPECT_TRUE(sent.ok()) << sent.status();
    return sent.value_or(desk::v1::SubmitResult());
  }

  // "field: RULE: description" of every fault.
  std::vector<std::string> Faults(const desk::v1::Draft& draft) {
    const auto error = base::GetError(agencies_.Send(draft).status());
    std::vector<std::string> faults;
    if (!error || error->reason != base::Reason::kValidationFailed) return {"no such error"};
    for (const auto& field : error->fields) {
      faults.push_back(absl::StrCat(field.field, ": ", field.rule, ": ", field.description));
    }
    return faults;
  }

  base::Reason ReasonOf(const desk::v1::Draft& draft) {
    return base::GetReason(agencies_.Send(draft).status()).value_or(base::Reason::kInternal);
  }

  // What ho-example shows of the message.
  desk::v1::ShownMessage Shown(testing::Agency& agency, const std::string& id, bool reveal = true) {
    desk::v1::GetRequest request;
    request.set_id(id);
    request.set_reveal(reveal);
    if (reveal) request.set_reason("EXAMPLE-1");
    const auto shown = agency.mailbox->Show(agencies_.Viewer(), request);
    EXPECT_TRUE(shown.ok()) << shown.status();
    return shown.value_or(desk::v1::ShownMessage());
  }

  TwoAgencies agencies_;
  std::string id_;
};

TEST_F(OpeningTest, DisclosesWhatIsWithheldBelowAPathAndNothingElse) {
  const desk::v1::SubmitResult opening = Sent(Open({kDocument}));
  EXPECT_EQ(opening.state(), desk::v1::QUEUED);
  EXPECT_THAT(opening.decision().rules(), Contains("ho-opening-out"));
  agencies_.DeliverAll();
  EXPECT_EQ(agencies_.bgc->StateOf("bgc-example", opening.id()), desk::v1::DELIVERED);
  const desk::v1::ShownMessage sent = Shown(*agencies_.ho, opening.id());
  std::vector<std::string> paths;
  for (const auto& field : sent.payload().field_opening().fields()) paths.push_back(field.path());
  EXPECT_THAT(paths, ::testing::ElementsAre(kMrz, kNumber));
  const desk::v1::ShownMessage shown = Shown(*agencies_.ho, id_);
  EXPECT_EQ(shown.payload().victim_verification_request().documents_seen(0).number(), "E00000001");
  EXPECT_EQ(agencies_.bgc->Faults(), "");
  EXPECT_EQ(agencies_.ho->Faults(), "");
}

TEST_F(OpeningTest, HasNoLooserLabelsAndNoOtherPurposeThanTheOriginal) {
  desk::v1::Draft looser = Open({kNumber});
  *looser.mutable_handling() = Shown(*agencies_.bgc, id_).statement().handling();
  looser.mutable_handling()->set_tlp(payload::v1::Tlp::GREEN);
  desk::v1::Draft other = Open({kNumber});
  other.add_purposes(payload::v1::Purpose::VICTIM_PROTECTION_SUPPORT);
  for (const desk::v1::Draft& draft : {looser, other}) {
    const desk::v1::SubmitResult opening = Sent(draft);
    EXPECT_EQ(opening.state(), desk::v1::DENIED);
    EXPECT_EQ(opening.decision().step(), "labels");
    EXPECT_THAT(opening.decision().rules(), ::testing::ElementsAre("builtin:D-16"));
  }
}

TEST_F(OpeningTest, TakesFromTheOriginalWhatTheDraftLeavesOut) {
  desk::v1::Draft draft = Open({kNumber});
  const exchange::v1::Statement as_original = Shown(*agencies_.bgc, Sent(draft).id()).statement();
  const exchange::v1::Statement original = Shown(*agencies_.bgc, id_).statement();
  EXPECT_EQ(as_original.type(), payload::v1::FIELD_OPENING);
  EXPECT_EQ(as_original.urgency(), original.urgency());
  EXPECT_EQ(as_original.agreement_id(), original.agreement_id());
  EXPECT_EQ(as_original.handling().SerializeAsString(), original.handling().SerializeAsString());
  EXPECT_EQ(as_original.conversation(), original.conversation());
  EXPECT_EQ(as_original.in_reply_to().exchange_id(), original.exchange_id());
  draft = Open({kIdentity});
  draft.set_urgency(payload::v1::Urgency::U1);
  EXPECT_EQ(Shown(*agencies_.bgc, Sent(draft).id()).statement().urgency(),
            payload::v1::Urgency::U1);
}

TEST_F(OpeningTest, TheDryRunNamesThePathsAndNoValueAndStoresNothing) {
  const uint64_t before = agencies_.bgc->journal->Head(audit::v1::EXCHANGE).size;
  const auto preview = agencies_.bgc->outbox->Preview(agencies_.Officer(), Open({kNumber}));
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(preview->previews(0).decision().outcome(), "ALLOW");
  EXPECT_EQ(preview->previews(0).view().field_opening().fields(0).path(), kNumber);
  EXPECT_THAT(preview->SerializeAsString(), Not(HasSubstr("E00000001")));
  EXPECT_FALSE(preview->previews(0).view().field_opening().fields(0).has_salt());
  EXPECT_EQ(agencies_.bgc->journal->Head(audit::v1::EXCHANGE).size, before);
}

// --- What cannot be opened

TEST_F(OpeningTest, NamesEachPathThatIsUnknownOrWasSent) {
  EXPECT_THAT(Faults(Open({"victim_verification_request.subject.gender", "notice.title", kNumber})),
              ::testing::ElementsAre(::testing::StartsWith("open.paths[0]: NOT_WITHHELD: "),
                                     ::testing::StartsWith("open.paths[1]: UNKNOWN: ")));
}

// The end of a name is not a name, and neither is the number of a place in a list.
TEST_F(OpeningTest, TakesWholeSegmentsOfAPath) {
  EXPECT_THAT(Faults(Open({"victim_verification_request.documents_seen[0].num"})),
              ::testing::ElementsAre(HasSubstr("UNKNOWN")));
  EXPECT_THAT(Faults(Open({"victim_verification_request.documents_seen[0"})),
              ::testing::ElementsAre(HasSubstr("UNKNOWN")));
}

TEST_F(OpeningTest, OpensAFieldOnceAndSaysByWhichMessage) {
  const std::string first = Sent(Open({kNumber})).id();
  EXPECT_THAT(Faults(Open({kNumber})), ElementsAre(AllOf(HasSubstr("OPENED"), HasSubstr(first))));
  agencies_.DeliverAll();
  EXPECT_THAT(Faults(Open({kNumber})), ::testing::ElementsAre(HasSubstr("OPENED")));
  EXPECT_EQ(Sent(Open({kDocument})).state(), desk::v1::QUEUED) << "the rest of it";
}

TEST_F(OpeningTest, OpensAgainWhatWasDeniedOrRefused) {
  agencies_.ho->Change("policy.textproto",
                       "VICTIM_VERIFICATION_RESPONSE, FIELD_OPENING]\n    purposes",
                       "VICTIM_VERIFICATION_RESPONSE]\n    purposes");
  const std::string refused = Sent(Open({kNumber})).id();
  agencies_.DeliverAll();
  EXPECT_EQ(agencies_.bgc->StateOf("bgc-example", refused), desk::v1::REFUSED);
  EXPECT_EQ(Shown(*agencies_.bgc, id_).opened_size(), 0);
  EXPECT_EQ(Sent(Open({kNumber})).state(), desk::v1::QUEUED);
}

TEST_F(OpeningTest, OpensABondWholeOrNamesWhatIsMissing) {
  const std::string indicator = "victim_verification_request.indicators[0]";
  EXPECT_THAT(
      Faults(Open({indicator + ".code"})),
      ElementsAre(AllOf(::testing::StartsWith("open.paths[0]: BOND: "),
                        HasSubstr(indicator + ".phase"), HasSubstr(indicator + ".present"))));
  agencies_.bgc->Change("policy.textproto", kKept,
                        std::string(kKept) + " keep: \"victim_verification_request.indicators\"");
  agencies_.bgc->Change("policy.textproto", "FIELD_OPENING, FORWARDED_ITEM]", "FORWARDED_ITEM]");
  EXPECT_EQ(Sent(Open({indicator})).state(), desk::v1::QUEUED);
  agencies_.DeliverAll();
  EXPECT_EQ(Shown(*agencies_.ho, id_).payload().victim_verification_request().indicators(0).code(),
            "ILO.DR.01");
}

// Of a bond whose leaves all went, one with a change: the original of that one opens by itself.
TEST_F(OpeningTest, OpensAChangedFieldOfABondAlone) {
  const std::string part = "victim_verification_request.subject.names[0].parts[2].value";
  const std::string kept = "keep: \"victim_verification_request.present_situation\"";
  agencies_.bgc->Change(
      "policy.textproto", kept,
      kept + " mask { path: \"victim_verification_request.subject.names.parts.value\" }");
  agencies_.bgc->Change("policy.textproto", kKept,
                        std::string(kKept) + " keep: \"victim_verification_request.subject\"");
  id_ = Sent(TwoAgencies::Draft("victim_verification_request")).id();
  agencies_.DeliverAll();
  EXPECT_EQ(Sent(Open({part})).state(), desk::v1::QUEUED);
  agencies_.DeliverAll();
  const desk::v1::ShownMessage shown = Shown(*agencies_.ho, id_);
  const auto& request = shown.payload().victim_verification_request();
  EXPECT_EQ(request.subject().names(0).parts(2).value(), "Mai");
  EXPECT_EQ(request.subject().names(0).parts(0).value(), "*****");
}

TEST_F(OpeningTest, OpensOneOfTwoChangedFieldsOfABond) {
  const std::string shy = R"(version: 1
    rule { id: "shy" effect: RESTRICT direction: OUT types: [INTELLIGENCE_NOTICE]
           fields { mask { path: "notice.title" } mask { path: "notice.title_lang" } } }
)";
  agencies_.bgc->Change("policy.textproto", "version: 1\n", shy);
  id_ = Sent(TwoAgencies::Draft("intelligence_notice")).id();
  agencies_.DeliverAll();
  agencies_.bgc->Change("policy.textproto", shy, "version: 1\n");
  agencies_.bgc->Change("policy.textproto", "id: \"ho-opening-out\"",
                        "id: \"ho-opening-out\" purposes: TRAFFICKING_INVESTIGATION");
  agencies_.bgc->Change("policy.textproto", kKept,
                        absl::StrCat(kKept, " keep: \"notice.title_lang\""));
  agencies_.ho->Change("policy.textproto", "id: \"bgc-verification-in\"",
                       "id: \"bgc-verification-in\" purposes: TRAFFICKING_INVESTIGATION");
  EXPECT_EQ(Sent(Open({"notice.title_lang"})).state(), desk::v1::QUEUED);
  agencies_.DeliverAll();
  const desk::v1::ShownMessage shown = Shown(*agencies_.ho, id_);
  EXPECT_EQ(shown.payload().notice().title_lang(), "vi");
  EXPECT_THAT(shown.payload().notice().title(), HasSubstr("***"));
}

// Whatever the partner wrote in reply, what it was told stays told.
TEST_F(OpeningTest, OpensWhatWasAnsweredAndOnceThough) {
  const auto answer = [this](const std::string& id) {
    desk::v1::Draft draft = TwoAgencies::Draft("alert");
    draft.clear_to();
    draft.add_to("bgc-example");
    draft.set_in_reply_to("bgc-example/" + id);
    agencies_.Pass(*agencies_.ho, *agencies_.bgc, draft);
    EXPECT_EQ(agencies_.bgc->StateOf("bgc-example", id), desk::v1::ANSWERED);
  };
  answer(id_);
  const desk::v1::SubmitResult opened = Sent(Open({kNumber}));
  EXPECT_EQ(opened.state(), desk::v1::QUEUED);
  agencies_.DeliverAll();
  answer(opened.id());
  EXPECT_THAT(Faults(Open({kNumber})),
              ElementsAre(AllOf(HasSubstr("open.paths[0]: OPENED"), HasSubstr(opened.id()))));
}

TEST_F(OpeningTest, NeedsOneRecipientAMessageAndPaths) {
  desk::v1::Draft draft;
  draft.mutable_open();
  draft.mutable_payload()->mutable_notice();
  EXPECT_THAT(Faults(draft), ::testing::ElementsAre(::testing::StartsWith("to: ONE"),
                                                    ::testing::StartsWith("payload: OPEN"),
                                                    ::testing::StartsWith("inReplyTo: REQUIRED"),
                                                    ::testing::StartsWith("open.paths: LIMIT")));
  draft = Open(std::vector<std::string>(1001, kNumber));
  EXPECT_THAT(Faults(draft), ::testing::ElementsAre(::testing::StartsWith("open.paths: LIMIT")));
}

TEST_F(OpeningTest, TakesNoNotesAndNoShortenedId) {
  desk::v1::Draft noted = Open({kNumber});
  noted.mutable_payload()->mutable_notes()->set_origin(payload::v1::Origin::HUMAN_GENERATED);
  EXPECT_THAT(Faults(noted), ::testing::ElementsAre(::testing::StartsWith("payload: OPEN")));
  desk::v1::Draft shortened = Open({kNumber});
  shortened.set_in_reply_to(id_.substr(0, 8));
  EXPECT_THAT(Faults(shortened),
              ::testing::ElementsAre(::testing::StartsWith("inReplyTo: REQUIRED")));
}

TEST_F(OpeningTest, TakesAsManyPathsAsTheLimitSays) {
  EXPECT_EQ(Sent(Open(std::vector<std::string>(1000, kNumber))).state(), desk::v1::QUEUED);
}

TEST_F(OpeningTest, OpensAWholeList) {
  const std::string id = Sent(Open({"victim_verification_request.documents_seen"})).id();
  agencies_.DeliverAll();
  const auto opened = Shown(*agencies_.ho, id).payload().field_opening().fields();
  ASSERT_EQ(opened.size(), 2);
  EXPECT_EQ(opened[0].path(), kMrz);
  EXPECT_EQ(opened[1].path(), kNumber);
}

TEST_F(OpeningTest, AnOfficerOpensWhatAColleagueSent) {
  const auto opened = agencies_.bgc->outbox->Submit(
      {"officer-2", "liaison://agency/bgc-example/person/officer-2", policy::v1::Rule::OFFICER},
      Open({kNumber}), "colleague");
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->front().state(), desk::v1::QUEUED);
}

TEST_F(OpeningTest, OfAnExerciseIsAnExercise) {
  EXPECT_FALSE(Shown(*agencies_.bgc, Sent(Open({kNumber})).id()).statement().exercise());
  desk::v1::Draft asked = Open({kIdentity});
  asked.set_exercise(true);
  EXPECT_TRUE(Shown(*agencies_.bgc, Sent(asked).id()).statement().exercise());
  desk::v1::Draft exercise = TwoAgencies::Draft("victim_verification_request");
  exercise.set_exercise(true);
  id_ = Sent(exercise).id();
  agencies_.DeliverAll();
  EXPECT_TRUE(Shown(*agencies_.bgc, Sent(Open({kNumber})).id()).statement().exercise());
}

TEST_F(OpeningTest, TakesNoOpeningThatACallerMade) {
  desk::v1::Draft draft = TwoAgencies::Draft("victim_verification_request");
  draft.mutable_payload()->mutable_field_opening()->add_fields()->set_path(kNumber);
  EXPECT_THAT(Faults(draft), ::testing::ElementsAre(::testing::StartsWith("payload: MADE_HERE")));
}

TEST_F(OpeningTest, OpensOurOwnMessagesToThisPartnerAlone) {
  desk::v1::Draft draft = Open({kNumber});
  draft.set_in_reply_to(std::string(32, '0'));
  EXPECT_EQ(ReasonOf(draft), base::Reason::kNotFound);
  draft.set_in_reply_to("ho-example/" + id_);
  EXPECT_EQ(ReasonOf(draft), base::Reason::kNotFound);
  draft.set_in_reply_to(id_);
  draft.set_to(0, "io-example");
  EXPECT_EQ(ReasonOf(draft), base::Reason::kNotFound);
}

TEST_F(OpeningTest, ASystemOpensNothingThatItDidNotSend) {
  agencies_.bgc->Change("policy.textproto",
                        "roles: [OFFICER]\n    fields {\n      " + std::string(kKept),
                        "roles: [OFFICER, SYSTEM]\n    fields {\n      " + std::string(kKept));
  const auto as = [&](const std::string& name) {
    return agencies_.bgc->outbox->Submit({name, "", policy::v1::Rule::SYSTEM}, Open({kNumber}),
                                         "as " + name);
  };
  EXPECT_EQ(base::GetReason(as("system-1").status()), base::Reason::kNotFound);
  EXPECT_TRUE(as("officer-1").ok()) << "whose message it is, whatever the role";
}

TEST_F(OpeningTest, OpensWhatWasDeliveredAlone) {
  agencies_.link->down = true;
  id_ = Sent(TwoAgencies::Draft("victim_verification_request")).id();
  EXPECT_EQ(ReasonOf(Open({kNumber})), base::Reason::kWrongState);
}

// --- What policy says

TEST_F(OpeningTest, ADenialNamesRuleAndPathAndIsOnRecord) {
  const std::string birth = "victim_verification_request.indicators[0]";
  const desk::v1::SubmitResult result = Sent(Open({birth, kNumber}));
  EXPECT_EQ(result.state(), desk::v1::DENIED);
  EXPECT_EQ(result.decision().reason(), "POLICY_DENIED");
  EXPECT_EQ(result.decision().step(), "fields");
  EXPECT_THAT(result.decision().rules(), ::testing::ElementsAre("ho-opening-out"));
  EXPECT_THAT(result.decision().missing(), HasSubstr("victim_verification_request.indicators"));
  std::vector<std::string> fields;
  for (const auto& field : result.decision().fields()) fields.push_back(field.path());
  EXPECT_THAT(fields, Contains(birth + ".code"));
  EXPECT_THAT(agencies_.bgc->Events(audit::v1::EXCHANGE), Contains(audit::v1::DENIED_OUT));
}

// The consent that the request was sent under has ended; its fields are not opened any more.
TEST_F(OpeningTest, NeedsTheConsentThatSendingWouldNeed) {
  desk::v1::Draft request = TwoAgencies::Draft("victim_verification_request");
  request.mutable_payload()
      ->mutable_victim_verification_request()
      ->mutable_subject()
      ->mutable_consent()
      ->mutable_expires()
      ->set_edtf("2026-11-24");
  id_ = Sent(request).id();
  agencies_.DeliverAll();
  EXPECT_EQ(Sent(Open({kNumber})).state(), desk::v1::QUEUED);
  agencies_.clock.Advance(absl::Hours(48));
  const desk::v1::SubmitResult result = Sent(Open({kIdentity}));
  EXPECT_EQ(result.state(), desk::v1::DENIED);
  EXPECT_EQ(result.decision().step(), "consent");
}

TEST_F(OpeningTest, IsDecidedAgainBeforeItLeaves) {
  agencies_.link->down = true;
  const std::string opening = Sent(Open({kNumber})).id();
  agencies_.bgc->Change("policy.textproto", kKept, "");
  agencies_.link->down = false;
  agencies_.clock.Advance(absl::Minutes(5));
  agencies_.DeliverAll();
  EXPECT_EQ(agencies_.bgc->StateOf("bgc-example", opening), desk::v1::DENIED);
  EXPECT_EQ(Shown(*agencies_.ho, id_).opened_size(), 0);
}

TEST_F(OpeningTest, GoesWhenItIsDecidedAgainAndMay) {
  agencies_.link->down = true;
  const std::string opening = Sent(Open({kNumber})).id();
  agencies_.bgc->Change("policy.textproto",
                        "keep: \"victim_verification_request.claimed_by_subject"
                        ".identity_number\"",
                        "");
  agencies_.link->down = false;
  agencies_.clock.Advance(absl::Minutes(5));
  agencies_.DeliverAll();
  EXPECT_EQ(agencies_.bgc->StateOf("bgc-example", opening), desk::v1::DELIVERED);
}

}  // namespace
}  // namespace liaison::outbox
