#include "daemon/desk/audit_service.h"

#include "daemon/desk/admission.h"

namespace liaison::desk {
namespace {

using config::v1::Person;

template <typename Response>
absl::Status Fill(absl::StatusOr<Response> answer, Response& response) {
  if (!answer.ok()) return answer.status();
  response = *std::move(answer);
  return absl::OkStatus();
}

// Progress is sent once for so many records.
constexpr uint64_t kProgressEvery = 2000;

}  // namespace

grpc::ServerUnaryReactor* AuditService::List(grpc::CallbackServerContext* context,
                                             const audit::v1::ListRequest* request,
                                             audit::v1::ListResponse* response) {
  return edge_.Unary(context, *request, [this, request, response](const rpc::Call& call) {
    const absl::StatusOr<inbox::Viewer> viewer =
        ViewerOf(*snapshots_.Current(), call, {Person::AUDITOR});
    if (!viewer.ok()) return viewer.status();
    return Fill(audit_.List(*viewer, *request), *response);
  });
}

grpc::ServerUnaryReactor* AuditService::Head(grpc::CallbackServerContext* context,
                                             const audit::v1::HeadRequest* request,
                                             audit::v1::HeadResponse* response) {
  return edge_.Unary(context, *request, [this, request, response](const rpc::Call& call) {
    const absl::Status allowed = RequireRole(*snapshots_.Current(), call, {Person::AUDITOR});
    if (!allowed.ok()) return allowed;
    return Fill(audit_.Head(*request), *response);
  });
}

grpc::ServerUnaryReactor* AuditService::Prove(grpc::CallbackServerContext* context,
                                              const audit::v1::ProveRequest* request,
                                              audit::v1::ProveResponse* response) {
  return edge_.Unary(context, *request, [this, request, response](const rpc::Call& call) {
    const absl::StatusOr<inbox::Viewer> viewer =
        ViewerOf(*snapshots_.Current(), call, {Person::AUDITOR});
    if (!viewer.ok()) return viewer.status();
    return Fill(audit_.Prove(*viewer, mailbox_, *request), *response);
  });
}

grpc::ServerUnaryReactor* AuditService::Replay(grpc::CallbackServerContext* context,
                                               const audit::v1::ReplayRequest* request,
                                               audit::v1::ReplayResponse* response) {
  return edge_.Unary(context, *request, [this, request, response](const rpc::Call& call) {
    const absl::StatusOr<inbox::Viewer> viewer =
        ViewerOf(*snapshots_.Current(), call, {Person::AUDITOR});
    if (!viewer.ok()) return viewer.status();
    return Fill(audit_.Replay(*viewer, mailbox_, *request), *response);
  });
}

grpc::ServerWriteReactor<audit::v1::VerifyResponse>* AuditService::Verify(
    grpc::CallbackServerContext* context, const audit::v1::VerifyRequest* request) {
  return rpc::ServeWrites<audit::v1::VerifyResponse>(
      edge_, context, *request,
      [this, request](const rpc::Call& call, rpc::Writer<audit::v1::VerifyResponse>& writer) {
        const absl::Status allowed = RequireRole(*snapshots_.Current(), call, {Person::AUDITOR});
        if (!allowed.ok()) return allowed;
        uint64_t told = 0;
        absl::StatusOr<audit::v1::VerifyResult> result =
            audit_.Verify(*request, [&](uint64_t checked, uint64_t total) {
              if (checked < told + kProgressEvery) return;
              told = checked;
              audit::v1::VerifyResponse progress;
              progress.set_checked(checked);
              progress.set_total(total);
              writer.Write(std::move(progress));
            });
        if (!result.ok()) return result.status();
        audit::v1::VerifyResponse last;
        *last.mutable_result() = *std::move(result);
        if (!writer.Write(std::move(last))) return absl::CancelledError("the caller is gone");
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* AdminService::Status(grpc::CallbackServerContext* context,
                                               const admin::v1::StatusRequest* request,
                                               admin::v1::StatusResponse* response) {
  return edge_.Unary(context, *request, [this, response](const rpc::Call& call) {
    const absl::Status allowed = RequireRole(*snapshots_.Current(), call, {Person::OPERATOR});
    if (!allowed.ok()) return allowed;
    return Fill(administration_.status(), *response);
  });
}

grpc::ServerUnaryReactor* AdminService::Reload(grpc::CallbackServerContext* context,
                                               const admin::v1::ReloadRequest* request,
                                               admin::v1::ReloadResponse* response) {
  return edge_.Unary(context, *request, [this, response](const rpc::Call& call) {
    const absl::StatusOr<inbox::Viewer> viewer =
        ViewerOf(*snapshots_.Current(), call, {Person::OPERATOR});
    if (!viewer.ok()) return viewer.status();
    audit::v1::ActorOpening actor;
    actor.set_name(viewer->name);
    actor.set_uri(viewer->uri);
    actor.set_role(viewer->role);
    return Fill(administration_.reload(actor), *response);
  });
}

}  // namespace liaison::desk
