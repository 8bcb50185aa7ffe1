// One courier for each partner, each on a thread of its own, so that a slow partner hurts only
// itself.
#ifndef LIAISON_DAEMON_APP_COURIERS_H_
#define LIAISON_DAEMON_APP_COURIERS_H_

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "daemon/base/mutex.h"
#include "daemon/outbox/courier.h"
#include "daemon/partners/registry.h"
#include "daemon/peer/grpc_partner_link.h"
#include "liaison/desk/v1/desk.pb.h"

namespace liaison::app {

// Thread-safe. What it refers to outlives it.
class Couriers {
 public:
  struct Parts {
    partners::Snapshots& snapshots;
    journal::Journal& journal;
    message::AtRestKeys& at_rest;
    base::Clock& clock;
    base::Metrics& metrics;
    const crypto::Secret& mac_key;
    std::function<void()> passed_on;  // see Courier::Parts
  };
  explicit Couriers(const Parts& parts) : parts_(parts) {}
  ~Couriers() { Stop(); }

  // Starts couriers for partners that have none. One whose partner is gone idles.
  void Sync(const partners::Registry& registry);
  void Wake(std::string_view partner);
  void WakeAll();
  // Ends the threads; a delivery under way is cancelled, its messages stay queued.
  void Stop();

  outbox::CourierStatus StatusOf(const std::string& partner) const;
  // Errors: UNKNOWN_PARTNER, UNREACHABLE, TIMED_OUT, VERIFICATION_FAILED.
  absl::StatusOr<desk::v1::PingResponse> Ping(const std::string& partner);

 private:
  struct Route {
    std::unique_ptr<peer::GrpcPartnerLink> link;
    std::unique_ptr<outbox::Courier> courier;
    std::thread thread;
  };
  Route* Find(std::string_view partner) const;
  void Run(outbox::Courier& courier);

  const Parts parts_;
  std::atomic<bool> stopping_ = false;
  mutable base::Mutex mu_;
  std::map<std::string, std::unique_ptr<Route>, std::less<>> routes_ ABSL_GUARDED_BY(mu_);
};

}  // namespace liaison::app

#endif  // LIAISON_DAEMON_APP_COURIERS_H_
