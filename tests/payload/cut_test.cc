#include "daemon/payload/cut.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "daemon/payload/records.h"
#include "tests/payload/shapes.pb.h"

namespace liaison::payload {
namespace {

using testing::ElementsAre;

shapes::Shapes Shapes(const std::string& text) {
  shapes::Shapes message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

const MessageSchema& ShapesSchema() {
  static const Schema* const schema = new Schema(*shapes::Shapes::descriptor());
  return schema->root();
}

std::vector<std::string> Paths(const shapes::Shapes& message) {
  const std::string bytes = CanonicalBytes(message);
  const absl::StatusOr<Slices> cut = CutBytes(ShapesSchema(), bytes);
  EXPECT_TRUE(cut.ok()) << cut.status();
  std::vector<std::string> paths;
  for (const Slice& leaf : cut->leaves) paths.emplace_back(cut->Path(leaf));
  return paths;
}

absl::StatusOr<Slice> CutOne(const std::string& bytes) {
  absl::StatusOr<Slices> cut = CutBytes(ShapesSchema(), bytes);
  if (!cut.ok()) return cut.status();
  return cut->leaves.at(0);
}

TEST(Cut, GivesEachListOfMessagesPositionsAndNothingElse) {
  EXPECT_THAT(
      Paths(Shapes("text: 'a' words: 'b' words: 'c' numbers: 1 numbers: 2 inner { flag: false }"
                   "many { text: 'x' } many { many { i32: 0 } }")),
      ElementsAre("inner.flag", "many[0].text", "many[1].many[0].i32", "numbers", "text", "words"));
}

TEST(Cut, OrdersPathsByteByByte) {
  shapes::Shapes message;
  for (int i = 0; i < 11; ++i) message.add_many()->set_flag(true);
  const std::vector<std::string> paths = Paths(message);
  EXPECT_EQ(paths[1], "many[10].flag");
  EXPECT_EQ(paths[2], "many[1].flag");
  EXPECT_TRUE(std::is_sorted(paths.begin(), paths.end()));
}

TEST(Cut, JoinsAllSlicesOfARepeatedScalar) {
  const std::string bytes = CanonicalBytes(Shapes("words: 'ab' words: '' words: 'c' numbers: 300"));
  const absl::StatusOr<Slices> cut = CutBytes(ShapesSchema(), bytes);
  ASSERT_TRUE(cut.ok());
  ASSERT_EQ(cut->leaves.size(), 2u);
  EXPECT_EQ(cut->leaves[0].value, std::string("\x6a\x02\xac\x02", 4));
  EXPECT_EQ(cut->leaves[1].value, std::string("\x62\x02"
                                              "ab"
                                              "\x62\x00\x62\x01"
                                              "c",
                                              9));
}

TEST(Cut, CutsAnEmptyMessageAsAnEmptyLeafAtItsOwnPlace) {
  const std::string bytes = CanonicalBytes(Shapes("many {} inner { inner {} }"));
  const absl::StatusOr<Slices> cut = CutBytes(ShapesSchema(), bytes);
  ASSERT_TRUE(cut.ok());
  ASSERT_EQ(cut->leaves.size(), 2u);
  EXPECT_EQ(cut->Path(cut->leaves[0]), "inner.inner");
  EXPECT_EQ(cut->Path(cut->leaves[1]), "many[0]");
  EXPECT_EQ(cut->leaves[0].value, "");
  EXPECT_EQ(cut->leaves[0].sens, Sensitivity::L1);
}

TEST(Cut, GivesAnEmptyMessageTheClassOfTheLeastThatItCouldHold) {
  EXPECT_EQ(CutOne(CanonicalBytes(Shapes("source {}")))->sens, Sensitivity::L6);
  EXPECT_EQ(CutOne(CanonicalBytes(Shapes("source { contact {} }")))->sens, Sensitivity::L6);
}

TEST(Cut, RaisesEveryLeafBelowAMessageToTheClassOfItsField) {
  EXPECT_EQ(CutOne(CanonicalBytes(Shapes("raised { language: 'vi' }")))->sens, Sensitivity::L5);
  EXPECT_EQ(CutOne(CanonicalBytes(Shapes("raised { whole { text: 'x' } }")))->sens,
            Sensitivity::L5);
  EXPECT_EQ(CutOne(CanonicalBytes(Shapes("raised { free: 'x' }")))->sens, Sensitivity::L8);
  EXPECT_EQ(CutOne(CanonicalBytes(Shapes("raised {}")))->sens, Sensitivity::L5);
}

TEST(Cut, MarksWhatIsNeeded) {
  EXPECT_TRUE(CutOne(CanonicalBytes(Shapes("text: 'x'")))->needed);
  EXPECT_FALSE(CutOne(CanonicalBytes(Shapes("flag: true")))->needed);
}

TEST(Cut, RefusesUnknownFieldsAtAnyDepth) {
  shapes::Shapes message = Shapes("text: 'x' inner { flag: true }");
  EXPECT_TRUE(CutOne(CanonicalBytes(message)).ok());
  shapes::Shapes deep = message;
  deep.mutable_inner()
      ->GetReflection()
      ->MutableUnknownFields(deep.mutable_inner())
      ->AddVarint(2, 1);
  EXPECT_EQ(CutOne(CanonicalBytes(deep)).status().code(), absl::StatusCode::kInvalidArgument);
  message.GetReflection()->MutableUnknownFields(&message)->AddVarint(4000, 1);
  EXPECT_EQ(CutOne(CanonicalBytes(message)).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(Cut, RefusesWhatIsDeeperThanTheLimit) {
  shapes::Shapes message;
  shapes::Shapes* last = &message;
  for (int depth = 1; depth < kMaxDepth; ++depth) last = last->mutable_inner();
  last->set_flag(true);
  EXPECT_TRUE(CutOne(CanonicalBytes(message)).ok());
  last->clear_flag();
  last->mutable_inner()->set_flag(true);
  EXPECT_EQ(CutOne(CanonicalBytes(message)).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(Cut, RefusesAPathOverTheLimit) {
  shapes::Shapes message;
  shapes::Shapes* last = &message;
  for (int i = 0; i < 4; ++i) {
    last = last->mutable_a_field_whose_name_is_so_long_that_a_few_of_them_fill_a_path();
  }
  last->set_choice_text("x");
  EXPECT_EQ(Paths(message)[0].size(), kMaxPathBytes);
  EXPECT_TRUE(CutOne(CanonicalBytes(message)).ok());
  last->set_choice_number(1);  // two bytes longer
  EXPECT_EQ(CutOne(CanonicalBytes(message)).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(Cut, RefusesAListOverTheLimit) {
  shapes::Shapes message;
  for (size_t i = 0; i <= kMaxPosition; ++i) message.add_many();
  EXPECT_TRUE(CutOne(CanonicalBytes(message)).ok());
  message.add_many();
  EXPECT_EQ(CutOne(CanonicalBytes(message)).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(Cut, RefusesMoreLeavesThanTheLimit) {
  shapes::Shapes message;
  for (size_t i = 0; i < kMaxRecords / 4; ++i) {
    message.mutable_inner()->add_many();
    message.mutable_choice_shapes()->add_many();
    message.add_many();
    message.mutable_inner()->mutable_inner()->add_many();
  }
  EXPECT_TRUE(CutOne(CanonicalBytes(message)).ok());
  message.set_flag(true);
  EXPECT_EQ(CutOne(CanonicalBytes(message)).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace liaison::payload
