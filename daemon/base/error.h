// The closed list of reasons that a caller can see, and how an absl::Status carries one.
//
// A status without a Reason is a matter of ours: at the edge it becomes INTERNAL with a trace id,
// and its text stays in our log.
#ifndef LIAISON_DAEMON_BASE_ERROR_H_
#define LIAISON_DAEMON_BASE_ERROR_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace liaison::base {

enum class Reason {
  kValidationFailed,
  kUnknownPartner,
  kNotFound,
  kCallerUnknown,
  kRoleMissing,
  kPolicyDenied,
  kObligationUnsupported,
  kFieldNeeded,
  kAgreementNotInForce,
  kIdempotencyConflict,
  kExchangeIdReused,
  kWrongState,
  kBadSignature,
  kBadKey,
  kWrongSender,
  kWrongRecipient,
  kBadReceipt,
  kBodyMismatch,
  kMalformed,
  kExpired,
  kRefusedByPartner,
  kTooLarge,
  kQueueFull,
  kOverQuota,
  kDiskLow,
  kClockUnsure,
  kAttachmentMissing,
  kStopped,
  kVerificationFailed,
  kUsage,
  kUnreachable,
  kTimedOut,
  kInternal,
};

// "POLICY_DENIED" and so on.
std::string_view ReasonName(Reason reason);
std::optional<Reason> ReasonFromName(std::string_view name);
absl::StatusCode ReasonCode(Reason reason);
// Exit code of the command line, 1 to 8 (interface of `liaison`).
int ReasonExitCode(Reason reason);
// Every reason there is, for tests that must cover the list.
const std::vector<Reason>& AllReasons();

// One field at fault. `rule` is short and stable ("REQUIRED", "EDTF", "D-14"); `description` says
// what is wrong and what to write instead; neither repeats the value.
struct FieldFault {
  std::string field;
  std::string rule;
  std::string description;
};

// What a caller may be told of a failure. No secrets, no personal data, nothing of our inside.
struct ErrorText {
  Reason reason = Reason::kInternal;
  std::string message;
  std::string fix;                 // what to do; may be empty
  std::vector<FieldFault> fields;  // every field at fault
  std::vector<std::pair<std::string, std::string>>
      metadata;                                       // e.g. {"partner", id}, {"limit", name}
  absl::Duration retry_after = absl::ZeroDuration();  // 0: none given
};

// A status that carries `error`; its code is the reason's.
absl::Status MakeError(const ErrorText& error);
absl::Status MakeError(Reason reason, std::string_view message, std::string_view fix = "");
// VALIDATION_FAILED for one field.
absl::Status FieldError(FieldFault fault);

// What MakeError put in; nullopt for a status without a Reason.
std::optional<ErrorText> GetError(const absl::Status& status);
std::optional<Reason> GetReason(const absl::Status& status);

// True when trying the same again later can succeed. The one place where that is decided. From the
// reason; from the code only when there is none (UNAVAILABLE, DEADLINE_EXCEEDED,
// RESOURCE_EXHAUSTED, ABORTED, CANCELLED).
bool IsRetryable(const absl::Status& status);

}  // namespace liaison::base

#endif  // LIAISON_DAEMON_BASE_ERROR_H_
