// The link to one partner's daemon: outbox::PartnerLink over gRPC.
#ifndef LIAISON_DAEMON_PEER_GRPC_PARTNER_LINK_H_
#define LIAISON_DAEMON_PEER_GRPC_PARTNER_LINK_H_

#include <grpcpp/client_context.h>

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "daemon/base/clock.h"
#include "daemon/base/ids.h"
#include "daemon/base/mutex.h"
#include "daemon/outbox/partner_link.h"
#include "daemon/partners/registry.h"
#include "liaison/exchange/v1/exchange.grpc.pb.h"

namespace liaison::peer {

// Thread-safe. Makes its channel at the first call, and a new one when the registry has changed.
// Outlived by `snapshots` and `clock`. Never destroyed on a gRPC thread.
class GrpcPartnerLink final : public outbox::PartnerLink {
 public:
  GrpcPartnerLink(std::string partner, partners::Snapshots& snapshots, const base::Clock& clock)
      : partner_(std::move(partner)), snapshots_(snapshots), clock_(clock) {}

  absl::StatusOr<exchange::v1::DeliverResponse> Deliver(const exchange::v1::DeliverRequest& request,
                                                        absl::Duration timeout) override;

  // Ends the calls under way and refuses those that come (STOPPED): for shutting down without
  // waiting for a partner.
  void Cancel();

  // Errors: UNREACHABLE, TIMED_OUT; VERIFICATION_FAILED when it is not who it should be.
  absl::StatusOr<exchange::v1::HelloResponse> Hello(absl::Duration timeout);

 private:
  using Stub = exchange::v1::ExchangeService::Stub;
  class LiveCall;
  absl::StatusOr<std::shared_ptr<Stub>> Connect();

  const std::string partner_;
  partners::Snapshots& snapshots_;
  const base::Clock& clock_;
  base::Mutex mu_;
  std::shared_ptr<Stub> stub_ ABSL_GUARDED_BY(mu_);
  base::Digest made_for_ ABSL_GUARDED_BY(mu_);  // registry digest
  bool cancelled_ ABSL_GUARDED_BY(mu_) = false;
  std::set<grpc::ClientContext*> live_ ABSL_GUARDED_BY(mu_);
};

}  // namespace liaison::peer

#endif  // LIAISON_DAEMON_PEER_GRPC_PARTNER_LINK_H_
