#include "daemon/app/front.h"

#include <utility>

#include "daemon/base/error.h"
#include "daemon/base/log.h"
#include "daemon/base/worker_pool.h"
#include "daemon/desk/admission.h"
#include "daemon/desk/mailbox_service.h"
#include "daemon/desk/waits.h"
#include "daemon/journal/refusals.h"
#include "daemon/peer/admission.h"
#include "daemon/peer/exchange_service.h"
#include "daemon/rpc/call_gate.h"
#include "daemon/rpc/credentials.h"
#include "daemon/rpc/identity.h"
#include "daemon/rpc/listener.h"
#include "daemon/rpc/serve.h"

namespace liaison::app {
namespace {

constexpr size_t kStreamThreads = 16;
constexpr absl::Duration kShutdownPatience = absl::Seconds(2);

using Admission =
    std::function<absl::StatusOr<std::string>(const partners::Registry&, const rpc::Caller&)>;

}  // namespace

// One listener and what belongs to it. Flows of partners and of our own people never wait for each
// other's workers.
class Door {
 public:
  Door(std::string name, const Front::Parts& parts, journal::Refusals& refusals,
       Admission admission, bool to_partners)
      : name_(std::move(name)),
        snapshots_(parts.snapshots),
        clock_(parts.clock),
        flows_({.threads = Limits().workers(), .queue = Limits().worker_queue()}),
        streams_({.threads = kStreamThreads, .queue = kStreamThreads}),
        gate_(GateLimits(to_partners)),
        edge_(Options(refusals, std::move(admission), to_partners),
              {flows_, streams_, gate_, callers_, parts.clock}) {}

  rpc::Edge& edge() { return edge_; }
  const std::string& address() const { return listener_->address(); }

  absl::Status Start(const std::string& address, const rpc::TlsFiles& files,
                     rpc::HandshakeCheck check, std::vector<grpc::Service*> services,
                     bool reflection) {
    const absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> credentials =
        rpc::ServerCredentials(files, std::move(check));
    if (!credentials.ok()) return credentials.status();
    absl::StatusOr<std::unique_ptr<rpc::Listener>> listener =
        rpc::Listener::Start({.name = name_,
                              .address = address,
                              .credentials = *credentials,
                              .services = std::move(services),
                              .limits = Limits(),
                              .reflection = reflection},
                             gate_, clock_);
    if (!listener.ok()) return listener.status();
    listener_ = *std::move(listener);
    return absl::OkStatus();
  }

  void ForgetCallers() { callers_.Clear(); }
  void Cut(const base::Digest& key) { gate_.CutConnectionsOf(key); }

  void StopAccepting() {
    if (listener_ != nullptr) listener_->StopAccepting();
  }
  void Drain(absl::Duration patience) {
    if (!edge_.Drain(patience)) {
      base::Log(base::LogLevel::kWarn, "calls are unfinished", {{"listener", name_}});
    }
  }
  void Shutdown() {
    if (listener_ != nullptr) listener_->Shutdown(kShutdownPatience);
  }

 private:
  const config::v1::Limits& Limits() const {
    return limits_ = snapshots_.Current()->agency().limits();
  }

  // A partner has one daemon with a few connections; a system of our own may run many commands at a
  // time.
  rpc::CallGate::Limits GateLimits(bool to_partners) const {
    rpc::CallGate::Limits limits = rpc::CallGate::LimitsFrom(Limits());
    if (!to_partners) limits.connections_per_party = Limits().connections_per_address();
    return limits;
  }

  rpc::Edge::Options Options(journal::Refusals& refusals, Admission admission, bool to_partners) {
    rpc::Edge::Options options;
    options.admit = [this, admission = std::move(admission)](const rpc::Caller& caller) {
      return admission(*snapshots_.Current(), caller);
    };
    options.refused = [this, &refusals](const rpc::Caller& caller, const absl::Status& why) {
      refusals.Record(caller.spki, name_,
                      base::GetReason(why).value_or(base::Reason::kCallerUnknown),
                      snapshots_.Current()->agency().limits().refused_callers_per_hour());
    };
    options.to_partners = to_partners;
    return options;
  }

  const std::string name_;
  partners::Snapshots& snapshots_;
  base::Clock& clock_;
  mutable config::v1::Limits limits_;
  base::WorkerPool flows_;
  base::WorkerPool streams_;
  rpc::CallGate gate_;
  rpc::CallerCache callers_;
  rpc::Edge edge_;
  std::unique_ptr<rpc::Listener> listener_;
};

class Front::Rep {
 public:
  Rep(const Parts& parts, desk::Delivery delivery, desk::Administration administration)
      : parts_(parts),
        refusals_(parts.journal, parts.at_rest, parts.clock),
        waits_(parts.journal.reader(), parts.clock),
        exchange_("exchange", parts, refusals_, peer::Admit, true),
        desk_("desk", parts, refusals_, desk::Admit, false),
        exchange_service_(exchange_.edge(), parts.inbox, parts.journal, parts.snapshots),
        mailbox_service_({desk_.edge(), parts.outbox, parts.holds, parts.mailbox, waits_,
                          parts.snapshots, parts.clock}),
        partner_service_(desk_.edge(), parts.journal, parts.snapshots, std::move(delivery)),
        policy_service_(desk_.edge(), parts.journal, parts.snapshots),
        audit_service_(desk_.edge(), parts.audit_desk, parts.mailbox, parts.snapshots),
        admin_service_(desk_.edge(), parts.snapshots, std::move(administration)) {}

  absl::Status Start() {
    const std::shared_ptr<const partners::Registry> registry = parts_.snapshots.Current();
    const auto& config = registry->agency();
    rpc::TlsFiles files{.certificate = registry->ResolvePath(config.keys().tls_certificate()),
                        .key = registry->ResolvePath(config.keys().tls_key()),
                        .ca = registry->ResolvePath(config.keys().partner_ca())};
    absl::Status status = exchange_.Start(
        config.listeners().exchange(), files,
        [this](const rpc::Caller& caller) {
          return peer::CheckHandshake(*parts_.snapshots.Current(), caller);
        },
        {&exchange_service_}, false);
    if (!status.ok()) return status;
    files.ca = registry->ResolvePath(config.keys().people_ca());
    return desk_.Start(
        config.listeners().desk(), files, nullptr,
        {&mailbox_service_, &partner_service_, &policy_service_, &audit_service_, &admin_service_},
        config.reflection());
  }

  void Look() { waits_.Look(); }

  void RegistryChanged(const partners::Registry& old, const partners::Registry& next) {
    exchange_.ForgetCallers();
    desk_.ForgetCallers();
    const auto cut = [&next](Door& door, const std::string& hex) {
      const absl::StatusOr<base::Digest> key = base::ParseDigest(hex);
      if (key.ok() && !next.MayCall(*key)) door.Cut(*key);
    };
    for (const partners::Partner& partner : old.partners()) {
      for (const auto& key : partner.proto.tls_key()) cut(exchange_, key.spki_sha256());
    }
    for (const auto& person : old.agency().person()) cut(desk_, person.spki_sha256());
  }

  void Drain(absl::Duration patience) {
    exchange_.StopAccepting();
    desk_.StopAccepting();
    waits_.Stop();
    exchange_.Drain(patience);
    desk_.Drain(patience);
  }

  void Shutdown() {
    exchange_.Shutdown();
    desk_.Shutdown();
  }

  const Door& exchange() const { return exchange_; }
  const Door& desk() const { return desk_; }

 private:
  const Parts parts_;
  journal::Refusals refusals_;
  desk::Waits waits_;
  Door exchange_;
  Door desk_;
  peer::ExchangeService exchange_service_;
  desk::MailboxService mailbox_service_;
  desk::PartnerService partner_service_;
  desk::PolicyService policy_service_;
  desk::AuditService audit_service_;
  desk::AdminService admin_service_;
};

Front::Front(const Parts& parts, desk::Delivery delivery, desk::Administration administration)
    : rep_(std::make_unique<Rep>(parts, std::move(delivery), std::move(administration))) {}
Front::~Front() = default;

absl::Status Front::Start() { return rep_->Start(); }
const std::string& Front::exchange_address() const { return rep_->exchange().address(); }
const std::string& Front::desk_address() const { return rep_->desk().address(); }
void Front::Look() { rep_->Look(); }
void Front::RegistryChanged(const partners::Registry& old, const partners::Registry& next) {
  rep_->RegistryChanged(old, next);
}
void Front::Drain(absl::Duration patience) { rep_->Drain(patience); }
void Front::Shutdown() { rep_->Shutdown(); }

}  // namespace liaison::app
