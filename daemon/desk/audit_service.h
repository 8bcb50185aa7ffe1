// Audit and administration over gRPC: thin, the work is in AuditDesk and in app.
#ifndef LIAISON_DAEMON_DESK_AUDIT_SERVICE_H_
#define LIAISON_DAEMON_DESK_AUDIT_SERVICE_H_

#include <functional>
#include <utility>

#include "absl/status/statusor.h"
#include "daemon/desk/audit_desk.h"
#include "daemon/inbox/mailbox.h"
#include "daemon/partners/registry.h"
#include "daemon/rpc/serve.h"
#include "daemon/rpc/stream.h"
#include "liaison/admin/v1/admin.grpc.pb.h"
#include "liaison/audit/v1/audit.grpc.pb.h"

namespace liaison::desk {

// Role auditor. Thread-safe. What it refers to outlives it.
class AuditService final : public audit::v1::AuditService::CallbackService {
 public:
  AuditService(rpc::Edge& edge, AuditDesk& audit, inbox::Mailbox& mailbox,
               partners::Snapshots& snapshots)
      : edge_(edge), audit_(audit), mailbox_(mailbox), snapshots_(snapshots) {}

  grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* context,
                                 const audit::v1::ListRequest* request,
                                 audit::v1::ListResponse* response) override;
  grpc::ServerUnaryReactor* Head(grpc::CallbackServerContext* context,
                                 const audit::v1::HeadRequest* request,
                                 audit::v1::HeadResponse* response) override;
  grpc::ServerUnaryReactor* Replay(grpc::CallbackServerContext* context,
                                   const audit::v1::ReplayRequest* request,
                                   audit::v1::ReplayResponse* response) override;
  grpc::ServerUnaryReactor* Prove(grpc::CallbackServerContext* context,
                                  const audit::v1::ProveRequest* request,
                                  audit::v1::ProveResponse* response) override;
  grpc::ServerWriteReactor<audit::v1::VerifyResponse>* Verify(
      grpc::CallbackServerContext* context, const audit::v1::VerifyRequest* request) override;

 private:
  rpc::Edge& edge_;
  AuditDesk& audit_;
  inbox::Mailbox& mailbox_;
  partners::Snapshots& snapshots_;
};

// What app does for operators.
struct Administration {
  std::function<absl::StatusOr<admin::v1::StatusResponse>()> status;
  // `actor` goes into the records of what comes into force.
  std::function<absl::StatusOr<admin::v1::ReloadResponse>(const audit::v1::ActorOpening& actor)>
      reload;
};

// Role operator. Thread-safe. What it refers to outlives it.
class AdminService final : public admin::v1::AdminService::CallbackService {
 public:
  AdminService(rpc::Edge& edge, partners::Snapshots& snapshots, Administration administration)
      : edge_(edge), snapshots_(snapshots), administration_(std::move(administration)) {}

  grpc::ServerUnaryReactor* Status(grpc::CallbackServerContext* context,
                                   const admin::v1::StatusRequest* request,
                                   admin::v1::StatusResponse* response) override;
  grpc::ServerUnaryReactor* Reload(grpc::CallbackServerContext* context,
                                   const admin::v1::ReloadRequest* request,
                                   admin::v1::ReloadResponse* response) override;

 private:
  rpc::Edge& edge_;
  partners::Snapshots& snapshots_;
  const Administration administration_;
};

}  // namespace liaison::desk

#endif  // LIAISON_DAEMON_DESK_AUDIT_SERVICE_H_
