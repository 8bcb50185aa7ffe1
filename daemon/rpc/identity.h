// Who calls: the leaf certificate of the connection, parsed once and remembered.
#ifndef LIAISON_DAEMON_RPC_IDENTITY_H_
#define LIAISON_DAEMON_RPC_IDENTITY_H_

#include <grpcpp/server_context.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/base/ids.h"
#include "daemon/base/mutex.h"

namespace liaison::rpc {

// What a leaf certificate says of its holder. That the key is registered, and for whom, is the
// caller's to find out.
struct Caller {
  base::Digest spki;  // SHA-256 of the public key: the name under which keys are registered
  std::vector<std::string> uris;
  absl::Time not_before;
  absl::Time not_after;
};

// Of the first certificate of `pem`. CALLER_UNKNOWN when it cannot be read or its key is of a kind
// not accepted.
absl::StatusOr<Caller> CallerFromPem(std::string_view pem);

// OK when `now` lies in the certificate's validity; CALLER_UNKNOWN otherwise. To be asked on every
// call: a connection and a resumed session can outlive the certificate.
absl::Status CheckValidity(const Caller& caller, absl::Time now);

// "liaison://agency/<id>", the name in an agency's certificate.
std::string AgencyUri(std::string_view agency_id);

// The agency that the certificate names; nullopt when it names none, or more than one.
std::optional<std::string> AgencyOf(const Caller& caller);

// Thread-safe. Holds at most `limit` callers; starts anew when it is full.
class CallerCache {
 public:
  explicit CallerCache(size_t limit = 4096) : limit_(limit) {}

  // The caller of `context`. CALLER_UNKNOWN when the connection has no client certificate or it
  // cannot be read.
  absl::StatusOr<std::shared_ptr<const Caller>> Find(const grpc::ServerContextBase& context);
  // The same by the PEM of a leaf.
  absl::StatusOr<std::shared_ptr<const Caller>> FindPem(std::string_view pem);

  // At every reload of the registry.
  void Clear();

 private:
  const size_t limit_;
  base::Mutex mu_;
  absl::flat_hash_map<base::Digest, std::shared_ptr<const Caller>> callers_ ABSL_GUARDED_BY(mu_);
};

}  // namespace liaison::rpc

#endif  // LIAISON_DAEMON_RPC_IDENTITY_H_
