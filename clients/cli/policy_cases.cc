// policy test: the cases that stand beside a policy, decided without a daemon.
#include <algorithm>
#include <filesystem>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/case_run.h"
#include "clients/cli/input.h"
#include "clients/cli/json.h"
#include "clients/cli/tree.h"
#include "daemon/base/error.h"
#include "daemon/payload/records.h"
#include "daemon/policy/text.h"

namespace liaison::cli {
namespace {

constexpr char kEnding[] = ".cases.textproto";

struct TestFlags {
  std::string folder;
  std::string policy;
};

absl::StatusOr<std::vector<std::string>> CaseFilesIn(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (absl::EndsWith(entry.path().string(), kEnding)) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  if (error) {
    return base::MakeError(base::Reason::kUsage, absl::StrCat(folder, ": ", error.message()));
  }
  if (!files.empty()) return files;
  return base::MakeError(base::Reason::kUsage, absl::StrCat(folder, " holds no *", kEnding),
                         "Write cases beside the policy; deploy/policies has some.");
}

// What the files give, one row and one JSON value for each case.
struct Results {
  View view;
  uint64_t passed = 0;
  uint64_t failed = 0;
  std::string first_failed;
};

void Add(const CaseFile& file, const PolicyCase& one, const std::vector<std::string>& differences,
         Results& results) {
  const std::string& name = one.proto.name();
  const bool passed = differences.empty();
  ++(passed ? results.passed : results.failed);
  if (results.failed == 1 && !passed) results.first_failed = name;
  results.view.rows.push_back(
      {file.name, name, passed ? "ok" : "failed", absl::StrJoin(differences, "; ")});
  std::vector<std::string> quoted;
  for (const std::string& difference : differences) quoted.push_back(JsonString(difference));
  results.view.items->push_back(JsonObject()
                                    .Text("file", file.name)
                                    .Text("name", name)
                                    .Bool("passed", passed)
                                    .Raw("differences", JsonArray(quoted))
                                    .Done());
  if (!passed) results.view.ids.push_back(name);
}

// "bgc.cases.textproto" is about "bgc.textproto" beside it; without one, about "policy.textproto".
std::string PolicyFor(const std::string& case_file) {
  const std::filesystem::path path(case_file);
  const std::string name = path.filename().string();
  const std::string own =
      absl::StrCat(name.substr(0, name.size() - (sizeof(kEnding) - 1)), ".textproto");
  std::error_code ignored;
  const bool there = std::filesystem::exists(path.parent_path() / own, ignored);
  return (path.parent_path() / (there ? own : "policy.textproto")).string();
}

absl::Status RunFile(Session& session, const CaseFile& file, const std::string& policy_name,
                     Results& results) {
  const absl::StatusOr<std::string> text = ReadAll(session.terminal(), policy_name);
  if (!text.ok()) return text.status();
  const absl::StatusOr<policy::PolicyText> read =
      policy::ReadPolicy(*text, policy_name, file.agency, payload::FindPath);
  if (!read.ok()) return read.status();
  for (const PolicyCase& one : file.cases) {
    const absl::StatusOr<std::vector<std::string>> differences = DifferencesOf(*read->policy, one);
    if (!differences.ok()) return differences.status();
    Add(file, one, *differences, results);
  }
  return absl::OkStatus();
}

Ending Test(Session& session, const TestFlags& flags) {
  const absl::StatusOr<std::vector<std::string>> files = CaseFilesIn(flags.folder);
  if (!files.ok()) return files.status();
  Results results;
  results.view.columns = {"file", "case", "result", "difference"};
  results.view.items.emplace();
  for (const std::string& name : *files) {
    const absl::StatusOr<CaseFile> file = ReadCaseFile(session.terminal(), name);
    if (!file.ok()) return file.status();
    const std::string policy = flags.policy.empty() ? PolicyFor(name) : flags.policy;
    const absl::Status run = RunFile(session, *file, policy, results);
    if (!run.ok()) return run;
  }
  results.view.json = JsonObject()
                          .Number("passed", results.passed)
                          .Number("failed", results.failed)
                          .Raw("cases", JsonArray(*results.view.items))
                          .Done();
  session.Show(results.view);
  session.Note(absl::StrCat(results.passed, " passed, ", results.failed, " failed"));
  if (results.failed == 0) return Ending();
  return base::MakeError(base::Reason::kVerificationFailed,
                         absl::StrCat(results.failed, " of ", results.passed + results.failed,
                                      " cases failed, the first: ", results.first_failed),
                         "Correct the policy, or what the case expects.");
}

}  // namespace

void AddPolicyTest(Tree& tree) {
  const auto flags = std::make_shared<TestFlags>();
  CLI::App& command =
      tree.Command("policy test", [flags](Session& session) { return Test(session, *flags); });
  command
      .add_option("DIR", flags->folder, "Folder with NAME.cases.textproto beside NAME.textproto")
      ->required();
  command.add_option("--policy", flags->policy, "The policy that all of them are about");
}

}  // namespace liaison::cli
