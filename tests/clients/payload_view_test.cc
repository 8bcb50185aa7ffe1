#include "clients/cli/payload_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "liaison/payload/v1/payload.pb.h"

namespace liaison::cli {
namespace {

using ::testing::Contains;

constexpr char kNumber[] = "victim_verification_request.documents_seen[0].number";
constexpr char kMrz[] = "victim_verification_request.documents_seen[0].mrz[1]";

payload::v1::Payload OpeningOf(const std::string& path, const std::string& value) {
  payload::v1::Payload payload;
  payload::v1::OpenedField& field = *payload.mutable_field_opening()->add_fields();
  field.set_path(path);
  field.set_value(value);
  return payload;
}

std::vector<Row> RowsOf(const payload::v1::Payload& payload) {
  std::vector<Row> rows = PayloadRows(payload);
  ReadOpenedValues(payload.field_opening(), rows);
  return rows;
}

auto Value(const std::string& text) {
  return ::testing::ElementsAre("field_opening.fields[0].value", text);
}

TEST(PayloadViewTest, ReadsWhatAnOpeningDiscloses) {
  payload::v1::IdentityDocument document;
  document.set_number("E00000001");
  EXPECT_THAT(RowsOf(OpeningOf(kNumber, document.SerializeAsString())),
              Contains(Value("E00000001")));
  document.Clear();
  document.add_mrz("P<UTOEXAMPLE");
  EXPECT_THAT(RowsOf(OpeningOf(kMrz, document.SerializeAsString())),
              Contains(Value("P<UTOEXAMPLE")));
}

TEST(PayloadViewTest, ShowsInHexWhatItCannotRead) {
  EXPECT_THAT(RowsOf(OpeningOf("not_there.number", "\x0a\x01")), Contains(Value("0a01")));
  EXPECT_THAT(RowsOf(OpeningOf(absl::StrCat(kNumber, ".more"), "\x0a\x01")),
              Contains(Value("0a01")));
  EXPECT_THAT(RowsOf(OpeningOf(kNumber, "\xff")), Contains(Value("ff")));
  EXPECT_THAT(RowsOf(OpeningOf(kMrz, "")), Contains(Value("")));
}

TEST(PayloadViewTest, LeavesAHiddenValueAlone) {
  payload::v1::Payload payload = OpeningOf(kNumber, "");
  payload.mutable_field_opening()->mutable_fields(0)->clear_value();
  for (const Row& row : RowsOf(payload)) EXPECT_NE(row[0], "field_opening.fields[0].value");
}

// A list of texts is one field to policy and has a row for each of its elements.
TEST(PayloadViewTest, NotesAnOpeningAtEachElementOfAList) {
  std::vector<Row> rows = {{"request.documents_seen[0].mrz[0]", "P<UTO"},
                           {"request.documents_seen[0].mrz[1]", "E0000"},
                           {"request.documents_seen[0].mrz_note", "none"},
                           {"request.documents_seen[1].mrz[0]", "P<UTO"}};
  google::protobuf::RepeatedPtrField<desk::v1::OpenedLater> opened;
  opened.Add()->set_path("request.documents_seen[0].mrz");
  opened.Mutable(0)->set_id("bgc-example/0123abcd");
  NoteOpenings(opened, Language::kEnglish, rows);
  EXPECT_EQ(rows[0][1], "P<UTO (opened later by bgc-example/0123abcd)");
  EXPECT_EQ(rows[1][1], "E0000 (opened later by bgc-example/0123abcd)");
  EXPECT_EQ(rows[2][1], "none");
  EXPECT_EQ(rows[3][1], "P<UTO");
}

TEST(PayloadViewTest, ReadsEachElementOfAListThatAnOpeningDiscloses) {
  payload::v1::IdentityDocument document;
  document.add_mrz("P<UTOEXAMPLE");
  document.add_mrz("E00000001");
  const std::string path = "victim_verification_request.documents_seen[0].mrz";
  EXPECT_THAT(RowsOf(OpeningOf(path, document.SerializeAsString())),
              Contains(Value("P<UTOEXAMPLE, E00000001")));
}

}  // namespace
}  // namespace liaison::cli
