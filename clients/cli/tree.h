// The commands: which there are, which flags they take, what runs them.
#ifndef LIAISON_CLIENTS_CLI_TREE_H_
#define LIAISON_CLIENTS_CLI_TREE_H_

#include <CLI/CLI.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "clients/cli/session.h"

namespace liaison::cli {

// Runs a command whose flags were read.
using Run = std::function<Ending(Session&)>;

// The tree of nouns and verbs over CLI11. Not thread-safe.
class Tree {
 public:
  // `flags` takes the flags that every command has; outlives the tree.
  Tree(GlobalFlags& flags, Language language);

  // A command that runs, by its full name: "message send", or "status". Its noun is made with its
  // first verb.
  CLI::App& Command(const std::string& name, Run run);

  // Reads the words of a command line, without the program's name. Throws CLI::ParseError, as CLI11
  // does.
  void Parse(std::vector<std::string> words);
  // What the words chose. REQUIRES: Parse. nullptr when a verb is missing; then `where` names what
  // there is.
  const Run* Chosen(std::string& where) const;

  std::string Help() const { return app_.help(); }
  // Full names, in order of registration.
  const std::vector<std::string>& names() const { return names_; }

 private:
  CLI::App& Noun(const std::string& name);

  const Language language_;
  CLI::App app_;
  std::vector<std::string> names_;
  std::map<std::string, CLI::App*> nouns_;
  std::map<const CLI::App*, Run> runs_;
};

// An option that may be given again takes one word each time: what follows is an argument.
inline CLI::Option* MayRepeat(CLI::Option* option) {
  return option->allow_extra_args(false)->take_all();
}

// One function for each file of commands.
void AddMessageSend(Tree& tree);
void AddMessageRead(Tree& tree);
void AddMessageMatch(Tree& tree);
void AddMessageOpen(Tree& tree);
void AddMessageForward(Tree& tree);
void AddMessageRelease(Tree& tree);
void AddMessageRecall(Tree& tree);
void AddAlert(Tree& tree);
void AddPartner(Tree& tree);
void AddPolicy(Tree& tree);
void AddPolicyCheck(Tree& tree);
void AddPolicyDiff(Tree& tree);
void AddPolicyReplay(Tree& tree);
void AddPolicyTest(Tree& tree);
void AddAudit(Tree& tree);
void AddAuditProve(Tree& tree);
void AddInit(Tree& tree);
void AddStatus(Tree& tree);

void AddEverything(Tree& tree);

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_TREE_H_
