#include "daemon/base/error.h"

#include <gtest/gtest.h>

namespace liaison::base {
namespace {

TEST(ErrorTest, EveryReasonSurvivesAStatus) {
  for (Reason reason : AllReasons()) {
    const absl::Status status = MakeError(reason, "text", "do this");
    EXPECT_EQ(status.code(), ReasonCode(reason));
    EXPECT_EQ(GetReason(status), reason) << ReasonName(reason);
    EXPECT_EQ(ReasonFromName(ReasonName(reason)), reason);
    EXPECT_EQ(GetError(status)->fix, "do this");
    EXPECT_GE(ReasonExitCode(reason), 1);
    EXPECT_LE(ReasonExitCode(reason), 8);
  }
}

TEST(ErrorTest, CarriesFieldsMetadataAndRetryHint) {
  ErrorText error;
  error.reason = Reason::kValidationFailed;
  error.message = "two fields are at fault";
  error.fields = {{"a.b", "REQUIRED", "is missing"}, {"c", "EDTF", "is no date"}};
  error.metadata = {{"partner", "ho-example"}};
  error.retry_after = absl::Milliseconds(1500);
  const std::optional<ErrorText> read = GetError(MakeError(error));
  ASSERT_TRUE(read.has_value());
  ASSERT_EQ(read->fields.size(), 2u);
  EXPECT_EQ(read->fields[1].rule, "EDTF");
  EXPECT_EQ(read->metadata, error.metadata);
  EXPECT_EQ(read->retry_after, error.retry_after);
}

TEST(ErrorTest, AStatusOfOursHasNoReason) {
  EXPECT_EQ(GetReason(absl::InternalError("inside")), std::nullopt);
}

TEST(ErrorTest, TooLargeIsNeverRetried) {
  EXPECT_FALSE(IsRetryable(MakeError(Reason::kTooLarge, "")));
  EXPECT_TRUE(IsRetryable(MakeError(Reason::kQueueFull, "")));
  EXPECT_TRUE(IsRetryable(absl::UnavailableError("")));
  EXPECT_FALSE(IsRetryable(absl::PermissionDeniedError("")));
}

}  // namespace
}  // namespace liaison::base
