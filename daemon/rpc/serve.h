// How a call is served: gRPC's threads find out who calls, count, and hand over; a worker runs the
// flow.
//
//   grpc::ServerUnaryReactor* Deliver(grpc::CallbackServerContext* context, const DeliverRequest*
//   request,
//                                     DeliverResponse* response) override {
//     return edge_.Unary(context, *request, [this, request, response](const Call& call) {
//       return Deliver(call, *request, *response);
//     });
//   }
#ifndef LIAISON_DAEMON_RPC_SERVE_H_
#define LIAISON_DAEMON_RPC_SERVE_H_

#include <google/protobuf/message_lite.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/base/clock.h"
#include "daemon/base/mutex.h"
#include "daemon/base/worker_pool.h"
#include "daemon/rpc/call_gate.h"
#include "daemon/rpc/identity.h"

namespace liaison::rpc {

// What a flow may know of the call that it serves. Lives as long as the call. Thread-safe.
class Call {
 public:
  const Caller& caller() const { return *caller_; }
  // What Edge::Options::admit answered: the agency, or the name of the person.
  const std::string& party() const { return party_; }
  // absl::InfiniteFuture() when the client gave none.
  absl::Time deadline() const { return deadline_; }
  // True once the client is gone or its deadline has passed; what is committed stays committed.
  bool cancelled() const { return cancelled_.load(); }

 private:
  friend class Edge;
  friend class UnaryCall;
  friend class StreamState;
  std::shared_ptr<const Caller> caller_;
  std::string party_;
  absl::Time deadline_;
  std::atomic<bool> cancelled_ = false;
  CallGate::Ticket ticket_;
};

// Ends a call that was served with Edge::Later. Thread-safe; the first call counts, later ones do
// nothing.
class Answer {
 public:
  virtual ~Answer() = default;
  virtual const Call& call() const = 0;
  // The response is sent when `status` is OK. It must not be touched afterwards.
  virtual void Finish(const absl::Status& status) = 0;
};

// The edge of one listener. Thread-safe; outlives the listener. What it refers to outlives it.
class Edge {
 public:
  struct Options {
    // Who is this? Answers with the name of the party, under which its calls are counted. Runs on a
    // gRPC thread for every call: must not block. The certificate is valid at this time; whether
    // its key is registered, and not revoked, is to be decided here. An error is sent, and the
    // connection is cut.
    std::function<absl::StatusOr<std::string>(const Caller&)> admit;
    // Told of every caller refused, on a worker; not when the pool is full. May be empty.
    std::function<void(const Caller&, const absl::Status&)> refused;
    bool to_partners = false;  // errors are sent with ToGrpcForPartner
    absl::Duration patience =
        absl::Seconds(30);  // with a client that does not take what a stream writes
    absl::Duration silence = absl::Minutes(5);  // ... or does not send what a stream reads
  };
  struct Parts {
    base::WorkerPool& flows;    // runs unary flows
    base::WorkerPool& streams;  // runs flows of streams, which may wait for their client; never the
                                // same as `flows`
    CallGate& gate;
    CallerCache& callers;
    const base::Clock& clock;
  };
  Edge(Options options, const Parts& parts);

  using Flow = std::function<absl::Status(const Call&)>;
  // Serves a unary call: the flow runs once on a worker, and its status ends the call. The request
  // and response that it refers to live until then, also when the client has gone. Without a
  // worker: QUEUE_FULL with a retry hint.
  grpc::ServerUnaryReactor* Unary(grpc::CallbackServerContext* context,
                                  const google::protobuf::MessageLite& request, Flow flow);

  using LaterFlow = std::function<void(std::shared_ptr<Answer>)>;
  // The same for a call that waits for something without holding a worker: the flow keeps the
  // answer, and whoever brings what it waits for ends it. Look at call().cancelled() and
  // call().deadline() from time to time.
  grpc::ServerUnaryReactor* Later(grpc::CallbackServerContext* context,
                                  const google::protobuf::MessageLite& request, LaterFlow flow);

  // Refuses calls from now on (STOPPED) and waits until none is unfinished. False when `patience`
  // passed before.
  bool Drain(absl::Duration patience);
  size_t unfinished() const;

  // For stream.h.
  // Fills `call`, or says why not. When it is OK the call counts as unfinished until Close().
  absl::Status Begin(grpc::CallbackServerContext& context, Call& call, uint64_t message_bytes);
  void Close(Call& call);
  // What is to be sent for `status`; the call no longer counts as running.
  grpc::Status End(Call& call, const absl::Status& status) const;
  grpc::Status Map(const absl::Status& status) const;
  bool RunStream(std::function<void()> flow);  // false: answer NoThread()
  static absl::Status NoThread();
  const Options& options() const { return options_; }
  const base::Clock& clock() const { return parts_.clock; }

 private:
  absl::Status Identify(grpc::CallbackServerContext& context, Call& call);
  void Refuse(grpc::CallbackServerContext& context, std::shared_ptr<const Caller> caller,
              const absl::Status& why);

  const Options options_;
  const Parts parts_;
  mutable base::Mutex mu_;
  base::CondVar none_;
  size_t unfinished_ ABSL_GUARDED_BY(mu_) = 0;
  bool draining_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace liaison::rpc

#endif  // LIAISON_DAEMON_RPC_SERVE_H_
