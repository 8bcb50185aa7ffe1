// Where a command reads and writes: the process's own streams in main, buffers in tests.
#ifndef LIAISON_CLIENTS_CLI_TERMINAL_H_
#define LIAISON_CLIENTS_CLI_TERMINAL_H_

#include <ostream>

#include "clients/cpp/context.h"

namespace liaison::cli {

struct Terminal {
  int in = 0;  // file descriptor of standard input
  std::ostream& out;
  std::ostream& err;
  client::Environment environment;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool in_is_terminal = false;
};

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_TERMINAL_H_
