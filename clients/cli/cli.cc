#include "clients/cli/cli.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/tree.h"
#include "daemon/base/error.h"

namespace liaison::cli {
namespace {

using base::MakeError;
using base::Reason;

// The value of a flag as it stands in `words`, before they are parsed: an error of parsing is told
// in the format and language that the same words ask for.
std::string Glance(const std::vector<std::string>& words,
                   const std::vector<std::string>& spellings) {
  std::string value;
  for (size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    for (const std::string& spelling : spellings) {
      const bool is_long = absl::StartsWith(spelling, "--");
      if (words[i] == spelling && i + 1 < words.size()) value = words[i + 1];
      if (is_long && absl::StartsWith(words[i], spelling + "=")) {
        value = words[i].substr(spelling.size() + 1);
      }
      if (!is_long && absl::StartsWith(words[i], spelling) && words[i].size() > spelling.size()) {
        value = words[i].substr(spelling.size());
      }
    }
  }
  return value;
}

std::string FlagOrVariable(const std::vector<std::string>& words,
                           const std::vector<std::string>& spellings,
                           const client::Environment& environment, std::string_view variable) {
  std::string value = Glance(words, spellings);
  if (value.empty()) value = environment(variable).value_or("");
  return value;
}

GlobalFlags FirstGlance(const std::vector<std::string>& words,
                        const client::Environment& environment) {
  GlobalFlags flags;
  const std::string format =
      FlagOrVariable(words, {"-o", "--output"}, environment, "LIAISON_OUTPUT");
  if (format == "json") flags.format = Format::kJson;
  if (format == "jsonl") flags.format = Format::kJsonLines;
  if (format == "csv") flags.format = Format::kCsv;
  if (format == "id") flags.format = Format::kId;
  const std::string language = FlagOrVariable(words, {"--lang"}, environment, "LIAISON_LANG");
  if (language == "vi") flags.language = Language::kVietnamese;
  return flags;
}

int Tell(Session& session, const absl::Status& error) {
  session.Report(error);
  return ExitCode(error);
}

int RunChosen(const Tree& tree, Session& session) {
  std::string where;
  const Run* run = tree.Chosen(where);
  if (run == nullptr) {
    return Tell(session, MakeError(Reason::kUsage, where, "See liaison --help."));
  }
  const Ending ending = (*run)(session);
  if (!ending.error.ok()) session.Report(ending.error);
  if (!session.terminal().out.good()) {
    return Tell(session, MakeError(Reason::kInternal, "standard output cannot be written"));
  }
  return ending.exit_code;
}

}  // namespace

int RunCommandLine(const std::vector<std::string>& words, Terminal& terminal) {
  GlobalFlags flags = FirstGlance(words, terminal.environment);
  const GlobalFlags glance = flags;
  Tree tree(flags, flags.language);
  AddEverything(tree);
  try {
    tree.Parse(words);
  } catch (const CLI::CallForHelp&) {
    terminal.out << tree.Help();
    return 0;
  } catch (const CLI::ParseError& error) {
    Session session(terminal, glance);
    return Tell(session, MakeError(Reason::kUsage, error.what(), "See liaison --help."));
  }
  Session session(terminal, flags);
  return RunChosen(tree, session);
}

std::vector<std::string> CommandNames() {
  GlobalFlags flags;
  Tree tree(flags, Language::kEnglish);
  AddEverything(tree);
  return tree.names();
}

}  // namespace liaison::cli
