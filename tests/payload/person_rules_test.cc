// Rules of persons: what victims agreed to, and what stands for a child.
#include "tests/payload/broken_drafts.h"

namespace liaison::payload {
namespace {

using v1::ConsentScope;
using v1::ConsentState;
using v1::SubjectCategory;
using v1::TriState;

TEST(ConsentRules, NeedsConsentOfAnAdultVictimThatCoversTheMessage) {
  const std::vector<std::string> kDenied = {"notice.persons[1].consent: D-04"};
  Expect({
      {kNotice, [](Draft& d) { Victim(d).clear_consent(); }, kDenied},
      {kNotice, [](Draft& d) { Victim(d).mutable_consent()->set_state(ConsentState::REFUSED); },
       kDenied},
      {kNotice, [](Draft& d) { Victim(d).mutable_consent()->set_state(ConsentState::NOT_ASKED); },
       kDenied},
      {kNotice,
       [](Draft& d) { Victim(d).mutable_consent()->set_state(ConsentState::NOT_REQUIRED_CHILD); },
       kDenied},
      {kNotice, [](Draft& d) { Victim(d).mutable_consent()->set_covered_agencies(0, "io-other"); },
       kDenied},
      {kNotice, [](Draft& d) { Victim(d).mutable_consent()->set_covered_countries(0, "FR"); },
       kDenied},
      {kNotice,
       [](Draft& d) { Victim(d).mutable_consent()->set_scopes(1, ConsentScope::STATISTICS); },
       kDenied},
      {kNotice, [](Draft& d) { d.add_purposes(v1::Purpose::FAMILY_TRACING); }, kDenied},
      {kNotice,
       [](Draft& d) { Victim(d).mutable_consent()->set_state(ConsentState::WITHDRAWN); },
       {"notice.persons[1].consent.state: D-08"}},
      {kNotice,
       [](Draft& d) {
         Victim(d).set_category(SubjectCategory::RETURNEE);
         Victim(d).clear_consent();
       },
       kDenied},  // who stands there with a VictimContext is no mere returnee
      {kNotice,
       [](Draft& d) {
         Victim(d).set_category(SubjectCategory::RETURNEE);
         Victim(d).clear_consent();
         Victim(d).clear_victim();
         Victim(d).clear_victim_assertions();
       },
       {}},
  });
}

TEST(ConsentRules, AsksForTheScopeThatVerificationNeeds) {
  Expect({{kRequest,
           [](Draft& d) {
             d.set_purposes(0, v1::Purpose::VICTIM_PROTECTION_SUPPORT);
             Request(d).mutable_subject()->mutable_consent()->set_scopes(0, ConsentScope::REFERRAL);
           },
           {"victim_verification_request.subject.consent.scopes: D-04"}}});
}

TEST(ConsentRules, LetsAThreatToLifePassWithAWrittenReason) {
  const auto threat = [](Draft& d) {
    Victim(d).mutable_consent()->set_state(ConsentState::NOT_ASKED);
    Notice(d).set_threats_to_life(TriState::YES);
    d.set_urgency(v1::Urgency::U1);
    d.clear_purposes();
    d.add_purposes(v1::Purpose::VICTIM_RESCUE);
    d.add_purposes(v1::Purpose::THREAT_TO_LIFE);
  };
  Expect({{kNotice, threat, {"notes.no_consent_reason: D-06"}},
          {kNotice,
           [&](Draft& d) {
             threat(d);
             auto& reason = *d.mutable_payload()->mutable_notes()->mutable_no_consent_reason();
             reason.set_text("example: the person is being moved now");
             reason.set_lang("en");
           },
           {}},
          {kNotice,
           [&](Draft& d) {
             threat(d);
             d.mutable_purposes()->RemoveLast();
           },
           {"notice.persons[1].consent: D-04"}},
          {kNotice,
           [&](Draft& d) {
             threat(d);
             d.add_purposes(v1::Purpose::TRAFFICKING_INVESTIGATION);
           },
           {"notice.persons[1].consent: D-04"}}});
}

TEST(ConsentRules, AsksForNoReasonWhereConsentIsThere) {
  Expect({{kNotice,
           [](Draft& d) {
             Notice(d).set_threats_to_life(TriState::YES);
             d.set_urgency(v1::Urgency::U1);
             d.clear_purposes();
             d.add_purposes(v1::Purpose::THREAT_TO_LIFE);
           },
           {}}});
}

TEST(ConsentRules, AsksASenderAloneForTheLimitsOfConsent) {
  const auto without_scopes = [](Draft& d) {
    Notice(d).mutable_persons(0)->mutable_consent()->set_state(ConsentState::GIVEN);
    Notice(d).mutable_persons(0)->mutable_consent()->mutable_given_on()->set_edtf("2026-11-02");
    Notice(d).mutable_persons(0)->mutable_consent()->add_covered_agencies("ho-example");
    Notice(d).mutable_persons(0)->mutable_consent()->add_covered_countries("GB");
    Notice(d).mutable_persons(0)->mutable_consent()->clear_scopes();
  };
  Expect({{kNotice, without_scopes, {"notice.persons[0].consent.scopes: REQUIRED"}}});
  Expect({{kNotice, without_scopes, {}}}, Mode::kView);
}

TEST(ContactRules, LooksAtNoNumberThatIsNotThere) {
  Expect({{kNotice,
           [](Draft& d) {
             v1::Contact& contact = *Notice(d).mutable_persons(0)->add_contacts();
             contact.set_kind(v1::ContactKind::PHONE);
             contact.set_raw("0900 (example)");
           },
           {"notice.persons[0].contacts[1].value: REQUIRED"}}});
}

TEST(ConsentRules, LetsAnAnonymousRecordOfARefusalPass) {
  const auto anonymous = [](Draft& d) {
    v1::Person person;
    person.set_local_id("p2");
    person.set_category(SubjectCategory::VICTIM);
    person.set_is_child(TriState::NO);
    person.mutable_consent()->set_state(ConsentState::REFUSED);
    person.mutable_victim()->add_exploitation(v1::Exploitation::FORCED_LABOUR);
    Victim(d) = person;
  };
  const std::vector<std::string> kDenied = {"notice.persons[1].consent: D-04"};
  Expect({{kNotice, anonymous, {}},
          {kNotice,
           [&](Draft& d) {
             anonymous(d);
             Victim(d).add_names()->set_full_original("Ví Dụ Ba");
           },
           kDenied},
          {kNotice,
           [&](Draft& d) {
             anonymous(d);
             Victim(d).mutable_birth()->set_edtf("1999");
           },
           kDenied},
          {kNotice,
           [&](Draft& d) {
             anonymous(d);
             Victim(d).mutable_victim()->mutable_exploitation_place()->set_street("1 Example");
           },
           kDenied},
          {kNotice,
           [&](Draft& d) {
             anonymous(d);
             Victim(d).mutable_physical_description()->set_text("example");
             Victim(d).mutable_physical_description()->set_lang("en");
           },
           kDenied},
          {kNotice,
           [&](Draft& d) {
             anonymous(d);
             Victim(d).mutable_consent()->set_state(ConsentState::NOT_ASKED);
           },
           kDenied}});
}

TEST(ChildRules, ProtectsWhoeverMayBeAChild) {
  const std::vector<std::string> kBoth = {"notice.persons[1].child_safeguard: D-05",
                                          "handling.tlp: D-05"};
  const auto answer = [](TriState::Code is_child) {
    return [=](Draft& d) { Victim(d).set_is_child(is_child); };
  };
  Expect({{kNotice, answer(TriState::YES), kBoth},
          {kNotice, answer(TriState::UNKNOWN), kBoth},
          {kNotice, answer(TriState::REFUSED_TO_ANSWER), kBoth},
          {kNotice,
           [](Draft& d) {
             Victim(d).mutable_age()->set_from(17);
             Victim(d).mutable_age()->set_to(22);
           },
           kBoth},
          {kNotice,
           [](Draft& d) {
             Victim(d).clear_is_child();
             Victim(d).mutable_age()->set_from(18);
           },
           {}},
          {kNotice,
           [](Draft& d) { Victim(d).clear_is_child(); },
           {"notice.persons[1].is_child: REQUIRED"}},
          {kNotice,
           [](Draft& d) {
             d.mutable_payload()->mutable_notice()->mutable_persons(0)->set_is_child(TriState::YES);
           },
           {"notice.persons[0].child_safeguard: D-05", "handling.tlp: D-05"}}});
}

TEST(ChildRules, AcceptsAProtectedChildWithoutConsent) {
  Expect({{kNotice,
           [](Draft& d) {
             Handling(d).set_tlp(v1::Tlp::RED);
             d.mutable_payload()->mutable_notes()->add_named_recipients("ho-officer-03");
             Victim(d).set_is_child(TriState::YES);
             Victim(d).mutable_consent()->Clear();
             Victim(d).mutable_consent()->set_state(ConsentState::NOT_REQUIRED_CHILD);
             auto& safeguard = *Victim(d).mutable_child_safeguard();
             safeguard.set_guardian_role("appointed guardian");
             safeguard.mutable_best_interests_note()->set_text("example");
             safeguard.mutable_best_interests_note()->set_lang("en");
           },
           {}}});
}

TEST(VictimRules, KeepsConsentToExploitationOutOfOpenLists) {
  Expect({{kNotice,
           [](Draft& d) {
             Victim(d).mutable_victim()->add_exploitation(v1::Exploitation::OTHER);
             Victim(d).mutable_victim()->set_exploitation_other("Consented to the work");
           },
           {"notice.persons[1].victim.exploitation_other: D-37"}},
          {kNotice,
           [](Draft& d) {
             Victim(d).mutable_victim()->add_control(v1::MeansOfControl::OTHER);
             Victim(d).mutable_victim()->set_control_other("Tự nguyện");
           },
           {"notice.persons[1].victim.control_other: D-37"}}});
}

}  // namespace
}  // namespace liaison::payload
