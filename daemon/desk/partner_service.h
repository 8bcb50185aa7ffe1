// Partners and policy, as officers see them.
#ifndef LIAISON_DAEMON_DESK_PARTNER_SERVICE_H_
#define LIAISON_DAEMON_DESK_PARTNER_SERVICE_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "daemon/journal/journal.h"
#include "daemon/outbox/courier.h"
#include "daemon/partners/registry.h"
#include "daemon/rpc/serve.h"
#include "liaison/desk/v1/desk.grpc.pb.h"

namespace liaison::desk {

// What the services need to know of delivery to one partner.
struct Delivery {
  std::function<outbox::CourierStatus(const std::string& partner)> status;
  std::function<absl::StatusOr<v1::PingResponse>(const std::string& partner)> ping;
};

// Thread-safe. What it refers to outlives it.
class PartnerService final : public v1::PartnerService::CallbackService {
 public:
  PartnerService(rpc::Edge& edge, journal::Journal& journal, partners::Snapshots& snapshots,
                 Delivery delivery)
      : edge_(edge), journal_(journal), snapshots_(snapshots), delivery_(std::move(delivery)) {}

  grpc::ServerUnaryReactor* ListPartners(grpc::CallbackServerContext* context,
                                         const v1::ListPartnersRequest* request,
                                         v1::ListPartnersResponse* response) override;
  grpc::ServerUnaryReactor* GetPartner(grpc::CallbackServerContext* context,
                                       const v1::GetPartnerRequest* request,
                                       v1::Partner* response) override;
  grpc::ServerUnaryReactor* Ping(grpc::CallbackServerContext* context,
                                 const v1::PingRequest* request,
                                 v1::PingResponse* response) override;

 private:
  absl::StatusOr<v1::Partner> Describe(const partners::Registry& registry,
                                       const partners::Partner& partner);

  rpc::Edge& edge_;
  journal::Journal& journal_;
  partners::Snapshots& snapshots_;
  const Delivery delivery_;
};

// Thread-safe. What it refers to outlives it.
class PolicyService final : public v1::PolicyService::CallbackService {
 public:
  PolicyService(rpc::Edge& edge, journal::Journal& journal, partners::Snapshots& snapshots)
      : edge_(edge), journal_(journal), snapshots_(snapshots) {}

  grpc::ServerUnaryReactor* GetPolicy(grpc::CallbackServerContext* context,
                                      const v1::GetPolicyRequest* request,
                                      v1::GetPolicyResponse* response) override;

 private:
  rpc::Edge& edge_;
  journal::Journal& journal_;
  partners::Snapshots& snapshots_;
};

}  // namespace liaison::desk

#endif  // LIAISON_DAEMON_DESK_PARTNER_SERVICE_H_
