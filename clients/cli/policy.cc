// policy show, explain. (policy check, which needs no daemon, is in policy_check.cc.)
#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/input.h"
#include "clients/cli/json.h"
#include "clients/cli/preview_view.h"
#include "clients/cli/tree.h"
#include "daemon/base/error.h"

namespace liaison::cli {
namespace {

Ending Show(Session& session) {
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  const absl::StatusOr<desk::v1::GetPolicyResponse> policy = (*daemon)->GetPolicy();
  if (!policy.ok()) return policy.status();
  View view;
  view.columns = {"id", "version", "digest", "index"};
  view.rows = {{policy->id(), absl::StrCat(policy->version()), policy->digest(),
                absl::StrCat(policy->record_index())}};
  view.json = JsonOf(*policy);
  view.ids = {policy->id()};
  view.text = policy->text();  // the agency's own file, not a partner's words
  session.Show(view);
  return Ending();
}

struct ExplainFlags {
  std::string file;
  std::vector<std::string> to;
};

Ending Explain(Session& session, const ExplainFlags& flags) {
  absl::StatusOr<desk::v1::Draft> draft = ReadDraft(session.terminal(), flags.file);
  if (!draft.ok()) return draft.status();
  if (!flags.to.empty()) draft->mutable_to()->Assign(flags.to.begin(), flags.to.end());
  if (draft->to().empty()) {
    return base::MakeError(base::Reason::kUsage, "the draft names no recipient",
                           "Add --to AGENCY.");
  }
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  const absl::StatusOr<desk::v1::PreviewResponse> response = (*daemon)->Preview(*draft);
  if (!response.ok()) return response.status();
  return ShowPreview(session, *response);
}

}  // namespace

void AddPolicy(Tree& tree) {
  AddPolicyCheck(tree);
  AddPolicyDiff(tree);
  AddPolicyReplay(tree);
  AddPolicyTest(tree);
  tree.Command("policy show", Show);
  const auto flags = std::make_shared<ExplainFlags>();
  CLI::App& command = tree.Command("policy explain",
                                   [flags](Session& session) { return Explain(session, *flags); });
  command.add_option("-f,--file", flags->file, "Draft as JSON; - for standard input")->required();
  MayRepeat(command.add_option("--to", flags->to, "Agencies; overrides the draft")->delimiter(','));
}

}  // namespace liaison::cli
