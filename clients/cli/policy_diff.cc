// policy diff: every decision that a new policy changes, without a daemon.
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/input.h"
#include "clients/cli/json.h"
#include "clients/cli/tree.h"
#include "daemon/payload/records.h"
#include "daemon/policy/difference.h"
#include "daemon/policy/text.h"
#include "daemon/ruling/facts.h"

namespace liaison::cli {
namespace {

struct DiffFlags {
  std::string before;
  std::string after;
  std::string agency;
};

absl::StatusOr<policy::v1::PolicyFile> Read(Session& session, const std::string& name,
                                            const std::string& agency) {
  const absl::StatusOr<std::string> text = ReadAll(session.terminal(), name);
  if (!text.ok()) return text.status();
  absl::StatusOr<policy::PolicyText> read =
      policy::ReadPolicy(*text, name, agency, payload::FindPath);
  if (!read.ok()) return read.status();
  return std::move(read->file);
}

std::string WhereOf(const policy::Difference& difference) {
  return absl::StrJoin(difference.where, "; ", [](std::string* out, const auto& fact) {
    absl::StrAppend(out, fact.first, " ", absl::StrJoin(fact.second, ", "));
  });
}

std::string ToJson(const policy::Difference& difference) {
  std::vector<std::string> fields, where;
  for (const policy::FieldDifference& field : difference.fields) {
    fields.push_back(JsonObject()
                         .Text("path", field.path)
                         .Text("before", field.before)
                         .Text("after", field.after)
                         .Done());
  }
  for (const auto& [fact, values] : difference.where) {
    std::vector<std::string> quoted;
    for (const std::string& value : values) quoted.push_back(JsonString(value));
    where.push_back(JsonObject().Text("fact", fact).Raw("values", JsonArray(quoted)).Done());
  }
  return JsonObject()
      .Text("before", difference.before)
      .Text("after", difference.after)
      .Raw("where", JsonArray(where))
      .Raw("fields", JsonArray(fields))
      .Number("cases", difference.cases)
      .Done();
}

void AddRows(const policy::Difference& difference, View& view) {
  const std::string where = WhereOf(difference);
  if (difference.before != difference.after) {
    view.rows.push_back({difference.before, difference.after, "", where});
  }
  for (const policy::FieldDifference& field : difference.fields) {
    view.rows.push_back({field.before, field.after, field.path, where});
  }
}

Ending Diff(Session& session, const DiffFlags& flags) {
  const auto before = Read(session, flags.before, flags.agency);
  if (!before.ok()) return before.status();
  const auto after = Read(session, flags.after, flags.agency);
  if (!after.ok()) return after.status();
  const absl::StatusOr<policy::Comparison> comparison =
      policy::Compare(*before, *after, flags.agency, payload::FindPath, ruling::SchemaFieldsOf);
  if (!comparison.ok()) return comparison.status();
  View view;
  view.columns = {"before", "after", "field", "where"};  // the widest last: it is not padded
  std::vector<std::string> differences;
  for (const policy::Difference& difference : comparison->differences) {
    AddRows(difference, view);
    differences.push_back(ToJson(difference));
  }
  view.json = JsonObject()
                  .Raw("differences", JsonArray(differences))
                  .Number("cases", comparison->cases)
                  .Done();
  session.Note(absl::StrCat(comparison->cases, " cases compared, ", comparison->differences.size(),
                            " kinds of difference"));
  session.Show(view);
  return Ending();
}

}  // namespace

void AddPolicyDiff(Tree& tree) {
  const auto flags = std::make_shared<DiffFlags>();
  CLI::App& command =
      tree.Command("policy diff", [flags](Session& session) { return Diff(session, *flags); });
  command.add_option("OLD", flags->before, "A policy file")->required();
  command
      .add_option("NEW", flags->after, "The policy file to compare with it; - for standard input")
      ->required();
  command.add_option("--agency", flags->agency, "Id of the agency whose policies they are");
}

}  // namespace liaison::cli
