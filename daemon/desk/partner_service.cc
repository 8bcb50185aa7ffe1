#include "daemon/desk/partner_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/desk/admission.h"

namespace liaison::desk {
namespace {

using base::MakeError;
using base::Reason;
using config::v1::Person;

// Whoever acts or answers for it; a system follows the rules and does not read them.
absl::Status RequireAnyPerson(const partners::Registry& registry, const rpc::Call& call) {
  return RequireRole(registry, call,
                     {Person::OFFICER, Person::RELEASER, Person::SUPERVISOR, Person::OPERATOR,
                      Person::AUDITOR});
}

absl::StatusOr<const partners::Partner*> Find(const partners::Registry& registry,
                                              const std::string& id) {
  const partners::Partner* partner = registry.FindPartner(id);
  if (partner != nullptr) return partner;
  return MakeError(Reason::kUnknownPartner, "no partner with this id",
                   "see `liaison partner list`");
}

}  // namespace

absl::StatusOr<v1::Partner> PartnerService::Describe(const partners::Registry& registry,
                                                     const partners::Partner& partner) {
  const std::string& id = partner.proto.id();
  const absl::StatusOr<uint64_t> queued = journal_.reader().CountQueued(id);
  if (!queued.ok()) return queued.status();
  v1::Partner shown;
  shown.set_id(id);
  shown.set_name(partner.proto.name());
  shown.set_country(partner.proto.country());
  shown.set_endpoint(partner.proto.endpoint());
  shown.set_active(!partner.proto.suspended());
  for (std::string& agreement : registry.policy().AgreementsWith(id)) {
    shown.add_agreements(std::move(agreement));
  }
  shown.set_queued(*queued);
  shown.set_log_origin(partner.log_key.origin());
  const outbox::CourierStatus status = delivery_.status(id);
  shown.set_last_error(status.last_error);
  shown.set_verified_size(status.verified_size);
  if (status.last_delivery != absl::InfinitePast()) {
    shown.mutable_last_delivery()->set_seconds(absl::ToUnixSeconds(status.last_delivery));
  }
  return shown;
}

grpc::ServerUnaryReactor* PartnerService::ListPartners(grpc::CallbackServerContext* context,
                                                       const v1::ListPartnersRequest* request,
                                                       v1::ListPartnersResponse* response) {
  return edge_.Unary(context, *request, [this, response](const rpc::Call& call) {
    const std::shared_ptr<const partners::Registry> registry = snapshots_.Current();
    const absl::Status allowed = RequireAnyPerson(*registry, call);
    if (!allowed.ok()) return allowed;
    for (const partners::Partner& partner : registry->partners()) {
      absl::StatusOr<v1::Partner> shown = Describe(*registry, partner);
      if (!shown.ok()) return shown.status();
      *response->add_partners() = *std::move(shown);
    }
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* PartnerService::GetPartner(grpc::CallbackServerContext* context,
                                                     const v1::GetPartnerRequest* request,
                                                     v1::Partner* response) {
  return edge_.Unary(context, *request, [this, request, response](const rpc::Call& call) {
    const std::shared_ptr<const partners::Registry> registry = snapshots_.Current();
    const absl::Status allowed = RequireAnyPerson(*registry, call);
    if (!allowed.ok()) return allowed;
    const absl::StatusOr<const partners::Partner*> partner = Find(*registry, request->id());
    if (!partner.ok()) return partner.status();
    absl::StatusOr<v1::Partner> shown = Describe(*registry, **partner);
    if (!shown.ok()) return shown.status();
    *response = *std::move(shown);
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* PartnerService::Ping(grpc::CallbackServerContext* context,
                                               const v1::PingRequest* request,
                                               v1::PingResponse* response) {
  return edge_.Unary(context, *request, [this, request, response](const rpc::Call& call) {
    const std::shared_ptr<const partners::Registry> registry = snapshots_.Current();
    const absl::Status allowed = RequireAnyPerson(*registry, call);
    if (!allowed.ok()) return allowed;
    const absl::StatusOr<const partners::Partner*> partner = Find(*registry, request->id());
    if (!partner.ok()) return partner.status();
    absl::StatusOr<v1::PingResponse> answer = delivery_.ping(request->id());
    if (!answer.ok()) return answer.status();
    *response = *std::move(answer);
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* PolicyService::GetPolicy(grpc::CallbackServerContext* context,
                                                   const v1::GetPolicyRequest* request,
                                                   v1::GetPolicyResponse* response) {
  return edge_.Unary(context, *request, [this, response](const rpc::Call& call) {
    const std::shared_ptr<const partners::Registry> registry = snapshots_.Current();
    const absl::Status allowed = RequireAnyPerson(*registry, call);
    if (!allowed.ok()) return allowed;
    const absl::StatusOr<store::InForce> in_force = journal_.reader().FindInForce("policy");
    if (!in_force.ok()) return in_force.status();
    response->set_text(registry->policy_text());
    response->set_digest(registry->policy_digest().hex());
    response->set_id(registry->policy().id());
    response->set_version(registry->policy().version());
    response->set_record_index(in_force->index);
    return absl::OkStatus();
  });
}

}  // namespace liaison::desk
