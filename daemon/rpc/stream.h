// Streams for blocking flows: Read waits for requests, Write waits for room.
//
// gRPC is asked for one message and given one at a time; at most `window` requests are read ahead,
// so a slow flow holds its client back. A client that does not take an answer within the edge's
// patience is cut off.
#ifndef LIAISON_DAEMON_RPC_STREAM_H_
#define LIAISON_DAEMON_RPC_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "daemon/rpc/serve.h"

namespace liaison::rpc {

// What the flow of a server stream sees. Used by the flow's thread alone.
template <typename Response>
class Writer {
 public:
  virtual ~Writer() = default;
  // Hands `response` over when the one before is taken. False when the client is gone: give up.
  virtual bool Write(Response response) = 0;
};

// What the flow of a bidirectional stream sees. Used by the flow's thread alone.
template <typename Request, typename Response>
class Stream : public Writer<Response> {
 public:
  // Waits for a request, then takes what is there, at most `most`. Empty: the client has sent all,
  // or is gone.
  virtual std::vector<Request> Read(size_t most) = 0;
};

template <typename Response>
using WriteFlow = std::function<absl::Status(const Call&, Writer<Response>&)>;
template <typename Request, typename Response>
using StreamFlow = std::function<absl::Status(const Call&, Stream<Request, Response>&)>;

// Serves a server stream on a thread of the edge's stream pool.
template <typename Response>
grpc::ServerWriteReactor<Response>* ServeWrites(Edge& edge, grpc::CallbackServerContext* context,
                                                const google::protobuf::MessageLite& request,
                                                WriteFlow<Response> flow);

// Serves a bidirectional stream on a thread of the edge's stream pool, reading ahead at most
// `window` requests.
template <typename Request, typename Response>
grpc::ServerBidiReactor<Request, Response>* ServeStream(Edge& edge,
                                                        grpc::CallbackServerContext* context,
                                                        size_t window,
                                                        StreamFlow<Request, Response> flow);

}  // namespace liaison::rpc

#include "daemon/rpc/stream_reactor.h"  // IWYU pragma: export

#endif  // LIAISON_DAEMON_RPC_STREAM_H_
