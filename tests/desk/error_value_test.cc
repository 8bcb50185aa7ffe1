#include "daemon/desk/error_value.h"

#include <gtest/gtest.h>

#include "daemon/base/error.h"

namespace liaison::desk {
namespace {

TEST(ErrorValueTest, CarriesWhatACallerMaySee) {
  base::ErrorText error;
  error.reason = base::Reason::kValidationFailed;
  error.message = "one field is at fault";
  error.fix = "mend it";
  error.fields = {{"notice.title", "REQUIRED", "is missing"}};
  const v1::Error value = ToValue(base::MakeError(error));
  EXPECT_EQ(value.code(), "INVALID_ARGUMENT");
  EXPECT_EQ(value.reason(), "VALIDATION_FAILED");
  EXPECT_EQ(value.fix(), "mend it");
  ASSERT_EQ(value.fields_size(), 1);
  EXPECT_EQ(value.fields(0).field(), "notice.title");
  EXPECT_TRUE(value.trace_id().empty());
}

TEST(ErrorValueTest, KeepsOurInsideToItself) {
  const v1::Error value = ToValue(absl::InternalError("row 17 of table secret"));
  EXPECT_EQ(value.reason(), "INTERNAL");
  EXPECT_EQ(value.SerializeAsString().find("secret"), std::string::npos);
  EXPECT_EQ(value.trace_id().size(), 32u);
}

}  // namespace
}  // namespace liaison::desk
