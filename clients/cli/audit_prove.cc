// audit prove: receipts of one message, and the daemon's own code to check them here, offline.
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
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
  std::vector<std::string> keys;
};

// What a log says of the message, and the key that it must hold under.
struct Claim {
  audit::v1::ProveResponse response;
  audit::LogKey key;
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

std::string NameOf(const audit::LogKey& key) {
  return absl::StrCat(key.origin(), "+", absl::BytesToHexString(key.key_hash()));
}

// The keys that the caller trusts. USAGE for a text that is none: that is no fault of any log.
absl::StatusOr<std::vector<audit::LogKey>> ParseKeys(const std::vector<std::string>& texts) {
  std::vector<audit::LogKey> keys;
  for (const std::string& text : texts) {
    absl::StatusOr<audit::LogKey> key = audit::LogKey::Parse(text);
    if (!key.ok()) {
      return base::MakeError(
          base::Reason::kUsage,
          absl::StrCat("--key is no verifier key: ", std::string(key.status().message())),
          "Write it whole, as you were given it: NAME+ID+KEY, with an ID of 8 hex digits.");
    }
    keys.push_back(*std::move(key));
  }
  return keys;
}

// The key to check a log with: the caller's that is of this log by name and key id; without any of
// the caller's the one that the daemon names.
absl::StatusOr<audit::LogKey> KeyFor(const std::vector<audit::LogKey>& own,
                                     const std::string& named) {
  absl::StatusOr<audit::LogKey> key = audit::LogKey::Parse(named);
  if (!key.ok()) return Failed(0, absl::StrCat("verifier key: ", key.status().message()));
  if (own.empty()) return key;
  for (const audit::LogKey& one : own) {
    if (NameOf(one) == NameOf(*key)) return one;
  }
  return base::MakeError(
      base::Reason::kUsage, absl::StrCat("no --key is of the log ", NameOf(*key)),
      "Give the key of each log that is asked, --key for each, or ask one log with --log. If yours "
      "is the key that this log should have, tell your auditor.");
}

// Adds one row for each receipt, and says whether all of them hold for the message that was asked
// about.
absl::Status CheckReceipts(const Claim& claim, Asked& asked, View& view) {
  const auto& [response, key] = claim;
  absl::Status first;
  for (int i = 0; i < response.receipts_size(); ++i) {
    const auto number = static_cast<size_t>(i) + 1;
    const auto proven = audit::VerifyReceipt(response.receipts(i), key);
    if (!proven.ok()) {
      view.rows.push_back(
          {key.origin(), absl::StrCat(response.receipts(i).index()), "", "", "failed"});
      first.Update(Failed(number, std::string(proven.status().message())));
      continue;
    }
    const audit::v1::Record& record = proven->record();
    const bool fits = asked.IsIn(record);
    if (!fits) first.Update(Failed(number, "it is of another message"));
    view.rows.push_back(
        {key.origin(), absl::StrCat(proven->index()),
         absl::FormatTime("%Y-%m-%dT%H:%M:%SZ",
                          absl::FromUnixMillis(static_cast<int64_t>(record.time_ms())),
                          absl::UTCTimeZone()),
         audit::v1::Event_Name(record.event()), fits ? "ok" : "failed"});
    view.ids.push_back(proven->leaf().hex());
  }
  return first;
}

// What each log says. All are asked before any is checked: a key that is missing for one hides no
// fault of another.
absl::StatusOr<std::vector<Claim>> Ask(Session& session, const base::ExchangePrefix& id,
                                       const std::vector<audit::v1::Log>& logs,
                                       const std::vector<audit::LogKey>& own) {
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  std::vector<Claim> claims;
  for (const audit::v1::Log log : logs) {
    audit::v1::ProveRequest request;
    request.set_exchange(id.text());
    request.set_log(log);
    absl::StatusOr<audit::v1::ProveResponse> response = (*daemon)->Prove(request);
    if (!response.ok()) return response.status();
    absl::StatusOr<audit::LogKey> key = KeyFor(own, response->verifier_key());
    if (!key.ok()) return key.status();
    claims.push_back({*std::move(response), *std::move(key)});
  }
  return claims;
}

Ending Prove(Session& session, const ProveFlags& flags) {
  const absl::StatusOr<base::ExchangePrefix> id = ParseId(flags.id);
  if (!id.ok()) return id.status();
  const absl::StatusOr<std::vector<audit::LogKey>> own = ParseKeys(flags.keys);
  if (!own.ok()) return own.status();
  const absl::StatusOr<std::vector<Claim>> claims = Ask(session, *id, LogsOf(flags.log), *own);
  if (!claims.ok()) return claims.status();
  View view;
  view.columns = {"origin", "index", "time", "event", "result"};
  view.items.emplace();
  absl::Status proof;
  Asked asked(*id);
  for (const Claim& claim : *claims) {
    proof.Update(CheckReceipts(claim, asked, view));
    view.items->push_back(JsonOf(claim.response));
  }
  view.json = view.items->size() == 1 ? view.items->front() : JsonArray(*view.items);
  session.Show(view);
  if (!proof.ok()) return proof;
  session.Note(Say(session.language(), Word::kProofsHold));
  if (own->empty()) session.Note(Say(session.language(), Word::kKeyFromDaemon));
  return Ending();
}

}  // namespace

void AddAuditProve(Tree& tree) {
  const auto flags = std::make_shared<ProveFlags>();
  CLI::App& command =
      tree.Command("audit prove", [flags](Session& session) { return Prove(session, *flags); });
  command.add_option("ID", flags->id, kIdHelp)->required();
  AddLogFlag(command, flags->log);
  MayRepeat(
      command.add_option("--key", flags->keys,
                         "Verifier key of a log, from where you trust it; again for a second log"));
}

}  // namespace liaison::cli
