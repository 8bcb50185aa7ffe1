// The templates behind stream.h. Include that.
#ifndef LIAISON_DAEMON_RPC_STREAM_REACTOR_H_
#define LIAISON_DAEMON_RPC_STREAM_REACTOR_H_

#include <grpcpp/support/server_callback.h>

#include <deque>
#include <utility>
#include <vector>

#include "daemon/base/mutex.h"
#include "daemon/rpc/serve.h"
#include "daemon/rpc/stream.h"
#include "daemon/rpc/stream_state.h"

namespace liaison::rpc {

// A stream that answers: `Reactor` is gRPC's side of it, `View` is what the flow sees. Deletes
// itself when gRPC is done with it, which is after Finish, which is the last thing that the flow's
// thread does with it.
template <typename Response, typename Reactor, typename View>
class AnsweringStream : public Reactor, public View {
 public:
  AnsweringStream(Edge& edge, grpc::CallbackServerContext& context) : state_(edge, context) {}

  StreamState& state() { return state_; }

  bool Write(Response response) override {
    if (!state_.BeginWrite()) return false;
    outgoing_ = std::move(response);
    this->StartWrite(&outgoing_);
    return true;
  }

  void End(const absl::Status& status) {
    state_.AwaitWrite();
    this->Finish(state_.edge().End(state_.call(), status));
  }

  void OnWriteDone(bool ok) override { state_.EndWrite(ok); }
  void OnCancel() override { state_.Cancel(); }
  void OnDone() override {
    state_.edge().Close(state_.call());
    delete this;
  }

 private:
  StreamState state_;
  Response outgoing_;  // between BeginWrite and EndWrite gRPC's
};

// Requests read ahead of the flow. Thread-safe.
template <typename Request>
class ReadAhead {
 public:
  explicit ReadAhead(size_t window) : window_(window) {}

  // True when there is room for one more.
  bool Put(Request request) {
    base::MutexLock lock(mu_);
    waiting_.push_back(std::move(request));
    changed_.NotifyAll();
    reading_ = waiting_.size() < window_;
    return reading_;
  }

  void Close() {
    base::MutexLock lock(mu_);
    reading_ = false;
    closed_ = true;
    changed_.NotifyAll();
  }

  struct Taken {
    std::vector<Request> requests;
    bool read_on = false;  // there is room again, and no read is under way
    bool silent = false;   // nothing came within `silence`
  };
  Taken Take(size_t most, absl::Duration silence) {
    Taken taken;
    base::MutexLock lock(mu_);
    while (waiting_.empty() && !closed_ && !taken.silent) {
      taken.silent = !changed_.WaitFor(mu_, silence) && waiting_.empty() && !closed_;
    }
    while (!waiting_.empty() && taken.requests.size() < most) {
      taken.requests.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
    taken.read_on = !reading_ && !closed_;
    if (taken.read_on) reading_ = true;
    return taken;
  }

 private:
  const size_t window_;
  base::Mutex mu_;
  base::CondVar changed_;
  std::deque<Request> waiting_ ABSL_GUARDED_BY(mu_);
  bool reading_ ABSL_GUARDED_BY(mu_) = true;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
};

template <typename Request, typename Response>
class TwoWayStream final
    : public AnsweringStream<Response, grpc::ServerBidiReactor<Request, Response>,
                             Stream<Request, Response>> {
 public:
  using Base = AnsweringStream<Response, grpc::ServerBidiReactor<Request, Response>,
                               Stream<Request, Response>>;
  TwoWayStream(Edge& edge, grpc::CallbackServerContext& context, size_t window)
      : Base(edge, context), ahead_(window) {}

  void ReadOn() { this->StartRead(&incoming_); }

  std::vector<Request> Read(size_t most) override {
    auto taken = ahead_.Take(most, this->state().edge().options().silence);
    if (taken.silent) this->state().GiveUp();
    if (taken.read_on) ReadOn();
    return std::move(taken.requests);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      ahead_.Close();
      return;
    }
    this->state().Explain(incoming_.ByteSizeLong());
    if (ahead_.Put(std::exchange(incoming_, Request()))) ReadOn();
  }

 private:
  ReadAhead<Request> ahead_;
  Request incoming_;  // gRPC's while a read is under way
};

// A stream that ends at once, for a call that is not let in. Deletes itself.
template <typename Reactor>
class RefusedStream final : public Reactor {
 public:
  explicit RefusedStream(const grpc::Status& status) { this->Finish(status); }
  void OnDone() override { delete this; }
};

// Hands `flow` to a thread, or ends the stream when there is none.
template <typename StreamType, typename Flow>
void RunFlow(StreamType* stream, Flow flow) {
  const bool running = stream->state().edge().RunStream(
      [stream, flow = std::move(flow)] { stream->End(flow(stream->state().call(), *stream)); });
  if (!running) stream->End(Edge::NoThread());
}

template <typename Response>
grpc::ServerWriteReactor<Response>* ServeWrites(Edge& edge, grpc::CallbackServerContext* context,
                                                const google::protobuf::MessageLite& request,
                                                WriteFlow<Response> flow) {
  using Reactor = grpc::ServerWriteReactor<Response>;
  auto stream =
      std::make_unique<AnsweringStream<Response, Reactor, Writer<Response>>>(edge, *context);
  const absl::Status begun = edge.Begin(*context, stream->state().call(), request.ByteSizeLong());
  if (!begun.ok()) return new RefusedStream<Reactor>(edge.Map(begun));
  auto* const begun_stream = stream.release();  // deletes itself
  RunFlow(begun_stream, std::move(flow));
  return begun_stream;
}

template <typename Request, typename Response>
grpc::ServerBidiReactor<Request, Response>* ServeStream(Edge& edge,
                                                        grpc::CallbackServerContext* context,
                                                        size_t window,
                                                        StreamFlow<Request, Response> flow) {
  using Reactor = grpc::ServerBidiReactor<Request, Response>;
  auto stream = std::make_unique<TwoWayStream<Request, Response>>(edge, *context, window);
  const absl::Status begun = edge.Begin(*context, stream->state().call(), 0);
  if (!begun.ok()) return new RefusedStream<Reactor>(edge.Map(begun));
  auto* const begun_stream = stream.release();  // deletes itself
  begun_stream->ReadOn();
  RunFlow(begun_stream, std::move(flow));
  return begun_stream;
}

}  // namespace liaison::rpc

#endif  // LIAISON_DAEMON_RPC_STREAM_REACTOR_H_
