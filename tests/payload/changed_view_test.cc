// A partner's message with changed values: what a value need not be, and what it must be all the
// same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "daemon/payload/validate.h"
#include "tests/payload/example_drafts.h"

namespace liaison::payload {
namespace {

using exchange::v1::FieldRecord;
using testing::ElementsAre;
using testing::IsEmpty;

// A notice of one person, without what only drafts need.
class ChangedView : public testing::Test {
 protected:
  v1::Person& person() { return *body_.payload.mutable_notice()->mutable_persons(0); }

  ChangedView() { body_.payload.mutable_notice()->add_persons()->set_local_id("p1"); }

  // REQUIRES: in order of path.
  void Change(const std::string& path, Kind kind) { body_.changed.push_back({path, kind}); }

  std::vector<std::string> Faults() const { return Summary(ValidateView(body_, Frame())); }

  Merged body_;
};

constexpr char kLocalId[] = "notice.persons[0].local_id";
constexpr char kBirth[] = "notice.persons[0].birth.edtf";
constexpr char kPhone[] = "notice.persons[0].contacts[0].value";
constexpr char kPseudonym[] = "pn-aaaaaaaaaaaaaaaaaaaaaaaaaa";
constexpr char kToken[] = "mt-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

TEST_F(ChangedView, TakesAMaskedPhoneThatIsNoNumber) {
  v1::Contact& contact = *person().add_contacts();
  contact.set_kind(v1::ContactKind::PHONE);
  contact.set_value("********4567");
  EXPECT_THAT(Faults(), ElementsAre(absl::StrCat(kPhone, ": PHONE")));
  Change(kPhone, FieldRecord::MASKED);
  EXPECT_THAT(Faults(), IsEmpty());
}

TEST_F(ChangedView, TakesAMaskedValueWithoutItsFieldsFormat) {
  person().set_local_id("**");
  EXPECT_THAT(Faults(), ElementsAre(absl::StrCat(kLocalId, ": LOCAL_ID")));
  Change(kLocalId, FieldRecord::MASKED);
  EXPECT_THAT(Faults(), IsEmpty());
}

TEST_F(ChangedView, LooksAtTheLeafThatWasChangedAndAtNoOther) {
  person().set_local_id("**");
  Change("notice.persons[1].local_id", FieldRecord::MASKED);
  EXPECT_THAT(Faults(), ElementsAre(absl::StrCat(kLocalId, ": LOCAL_ID")));
}

TEST_F(ChangedView, RefusesAMaskedValueThatIsTooLong) {
  person().set_local_id(std::string(65, '*'));
  Change(kLocalId, FieldRecord::MASKED);
  EXPECT_THAT(Faults(), ElementsAre(absl::StrCat(kLocalId, ": TEXT_LENGTH")));
}

TEST_F(ChangedView, RefusesAMaskedValueWithCharactersThatNoTextMayHave) {
  Change(kLocalId, FieldRecord::MASKED);
  for (const auto& [text, rule] :
       std::vector<std::pair<std::string, std::string>>{{"*\x1b[2J", "TEXT_CONTROL"},
                                                        {"*\n*", "TEXT_CONTROL"},
                                                        {"*\xe2\x80\xae*", "TEXT_BIDI"},
                                                        {"*\xe2\x80\x8b*", "TEXT_INVISIBLE"},
                                                        {"*\xef\xbf\xbf*", "TEXT_NONCHARACTER"}}) {
    person().set_local_id(text);
    EXPECT_THAT(Faults(), ElementsAre(absl::StrCat(kLocalId, ": ", rule)));
  }
}

TEST_F(ChangedView, TwoMaskedIdsMayLookAlike) {
  person().set_local_id("**");
  body_.payload.mutable_notice()->add_persons()->set_local_id("**");
  Change(kLocalId, FieldRecord::MASKED);
  Change("notice.persons[1].local_id", FieldRecord::MASKED);
  EXPECT_THAT(Faults(), IsEmpty());
}

TEST_F(ChangedView, TakesAPseudonymOfItsShapeAndNoOther) {
  Change(kLocalId, FieldRecord::PSEUDONYM);
  person().set_local_id(kPseudonym);
  EXPECT_THAT(Faults(), IsEmpty());
  for (const std::string& other :
       {std::string("p1"), absl::StrCat(kPseudonym, "a"), std::string(kToken)}) {
    person().set_local_id(other);
    EXPECT_THAT(Faults(), ElementsAre(absl::StrCat(kLocalId, ": PSEUDONYM")));
  }
}

// Longer than the plate that it stands for may be.
TEST_F(ChangedView, TakesAMatchTokenOfItsShapeAndNoOther) {
  constexpr char kPlate[] = "notice.objects[0].vehicle.plate";
  v1::Vehicle& vehicle = *body_.payload.mutable_notice()->add_objects()->mutable_vehicle();
  Change(kPlate, FieldRecord::MATCH_TOKEN);
  vehicle.set_plate(kToken);
  EXPECT_THAT(Faults(), IsEmpty());
  for (const std::string& other :
       {std::string("29A12345"), absl::StrCat(kToken, "a"), std::string(kPseudonym)}) {
    vehicle.set_plate(other);
    EXPECT_THAT(Faults(), ElementsAre(absl::StrCat(kPlate, ": MATCH_TOKEN")));
  }
}

TEST_F(ChangedView, AGeneralisedDateIsADate) {
  Change(kBirth, FieldRecord::GENERALISED);
  person().mutable_birth()->set_edtf("1988/1996");
  EXPECT_THAT(Faults(), IsEmpty());
  person().mutable_birth()->set_edtf("in the nineties");
  EXPECT_THAT(Faults(), ElementsAre(absl::StrCat(kBirth, ": EDTF")));
}

TEST_F(ChangedView, ADateWithoutItsCalendarIsOneOfEither) {
  v1::PartialDate& birth = *person().mutable_birth();
  birth.set_edtf("2543-02-29");  // a leap day as Buddhists count the years
  EXPECT_THAT(Faults(), IsEmpty());
  birth.set_calendar(v1::Calendar::BUDDHIST);
  EXPECT_THAT(Faults(), IsEmpty());
  birth.set_calendar(v1::Calendar::GREGORIAN);
  EXPECT_THAT(Faults(), ElementsAre(absl::StrCat(kBirth, ": EDTF")));
  birth.clear_calendar();
  birth.set_edtf("2001-02-29");
  EXPECT_THAT(Faults(), ElementsAre(absl::StrCat(kBirth, ": EDTF")));
}

TEST_F(ChangedView, AMaskedDateIsNone) {
  person().mutable_birth()->set_edtf("*******-17");
  EXPECT_THAT(Faults(), ElementsAre(absl::StrCat(kBirth, ": EDTF")));
  Change(kBirth, FieldRecord::MASKED);
  EXPECT_THAT(Faults(), IsEmpty());
}

TEST_F(ChangedView, AChangedValueIsNoExcuseForARuleOfTheMessage) {
  person().mutable_birth()->set_edtf("1990");
  person().mutable_birth()->set_year_unknown(true);
  Change(kBirth, FieldRecord::GENERALISED);
  EXPECT_THAT(Faults(), ElementsAre(absl::StrCat(kBirth, ": EDTF")));
}

}  // namespace
}  // namespace liaison::payload
