#include "daemon/rpc/environment.h"

#include <grpc/support/log.h>
#include <grpcpp/health_check_service_interface.h>

#include <cstdlib>

#include "daemon/base/log.h"

namespace liaison::rpc {
namespace {

// gRPC would write lines of its own to stderr. What it calls an error anyone can cause by a broken
// handshake, and it writes one for every handshake without a host name: for whoever debugs.
void LogOfGrpc(gpr_log_func_args* line) {
  base::Log(base::LogLevel::kDebug, "grpc", {{"text", line->message}});
}

}  // namespace

void PrepareTls13Only() {
  setenv("GRPC_SSL_CIPHER_SUITES", "PSK-AES256-GCM-SHA384", /*overwrite=*/1);
  gpr_set_log_function(&LogOfGrpc);
  grpc::EnableDefaultHealthCheckService(true);
}

}  // namespace liaison::rpc
