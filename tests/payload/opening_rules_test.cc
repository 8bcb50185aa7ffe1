// What an opening may say, before anybody looks at what it opens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "daemon/payload/validate.h"
#include "tests/payload/example_drafts.h"

namespace liaison::payload {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

desk::v1::Draft OpeningDraft() {
  desk::v1::Draft draft = ExampleDraft("victim_verification_request");
  draft.clear_payload();
  v1::OpenedField& field = *draft.mutable_payload()->mutable_field_opening()->add_fields();
  field.set_path("victim_verification_request.documents_seen[0].number");
  field.set_salt(std::string(16, '\x80'));
  field.set_value("\x2a\x01\xff");
  return draft;
}

v1::OpenedField& First(desk::v1::Draft& draft) {
  return *draft.mutable_payload()->mutable_field_opening()->mutable_fields(0);
}

// Faults after a change, the same in both modes.
std::vector<std::string> FaultsAfter(const std::function<void(desk::v1::Draft&)>& change) {
  desk::v1::Draft draft = OpeningDraft();
  change(draft);
  const std::vector<std::string> faults = Summary(FaultsOf(draft, Mode::kDraft));
  EXPECT_EQ(Summary(FaultsOf(draft, Mode::kView)), faults);
  return faults;
}

// Bytes are no text; the notes that TLP RED and handling code C ask for are the original's.
TEST(OpeningRules, TakeSaltAndValueAsBytesAndTheNotesAsTheOriginals) {
  EXPECT_THAT(FaultsAfter([](desk::v1::Draft&) {}), IsEmpty());
}

TEST(OpeningRules, TakeAnOpeningAtTlpClear) {
  EXPECT_THAT(FaultsAfter([](desk::v1::Draft& draft) {
                draft.mutable_handling()->Clear();
                draft.mutable_handling()->set_tlp(v1::Tlp::CLEAR);
                draft.mutable_handling()->set_code(v1::HandlingCode::P);
              }),
              IsEmpty());
}

TEST(OpeningRules, NameEachPartThatIsMissingOrOfAnotherSize) {
  EXPECT_THAT(FaultsAfter([](desk::v1::Draft& draft) { First(draft).clear_path(); }),
              ElementsAre("field_opening.fields[0].path: PATH"));
  EXPECT_THAT(FaultsAfter([](desk::v1::Draft& draft) { First(draft).set_path("a/b"); }),
              ElementsAre("field_opening.fields[0].path: PATH"));
  EXPECT_THAT(
      FaultsAfter([](desk::v1::Draft& draft) { First(draft).set_path(std::string(256, 'a')); }),
      ElementsAre("field_opening.fields[0].path: PATH"));
  EXPECT_THAT(FaultsAfter([](desk::v1::Draft& draft) { First(draft).mutable_salt()->pop_back(); }),
              ElementsAre("field_opening.fields[0].salt: SALT"));
  EXPECT_THAT(FaultsAfter([](desk::v1::Draft& draft) { First(draft).clear_value(); }),
              ElementsAre("field_opening.fields[0].value: REQUIRED"));
}

TEST(OpeningRules, RefuseAnOpeningOfNothingAndOneFieldTwice) {
  EXPECT_THAT(FaultsAfter([](desk::v1::Draft& draft) {
                draft.mutable_payload()->mutable_field_opening()->clear_fields();
              }),
              ElementsAre("field_opening.fields: REQUIRED"));
  EXPECT_THAT(FaultsAfter([](desk::v1::Draft& draft) {
                *draft.mutable_payload()->mutable_field_opening()->add_fields() = First(draft);
              }),
              ElementsAre("field_opening.fields[1].path: PATH_TWICE"));
}

}  // namespace
}  // namespace liaison::payload
