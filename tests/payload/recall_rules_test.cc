// What a recall and its confirmation may say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "daemon/payload/validate.h"
#include "tests/payload/example_drafts.h"

namespace liaison::payload {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

desk::v1::Draft RecallDraft(v1::RecallReason::Code reason, v1::Urgency::Code urgency) {
  desk::v1::Draft draft = ExampleDraft("victim_verification_request");
  draft.clear_payload();
  draft.mutable_handling()->Clear();
  draft.set_urgency(urgency);
  draft.mutable_payload()->mutable_recall()->set_reason(reason);
  return draft;
}

v1::Recall& Recall(desk::v1::Draft& draft) { return *draft.mutable_payload()->mutable_recall(); }

std::vector<std::string> Faults(const desk::v1::Draft& draft, Mode mode = Mode::kDraft) {
  return Summary(FaultsOf(draft, mode));
}

std::vector<std::string> FaultsAfter(const std::function<void(desk::v1::Draft&)>& change) {
  desk::v1::Draft draft = RecallDraft(v1::RecallReason::INACCURATE, v1::Urgency::U2);
  change(draft);
  EXPECT_EQ(Faults(draft, Mode::kView), Faults(draft));
  return Faults(draft);
}

TEST(RecallRules, TakeAReasonAlone) {
  EXPECT_THAT(FaultsAfter([](desk::v1::Draft&) {}), IsEmpty());
}

// It goes without agreement and consent.
TEST(RecallRules, SayNothingBesideTheirBody) {
  using Change = std::function<void(v1::HandlingNotes&)>;
  const Change more[] = {[](auto& notes) { notes.set_instructions("she lives in ..."); },
                         [](auto& notes) { notes.add_case_references()->set_ref("a name"); },
                         [](auto& notes) { notes.add_legacy_codes()->set_code("a number"); },
                         [](auto& notes) { notes.set_origin(v1::Origin::HUMAN_GENERATED); }};
  for (const Change& change : more) {
    desk::v1::Draft draft = RecallDraft(v1::RecallReason::INACCURATE, v1::Urgency::U2);
    change(*draft.mutable_payload()->mutable_notes());
    EXPECT_THAT(Faults(draft), Contains("notes: NOTES"));
    EXPECT_THAT(Faults(draft, Mode::kView), Contains("notes: NOTES"));
  }
  EXPECT_THAT(FaultsAfter([](desk::v1::Draft& draft) {
                v1::HandlingNotes& notes = *draft.mutable_payload()->mutable_notes();
                notes.add_named_recipients("ho-officer_03@ho.example");
                notes.add_named_recipients("House 7, Example Street");
                notes.add_named_recipients(std::string(41, 'a'));
              }),
              ElementsAre("notes.named_recipients[1]: NOTES", "notes.named_recipients[2]: NOTES"));
  EXPECT_THAT(FaultsAfter([](desk::v1::Draft& draft) {
                v1::HandlingNotes& notes = *draft.mutable_payload()->mutable_notes();
                for (int i = 0; i < 9; ++i)
                  notes.add_named_recipients("ho-officer-" + std::to_string(i));
              }),
              Contains("notes.named_recipients: NOTES"));
  desk::v1::Draft confirmation = RecallDraft(v1::RecallReason::INACCURATE, v1::Urgency::U2);
  confirmation.mutable_payload()->mutable_recall_confirmation()->set_action(
      v1::RecallAction::DELETED);
  confirmation.mutable_payload()->mutable_notes()->set_instructions("she lives in ...");
  EXPECT_THAT(Faults(confirmation), Contains("notes: NOTES"));
}

TEST(RecallRules, NeedAReason) {
  desk::v1::Draft draft = RecallDraft(v1::RecallReason::INACCURATE, v1::Urgency::U2);
  Recall(draft).clear_reason();
  EXPECT_THAT(Faults(draft), ElementsAre("recall.reason: REQUIRED"));
}

// The time to act hangs on the urgency, and only danger overtakes what is urgent.
TEST(RecallRules, SafetyIsU1AndNothingElseIs) {
  EXPECT_THAT(Faults(RecallDraft(v1::RecallReason::SAFETY, v1::Urgency::U1)), IsEmpty());
  for (const Mode mode : {Mode::kDraft, Mode::kView}) {
    EXPECT_THAT(Faults(RecallDraft(v1::RecallReason::SAFETY, v1::Urgency::U2), mode),
                ElementsAre("urgency: RECALL"));
    for (const auto urgency : {v1::Urgency::U1, v1::Urgency::U3, v1::Urgency::U4}) {
      EXPECT_THAT(Faults(RecallDraft(v1::RecallReason::UNLAWFUL, urgency), mode),
                  ElementsAre("urgency: RECALL"));
    }
  }
}

TEST(RecallRules, FieldsArePathsOnceEach) {
  EXPECT_THAT(FaultsAfter([](desk::v1::Draft& draft) {
                Recall(draft).add_fields("notice.persons[0].birth");
                Recall(draft).add_fields("notice.title");
              }),
              IsEmpty());
  EXPECT_THAT(FaultsAfter([](desk::v1::Draft& draft) {
                Recall(draft).add_fields("notice title");
                Recall(draft).add_fields("notice.title");
                Recall(draft).add_fields("notice.title");
              }),
              ElementsAre("recall.fields[0]: PATH", "recall.fields[2]: PATH_TWICE"));
}

TEST(RecallRules, AReplacementIsAWholeId) {
  EXPECT_THAT(FaultsAfter([](desk::v1::Draft& draft) {
                Recall(draft).set_replacement("0123456789abcdef0123456789abcdef");
              }),
              IsEmpty());
  EXPECT_THAT(
      FaultsAfter([](desk::v1::Draft& draft) { Recall(draft).set_replacement("01234567"); }),
      ElementsAre("recall.replacement: FORMAT"));
}

desk::v1::Draft ConfirmationDraft(v1::RecallAction::Code action) {
  desk::v1::Draft draft = RecallDraft(v1::RecallReason::INACCURATE, v1::Urgency::U2);
  draft.mutable_payload()->mutable_recall_confirmation()->set_action(action);
  return draft;
}

TEST(RecallConfirmationRules, CannotNeedsAReasonAndNothingElseHasOne) {
  desk::v1::Draft draft = ConfirmationDraft(v1::RecallAction::CANNOT);
  EXPECT_THAT(Faults(draft), ElementsAre("recall_confirmation.cannot_reason: REQUIRED"));
  draft.mutable_payload()->mutable_recall_confirmation()->set_cannot_reason(
      v1::CannotReason::LEGAL_HOLD);
  EXPECT_THAT(Faults(draft), IsEmpty());
  draft.mutable_payload()->mutable_recall_confirmation()->set_action(v1::RecallAction::DELETED);
  for (const Mode mode : {Mode::kDraft, Mode::kView}) {
    EXPECT_THAT(Faults(draft, mode), ElementsAre("recall_confirmation.cannot_reason: CANNOT"));
  }
}

TEST(RecallConfirmationRules, NeedAnActionAndNameAgencies) {
  desk::v1::Draft draft = ConfirmationDraft(v1::RecallAction::UPDATED);
  draft.mutable_payload()->mutable_recall_confirmation()->clear_action();
  EXPECT_THAT(Faults(draft), ElementsAre("recall_confirmation.action: REQUIRED"));
  draft = ConfirmationDraft(v1::RecallAction::UPDATED);
  draft.mutable_payload()->mutable_recall_confirmation()->add_recalled_from("io-example");
  EXPECT_THAT(Faults(draft), IsEmpty());
  draft.mutable_payload()->mutable_recall_confirmation()->add_recalled_from("The Organisation");
  EXPECT_EQ(Faults(draft).size(), 1u);
}

}  // namespace
}  // namespace liaison::payload
