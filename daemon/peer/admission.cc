#include "daemon/peer/admission.h"

#include "daemon/base/error.h"

namespace liaison::peer {
namespace {

using base::MakeError;
using base::Reason;

}  // namespace

absl::StatusOr<std::string> Admit(const partners::Registry& registry, const rpc::Caller& caller) {
  const partners::Partner* partner = registry.PartnerByTlsKey(caller.spki);
  if (partner == nullptr) return MakeError(Reason::kCallerUnknown, "the key is not registered");
  if (registry.IsRevokedTlsKey(caller.spki)) {
    return MakeError(Reason::kCallerUnknown, "the key is revoked");
  }
  const std::string& id = partner->proto.id();
  if (rpc::AgencyOf(caller) != id) {
    return MakeError(Reason::kCallerUnknown, "the certificate does not name the key's agency");
  }
  if (partner->proto.suspended()) {
    return MakeError(Reason::kCallerUnknown, "the partner is suspended");
  }
  return id;
}

absl::Status CheckHandshake(const partners::Registry& registry, const rpc::Caller& caller) {
  if (registry.IsRevokedTlsKey(caller.spki)) {
    return MakeError(Reason::kCallerUnknown, "the key is revoked");
  }
  return absl::OkStatus();
}

}  // namespace liaison::peer
