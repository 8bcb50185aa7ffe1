#include "daemon/base/text_places.h"

#include <gtest/gtest.h>

#include "daemon/base/text_format.h"
#include "liaison/policy/v1/policy.pb.h"

namespace liaison::base {
namespace {

constexpr char kText[] = R"(policy {
  id: "x"
  rule { id: "a" }
  rule {
    id: "b" types: [ALERT,
                    ALERT_HIT]
    fields { keep: "one" keep: "two"
             generalise { path: "three" } }
  }
}
)";

TextPlaces PlacesOf(std::string_view text) {
  policy::v1::PolicyFile file;
  TextPlaces places;
  EXPECT_TRUE(ParseTextFormat(text, "p.textproto", file, &places).ok());
  return places;
}

TEST(TextPlacesTest, NamesLineAndColumnOfWhatIsThere) {
  const TextPlaces places = PlacesOf(kText);
  EXPECT_EQ(places.Find("policy"), "p.textproto:1:1");
  EXPECT_EQ(places.Find("policy.id"), "p.textproto:2:3");
  EXPECT_EQ(places.Find("policy.rule[0].id"), "p.textproto:3:10");
  EXPECT_EQ(places.Find("policy.rule[1].id"), "p.textproto:5:5");
  EXPECT_EQ(places.Find("policy.rule[1].fields.keep[0]"), "p.textproto:7:14");
  EXPECT_EQ(places.Find("policy.rule[1].fields.keep[1]"), "p.textproto:7:26");
  EXPECT_EQ(places.Find("policy.rule[1].fields.generalise[0].path"), "p.textproto:8:27");
}

TEST(TextPlacesTest, NamesTheListOfAnElementInBrackets) {
  const TextPlaces places = PlacesOf(kText);
  EXPECT_EQ(places.Find("policy.rule[1].types"), "p.textproto:5:13");
  EXPECT_EQ(places.Find("policy.rule[1].types[0]"), "p.textproto:5:13");
  EXPECT_EQ(places.Find("policy.rule[1].types[1]"), "p.textproto:5:13");
}

TEST(TextPlacesTest, NamesTheNearestAboveWhatIsNotThere) {
  const TextPlaces places = PlacesOf(kText);
  EXPECT_EQ(places.Find("policy.rule[1].purposes"), "p.textproto:4:3");
  EXPECT_EQ(places.Find("policy.rule[0].fields.generalise[0].to"), "p.textproto:3:3");
  EXPECT_EQ(places.Find("policy.rule[7]"), "p.textproto:4:3");
  EXPECT_EQ(places.Find("policy.agreement[0].id"), "p.textproto:1:1");
  EXPECT_EQ(places.Find("nothing.like.it"), "p.textproto:1:1");
  EXPECT_EQ(PlacesOf("").Find("policy"), "p.textproto:1:1");
}

TEST(TextPlacesTest, KnowsNoPlaceBeforeATextIsRead) {
  TextPlaces places;
  EXPECT_EQ(places.Find("policy"), "");
  std::vector<FieldFault> faults = {{"policy.id", "ID", "x"}};
  places.Locate(faults);
  EXPECT_EQ(faults[0].field, "policy.id");
}

TEST(TextPlacesTest, PutsThePlaceBeforeThePathOfAFault) {
  std::vector<FieldFault> faults = {{"policy.id", "ID", "x"}};
  PlacesOf(kText).Locate(faults);
  EXPECT_EQ(faults[0].field, "p.textproto:2:3: policy.id");
}

}  // namespace
}  // namespace liaison::base
