// policy check: the daemon's own reader and checker, without a daemon.
#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/input.h"
#include "clients/cli/json.h"
#include "clients/cli/tree.h"
#include "daemon/base/error.h"
#include "daemon/payload/records.h"
#include "daemon/policy/text.h"
#include "daemon/ruling/facts.h"

namespace liaison::cli {
namespace {

struct CheckFlags {
  std::string file;
  std::string agency;
};

Ending Check(Session& session, const CheckFlags& flags) {
  const absl::StatusOr<std::string> text = ReadAll(session.terminal(), flags.file);
  if (!text.ok()) return text.status();
  const absl::StatusOr<policy::PolicyText> checked =
      policy::ReadPolicy(*text, flags.file, flags.agency, payload::FindPath);
  if (!checked.ok()) return checked.status();
  const policy::Policy& policy = *checked->policy;

  View view;
  view.columns = {"where", "text"};
  std::vector<std::string> warnings;
  const std::vector<policy::Warning> warned =
      policy::LintText(*checked, ruling::SchemaFieldsOf, session.terminal().clock.Now());
  for (const policy::Warning& warning : warned) {
    view.rows.push_back({warning.where, warning.text});
    warnings.push_back(JsonObject().Text("where", warning.where).Text("text", warning.text).Done());
  }
  view.json = JsonObject()
                  .Bool("ok", true)
                  .Text("id", policy.id())
                  .Number("version", policy.version())
                  .Raw("warnings", JsonArray(warnings))
                  .Done();
  view.ids = {policy.id()};
  session.Note(absl::StrCat(policy.id(), ": ", Say(session.language(), Word::kPolicyFine)));
  if (session.flags().format != Format::kTable || !view.rows.empty()) session.Show(view);
  return Ending();
}

}  // namespace

void AddPolicyCheck(Tree& tree) {
  const auto flags = std::make_shared<CheckFlags>();
  CLI::App& command =
      tree.Command("policy check", [flags](Session& session) { return Check(session, *flags); });
  command.add_option("FILE", flags->file, "The policy file; - for standard input")->required();
  command.add_option("--agency", flags->agency, "Id of the agency whose policy it is");
}

}  // namespace liaison::cli
