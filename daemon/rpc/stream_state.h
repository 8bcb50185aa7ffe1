// What every stream has in common, whatever its messages: one write at a time, and patience with
// the client.
#ifndef LIAISON_DAEMON_RPC_STREAM_STATE_H_
#define LIAISON_DAEMON_RPC_STREAM_STATE_H_

#include <grpcpp/support/server_callback.h>

#include "absl/time/time.h"
#include "daemon/base/mutex.h"
#include "daemon/rpc/serve.h"

namespace liaison::rpc {

// Thread-safe. No operation of gRPC is started under its lock: gRPC may run the next reaction on
// the same thread.
class StreamState {
 public:
  StreamState(Edge& edge, grpc::CallbackServerContext& context) : edge_(edge), context_(context) {}

  Edge& edge() { return edge_; }
  Call& call() { return call_; }

  // Waits until no write is under way, then counts one as begun. False when the client is gone, or
  // did not take the write before within the edge's patience: then the call is cancelled.
  bool BeginWrite();
  void EndWrite(bool ok);
  // Waits as BeginWrite does, and begins none.
  void AwaitWrite();

  // A message of so many bytes was read.
  void Explain(uint64_t bytes) { call_.ticket_.Explain(bytes); }
  // The client has been silent for too long.
  void GiveUp() { context_.TryCancel(); }
  // The client is gone.
  void Cancel();

 private:
  bool AwaitTurn() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  Edge& edge_;
  grpc::CallbackServerContext& context_;
  Call call_;
  base::Mutex mu_;
  base::CondVar changed_;
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  bool gone_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace liaison::rpc

#endif  // LIAISON_DAEMON_RPC_STREAM_STATE_H_
