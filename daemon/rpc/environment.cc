#include "daemon/rpc/environment.h"

#include <grpcpp/health_check_service_interface.h>

#include <cstdlib>

namespace liaison::rpc {

void PrepareTls13Only() {
  setenv("GRPC_SSL_CIPHER_SUITES", "PSK-AES256-GCM-SHA384", /*overwrite=*/1);
  // gRPC writes to stderr by itself; only its errors belong beside our JSON lines.
  setenv("GRPC_VERBOSITY", "ERROR", /*overwrite=*/0);
  grpc::EnableDefaultHealthCheckService(true);
}

}  // namespace liaison::rpc
