// D-15: when a received message may be passed on, and what a permission must hold.
#include "daemon/policy/onward.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <functional>

namespace liaison::policy {
namespace {

using liaison::payload::v1::Handling;
using liaison::payload::v1::OnwardSharingDecision;
using liaison::payload::v1::Purpose;
using ::testing::HasSubstr;

template <typename T>
T Parsed(const std::string& text) {
  T message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

constexpr char kFree[] = "tlp: CLEAR code: P onward: PUBLIC";

TEST(AskingLabelTest, OnlyWhatIsClearAndPublicMayBePassedOnFreely) {
  EXPECT_EQ(AskingLabel(Parsed<Handling>(kFree)), "");
  EXPECT_EQ(AskingLabel(Parsed<Handling>("tlp: CLEAR onward: PUBLIC europol: [H0]")), "");
  EXPECT_EQ(AskingLabel(Parsed<Handling>("tlp: CLEAR onward: PUBLIC sanitisation: S1")), "");
  EXPECT_EQ(AskingLabel(Parsed<Handling>("tlp: CLEAR onward: PUBLIC europol: [H1]")), "");
}

TEST(AskingLabelTest, EachOtherLabelAsksForPermission) {
  for (const char* text :
       {"tlp: CLEAR", "tlp: CLEAR onward: NONE", "tlp: CLEAR onward: WITH_PERMISSION",
        "tlp: CLEAR onward: WITHIN_COMMUNITY", "onward: PUBLIC", "tlp: GREEN onward: PUBLIC",
        "tlp: AMBER onward: PUBLIC", "tlp: AMBER_STRICT onward: PUBLIC", "tlp: RED onward: PUBLIC",
        "tlp: CLEAR onward: PUBLIC sanitisation: S2", "tlp: CLEAR onward: PUBLIC europol: [H2]",
        "tlp: CLEAR onward: PUBLIC europol: [H1, H3]"}) {
    EXPECT_NE(AskingLabel(Parsed<Handling>(text)), "") << text;
  }
}

TEST(AskingLabelTest, NamesTheLabel) {
  for (const auto& [text, words] : std::vector<std::pair<std::string, std::string>>{
           {"tlp: CLEAR", "onward sharing NONE"},
           {"tlp: CLEAR onward: NONE", "onward sharing NONE"},
           {"tlp: CLEAR onward: WITH_PERMISSION", "onward sharing WITH_PERMISSION"},
           {"tlp: CLEAR onward: WITHIN_COMMUNITY",
            "onward sharing WITHIN_COMMUNITY, to whom no agreement that both are party to is "
            "known"},
           {"tlp: GREEN onward: PUBLIC", "its TLP"},
           {"tlp: CLEAR onward: PUBLIC sanitisation: S2", "its sanitisation code"},
           {"tlp: CLEAR onward: PUBLIC europol: [H2]", "its Europol code"}}) {
    EXPECT_EQ(AskingLabel(Parsed<Handling>(text)), words) << text;
  }
}

TEST(AskingLabelTest, ACodeThatIsNotKnownAsks) {
  Handling onward = Parsed<Handling>(kFree);
  onward.set_onward(static_cast<liaison::payload::v1::OnwardSharing::Code>(9));
  EXPECT_NE(AskingLabel(onward), "");
  Handling sanitisation = Parsed<Handling>(kFree);
  sanitisation.set_sanitisation(static_cast<liaison::payload::v1::SanitisationCode::Code>(9));
  EXPECT_NE(AskingLabel(sanitisation), "");
  Handling europol = Parsed<Handling>(kFree);
  europol.add_europol(static_cast<liaison::payload::v1::EuropolHandling::Code>(9));
  EXPECT_NE(AskingLabel(europol), "");
}

class GrantTest : public ::testing::Test {
 protected:
  GrantTest() {
    passing_.original = "00112233445566778899aabbccddeeff";
    passing_.to = "ho-example";
    passing_.purposes = {Purpose::VICTIM_IDENTIFICATION};
    passing_.handling = Parsed<Handling>("tlp: AMBER_STRICT");
    passing_.paths = {"notice.title", "notice.persons[0].names[1].use"};
    passing_.when = At("2026-12-31 23:59:59");
  }

  static absl::Time At(const std::string& text) {
    absl::Time time;
    std::string error;
    EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M:%S", text, &time, &error)) << error;
    return time;
  }

  std::string LackAfter(const std::function<void(OnwardSharingDecision&)>& change) const {
    OnwardSharingDecision changed = grant_;
    change(changed);
    return FindLack(changed, passing_);
  }

  OnwardSharingDecision grant_ = Parsed<OnwardSharingDecision>(R"(
      outcome: GRANTED message: "00112233445566778899aabbccddeeff" agencies: "io-example"
      agencies: "ho-example" purposes: [VICTIM_IDENTIFICATION, VICTIM_RESCUE] tlp: AMBER
      fields: ["notice.title", "notice.persons"] until: "2026-12-31")");
  Passing passing_;
};

TEST_F(GrantTest, HoldsWhatItLists) { EXPECT_EQ(FindLack(grant_, passing_), ""); }

TEST_F(GrantTest, ARefusalGrantsNothing) {
  EXPECT_THAT(LackAfter([](auto& grant) {
                grant.set_outcome(liaison::payload::v1::OnwardSharingOutcome::REFUSED);
              }),
              HasSubstr("no grant"));
  EXPECT_THAT(LackAfter([](auto& grant) { grant.clear_outcome(); }), HasSubstr("no grant"));
}

TEST_F(GrantTest, IsForOneMessage) {
  EXPECT_THAT(LackAfter([](auto& grant) { grant.set_message(std::string(32, '0')); }),
              HasSubstr("another message"));
}

TEST_F(GrantTest, NamesTheThirdAgency) {
  EXPECT_THAT(LackAfter([](auto& grant) { grant.mutable_agencies()->RemoveLast(); }),
              HasSubstr("does not name ho-example"));
}

TEST_F(GrantTest, CoversEveryPurpose) {
  passing_.purposes.push_back(Purpose::BORDER_CONTROL);
  EXPECT_THAT(FindLack(grant_, passing_), HasSubstr("purpose"));
}

TEST_F(GrantTest, AsksForItsTlpOrAStricterOne) {
  passing_.handling = Parsed<Handling>("tlp: RED");
  EXPECT_EQ(FindLack(grant_, passing_), "");
  passing_.handling = Parsed<Handling>("tlp: AMBER");
  EXPECT_EQ(FindLack(grant_, passing_), "");
  passing_.handling = Parsed<Handling>("tlp: GREEN");
  EXPECT_THAT(FindLack(grant_, passing_), HasSubstr("TLP AMBER"));
  EXPECT_THAT(LackAfter([](auto& grant) { grant.clear_tlp(); }), HasSubstr("names no TLP"));
}

TEST_F(GrantTest, EndsWithItsDayInUtc) {
  passing_.when = At("2027-01-01 00:00:00");
  EXPECT_THAT(FindLack(grant_, passing_), HasSubstr("time is over"));
  passing_.when = At("2026-11-01 00:00:00");
  EXPECT_THAT(LackAfter([](auto& grant) { grant.set_until("soon"); }), HasSubstr("time is over"));
  EXPECT_THAT(LackAfter([](auto& grant) { grant.clear_until(); }), HasSubstr("time is over"));
  // No day is the end of no time, also of the earliest.
  passing_.when = absl::FromUnixSeconds(0);
  EXPECT_THAT(LackAfter([](auto& grant) { grant.set_until("1970-01-0x"); }),
              HasSubstr("time is over"));
}

TEST_F(GrantTest, NamesEveryField) {
  EXPECT_EQ(LackAfter([](auto& grant) { grant.set_fields(1, "notice.persons[0]"); }), "");
  passing_.paths.push_back("notice.titles");  // no field below notice.title
  EXPECT_THAT(FindLack(grant_, passing_), HasSubstr("notice.titles"));
  EXPECT_EQ(LackAfter([](auto& grant) {
              grant.clear_fields();
              grant.add_fields("*");
            }),
            "");
  EXPECT_NE(LackAfter([](auto& grant) { grant.clear_fields(); }), "");
}

TEST_F(GrantTest, IsNeededWhereALabelAsksAndMustFitWhereItIs) {
  const Handling closed = Parsed<Handling>("tlp: AMBER onward: WITH_PERMISSION");
  const Handling open = Parsed<Handling>(kFree);
  EXPECT_THAT(FindOnwardFault(closed, nullptr, passing_), HasSubstr("WITH_PERMISSION"));
  EXPECT_EQ(FindOnwardFault(closed, &grant_, passing_), "");
  EXPECT_EQ(FindOnwardFault(open, nullptr, passing_), "");
  passing_.to = "fia-example";
  EXPECT_THAT(FindOnwardFault(open, &grant_, passing_), HasSubstr("fia-example"));
}

TEST(DenyOnwardTest, DeniesAtTheLabels) {
  const Decision decision = DenyOnward("what is missing");
  EXPECT_EQ(decision.outcome, Outcome::kDeny);
  EXPECT_EQ(decision.step, Step::kLabels);
  EXPECT_THAT(decision.rules, ::testing::ElementsAre("builtin:D-15"));
  EXPECT_EQ(decision.missing, "what is missing");
}

}  // namespace
}  // namespace liaison::policy
