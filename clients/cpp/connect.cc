// How a Client gets its connection, and its keys for what must not be done twice.
#include "absl/strings/escaping.h"
#include "clients/cpp/stubs.h"
#include "daemon/base/clock.h"
#include "daemon/crypto/secret.h"
#include "daemon/rpc/credentials.h"

namespace liaison::client {
namespace {

// gRPC may hold credentials a little longer than the Client that made them, so their clock lives as
// long as the process.
const base::Clock& WallClock() {
  static const auto* const kClock = new base::SystemClock;
  return *kClock;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Client>> Client::Connect(const config::v1::Context& context,
                                                        const ClientOptions& options) {
  const rpc::TlsFiles files = {context.certificate(), context.key(), context.ca()};
  const absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> credentials =
      rpc::ClientCredentials(files, {context.agency(), {}}, WallClock());
  if (!credentials.ok()) return credentials.status();
  return Over(rpc::MakeChannel(context.desk(), *credentials), options);
}

std::string NewIdempotencyKey() { return absl::BytesToHexString(crypto::RandomBytes(16)); }

}  // namespace liaison::client
