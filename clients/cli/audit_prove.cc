// audit prove: receipts of one message, and the daemon's own code to check them here, offline.
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/input.h"
#include "clients/cli/json.h"
#include "clients/cli/log_choice.h"
#include "clients/cli/tree.h"
#include "daemon/audit/receipt.h"
#include "daemon/base/error.h"

namespace liaison::cli {
namespace {

struct ProveFlags {
  std::string id;
  std::string log = "exchange";
  std::string key;
};

absl::Status Failed(size_t number, std::string_view what) {
  return base::MakeError(
      base::Reason::kVerificationFailed,
      absl::StrCat("receipt ", number, " does not hold: ", std::string(what)),
      "Keep this output and tell your auditor: the log cannot prove what it says.");
}

// The message that was asked about. A prefix may fit several: the first record says which it is.
class Asked {
 public:
  explicit Asked(base::ExchangePrefix prefix) : prefix_(std::move(prefix)) {}

  bool IsIn(const audit::v1::Record& record) {
    const absl::StatusOr<base::ExchangeId> id = base::ExchangeId::FromRaw(record.exchange_id());
    if (!id.ok() || !prefix_.Fits(record.exchange_from(), *id)) return false;
    const std::pair<std::string, base::ExchangeId> name(record.exchange_from(), *id);
    if (!name_) name_ = name;
    return name_ == name;
  }

 private:
  const base::ExchangePrefix prefix_;
  std::optional<std::pair<std::string, base::ExchangeId>> name_;
};

// Adds one row for each receipt, and says whether all of them hold for the message that was asked
// about.
absl::Status CheckReceipts(const audit::v1::ProveResponse& response, const std::string& own_key,
                           Asked& asked, View& view) {
  const absl::StatusOr<audit::LogKey> key =
      audit::LogKey::Parse(own_key.empty() ? response.verifier_key() : own_key);
  if (!key.ok()) return Failed(0, absl::StrCat("verifier key: ", key.status().message()));
  absl::Status first;
  for (int i = 0; i < response.receipts_size(); ++i) {
    const auto number = static_cast<size_t>(i) + 1;
    const auto proven = audit::VerifyReceipt(response.receipts(i), *key);
    if (!proven.ok()) {
      view.rows.push_back(
          {key->origin(), absl::StrCat(response.receipts(i).index()), "", "", "failed"});
      first.Update(Failed(number, std::string(proven.status().message())));
      continue;
    }
    const audit::v1::Record& record = proven->record();
    const bool fits = asked.IsIn(record);
    if (!fits) first.Update(Failed(number, "it is of another message"));
    view.rows.push_back(
        {key->origin(), absl::StrCat(proven->index()),
         absl::FormatTime("%Y-%m-%dT%H:%M:%SZ",
                          absl::FromUnixMillis(static_cast<int64_t>(record.time_ms())),
                          absl::UTCTimeZone()),
         audit::v1::Event_Name(record.event()), fits ? "ok" : "failed"});
    view.ids.push_back(proven->leaf().hex());
  }
  return first;
}

Ending Prove(Session& session, const ProveFlags& flags) {
  const absl::StatusOr<base::ExchangePrefix> id = ParseId(flags.id);
  if (!id.ok()) return id.status();
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  View view;
  view.columns = {"origin", "index", "time", "event", "result"};
  view.items.emplace();
  absl::Status proof;
  Asked asked(*id);
  for (const audit::v1::Log log : LogsOf(flags.log)) {
    audit::v1::ProveRequest request;
    request.set_exchange(id->text());
    request.set_log(log);
    const absl::StatusOr<audit::v1::ProveResponse> response = (*daemon)->Prove(request);
    if (!response.ok()) return response.status();
    proof.Update(CheckReceipts(*response, flags.key, asked, view));
    view.items->push_back(JsonOf(*response));
  }
  view.json = view.items->size() == 1 ? view.items->front() : JsonArray(*view.items);
  session.Show(view);
  if (!proof.ok()) return proof;
  session.Note(Say(session.language(), Word::kProofsHold));
  if (flags.key.empty()) session.Note(Say(session.language(), Word::kKeyFromDaemon));
  return Ending();
}

}  // namespace

void AddAuditProve(Tree& tree) {
  const auto flags = std::make_shared<ProveFlags>();
  CLI::App& command =
      tree.Command("audit prove", [flags](Session& session) { return Prove(session, *flags); });
  command.add_option("ID", flags->id, kIdHelp)->required();
  AddLogFlag(command, flags->log);
  command.add_option("--key", flags->key, "Verifier key of the log, from where you trust it");
}

}  // namespace liaison::cli
