#include "daemon/base/error.h"

#include <array>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"

namespace liaison::base {
namespace {

struct Row {
  Reason reason;
  std::string_view name;
  absl::StatusCode code;
  int exit_code;
  bool retry;
};

using absl::StatusCode;

constexpr std::array<Row, 33> kRows = {{
    {Reason::kValidationFailed, "VALIDATION_FAILED", StatusCode::kInvalidArgument, 2, false},
    {Reason::kUnknownPartner, "UNKNOWN_PARTNER", StatusCode::kNotFound, 3, false},
    {Reason::kNotFound, "NOT_FOUND", StatusCode::kNotFound, 3, false},
    {Reason::kCallerUnknown, "CALLER_UNKNOWN", StatusCode::kUnauthenticated, 4, false},
    {Reason::kRoleMissing, "ROLE_MISSING", StatusCode::kPermissionDenied, 4, false},
    {Reason::kPolicyDenied, "POLICY_DENIED", StatusCode::kPermissionDenied, 4, false},
    {Reason::kObligationUnsupported, "OBLIGATION_UNSUPPORTED", StatusCode::kPermissionDenied, 4,
     false},
    {Reason::kFieldNeeded, "FIELD_NEEDED", StatusCode::kPermissionDenied, 4, false},
    {Reason::kAgreementNotInForce, "AGREEMENT_NOT_IN_FORCE", StatusCode::kPermissionDenied, 4,
     false},
    {Reason::kIdempotencyConflict, "IDEMPOTENCY_CONFLICT", StatusCode::kAlreadyExists, 7, false},
    {Reason::kExchangeIdReused, "EXCHANGE_ID_REUSED", StatusCode::kAlreadyExists, 7, false},
    {Reason::kWrongState, "WRONG_STATE", StatusCode::kFailedPrecondition, 7, false},
    {Reason::kBadSignature, "BAD_SIGNATURE", StatusCode::kFailedPrecondition, 8, false},
    {Reason::kBadKey, "BAD_KEY", StatusCode::kFailedPrecondition, 8, false},
    {Reason::kWrongSender, "WRONG_SENDER", StatusCode::kFailedPrecondition, 8, false},
    {Reason::kWrongRecipient, "WRONG_RECIPIENT", StatusCode::kFailedPrecondition, 8, false},
    {Reason::kBadReceipt, "BAD_RECEIPT", StatusCode::kFailedPrecondition, 8, false},
    {Reason::kBodyMismatch, "BODY_MISMATCH", StatusCode::kFailedPrecondition, 8, false},
    {Reason::kMalformed, "MALFORMED", StatusCode::kFailedPrecondition, 8, false},
    {Reason::kExpired, "EXPIRED", StatusCode::kFailedPrecondition, 8, false},
    {Reason::kRefusedByPartner, "REFUSED_BY_PARTNER", StatusCode::kFailedPrecondition, 8, false},
    {Reason::kTooLarge, "TOO_LARGE", StatusCode::kResourceExhausted, 5, false},
    {Reason::kQueueFull, "QUEUE_FULL", StatusCode::kResourceExhausted, 5, true},
    {Reason::kOverQuota, "OVER_QUOTA", StatusCode::kResourceExhausted, 5, true},
    {Reason::kDiskLow, "DISK_LOW", StatusCode::kResourceExhausted, 5, true},
    {Reason::kClockUnsure, "CLOCK_UNSURE", StatusCode::kUnavailable, 5, true},
    {Reason::kAttachmentMissing, "ATTACHMENT_MISSING", StatusCode::kUnavailable, 5, true},
    {Reason::kStopped, "STOPPED", StatusCode::kUnavailable, 5, true},
    {Reason::kVerificationFailed, "VERIFICATION_FAILED", StatusCode::kDataLoss, 6, false},
    {Reason::kUsage, "USAGE", StatusCode::kInvalidArgument, 2, false},
    {Reason::kUnreachable, "UNREACHABLE", StatusCode::kUnavailable, 5, true},
    {Reason::kTimedOut, "TIMED_OUT", StatusCode::kDeadlineExceeded, 5, true},
    {Reason::kInternal, "INTERNAL", StatusCode::kInternal, 1, false},
}};

const Row& Find(Reason reason) { return kRows[static_cast<size_t>(reason)]; }

constexpr char kInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kFieldsUrl[] = "type.googleapis.com/google.rpc.BadRequest";
constexpr char kRetryUrl[] = "type.googleapis.com/google.rpc.RetryInfo";
constexpr char kFix[] = "fix";

google::rpc::ErrorInfo InfoOf(const ErrorText& error) {
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(ReasonName(error.reason)));
  info.set_domain("liaison");
  for (const auto& [key, value] : error.metadata) (*info.mutable_metadata())[key] = value;
  if (!error.fix.empty()) (*info.mutable_metadata())[kFix] = error.fix;
  return info;
}

google::rpc::BadRequest FieldsOf(const ErrorText& error) {
  google::rpc::BadRequest request;
  for (const FieldFault& fault : error.fields) {
    auto* violation = request.add_field_violations();
    violation->set_field(fault.field);
    violation->set_reason(fault.rule);
    violation->set_description(fault.description);
  }
  return request;
}

void ReadFields(const absl::Status& status, ErrorText& error) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kFieldsUrl);
  google::rpc::BadRequest request;
  if (!payload || !request.ParseFromString(std::string(*payload))) return;
  for (const auto& violation : request.field_violations()) {
    error.fields.push_back({violation.field(), violation.reason(), violation.description()});
  }
}

void ReadRetry(const absl::Status& status, ErrorText& error) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kRetryUrl);
  google::rpc::RetryInfo retry;
  if (!payload || !retry.ParseFromString(std::string(*payload))) return;
  error.retry_after =
      absl::Seconds(retry.retry_delay().seconds()) + absl::Nanoseconds(retry.retry_delay().nanos());
}

}  // namespace

std::string_view ReasonName(Reason reason) { return Find(reason).name; }

std::optional<Reason> ReasonFromName(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name) return row.reason;
  }
  return std::nullopt;
}

StatusCode ReasonCode(Reason reason) { return Find(reason).code; }

int ReasonExitCode(Reason reason) { return Find(reason).exit_code; }

const std::vector<Reason>& AllReasons() {
  static const auto* const kAll = [] {
    auto* all = new std::vector<Reason>;
    for (const Row& row : kRows) all->push_back(row.reason);
    return all;
  }();
  return *kAll;
}

absl::Status MakeError(const ErrorText& error) {
  absl::Status status(ReasonCode(error.reason), error.message);
  status.SetPayload(kInfoUrl, absl::Cord(InfoOf(error).SerializeAsString()));
  if (!error.fields.empty()) {
    status.SetPayload(kFieldsUrl, absl::Cord(FieldsOf(error).SerializeAsString()));
  }
  if (error.retry_after > absl::ZeroDuration()) {
    google::rpc::RetryInfo retry;
    const int64_t nanos = absl::ToInt64Nanoseconds(error.retry_after);
    retry.mutable_retry_delay()->set_seconds(nanos / 1'000'000'000);
    retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
    status.SetPayload(kRetryUrl, absl::Cord(retry.SerializeAsString()));
  }
  return status;
}

absl::Status MakeError(Reason reason, std::string_view message, std::string_view fix) {
  ErrorText error;
  error.reason = reason;
  error.message = std::string(message);
  error.fix = std::string(fix);
  return MakeError(error);
}

absl::Status FieldError(FieldFault fault) {
  ErrorText error;
  error.reason = Reason::kValidationFailed;
  error.message = fault.field + " is at fault";
  error.fields = {std::move(fault)};
  return MakeError(error);
}

std::optional<ErrorText> GetError(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kInfoUrl);
  google::rpc::ErrorInfo info;
  if (!payload || !info.ParseFromString(std::string(*payload))) return std::nullopt;
  const std::optional<Reason> reason = ReasonFromName(info.reason());
  if (!reason) return std::nullopt;
  ErrorText error;
  error.reason = *reason;
  error.message = std::string(status.message());
  for (const auto& [key, value] : info.metadata()) {
    if (key == kFix) {
      error.fix = value;
    } else {
      error.metadata.emplace_back(key, value);
    }
  }
  ReadFields(status, error);
  ReadRetry(status, error);
  return error;
}

std::optional<Reason> GetReason(const absl::Status& status) {
  const std::optional<ErrorText> error = GetError(status);
  if (!error) return std::nullopt;
  return error->reason;
}

bool IsRetryable(const absl::Status& status) {
  if (const std::optional<Reason> reason = GetReason(status)) return Find(*reason).retry;
  switch (status.code()) {
    case StatusCode::kUnavailable:
    case StatusCode::kDeadlineExceeded:
    case StatusCode::kResourceExhausted:
    case StatusCode::kAborted:
    case StatusCode::kCancelled:
      return true;
    default:
      return false;
  }
}

}  // namespace liaison::base
