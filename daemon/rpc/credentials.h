// Mutual TLS for both sides, and the channel of a client.
#ifndef LIAISON_DAEMON_RPC_CREDENTIALS_H_
#define LIAISON_DAEMON_RPC_CREDENTIALS_H_

#include <grpcpp/channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/base/clock.h"
#include "daemon/base/ids.h"
#include "daemon/rpc/identity.h"

namespace liaison::rpc {

// Files of one side. PEM; the certificate file holds the leaf first, then intermediates; the key is
// of mode 0600 or narrower.
struct TlsFiles {
  std::string certificate;
  std::string key;
  std::string ca;  // what the other side's certificate must chain to
  // How often the files are looked at for a change; zero: read once. Replace certificate and key
  // together (swap a directory or a symbolic link).
  absl::Duration refresh = absl::ZeroDuration();
};

// Whom a client expects to meet.
struct ExpectedServer {
  std::string agency;                // its leaf must hold the SAN URI liaison://agency/<agency>
  std::vector<base::Digest> pinned;  // and one of these keys; empty: any key
};

// Credentials that accept a server only when its chain holds, and its leaf names the expected
// agency, holds a pinned key and is valid at `clock`'s time. Host names play no part. `clock`
// outlives the credentials and their channels. Errors: of the files, USAGE with the file and what
// to do.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ClientCredentials(
    const TlsFiles& files, const ExpectedServer& server, const base::Clock& clock);

// What a server asks at the end of a handshake, on a gRPC thread: must not block. Anything but OK
// ends the connection before a byte of HTTP/2 is read. Without it the chain alone decides. Never
// the only check: a connection outlives it.
using HandshakeCheck = std::function<absl::Status(const Caller&)>;

// Credentials that require a client certificate which chains to `files.ca` and passes `check`.
// Errors: as ClientCredentials.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerCredentials(const TlsFiles& files,
                                                                           HandshakeCheck check);

struct ChannelOptions {
  int max_message_bytes = (4 << 20) + (64 << 10);   // each way
  absl::Duration backoff_most = absl::Seconds(10);  // between attempts to connect
  absl::Duration connect_timeout = absl::Seconds(10);
  absl::Duration keepalive = absl::Seconds(60);  // the listener allows one in 30 s
  absl::Duration keepalive_timeout = absl::Seconds(20);
};

// A channel of its own connection, not shared with another channel to the same target. Do not let
// go of the last reference on a thread of gRPC: that can deadlock.
std::shared_ptr<grpc::Channel> MakeChannel(
    const std::string& target, const std::shared_ptr<grpc::ChannelCredentials>& credentials,
    const ChannelOptions& options = {});

}  // namespace liaison::rpc

#endif  // LIAISON_DAEMON_RPC_CREDENTIALS_H_
