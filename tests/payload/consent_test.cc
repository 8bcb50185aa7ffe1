#include "daemon/payload/consent.h"

#include "tests/payload/example_drafts.h"

namespace liaison::payload {
namespace {

using v1::ConsentState;
using v1::Purpose;

constexpr absl::CivilDay kToday(2026, 11, 23);

Frame ExampleFrame() {
  Frame frame;
  frame.purposes = {Purpose::VICTIM_IDENTIFICATION};
  frame.recipient_agency = "ho-example";
  frame.recipient_country = "GB";
  return frame;
}

v1::Person Consenting() {
  v1::Person person;
  v1::Consent& consent = *person.mutable_consent();
  consent.set_state(ConsentState::GIVEN);
  consent.add_scopes(v1::ConsentScope::IDENTIFICATION);
  consent.add_covered_agencies("ho-example");
  consent.add_covered_countries("GB");
  return person;
}

v1::Person Refusing() {
  v1::Person person;
  person.set_category(v1::SubjectCategory::VICTIM);
  person.mutable_consent()->set_state(ConsentState::REFUSED);
  return person;
}

TEST(Consent, HoldsOnTheDayOnWhichItIsGiven) {
  v1::Person person = Consenting();
  person.mutable_consent()->mutable_given_on()->set_edtf("2026-11-23");
  EXPECT_EQ(ConsentGap(person, ExampleFrame(), kToday), "");
  EXPECT_NE(ConsentGap(person, ExampleFrame(), kToday - 1), "");
}

// A draft is looked at without a day: what a date says is for the decision, and that it says
// nothing is a fault of its own.
TEST(Consent, HasNoEndWhereNoDayIsAskedFor) {
  for (const char* expires : {"1969-12-31", "2020", "not a date"}) {
    v1::Person person = Consenting();
    person.mutable_consent()->mutable_expires()->set_edtf(expires);
    EXPECT_EQ(ConsentGap(person, ExampleFrame(), std::nullopt), "") << expires;
    EXPECT_EQ(ConsentGap(person, ExampleFrame(), kToday), "an expiry that is not past") << expires;
  }
}

TEST(Consent, CoversWhomeverWhereNobodyIsNamed) {
  Frame nobody = ExampleFrame();
  nobody.recipient_agency = "";
  Frame nowhere = ExampleFrame();
  nowhere.recipient_country = "";
  EXPECT_EQ(ConsentGap(Consenting(), nobody, kToday), "");
  EXPECT_EQ(ConsentGap(Consenting(), nowhere, kToday), "");
}

// A newer partner may call victims by a name that we do not know.
TEST(Consent, IsAskedOfWhoeverMayBeAVictim) {
  v1::Person person;
  const auto is_victim = [&](int category) {
    person.set_category(static_cast<v1::SubjectCategory::Code>(category));
    return IsVictim(person, v1::Payload());
  };
  EXPECT_TRUE(is_victim(v1::SubjectCategory::VICTIM));
  EXPECT_TRUE(is_victim(v1::SubjectCategory::SUSPECTED_VICTIM));
  EXPECT_TRUE(is_victim(v1::SubjectCategory::Code_MAX + 1));
  EXPECT_FALSE(is_victim(v1::SubjectCategory::WITNESS));
  EXPECT_FALSE(is_victim(v1::SubjectCategory::Code_MAX));
}

TEST(Consent, IsOfAgeFromEighteen) {
  v1::Person person;
  person.mutable_age()->set_to(18);
  EXPECT_FALSE(IsSaidToBeChild(person, kToday));
  person.mutable_age()->set_to(17);
  EXPECT_TRUE(IsSaidToBeChild(person, kToday));
}

TEST(Consent, IsAnonymousWithoutWhatLeadsToAPerson) {
  EXPECT_TRUE(IsAnonymous(Refusing()));
  v1::Person reachable = Refusing();
  reachable.add_contacts()->set_value("+00 1");
  EXPECT_FALSE(IsAnonymous(reachable));
}

// The name stands beside the person, in what is asked of it and in what is answered.
TEST(Consent, IsNotRefusedAnonymouslyWhereANameStandsBeside) {
  v1::Payload notice;
  notice.mutable_notice();
  v1::Payload request;
  request.mutable_victim_verification_request();
  v1::Payload response;
  response.mutable_victim_verification_response();
  EXPECT_TRUE(IsAnonymousRefusal(Refusing(), notice));
  EXPECT_FALSE(IsAnonymousRefusal(Refusing(), request));
  EXPECT_FALSE(IsAnonymousRefusal(Refusing(), response));
}

TEST(Consent, IsNotAwaitedForALifeOnlyWhereThatIsMostUrgent) {
  Frame frame;
  frame.purposes = {Purpose::THREAT_TO_LIFE, Purpose::VICTIM_RESCUE};
  frame.urgency = v1::Urgency::U1;
  EXPECT_TRUE(AvertsThreatToLife(frame));
  frame.urgency = v1::Urgency::U2;
  EXPECT_FALSE(AvertsThreatToLife(frame));
}

}  // namespace
}  // namespace liaison::payload
