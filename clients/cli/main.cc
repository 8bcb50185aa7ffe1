#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <iostream>

#include "clients/cli/cli.h"
#include "daemon/base/clock.h"
#include "daemon/rpc/environment.h"

namespace {

// Nothing is left to tidy: what was acknowledged is the daemon's, and a key makes the rest safe to
// repeat.
extern "C" void End(int signal) { _exit(128 + signal); }

// Whether whoever started us left this standard stream open. In the place of a closed one stands by
// now what a library opened for itself, which, unlike what is inherited, closes on exec.
bool IsInherited(int stream) {
  const int flags = fcntl(stream, F_GETFD);
  return flags >= 0 && (flags & FD_CLOEXEC) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  liaison::rpc::PrepareTls13Only();
  signal(SIGINT, End);
  signal(SIGPIPE, End);  // whoever read what is written here is gone; gRPC's sockets never send it
  if (!IsInherited(STDOUT_FILENO)) std::cout.setstate(std::ios::badbit);
  if (!IsInherited(STDERR_FILENO)) std::cerr.setstate(std::ios::badbit);
  const liaison::base::SystemClock clock;
  liaison::cli::Terminal terminal{IsInherited(STDIN_FILENO) ? STDIN_FILENO : -1,
                                  std::cout,
                                  std::cerr,
                                  liaison::client::ProcessEnvironment(),
                                  clock,
                                  isatty(STDOUT_FILENO) == 1,
                                  isatty(STDERR_FILENO) == 1,
                                  isatty(STDIN_FILENO) == 1};
  return liaison::cli::RunCommandLine({argv + 1, argv + argc}, terminal);
}
