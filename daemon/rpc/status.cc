#include "daemon/rpc/status.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/base/ids.h"
#include "daemon/base/log.h"
#include "daemon/crypto/secret.h"
#include "google/rpc/status.pb.h"

namespace liaison::rpc {
namespace {

using base::ErrorText;
using base::Reason;

constexpr size_t kDetailBytes =
    32 << 10;  // a client of ours takes 64 KiB of metadata; base64 adds a third
constexpr size_t kMessageBytes = 2 << 10;
constexpr char kTraceId[] = "trace_id";
constexpr char kFieldsOmitted[] = "fields_omitted";
constexpr char kCause[] = "cause";
constexpr char kCauseIdentity[] = "wrong_identity";

std::string FreshTraceId() {
  using TraceId = base::Bytes<struct TraceIdTag, 8>;
  return TraceId::FromRaw(crypto::RandomBytes(TraceId::kSize))->hex();
}

// At most kMessageBytes, cut between characters.
std::string Shortened(std::string_view text) {
  if (text.size() <= kMessageBytes) return std::string(text);
  size_t end = kMessageBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

google::rpc::Status DetailsOf(const absl::Status& status) {
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(Shortened(std::string(status.message())));
  status.ForEachPayload([&details](absl::string_view url, const absl::Cord& payload) {
    google::protobuf::Any* any = details.add_details();
    any->set_type_url(std::string(url));
    any->set_value(std::string(payload));
  });
  return details;
}

grpc::Status Send(ErrorText error) {
  error.message = Shortened(error.message);
  const size_t all_fields = error.fields.size();
  google::rpc::Status details = DetailsOf(base::MakeError(error));
  while (details.ByteSizeLong() > kDetailBytes && !error.fields.empty()) {
    error.fields.resize(error.fields.size() / 2);
    ErrorText shortened = error;
    shortened.metadata.emplace_back(kFieldsOmitted, absl::StrCat(all_fields - error.fields.size()));
    details = DetailsOf(base::MakeError(shortened));
  }
  return grpc::Status(static_cast<grpc::StatusCode>(details.code()), details.message(),
                      details.SerializeAsString());
}

// The inside stays inside: the caller gets an id that finds it in our log.
grpc::Status SendInternal(const absl::Status& status) {
  ErrorText error;
  error.message = "the daemon failed to serve the call";
  error.fix = "give the trace id to the operator of the daemon";
  error.metadata.emplace_back(kTraceId, FreshTraceId());
  base::Log(base::LogLevel::kError, "call failed",
            {{"trace_id", error.metadata.back().second},
             {"code", absl::StatusCodeToString(status.code())},
             {"text", std::string(status.message())}});
  return Send(std::move(error));
}

Reason ClassForPartner(const absl::Status& status, Reason reason) {
  if (base::IsRetryable(status)) return Reason::kQueueFull;
  switch (reason) {
    case Reason::kCallerUnknown:
    case Reason::kBadSignature:
    case Reason::kBadKey:
    case Reason::kWrongSender:
    case Reason::kWrongRecipient:
      return Reason::kCallerUnknown;
    case Reason::kTooLarge:
    case Reason::kExpired:
    case Reason::kMalformed:
      return reason;
    default:
      return Reason::kRefusedByPartner;
  }
}

std::string_view TextForPartner(Reason reason) {
  switch (reason) {
    case Reason::kQueueFull:
      return "try again later";
    case Reason::kCallerUnknown:
      return "not authentic";
    case Reason::kTooLarge:
      return "too large";
    case Reason::kExpired:
      return "expired";
    case Reason::kMalformed:
      return "malformed";
    default:
      return "refused";
  }
}

bool IsOurs(const google::protobuf::Any& detail) {
  return absl::EndsWith(detail.type_url(), "/google.rpc.ErrorInfo") ||
         absl::EndsWith(detail.type_url(), "/google.rpc.BadRequest") ||
         absl::EndsWith(detail.type_url(), "/google.rpc.RetryInfo");
}

// The error that the server put into the details; nullopt when there is none of ours.
std::optional<ErrorText> ReadDetails(const grpc::Status& status) {
  google::rpc::Status details;
  if (status.error_details().empty() || !details.ParseFromString(status.error_details())) {
    return std::nullopt;
  }
  absl::Status carrier(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  for (const google::protobuf::Any& detail : details.details()) {
    if (IsOurs(detail)) carrier.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  return base::GetError(carrier);
}

absl::Status Unreachable(const std::string& why) {
  ErrorText error;
  error.reason = Reason::kUnreachable;
  error.message = absl::StrCat("cannot reach the server: ", Shortened(why));
  if (absl::StrContains(why, absl::string_view(kWrongIdentity.data(), kWrongIdentity.size()))) {
    error.fix = "compare the agency and the registered keys with the certificate of the server";
    error.metadata.emplace_back(kCause, kCauseIdentity);
  } else {
    error.fix = "check the address and that the daemon runs there";
  }
  return base::MakeError(error);
}

}  // namespace

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  std::optional<ErrorText> error = base::GetError(status);
  if (!error) return SendInternal(status);
  return Send(*std::move(error));
}

grpc::Status ToGrpcForPartner(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const std::optional<ErrorText> inner = base::GetError(status);
  if (!inner || inner->reason == Reason::kInternal) return SendInternal(status);
  ErrorText outer;
  outer.reason = ClassForPartner(status, inner->reason);
  outer.message = std::string(TextForPartner(outer.reason));
  if (outer.reason == Reason::kQueueFull) {
    outer.retry_after = std::max(inner->retry_after, absl::Seconds(1));
  }
  return Send(std::move(outer));
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  if (const std::optional<ErrorText> error = ReadDetails(status)) return base::MakeError(*error);
  const std::string& text = status.error_message();
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      return Unreachable(text);
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return base::MakeError(Reason::kTimedOut, "the server did not answer in time");
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      // gRPC's own words for its size limits; trying again cannot help.
      if (absl::StrContains(text, "larger than max") || absl::StrContains(text, "exceeds limit")) {
        return base::MakeError(Reason::kTooLarge, text);
      }
      break;
    default:
      break;
  }
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), text);
}

bool IsWrongIdentity(const absl::Status& status) {
  const std::optional<ErrorText> error = base::GetError(status);
  if (!error) return false;
  return std::any_of(error->metadata.begin(), error->metadata.end(), [](const auto& entry) {
    return entry.first == kCause && entry.second == kCauseIdentity;
  });
}

}  // namespace liaison::rpc
