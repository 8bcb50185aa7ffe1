#include <signal.h>
#include <unistd.h>

#include <iostream>

#include "clients/cli/cli.h"
#include "daemon/rpc/environment.h"

namespace {

// Nothing is left to tidy: what was acknowledged is the daemon's, and a key makes the rest safe to
// repeat.
extern "C" void End(int signal) { _exit(128 + signal); }

}  // namespace

int main(int argc, char** argv) {
  liaison::rpc::PrepareTls13Only();
  signal(SIGINT, End);
  signal(SIGPIPE, End);  // whoever read what is written here is gone; gRPC's sockets never send it
  liaison::cli::Terminal terminal{STDIN_FILENO,
                                  std::cout,
                                  std::cerr,
                                  liaison::client::ProcessEnvironment(),
                                  isatty(STDOUT_FILENO) == 1,
                                  isatty(STDERR_FILENO) == 1};
  return liaison::cli::RunCommandLine({argv + 1, argv + argc}, terminal);
}
