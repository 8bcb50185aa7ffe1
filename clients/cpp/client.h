// The client library: what an agency's own people and systems ask of their daemon, as plain
// blocking calls.
#ifndef LIAISON_CLIENTS_CPP_CLIENT_H_
#define LIAISON_CLIENTS_CPP_CLIENT_H_

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/cpp/context.h"
#include "liaison/admin/v1/admin.pb.h"
#include "liaison/audit/v1/audit.pb.h"
#include "liaison/desk/v1/desk.pb.h"

namespace grpc {
class Channel;
}

namespace liaison::client {

struct ClientOptions {
  absl::Duration call_timeout = absl::Seconds(30);  // of one attempt of one call
  absl::Duration retry_for =
      absl::Seconds(60);  // Submit and SubmitStream try again no longer than this
  absl::Duration first_pause = absl::Milliseconds(200);  // between attempts; doubled each time
  absl::Duration longest_pause = absl::Seconds(5);
  size_t window = 64;  // SubmitStream: drafts sent and not yet answered
};

// Gives the next draft of a stream, nullopt at its end. May block; returns nullopt soon after
// `stop` is requested. An error ends the stream: what was given before is still answered.
using DraftSource =
    std::function<absl::StatusOr<std::optional<desk::v1::SubmitRequest>>(std::stop_token stop)>;

// One agency's daemon, seen by one person or system.
//
// What: sends drafts, reads the mailbox, asks about partners, policy, audit and the daemon's
// health. Which calls are allowed depends on the roles that the daemon's configuration gives to the
// certificate of the context.
//
// Thread safety: thread-safe; calls may run in parallel and share one connection.
//
// Errors: every call returns a status that carries a base::ErrorText (GetError): the daemon's own,
// or UNREACHABLE, TIMED_OUT or INTERNAL when there was no answer to trust. Submit and SubmitStream
// try again what base::IsRetryable allows, with the same idempotency key, so that nothing is sent
// twice. Other calls are tried once.
//
// Example:
//   absl::StatusOr<config::v1::Context> context = client::FindContext({.config_file =
//   "client.textproto"}); if (!context.ok()) return context.status();
//   absl::StatusOr<std::unique_ptr<client::Client>> client = client::Client::Connect(*context);
//   if (!client.ok()) return client.status();
//   desk::v1::SubmitRequest request;
//   *request.mutable_draft() = draft;
//   absl::StatusOr<desk::v1::SubmitResponse> answer = (*client)->Submit(request);
class Client {
 public:
  // Reads certificate, key and CA of the context and prepares the connection, which is made by the
  // first call. Errors: USAGE, naming the file or field at fault.
  static absl::StatusOr<std::unique_ptr<Client>> Connect(const config::v1::Context& context,
                                                         const ClientOptions& options = {});
  // Over a channel made elsewhere, e.g. one in the same process.
  static std::unique_ptr<Client> Over(std::shared_ptr<grpc::Channel> channel,
                                      const ClientOptions& options = {});
  ~Client();

  // Makes an idempotency key when the request has none. Results are in the order of draft.to; what
  // policy denied is a result, not an error.
  absl::StatusOr<desk::v1::SubmitResponse> Submit(desk::v1::SubmitRequest request);

  // Sends what `next` gives and calls `answered` once for each, in order. At most `window` drafts
  // are on their way: `next` is not asked before there is room. `next` runs on a thread of its own,
  // `answered` on the caller's. A broken connection is made again and what was not answered is sent
  // again with its key. Returns when all is answered; else the error after which nothing more was
  // answered.
  absl::Status SubmitStream(
      const DraftSource& next,
      absl::FunctionRef<void(const desk::v1::SubmitStreamResponse&)> answered);

  // What Submit would do with the draft; nothing is stored.
  absl::StatusOr<desk::v1::PreviewResponse> Preview(const desk::v1::Draft& draft);
  absl::StatusOr<desk::v1::ListResponse> List(const desk::v1::ListRequest& request);
  // The daemon records the reading before it answers.
  absl::StatusOr<desk::v1::ShownMessage> Get(const desk::v1::GetRequest& request);
  // Blocks for at most request.timeout; TIMED_OUT then.
  absl::StatusOr<desk::v1::WaitResponse> Wait(const desk::v1::WaitRequest& request);
  // Tried once: after a lost answer, look whether the message is still held.
  absl::StatusOr<desk::v1::ReleaseResponse> Release(const desk::v1::ReleaseRequest& request);
  absl::StatusOr<desk::v1::RejectResponse> Reject(const desk::v1::RejectRequest& request);
  // The daemon records the search, without the candidates, before it answers.
  absl::StatusOr<desk::v1::MatchResponse> Match(const desk::v1::MatchRequest& request);
  // One page.
  absl::StatusOr<desk::v1::TimelineResponse> Timeline(const desk::v1::TimelineRequest& request);

  absl::StatusOr<desk::v1::ListPartnersResponse> ListPartners();
  absl::StatusOr<desk::v1::Partner> GetPartner(const std::string& id);
  absl::StatusOr<desk::v1::PingResponse> Ping(const std::string& id);
  absl::StatusOr<desk::v1::GetPolicyResponse> GetPolicy();

  absl::StatusOr<audit::v1::ListResponse> ListRecords(const audit::v1::ListRequest& request);
  absl::StatusOr<audit::v1::HeadResponse> Head(audit::v1::Log log);
  // The receipts are as the daemon gave them: check them with audit::VerifyReceipt.
  absl::StatusOr<audit::v1::ProveResponse> Prove(const audit::v1::ProveRequest& request);
  absl::StatusOr<audit::v1::ReplayResponse> Replay(const audit::v1::ReplayRequest& request);
  // Calls `progress` for each message of the daemon but the last. A log with faults is a result,
  // not an error.
  absl::StatusOr<audit::v1::VerifyResult> Verify(
      const audit::v1::VerifyRequest& request,
      absl::FunctionRef<void(const audit::v1::VerifyResponse&)> progress);

  absl::StatusOr<admin::v1::StatusResponse> DaemonStatus();
  absl::StatusOr<admin::v1::ReloadResponse> Reload();

 private:
  struct Stubs;
  Client(std::unique_ptr<Stubs> stubs, const ClientOptions& options);
  const std::unique_ptr<Stubs> stubs_;
  const ClientOptions options_;
};

// 32 random hex digits.
std::string NewIdempotencyKey();

}  // namespace liaison::client

#endif  // LIAISON_CLIENTS_CPP_CLIENT_H_
