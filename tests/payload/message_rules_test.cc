// Consistency: what must hold between fields, and between the payload and its frame.
#include "tests/payload/broken_drafts.h"

namespace liaison::payload {
namespace {

using testing::IsEmpty;
using v1::SubjectCategory;
using v1::TriState;

TEST(HandlingRules, TakesCodePWithoutConditionsAndCodeCWithAll) {
  const std::vector<Case> kBothModes = {
      {kNotice,
       [](Draft& d) { Handling(d).set_action(v1::ActionCode::A1); },
       {"handling.action: D-14"}},
      {kNotice,
       [](Draft& d) { Handling(d).set_sanitisation(v1::SanitisationCode::S1); },
       {"handling.sanitisation: D-14"}},
      {kRequest, [](Draft& d) { Handling(d).clear_action(); }, {"handling.action: D-14"}},
      {kRequest,
       [](Draft& d) { Handling(d).clear_sanitisation(); },
       {"handling.sanitisation: D-14"}}};
  Expect(kBothModes, Mode::kDraft);
  Expect(kBothModes, Mode::kView);
  Expect({{kNotice,
           [](Draft& d) { d.mutable_payload()->mutable_notes()->set_instructions("x"); },
           {"notes.instructions: D-14"}},
          {kRequest,
           [](Draft& d) { d.mutable_payload()->mutable_notes()->clear_instructions(); },
           {"notes.instructions: D-14"}}});
}

TEST(HandlingRules, LetsInstructionsGoWithEuropolCodeH3) {
  const auto with = [](v1::EuropolHandling::Code code) {
    return [=](Draft& d) {
      d.mutable_payload()->mutable_notes()->set_instructions("x");
      Handling(d).add_europol(code);
    };
  };
  Expect({{kNotice, with(v1::EuropolHandling::H3), {}},
          {kNotice, with(v1::EuropolHandling::H2), {"notes.instructions: D-14"}}});
}

TEST(HandlingRules, LeavesTheCodesOfANewerPartnerAlone) {
  const auto newer = [](Draft& d) { Handling(d).set_code(static_cast<v1::HandlingCode::Code>(9)); };
  Expect({{kRequest, newer, {}}}, Mode::kView);
  Expect({{kRequest, newer, {"handling.code: ENUM"}}});
}

TEST(HandlingRules, NeedsNamesForRed) {
  Expect({{kRequest,
           [](Draft& d) { d.mutable_payload()->mutable_notes()->clear_named_recipients(); },
           {"notes.named_recipients: D-17"}}});
}

// A no-break space alone stood for each of them, and policy took it for what it asks for.
TEST(HandlingRules, TakesNoBlankForInstructionsNamesAndReasons) {
  for (const char* blank : {"\u00A0", "\u00A0\u2003", "\u3000", "\u00AD"}) {
    Expect(
        {{kRequest,
          [=](Draft& d) { d.mutable_payload()->mutable_notes()->set_instructions(blank); },
          {"notes.instructions: EMPTY"}},
         {kRequest,
          [=](Draft& d) { d.mutable_payload()->mutable_notes()->set_named_recipients(0, blank); },
          {"notes.named_recipients[0]: EMPTY"}},
         {kNotice,
          [=](Draft& d) {
            v1::Text& reason = *d.mutable_payload()->mutable_notes()->mutable_no_consent_reason();
            reason.set_text(blank);
            reason.set_lang("en");
          },
          {"notes.no_consent_reason.text: REQUIRED"}}});
  }
}

TEST(HandlingRules, NamesEachRecipientOnce) {
  const auto with = [](const char* other) {
    return [=](Draft& d) {
      v1::HandlingNotes& notes = *d.mutable_payload()->mutable_notes();
      notes.clear_named_recipients();
      notes.add_named_recipients("ho-officer-03");
      notes.add_named_recipients(other);
    };
  };
  Expect({{kRequest, with("ho-officer-04"), {}},
          {kRequest, with("ho-officer-03"), {"notes.named_recipients[1]: NAMED_TWICE"}}});
  Expect({{kRequest, with("ho-officer-03"), {}}}, Mode::kView);
}

TEST(HandlingRules, KeepsOnwardSharingWithinTheTlp) {
  const auto with = [](v1::Tlp::Code tlp, v1::OnwardSharing::Code onward) {
    return [=](Draft& d) {
      d.mutable_payload()->mutable_notes()->add_named_recipients("ho-officer-03");
      Handling(d).set_tlp(tlp);
      Handling(d).set_onward(onward);
    };
  };
  const std::vector<std::string> kTooWide = {"handling.onward: TLP"};
  Expect({{kNotice, with(v1::Tlp::RED, v1::OnwardSharing::WITHIN_COMMUNITY), kTooWide},
          {kNotice, with(v1::Tlp::AMBER, v1::OnwardSharing::WITHIN_COMMUNITY), kTooWide},
          {kNotice, with(v1::Tlp::TLP_UNSPECIFIED, v1::OnwardSharing::WITHIN_COMMUNITY), kTooWide},
          {kNotice, with(v1::Tlp::GREEN, v1::OnwardSharing::PUBLIC), kTooWide},
          {kNotice, with(v1::Tlp::GREEN, v1::OnwardSharing::WITHIN_COMMUNITY), {}},
          {kNotice, with(v1::Tlp::RED, v1::OnwardSharing::WITH_PERMISSION), {}},
          {kNotice, with(v1::Tlp::RED, v1::OnwardSharing::NONE), {}}});
}

TEST(HandlingRules, KeepsPersonalDataOutOfClear) {
  Expect({{kNotice, [](Draft& d) { Handling(d).set_tlp(v1::Tlp::CLEAR); }, {"handling.tlp: TLP"}}});
  Draft draft = ExampleDraft("alert_cancel");
  draft.mutable_payload()->mutable_alert_cancel()->clear_details();
  Handling(draft).set_tlp(v1::Tlp::CLEAR);
  EXPECT_THAT(Summary(FaultsOf(draft)), IsEmpty());
}

TEST(HandlingRules, ChecksDatesUrgencyAndPurposes) {
  Expect({{kNotice,
           [](Draft& d) { Handling(d).set_review_on("2027-5-1"); },
           {"handling.reviewOn: DATE"}},
          {kNotice,
           [](Draft& d) { Handling(d).set_delete_by("2027-04-30"); },
           {"handling.reviewOn: DATE"}},
          {kNotice, [](Draft& d) { Handling(d).set_delete_by("2027-05-01"); }, {}},
          {kNotice,
           [](Draft& d) { Handling(d).set_pap(static_cast<v1::Pap::Code>(9)); },
           {"handling.pap: ENUM"}},
          {kNotice,
           [](Draft& d) {
             Handling(d).add_europol(v1::EuropolHandling::H1);
             Handling(d).add_europol(static_cast<v1::EuropolHandling::Code>(9));
             Handling(d).add_europol(v1::EuropolHandling::EUROPOL_HANDLING_UNSPECIFIED);
           },
           {"handling.europol[1]: ENUM", "handling.europol[2]: ENUM"}},
          {"alert_cancel", [](Draft& d) { d.clear_urgency(); }, {"urgency: REQUIRED"}},
          {"alert_cancel",
           [](Draft& d) { d.set_urgency(static_cast<v1::Urgency::Code>(9)); },
           {"urgency: ENUM"}},
          {"alert_cancel", [](Draft& d) { d.clear_purposes(); }, {"purposes: REQUIRED"}},
          {"alert_cancel",
           [](Draft& d) {
             d.add_purposes(v1::Purpose::PURPOSE_UNSPECIFIED);
             d.add_purposes(static_cast<v1::Purpose::Code>(99));
             d.add_purposes(v1::Purpose::TRAFFICKING_DETECTION);
           },
           {"purposes[2]: ENUM", "purposes[3]: ENUM", "purposes[4]: PURPOSE_TWICE"}}});
}

TEST(NoticeRules, TiesThreatsToLifeToU1) {
  Expect({{kNotice,
           [](Draft& d) { Notice(d).set_threats_to_life(TriState::YES); },
           {"urgency: URGENCY"}},
          {kNotice,
           [](Draft& d) { d.set_urgency(v1::Urgency::U1); },
           {"notice.threats_to_life: URGENCY"}},
          {kNotice,
           [](Draft& d) {
             d.set_urgency(v1::Urgency::U1);
             Notice(d).set_threats_to_life(TriState::YES);
           },
           {}}});
}

TEST(NoticeRules, NumbersItemsOnceAndFollowsReferences) {
  Expect({{kNotice,
           [](Draft& d) { Notice(d).mutable_items(1)->set_no(1); },
           {"notice.items[1].no: ITEM_NUMBER"}},
          {kNotice,
           [](Draft& d) { Notice(d).mutable_items(1)->set_no(0); },
           {"notice.items[1].no: RANGE"}},
          {kNotice,
           [](Draft& d) { Notice(d).mutable_items(0)->add_subject_refs("p9"); },
           {"notice.items[0].subject_refs[2]: REFERENCE"}},
          {kNotice,
           [](Draft& d) { Notice(d).mutable_links(0)->set_to("p9"); },
           {"notice.links[0].to: REFERENCE"}},
          {kNotice,
           [](Draft& d) { Notice(d).mutable_links(0)->set_to("p1"); },
           {"notice.links[0].to: LINK"}},
          {kNotice,
           [](Draft& d) { Notice(d).mutable_objects(0)->set_local_id("p1"); },
           {"notice.objects[0].local_id: LOCAL_ID", "notice.items[0].subject_refs[1]: REFERENCE",
            "notice.links[0].to: REFERENCE"}},
          {kNotice,
           [](Draft& d) {
             Notice(d).mutable_persons(0)->mutable_perpetrator()->set_organisation_ref("g1");
           },
           {"notice.persons[0].perpetrator.organisation_ref: REFERENCE"}}});
}

TEST(NoticeRules, LetsAViewReferToWhatWasTakenOut) {
  Expect({{kNotice, [](Draft& d) { Notice(d).clear_objects(); }, {}}}, Mode::kView);
}

TEST(NoticeRules, KeepsNamesOutOfTitles) {
  Expect({{kNotice,
           [](Draft& d) { Notice(d).set_title("Tìm VÍ DỤ Thị Mai"); },
           {"notice.title: TITLE_NAME"}},
          {kAlert,
           [](Draft& d) { Alert(d).set_headline("Looking for Vi Du Thi Mai"); },
           {"alert.headline: TITLE_NAME"}},
          {kAlert,
           [](Draft& d) { Alert(d).set_headline("Looking for VI-DU  thi mai!"); },
           {"alert.headline: TITLE_NAME"}}});
}

TEST(NoticeRules, KeepsNamesOutOfEveryLineThatTravelsFurther) {
  Expect({{kNotice,
           [](Draft& d) { Notice(d).mutable_threats(0)->set_subtype("ví dụ thị mai"); },
           {"notice.threats[0].subtype: TITLE_NAME"}},
          {kNotice,
           [](Draft& d) {
             v1::Person& person = *Notice(d).add_persons();
             person.set_local_id("ViDuVanBa-1999");
             person.set_category(v1::SubjectCategory::WITNESS);
             person.add_names()->set_full_original("Vi Du Van Ba");
           },
           {"notice.persons[2].local_id: TITLE_NAME"}},
          {kAlert,
           [](Draft& d) { Alert(d).mutable_subjects(0)->set_local_id("Vi.Du_Thi-Mai"); },
           {"alert.subjects[0].local_id: TITLE_NAME"}}});
}

TEST(AlertRules, EndsAfterItBeginsAndSoonWhenALifeIsInDanger) {
  Expect(
      {{kAlert,
        [](Draft& d) { Alert(d).set_valid_to("2026-12-01T00:00:00Z"); },
        {"alert.valid_to: ALERT_VALIDITY"}},
       {kAlert,
        [](Draft& d) { d.set_urgency(v1::Urgency::U1); },
        {"alert.valid_to: ALERT_VALIDITY"}},
       {kAlert,
        [](Draft& d) {
          d.set_urgency(v1::Urgency::U1);
          Alert(d).set_valid_to("2026-12-04T00:00:00Z");
        },
        {}},
       {kAlert,
        [](Draft& d) {
          d.set_urgency(v1::Urgency::U1);
          Alert(d).set_valid_to("2026-12-04T00:00:01Z");
        },
        {"alert.valid_to: ALERT_VALIDITY"}},
       {kAlert, [](Draft& d) { Alert(d).set_valid_to("soon"); }, {"alert.valid_to: TIMESTAMP"}}});
}

TEST(AlertRules, DoesNotAlertAVictim) {
  const auto only_report = [](Draft& d) {
    Alert(d).clear_what_to_do();
    Alert(d).add_what_to_do(v1::AlertAction::REPORT);
  };
  Expect({{kAlert, only_report, {"alert.what_to_do: ALERT_VICTIM"}},
          {kAlert,
           [&](Draft& d) {
             only_report(d);
             Alert(d).mutable_subjects(0)->set_category(SubjectCategory::SUSPECT);
           },
           {}}});
  Expect({{kAlert, only_report, {"alert.what_to_do: ALERT_VICTIM"}},
          {kAlert,
           [&](Draft& d) {  // what a newer partner calls them we do not know
             only_report(d);
             Alert(d).mutable_subjects(0)->set_category(static_cast<SubjectCategory::Code>(99));
           },
           {}}},
         Mode::kView);
}

TEST(AlertRules, GivesEachSubjectAndIndicatorAnIdOfItsOwn) {
  Expect({{kAlert,
           [](Draft& d) { Alert(d).mutable_indicators(0)->set_local_id("p1"); },
           {"alert.indicators[0].local_id: LOCAL_ID"}}});
}

TEST(VerificationRules, AsksAboutVictimsAndPeopleAtRiskOnly) {
  Expect({{kRequest,
           [](Draft& d) { Request(d).mutable_subject()->set_category(SubjectCategory::SUSPECT); },
           {"victim_verification_request.subject.category: SUBJECT_CATEGORY"}},
          {kRequest,
           [](Draft& d) { Request(d).mutable_subject()->set_category(SubjectCategory::RETURNEE); },
           {}}});
}

TEST(VerificationRules, IsMostUrgentWhileExploitationGoesOn) {
  for (const auto situation :
       {v1::PresentSituation::IN_SCAM_COMPOUND, v1::PresentSituation::WITH_TRAFFICKER_SUSPECTED}) {
    Expect({{kRequest,
             [=](Draft& d) { Request(d).set_present_situation(situation); },
             {"urgency: URGENCY"}},
            {kRequest,
             [=](Draft& d) {
               Request(d).set_present_situation(situation);
               d.set_urgency(v1::Urgency::U1);
             },
             {}}});
  }
}

TEST(VerificationRules, AnswersEachScopeOnce) {
  Expect({{kResponse,
           [](Draft& d) {
             d.mutable_payload()
                 ->mutable_victim_verification_response()
                 ->mutable_per_scope(1)
                 ->set_scope(v1::VerificationScope::IDENTITY);
           },
           {"victim_verification_response.per_scope[1].scope: SCOPE_TWICE"}}});
}

// Quantities stand in no message of this version; their rule waits for those that have them.
TEST(MeasureRules, AcceptsDatesWithoutAYearAsWritten) {
  Expect({{kNotice,
           [](Draft& d) {
             auto& date = *Notice(d).mutable_date_of_intelligence();
             date.clear_edtf();
             date.set_year_unknown(true);
             date.set_as_written("2 October");
           },
           {}},
          {kNotice,
           [](Draft& d) {
             auto& date = *Notice(d).mutable_date_of_intelligence();
             date.set_edtf("2568-02-29");
             date.set_calendar(v1::Calendar::BUDDHIST);
           },
           {"notice.date_of_intelligence.edtf: EDTF"}}});
}

}  // namespace
}  // namespace liaison::payload
