#include "daemon/payload/records.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <set>

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

TEST(Records, DoesNotDescribeWhatTheSchemaDoesNotHave) {
  for (const char* path : {"", "notice.", ".notice", "notice.colour", "notice.title.text",
                           "notice.persons[0].category", "notice..title"}) {
    EXPECT_EQ(Describe(path).status().code(), absl::StatusCode::kNotFound) << path;
  }
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
  EXPECT_EQ(static_cast<int>(types.size()), v1::MessageType_descriptor()->value_count() - 1);
  EXPECT_EQ(TypeOf(v1::Payload()), v1::MESSAGE_TYPE_UNSPECIFIED);
  EXPECT_EQ(BodyField(v1::MESSAGE_TYPE_UNSPECIFIED), "");
}

}  // namespace
}  // namespace liaison::payload
