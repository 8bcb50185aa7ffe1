// The edge between our statuses and gRPC's: one function out, one for partners, one back in.
#ifndef LIAISON_DAEMON_RPC_STATUS_H_
#define LIAISON_DAEMON_RPC_STATUS_H_

#include <grpcpp/support/status.h>

#include <string_view>

#include "absl/status/status.h"

namespace liaison::rpc {

// For the agency's own people. A status with a Reason keeps message, fix, fields, metadata and
// retry hint, as google.rpc.Status in the error details; fields that do not fit into 32 KiB are
// counted in metadata "fields_omitted". A status without a Reason becomes INTERNAL with metadata
// "trace_id"; its text goes to our log beside that id and nowhere else.
grpc::Status ToGrpc(const absl::Status& status);

// For partners: the class of the reason with a fixed text, and the retry hint. What is temporary is
// QUEUE_FULL, what is not authentic CALLER_UNKNOWN; TOO_LARGE, EXPIRED and MALFORMED stay; all else
// is REFUSED_BY_PARTNER. INTERNAL carries a trace id.
grpc::Status ToGrpcForPartner(const absl::Status& status);

// What a client sees: base::GetError() finds in the result what ToGrpc put in. Without details of
// ours UNAVAILABLE becomes UNREACHABLE, DEADLINE_EXCEEDED becomes TIMED_OUT, gRPC's own size limit
// TOO_LARGE; other codes keep code and message, without a Reason. A server that is not who it
// should be is UNREACHABLE with IsWrongIdentity().
absl::Status FromGrpc(const grpc::Status& status);

// True when FromGrpc made `status` of a handshake in which our verifier refused the server's
// certificate.
bool IsWrongIdentity(const absl::Status& status);

// Begins the text by which the verifier in credentials.h refuses a server; FromGrpc finds it again.
inline constexpr std::string_view kWrongIdentity = "the server is not who it should be";

}  // namespace liaison::rpc

#endif  // LIAISON_DAEMON_RPC_STATUS_H_
