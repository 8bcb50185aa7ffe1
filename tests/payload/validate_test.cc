#include "daemon/payload/validate.h"

#include "tests/payload/example_drafts.h"

namespace liaison::payload {
namespace {

using desk::v1::Draft;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;
using v1::SubjectCategory;
using v1::TriState;

using Break = std::function<void(Draft&)>;

struct Case {
  const char* draft;
  Break change;
  std::string fault;  // "field: RULE"; "" for none
};

void ExpectInDrafts(const std::vector<Case>& cases) {
  for (size_t i = 0; i < cases.size(); ++i) {
    Draft draft = ExampleDraft(cases[i].draft);
    cases[i].change(draft);
    const std::vector<std::string> faults = Summary(FaultsOf(draft));
    if (cases[i].fault.empty()) {
      EXPECT_THAT(faults, IsEmpty()) << cases[i].draft << " case " << i;
    } else {
      EXPECT_THAT(faults, ElementsAre(cases[i].fault)) << cases[i].draft << " case " << i;
    }
  }
}

v1::IntelligenceNotice& Notice(Draft& d) { return *d.mutable_payload()->mutable_notice(); }
v1::Alert& Alert(Draft& d) { return *d.mutable_payload()->mutable_alert(); }
v1::AlertHit& Hit(Draft& d) { return *d.mutable_payload()->mutable_alert_hit(); }
v1::VictimVerificationRequest& Request(Draft& d) {
  return *d.mutable_payload()->mutable_victim_verification_request();
}
v1::VictimVerificationResponse& Response(Draft& d) {
  return *d.mutable_payload()->mutable_victim_verification_response();
}
v1::Person& Victim(Draft& d) { return *Notice(d).mutable_persons(1); }

constexpr char kNotice[] = "intelligence_notice";
constexpr char kAlert[] = "alert";
constexpr char kHit[] = "alert_hit";
constexpr char kRequest[] = "victim_verification_request";
constexpr char kResponse[] = "victim_verification_response";

TEST(Validate, FindsWhatIsMissingInEachMessage) {
  const std::vector<std::pair<const char*, std::vector<std::string>>> kRequired = {
      {"intelligence_notice",
       {"notice.title: REQUIRED", "notice.title_lang: REQUIRED",
        "notice.date_of_intelligence: REQUIRED", "notice.created_at: REQUIRED",
        "notice.threats: REQUIRED", "notice.items: REQUIRED", "notice.provenance: REQUIRED",
        "notice.intelligence_confidence: REQUIRED", "notice.sensitive_source: REQUIRED",
        "notice.public_interest_immunity: REQUIRED", "notice.threats_to_life: REQUIRED"}},
      {"alert",
       {"alert.kind: REQUIRED", "alert.headline: REQUIRED", "alert.headline_lang: REQUIRED",
        "alert.valid_from: REQUIRED", "alert.valid_to: REQUIRED", "alert.area: REQUIRED",
        "alert.what_to_do: REQUIRED", "alert.contact_24h: REQUIRED", "alert.evaluation: REQUIRED",
        "alert.hit_reporting: REQUIRED"}},
      {"alert_hit",
       {"alert_hit.country: REQUIRED", "alert_hit.when: REQUIRED",
        "alert_hit.indicator_matched: REQUIRED", "alert_hit.action_taken: REQUIRED",
        "alert_hit.person_safe: REQUIRED"}},
      {"alert_cancel", {"alert_cancel.reason: REQUIRED", "alert_cancel.effective_at: REQUIRED"}},
      {"victim_verification_request",
       {"victim_verification_request.scopes: REQUIRED",
        "victim_verification_request.subject: REQUIRED",
        "victim_verification_request.present_situation: REQUIRED",
        "victim_verification_request.present_country: REQUIRED",
        "victim_verification_request.claimed_by_subject: REQUIRED",
        "victim_verification_request.family_contact_allowed: REQUIRED",
        "victim_verification_request.risk_if_authorities_informed: REQUIRED"}},
      {"victim_verification_response",
       {"victim_verification_response.per_scope: REQUIRED",
        "victim_verification_response.next_contact: REQUIRED"}}};
  for (const auto& [name, faults] : kRequired) {
    Draft draft = ExampleDraft(name);
    google::protobuf::Message* body = nullptr;
    const auto& reflection = *draft.payload().GetReflection();
    const auto* field = reflection.GetOneofFieldDescriptor(
        draft.payload(), v1::Payload::descriptor()->oneof_decl(0));
    body = reflection.MutableMessage(draft.mutable_payload(), field);
    body->Clear();
    EXPECT_THAT(Summary(FaultsOf(draft)), testing::UnorderedElementsAreArray(faults)) << name;
    EXPECT_THAT(Summary(FaultsOf(draft, Mode::kView)), IsEmpty()) << name;
  }
}

TEST(Validate, FindsWhatIsMissingInside) {
  ExpectInDrafts({
      {kNotice, [](Draft& d) { d.mutable_payload()->clear_body(); }, "body: REQUIRED"},
      {kNotice, [](Draft& d) { Notice(d).mutable_persons(0)->clear_category(); },
       "notice.persons[0].category: REQUIRED"},
      {kNotice, [](Draft& d) { Notice(d).mutable_items(1)->clear_evaluation(); },
       "notice.items[1].evaluation: REQUIRED"},
      {kNotice, [](Draft& d) { Notice(d).mutable_items(1)->set_text(" \n"); },
       "notice.items[1].text: REQUIRED"},
      {kNotice, [](Draft& d) { Notice(d).mutable_items(0)->mutable_evaluation()->clear_info(); },
       "notice.items[0].evaluation.info: REQUIRED"},
      {kNotice, [](Draft& d) { Notice(d).mutable_date_of_intelligence()->clear_edtf(); },
       "notice.date_of_intelligence.edtf: REQUIRED"},
      {kNotice,
       [](Draft& d) {
         Notice(d).mutable_date_of_intelligence()->clear_edtf();
         Notice(d).mutable_date_of_intelligence()->set_year_unknown(true);
       },
       "notice.date_of_intelligence.as_written: REQUIRED"},
      {kNotice, [](Draft& d) { Notice(d).mutable_objects(0)->clear_kind(); },
       "notice.objects[0]: REQUIRED"},
      {kNotice, [](Draft& d) { Notice(d).add_objects()->mutable_financial_account(); },
       "notice.objects[1].financial_account: REQUIRED"},
      {kNotice, [](Draft& d) { Victim(d).mutable_consent()->clear_given_on(); },
       "notice.persons[1].consent.given_on: REQUIRED"},
      {kAlert, [](Draft& d) { Alert(d).mutable_area()->Clear(); }, "alert.area: REQUIRED"},
      {kAlert, [](Draft& d) { Alert(d).mutable_contact_24h()->clear_phone(); },
       "alert.contact_24h.phone: REQUIRED"},
      {kResponse,
       [](Draft& d) {
         Response(d).mutable_travel_document()->set_state(v1::TravelDocumentState::ISSUED);
       },
       "victim_verification_response.travel_document.number: REQUIRED"},
      {kNotice,
       [](Draft& d) { Notice(d).mutable_items(0)->mutable_evaluation()->set_original_code("B2"); },
       "notice.items[0].evaluation.original_scheme: REQUIRED"},
  });
}

TEST(Validate, LetsAViewMissWhateverItsSenderTookOut) {
  Draft draft = ExampleDraft(kRequest);
  Request(draft).clear_claimed_by_subject();
  Request(draft).mutable_subject()->clear_consent();
  Request(draft).mutable_subject()->clear_category();
  draft.mutable_payload()->clear_notes();
  EXPECT_THAT(Summary(FaultsOf(draft, Mode::kView)), IsEmpty());
  EXPECT_THAT(FaultsOf(draft, Mode::kDraft), Not(IsEmpty()));
}

TEST(Validate, RefusesCodesThatItDoesNotHaveInDraftsOnly) {
  Draft draft = ExampleDraft(kNotice);
  Notice(draft).mutable_persons(0)->set_gender(static_cast<v1::Gender::Code>(77));
  Notice(draft).mutable_persons(0)->mutable_perpetrator()->add_roles(
      v1::PerpetratorRole::PERPETRATOR_ROLE_UNSPECIFIED);
  Notice(draft).set_intelligence_confidence(v1::Band::BAND_UNSPECIFIED);
  EXPECT_THAT(Summary(FaultsOf(draft)),
              UnorderedElementsAre("notice.persons[0].gender: ENUM",
                                   "notice.persons[0].perpetrator.roles[1]: ENUM",
                                   "notice.intelligence_confidence: ENUM"));
  EXPECT_THAT(Summary(FaultsOf(draft, Mode::kView)), IsEmpty());
}

TEST(Validate, TiesOtherTextToTheCodeOther) {
  ExpectInDrafts({
      {kHit, [](Draft& d) { Hit(d).add_action_taken(v1::HitAction::OTHER); },
       "alert_hit.action_taken_other: OTHER_TEXT"},
      {kHit,
       [](Draft& d) {
         Hit(d).add_action_taken(v1::HitAction::OTHER);
         Hit(d).set_action_taken_other("informed the embassy");
       },
       ""},
      {kHit, [](Draft& d) { Hit(d).set_action_taken_other("informed the embassy"); },
       "alert_hit.action_taken_other: OTHER_TEXT"},
      {kAlert,
       [](Draft& d) {
         Alert(d).mutable_indicators(0)->mutable_vehicle()->set_type(v1::VehicleType::OTHER);
       },
       "alert.indicators[0].vehicle.type_other: OTHER_TEXT"},
  });
}

TEST(Validate, RefusesValuesByTheRuleOfTheirField) {
  ExpectInDrafts({
      {kNotice, [](Draft& d) { Notice(d).set_title("two\nlines"); }, "notice.title: TEXT_CONTROL"},
      {kNotice, [](Draft& d) { Notice(d).mutable_items(0)->set_text("a\u202Eb"); },
       "notice.items[0].text: TEXT_BIDI"},
      {kNotice, [](Draft& d) { Notice(d).mutable_items(0)->set_lang("vi_VN"); },
       "notice.items[0].lang: LANGUAGE"},
      {kNotice, [](Draft& d) { Notice(d).mutable_persons(0)->set_citizenships(0, "VN"); },
       "notice.persons[0].citizenships[0]: COUNTRY"},
      {kNotice,
       [](Draft& d) { Notice(d).mutable_persons(0)->mutable_birth()->set_edtf("2543-02-29"); },
       "notice.persons[0].birth.edtf: EDTF"},
      {kNotice, [](Draft& d) { Notice(d).mutable_persons(0)->mutable_birth()->set_edtf("1.5.85"); },
       "notice.persons[0].birth.edtf: EDTF"},
      {kNotice,
       [](Draft& d) { Notice(d).mutable_persons(0)->mutable_birth()->set_year_unknown(true); },
       "notice.persons[0].birth.edtf: EDTF"},
      {kNotice,
       [](Draft& d) { Notice(d).mutable_persons(0)->mutable_contacts(0)->set_value("0900"); },
       "notice.persons[0].contacts[0].value: PHONE"},
      {kNotice,
       [](Draft& d) {
         Notice(d).mutable_persons(0)->mutable_contacts(0)->set_kind(v1::ContactKind::EMAIL);
       },
       "notice.persons[0].contacts[0].value: EMAIL"},
      {kNotice, [](Draft& d) { Victim(d).mutable_documents(0)->set_mrz(0, "p<uto"); },
       "notice.persons[1].documents[0].mrz[0]: MRZ"},
      {kNotice, [](Draft& d) { Victim(d).mutable_documents(0)->mutable_mrz(1)->back() = '7'; }, ""},
      {kNotice,
       [](Draft& d) {
         Victim(d).mutable_documents(0)->add_mrz("A");
         Victim(d).mutable_documents(0)->add_mrz("B");
       },
       "notice.persons[1].documents[0].mrz: LIST_LENGTH"},
      {kNotice,
       [](Draft& d) { Notice(d).mutable_items(0)->mutable_evaluation()->set_confidence(101); },
       "notice.items[0].evaluation.confidence: RANGE"},
      {kNotice,
       [](Draft& d) { Notice(d).mutable_items(0)->mutable_place()->mutable_point()->set_lat(10); },
       "notice.items[0].place.point: POINT"},
      {kNotice,
       [](Draft& d) {
         auto& point = *Notice(d).mutable_items(0)->mutable_place()->mutable_point();
         point.set_lat(std::numeric_limits<double>::quiet_NaN());
         point.set_lon(180);
       },
       "notice.items[0].place.point.lat: RANGE"},
      {kNotice,
       [](Draft& d) {
         Notice(d).mutable_items(0)->mutable_place()->mutable_border()->add_between_countries("LA");
       },
       "notice.items[0].place.border.between_countries: LIST_LENGTH"},
      {kNotice, [](Draft& d) { Notice(d).mutable_persons(0)->mutable_age()->set_from(131); },
       "notice.persons[0].age.from: RANGE"},
      {kNotice,
       [](Draft& d) {
         Notice(d).mutable_persons(0)->mutable_age()->set_from(40);
         Notice(d).mutable_persons(0)->mutable_age()->set_to(30);
       },
       "notice.persons[0].age.from: RANGE"},
      {kNotice,
       [](Draft& d) {
         auto& account = *Notice(d).add_objects()->mutable_financial_account();
         account.set_iban("GB82WEST12345698765432");
         account.set_account_no("1");
       },
       "notice.objects[1].financial_account: ONE_OF"},
      {kNotice, [](Draft& d) { Notice(d).set_source_ref(""); }, "notice.source_ref: EMPTY"},
      {kAlert,
       [](Draft& d) {
         Alert(d).mutable_indicators(1)->mutable_phone()->set_imei("490154203237517");
       },
       "alert.indicators[1].phone.imei: IMEI"},
      {kRequest, [](Draft& d) { Request(d).mutable_indicators(0)->set_code("ILO.DR.11"); },
       "victim_verification_request.indicators[0].code: ILO_INDICATOR"},
  });
}

TEST(Validate, ReportsEveryFaultAtOnce) {
  Draft draft = ExampleDraft(kNotice);
  Notice(draft).clear_title();
  Notice(draft).mutable_items(0)->set_lang("?");
  Notice(draft).mutable_persons(0)->set_citizenships(0, "?");
  draft.mutable_handling()->set_action(v1::ActionCode::A1);
  EXPECT_THAT(Summary(FaultsOf(draft)),
              UnorderedElementsAre("handling.action: D-14", "notice.title: REQUIRED",
                                   "notice.items[0].lang: LANGUAGE",
                                   "notice.persons[0].citizenships[0]: COUNTRY"));
}

TEST(Validate, CountsWhatItDoesNotList) {
  Draft draft = ExampleDraft(kNotice);
  for (int i = 0; i < 10; ++i) Notice(draft).mutable_persons(0)->add_languages("?");
  Limits limits;
  limits.faults = 4;
  const auto faults = FaultsOf(draft, Mode::kDraft, limits);
  ASSERT_EQ(faults.size(), 4u);
  EXPECT_EQ(faults[2].rule, "LANGUAGE");
  EXPECT_EQ(faults[3].rule, "MORE");
  EXPECT_THAT(faults[3].description, HasSubstr("7 more"));
}

TEST(Validate, RefusesListsAndPayloadsPastTheirLimit) {
  Draft draft = ExampleDraft(kNotice);
  for (int i = 0; i < 1000; ++i) Notice(draft).mutable_persons(0)->add_languages("vi");
  EXPECT_THAT(Summary(FaultsOf(draft)), IsEmpty());
  Notice(draft).mutable_persons(0)->add_languages("vi");
  EXPECT_THAT(Summary(FaultsOf(draft, Mode::kView)),
              ElementsAre("notice.persons[0].languages: LIST_LENGTH"));
  Limits limits;
  limits.payload_bytes = draft.payload().ByteSizeLong() - 1;
  EXPECT_THAT(Summary(FaultsOf(draft, Mode::kView, limits)), ElementsAre(": PAYLOAD_SIZE"));
}

TEST(Validate, RefusesUnknownFieldsInDrafts) {
  Draft draft = ExampleDraft(kNotice);
  auto& person = *Notice(draft).mutable_persons(0);
  person.GetReflection()->MutableUnknownFields(&person)->AddVarint(15, 1);
  EXPECT_THAT(Summary(FaultsOf(draft)), ElementsAre("notice.persons[0]: UNKNOWN_FIELD"));
}

// The rule that this keeps: what was refused must not come back in an error, a log or a screen.
TEST(Validate, NeverRepeatsAValue) {
  const std::string canary = "CANARY-7f3a\u202E";
  for (const std::string& name : ExampleDraftNames()) {
    Draft draft = ExampleDraft(name);
    const auto poison = [&](const auto& self, google::protobuf::Message& message) -> void {
      const auto& reflection = *message.GetReflection();
      std::vector<const google::protobuf::FieldDescriptor*> fields;
      reflection.ListFields(message, &fields);
      for (const auto* field : fields) {
        const int size = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
        for (int i = 0; i < size; ++i) {
          if (field->message_type() != nullptr) {
            self(self, field->is_repeated() ? *reflection.MutableRepeatedMessage(&message, field, i)
                                            : *reflection.MutableMessage(&message, field));
          } else if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
            field->is_repeated() ? reflection.SetRepeatedString(&message, field, i, canary)
                                 : reflection.SetString(&message, field, canary);
          }
        }
      }
    };
    poison(poison, *draft.mutable_payload());
    draft.mutable_handling()->set_delete_by(canary);
    for (const Mode mode : {Mode::kDraft, Mode::kView}) {
      const auto faults = FaultsOf(draft, mode);
      EXPECT_GT(faults.size(), 3u) << name;
      for (const base::FieldFault& fault : faults) {
        EXPECT_THAT(fault.field + fault.rule + fault.description, Not(HasSubstr("CANARY")));
        EXPECT_FALSE(fault.description.empty()) << fault.rule;
      }
    }
    const SubjectFacts facts = FactsOf(draft.payload(), FrameOf(draft), canary);
    EXPECT_THAT(facts.consent_missing, Not(HasSubstr("CANARY")));
  }
}

}  // namespace
}  // namespace liaison::payload
