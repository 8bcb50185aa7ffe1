#include "daemon/rpc/environment.h"

#include <sys/resource.h>

#include <grpcpp/health_check_service_interface.h>

#include <cstdlib>

namespace liaison::rpc {

void PrepareTls13Only() {
  setenv("GRPC_SSL_CIPHER_SUITES", "PSK-AES256-GCM-SHA384", /*overwrite=*/1);
  // gRPC writes to stderr by itself; only its errors belong beside our JSON lines.
  setenv("GRPC_VERBOSITY", "ERROR", /*overwrite=*/0);
  grpc::EnableDefaultHealthCheckService(true);
}

void RaiseDescriptorLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE,
            &limit);  // where it is refused, the limit of connections follows what there is
}

}  // namespace liaison::rpc
