// What a decision is told of partner, frame, payload and fields.
#include "daemon/partners/facts.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/partners/folder.h"

namespace liaison::partners {
namespace {

using policy::Form;
using ::testing::ElementsAre;

class FactsTest : public testing::Test {
 protected:
  policy::Facts FactsOf(const std::string& payload_text) {
    const auto registry = folder_.Load();
    EXPECT_TRUE(registry.ok()) << registry.status();
    payload::v1::Payload payload;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(payload_text, &payload));
    return FactsFor(**registry, *(*registry)->FindPartner("ho-example"), policy::Direction::kOut,
                    policy::v1::Rule::OFFICER, frame_, payload,
                    absl::FromUnixSeconds(1'796'000'000));
  }

  Folder folder_;
  Frame frame_;
};

TEST_F(FactsTest, ThePartnersClassIsThatOfTheRegistry) {
  EXPECT_EQ(FactsOf("").partner_class, policy::v1::LAW_ENFORCEMENT);
  folder_.Change("class: LAW_ENFORCEMENT", "class: NGO");
  EXPECT_EQ(FactsOf("").partner_class, policy::v1::NGO);
}

TEST_F(FactsTest, APartnerIsActiveUntilItIsSuspended) {
  EXPECT_TRUE(FactsOf("").partner_active);
  folder_.Change("class: LAW_ENFORCEMENT", "class: LAW_ENFORCEMENT suspended: true");
  EXPECT_FALSE(FactsOf("").partner_active);
}

// ClassOf turns a number of the one list into the same number of the other.
TEST(PartnerClassTest, HasTheNamesAndNumbersOfTheConfiguration) {
  const auto* const ours = policy::v1::PartnerClass_descriptor();
  const auto* const theirs = config::v1::Partner::Class_descriptor();
  ASSERT_EQ(ours->value_count(), theirs->value_count());
  for (int i = 1; i < ours->value_count(); ++i) {
    EXPECT_EQ(ours->value(i)->name(), theirs->value(i)->name());
    EXPECT_EQ(ours->value(i)->number(), theirs->value(i)->number());
  }
}

TEST_F(FactsTest, SubjectsOriginAndConsentAreThoseOfThePayload) {
  const policy::Facts facts = FactsOf(
      "notes { origin: AI_GENERATED } "
      "notice { persons { category: SUSPECT } persons { category: VICTIM is_child: YES } }");
  EXPECT_THAT(facts.subjects, ElementsAre(payload::v1::SubjectCategory::SUSPECT,
                                          payload::v1::SubjectCategory::VICTIM));
  EXPECT_FALSE(facts.victims_consent_to_investigation);
  EXPECT_EQ(facts.origin, payload::v1::Origin::AI_GENERATED);
  EXPECT_EQ(FactsOf("").origin, payload::v1::Origin::ORIGIN_UNSPECIFIED);
}

TEST_F(FactsTest, AMatchKeyIsThereWhenTheRegistryNamesOne) {
  EXPECT_FALSE(FactsOf("").has_match_key);
  folder_.Write("match.key", std::string(32, 'k'));
  std::filesystem::permissions(
      folder_.path() + "/match.key",
      std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  folder_.Change("class: LAW_ENFORCEMENT", "class: LAW_ENFORCEMENT match_key_file: 'match.key'");
  EXPECT_TRUE(FactsOf("").has_match_key);
}

TEST(FieldsOfTest, TellsEachForm) {
  const struct {
    Part::Kind part;
    bool text;
    Form form;
  } rows[] = {{Part::PART_UNSPECIFIED, true, Form::kText},
              {Part::PART_UNSPECIFIED, false, Form::kOther},
              {Part::DATE, true, Form::kDate},
              {Part::DATE_TEXT, true, Form::kDateText},
              {Part::COUNTRY, true, Form::kPlaceCountry},
              {Part::PROVINCE, true, Form::kPlaceProvince},
              {Part::DISTRICT, true, Form::kPlaceDistrict},
              {Part::LOCALITY, true, Form::kPlaceLocality},
              {Part::EXACT, true, Form::kPlaceExactText},
              {Part::EXACT, false, Form::kPlaceExact},
              {Part::PROVINCE, false, Form::kPlaceExact}};
  for (const auto& row : rows) {
    payload::Leaf leaf;
    leaf.path = "a[0].b";
    leaf.schema_path = "a.b";
    leaf.sens = Sensitivity::L3;
    leaf.needed = true;
    leaf.bond = "a[0]#x";
    leaf.part = row.part;
    leaf.text = row.text;
    const std::vector<payload::Leaf> leaves = {leaf};
    const std::vector<policy::Field> fields = FieldsOf(leaves);
    ASSERT_EQ(fields.size(), 1u);
    EXPECT_EQ(fields[0].form, row.form) << row.part << " " << row.text;
    EXPECT_EQ(fields[0].path, "a[0].b");
    EXPECT_EQ(fields[0].schema_path, "a.b");
    EXPECT_EQ(fields[0].sens, Sensitivity::L3);
    EXPECT_TRUE(fields[0].needed);
    EXPECT_EQ(fields[0].bond, "a[0]#x");
  }
}

}  // namespace
}  // namespace liaison::partners
