#include "daemon/payload/records.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/str_cat.h"

namespace liaison::payload {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

v1::Payload Payload(const std::string& text) {
  v1::Payload payload;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &payload)) << text;
  return payload;
}

TEST(Records, DescribesALeafWithItsPathsClassAndBond) {
  const absl::StatusOr<std::vector<Leaf>> leaves =
      Cut(Payload("notice { items { text: 'invented' evaluation { info: 1 } } }"));
  ASSERT_TRUE(leaves.ok());
  ASSERT_EQ(leaves->size(), 2u);
  const Leaf& info = (*leaves)[0];
  EXPECT_EQ(info.path, "notice.items[0].evaluation.info");
  EXPECT_EQ(info.schema_path, "notice.items.evaluation.info");
  EXPECT_EQ(info.value, std::string("\x10\x01", 2));
  EXPECT_EQ(info.bond, "notice.items[0]#item");
  EXPECT_EQ(info.sens, Sensitivity::L1);
  EXPECT_TRUE(info.needed);
  EXPECT_EQ((*leaves)[1].bond, "notice.items[0]#item");
  EXPECT_EQ((*leaves)[1].sens, Sensitivity::L8);
  EXPECT_FALSE((*leaves)[1].needed);
}

TEST(Records, CutsAnEmptyPayloadIntoNothing) {
  const absl::StatusOr<std::vector<Leaf>> leaves = Cut(v1::Payload());
  ASSERT_TRUE(leaves.ok());
  EXPECT_TRUE(leaves->empty());
}

TEST(Records, DescribesSchemaPaths) {
  const absl::StatusOr<PathInfo> leaf = Describe("notice.persons.birth.edtf");
  ASSERT_TRUE(leaf.ok());
  EXPECT_TRUE(leaf->is_leaf);
  EXPECT_EQ(leaf->sens, Sensitivity::L2);  // L1 by itself, raised by `birth`
  const absl::StatusOr<PathInfo> message = Describe("notice.persons.birth");
  ASSERT_TRUE(message.ok());
  EXPECT_FALSE(message->is_leaf);
  EXPECT_EQ(message->sens, Sensitivity::L2);
  EXPECT_TRUE(Describe("notice.persons.category")->needed);
}

TEST(Records, SaysWhichPartOfADateOrPlaceALeafIs) {
  const struct {
    const char* path;
    Part::Kind part;
    bool text;
  } rows[] = {{"birth.edtf", Part::DATE, true},
              {"birth.as_written", Part::DATE_TEXT, true},
              {"birth.calendar", Part::PART_UNSPECIFIED, false},
              {"home_address.country", Part::COUNTRY, true},
              {"home_address.admin1.code", Part::PROVINCE, true},
              {"home_address.district", Part::DISTRICT, true},
              {"home_address.locality", Part::LOCALITY, true},
              {"home_address.street", Part::EXACT, true},
              {"home_address.point.lat", Part::EXACT, false},
              {"home_address.border.gate_name", Part::EXACT, true},
              {"home_address.border.between_countries", Part::EXACT, false},
              {"home_address.role_other", Part::EXACT, true},
              {"home_address.safe_location", Part::EXACT, false},
              {"home_address.role", Part::PART_UNSPECIFIED, false},
              {"names.full_original", Part::PART_UNSPECIFIED, true},
              {"citizenships", Part::PART_UNSPECIFIED, false},
              {"gender", Part::PART_UNSPECIFIED, false}};
  for (const auto& row : rows) {
    const absl::StatusOr<PathInfo> info = Describe(std::string("notice.persons.").append(row.path));
    ASSERT_TRUE(info.ok()) << row.path;
    EXPECT_EQ(info->part, row.part) << row.path;
    EXPECT_EQ(info->text, row.text) << row.path;
  }
}

TEST(Records, CutsALeafWithItsPart) {
  const absl::StatusOr<std::vector<Leaf>> leaves = Cut(Payload(
      "notice { persons { birth { edtf: '2001' } home_address { admin1 {} point { lat: 1 } } } }"));
  ASSERT_TRUE(leaves.ok());
  ASSERT_EQ(leaves->size(), 3u);
  EXPECT_EQ((*leaves)[0].part, Part::DATE);
  EXPECT_TRUE((*leaves)[0].text);
  EXPECT_EQ((*leaves)[1].part, Part::PROVINCE);  // of an empty message
  EXPECT_FALSE((*leaves)[1].text);
  EXPECT_EQ((*leaves)[2].part, Part::EXACT);
  EXPECT_FALSE((*leaves)[2].text);
}

TEST(Records, FindsWhatCanBeGeneralised) {
  EXPECT_EQ(*FindPath("notice.persons.birth"), Whole::DATE);
  EXPECT_EQ(*FindPath("notice.persons.home_address"), Whole::PLACE);
  EXPECT_EQ(*FindPath("notice.persons.birth.edtf"), Whole::WHOLE_UNSPECIFIED);
  EXPECT_EQ(*FindPath("notice.persons"), Whole::WHOLE_UNSPECIFIED);
  EXPECT_EQ(*FindPath("forwarded_item"), Whole::WHOLE_UNSPECIFIED);
  EXPECT_EQ(*FindPath("forwarded_item.grant"), Whole::WHOLE_UNSPECIFIED);
  EXPECT_TRUE(absl::IsNotFound(FindPath("notice.colour").status()));
}

TEST(Records, SaysWhatToWriteInsteadOfAPathThatIsNone) {
  const std::pair<const char*, const char*> kCases[] = {
      {"notise.persons", R"(a message has no field "notise"; write "notice")"},
      {"notice.persons.birthplace",
       R"("notice.persons" has no field "birthplace"; write "birth_place")"},
      {"notice.persons[0].category", R"("notice" has no field "persons[0]"; write "persons")"},
      {"notice.colour",
       R"("notice" has no field "colour"; write names with dots, without list positions)"},
      {"notice.title.text", R"("notice.title" is a value, with no fields; stop there)"},
      {"forwarded_item.original",
       R"(no rule decides on "forwarded_item.original"; write the field as its own message has it, such as "notice.title")"},
      {"forwarded_item.original.notice.title",
       R"(no rule decides on "forwarded_item.original"; write the field as its own message has it, such as "notice.title")"},
      {"field_opening.fields.value",
       R"(no rule decides on "field_opening"; write the field as its own message has it, such as "notice.title")"},
  };
  for (const auto& [path, says] : kCases) EXPECT_EQ(FindPath(path).status().message(), says);
}

TEST(Records, QuotesNoMoreThanTheBeginningOfALongName) {
  const absl::Status status = FindPath(absl::StrCat("notice.", std::string(1000, 'x'))).status();
  EXPECT_EQ(status.message(), absl::StrCat("\"notice\" has no field \"", std::string(60, 'x'),
                                           "...\"; write names with dots, without list positions"));
}

TEST(Records, DoesNotDescribeWhatTheSchemaDoesNotHave) {
  for (const char* path : {"", "notice.", ".notice", "notice.colour", "notice.title.text",
                           "notice.persons[0].category", "notice..title"}) {
    EXPECT_EQ(Describe(path).status().code(), absl::StatusCode::kNotFound) << path;
  }
}

TEST(Records, OnlyStringsAreChangedAndOnlyDatesMadeCoarser) {
  using exchange::v1::FieldRecord;
  const Part::Kind part = Part::PART_UNSPECIFIED;
  for (const bool text : {true, false}) {
    EXPECT_TRUE(MayBe(FieldRecord::ORIGINAL, part, text));
    EXPECT_EQ(MayBe(FieldRecord::GENERALISED, Part::DATE, text), text);
    EXPECT_FALSE(MayBe(FieldRecord::GENERALISED, Part::PROVINCE, text));
    for (const Kind kind :
         {FieldRecord::MASKED, FieldRecord::PSEUDONYM, FieldRecord::MATCH_TOKEN}) {
      EXPECT_EQ(MayBe(kind, part, text), text);
    }
    EXPECT_FALSE(MayBe(FieldRecord::KIND_UNSPECIFIED, part, text));
    EXPECT_FALSE(MayBe(static_cast<Kind>(99), part, text));
  }
}

// A field of number 1: tag, length, bytes.
TEST(Records, ATextIsOneStringAndNothingBesideIt) {
  EXPECT_EQ(TextOf(std::string("\x0A\x02hi", 4)), "hi");
  EXPECT_EQ(TextOf(std::string("\x0A\x00", 2)), "");
  const std::string kNone[] = {
      "",                             // nothing
      std::string("\x08\x00", 2),     // a number, which could be read as no length
      std::string("\x0A\x03hi", 4),   // more announced than is there
      std::string("\x0A\x02hi!", 5),  // something behind it
      std::string("\x0D\x03\0\0\0",
                  5),  // four bytes, which could be read as three and their length
  };
  for (const std::string& value : kNone) EXPECT_EQ(TextOf(value), std::nullopt);
}

TEST(Records, TakesPositionsOutOfAPath) {
  EXPECT_EQ(WithoutPositions("notice.persons[10].names[0].full_original"),
            "notice.persons.names.full_original");
  EXPECT_EQ(WithoutPositions("notice.title"), "notice.title");
  EXPECT_EQ(WithoutPositions("notice.persons[0]"), "notice.persons");
}

// Whoever adds a body must add its type: the two lists are compared here.
TEST(Records, NamesATypeForEveryBodyAndABodyForEveryType) {
  const auto* const body = v1::Payload::descriptor()->FindOneofByName("body");
  std::set<v1::MessageType> types;
  for (int i = 0; i < body->field_count(); ++i) {
    v1::Payload payload;
    payload.GetReflection()->MutableMessage(&payload, body->field(i));
    const v1::MessageType type = TypeOf(payload);
    EXPECT_NE(type, v1::MESSAGE_TYPE_UNSPECIFIED) << body->field(i)->name();
    EXPECT_EQ(BodyField(type), body->field(i)->name());
    types.insert(type);
  }
  std::set<v1::MessageType> named;
  const auto& values = *v1::MessageType_descriptor();
  for (int i = 0; i < values.value_count(); ++i) {
    const auto type = static_cast<v1::MessageType>(values.value(i)->number());
    if (type != v1::MESSAGE_TYPE_UNSPECIFIED) named.insert(type);
  }
  EXPECT_EQ(types, named);
  EXPECT_EQ(TypeOf(v1::Payload()), v1::MESSAGE_TYPE_UNSPECIFIED);
  EXPECT_EQ(BodyField(v1::MESSAGE_TYPE_UNSPECIFIED), "");
}

}  // namespace
}  // namespace liaison::payload
