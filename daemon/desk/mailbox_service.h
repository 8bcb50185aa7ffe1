// The mailbox, as officers and systems call it.
#ifndef LIAISON_DAEMON_DESK_MAILBOX_SERVICE_H_
#define LIAISON_DAEMON_DESK_MAILBOX_SERVICE_H_

#include "daemon/desk/waits.h"
#include "daemon/inbox/mailbox.h"
#include "daemon/outbox/holds.h"
#include "daemon/outbox/outbox.h"
#include "daemon/partners/registry.h"
#include "daemon/rpc/serve.h"
#include "daemon/rpc/stream.h"
#include "liaison/desk/v1/desk.grpc.pb.h"

namespace liaison::desk {

// Thread-safe. What it refers to outlives it.
class MailboxService final : public v1::MailboxService::CallbackService {
 public:
  struct Parts {
    rpc::Edge& edge;
    outbox::Outbox& outbox;
    outbox::Holds& holds;
    inbox::Mailbox& mailbox;
    Waits& waits;
    partners::Snapshots& snapshots;
    base::Clock& clock;
  };
  explicit MailboxService(const Parts& parts) : parts_(parts) {}

  grpc::ServerUnaryReactor* Submit(grpc::CallbackServerContext* context,
                                   const v1::SubmitRequest* request,
                                   v1::SubmitResponse* response) override;
  grpc::ServerBidiReactor<v1::SubmitRequest, v1::SubmitStreamResponse>* SubmitStream(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* Preview(grpc::CallbackServerContext* context,
                                    const v1::SubmitRequest* request,
                                    v1::PreviewResponse* response) override;
  grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* context,
                                 const v1::ListRequest* request,
                                 v1::ListResponse* response) override;
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* context, const v1::GetRequest* request,
                                v1::ShownMessage* response) override;
  grpc::ServerUnaryReactor* Wait(grpc::CallbackServerContext* context,
                                 const v1::WaitRequest* request,
                                 v1::WaitResponse* response) override;
  grpc::ServerUnaryReactor* Match(grpc::CallbackServerContext* context,
                                  const v1::MatchRequest* request,
                                  v1::MatchResponse* response) override;
  grpc::ServerUnaryReactor* Release(grpc::CallbackServerContext* context,
                                    const v1::ReleaseRequest* request,
                                    v1::ReleaseResponse* response) override;
  grpc::ServerUnaryReactor* Reject(grpc::CallbackServerContext* context,
                                   const v1::RejectRequest* request,
                                   v1::RejectResponse* response) override;
  grpc::ServerUnaryReactor* Timeline(grpc::CallbackServerContext* context,
                                     const v1::TimelineRequest* request,
                                     v1::TimelineResponse* response) override;

 private:
  // One answer for each request, in order, all in one commit.
  std::vector<absl::StatusOr<v1::SubmitResponse>> SubmitAll(
      const outbox::Submitter& submitter, const std::vector<const v1::SubmitRequest*>& requests);
  absl::Status ServeSubmissions(const rpc::Call& call,
                                rpc::Stream<v1::SubmitRequest, v1::SubmitStreamResponse>& stream);
  absl::StatusOr<v1::ReleaseResponse> ReleaseHeld(const rpc::Call& call,
                                                  const v1::ReleaseRequest& request);
  absl::StatusOr<v1::RejectResponse> RejectHeld(const rpc::Call& call,
                                                const v1::RejectRequest& request);
  void BeginWait(const v1::WaitRequest& request, v1::WaitResponse& response,
                 const std::shared_ptr<rpc::Answer>& answer);

  const Parts parts_;
};

}  // namespace liaison::desk

#endif  // LIAISON_DAEMON_DESK_MAILBOX_SERVICE_H_
