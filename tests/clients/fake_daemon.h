// A daemon's desk as its clients see it, behind real gRPC and mutual TLS on loopback. What it
// answers is decided by what it is asked: recipients and ids name their own fate.
#ifndef LIAISON_TESTS_CLIENTS_FAKE_DAEMON_H_
#define LIAISON_TESTS_CLIENTS_FAKE_DAEMON_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "daemon/base/mutex.h"
#include "liaison/admin/v1/admin.grpc.pb.h"
#include "liaison/audit/v1/audit.grpc.pb.h"
#include "liaison/desk/v1/desk.grpc.pb.h"

namespace liaison::clients_test {

// Exchange ids with a fate of their own in Get, Wait, Timeline, Prove.
inline constexpr char kDelivered[] = "aaaaaaaa000000000000000000000001";
inline constexpr char kRefused[] = "bbbbbbbb000000000000000000000002";
inline constexpr char kExpired[] = "cccccccc000000000000000000000003";
inline constexpr char kSlow[] = "dddddddd000000000000000000000004";      // Wait times out
inline constexpr char kMissing[] = "eeeeeeee000000000000000000000005";   // NOT_FOUND
inline constexpr char kHeld[] = "abababab000000000000000000000007";      // waits for two persons
inline constexpr char kHeldByUs[] = "cdcdcdcd000000000000000000000008";  // the caller submitted it
inline constexpr char kUnseen[] = "efefefef000000000000000000000009";    // Get: ROLE_MISSING
inline constexpr char kForged[] = "ffffffff000000000000000000000006";  // its receipt does not hold

// Digest of what would go of kHeld.
inline constexpr char kHeldView[] =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

// Recipients: "ho-example" QUEUED, "held-example" HELD, "denied-example" DENIED, "unknown-example"
// UNKNOWN_PARTNER for the whole call, "busy-example" QUEUE_FULL for the first two calls.
class FakeMailbox final : public desk::v1::MailboxService::Service {
 public:
  grpc::Status Submit(grpc::ServerContext*, const desk::v1::SubmitRequest* request,
                      desk::v1::SubmitResponse* response) override;
  grpc::Status SubmitStream(grpc::ServerContext*,
                            grpc::ServerReaderWriter<desk::v1::SubmitStreamResponse,
                                                     desk::v1::SubmitRequest>* stream) override;
  grpc::Status Preview(grpc::ServerContext*, const desk::v1::SubmitRequest* request,
                       desk::v1::PreviewResponse* response) override;
  grpc::Status List(grpc::ServerContext*, const desk::v1::ListRequest* request,
                    desk::v1::ListResponse* response) override;
  grpc::Status Get(grpc::ServerContext*, const desk::v1::GetRequest* request,
                   desk::v1::ShownMessage* response) override;
  grpc::Status Wait(grpc::ServerContext*, const desk::v1::WaitRequest* request,
                    desk::v1::WaitResponse* response) override;
  // Candidates that begin with "B1" are hits; "notice.title" is no match token.
  grpc::Status Match(grpc::ServerContext*, const desk::v1::MatchRequest* request,
                     desk::v1::MatchResponse* response) override;
  // Of kHeld, with kHeldView: with the reason "first" one more person must agree, with "late" it is
  // denied by now.
  grpc::Status Release(grpc::ServerContext*, const desk::v1::ReleaseRequest* request,
                       desk::v1::ReleaseResponse* response) override;
  grpc::Status Reject(grpc::ServerContext*, const desk::v1::RejectRequest* request,
                      desk::v1::RejectResponse* response) override;
  grpc::Status Timeline(grpc::ServerContext*, const desk::v1::TimelineRequest* request,
                        desk::v1::TimelineResponse* response) override;

  // Every draft that was handed in, in order, repeated ones too.
  std::vector<desk::v1::SubmitRequest> seen() const;
  // The last search.
  desk::v1::MatchRequest searched() const;
  // How many releases were asked for.
  int releases() const;
  // The next stream breaks after this many answers.
  void BreakStreamAfter(int answers);
  // Every stream ends with ROLE_MISSING at its first draft.
  void FailStreams();

 private:
  void Remember(const desk::v1::SubmitRequest& request);

  mutable base::Mutex mu_;
  std::vector<desk::v1::SubmitRequest> seen_ ABSL_GUARDED_BY(mu_);
  desk::v1::MatchRequest searched_ ABSL_GUARDED_BY(mu_);
  int releases_ ABSL_GUARDED_BY(mu_) = 0;
  int busy_ ABSL_GUARDED_BY(mu_) = 2;
  int break_after_ ABSL_GUARDED_BY(mu_) = -1;
  bool fail_streams_ ABSL_GUARDED_BY(mu_) = false;
};

class FakeDaemon {
 public:
  // Serves with the certificate of `agency` of the folder that certs-example/make.sh made.
  explicit FakeDaemon(const std::string& certs, const std::string& agency = "bgc-example");
  ~FakeDaemon();

  // "127.0.0.1:port"
  const std::string& address() const { return address_; }
  FakeMailbox& mailbox() { return mailbox_; }

 private:
  struct Others;
  FakeMailbox mailbox_;
  std::unique_ptr<Others> others_;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace liaison::clients_test

#endif  // LIAISON_TESTS_CLIENTS_FAKE_DAEMON_H_
