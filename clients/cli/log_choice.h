// --log exchange|desk|both.
#ifndef LIAISON_CLIENTS_CLI_LOG_CHOICE_H_
#define LIAISON_CLIENTS_CLI_LOG_CHOICE_H_

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "liaison/audit/v1/record.pb.h"

namespace liaison::cli {

inline void AddLogFlag(CLI::App& command, std::string& choice) {
  command.add_option("--log", choice, "exchange, desk or both (" + choice + ")")
      ->check(CLI::IsMember({"exchange", "desk", "both"}));
}

// Unspecified for "both".
inline audit::v1::Log LogOf(const std::string& choice) {
  if (choice == "exchange") return audit::v1::EXCHANGE;
  return choice == "desk" ? audit::v1::DESK : audit::v1::LOG_UNSPECIFIED;
}

inline std::vector<audit::v1::Log> LogsOf(const std::string& choice) {
  if (choice == "both") return {audit::v1::EXCHANGE, audit::v1::DESK};
  return {LogOf(choice)};
}

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_LOG_CHOICE_H_
