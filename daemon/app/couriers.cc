#include "daemon/app/couriers.h"

#include <random>

#include "daemon/base/error.h"

namespace liaison::app {
namespace {

constexpr absl::Duration kPingTimeout = absl::Seconds(5);

// Jitter only: no secret depends on it.
std::function<double()> Jitter() {
  return [engine = std::mt19937_64(std::random_device()())]() mutable {
    return std::uniform_real_distribution<double>(0, 1)(engine);
  };
}

}  // namespace

void Couriers::Sync(const partners::Registry& registry) {
  base::MutexLock lock(mu_);
  if (stopping_) return;
  for (const partners::Partner& partner : registry.partners()) {
    const std::string& id = partner.proto.id();
    if (routes_.contains(id)) continue;
    auto route = std::make_unique<Route>();
    route->link = std::make_unique<peer::GrpcPartnerLink>(id, parts_.snapshots, parts_.clock);
    route->courier = std::make_unique<outbox::Courier>(
        id, outbox::Courier::Parts{parts_.snapshots, parts_.journal, parts_.at_rest, parts_.clock,
                                   parts_.metrics, *route->link, Jitter(), parts_.mac_key,
                                   parts_.passed_on});
    outbox::Courier& courier = *route->courier;
    route->thread = std::thread([this, &courier] { Run(courier); });
    routes_[id] = std::move(route);
  }
}

void Couriers::Run(outbox::Courier& courier) {
  while (!stopping_) courier.Await(courier.Step());
}

Couriers::Route* Couriers::Find(std::string_view partner) const {
  base::MutexLock lock(mu_);
  const auto found = routes_.find(partner);
  return found == routes_.end() ? nullptr : found->second.get();
}

void Couriers::Wake(std::string_view partner) {
  if (Route* route = Find(partner)) route->courier->Wake();
}

void Couriers::WakeAll() {
  base::MutexLock lock(mu_);
  for (const auto& [id, route] : routes_) route->courier->Wake();
}

void Couriers::Stop() {
  std::vector<Route*> routes;
  {
    base::MutexLock lock(mu_);
    stopping_ = true;
    for (const auto& [id, route] : routes_) routes.push_back(route.get());
  }
  for (Route* route : routes) {
    route->link->Cancel();
    route->courier->Wake();
  }
  for (Route* route : routes) {
    if (route->thread.joinable()) route->thread.join();
  }
}

outbox::CourierStatus Couriers::StatusOf(const std::string& partner) const {
  const Route* route = Find(partner);
  return route == nullptr ? outbox::CourierStatus() : route->courier->status();
}

absl::StatusOr<desk::v1::PingResponse> Couriers::Ping(const std::string& partner) {
  Route* route = Find(partner);
  if (route == nullptr) {
    return base::MakeError(base::Reason::kUnknownPartner, "no such partner",
                           "see `liaison partner list`");
  }
  const absl::Duration begun = parts_.clock.Elapsed();
  const absl::StatusOr<exchange::v1::HelloResponse> hello = route->link->Hello(kPingTimeout);
  if (base::GetReason(hello.status()) == base::Reason::kCallerUnknown) {
    return base::MakeError(base::Reason::kRefusedByPartner,
                           "the partner does not accept our daemon: it does not know its key, or "
                           "has suspended us",
                           "ask the partner's operator");
  }
  if (!hello.ok()) return hello.status();
  const int64_t nanos = absl::ToInt64Nanoseconds(parts_.clock.Elapsed() - begun);
  desk::v1::PingResponse response;
  response.set_id(partner);
  response.set_version(hello->version());
  response.set_checkpoint(hello->checkpoint());
  response.mutable_round_trip()->set_seconds(nanos / 1'000'000'000);
  response.mutable_round_trip()->set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
  return response;
}

}  // namespace liaison::app
