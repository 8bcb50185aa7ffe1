#include "daemon/rpc/serve.h"

#include <chrono>
#include <utility>

#include "daemon/base/error.h"
#include "daemon/base/log.h"
#include "daemon/rpc/status.h"

namespace liaison::rpc {
namespace {

absl::Status TryAgain(base::Reason reason, std::string_view message) {
  base::ErrorText error;
  error.reason = reason;
  error.message = std::string(message);
  error.fix = "try again later";
  error.retry_after = absl::Seconds(1);
  return base::MakeError(error);
}

absl::Time DeadlineOf(const grpc::CallbackServerContext& context) {
  const std::chrono::system_clock::time_point deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return absl::InfiniteFuture();
  return absl::FromChrono(deadline);
}

grpc::ServerUnaryReactor* FinishedAtOnce(grpc::CallbackServerContext& context,
                                         const grpc::Status& status) {
  grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
  reactor->Finish(status);
  return reactor;
}

}  // namespace

// One unary call. Lives until gRPC is done with it and nobody holds its answer.
class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  explicit UnaryCall(Edge& edge) : edge_(edge) {}

  // Keeps the call alive until OnDone.
  void Hold(std::shared_ptr<UnaryCall> self) { self_ = std::move(self); }

  Call& call() { return call_; }

  void FinishOnce(const absl::Status& status) {
    if (finished_.exchange(true)) return;
    Finish(edge_.End(call_, status));
  }

  void OnCancel() override { call_.cancelled_ = true; }

  void OnDone() override {
    edge_.Close(call_);
    const std::shared_ptr<UnaryCall> last = std::move(self_);
  }

 private:
  Edge& edge_;
  Call call_;
  std::atomic<bool> finished_ = false;
  std::shared_ptr<UnaryCall> self_;
};

namespace {

// What a flow holds of a call: a call whose answer is dropped is ended all the same.
class HeldAnswer final : public Answer {
 public:
  explicit HeldAnswer(std::shared_ptr<UnaryCall> call) : call_(std::move(call)) {}
  ~HeldAnswer() override {
    call_->FinishOnce(absl::InternalError("a flow let go of its answer without giving it"));
  }
  const Call& call() const override { return call_->call(); }
  void Finish(const absl::Status& status) override { call_->FinishOnce(status); }

 private:
  const std::shared_ptr<UnaryCall> call_;
};

}  // namespace

Edge::Edge(Options options, const Parts& parts) : options_(std::move(options)), parts_(parts) {}

grpc::ServerUnaryReactor* Edge::Unary(grpc::CallbackServerContext* context,
                                      const google::protobuf::MessageLite& request, Flow flow) {
  return Later(context, request, [flow = std::move(flow)](const std::shared_ptr<Answer>& answer) {
    answer->Finish(flow(answer->call()));
  });
}

grpc::ServerUnaryReactor* Edge::Later(grpc::CallbackServerContext* context,
                                      const google::protobuf::MessageLite& request,
                                      LaterFlow flow) {
  auto unary = std::make_shared<UnaryCall>(*this);
  const absl::Status begun = Begin(*context, unary->call(), request.ByteSizeLong());
  if (!begun.ok()) return FinishedAtOnce(*context, Map(begun));
  unary->Hold(unary);
  auto answer = std::make_shared<HeldAnswer>(unary);
  const bool posted =
      parts_.flows.TryPost([answer, flow = std::move(flow)]() mutable { flow(std::move(answer)); });
  if (!posted) {
    answer->Finish(TryAgain(base::Reason::kQueueFull, "the daemon has too much to do"));
  }
  return unary.get();
}

bool Edge::Drain(absl::Duration patience) {
  const absl::Duration end = parts_.clock.Elapsed() + patience;
  base::MutexLock lock(mu_);
  draining_ = true;
  while (unfinished_ > 0) {
    const absl::Duration left = end - parts_.clock.Elapsed();
    if (left <= absl::ZeroDuration() || !none_.WaitFor(mu_, left)) return unfinished_ == 0;
  }
  return true;
}

size_t Edge::unfinished() const {
  base::MutexLock lock(mu_);
  return unfinished_;
}

absl::Status Edge::Begin(grpc::CallbackServerContext& context, Call& call, uint64_t message_bytes) {
  absl::Status identified = Identify(context, call);
  if (!identified.ok()) return identified;
  absl::StatusOr<CallGate::Ticket> ticket =
      parts_.gate.Enter(context.peer(), call.caller_->spki, call.party_);
  if (!ticket.ok()) return ticket.status();
  ticket->Explain(message_bytes);
  call.ticket_ = *std::move(ticket);
  call.deadline_ = DeadlineOf(context);
  base::MutexLock lock(mu_);
  if (draining_) return TryAgain(base::Reason::kStopped, "the daemon is stopping");
  ++unfinished_;
  return absl::OkStatus();
}

absl::Status Edge::Identify(grpc::CallbackServerContext& context, Call& call) {
  absl::StatusOr<std::shared_ptr<const Caller>> caller = parts_.callers.Find(context);
  if (!caller.ok()) {
    parts_.gate.CutSoon(context.peer());
    return caller.status();
  }
  call.caller_ = *std::move(caller);
  absl::Status valid = CheckValidity(*call.caller_, parts_.clock.Now());
  absl::StatusOr<std::string> party =
      valid.ok() ? options_.admit(*call.caller_) : absl::StatusOr<std::string>(std::move(valid));
  if (!party.ok()) {
    Refuse(context, call.caller_, party.status());
    return party.status();
  }
  call.party_ = *std::move(party);
  return absl::OkStatus();
}

void Edge::Refuse(grpc::CallbackServerContext& context, std::shared_ptr<const Caller> caller,
                  const absl::Status& why) {
  parts_.gate.CutSoon(context.peer());
  if (!options_.refused) return;
  const bool posted = parts_.flows.TryPost([this, caller, why] { options_.refused(*caller, why); });
  if (!posted) {
    base::Log(base::LogLevel::kWarn, "caller refused, not recorded", {{"key", caller->spki.hex()}});
  }
}

void Edge::Close(Call& call) {
  call.ticket_ = CallGate::Ticket();
  base::MutexLock lock(mu_);
  if (--unfinished_ == 0) none_.NotifyAll();
}

grpc::Status Edge::End(Call& call, const absl::Status& status) const {
  call.ticket_.Answered();
  return Map(status);
}

grpc::Status Edge::Map(const absl::Status& status) const {
  return options_.to_partners ? ToGrpcForPartner(status) : ToGrpc(status);
}

bool Edge::RunStream(std::function<void()> flow) { return parts_.streams.TryPost(std::move(flow)); }

absl::Status Edge::NoThread() {
  return TryAgain(base::Reason::kQueueFull, "the daemon serves as many streams as it can");
}

}  // namespace liaison::rpc
