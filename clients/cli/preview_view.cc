#include "clients/cli/preview_view.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/input.h"
#include "clients/cli/json.h"
#include "clients/cli/outcome.h"
#include "clients/cli/payload_view.h"
#include "daemon/base/error.h"
#include "daemon/policy/report.h"

namespace liaison::cli {
namespace {

using desk::v1::DecidedField;
using desk::v1::Decision;
using desk::v1::Preview;

constexpr std::string_view kOriginal = "forwarded_item.original.";

// Of what is passed on no value is shown, so the fields of it that go are named, too.
bool IsPassedOn(const DecidedField& field) { return field.action() == "KEEP"; }

Ending EndingOf(const Preview& preview) {
  const Decision& decision = preview.decision();
  Ending ending;
  if (decision.outcome() == "HOLD") ending.exit_code = kExitHeld;
  if (decision.outcome() != "DENY") return ending;
  // As sending it would say.
  base::ErrorText error = base::GetError(policy::ToStatus(decision)).value_or(base::ErrorText());
  error.message = absl::StrCat("to ", preview.to(), ": ", error.message);
  return Ending(base::MakeError(error));
}

void AddRows(const Preview& preview, View& view) {
  const Decision& decision = preview.decision();
  const std::string rules = absl::StrJoin(decision.rules(), " ");
  view.rows.push_back({preview.to(), decision.outcome(), decision.step(), "", "", "", rules});
  for (const DecidedField& field : decision.fields()) {
    view.rows.push_back({preview.to(), decision.outcome(), decision.step(), field.path(),
                         field.action(), field.sens(), field.rule()});
  }
}

// "io-verifications: 3 of 200 attempts, 2 of 100 persons, until 2026-11-26T17:00:00Z"
std::string QuotaText(const desk::v1::QuotaStanding& quota) {
  std::vector<std::string> limits;
  if (quota.per_day() > 0) {
    limits.push_back(absl::StrCat(quota.attempts(), " of ", quota.per_day(), " attempts"));
  }
  if (quota.distinct_subjects_per_day() > 0) {
    limits.push_back(
        absl::StrCat(quota.subjects(), " of ", quota.distinct_subjects_per_day(), " persons"));
  }
  return absl::StrCat(quota.id(), ": ", absl::StrJoin(limits, ", "), ", until ",
                      TimeText(quota.resets()));
}

// Who receives it and what policy says, without the fields.
std::vector<Row> FactRows(const Preview& preview) {
  const Decision& decision = preview.decision();
  std::vector<Row> facts = {
      {"to", preview.to()},
      {"outcome", decision.outcome()},
      {"step", decision.step()},
      {"reason", decision.reason()},
      {"missing", decision.missing()},
      {"rules", absl::StrJoin(decision.rules(), " ")},
      {"obligations", absl::StrJoin(decision.obligations(), "; ")},
      {"policy", absl::StrCat(decision.policy_id(), " (", decision.policy_version(), ")")}};
  for (const desk::v1::QuotaStanding& quota : preview.quotas()) {
    facts.push_back({"used today", QuotaText(quota)});
  }
  facts.erase(
      std::remove_if(facts.begin(), facts.end(), [](const Row& row) { return row[1].empty(); }),
      facts.end());
  return facts;
}

// What policy does to the fields that do not go as they are.
std::vector<Row> DecidedRows(const Decision& decision) {
  std::vector<Row> rows;
  for (const DecidedField& field : decision.fields()) {
    if (IsPassedOn(field)) continue;
    rows.push_back({field.path(), field.action(), field.sens(), field.rule()});
  }
  return rows;
}

// What becomes of each field of a message that is passed on, by path: "(goes)", "(goes: made
// coarser)", "(not passed on)".
std::vector<Row> PassedOnRows(const Preview& preview, Language language) {
  std::map<std::string, std::string> fates;
  const std::string goes = Say(language, Word::kGoes);
  for (const std::string& path : preview.withheld()) {
    if (path.starts_with(kOriginal)) fates[path] = Say(language, Word::kNotPassedOn);
  }
  for (const DecidedField& field : preview.decision().fields()) {
    if (IsPassedOn(field)) fates[field.path()] = goes;
  }
  for (const desk::v1::ChangedField& field : preview.changed()) {
    if (!field.path().starts_with(kOriginal)) continue;
    fates[field.path()] = absl::StrCat(goes, ": ", Say(language, WordFor(field.kind())));
  }
  std::vector<Row> rows;
  for (const auto& [path, fate] : fates) rows.push_back({path, absl::StrCat("(", fate, ")")});
  return rows;
}

std::string PeopleText(const Preview& preview, Language language) {
  const Row two = {Heading(language, "field"), Heading(language, "value")};
  std::string text = LayOut(two, FactRows(preview), false);
  const std::vector<Row> decided = DecidedRows(preview.decision());
  if (!decided.empty()) {
    absl::StrAppend(&text, "\n",
                    LayOut({Heading(language, "field"), Heading(language, "action"),
                            Heading(language, "class"), Heading(language, "rule")},
                           decided, false));
  } else if (preview.decision().outcome() != "DENY" && preview.withheld().empty()) {
    absl::StrAppend(&text, "\n", Say(language, Word::kGoesUnchanged), "\n");
  }
  if (!preview.has_view()) return text;
  std::vector<Row> rows = PayloadRows(preview.view());
  NoteChanges(preview.changed(), language, rows);
  for (Row& row : PassedOnRows(preview, language)) rows.push_back(std::move(row));
  absl::StrAppend(&text, "\n", Say(language, Word::kPartnerSees), ":\n", LayOut(two, rows, false));
  return text;
}

}  // namespace

Ending ShowPreview(Session& session, const desk::v1::PreviewResponse& response) {
  View view;
  view.columns = {"to", "outcome", "step", "field", "action", "class", "rule"};
  view.items.emplace();
  Ending ending;
  for (const Preview& preview : response.previews()) {
    AddRows(preview, view);
    view.items->push_back(JsonOf(preview));
    view.ids.push_back(preview.to());
    absl::StrAppend(&view.text, view.text.empty() ? "" : "\n",
                    PeopleText(preview, session.language()));
    if (ending.exit_code == 0) ending = EndingOf(preview);
  }
  view.json = JsonObject().Raw("previews", JsonArray(*view.items)).Done();
  session.Show(view);
  return ending;
}

}  // namespace liaison::cli
