// What most sources that include gRPC begin with.
#ifndef LIAISON_DAEMON_PRECOMPILED_GRPC_H_
#define LIAISON_DAEMON_PRECOMPILED_GRPC_H_

#include <grpcpp/grpcpp.h>

#include "daemon/precompiled.h"

#endif  // LIAISON_DAEMON_PRECOMPILED_GRPC_H_
