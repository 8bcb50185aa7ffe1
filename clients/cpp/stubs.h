// The generated stubs behind Client, and how one call is made. Private to the library.
#ifndef LIAISON_CLIENTS_CPP_STUBS_H_
#define LIAISON_CLIENTS_CPP_STUBS_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <utility>

#include "clients/cpp/client.h"
#include "liaison/admin/v1/admin.grpc.pb.h"
#include "liaison/audit/v1/audit.grpc.pb.h"
#include "liaison/desk/v1/desk.grpc.pb.h"

namespace liaison::client {

struct Client::Stubs {
  explicit Stubs(std::shared_ptr<grpc::Channel> over)
      : channel(std::move(over)),
        mailbox(desk::v1::MailboxService::NewStub(channel)),
        partners(desk::v1::PartnerService::NewStub(channel)),
        policy(desk::v1::PolicyService::NewStub(channel)),
        audit(audit::v1::AuditService::NewStub(channel)),
        admin(admin::v1::AdminService::NewStub(channel)) {}

  const std::shared_ptr<grpc::Channel> channel;
  const std::unique_ptr<desk::v1::MailboxService::Stub> mailbox;
  const std::unique_ptr<desk::v1::PartnerService::Stub> partners;
  const std::unique_ptr<desk::v1::PolicyService::Stub> policy;
  const std::unique_ptr<audit::v1::AuditService::Stub> audit;
  const std::unique_ptr<admin::v1::AdminService::Stub> admin;
};

// What the caller is told of a call that ended with `status`: always with an ErrorText, or OK.
absl::Status FromCall(const grpc::Status& status);

// One unary call: `method` is a method of `stub`.
template <typename Response, typename Stub, typename Request>
absl::StatusOr<Response> Call(Stub& stub,
                              grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const Request& request, absl::Duration timeout) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return FromCall(status);
  return response;
}

}  // namespace liaison::client

#endif  // LIAISON_CLIENTS_CPP_STUBS_H_
