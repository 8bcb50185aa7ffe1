// What each fate makes of a value, and what was sealed against what may go now.
#include "daemon/outbox/changes.h"

#include <gtest/gtest.h>

#include "daemon/base/error.h"
#include "tests/partners/folder.h"

namespace liaison::outbox {
namespace {

using exchange::v1::FieldRecord;
using policy::Action;
using policy::Fate;
using DateLevel = policy::v1::Generalise;

constexpr char kBirth[] = "notice.persons[0].birth.edtf";
constexpr char kName[] = "notice.persons[0].names[0].full_original";

Fate To(Action action, DateLevel::Level level = DateLevel::LEVEL_UNSPECIFIED,
        uint32_t keep_last = 0) {
  return {action, level, keep_last};
}

class ChangesTest : public testing::Test {
 protected:
  ChangesTest() {
    const std::string key_file = folder_.path() + "/keys/match.key";
    EXPECT_TRUE(crypto::WriteSecretFile(key_file, crypto::Secret(std::string(32, 'm'))).ok());
    folder_.Change("id: \"ho-example\"", "id: \"ho-example\" match_key_file: \"keys/match.key\"");
    const auto registry = folder_.Load();
    EXPECT_TRUE(registry.ok()) << registry.status();
    registry_ = *registry;
    payload::v1::Person& person = *payload_.mutable_notice()->add_persons();
    person.mutable_birth()->set_edtf("1990-05-17");
    person.add_names()->set_full_original("Nguyễn Thị Ví Dụ");
    Cut();
  }

  void Cut() { leaves_ = payload::Cut(payload_).value(); }

  Changes Make() const {
    return Changes({*registry_->FindPartner("ho-example"), mac_key_, conversation_,
                    absl::FromCivil(absl::CivilDay(2026, 11, 23), absl::UTCTimeZone()), leaves_});
  }

  const payload::Leaf& Leaf(std::string_view path) const {
    for (const payload::Leaf& leaf : leaves_) {
      if (leaf.path == path) return leaf;
    }
    ADD_FAILURE() << "no leaf " << path;
    return leaves_.front();
  }

  // "kind text" of what goes in place of the leaf, whose original is withheld.
  std::string Shown(std::string_view path, const Fate& fate) const {
    const absl::StatusOr<message::SealedField> field = Make().Apply(Leaf(path), fate);
    if (!field.ok()) return std::string(field.status().message());
    EXPECT_TRUE(field->withhold);
    EXPECT_EQ(field->value, Leaf(path).value);
    if (!field->changed) return "nothing";
    return FieldRecord::Kind_Name(field->changed->kind) + " " +
           std::string(payload::TextOf(field->changed->value).value_or("no text"));
  }

  partners::Folder folder_;
  std::shared_ptr<const partners::Registry> registry_;
  const crypto::Secret mac_key_{std::string(32, 'k')};
  const base::ExchangeId conversation_ =
      *base::ExchangeId::FromRaw(std::string(base::ExchangeId::kSize, 'c'));
  payload::v1::Payload payload_;
  std::vector<payload::Leaf> leaves_;
};

TEST_F(ChangesTest, KeepsAndWithholdsAValueAsItIs) {
  const absl::StatusOr<message::SealedField> kept = Make().Apply(Leaf(kName), To(Action::kKeep));
  ASSERT_TRUE(kept.ok());
  EXPECT_FALSE(kept->withhold);
  EXPECT_FALSE(kept->changed.has_value());
  EXPECT_EQ(Shown(kName, To(Action::kWithhold)), "nothing");
}

TEST_F(ChangesTest, MakesADateCoarser) {
  EXPECT_EQ(Shown(kBirth, To(Action::kGeneralise, DateLevel::MONTH)), "GENERALISED 1990-05");
  EXPECT_EQ(Shown(kBirth, To(Action::kGeneralise, DateLevel::YEAR)), "GENERALISED 1990");
}

TEST_F(ChangesTest, ReckonsAgesInTheYearOfCreation) {
  EXPECT_EQ(Shown(kBirth, To(Action::kGeneralise, DateLevel::AGE_BAND)), "GENERALISED 1988/1996");
}

TEST_F(ChangesTest, ReadsADateInItsCalendar) {
  payload::v1::PartialDate& birth = *payload_.mutable_notice()->mutable_persons(0)->mutable_birth();
  birth.set_calendar(payload::v1::Calendar::BUDDHIST);
  birth.set_edtf("2567-02-29");
  Cut();
  EXPECT_EQ(Shown(kBirth, To(Action::kGeneralise, DateLevel::AGE_BAND)), "GENERALISED 2561/2569");
}

// Nobody would be told that a day is wrong that only another calendar has.
TEST_F(ChangesTest, RefusesADateThatItsCalendarDoesNotHave) {
  payload_.mutable_notice()->mutable_persons(0)->mutable_birth()->set_edtf("2567-02-29");
  Cut();
  const absl::StatusOr<message::SealedField> field =
      Make().Apply(Leaf(kBirth), To(Action::kGeneralise, DateLevel::YEAR));
  EXPECT_EQ(base::GetReason(field.status()), base::Reason::kValidationFailed);
}

// Whether the original was as coarse already is not told.
TEST_F(ChangesTest, ADateThatIsCoarseEnoughGoesAsOneThatWasMadeSo) {
  payload_.mutable_notice()->mutable_persons(0)->mutable_birth()->set_edtf("1990");
  Cut();
  EXPECT_EQ(Shown(kBirth, To(Action::kGeneralise, DateLevel::YEAR)), "GENERALISED 1990");
}

TEST_F(ChangesTest, MasksAText) {
  EXPECT_EQ(Shown(kName, To(Action::kMask, DateLevel::LEVEL_UNSPECIFIED, 2)),
            "MASKED **************Dụ");
  EXPECT_EQ(Shown(kName, To(Action::kMask)), "MASKED ****************");
}

TEST_F(ChangesTest, GivesThePseudonymOfTheConversation) {
  const payload::Pseudonyms pseudonyms(mac_key_, "ho-example", conversation_);
  EXPECT_EQ(Shown(kName, To(Action::kPseudonymise)),
            "PSEUDONYM " + pseudonyms.Of({"full_original", "Nguyễn Thị Ví Dụ"}));
}

TEST_F(ChangesTest, GivesTheMatchTokenUnderTheSharedKey) {
  EXPECT_EQ(Shown(kName, To(Action::kMatchToken)),
            "MATCH_TOKEN " + payload::MatchToken(crypto::Secret(std::string(32, 'm')),
                                                 {"full_original", "Nguyễn Thị Ví Dụ"}));
}

// --- Decided again

constexpr Action kActions[] = {Action::kKeep,         Action::kGeneralise, Action::kMask,
                               Action::kPseudonymise, Action::kMatchToken, Action::kWithhold,
                               Action::kOmit};

SealedLeaf Sealed(payload::Kind kind, std::string_view text) {
  return {false, kind, std::string(text), {payload::Years::kGregorian, 2026}};
}

// The actions under which a leaf may still go as it was sealed.
std::string MayGoUnder(const SealedLeaf& sealed) {
  std::string actions;
  for (const Action action : kActions) {
    const Fate fate = To(action, DateLevel::YEAR, 2);
    if (IsWithin(sealed, fate)) actions += std::string(policy::ActionName(action)) + " ";
  }
  return actions;
}

TEST(IsWithin, WhatWentAsItIsGoesOnlyWhenKept) {
  EXPECT_EQ(MayGoUnder(Sealed(FieldRecord::ORIGINAL, "")), "KEEP ");
}

TEST(IsWithin, WhatIsWithheldGoesUnlessItLeavesNoTrace) {
  SealedLeaf sealed;
  sealed.withheld = true;
  EXPECT_EQ(MayGoUnder(sealed), "KEEP GENERALISE MASK PSEUDONYMISE MATCH_TOKEN WITHHOLD ");
}

TEST(IsWithin, WhatWasChangedGoesUnderTheSameChangeAndUnderNoOther) {
  EXPECT_EQ(MayGoUnder(Sealed(FieldRecord::GENERALISED, "1990")), "KEEP GENERALISE ");
  EXPECT_EQ(MayGoUnder(Sealed(FieldRecord::MASKED, "******67")), "KEEP MASK ");
  EXPECT_EQ(MayGoUnder(Sealed(FieldRecord::PSEUDONYM, "pn-")), "KEEP PSEUDONYMISE ");
  EXPECT_EQ(MayGoUnder(Sealed(FieldRecord::MATCH_TOKEN, "mt-")), "KEEP MATCH_TOKEN ");
}

TEST(IsWithin, ADateGoesAtItsLevelAndUnderFinerOnes) {
  const auto goes = [](std::string_view text, DateLevel::Level level) {
    return IsWithin(Sealed(FieldRecord::GENERALISED, text), To(Action::kGeneralise, level));
  };
  EXPECT_TRUE(goes("1990", DateLevel::MONTH));
  EXPECT_TRUE(goes("1990", DateLevel::YEAR));
  EXPECT_FALSE(goes("1990", DateLevel::AGE_BAND));
  EXPECT_FALSE(goes("1990-05", DateLevel::YEAR));
  EXPECT_TRUE(goes("1988/1996", DateLevel::AGE_BAND));
  EXPECT_TRUE(goes("1988/1996", DateLevel::YEAR));
}

TEST(IsWithin, AMaskGoesWhereAsManyCharactersMayStay) {
  const auto goes = [](std::string_view text, uint32_t keep_last) {
    return IsWithin(Sealed(FieldRecord::MASKED, text),
                    To(Action::kMask, DateLevel::LEVEL_UNSPECIFIED, keep_last));
  };
  EXPECT_TRUE(goes("******67", 2));
  EXPECT_TRUE(goes("******67", 4));
  EXPECT_FALSE(goes("******67", 1));
  EXPECT_TRUE(goes("********", 0));
}

}  // namespace
}  // namespace liaison::outbox
