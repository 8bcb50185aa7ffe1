#include "tests/payload/example_drafts.h"

namespace liaison::payload {
namespace {

using testing::ElementsAre;
using v1::ConsentState;
using v1::SubjectCategory;
using v1::TriState;

constexpr char kToday[] = "2026-11-23";

Frame ExampleFrame() {
  Frame frame;
  frame.urgency = v1::Urgency::U2;
  frame.purposes = {v1::Purpose::VICTIM_IDENTIFICATION};
  frame.recipient_agency = "ho-example";
  frame.recipient_country = "GB";
  return frame;
}

v1::Person Consenting() {
  v1::Person person;
  person.set_category(SubjectCategory::VICTIM);
  person.set_is_child(TriState::NO);
  person.add_names()->set_full_original("Ví Dụ");
  v1::Consent& consent = *person.mutable_consent();
  consent.set_state(ConsentState::GIVEN);
  consent.add_scopes(v1::ConsentScope::IDENTIFICATION);
  consent.add_covered_agencies("ho-example");
  consent.add_covered_countries("GB");
  return person;
}

SubjectFacts FactsWith(const std::vector<v1::Person>& persons, const Frame& frame = ExampleFrame(),
                       const std::string& today = kToday) {
  v1::Payload payload;
  for (const v1::Person& person : persons) *payload.mutable_notice()->add_persons() = person;
  return FactsOf(payload, frame, today);
}

TEST(Facts, FindsNothingInAPayloadWithoutPersons) {
  v1::Payload payload;
  payload.mutable_alert_cancel()->set_reason(v1::CancelReason::RESOLVED);
  payload.mutable_notes()->add_named_recipients("ho-officer-03");
  const SubjectFacts facts = FactsOf(payload, ExampleFrame(), kToday);
  EXPECT_FALSE(facts.has_personal_data);
  EXPECT_FALSE(facts.has_adult_victim);
  EXPECT_FALSE(facts.has_possible_child);
  EXPECT_TRUE(facts.consent_covers);
  EXPECT_THAT(facts.named_recipients, ElementsAre("ho-officer-03"));
  EXPECT_FALSE(facts.has_instructions);
  EXPECT_FALSE(facts.has_no_consent_reason);
}

// A partner's older version lets them pass.
TEST(Facts, TakeNoBlankForInstructionsNamesAndReasons) {
  v1::Payload payload;
  v1::HandlingNotes& notes = *payload.mutable_notes();
  notes.set_instructions("\u00A0\u2003");
  notes.mutable_no_consent_reason()->set_text("\u00A0");
  notes.add_named_recipients("\u2003");
  SubjectFacts facts = FactsOf(payload, ExampleFrame(), kToday);
  EXPECT_FALSE(facts.has_instructions);
  EXPECT_FALSE(facts.has_no_consent_reason);
  EXPECT_THAT(facts.named_recipients, testing::IsEmpty());
  notes.set_instructions("ask first");
  notes.mutable_no_consent_reason()->set_text("moved now");
  facts = FactsOf(payload, ExampleFrame(), kToday);
  EXPECT_TRUE(facts.has_instructions);
  EXPECT_TRUE(facts.has_no_consent_reason);
}

TEST(Facts, CountsEveryClassFromL2AsPersonal) {
  v1::Payload payload;
  payload.mutable_alert()->mutable_area()->add_places()->set_country("VN");
  EXPECT_FALSE(FactsOf(payload, ExampleFrame(), kToday).has_personal_data);
  v1::Payload raised;  // the same place, of a person
  raised.mutable_notice()->add_persons()->mutable_birth_place()->set_country("VN");
  EXPECT_TRUE(FactsOf(raised, ExampleFrame(), kToday).has_personal_data);
  v1::Payload text;
  text.mutable_alert_cancel()->mutable_details()->set_text("x");
  EXPECT_TRUE(FactsOf(text, ExampleFrame(), kToday).has_personal_data);
}

TEST(Facts, FindsConsentThatCovers) {
  const SubjectFacts facts = FactsWith({Consenting()});
  EXPECT_TRUE(facts.has_adult_victim);
  EXPECT_TRUE(facts.consent_covers) << facts.consent_missing;
}

TEST(Facts, NamesWhatConsentLacks) {
  const std::vector<std::pair<std::function<void(v1::Person&)>, std::string>> kCases = {
      {[](v1::Person& p) { p.clear_consent(); }, "state GIVEN"},
      {[](v1::Person& p) { p.mutable_consent()->set_state(ConsentState::WITHDRAWN); },
       "state GIVEN"},
      {[](v1::Person& p) { p.mutable_consent()->clear_covered_agencies(); },
       "the recipient among covered_agencies"},
      {[](v1::Person& p) { p.mutable_consent()->set_covered_countries(0, "FR"); },
       "the recipient's country among covered_countries"},
      {[](v1::Person& p) { p.mutable_consent()->mutable_expires()->set_edtf("2026-11-22"); },
       "an expiry that is not past"},
      {[](v1::Person& p) { p.mutable_consent()->mutable_given_on()->set_edtf("2026-11-24"); },
       "a day on which it was given, not one to come"},
      {[](v1::Person& p) { p.mutable_consent()->mutable_expires()->set_edtf("not a date"); },
       "an expiry that is not past"},
      {[](v1::Person& p) { p.mutable_consent()->clear_scopes(); },
       "scope IDENTIFICATION for purpose VICTIM_IDENTIFICATION"}};
  for (const auto& [change, missing] : kCases) {
    v1::Person person = Consenting();
    change(person);
    const SubjectFacts facts = FactsWith({Consenting(), person});
    EXPECT_FALSE(facts.consent_covers) << missing;
    EXPECT_EQ(facts.consent_missing, "notice.persons[1].consent: " + missing);
  }
}

TEST(Facts, LetsConsentLastThroughItsLastDay) {
  v1::Person person = Consenting();
  person.mutable_consent()->mutable_expires()->set_edtf("2026-11-23");
  EXPECT_TRUE(FactsWith({person}).consent_covers);
}

TEST(Facts, AsksEachPurposeForItsScope) {
  Frame frame = ExampleFrame();
  frame.purposes = {v1::Purpose::VICTIM_IDENTIFICATION, v1::Purpose::TRAFFICKING_PROSECUTION};
  v1::Person person = Consenting();
  EXPECT_FALSE(FactsWith({person}, frame).consent_covers);
  person.mutable_consent()->add_scopes(v1::ConsentScope::INVESTIGATION);
  EXPECT_TRUE(FactsWith({person}, frame).consent_covers);
}

TEST(Facts, DoesNotAskWhoIsNoVictim) {
  v1::Person person = Consenting();
  person.clear_consent();
  person.set_category(SubjectCategory::WITNESS);
  const SubjectFacts facts = FactsWith({person});
  EXPECT_FALSE(facts.has_adult_victim);
  EXPECT_TRUE(facts.consent_covers);
}

// The category is a word; what else is said of a person counts as much.
TEST(Facts, AsksWhoeverIsTreatedAsAVictim) {
  using v1::VictimStatus;
  const auto finding = [](int status) {
    return [=](v1::Person& p) {
      p.add_victim_assertions()->set_status(static_cast<VictimStatus::Code>(status));
    };
  };
  const auto consent = [](ConsentState::Code state) {
    return [=](v1::Person& p) { p.mutable_consent()->set_state(state); };
  };
  const auto facts_of = [](const std::function<void(v1::Person&)>& change) {
    v1::Person person;
    person.set_category(SubjectCategory::RETURNEE);
    person.set_is_child(TriState::NO);
    change(person);
    return FactsWith({person});
  };
  const std::function<void(v1::Person&)> victims[] = {
      [](v1::Person& p) { p.mutable_victim(); },
      consent(ConsentState::REFUSED),
      consent(ConsentState::WITHDRAWN),
      finding(VictimStatus::SUSPECTED),
      finding(VictimStatus::IDENTIFICATION_IN_PROGRESS),
      finding(VictimStatus::REASONABLE_GROUNDS_POSITIVE),
      finding(VictimStatus::CONCLUSIVE_POSITIVE),
      finding(VictimStatus::CERTIFIED_BY_LAW_ENFORCEMENT),
      finding(VictimStatus::CERTIFIED_BY_COURT),
      finding(VictimStatus::WITHDREW),
      finding(77)};
  for (const auto& change : victims) {
    const SubjectFacts facts = facts_of(change);
    EXPECT_TRUE(facts.has_adult_victim);
    EXPECT_FALSE(facts.consent_covers);
    EXPECT_THAT(facts.subjects,
                ElementsAre(SubjectCategory::RETURNEE, SubjectCategory::SUSPECTED_VICTIM));
  }
  const std::function<void(v1::Person&)> others[] = {
      [](v1::Person&) {},
      consent(ConsentState::NOT_ASKED),
      finding(VictimStatus::VICTIM_STATUS_UNSPECIFIED),
      finding(VictimStatus::PERSON_AT_RISK),
      finding(VictimStatus::REASONABLE_GROUNDS_NEGATIVE),
      finding(VictimStatus::CONCLUSIVE_NEGATIVE),
      finding(VictimStatus::NOT_A_VICTIM)};
  for (const auto& change : others) {
    const SubjectFacts facts = facts_of(change);
    EXPECT_FALSE(facts.has_adult_victim);
    EXPECT_THAT(facts.subjects, ElementsAre(SubjectCategory::RETURNEE));
  }
}

TEST(Facts, AsksWhoeverARequestTellsTheTraffickingOf) {
  v1::Payload payload;
  v1::VictimVerificationRequest& request = *payload.mutable_victim_verification_request();
  request.mutable_subject()->set_category(SubjectCategory::PERSON_AT_RISK);
  request.mutable_subject()->set_is_child(TriState::NO);
  EXPECT_FALSE(FactsOf(payload, ExampleFrame(), kToday).has_adult_victim);
  request.mutable_trafficking_summary();
  EXPECT_TRUE(FactsOf(payload, ExampleFrame(), kToday).has_adult_victim);
}

TEST(Facts, AsksWhomAnAnswerFindsAVictim) {
  v1::Payload payload;
  v1::VictimVerificationResponse& response = *payload.mutable_victim_verification_response();
  response.mutable_subject()->set_category(SubjectCategory::RETURNEE);
  response.mutable_subject()->set_is_child(TriState::NO);
  response.mutable_victim_assertion()->set_status(v1::VictimStatus::CONCLUSIVE_NEGATIVE);
  EXPECT_FALSE(FactsOf(payload, ExampleFrame(), kToday).has_adult_victim);
  response.mutable_victim_assertion()->set_status(v1::VictimStatus::CONCLUSIVE_POSITIVE);
  EXPECT_TRUE(FactsOf(payload, ExampleFrame(), kToday).has_adult_victim);
}

// Whoever an age or a birth makes an adult is asked, whatever is_child says.
TEST(Facts, AsksAnAdultWhoIsSaidToBeAChild) {
  for (const auto answer : {TriState::YES, TriState::UNKNOWN}) {
    v1::Person person;
    person.set_category(SubjectCategory::VICTIM);
    person.set_is_child(answer);
    EXPECT_TRUE(FactsWith({person}).consent_covers);
    v1::Person born = person;
    born.mutable_birth()->set_edtf("1980-01-01");
    EXPECT_FALSE(FactsWith({born}).consent_covers);
    EXPECT_EQ(FactsWith({born}).has_possible_child, answer == TriState::YES);
    v1::Person old = person;
    old.mutable_age()->set_from(40);
    EXPECT_FALSE(FactsWith({old}).consent_covers);
    EXPECT_EQ(FactsWith({old}).has_possible_child, answer == TriState::YES);
  }
}

// Of whoever is no victim the doubt alone is not enough.
TEST(Facts, TakesAnybodyForAChildWhoIsSaidToBeOne) {
  const auto facts_of = [](const std::function<void(v1::Person&)>& change) {
    v1::Person person;
    person.set_category(v1::SubjectCategory::RETURNEE);
    change(person);
    return FactsWith({person}, ExampleFrame(), kToday);
  };
  const auto is_child = [&](const std::function<void(v1::Person&)>& change) {
    return facts_of(change).has_possible_child;
  };
  const auto born = [](const char* edtf) {
    return [=](v1::Person& p) { p.mutable_birth()->set_edtf(edtf); };
  };
  EXPECT_FALSE(is_child([](v1::Person&) {}));
  EXPECT_TRUE(is_child([](v1::Person& p) { p.set_is_child(TriState::YES); }));
  EXPECT_FALSE(is_child([](v1::Person& p) { p.set_is_child(TriState::UNKNOWN); }));
  EXPECT_FALSE(is_child([](v1::Person& p) { p.set_is_child(TriState::NO); }));
  EXPECT_TRUE(is_child([](v1::Person& p) { p.mutable_age()->set_from(17); }));
  EXPECT_FALSE(is_child([](v1::Person& p) { p.mutable_age()->set_from(18); }));
  EXPECT_FALSE(is_child([](v1::Person& p) { p.mutable_age()->set_to(40); }));
  EXPECT_TRUE(is_child([](v1::Person& p) { p.mutable_age()->set_to(17); }));
  EXPECT_FALSE(is_child([](v1::Person& p) {
    p.mutable_age()->set_from(16);
    p.mutable_age()->set_to(30);
  }));
  EXPECT_TRUE(is_child(born("2008-11-24")));
  EXPECT_FALSE(is_child(born("2008-11-23")));
  EXPECT_TRUE(is_child(born("2009")));
  EXPECT_FALSE(is_child(born("2008")));
  EXPECT_FALSE(is_child(born("unreadable")));
  const SubjectFacts unguarded = facts_of(born("2015-03-01"));
  EXPECT_TRUE(unguarded.lacks_child_safeguard);
  EXPECT_FALSE(unguarded.has_adult_victim);
  const SubjectFacts guarded = facts_of([](v1::Person& p) {
    p.set_is_child(TriState::YES);
    p.mutable_child_safeguard();
  });
  EXPECT_TRUE(guarded.has_possible_child);
  EXPECT_FALSE(guarded.lacks_child_safeguard);
}

TEST(Facts, TakesAVictimForAChildUnlessThatIsExcluded) {
  const auto may_be_child = [](const std::function<void(v1::Person&)>& change,
                               const std::string& today = kToday) {
    v1::Person person = Consenting();
    person.clear_is_child();
    change(person);
    const SubjectFacts facts = FactsWith({person}, ExampleFrame(), today);
    EXPECT_TRUE(facts.has_possible_child || facts.has_adult_victim);
    return facts.has_possible_child;
  };
  const auto born = [](const char* edtf) {
    return [=](v1::Person& p) { p.mutable_birth()->set_edtf(edtf); };
  };
  EXPECT_TRUE(may_be_child([](v1::Person&) {}));
  EXPECT_TRUE(may_be_child([](v1::Person& p) { p.set_is_child(TriState::YES); }));
  EXPECT_TRUE(may_be_child([](v1::Person& p) { p.set_is_child(TriState::UNKNOWN); }));
  EXPECT_FALSE(may_be_child([](v1::Person& p) { p.set_is_child(TriState::NO); }));
  EXPECT_FALSE(may_be_child(born("2008-11-23")));
  EXPECT_TRUE(may_be_child(born("2008-11-24")));
  EXPECT_TRUE(may_be_child(born("2008")));
  EXPECT_FALSE(may_be_child(born("2007")));
  EXPECT_TRUE(may_be_child(born("200X")));
  EXPECT_TRUE(may_be_child(born("1990/..")));
  EXPECT_TRUE(may_be_child(born("unreadable")));
  EXPECT_TRUE(may_be_child(born("2000-01-01"), ""));
  EXPECT_TRUE(may_be_child([](v1::Person& p) {
    p.set_is_child(TriState::NO);  // spoken against by the birth
    p.mutable_birth()->set_edtf("2010-01-01");
  }));
  EXPECT_TRUE(may_be_child([](v1::Person& p) { p.mutable_age()->set_to(40); }));
  EXPECT_TRUE(may_be_child([](v1::Person& p) { p.mutable_age()->set_from(17); }));
  EXPECT_FALSE(may_be_child([](v1::Person& p) { p.mutable_age()->set_from(18); }));
}

TEST(Facts, TellsWhetherAChildHasASafeguard) {
  v1::Person child = Consenting();
  child.set_is_child(TriState::UNKNOWN);
  EXPECT_TRUE(FactsWith({child}).lacks_child_safeguard);
  v1::Person guarded = child;
  guarded.mutable_child_safeguard()->set_guardian_role("example: legal guardian");
  EXPECT_FALSE(FactsWith({guarded}).lacks_child_safeguard);
  EXPECT_TRUE(FactsWith({guarded, child}).lacks_child_safeguard);
  EXPECT_TRUE(FactsWith({child, guarded}).lacks_child_safeguard);
  EXPECT_FALSE(FactsWith({Consenting()}).lacks_child_safeguard);
  child.set_category(SubjectCategory::WITNESS);
  EXPECT_FALSE(FactsWith({child}).lacks_child_safeguard);
  EXPECT_FALSE(FactsWith({child}).has_possible_child);
}

TEST(Facts, TellsAnAnonymousRecordOfARefusal) {
  v1::Person person;
  person.set_category(SubjectCategory::VICTIM);
  person.set_is_child(TriState::NO);
  person.mutable_consent()->set_state(ConsentState::REFUSED);
  EXPECT_FALSE(FactsWith({person}).consent_covers);
  EXPECT_TRUE(FactsWith({person}).has_only_anonymous_refusals);
  EXPECT_TRUE(FactsWith({person, person}).has_only_anonymous_refusals);
  v1::Person named = person;
  named.add_citizenships("VNM");
  EXPECT_FALSE(FactsWith({named}).has_only_anonymous_refusals);
  EXPECT_FALSE(FactsWith({person, named}).has_only_anonymous_refusals);
  EXPECT_FALSE(FactsWith({named, person}).has_only_anonymous_refusals);
  EXPECT_FALSE(FactsWith({}).has_only_anonymous_refusals);
  v1::Person relative;
  relative.set_category(SubjectCategory::FAMILY_MEMBER);
  EXPECT_TRUE(FactsWith({person, relative}).has_only_anonymous_refusals);
  relative.add_names()->set_full_original("Ví Dụ");
  EXPECT_FALSE(FactsWith({person, relative}).has_only_anonymous_refusals);
}

// The name stands beside the person, in what the subject claims.
TEST(Facts, ARequestToVerifyIsNoAnonymousRecord) {
  v1::Payload payload;
  v1::Person& subject = *payload.mutable_victim_verification_request()->mutable_subject();
  subject.set_category(SubjectCategory::VICTIM);
  subject.set_is_child(TriState::NO);
  subject.mutable_consent()->set_state(ConsentState::REFUSED);
  const SubjectFacts facts = FactsOf(payload, Frame(), kToday);
  EXPECT_FALSE(facts.consent_covers);
  EXPECT_FALSE(facts.has_only_anonymous_refusals);
}

TEST(Facts, WhoIsSaidToBeNoChildIsAskedHoweverVagueTheBirth) {
  for (const char* birth : {"200X", "2015-03-01", "2006/2008", "****"}) {
    v1::Person person;
    person.set_category(SubjectCategory::VICTIM);
    person.set_is_child(TriState::NO);
    person.mutable_birth()->set_edtf(birth);
    EXPECT_FALSE(FactsWith({person}).consent_covers) << birth;
  }
}

TEST(Facts, NamesTheCategoryOfEveryPerson) {
  v1::Person suspect;
  suspect.set_category(SubjectCategory::SUSPECT);
  EXPECT_THAT(FactsWith({suspect, Consenting(), v1::Person()}).subjects,
              ElementsAre(SubjectCategory::SUSPECT, SubjectCategory::VICTIM,
                          SubjectCategory::SUBJECT_CATEGORY_UNSPECIFIED));
  EXPECT_THAT(FactsWith({}).subjects, testing::IsEmpty());
}

TEST(Facts, FindsVictimsWhoDidNotConsentToAnInvestigation) {
  v1::Person agreed = Consenting();
  agreed.mutable_consent()->add_scopes(v1::ConsentScope::INVESTIGATION);
  const auto consents = [&](const v1::Person& person) {
    return FactsWith({agreed, person}).victims_consent_to_investigation;
  };
  EXPECT_TRUE(consents(agreed));
  EXPECT_FALSE(consents(Consenting())) << "to identification alone";
  v1::Person child = Consenting();
  child.set_is_child(TriState::YES);
  EXPECT_FALSE(consents(child)) << "a child is asked too";
  v1::Person expired = agreed;
  expired.mutable_consent()->mutable_expires()->set_edtf("2026-11-22");
  EXPECT_FALSE(consents(expired));
  v1::Person for_another = agreed;
  for_another.mutable_consent()->set_covered_agencies(0, "io-example");
  EXPECT_FALSE(consents(for_another));
  v1::Person witness;
  witness.set_category(SubjectCategory::WITNESS);
  EXPECT_TRUE(consents(witness)) << "no victim";
  EXPECT_TRUE(FactsWith({}).victims_consent_to_investigation);
}

TEST(Facts, LooksIntoEveryMessageThatHasPersons) {
  v1::Person person = Consenting();
  person.clear_consent();
  v1::Payload alert;
  *alert.mutable_alert()->add_subjects() = person;
  v1::Payload request;
  *request.mutable_victim_verification_request()->mutable_subject() = person;
  v1::Payload response;
  *response.mutable_victim_verification_response()->mutable_subject() = person;
  for (const v1::Payload& payload : {alert, request, response}) {
    EXPECT_FALSE(FactsOf(payload, ExampleFrame(), kToday).consent_covers);
  }
}

}  // namespace
}  // namespace liaison::payload
