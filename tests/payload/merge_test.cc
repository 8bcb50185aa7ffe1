// Every file of tests/vectors/merge, and what needs more than a file.
#include "daemon/payload/merge.h"

#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/payload/cut.h"
#include "daemon/payload/records.h"
#include "tests/payload/shapes.pb.h"

namespace liaison::payload {
namespace {

constexpr char kFolder[] = "tests/vectors/merge";

std::vector<std::string> Files() {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(kFolder, error)) {
    names.push_back(file.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string Bytes(const std::string& hex) {
  return hex == "-" ? std::string() : absl::HexStringToBytes(hex);
}

// "%c3%af" back to bytes; "-" is the empty path.
std::string Path(const std::string& text) {
  if (text == "-") return "";
  std::string path;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      path += absl::HexStringToBytes(text.substr(i + 1, 2));
      i += 2;
    } else {
      path += text[i];
    }
  }
  return path;
}

struct Vector {
  struct Record {
    std::string path;
    std::string value;
    int kind = 1;
  };
  std::vector<Record> records;
  std::vector<std::string> withheld;
  bool newer = false;
  std::string refused;  // the step; empty when it is accepted
  std::string payload;
  std::vector<std::pair<std::string, size_t>> unknown;
};

Vector Read(const std::string& name) {
  Vector vector;
  std::ifstream file(absl::StrCat(kFolder, "/", name, ".txt"));
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word, first, second;
    words >> word >> first >> second;
    if (word == "schema") vector.newer = first == "newer";
    if (word == "record") {
      vector.records.push_back({Path(first), Bytes(second)});
      words >> vector.records.back().kind;
      if (words.fail()) vector.records.back().kind = 1;
    }
    if (word == "withheld") vector.withheld.push_back(Path(first));
    if (word == "refused") vector.refused = first;
    if (word == "accepted") vector.payload = Bytes(first);
    if (word == "unknown") vector.unknown.emplace_back(first, std::stoul(second));
  }
  return vector;
}

absl::StatusOr<Merged> MergeVector(const Vector& vector) {
  std::vector<RecordView> records;
  for (const Vector::Record& record : vector.records) {
    records.push_back({record.path, record.value, static_cast<Kind>(record.kind)});
  }
  const std::vector<std::string_view> withheld(vector.withheld.begin(), vector.withheld.end());
  return Merge(records, withheld, vector.newer);
}

std::string StepOf(const absl::Status& status) {
  const std::optional<base::ErrorText> error = base::GetError(status);
  if (!error.has_value() || error->reason != base::Reason::kBodyMismatch) return "another error";
  for (const auto& [key, value] : error->metadata) {
    if (key == "step") return value;
  }
  return "no step";
}

class MergeVectors : public testing::TestWithParam<std::string> {};

TEST_P(MergeVectors, EndsAsTheFileSays) {
  const google::protobuf::LogSilencer silent;
  const Vector vector = Read(GetParam());
  const absl::StatusOr<Merged> merged = MergeVector(vector);
  if (!vector.refused.empty()) {
    ASSERT_FALSE(merged.ok());
    EXPECT_EQ(StepOf(merged.status()), vector.refused) << merged.status();
    return;
  }
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(absl::BytesToHexString(CanonicalBytes(merged->payload)),
            absl::BytesToHexString(vector.payload));
  std::vector<std::pair<std::string, int>> expected, changed;
  for (const Vector::Record& record : vector.records) {
    if (record.kind != 1) expected.emplace_back(record.path, record.kind);
  }
  for (const ChangedLeaf& leaf : merged->changed) changed.emplace_back(leaf.path, leaf.kind);
  EXPECT_EQ(changed, expected);
  ASSERT_EQ(merged->unknown.size(), vector.unknown.size());
  for (size_t i = 0; i < vector.unknown.size(); ++i) {
    EXPECT_EQ(merged->unknown[i].path, vector.unknown[i].first);
    EXPECT_EQ(merged->unknown[i].bytes, vector.unknown[i].second);
  }
}

INSTANTIATE_TEST_SUITE_P(Files, MergeVectors, testing::ValuesIn(Files()),
                         [](const auto& file) { return file.param; });

TEST(Merge, HasItsVectors) { EXPECT_GE(Files().size(), 110u); }

TEST(Merge, RefusesAPathThatOnlyANewerSchemaHasWhenOursIsAsNew) {
  Vector vector = Read("accepted_newer_unknown");
  ASSERT_TRUE(MergeVector(vector).ok());
  vector.newer = false;
  EXPECT_EQ(StepOf(MergeVector(vector).status()), "2");
}

TEST(Merge, NamesThePathAtFault) {
  const absl::Status status = MergeVector(Read("refused_hole")).status();
  EXPECT_NE(status.message().find("notice.persons[0].names[2]"), std::string::npos) << status;
}

TEST(Merge, RefusesMoreRecordsThanTheLimit) {
  const std::vector<std::string_view> withheld(kMaxRecords + 1, "notice.title");
  EXPECT_EQ(StepOf(Merge({}, withheld, false).status()), "1");
}

TEST(Merge, TakesAsManySegmentsAsTheLimitAndNoMore) {
  const Schema schema(*shapes::Shapes::descriptor());
  std::string path = "text";
  for (int depth = 1; depth < kMaxDepth; ++depth) path.insert(0, "inner.");
  const std::string value("\x0a\x01x");
  shapes::Shapes merged;
  EXPECT_TRUE(
      MergeInto(schema.root(), std::vector<RecordView>{{path, value}}, {}, false, &merged).ok());
  path.insert(0, "inner.");
  shapes::Shapes refused;
  EXPECT_EQ(
      StepOf(MergeInto(schema.root(), std::vector<RecordView>{{path, value}}, {}, false, &refused)
                 .status()),
      "1");
}

// The bond of the message above covers the bonds of the messages below it.
TEST(Merge, RefusesABondTornTwoMessagesBelow) {
  const Schema schema(*shapes::Shapes::descriptor());
  const std::string language("\x12\x02vi"), free("\x1a\x01x");
  const std::vector<RecordView> records = {{"items[0].parts[0].free", free},
                                           {"items[0].whole.language", language}};
  shapes::Shapes merged;
  EXPECT_TRUE(MergeInto(schema.root(), records, {}, false, &merged).ok());
  shapes::Shapes refused;
  EXPECT_EQ(StepOf(MergeInto(schema.root(), records,
                             std::vector<std::string_view>{"items[0].whole.parts[0].free"}, false,
                             &refused)
                       .status()),
            "4");
}

TEST(Merge, KeepsTheBondsOfTwoElementsApart) {
  const Schema schema(*shapes::Shapes::descriptor());
  const std::string language("\x12\x02vi");
  shapes::Shapes merged;
  EXPECT_TRUE(MergeInto(schema.root(), std::vector<RecordView>{{"items[0].language", language}},
                        std::vector<std::string_view>{"items[1].language"}, false, &merged)
                  .ok());
}

}  // namespace
}  // namespace liaison::payload
