#include "daemon/peer/exchange_service.h"

#include <utility>

#include "daemon/audit/checkpoint.h"

namespace liaison::peer {

grpc::ServerUnaryReactor* ExchangeService::Deliver(grpc::CallbackServerContext* context,
                                                   const exchange::v1::DeliverRequest* request,
                                                   exchange::v1::DeliverResponse* response) {
  return edge_.Unary(context, *request, [this, request, response](const rpc::Call& call) {
    absl::StatusOr<exchange::v1::DeliverResponse> answer = inbox_.Accept(call.party(), *request);
    if (!answer.ok()) return answer.status();
    *response = *std::move(answer);
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* ExchangeService::Hello(grpc::CallbackServerContext* context,
                                                 const exchange::v1::HelloRequest* request,
                                                 exchange::v1::HelloResponse* response) {
  return edge_.Unary(context, *request, [this, request, response](const rpc::Call&) {
    return Greet(*request, *response);
  });
}

absl::Status ExchangeService::Greet(const exchange::v1::HelloRequest& request,
                                    exchange::v1::HelloResponse& response) {
  response.set_agency(snapshots_.Current()->agency().id());
  response.set_version(LIAISON_VERSION);
  response.set_checkpoint(journal_.SignedHead(audit::v1::EXCHANGE));
  const absl::StatusOr<audit::Checkpoint> head = audit::ParseUnverified(response.checkpoint());
  if (!head.ok()) return head.status();
  absl::StatusOr<audit::v1::ConsistencyProof> proof =
      journal_.Consistency(audit::v1::EXCHANGE, request.known_size(), *head);
  if (!proof.ok()) return proof.status();
  *response.mutable_consistency() = *std::move(proof);
  return absl::OkStatus();
}

}  // namespace liaison::peer
