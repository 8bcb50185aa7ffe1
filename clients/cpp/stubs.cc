#include "clients/cpp/stubs.h"

#include "daemon/base/error.h"
#include "daemon/rpc/status.h"

namespace liaison::client {
namespace {

using base::Reason;

// The reason for an answer that carries none: not from our daemon's own code, but from gRPC on one
// of the two sides.
Reason ReasonOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kUnauthenticated:
      return Reason::kCallerUnknown;
    case absl::StatusCode::kPermissionDenied:
      return Reason::kRoleMissing;
    case absl::StatusCode::kResourceExhausted:
      return Reason::kQueueFull;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kAborted:
      return Reason::kUnreachable;
    case absl::StatusCode::kDeadlineExceeded:
      return Reason::kTimedOut;
    default:
      return Reason::kInternal;
  }
}

}  // namespace

absl::Status FromCall(const grpc::Status& status) {
  const absl::Status result = rpc::FromGrpc(status);
  if (result.ok()) return result;
  if (rpc::IsWrongIdentity(result)) {
    return base::MakeError(
        Reason::kVerificationFailed, std::string(result.message()),
        "Check \"agency\" and \"ca\" of the context: the address answers, but with the "
        "certificate of another.");
  }
  if (base::GetReason(result)) return result;
  return base::MakeError(ReasonOf(result.code()), std::string(result.message()));
}

}  // namespace liaison::client
