#include "clients/cpp/client.h"

#include "absl/time/clock.h"
#include "clients/cpp/backoff.h"
#include "clients/cpp/stubs.h"
#include "daemon/base/error.h"

namespace liaison::client {
namespace {

// Checking a log reads all of it; the daemon reports progress, so a silent connection is found by
// gRPC's own pings.
constexpr absl::Duration kVerifyTimeout = absl::Hours(12);
// A Wait ends on the daemon's side; this much later the connection is taken for dead.
constexpr absl::Duration kWaitSlack = absl::Seconds(10);

absl::Duration FromProto(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

}  // namespace

Client::Client(std::unique_ptr<Stubs> stubs, const ClientOptions& options)
    : stubs_(std::move(stubs)), options_(options) {}

Client::~Client() = default;

std::unique_ptr<Client> Client::Over(std::shared_ptr<grpc::Channel> channel,
                                     const ClientOptions& options) {
  return std::unique_ptr<Client>(new Client(std::make_unique<Stubs>(std::move(channel)), options));
}

absl::StatusOr<desk::v1::SubmitResponse> Client::Submit(desk::v1::SubmitRequest request) {
  if (request.idempotency_key().empty()) request.set_idempotency_key(NewIdempotencyKey());
  const absl::Time start = absl::Now();
  Backoff backoff(options_);
  while (true) {
    absl::StatusOr<desk::v1::SubmitResponse> response = Call<desk::v1::SubmitResponse>(
        *stubs_->mailbox, &desk::v1::MailboxService::Stub::Submit, request, options_.call_timeout);
    if (response.ok()) return response;
    const std::optional<absl::Duration> pause =
        backoff.Next(response.status(), absl::Now() - start);
    if (!pause) return response;
    Pause(*pause);
  }
}

absl::StatusOr<desk::v1::PreviewResponse> Client::Preview(const desk::v1::Draft& draft) {
  desk::v1::SubmitRequest request;
  *request.mutable_draft() = draft;
  request.set_idempotency_key(NewIdempotencyKey());
  return Call<desk::v1::PreviewResponse>(*stubs_->mailbox, &desk::v1::MailboxService::Stub::Preview,
                                         request, options_.call_timeout);
}

absl::StatusOr<desk::v1::ListResponse> Client::List(const desk::v1::ListRequest& request) {
  return Call<desk::v1::ListResponse>(*stubs_->mailbox, &desk::v1::MailboxService::Stub::List,
                                      request, options_.call_timeout);
}

absl::StatusOr<desk::v1::ShownMessage> Client::Get(const desk::v1::GetRequest& request) {
  return Call<desk::v1::ShownMessage>(*stubs_->mailbox, &desk::v1::MailboxService::Stub::Get,
                                      request, options_.call_timeout);
}

absl::StatusOr<desk::v1::WaitResponse> Client::Wait(const desk::v1::WaitRequest& request) {
  return Call<desk::v1::WaitResponse>(*stubs_->mailbox, &desk::v1::MailboxService::Stub::Wait,
                                      request, FromProto(request.timeout()) + kWaitSlack);
}

absl::StatusOr<desk::v1::ReleaseResponse> Client::Release(const desk::v1::ReleaseRequest& request) {
  return Call<desk::v1::ReleaseResponse>(*stubs_->mailbox, &desk::v1::MailboxService::Stub::Release,
                                         request, options_.call_timeout);
}

absl::StatusOr<desk::v1::RejectResponse> Client::Reject(const desk::v1::RejectRequest& request) {
  return Call<desk::v1::RejectResponse>(*stubs_->mailbox, &desk::v1::MailboxService::Stub::Reject,
                                        request, options_.call_timeout);
}

absl::StatusOr<desk::v1::MatchResponse> Client::Match(const desk::v1::MatchRequest& request) {
  return Call<desk::v1::MatchResponse>(*stubs_->mailbox, &desk::v1::MailboxService::Stub::Match,
                                       request, options_.call_timeout);
}

absl::StatusOr<desk::v1::TimelineResponse> Client::Timeline(
    const desk::v1::TimelineRequest& request) {
  return Call<desk::v1::TimelineResponse>(
      *stubs_->mailbox, &desk::v1::MailboxService::Stub::Timeline, request, options_.call_timeout);
}

absl::StatusOr<desk::v1::ListPartnersResponse> Client::ListPartners() {
  return Call<desk::v1::ListPartnersResponse>(
      *stubs_->partners, &desk::v1::PartnerService::Stub::ListPartners,
      desk::v1::ListPartnersRequest(), options_.call_timeout);
}

absl::StatusOr<desk::v1::Partner> Client::GetPartner(const std::string& id) {
  desk::v1::GetPartnerRequest request;
  request.set_id(id);
  return Call<desk::v1::Partner>(*stubs_->partners, &desk::v1::PartnerService::Stub::GetPartner,
                                 request, options_.call_timeout);
}

absl::StatusOr<desk::v1::PingResponse> Client::Ping(const std::string& id) {
  desk::v1::PingRequest request;
  request.set_id(id);
  return Call<desk::v1::PingResponse>(*stubs_->partners, &desk::v1::PartnerService::Stub::Ping,
                                      request, options_.call_timeout);
}

absl::StatusOr<desk::v1::GetPolicyResponse> Client::GetPolicy() {
  return Call<desk::v1::GetPolicyResponse>(*stubs_->policy,
                                           &desk::v1::PolicyService::Stub::GetPolicy,
                                           desk::v1::GetPolicyRequest(), options_.call_timeout);
}

absl::StatusOr<audit::v1::ListResponse> Client::ListRecords(const audit::v1::ListRequest& request) {
  return Call<audit::v1::ListResponse>(*stubs_->audit, &audit::v1::AuditService::Stub::List,
                                       request, options_.call_timeout);
}

absl::StatusOr<audit::v1::HeadResponse> Client::Head(audit::v1::Log log) {
  audit::v1::HeadRequest request;
  request.set_log(log);
  return Call<audit::v1::HeadResponse>(*stubs_->audit, &audit::v1::AuditService::Stub::Head,
                                       request, options_.call_timeout);
}

absl::StatusOr<audit::v1::ProveResponse> Client::Prove(const audit::v1::ProveRequest& request) {
  return Call<audit::v1::ProveResponse>(*stubs_->audit, &audit::v1::AuditService::Stub::Prove,
                                        request, options_.call_timeout);
}

absl::StatusOr<audit::v1::ReplayResponse> Client::Replay(const audit::v1::ReplayRequest& request) {
  return Call<audit::v1::ReplayResponse>(*stubs_->audit, &audit::v1::AuditService::Stub::Replay,
                                         request, options_.call_timeout);
}

absl::StatusOr<audit::v1::VerifyResult> Client::Verify(
    const audit::v1::VerifyRequest& request,
    absl::FunctionRef<void(const audit::v1::VerifyResponse&)> progress) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kVerifyTimeout));
  const auto reader = stubs_->audit->Verify(&context, request);
  audit::v1::VerifyResponse response;
  std::optional<audit::v1::VerifyResult> result;
  while (reader->Read(&response)) {
    if (response.has_result()) {
      result = response.result();
    } else {
      progress(response);
    }
  }
  const grpc::Status status = reader->Finish();
  if (!status.ok()) return FromCall(status);
  if (!result) {
    return base::MakeError(base::Reason::kInternal, "the daemon ended the check without a result");
  }
  return *std::move(result);
}

absl::StatusOr<admin::v1::StatusResponse> Client::DaemonStatus() {
  return Call<admin::v1::StatusResponse>(*stubs_->admin, &admin::v1::AdminService::Stub::Status,
                                         admin::v1::StatusRequest(), options_.call_timeout);
}

absl::StatusOr<admin::v1::ReloadResponse> Client::Reload() {
  return Call<admin::v1::ReloadResponse>(*stubs_->admin, &admin::v1::AdminService::Stub::Reload,
                                         admin::v1::ReloadRequest(), options_.call_timeout);
}

}  // namespace liaison::client
