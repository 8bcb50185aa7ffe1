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

}  // namespace
}  // namespace liaison::cli
