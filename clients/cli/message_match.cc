// message match.
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cli/input.h"
#include "clients/cli/json.h"
#include "clients/cli/outcome.h"
#include "clients/cli/reason_flag.h"
#include "clients/cli/tree.h"
#include "daemon/base/error.h"
#include "daemon/payload/text_rules.h"

namespace liaison::cli {
namespace {

using base::MakeError;
using base::Reason;

constexpr size_t kMostCandidates = 100;
constexpr payload::TextLimit kCandidateLimit = {2000, 2000};

struct MatchFlags {
  std::string id;
  std::string field;
  std::string file;
  std::string reason;
};

// Never repeats the value.
absl::Status WrongLine(size_t line, std::string_view what) {
  return MakeError(Reason::kUsage, absl::StrCat("line ", line, ": ", std::string(what)),
                   "Write one value a line, at most 100.");
}

// One candidate a line; the end of the last line may be missing.
absl::StatusOr<std::vector<std::string>> ParseCandidates(const std::string& text) {
  std::vector<std::string> candidates;
  for (absl::string_view line : absl::StrSplit(absl::StripSuffix(text, "\n"), '\n')) {
    candidates.emplace_back(absl::StripSuffix(line, "\r"));
    const std::string& candidate = candidates.back();
    if (candidates.size() > kMostCandidates) {
      return WrongLine(candidates.size(), "too many values");
    }
    if (payload::IsBlank(candidate)) return WrongLine(candidates.size(), "no value");
    const std::optional<payload::Complaint> complaint =
        payload::CheckText(candidate, payload::Lines::kOne, kCandidateLimit);
    if (complaint) return WrongLine(candidates.size(), complaint->description);
  }
  return candidates;
}

View ViewOf(const desk::v1::MatchResponse& response) {
  View view;
  view.columns = {"line", "result"};
  view.items.emplace();
  for (const desk::v1::MatchResult& result : response.results()) {
    const std::string line = absl::StrCat(result.number());
    view.rows.push_back({line, desk::v1::MatchResult::Verdict_Name(result.verdict())});
    view.items->push_back(JsonOf(result));
    if (result.verdict() == desk::v1::MatchResult::HIT) view.ids.push_back(line);
  }
  view.json = JsonOf(response);
  return view;
}

Ending Match(Session& session, const MatchFlags& flags) {
  const absl::StatusOr<base::ExchangePrefix> id = ParseId(flags.id);
  if (!id.ok()) return id.status();
  const absl::StatusOr<std::string> text = ReadAll(session.terminal(), flags.file);
  if (!text.ok()) return text.status();
  const absl::StatusOr<std::vector<std::string>> candidates = ParseCandidates(*text);
  if (!candidates.ok()) return candidates.status();
  desk::v1::MatchRequest request;
  request.set_id(id->text());
  request.set_field(flags.field);
  request.mutable_candidates()->Assign(candidates->begin(), candidates->end());
  request.set_reason(flags.reason);
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  const absl::StatusOr<desk::v1::MatchResponse> response = (*daemon)->Match(request);
  if (!response.ok()) return response.status();
  const View view = ViewOf(*response);
  session.Show(view);
  Ending ending;
  if (view.ids.empty()) ending.exit_code = kExitNotFound;
  return ending;
}

}  // namespace

void AddMessageMatch(Tree& tree) {
  const auto flags = std::make_shared<MatchFlags>();
  CLI::App& command =
      tree.Command("message match", [flags](Session& session) { return Match(session, *flags); });
  command.add_option("ID", flags->id, kIdHelp)->required();
  command.add_option("FIELD", flags->field, "Path of a match token, as message show names it")
      ->required();
  command.add_option("-f,--file", flags->file, "Values, one a line; - for standard input")
      ->required();
  AddReasonFlag(command, flags->reason, "Why; recorded for auditors");
}

}  // namespace liaison::cli
