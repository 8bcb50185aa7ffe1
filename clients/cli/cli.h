// The command line as a function, so that tests run every command in their own process.
#ifndef LIAISON_CLIENTS_CLI_CLI_H_
#define LIAISON_CLIENTS_CLI_CLI_H_

#include <string>
#include <vector>

#include "clients/cli/terminal.h"

namespace liaison::cli {

// Runs one command (`words` without the program's name) and returns its exit code. Data goes to
// terminal.out, everything else to terminal.err.
int RunCommandLine(const std::vector<std::string>& words, Terminal& terminal);

// Full names of all commands, e.g. "message send".
std::vector<std::string> CommandNames();

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_CLI_H_
