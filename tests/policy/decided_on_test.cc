// What a record keeps of a decision: enough to decide again, and no value.
#include "daemon/policy/decided_on.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "daemon/policy/report.h"
#include "tests/policy/decide.h"

namespace liaison::policy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

v1::DecidedOn Read(const std::string& bytes) {
  v1::DecidedOn kept;
  EXPECT_FALSE(bytes.empty());
  EXPECT_TRUE(kept.ParseFromString(bytes));
  return kept;
}

// Every fact set to something else than its default.
v1::Facts Everything() {
  v1::Facts facts;
  const auto* const descriptor = v1::Facts::descriptor();
  const auto& reflection = *facts.GetReflection();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const auto* const field = descriptor->field(i);
    using google::protobuf::FieldDescriptor;
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        reflection.SetBool(&facts, field, true);
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        reflection.SetUInt32(&facts, field, 3);
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        if (field->is_repeated()) {
          reflection.AddEnumValue(&facts, field, 2);
        } else {
          reflection.SetEnumValue(&facts, field, 2);
        }
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        if (field->is_repeated()) {
          reflection.AddString(&facts, field, field->name());
        } else {
          reflection.SetString(&facts, field, field->name());
        }
        break;
      default:
        break;
    }
  }
  facts.add_legal_bases()->set_country("VN");
  facts.mutable_handling()->set_delete_by("2026-12-31");
  facts.mutable_received_handling()->set_delete_by("2026-12-01");
  facts.mutable_now()->set_seconds(1'795'000'000);
  facts.mutable_now()->set_nanos(5'000'000);
  return facts;
}

TEST(DecidedOnTest, ReadsEveryFactAsItWasWritten) {
  const v1::Facts facts = Everything();
  EXPECT_EQ(ToProto(FactsOf(facts)).SerializeAsString(), facts.SerializeAsString());
  v1::Facts none;  // a fact that is not set is no other than one that is false
  none.set_direction(v1::Rule::OUT);
  none.mutable_handling();
  none.mutable_now();
  EXPECT_EQ(ToProto(FactsOf(v1::Facts())).SerializeAsString(), none.SerializeAsString());
}

TEST(DecidedOnTest, KeepsOfAFieldWhatADecisionLooksAt) {
  std::vector<Field> fields = {
      FieldOf("notice.a", Sensitivity::L1), FieldOf("notice.b", Sensitivity::L2),
      FieldOf("notice.c", Sensitivity::L2), FieldOf("notice.d", Sensitivity::L3)};
  fields[0].needed = true;
  fields[1].bond = fields[2].bond = "one";
  fields[3].bond = "two";
  fields[3].form = Form::kDate;
  const v1::DecidedOn kept = Read(DecidedOnBytes(Facts(), fields));
  const std::vector<Field> again = FieldsOf(kept.fields());
  ASSERT_EQ(again.size(), fields.size());
  for (size_t i = 0; i < fields.size(); ++i) {
    EXPECT_EQ(again[i].path, fields[i].path);
    EXPECT_EQ(again[i].sens, fields[i].sens);
    EXPECT_EQ(again[i].needed, fields[i].needed) << i;
    EXPECT_EQ(again[i].form, fields[i].form) << i;
  }
  EXPECT_EQ(again[0].bond, "");
  EXPECT_NE(again[1].bond, "");
  EXPECT_EQ(again[1].bond, again[2].bond);
  EXPECT_NE(again[1].bond, again[3].bond);
}

TEST(DecidedOnTest, HoldsNoNameAndNoPosition) {
  Facts facts;
  facts.named_recipients = {"ho-officer-03"};
  std::vector<Field> fields = {
      FieldOf("notice.persons[7].names[0].full_original", Sensitivity::L2)};
  fields[0].schema_path = "notice.persons.names.full_original";
  fields[0].bond = "notice.persons[7]:subject";
  const std::string bytes = DecidedOnBytes(facts, fields);
  EXPECT_THAT(bytes, Not(HasSubstr("ho-officer-03")));
  EXPECT_THAT(bytes, Not(HasSubstr("[7]")));
  EXPECT_EQ(Read(bytes).facts().named_recipients_size(), 1);
}

TEST(DecidedOnTest, KeepsOnceWhatADecisionCannotTellApart) {
  std::vector<Field> fields;
  std::vector<std::string> paths;
  for (int i = 0; i < 100; ++i) paths.push_back(absl::StrCat("notice.items[", i, "].no"));
  for (const std::string& path : paths) {
    fields.push_back(FieldOf(path, Sensitivity::L1));
    fields.back().schema_path = "notice.items.no";
  }
  EXPECT_EQ(Read(DecidedOnBytes(Facts(), fields)).fields_size(), 1);
  for (size_t i = 0; i < fields.size(); ++i) fields[i].bond = i % 2 == 0 ? "even" : "odd";
  EXPECT_EQ(Read(DecidedOnBytes(Facts(), fields)).fields_size(), 2);
}

TEST(DecidedOnTest, IsBounded) {
  std::vector<std::string> paths;
  for (int i = 0; i < 2000; ++i) paths.push_back(absl::StrCat("notice.some_field_", i));
  std::vector<Field> fields;
  for (const std::string& path : paths) {
    fields.push_back(FieldOf(path, Sensitivity::L1));
    fields.back().schema_path = path;
  }
  EXPECT_EQ(DecidedOnBytes(Facts(), fields), "");
  fields.resize(100);
  EXPECT_FALSE(DecidedOnBytes(Facts(), fields).empty());

  Facts facts;
  facts.consent_missing.assign(30'000, 'x');
  facts.consent_missing.append(kMostDecidedOnBytes - DecidedOnBytes(facts, {}).size(), 'x');
  EXPECT_EQ(DecidedOnBytes(facts, {}).size(), kMostDecidedOnBytes);
  facts.consent_missing += 'x';
  EXPECT_EQ(DecidedOnBytes(facts, {}), "");
}

// The decision on what was kept is the one that was made.
TEST(DecidedOnTest, IsEnoughToDecideAgain) {
  const std::pair<const char*, Change> changes[] = {
      {"as it is", [](Facts&) {}},
      {"suspended", [](Facts& facts) { facts.partner_active = false; }},
      {"no agreement", [](Facts& facts) { facts.agreement_id = "none"; }},
      {"a rule that nobody sets aside", [](Facts& facts) { facts.derogations = {"alerts-out"}; }},
      {"no role", [](Facts& facts) { facts.role = v1::Rule::SYSTEM; }},
      {"no consent",
       [](Facts& facts) {
         facts.has_adult_victim = true;
         facts.consent_covers = false;
         facts.consent_missing = "notice.persons[0].consent: not given";
       }},
  };
  for (const auto& [name, change] : changes) {
    Facts made;
    const std::vector<Field> fields = SampleFields();
    const Decision first = DecideWith(
        [&, &change = change](Facts& facts) {
          change(facts);
          made = facts;
        },
        fields);
    const v1::DecidedOn kept = Read(DecidedOnBytes(made, fields));
    const std::vector<Field> again = FieldsOf(kept.fields());
    const Decision second = DecideWith([&](Facts& facts) { facts = FactsOf(kept.facts()); }, again);
    EXPECT_EQ(ToOpening(first, fields, {}).SerializeAsString(),
              ToOpening(second, again, {}).SerializeAsString())
        << name;
  }
}

}  // namespace
}  // namespace liaison::policy
