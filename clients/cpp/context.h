// Which daemon is called and as whom: the client's configuration.
#ifndef LIAISON_CLIENTS_CPP_CONTEXT_H_
#define LIAISON_CLIENTS_CPP_CONTEXT_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "liaison/config/v1/client.pb.h"

namespace liaison::client {

// The value of an environment variable; nullopt when it is not set.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

// The environment of this process.
Environment ProcessEnvironment();

struct ContextChoice {
  std::string config_file;  // empty: LIAISON_CONFIG, then $XDG_CONFIG_HOME/liaison/config.textproto
  std::string
      context;  // empty: LIAISON_CONTEXT, then current_context of the file, then its only context
  Environment environment = ProcessEnvironment();
};

// The context to use, with paths made relative to the folder of the file and every required field
// there. Each field may be set by the environment (LIAISON_AGENCY, LIAISON_DESK,
// LIAISON_CERTIFICATE, LIAISON_KEY, LIAISON_CA), which wins over the file; when all five are set no
// file is needed. No endpoint is ever guessed. Errors: USAGE, with the paths tried and what to do;
// for a file at fault with line and column.
absl::StatusOr<config::v1::Context> FindContext(const ContextChoice& choice);

}  // namespace liaison::client

#endif  // LIAISON_CLIENTS_CPP_CONTEXT_H_
