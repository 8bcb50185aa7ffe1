// What partners' daemons call.
#ifndef LIAISON_DAEMON_PEER_EXCHANGE_SERVICE_H_
#define LIAISON_DAEMON_PEER_EXCHANGE_SERVICE_H_

#include "daemon/inbox/inbox.h"
#include "daemon/journal/journal.h"
#include "daemon/partners/registry.h"
#include "daemon/rpc/serve.h"
#include "liaison/exchange/v1/exchange.grpc.pb.h"

namespace liaison::peer {

// Thread-safe. What it refers to outlives it.
class ExchangeService final : public exchange::v1::ExchangeService::CallbackService {
 public:
  ExchangeService(rpc::Edge& edge, inbox::Inbox& inbox, journal::Journal& journal,
                  partners::Snapshots& snapshots)
      : edge_(edge), inbox_(inbox), journal_(journal), snapshots_(snapshots) {}

  grpc::ServerUnaryReactor* Deliver(grpc::CallbackServerContext* context,
                                    const exchange::v1::DeliverRequest* request,
                                    exchange::v1::DeliverResponse* response) override;
  grpc::ServerUnaryReactor* Hello(grpc::CallbackServerContext* context,
                                  const exchange::v1::HelloRequest* request,
                                  exchange::v1::HelloResponse* response) override;

 private:
  absl::Status Greet(const exchange::v1::HelloRequest& request,
                     exchange::v1::HelloResponse& response);

  rpc::Edge& edge_;
  inbox::Inbox& inbox_;
  journal::Journal& journal_;
  partners::Snapshots& snapshots_;
};

}  // namespace liaison::peer

#endif  // LIAISON_DAEMON_PEER_EXCHANGE_SERVICE_H_
