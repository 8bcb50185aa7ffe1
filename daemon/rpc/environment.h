// What must stand in the environment before gRPC starts.
#ifndef LIAISON_DAEMON_RPC_ENVIRONMENT_H_
#define LIAISON_DAEMON_RPC_ENVIRONMENT_H_

namespace liaison::rpc {

// Leaves TLS 1.3 as the only version that this process speaks, as server and as client, and turns
// on gRPC's health service. gRPC has no setting for the version; its list of cipher suites
// governs 1.2 alone, so a list with nothing in it that a certificate could use leaves 1.2 without a
// cipher and 1.3 as it is. REQUIRES: the first line of main(), before any thread and any use of
// gRPC.
void PrepareTls13Only();

}  // namespace liaison::rpc

#endif  // LIAISON_DAEMON_RPC_ENVIRONMENT_H_
