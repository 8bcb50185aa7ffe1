// partner list, show, ping.
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/input.h"
#include "clients/cli/json.h"
#include "clients/cli/tree.h"

namespace liaison::cli {
namespace {

using desk::v1::Partner;

std::string YesNo(bool value) { return value ? "true" : "false"; }

Ending List(Session& session) {
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  const absl::StatusOr<desk::v1::ListPartnersResponse> response = (*daemon)->ListPartners();
  if (!response.ok()) return response.status();
  View view;
  view.columns = {"id", "name", "country", "active", "queued", "last_delivery", "last_error"};
  view.items.emplace();
  for (const Partner& one : response->partners()) {
    view.rows.push_back({one.id(), one.name(), one.country(), YesNo(one.active()),
                         absl::StrCat(one.queued()), TimeText(one.last_delivery()),
                         one.last_error()});
    view.items->push_back(JsonOf(one));
    view.ids.push_back(one.id());
  }
  view.json = JsonOf(*response);
  session.Show(view);
  return Ending();
}

Ending Show(Session& session, const std::string& id) {
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  const absl::StatusOr<Partner> partner = (*daemon)->GetPartner(id);
  if (!partner.ok()) return partner.status();
  View view;
  view.columns = {"field", "value"};
  view.rows = {{"id", partner->id()},
               {"name", partner->name()},
               {"country", partner->country()},
               {"endpoint", partner->endpoint()},
               {"active", YesNo(partner->active())},
               {"agreements", absl::StrJoin(partner->agreements(), " ")},
               {"queued", absl::StrCat(partner->queued())},
               {"last_delivery", TimeText(partner->last_delivery())},
               {"last_error", partner->last_error()},
               {"log_origin", partner->log_origin()},
               {"verified_size", absl::StrCat(partner->verified_size())}};
  view.json = JsonOf(*partner);
  view.ids = {partner->id()};
  session.Show(view);
  return Ending();
}

Ending Ping(Session& session, const std::string& id) {
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  const absl::StatusOr<desk::v1::PingResponse> response = (*daemon)->Ping(id);
  if (!response.ok()) return response.status();
  View view;
  view.columns = {"id", "version", "round_trip"};
  view.rows = {{response->id(), response->version(),
                absl::FormatDuration(FromProto(response->round_trip()))}};
  view.json = JsonOf(*response);
  view.ids = {response->id()};
  session.Show(view);
  return Ending();
}

}  // namespace

void AddPartner(Tree& tree) {
  tree.Command("partner list", List);
  const auto shown = std::make_shared<std::string>();
  tree.Command("partner show", [shown](Session& session) { return Show(session, *shown); })
      .add_option("ID", *shown, "Agency id")
      ->required();
  const auto pinged = std::make_shared<std::string>();
  tree.Command("partner ping", [pinged](Session& session) { return Ping(session, *pinged); })
      .add_option("ID", *pinged, "Agency id")
      ->required();
}

}  // namespace liaison::cli
