#include "clients/cli/tree.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace liaison::cli {
namespace {

template <typename Value>
using Names = std::map<std::string, Value>;

// A flag whose value is one of `names`, and nothing else: CLI11's own reading of enums takes
// numbers too.
template <typename Value>
void AddChoice(CLI::App& app, const std::string& flag, Value& value, const Names<Value>& names) {
  std::vector<std::string> words;
  for (const auto& [word, meaning] : names) words.push_back(word);
  const auto take = [&value, names](const std::string& word) { value = names.at(word); };
  app.add_option_function<std::string>(flag, take, absl::StrJoin(words, ", "))
      ->check(CLI::IsMember(words).description(""));
}

}  // namespace

Tree::Tree(GlobalFlags& flags, Language language)
    : language_(language), app_("Liaison: secure message exchange between agencies", "liaison") {
  app_.fallthrough();
  app_.option_defaults()->take_last();
  app_.add_option("--context", flags.context, "Context of the configuration to use");
  app_.add_option("--config", flags.config_file, "Configuration file");
  AddChoice<Format>(app_, "-o,--output", flags.format,
                    {{"table", Format::kTable},
                     {"json", Format::kJson},
                     {"jsonl", Format::kJsonLines},
                     {"csv", Format::kCsv},
                     {"id", Format::kId}});
  AddChoice<Progress>(app_, "--progress", flags.progress,
                      {{"auto", Progress::kAuto},
                       {"plain", Progress::kPlain},
                       {"json", Progress::kJson},
                       {"none", Progress::kNone}});
  AddChoice<Language>(app_, "--lang", flags.language,
                      {{"en", Language::kEnglish}, {"vi", Language::kVietnamese}});
}

CLI::App& Tree::Noun(const std::string& name) {
  CLI::App*& noun = nouns_[name];
  if (noun == nullptr) noun = app_.add_subcommand(name, Summary(language_, name));
  return *noun;
}

CLI::App& Tree::Command(const std::string& name, Run run) {
  const size_t space = name.find(' ');
  CLI::App& parent = space == std::string::npos ? app_ : Noun(name.substr(0, space));
  const std::string verb = space == std::string::npos ? name : name.substr(space + 1);
  CLI::App* command = parent.add_subcommand(verb, Summary(language_, name));
  names_.push_back(name);
  runs_.emplace(command, std::move(run));
  return *command;
}

void Tree::Parse(std::vector<std::string> words) {
  std::reverse(words.begin(), words.end());  // as CLI11 wants them
  app_.parse(std::move(words));
}

const Run* Tree::Chosen(std::string& where) const {
  const CLI::App* at = &app_;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  if (const auto run = runs_.find(at); run != runs_.end()) return &run->second;
  std::vector<std::string> there;
  for (const CLI::App* below : at->get_subcommands(nullptr)) there.push_back(below->get_name());
  where =
      absl::StrCat(at == &app_ ? "a command" : absl::StrCat("a verb of \"", at->get_name(), "\""),
                   " is missing: ", absl::StrJoin(there, ", "));
  return nullptr;
}

void AddEverything(Tree& tree) {
  AddMessageSend(tree);
  AddMessageRead(tree);
  AddMessageRelease(tree);
  AddMessageMatch(tree);
  AddMessageOpen(tree);
  AddMessageForward(tree);
  AddMessageRecall(tree);
  AddAlert(tree);
  AddPartner(tree);
  AddPolicy(tree);
  AddAudit(tree);
  AddInit(tree);
  AddStatus(tree);
}

}  // namespace liaison::cli
