#include "tests/bench/echo.h"

#include <grpcpp/grpcpp.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cpp/client.h"
#include "daemon/base/clock.h"
#include "daemon/rpc/credentials.h"
#include "liaison/desk/v1/desk.grpc.pb.h"
#include "liaison/exchange/v1/exchange.grpc.pb.h"

namespace liaison::bench {
namespace {

using desk::v1::SubmitRequest;
using desk::v1::SubmitStreamResponse;

// Deletes itself.
class EchoStream final : public grpc::ServerBidiReactor<SubmitRequest, SubmitStreamResponse> {
 public:
  EchoStream() { StartRead(&request_); }
  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    StartWrite(&response_);
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    StartRead(&request_);
  }
  void OnDone() override { delete this; }

 private:
  SubmitRequest request_;
  SubmitStreamResponse response_;
};

class EchoMailbox final : public desk::v1::MailboxService::CallbackService {
 public:
  grpc::ServerBidiReactor<SubmitRequest, SubmitStreamResponse>* SubmitStream(
      grpc::CallbackServerContext* /*context*/) override {
    return new EchoStream;
  }
};

class EchoExchange final : public exchange::v1::ExchangeService::CallbackService {
 public:
  grpc::ServerUnaryReactor* Deliver(grpc::CallbackServerContext* context,
                                    const exchange::v1::DeliverRequest* request,
                                    exchange::v1::DeliverResponse* response) override {
    for (int i = 0; i < request->envelopes_size(); ++i) {
      response->add_results()->set_code(audit::v1::Outward::ACCEPTED);
    }
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

}  // namespace

struct Echo::Rep {
  base::SystemClock clock;
  EchoMailbox mailbox;
  EchoExchange exchange;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<client::Client> client;
  std::unique_ptr<exchange::v1::ExchangeService::Stub> stub;
};

Echo::Echo(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}

Echo::~Echo() {
  rep_->client.reset();
  rep_->stub.reset();
  rep_->server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(5));
  rep_->server->Wait();
}

absl::StatusOr<std::unique_ptr<Echo>> Echo::Start(const std::string& folder,
                                                  const config::v1::Context& context) {
  auto rep = std::make_unique<Rep>();
  const std::string pki = absl::StrCat(folder, "/", context.agency(), "/pki/");
  const auto server_side =
      rpc::ServerCredentials({pki + "tls.crt", pki + "tls.key", pki + "people-ca.crt"},
                             [](const rpc::Caller&) { return absl::OkStatus(); });
  if (!server_side.ok()) return server_side.status();
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", *server_side, &port);
  builder.RegisterService(&rep->mailbox);
  builder.RegisterService(&rep->exchange);
  rep->server = builder.BuildAndStart();
  if (rep->server == nullptr) return absl::InternalError("the echo cannot listen");
  const std::string address = absl::StrCat("127.0.0.1:", port);
  const auto client_side = rpc::ClientCredentials(
      {context.certificate(), context.key(), context.ca()}, {context.agency(), {}}, rep->clock);
  if (!client_side.ok()) return client_side.status();
  rep->stub = exchange::v1::ExchangeService::NewStub(rpc::MakeChannel(address, *client_side));
  rep->client = client::Client::Over(rpc::MakeChannel(address, *client_side));
  return std::unique_ptr<Echo>(new Echo(std::move(rep)));
}

absl::StatusOr<size_t> Echo::Stream(const desk::v1::Draft& draft, absl::Duration most) {
  SubmitRequest request;
  *request.mutable_draft() = draft;
  const absl::Time until = absl::Now() + most;
  size_t answered = 0;
  const absl::Status status = rep_->client->SubmitStream(
      [&](const std::stop_token&) -> absl::StatusOr<std::optional<SubmitRequest>> {
        if (absl::Now() >= until) return std::nullopt;
        return request;
      },
      [&answered](const SubmitStreamResponse&) { ++answered; });
  if (!status.ok()) return status;
  return answered;
}

absl::StatusOr<size_t> Echo::Deliver(const exchange::v1::Envelope& envelope, int batch,
                                     absl::Duration most) {
  exchange::v1::DeliverRequest request;
  for (int i = 0; i < batch; ++i) *request.add_envelopes() = envelope;
  const absl::Time until = absl::Now() + most;
  size_t calls = 0;
  for (; absl::Now() < until; ++calls) {
    grpc::ClientContext context;
    exchange::v1::DeliverResponse response;
    const grpc::Status status = rep_->stub->Deliver(&context, request, &response);
    if (!status.ok()) return absl::InternalError(status.error_message());
  }
  return calls;
}

}  // namespace liaison::bench
