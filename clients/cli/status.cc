// status, version, admin reload.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/input.h"
#include "clients/cli/json.h"
#include "clients/cli/tree.h"

namespace liaison::cli {
namespace {

Ending Status(Session& session) {
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  const absl::StatusOr<admin::v1::StatusResponse> response = (*daemon)->DaemonStatus();
  if (!response.ok()) return response.status();
  View view;
  view.columns = {"field", "value"};
  view.rows = {
      {"agency", response->agency()},
      {"version", response->version()},
      {"ready", response->ready() ? "true" : "false"},
      {"uptime", absl::FormatDuration(FromProto(response->uptime()))},
      {"exchange_log_size", absl::StrCat(response->exchange_log_size())},
      {"desk_log_size", absl::StrCat(response->desk_log_size())},
      {"policy", absl::StrCat(response->policy_id(), " (", response->policy_version(), ")")},
      {"policy_digest", response->policy_digest()},
      {"registry_digest", response->registry_digest()},
      {"disk_free_bytes", absl::StrCat(response->disk_free_bytes())}};
  for (const std::string& warning : response->warnings()) {
    view.rows.push_back({Say(session.language(), Word::kWarning), warning});
  }
  for (const admin::v1::PartnerStatus& partner : response->partners()) {
    view.rows.push_back(
        {absl::StrCat("partner ", partner.id()),
         absl::StrCat(partner.queued(), " queued", partner.last_error().empty() ? "" : ", ",
                      partner.last_error())});
  }
  view.json = JsonOf(*response);
  view.ids = {response->agency()};
  session.Show(view);
  return Ending();
}

Ending Version(Session& session) {
  View view;
  view.columns = {"version"};
  view.rows = {{LIAISON_VERSION}};
  view.json = JsonObject().Text("version", LIAISON_VERSION).Done();
  view.ids = {LIAISON_VERSION};
  view.text = absl::StrCat("liaison ", LIAISON_VERSION, "\n");
  session.Show(view);
  return Ending();
}

Ending Reload(Session& session) {
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  const absl::StatusOr<admin::v1::ReloadResponse> response = (*daemon)->Reload();
  if (!response.ok()) return response.status();
  View view;
  view.columns = {"field", "value"};
  view.rows = {{"policy_digest", response->policy_digest()},
               {"registry_digest", response->registry_digest()},
               {"changed", response->changed() ? "true" : "false"}};
  view.json = JsonOf(*response);
  view.ids = {response->policy_digest()};
  for (const std::string& warning : response->warnings()) {
    session.Note(absl::StrCat(Say(session.language(), Word::kWarning), ": ", warning));
  }
  session.Show(view);
  return Ending();
}

}  // namespace

void AddStatus(Tree& tree) {
  tree.Command("admin reload", Reload);
  tree.Command("status", Status);
  tree.Command("version", Version);
}

}  // namespace liaison::cli
