#include "daemon/rpc/identity.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/crypto/digest.h"
#include "daemon/crypto/keys.h"

namespace liaison::rpc {
namespace {

constexpr std::string_view kAgencyPrefix = "liaison://agency/";

absl::Status Unknown(std::string_view message) {
  return base::MakeError(base::Reason::kCallerUnknown, message);
}

}  // namespace

absl::StatusOr<Caller> CallerFromPem(std::string_view pem) {
  const absl::StatusOr<crypto::Certificate> leaf = crypto::Certificate::FromPem(pem);
  if (!leaf.ok()) return Unknown("the client certificate cannot be read");
  return Caller{leaf->public_key().spki_digest(), leaf->san_uris(), leaf->not_before(),
                leaf->not_after()};
}

absl::Status CheckValidity(const Caller& caller, absl::Time now) {
  if (now < caller.not_before) return Unknown("the client certificate is not valid yet");
  if (now > caller.not_after) return Unknown("the client certificate has expired");
  return absl::OkStatus();
}

std::string AgencyUri(std::string_view agency_id) {
  return std::string(kAgencyPrefix).append(agency_id);
}

std::optional<std::string> AgencyOf(const Caller& caller) {
  std::optional<std::string> agency;
  for (const std::string& uri : caller.uris) {
    const std::string_view text = uri;
    if (!text.starts_with(kAgencyPrefix)) continue;
    const std::string_view id = text.substr(kAgencyPrefix.size());
    if (!base::IsAgencyId(id)) continue;  // a person's: "<agency>/person/<name>"
    if (agency) return std::nullopt;
    agency = std::string(id);
  }
  return agency;
}

absl::StatusOr<std::shared_ptr<const Caller>> CallerCache::Find(
    const grpc::ServerContextBase& context) {
  // The leaf alone: the chain property is empty on resumed sessions, the peer identity mixes all
  // kinds of names.
  const std::shared_ptr<const grpc::AuthContext> peer = context.auth_context();
  if (peer == nullptr) return Unknown("the connection is not authenticated");
  const std::vector<grpc::string_ref> leaf = peer->FindPropertyValues("x509_pem_cert");
  if (leaf.size() != 1) return Unknown("the connection has no client certificate");
  return FindPem(std::string_view(leaf.front().data(), leaf.front().size()));
}

absl::StatusOr<std::shared_ptr<const Caller>> CallerCache::FindPem(std::string_view pem) {
  const base::Digest name = crypto::Sha256(pem);
  {
    base::MutexLock lock(mu_);
    const auto found = callers_.find(name);
    if (found != callers_.end()) return found->second;
  }
  absl::StatusOr<Caller> parsed = CallerFromPem(pem);
  if (!parsed.ok()) return parsed.status();
  auto caller = std::make_shared<const Caller>(*std::move(parsed));
  base::MutexLock lock(mu_);
  if (callers_.size() >= limit_) callers_.clear();
  callers_.emplace(name, caller);
  return caller;
}

void CallerCache::Clear() {
  base::MutexLock lock(mu_);
  callers_.clear();
}

}  // namespace liaison::rpc
