#include "daemon/peer/grpc_partner_link.h"

#include <grpcpp/client_context.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/rpc/credentials.h"
#include "daemon/rpc/status.h"

namespace liaison::peer {
namespace {

using base::MakeError;
using base::Reason;

std::unique_ptr<grpc::ClientContext> ContextFor(absl::Duration timeout) {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  return context;
}

absl::Status ToStatus(const grpc::Status& status) {
  const absl::Status result = rpc::FromGrpc(status);
  if (!rpc::IsWrongIdentity(result)) return result;
  return MakeError(Reason::kVerificationFailed, "the daemon at the partner's endpoint is not it",
                   "check endpoint and registered keys with the partner, out of band");
}

}  // namespace

absl::StatusOr<std::shared_ptr<GrpcPartnerLink::Stub>> GrpcPartnerLink::Connect() {
  const std::shared_ptr<const partners::Registry> registry = snapshots_.Current();
  base::MutexLock lock(mu_);
  if (stub_ != nullptr && made_for_ == registry->registry_digest()) return stub_;
  const partners::Partner* partner = registry->FindPartner(partner_);
  if (partner == nullptr) return MakeError(Reason::kUnknownPartner, "no such partner");
  const auto& keys = registry->agency().keys();
  const absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> credentials =
      rpc::ClientCredentials({.certificate = registry->ResolvePath(keys.tls_certificate()),
                              .key = registry->ResolvePath(keys.tls_key()),
                              .ca = registry->ResolvePath(keys.partner_ca())},
                             {.agency = partner_, .pinned = partner->ActiveTlsKeys()}, clock_);
  if (!credentials.ok()) return credentials.status();
  stub_ = exchange::v1::ExchangeService::NewStub(
      rpc::MakeChannel(partner->proto.endpoint(), *credentials));
  made_for_ = registry->registry_digest();
  return stub_;
}

absl::StatusOr<exchange::v1::DeliverResponse> GrpcPartnerLink::Deliver(
    const exchange::v1::DeliverRequest& request, absl::Duration timeout) {
  const absl::StatusOr<std::shared_ptr<Stub>> stub = Connect();
  if (!stub.ok()) return stub.status();
  exchange::v1::DeliverResponse response;
  const grpc::Status status = (*stub)->Deliver(ContextFor(timeout).get(), request, &response);
  if (!status.ok()) return ToStatus(status);
  return response;
}

absl::StatusOr<exchange::v1::HelloResponse> GrpcPartnerLink::Hello(absl::Duration timeout) {
  const absl::StatusOr<std::shared_ptr<Stub>> stub = Connect();
  if (!stub.ok()) return stub.status();
  exchange::v1::HelloResponse response;
  const grpc::Status status = (*stub)->Hello(ContextFor(timeout).get(), {}, &response);
  if (!status.ok()) return ToStatus(status);
  if (response.agency() != partner_) {
    return MakeError(Reason::kVerificationFailed, "the daemon says it is another agency",
                     "check the partner's endpoint");
  }
  return response;
}

}  // namespace liaison::peer
