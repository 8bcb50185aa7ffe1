#include "daemon/peer/grpc_partner_link.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/rpc/credentials.h"
#include "daemon/rpc/status.h"

namespace liaison::peer {
namespace {

using base::MakeError;
using base::Reason;

absl::Status ToStatus(const grpc::Status& status) {
  const absl::Status result = rpc::FromGrpc(status);
  if (!rpc::IsWrongIdentity(result)) return result;
  return MakeError(Reason::kVerificationFailed, "the daemon at the partner's endpoint is not it",
                   "check endpoint and registered keys with the partner, out of band");
}

}  // namespace

// A call that Cancel can end.
class GrpcPartnerLink::LiveCall {
 public:
  LiveCall(GrpcPartnerLink& link, absl::Duration timeout) : link_(link) {
    context_.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
    base::MutexLock lock(link_.mu_);
    link_.live_.insert(&context_);
    if (link_.cancelled_) context_.TryCancel();
  }
  ~LiveCall() {
    base::MutexLock lock(link_.mu_);
    link_.live_.erase(&context_);
  }
  LiveCall(const LiveCall&) = delete;
  LiveCall& operator=(const LiveCall&) = delete;

  grpc::ClientContext* context() { return &context_; }

 private:
  GrpcPartnerLink& link_;
  grpc::ClientContext context_;
};

void GrpcPartnerLink::Cancel() {
  base::MutexLock lock(mu_);
  cancelled_ = true;
  for (grpc::ClientContext* context : live_) context->TryCancel();
}

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
  LiveCall call(*this, timeout);
  const grpc::Status status = (*stub)->Deliver(call.context(), request, &response);
  if (!status.ok()) return ToStatus(status);
  return response;
}

absl::StatusOr<exchange::v1::HelloResponse> GrpcPartnerLink::Hello(absl::Duration timeout) {
  const absl::StatusOr<std::shared_ptr<Stub>> stub = Connect();
  if (!stub.ok()) return stub.status();
  exchange::v1::HelloResponse response;
  LiveCall call(*this, timeout);
  const grpc::Status status = (*stub)->Hello(call.context(), {}, &response);
  if (!status.ok()) return ToStatus(status);
  if (response.agency() != partner_) {
    return MakeError(Reason::kVerificationFailed, "the daemon says it is another agency",
                     "check the partner's endpoint");
  }
  return response;
}

}  // namespace liaison::peer
