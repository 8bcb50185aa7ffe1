// Where a command reads and writes, and its time: the process's own streams and clock in main,
// buffers and a clock that stands still in tests.
#ifndef LIAISON_CLIENTS_CLI_TERMINAL_H_
#define LIAISON_CLIENTS_CLI_TERMINAL_H_

#include <ostream>

#include "clients/cpp/context.h"
#include "daemon/base/clock.h"

namespace liaison::cli {

struct Terminal {
  int in = 0;  // file descriptor of standard input
  std::ostream& out;
  std::ostream& err;
  client::Environment environment;
  const base::Clock& clock;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool in_is_terminal = false;
};

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_TERMINAL_H_
