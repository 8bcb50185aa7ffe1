#include "daemon/policy/blockers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace liaison::policy {
namespace {

using liaison::payload::v1::Tlp;
using testing::ElementsAre;
using testing::IsEmpty;

// A needed field, a bond with a needed one, a bond without, and what labels need.
const std::vector<Field>& Fields() {
  static const auto* const kFields = new std::vector<Field>{
      {"a.what", "a.what", Sensitivity::L1, true, ""},
      {"a.item.grade", "a.item.grade", Sensitivity::L1, true, "a.item#item"},
      {"a.item.lang", "a.item.lang", Sensitivity::L1, false, "a.item#item"},
      {"a.item.text", "a.item.text", Sensitivity::L1, false, "a.item#item"},
      {"a.title", "a.title", Sensitivity::L1, false, "a#title"},
      {"a.title_lang", "a.title_lang", Sensitivity::L1, false, "a#title"},
      {"notes.instructions", "notes.instructions", Sensitivity::L8, false, ""},
      {"notes.named_recipients", "notes.named_recipients", Sensitivity::L1, false, ""}};
  return *kFields;
}

// What keeps a message back when only these fields do not go.
std::vector<std::string> UnmetWithout(const std::set<std::string_view>& gone,
                                      Action action = Action::kOmit, Tlp::Code tlp = Tlp::AMBER) {
  Facts facts;
  facts.handling.set_tlp(tlp);
  std::vector<FieldFate> fates;
  for (const Field& field : Fields()) {
    fates.push_back({{gone.contains(field.path) ? action : Action::kKeep}, ""});
  }
  return InWords(Needs(Fields()).Unmet(facts, fates));
}

TEST(BlockersTest, AreNeededFieldsThatDoNotGo) {
  EXPECT_THAT(UnmetWithout({}), IsEmpty());
  EXPECT_THAT(UnmetWithout({"a.what"}), ElementsAre("a.what"));
  EXPECT_THAT(UnmetWithout({"a.what"}, Action::kWithhold), ElementsAre("a.what"));
  EXPECT_THAT(UnmetWithout({"a.what"}, Action::kMask), IsEmpty());
}

TEST(BlockersTest, AreFieldsWhoseBondTakesANeededOneAlong) {
  EXPECT_THAT(UnmetWithout({"a.item.lang"}), ElementsAre("a.item.lang with a.item.grade"));
  EXPECT_THAT(UnmetWithout({"a.item.lang", "a.item.text"}),
              ElementsAre("a.item.lang|a.item.text with a.item.grade"));
  EXPECT_THAT(UnmetWithout({"a.title"}), IsEmpty());
}

// That alone keeps the message back.
TEST(BlockersTest, SayNothingOfABondWhoseNeededFieldDoesNotGo) {
  EXPECT_THAT(UnmetWithout({"a.item.lang", "a.item.grade"}), ElementsAre("a.item.grade"));
}

// "*****" instructs nobody.
TEST(BlockersTest, AreWhatLabelsNeedWhenItIsChanged) {
  EXPECT_THAT(UnmetWithout({"notes.instructions"}, Action::kMask),
              ElementsAre("notes.instructions with handling code C or Europol H3"));
}

TEST(BlockersTest, AreWhatLabelsNeed) {
  EXPECT_THAT(UnmetWithout({"notes.instructions"}),
              ElementsAre("notes.instructions with handling code C or Europol H3"));
  EXPECT_THAT(UnmetWithout({"notes.named_recipients"}), IsEmpty());
  EXPECT_THAT(UnmetWithout({"notes.named_recipients"}, Action::kOmit, Tlp::RED),
              ElementsAre("notes.named_recipients with TLP:RED"));
}

TEST(BlockersTest, LeaveOutWhatIsKnown) {
  const Blockers some = {{"a", ""}, {"b", "a"}, {"b", "c"}, {"d", ""}};
  EXPECT_EQ(Without(some, {}), some);
  EXPECT_EQ(Without(some, {{"a", ""}}), (Blockers{{"b", "c"}, {"d", ""}}));
  EXPECT_EQ(Without(some, {{"b", ""}, {"d", ""}}), (Blockers{{"a", ""}}));
  EXPECT_EQ(Without(some, {{"b", "c"}}), (Blockers{{"a", ""}, {"b", "a"}, {"d", ""}}));
}

TEST(BlockersTest, AreJoinedWithoutWhatSaysNoMore) {
  EXPECT_EQ(Union({{"a", "c"}}, {{"b", "c"}}), (Blockers{{"a", "c"}, {"b", "c"}}));
  EXPECT_EQ(Union({{"a", "c"}}, {{"c", ""}}), (Blockers{{"c", ""}}));
  EXPECT_EQ(Union({{"c", ""}}, {{"a", "c"}}), (Blockers{{"c", ""}}));
  EXPECT_EQ(Union({{"c", ""}}, {{"c", ""}}), (Blockers{{"c", ""}}));
}

}  // namespace
}  // namespace liaison::policy
