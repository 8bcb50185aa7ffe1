#include "daemon/desk/mailbox_service.h"

#include <algorithm>
#include <initializer_list>
#include <utility>
#include <vector>

#include "daemon/base/error.h"
#include "daemon/desk/admission.h"
#include "daemon/desk/error_value.h"
#include "daemon/policy/report.h"

namespace liaison::desk {
namespace {

using base::MakeError;
using base::Reason;
using config::v1::Person;

// A system sees its own exchanges alone.
constexpr std::initializer_list<Person::Role> kReaders = {Person::OFFICER, Person::RELEASER,
                                                          Person::SUPERVISOR, Person::SYSTEM};

// A call's answer when a flow gives one.
template <typename Response>
absl::Status Fill(absl::StatusOr<Response> answer, Response& response) {
  if (!answer.ok()) return answer.status();
  response = *std::move(answer);
  return absl::OkStatus();
}

}  // namespace

std::vector<absl::StatusOr<v1::SubmitResponse>> MailboxService::SubmitAll(
    const outbox::Submitter& submitter, const std::vector<const v1::SubmitRequest*>& requests) {
  std::vector<outbox::Outbox::Submission> submissions;
  for (const v1::SubmitRequest* request : requests) {
    submissions.push_back({&request->draft(), request->idempotency_key()});
  }
  std::vector<absl::StatusOr<v1::SubmitResponse>> responses;
  for (outbox::Outbox::Results& results : parts_.outbox.SubmitAll(submitter, submissions)) {
    if (!results.ok()) {
      responses.push_back(results.status());
      continue;
    }
    v1::SubmitResponse response;
    for (v1::SubmitResult& result : *results) {
      const absl::Status verdict = policy::ToStatus(result.decision());
      if (!verdict.ok()) *result.mutable_error() = ToValue(verdict);
      *response.add_results() = std::move(result);
    }
    responses.push_back(std::move(response));
  }
  return responses;
}

grpc::ServerUnaryReactor* MailboxService::Submit(grpc::CallbackServerContext* context,
                                                 const v1::SubmitRequest* request,
                                                 v1::SubmitResponse* response) {
  return parts_.edge.Unary(context, *request, [this, request, response](const rpc::Call& call) {
    const absl::StatusOr<outbox::Submitter> submitter =
        SubmitterOf(*parts_.snapshots.Current(), call);
    if (!submitter.ok()) return submitter.status();
    return Fill(std::move(SubmitAll(*submitter, {request}).front()), *response);
  });
}

grpc::ServerBidiReactor<v1::SubmitRequest, v1::SubmitStreamResponse>* MailboxService::SubmitStream(
    grpc::CallbackServerContext* context) {
  const size_t window = parts_.snapshots.Current()->agency().limits().stream_window();
  return rpc::ServeStream<v1::SubmitRequest, v1::SubmitStreamResponse>(
      parts_.edge, context, window,
      [this](const rpc::Call& call,
             rpc::Stream<v1::SubmitRequest, v1::SubmitStreamResponse>& stream) {
        return ServeSubmissions(call, stream);
      });
}

absl::Status MailboxService::ServeSubmissions(
    const rpc::Call& call, rpc::Stream<v1::SubmitRequest, v1::SubmitStreamResponse>& stream) {
  while (true) {
    const std::vector<v1::SubmitRequest> requests = stream.Read(outbox::Outbox::kMostAtOnce);
    if (requests.empty()) return absl::OkStatus();
    const absl::StatusOr<outbox::Submitter> submitter =
        SubmitterOf(*parts_.snapshots.Current(), call);
    if (!submitter.ok()) return submitter.status();
    std::vector<const v1::SubmitRequest*> batch;
    for (const v1::SubmitRequest& request : requests) batch.push_back(&request);
    for (absl::StatusOr<v1::SubmitResponse>& submitted : SubmitAll(*submitter, batch)) {
      v1::SubmitStreamResponse answer;
      if (submitted.ok()) {
        *answer.mutable_response() = *std::move(submitted);
      } else {
        *answer.mutable_error() = ToValue(submitted.status());
      }
      if (!stream.Write(std::move(answer))) return absl::CancelledError("the caller is gone");
    }
  }
}

grpc::ServerUnaryReactor* MailboxService::Preview(grpc::CallbackServerContext* context,
                                                  const v1::SubmitRequest* request,
                                                  v1::PreviewResponse* response) {
  return parts_.edge.Unary(context, *request, [this, request, response](const rpc::Call& call) {
    const absl::StatusOr<outbox::Submitter> submitter =
        SubmitterOf(*parts_.snapshots.Current(), call);
    if (!submitter.ok()) return submitter.status();
    return Fill(parts_.outbox.Preview(*submitter, request->draft()), *response);
  });
}

grpc::ServerUnaryReactor* MailboxService::List(grpc::CallbackServerContext* context,
                                               const v1::ListRequest* request,
                                               v1::ListResponse* response) {
  return parts_.edge.Unary(context, *request, [this, request, response](const rpc::Call& call) {
    const absl::Status allowed = RequireRole(
        *parts_.snapshots.Current(), call, {Person::OFFICER, Person::RELEASER, Person::SUPERVISOR});
    if (!allowed.ok()) return allowed;
    return Fill(parts_.mailbox.List(*request), *response);
  });
}

grpc::ServerUnaryReactor* MailboxService::Get(grpc::CallbackServerContext* context,
                                              const v1::GetRequest* request,
                                              v1::ShownMessage* response) {
  return parts_.edge.Unary(context, *request, [this, request, response](const rpc::Call& call) {
    const absl::StatusOr<inbox::Viewer> viewer =
        ViewerOf(*parts_.snapshots.Current(), call, kReaders);
    if (!viewer.ok()) return viewer.status();
    return Fill(parts_.mailbox.Show(*viewer, *request), *response);
  });
}

void MailboxService::BeginWait(const v1::WaitRequest& request, v1::WaitResponse& response,
                               const std::shared_ptr<rpc::Answer>& answer) {
  const std::shared_ptr<const partners::Registry> registry = parts_.snapshots.Current();
  const absl::StatusOr<inbox::Viewer> viewer = ViewerOf(*registry, answer->call(), kReaders);
  if (!viewer.ok()) return answer->Finish(viewer.status());
  if (request.states().empty())
    return answer->Finish(base::FieldError({"states", "REQUIRED", "name a state"}));
  const absl::Duration timeout =
      absl::Seconds(request.timeout().seconds()) + absl::Nanoseconds(request.timeout().nanos());
  const absl::Duration most = absl::Seconds(registry->agency().limits().wait_seconds());
  if (timeout <= absl::ZeroDuration() || timeout > most) {
    return answer->Finish(
        base::FieldError({"timeout", "REQUIRED", "give a time up to limits.wait_seconds"}));
  }
  const absl::StatusOr<store::Exchange> exchange = parts_.mailbox.Resolve(*viewer, request.id());
  if (!exchange.ok()) return answer->Finish(exchange.status());
  Waiting waiting;
  waiting.name = exchange->name;
  for (int state : request.states()) waiting.states.push_back(static_cast<v1::State>(state));
  waiting.until = parts_.clock.Elapsed() + timeout;
  waiting.done = [answer, &response](const absl::Status& status, const v1::WaitResponse& result) {
    response = result;
    answer->Finish(status);
  };
  waiting.gone = [answer] { return answer->call().cancelled(); };
  parts_.waits.Add(std::move(waiting));
}

grpc::ServerUnaryReactor* MailboxService::Wait(grpc::CallbackServerContext* context,
                                               const v1::WaitRequest* request,
                                               v1::WaitResponse* response) {
  return parts_.edge.Later(context, *request,
                           [this, request, response](std::shared_ptr<rpc::Answer> answer) {
                             BeginWait(*request, *response, answer);
                           });
}

grpc::ServerUnaryReactor* MailboxService::Match(grpc::CallbackServerContext* context,
                                                const v1::MatchRequest* request,
                                                v1::MatchResponse* response) {
  return parts_.edge.Unary(context, *request, [this, request, response](const rpc::Call& call) {
    const absl::StatusOr<inbox::Viewer> viewer =
        ViewerOf(*parts_.snapshots.Current(), call, {Person::OFFICER, Person::RELEASER});
    if (!viewer.ok()) return viewer.status();
    return Fill(parts_.mailbox.Match(*viewer, *request), *response);
  });
}

absl::StatusOr<v1::ReleaseResponse> MailboxService::ReleaseHeld(const rpc::Call& call,
                                                                const v1::ReleaseRequest& request) {
  const std::shared_ptr<const partners::Registry> registry = parts_.snapshots.Current();
  const absl::StatusOr<outbox::Submitter> releaser = ReleaserOf(*registry, call);
  if (!releaser.ok()) return releaser.status();
  const absl::StatusOr<inbox::Viewer> viewer = ViewerOf(*registry, call, kReaders);
  if (!viewer.ok()) return viewer.status();
  const absl::StatusOr<store::Exchange> exchange = parts_.mailbox.Resolve(*viewer, request.id());
  if (!exchange.ok()) return exchange.status();
  absl::StatusOr<v1::ReleaseResponse> response =
      parts_.holds.Release(*releaser, exchange->name, request);
  if (!response.ok()) return response.status();
  const absl::Status verdict = policy::ToStatus(response->decision());
  if (!verdict.ok()) *response->mutable_error() = ToValue(verdict);
  return response;
}

grpc::ServerUnaryReactor* MailboxService::Release(grpc::CallbackServerContext* context,
                                                  const v1::ReleaseRequest* request,
                                                  v1::ReleaseResponse* response) {
  return parts_.edge.Unary(context, *request, [this, request, response](const rpc::Call& call) {
    return Fill(ReleaseHeld(call, *request), *response);
  });
}

absl::StatusOr<v1::RejectResponse> MailboxService::RejectHeld(const rpc::Call& call,
                                                              const v1::RejectRequest& request) {
  const std::shared_ptr<const partners::Registry> registry = parts_.snapshots.Current();
  const absl::StatusOr<outbox::Submitter> person = RejecterOf(*registry, call);
  if (!person.ok()) return person.status();
  const absl::StatusOr<inbox::Viewer> viewer = ViewerOf(*registry, call, kReaders);
  if (!viewer.ok()) return viewer.status();
  const absl::StatusOr<store::Exchange> exchange = parts_.mailbox.Resolve(*viewer, request.id());
  if (!exchange.ok()) return exchange.status();
  return parts_.holds.Reject(*person, exchange->name, request.reason());
}

grpc::ServerUnaryReactor* MailboxService::Reject(grpc::CallbackServerContext* context,
                                                 const v1::RejectRequest* request,
                                                 v1::RejectResponse* response) {
  return parts_.edge.Unary(context, *request, [this, request, response](const rpc::Call& call) {
    return Fill(RejectHeld(call, *request), *response);
  });
}

grpc::ServerUnaryReactor* MailboxService::Timeline(grpc::CallbackServerContext* context,
                                                   const v1::TimelineRequest* request,
                                                   v1::TimelineResponse* response) {
  return parts_.edge.Unary(context, *request, [this, request, response](const rpc::Call& call) {
    const absl::StatusOr<inbox::Viewer> viewer =
        ViewerOf(*parts_.snapshots.Current(), call, kReaders);
    if (!viewer.ok()) return viewer.status();
    return Fill(parts_.mailbox.Timeline(*viewer, *request), *response);
  });
}

}  // namespace liaison::desk
