#include "daemon/rpc/status.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"

namespace liaison::rpc {
namespace {

using base::ErrorText;
using base::Reason;

std::string MetadataOf(const ErrorText& error, std::string_view key) {
  for (const auto& [name, value] : error.metadata) {
    if (name == key) return value;
  }
  return "";
}

// Everything that travels, as one text.
std::string AllTextOf(const grpc::Status& status) {
  return status.error_message() + status.error_details();
}

TEST(StatusTest, CarriesOkBothWays) {
  EXPECT_TRUE(ToGrpc(absl::OkStatus()).ok());
  EXPECT_TRUE(ToGrpcForPartner(absl::OkStatus()).ok());
  EXPECT_TRUE(FromGrpc(grpc::Status::OK).ok());
}

TEST(StatusTest, CarriesEveryReasonWithItsCodeThereAndBack) {
  for (const Reason reason : base::AllReasons()) {
    const absl::Status sent = base::MakeError(reason, "what happened", "what to do");
    const grpc::Status wire = ToGrpc(sent);
    EXPECT_EQ(static_cast<int>(wire.error_code()), static_cast<int>(base::ReasonCode(reason)));
    const std::optional<ErrorText> received = base::GetError(FromGrpc(wire));
    ASSERT_TRUE(received.has_value()) << base::ReasonName(reason);
    EXPECT_EQ(received->reason, reason);
    EXPECT_EQ(received->message, "what happened");
    EXPECT_EQ(received->fix, "what to do");
  }
}

TEST(StatusTest, CarriesFieldsMetadataAndRetryHint) {
  ErrorText sent;
  sent.reason = Reason::kValidationFailed;
  sent.message = "two fields";
  sent.fields = {{"notice.title", "REQUIRED", "give one"}, {"notice.date", "EDTF", "use EDTF"}};
  sent.metadata = {{"limit", "drafts"}};
  sent.retry_after = absl::Milliseconds(1500);
  const std::optional<ErrorText> received = base::GetError(FromGrpc(ToGrpc(base::MakeError(sent))));
  ASSERT_TRUE(received.has_value());
  ASSERT_EQ(received->fields.size(), 2u);
  EXPECT_EQ(received->fields[1].field, "notice.date");
  EXPECT_EQ(received->fields[1].rule, "EDTF");
  EXPECT_EQ(received->fields[1].description, "use EDTF");
  EXPECT_EQ(MetadataOf(*received, "limit"), "drafts");
  EXPECT_EQ(received->retry_after, absl::Milliseconds(1500));
}

TEST(StatusTest, CountsTheFieldsThatDoNotFit) {
  ErrorText sent;
  sent.reason = Reason::kValidationFailed;
  for (int i = 0; i < 5000; ++i) {
    sent.fields.push_back({absl::StrCat("persons[", i, "].name"), "REQUIRED", "give a name"});
  }
  const grpc::Status wire = ToGrpc(base::MakeError(sent));
  EXPECT_LE(wire.error_details().size(), 33u << 10);
  const std::optional<ErrorText> received = base::GetError(FromGrpc(wire));
  ASSERT_TRUE(received.has_value());
  EXPECT_GT(received->fields.size(), 100u);
  EXPECT_EQ(MetadataOf(*received, "fields_omitted"), absl::StrCat(5000 - received->fields.size()));
}

TEST(StatusTest, CutsALongMessageBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "\xC3\xA9";
  const grpc::Status wire = ToGrpc(base::MakeError(Reason::kWrongState, "x" + text));
  EXPECT_EQ(wire.error_message().size(), 2047u);
}

TEST(StatusTest, SendsATraceIdInPlaceOfWhatHasNoReason) {
  const grpc::Status wire = ToGrpc(absl::DataLossError("row 7 of table secrets"));
  EXPECT_EQ(wire.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_FALSE(absl::StrContains(AllTextOf(wire), "secrets"));
  const std::optional<ErrorText> received = base::GetError(FromGrpc(wire));
  ASSERT_TRUE(received.has_value());
  EXPECT_EQ(received->reason, Reason::kInternal);
  EXPECT_EQ(MetadataOf(*received, "trace_id").size(), 16u);
  const std::optional<ErrorText> other =
      base::GetError(FromGrpc(ToGrpc(absl::DataLossError("row 7 of table secrets"))));
  EXPECT_NE(MetadataOf(*other, "trace_id"), MetadataOf(*received, "trace_id"));
}

TEST(StatusTest, TellsAPartnerTheClassAloneForEveryReason) {
  for (const Reason reason : base::AllReasons()) {
    ErrorText inner;
    inner.reason = reason;
    inner.message = "inside";
    inner.fix = "inside";
    inner.fields = {{"inside", "inside", "inside"}};
    inner.metadata = {{"inside", "inside"}};
    const grpc::Status wire = ToGrpcForPartner(base::MakeError(inner));
    EXPECT_FALSE(absl::StrContains(AllTextOf(wire), "inside")) << base::ReasonName(reason);
    const std::optional<ErrorText> outer = base::GetError(FromGrpc(wire));
    ASSERT_TRUE(outer.has_value());
    EXPECT_EQ(base::IsRetryable(FromGrpc(wire)), base::IsRetryable(base::MakeError(inner)))
        << base::ReasonName(reason);
  }
}

TEST(StatusTest, TellsAPartnerTheSameForNoAndNotAllowedAndUnknown) {
  const std::string no =
      AllTextOf(ToGrpcForPartner(base::MakeError(Reason::kPolicyDenied, "rule 7")));
  EXPECT_EQ(AllTextOf(ToGrpcForPartner(base::MakeError(Reason::kNotFound, "no such"))), no);
  EXPECT_EQ(AllTextOf(ToGrpcForPartner(base::MakeError(Reason::kUnknownPartner, "who"))), no);
}

TEST(StatusTest, TellsAPartnerWhenToTryAgain) {
  ErrorText inner;
  inner.reason = Reason::kDiskLow;
  inner.retry_after = absl::Seconds(20);
  const absl::Status received = FromGrpc(ToGrpcForPartner(base::MakeError(inner)));
  EXPECT_EQ(base::GetReason(received), Reason::kQueueFull);
  EXPECT_EQ(base::GetError(received)->retry_after, absl::Seconds(20));
}

TEST(StatusTest, NamesTransportFailures) {
  using grpc::StatusCode;
  const auto reason = [](StatusCode code, const std::string& text) {
    return base::GetReason(FromGrpc(grpc::Status(code, text)));
  };
  EXPECT_EQ(reason(StatusCode::UNAVAILABLE, "connection refused"), Reason::kUnreachable);
  EXPECT_EQ(reason(StatusCode::DEADLINE_EXCEEDED, ""), Reason::kTimedOut);
  EXPECT_EQ(reason(StatusCode::RESOURCE_EXHAUSTED, "Received message larger than max (9 vs. 4)"),
            Reason::kTooLarge);
  EXPECT_EQ(reason(StatusCode::RESOURCE_EXHAUSTED, "something else"), std::nullopt);
  EXPECT_EQ(reason(StatusCode::UNIMPLEMENTED, "no such method"), std::nullopt);
}

TEST(StatusTest, TakesDetailsItCannotReadForNone) {
  for (const std::string& details : {std::string("\xFF\xFF"), std::string("\x08\x05", 2)}) {
    const absl::Status received =
        FromGrpc(grpc::Status(grpc::StatusCode::UNAVAILABLE, "busy", details));
    EXPECT_EQ(base::GetReason(received), Reason::kUnreachable);
  }
}

TEST(StatusTest, KnowsAServerThatIsNotWhoItShouldBe) {
  const grpc::Status wrong(grpc::StatusCode::UNAVAILABLE,
                           absl::StrCat("handshake: ", std::string(kWrongIdentity), " (x)"));
  EXPECT_TRUE(IsWrongIdentity(FromGrpc(wrong)));
  const grpc::Status down(grpc::StatusCode::UNAVAILABLE, "connection refused");
  EXPECT_FALSE(IsWrongIdentity(FromGrpc(down)));
  EXPECT_FALSE(IsWrongIdentity(absl::OkStatus()));
}

}  // namespace
}  // namespace liaison::rpc
