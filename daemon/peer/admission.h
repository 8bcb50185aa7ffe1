// Which partner calls: by the registered key of its certificate, on every call.
#ifndef LIAISON_DAEMON_PEER_ADMISSION_H_
#define LIAISON_DAEMON_PEER_ADMISSION_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/partners/registry.h"
#include "daemon/rpc/identity.h"

namespace liaison::peer {

// The agency id. CALLER_UNKNOWN when the key is not registered or revoked, when the certificate
// names another agency, or the partner is suspended. That the chain holds was checked by TLS, that
// it is valid now by rpc.
absl::StatusOr<std::string> Admit(const partners::Registry& registry, const rpc::Caller& caller);

// At the handshake: refuses only keys that are known and revoked, so that every other refusal has
// its reason at the call.
absl::Status CheckHandshake(const partners::Registry& registry, const rpc::Caller& caller);

}  // namespace liaison::peer

#endif  // LIAISON_DAEMON_PEER_ADMISSION_H_
