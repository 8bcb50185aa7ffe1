// --reason TEXT: why somebody does what is recorded for auditors.
#ifndef LIAISON_CLIENTS_CLI_REASON_FLAG_H_
#define LIAISON_CLIENTS_CLI_REASON_FLAG_H_

#include <CLI/CLI.hpp>

#include <string>

#include "absl/strings/ascii.h"
#include "daemon/payload/text_rules.h"

namespace liaison::cli {

// A reason that is given says something: blanks at its ends are taken off, and nothing else is
// refused.
inline CLI::Option* AddReasonFlag(CLI::App& command, std::string& reason, const std::string& help) {
  const auto say_something = [](std::string& text) {
    text = std::string(absl::StripAsciiWhitespace(text));
    return std::string(payload::IsBlank(text) ? "say why, in words; it is recorded for auditors"
                                              : "");
  };
  return command.add_option("--reason", reason, help)->transform(CLI::Validator(say_something, ""));
}

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_REASON_FLAG_H_
