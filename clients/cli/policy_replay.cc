// policy replay: what was decided, decided again under the policy of that day.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/input.h"
#include "clients/cli/json.h"
#include "clients/cli/tree.h"
#include "daemon/base/error.h"

namespace liaison::cli {
namespace {

std::string OutcomeOf(const audit::v1::DecisionOpening& decision) {
  return absl::StrCat(decision.outcome(), " (", decision.step(), ")");
}

Ending Replay(Session& session, const std::string& text) {
  const absl::StatusOr<base::ExchangePrefix> id = ParseId(text);
  if (!id.ok()) return id.status();
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  audit::v1::ReplayRequest request;
  request.set_exchange(id->text());
  const absl::StatusOr<audit::v1::ReplayResponse> response = (*daemon)->Replay(request);
  if (!response.ok()) return response.status();
  View view;
  view.columns = {"log", "index", "time", "event", "recorded", "replayed", "policy", "difference"};
  view.items.emplace();
  base::ErrorText error;
  for (const audit::v1::Replayed& one : response->decisions()) {
    const std::string place = absl::StrCat(audit::v1::Log_Name(one.log()), "/", one.index());
    view.rows.push_back(
        {audit::v1::Log_Name(one.log()), absl::StrCat(one.index()), TimeText(one.time()),
         audit::v1::Event_Name(one.event()), OutcomeOf(one.recorded()), OutcomeOf(one.replayed()),
         absl::StrCat(one.recorded().policy_id(), " (", one.recorded().policy_version(), ")"),
         absl::StrJoin(one.differences(), "; ")});
    view.items->push_back(JsonOf(one));
    view.ids.push_back(place);
    for (const std::string& difference : one.differences()) {
      error.fields.push_back({place, "REPLAY", difference});
    }
  }
  view.json = JsonOf(*response);
  session.Show(view);
  if (error.fields.empty()) {
    session.Note(Say(session.language(), Word::kReplayAgrees));
    return Ending();
  }
  error.reason = base::Reason::kVerificationFailed;
  error.message = "what was recorded is not what the policy of that day decides";
  error.fix = "Keep this output and tell your auditor.";
  return base::MakeError(error);
}

}  // namespace

void AddPolicyReplay(Tree& tree) {
  const auto id = std::make_shared<std::string>();
  CLI::App& command =
      tree.Command("policy replay", [id](Session& session) { return Replay(session, *id); });
  command.add_option("ID", *id, kIdHelp)->required();
}

}  // namespace liaison::cli
