#include "daemon/app/daemon.h"

#include <atomic>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/app/couriers.h"
#include "daemon/app/front.h"
#include "daemon/app/in_force.h"
#include "daemon/app/key_ring.h"
#include "daemon/app/ops_server.h"
#include "daemon/app/routine.h"
#include "daemon/app/storage.h"
#include "daemon/base/error.h"
#include "daemon/base/log.h"
#include "daemon/desk/audit_desk.h"
#include "daemon/inbox/inbox.h"
#include "daemon/inbox/mailbox.h"
#include "daemon/journal/journal.h"
#include "daemon/journal/recalls.h"
#include "daemon/outbox/holds.h"
#include "daemon/outbox/onward_notices.h"
#include "daemon/outbox/outbox.h"
#include "daemon/outbox/recall_chain.h"
#include "daemon/partners/warnings.h"

namespace liaison::app {
namespace {

using base::Log;
using base::LogLevel;
using base::MakeError;
using base::Reason;

constexpr absl::Duration kCommitWait = absl::Milliseconds(200);
constexpr absl::Duration kLook = absl::Milliseconds(100);
constexpr absl::Duration kLapseEvery = absl::Seconds(1);
constexpr absl::Duration kRecallLook = absl::Minutes(10);
constexpr absl::Duration kRecallRetry = absl::Seconds(5);
constexpr absl::Duration kDrainPatience = absl::Seconds(20);

audit::v1::ActorOpening OwnActor() {
  audit::v1::ActorOpening actor;
  actor.set_name("liaisond");
  return actor;
}

journal::Options JournalOptions(const config::v1::Limits& limits, const KeyRing& keys,
                                const std::string& guard_path) {
  journal::Options options;
  options.exchange_origin = keys.exchange_origin;
  options.desk_origin = keys.desk_origin;
  options.exchange_key = keys.exchange_log.get();
  options.desk_key = keys.desk_log.get();
  options.guard_path = guard_path;
  options.exchange_genesis = GenesisRecord(keys, keys.ExchangeLogKey());
  options.desk_genesis = GenesisRecord(keys, keys.DeskLogKey());
  options.batch = limits.journal_batch();
  options.queue = limits.journal_queue();
  options.disk_low_bytes = limits.disk_low_bytes();
  options.disk_full_bytes = limits.disk_full_bytes();
  return options;
}

std::string ReasonOf(const absl::Status& status) {
  const std::optional<Reason> reason = base::GetReason(status);
  return reason ? std::string(base::ReasonName(*reason)) : absl::StatusCodeToString(status.code());
}

// What a reload cannot change while the daemon runs.
absl::Status CheckUnchanged(const config::v1::Agency& old, const config::v1::Agency& next) {
  const bool same = old.id() == next.id() && old.domain() == next.domain() &&
                    old.instance() == next.instance() && old.epoch() == next.epoch() &&
                    old.data_dir() == next.data_dir() &&
                    old.listeners().SerializeAsString() == next.listeners().SerializeAsString() &&
                    old.keys().SerializeAsString() == next.keys().SerializeAsString();
  if (same) return absl::OkStatus();
  return MakeError(Reason::kValidationFailed,
                   "identity, listeners, data_dir and keys change with a restart only",
                   "restore them, or restart the daemon");
}

// Says them in the log, too.
std::vector<std::string> LogWarnings(const partners::Registry& registry, absl::Time now) {
  std::vector<std::string> all;
  for (const policy::Warning& warning : partners::PolicyWarnings(registry, now)) {
    Log(LogLevel::kWarn, "policy", {{"where", warning.where}, {"warning", warning.text}});
    all.push_back(absl::StrCat(warning.where, ": ", warning.text));
  }
  return all;
}

}  // namespace

class Daemon::Rep {
 public:
  Rep(std::string config_path, std::shared_ptr<const partners::Registry> registry, KeyRing keys,
      Storage storage)
      : config_path_(std::move(config_path)),
        snapshots_(std::move(registry)),
        keys_(std::move(keys)),
        storage_(std::move(storage)),
        started_(clock_.Elapsed()) {}

  absl::Status Open();
  absl::Status Run();
  void Stop() { stop_ = true; }
  absl::StatusOr<admin::v1::ReloadResponse> Reload(const audit::v1::ActorOpening& actor);

 private:
  void Wire();
  absl::StatusOr<admin::v1::StatusResponse> Status();
  absl::StatusOr<admin::v1::ReloadResponse> TryReload(const audit::v1::ActorOpening& actor);
  // Tells auditors of a reload that was refused.
  absl::Status RecordRefused(audit::v1::ActorOpening actor, const absl::Status& why);
  // Raises the alarm of a refused reload, or ends it.
  void Alarm(const absl::Status& reloaded);
  void Serve();
  void EndLapsed();
  void Drain();
  void FollowRecalls();
  void EndRecallThread();
  void EndCommitThread();

  const std::string config_path_;
  base::SystemClock clock_;
  base::Metrics metrics_;
  partners::Snapshots snapshots_;
  KeyRing keys_;
  Storage storage_;
  const absl::Duration started_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<outbox::Outbox> outbox_;
  std::unique_ptr<outbox::Holds> holds_;
  std::unique_ptr<inbox::Inbox> inbox_;
  std::unique_ptr<inbox::Mailbox> mailbox_;
  std::unique_ptr<desk::AuditDesk> audit_desk_;
  std::unique_ptr<outbox::RecallChain> recalls_;
  std::unique_ptr<outbox::OnwardNotices> onward_notices_;
  std::unique_ptr<Couriers> couriers_;
  std::unique_ptr<Front> front_;
  std::unique_ptr<OpsServer> ops_;
  std::unique_ptr<Routine> lapses_;

  std::atomic<bool> stop_ = false;
  std::atomic<bool> serving_ = false;
  std::atomic<bool> end_commits_ = false;
  std::atomic<bool> end_recalls_ = false;
  std::thread commit_thread_;
  std::thread recall_thread_;
  base::Mutex reload_mu_;  // one reload at a time
  base::Mutex alarm_mu_;
  std::string reload_alarm_ ABSL_GUARDED_BY(alarm_mu_);  // empty: the last reload was not refused
};

absl::Status Daemon::Rep::Open() {
  const auto& limits = snapshots_.Current()->agency().limits();
  absl::StatusOr<std::unique_ptr<journal::Journal>> journal = journal::Journal::Open(
      JournalOptions(limits, keys_, storage_.guard_path), *storage_.store, clock_, metrics_);
  if (!journal.ok()) return journal.status();
  journal_ = *std::move(journal);
  commit_thread_ = std::thread([this] {
    while (!end_commits_) journal_->CommitOnce(kCommitWait);
    while (journal_->CommitOnce(absl::ZeroDuration())) {
    }
  });
  const absl::StatusOr<bool> in_force =
      PutInForce(*snapshots_.Current(), OwnActor(), *journal_, *storage_.at_rest, clock_);
  if (!in_force.ok()) {
    EndCommitThread();
    return in_force.status();
  }
  Wire();
  LogWarnings(*snapshots_.Current(), clock_.Now());
  return absl::OkStatus();
}

void Daemon::Rep::Wire() {
  message::AtRestKeys& at_rest = *storage_.at_rest;
  couriers_ = std::make_unique<Couriers>(Couriers::Parts{
      snapshots_, *journal_, at_rest, clock_, metrics_, keys_.mac, [this] { recalls_->Wake(); }});
  const auto wake = [this](std::string_view partner) { couriers_->Wake(partner); };
  outbox_ = std::make_unique<outbox::Outbox>(outbox::Outbox::Parts{
      snapshots_, *journal_, at_rest, *keys_.message, keys_.mac, clock_, metrics_, wake});
  holds_ = std::make_unique<outbox::Holds>(outbox::Holds::Parts{
      snapshots_, *journal_, at_rest, *keys_.message, keys_.mac, clock_, metrics_, wake});
  recalls_ = std::make_unique<outbox::RecallChain>(
      outbox::RecallChain::Parts{snapshots_, *journal_, at_rest, clock_, metrics_, *outbox_});
  onward_notices_ = std::make_unique<outbox::OnwardNotices>(
      outbox::OnwardNotices::Parts{*journal_, at_rest, metrics_, *outbox_});
  inbox_ = std::make_unique<inbox::Inbox>(inbox::Inbox::Parts{
      snapshots_, *journal_, at_rest, keys_.mac, clock_, metrics_, [this] { recalls_->Wake(); }});
  mailbox_ = std::make_unique<inbox::Mailbox>(inbox::Mailbox::Parts{
      snapshots_, *journal_, at_rest, keys_.mac, clock_,
      [this](const store::Exchange& held, desk::v1::ShownMessage& shown) {
        return holds_->Show(held, shown);
      },
      [this](const store::Exchange& held) { return holds_->ReleasableUntil(held); }});
  audit_desk_ = std::make_unique<desk::AuditDesk>(
      desk::AuditDesk::Parts{*journal_, at_rest, clock_, keys_.ExchangeLogKey(), keys_.DeskLogKey(),
                             storage_.guard_path, keys_.mac});
  front_ = std::make_unique<Front>(
      Front::Parts{snapshots_, *journal_, at_rest, *outbox_, *holds_, *inbox_, *mailbox_,
                   *audit_desk_, clock_, metrics_},
      desk::Delivery{[this](const std::string& id) { return couriers_->StatusOf(id); },
                     [this](const std::string& id) { return couriers_->Ping(id); }},
      desk::Administration{[this] { return Status(); },
                           [this](const audit::v1::ActorOpening& actor) { return Reload(actor); }});
}

absl::Status Daemon::Rep::Run() {
  const std::shared_ptr<const partners::Registry> registry = snapshots_.Current();
  absl::Status status = front_->Start();
  if (status.ok()) {
    absl::StatusOr<std::unique_ptr<OpsServer>> ops = OpsServer::Start(
        registry->agency().listeners().ops(), {.metrics = [this] { return metrics_.Text(); },
                                               .ready = [this]() -> absl::Status {
                                                 if (!serving_)
                                                   return absl::UnavailableError("not serving");
                                                 return journal_->health();
                                               }});
    status = ops.status();
    if (ops.ok()) ops_ = *std::move(ops);
  }
  if (status.ok()) {
    couriers_->Sync(*registry);
    lapses_ = std::make_unique<Routine>(kLapseEvery, [this] { EndLapsed(); });
    recall_thread_ = std::thread([this] { FollowRecalls(); });
    for (const std::string& warning : storage_.warnings) {
      Log(LogLevel::kWarn, "start", {{"warning", warning}});
    }
    Log(LogLevel::kInfo, "serving",
        {{"agency", registry->agency().id()},
         {"version", LIAISON_VERSION},
         {"exchange", front_->exchange_address()},
         {"desk", front_->desk_address()},
         {"ops", ops_->address()}});
    Serve();
    status = journal_->health();
  }
  Drain();
  return status;
}

void Daemon::Rep::Serve() {
  serving_ = true;
  while (!stop_ && journal_->health().ok()) {
    front_->Look();
    std::this_thread::sleep_for(absl::ToChronoNanoseconds(kLook));
  }
  serving_ = false;
}

void Daemon::Rep::EndLapsed() {
  const absl::StatusOr<size_t> ended = holds_->Lapse();
  if (ended.ok()) return;
  Log(LogLevel::kWarn, "held messages could not be ended", {{"error", ReasonOf(ended.status())}});
}

void Daemon::Rep::FollowRecalls() {
  while (!end_recalls_) {
    absl::Status done = recalls_->Step();
    if (!done.ok()) {
      Log(LogLevel::kWarn, "recalls not passed on", {{"error", std::string(done.message())}});
    }
    const absl::Status told = onward_notices_->Step();
    if (!told.ok()) {
      Log(LogLevel::kWarn, "originators not told", {{"error", std::string(told.message())}});
    }
    done.Update(told);
    recalls_->Await(done.ok() ? kRecallLook : kRecallRetry);
  }
}

void Daemon::Rep::EndRecallThread() {
  end_recalls_ = true;
  recalls_->Wake();
  if (recall_thread_.joinable()) recall_thread_.join();
}

void Daemon::Rep::Drain() {
  Log(LogLevel::kInfo, "draining");
  front_->Drain(kDrainPatience);
  lapses_.reset();
  EndRecallThread();
  couriers_->Stop();
  EndCommitThread();
  const absl::Status drained = journal_->Drain();
  if (!drained.ok()) Log(LogLevel::kError, "drain", {{"error", std::string(drained.message())}});
  front_->Shutdown();
  ops_.reset();
  Log(LogLevel::kInfo, "stopped");
}

void Daemon::Rep::EndCommitThread() {
  journal_->Stop();
  end_commits_ = true;
  if (commit_thread_.joinable()) commit_thread_.join();
}

absl::StatusOr<admin::v1::StatusResponse> Daemon::Rep::Status() {
  const std::shared_ptr<const partners::Registry> registry = snapshots_.Current();
  admin::v1::StatusResponse status;
  status.set_agency(registry->agency().id());
  status.set_version(LIAISON_VERSION);
  status.mutable_uptime()->set_seconds(absl::ToInt64Seconds(clock_.Elapsed() - started_));
  status.set_ready(serving_ && journal_->health().ok());
  for (const std::string& warning : storage_.warnings) status.add_warnings(warning);
  {
    const base::MutexLock lock(alarm_mu_);
    if (!reload_alarm_.empty()) status.add_warnings(reload_alarm_);
  }
  const absl::StatusOr<journal::Unconfirmed> recalls =
      journal::UnconfirmedRecalls(journal_->reader(), clock_.Now());
  if (!recalls.ok()) return recalls.status();
  if (recalls->overdue > 0) {
    status.add_warnings(
        absl::StrCat("recalls that a partner has not confirmed in time: ", recalls->overdue));
  }
  status.set_exchange_log_size(journal_->Head(audit::v1::EXCHANGE).size);
  status.set_desk_log_size(journal_->Head(audit::v1::DESK).size);
  status.set_policy_id(registry->policy().id());
  status.set_policy_version(registry->policy().version());
  status.set_policy_digest(registry->policy_digest().hex());
  status.set_registry_digest(registry->registry_digest().hex());
  const absl::StatusOr<uint64_t> free = journal_->reader().FreeDiskBytes();
  if (free.ok()) status.set_disk_free_bytes(*free);
  for (const partners::Partner& partner : registry->partners()) {
    admin::v1::PartnerStatus& shown = *status.add_partners();
    shown.set_id(partner.proto.id());
    const absl::StatusOr<uint64_t> queued = journal_->reader().CountQueued(partner.proto.id());
    if (!queued.ok()) return queued.status();
    shown.set_queued(*queued);
    const outbox::CourierStatus delivery = couriers_->StatusOf(partner.proto.id());
    shown.set_last_error(delivery.last_error);
    if (delivery.last_delivery != absl::InfinitePast()) {
      shown.mutable_last_delivery()->set_seconds(absl::ToUnixSeconds(delivery.last_delivery));
    }
  }
  return status;
}

absl::StatusOr<admin::v1::ReloadResponse> Daemon::Rep::Reload(
    const audit::v1::ActorOpening& actor) {
  base::MutexLock one_at_a_time(reload_mu_);
  absl::StatusOr<admin::v1::ReloadResponse> reloaded = TryReload(actor);
  Alarm(reloaded.status());
  if (reloaded.ok()) return reloaded;
  const absl::Status recorded = RecordRefused(actor, reloaded.status());
  if (!recorded.ok()) {
    Log(LogLevel::kError, "a refused reload could not be recorded",
        {{"error", std::string(recorded.message())}});
  }
  return reloaded;
}

absl::Status Daemon::Rep::RecordRefused(audit::v1::ActorOpening actor, const absl::Status& why) {
  actor.set_detail(absl::StrCat("reload refused: ", std::string(why.message())));
  store::Append append;
  append.record.log = audit::v1::DESK;
  append.record.record.set_event(audit::v1::ADMIN);
  const absl::Status attached =
      journal::Attach({{}, std::move(actor)}, *storage_.at_rest, clock_.Now(), append.record);
  if (!attached.ok()) return attached;
  return journal_->Commit({std::move(append)}).status();
}

void Daemon::Rep::Alarm(const absl::Status& reloaded) {
  metrics_.Set("liaison_reload_refused", reloaded.ok() ? 0 : 1);
  const base::MutexLock lock(alarm_mu_);
  reload_alarm_ =
      reloaded.ok()
          ? ""
          : absl::StrCat(
                "the reload at ",
                absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", clock_.Now(), absl::UTCTimeZone()),
                " was refused, what was in force stays: ", std::string(reloaded.message()));
}

absl::StatusOr<admin::v1::ReloadResponse> Daemon::Rep::TryReload(
    const audit::v1::ActorOpening& actor) {
  const std::shared_ptr<const partners::Registry> old = snapshots_.Current();
  absl::StatusOr<std::shared_ptr<const partners::Registry>> next =
      partners::Registry::Load(config_path_);
  if (!next.ok()) return next.status();
  absl::Status status = CheckUnchanged(old->agency(), (*next)->agency());
  if (!status.ok()) return status;
  const absl::StatusOr<bool> changed =
      PutInForce(**next, actor, *journal_, *storage_.at_rest, clock_);
  if (!changed.ok()) return changed.status();
  snapshots_.Replace(*next);
  front_->RegistryChanged(*old, **next);
  couriers_->Sync(**next);
  couriers_->WakeAll();
  Log(LogLevel::kInfo, "reloaded", {{"changed", *changed ? "yes" : "no"}});
  admin::v1::ReloadResponse response;
  for (const std::string& warning : LogWarnings(**next, clock_.Now()))
    response.add_warnings(warning);
  response.set_policy_digest((*next)->policy_digest().hex());
  response.set_registry_digest((*next)->registry_digest().hex());
  response.set_changed(*changed);
  return response;
}

Daemon::Daemon(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Daemon::~Daemon() = default;

absl::StatusOr<std::unique_ptr<Daemon>> Daemon::Create(const std::string& config_path) {
  absl::StatusOr<std::shared_ptr<const partners::Registry>> registry =
      partners::Registry::Load(config_path);
  if (!registry.ok()) return registry.status();
  if (!base::SetLogLevel((*registry)->agency().log_level())) {
    return MakeError(Reason::kValidationFailed, "log_level is not one of those that exist",
                     "write trace, debug, info, warn or error");
  }
  absl::StatusOr<KeyRing> keys = LoadKeys(**registry);
  if (!keys.ok()) return keys.status();
  absl::StatusOr<Storage> storage = OpenStorage(**registry, false);
  if (!storage.ok()) return storage.status();
  auto rep = std::make_unique<Rep>(config_path, *std::move(registry), *std::move(keys),
                                   *std::move(storage));
  const absl::Status opened = rep->Open();
  if (!opened.ok()) return opened;
  return std::unique_ptr<Daemon>(new Daemon(std::move(rep)));
}

absl::Status Daemon::Run() { return rep_->Run(); }
void Daemon::Stop() { rep_->Stop(); }
absl::StatusOr<admin::v1::ReloadResponse> Daemon::Reload(const audit::v1::ActorOpening& actor) {
  return rep_->Reload(actor);
}

absl::Status CheckConfig(const std::string& config_path) {
  const absl::StatusOr<std::shared_ptr<const partners::Registry>> registry =
      partners::Registry::Load(config_path);
  if (!registry.ok()) return registry.status();
  LogWarnings(**registry, absl::Now());
  return LoadKeys(**registry).status();
}

absl::StatusOr<audit::v1::VerifyResult> VerifyOffline(const std::string& config_path) {
  const absl::StatusOr<std::shared_ptr<const partners::Registry>> registry =
      partners::Registry::Load(config_path);
  if (!registry.ok()) return registry.status();
  const absl::StatusOr<KeyRing> keys = LoadKeys(**registry);
  if (!keys.ok()) return keys.status();
  const absl::StatusOr<Storage> storage = OpenStorage(**registry, true);
  if (!storage.ok()) return storage.status();
  journal::VerifyOptions options = desk::VerifyWith(*storage->at_rest, keys->mac);
  options.full = true;
  options.guard_path = storage->guard_path;
  options.keys = {keys->ExchangeLogKey(), keys->DeskLogKey()};
  return journal::Verify(*storage->store, options);
}

}  // namespace liaison::app
