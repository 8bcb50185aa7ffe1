// What commands that submit a draft have in common: their flags, the dry run, and how they end.
#ifndef LIAISON_CLIENTS_CLI_MESSAGE_SEND_H_
#define LIAISON_CLIENTS_CLI_MESSAGE_SEND_H_

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "clients/cli/session.h"
#include "daemon/base/ids.h"
#include "liaison/desk/v1/draft.pb.h"

namespace liaison::cli {

struct SendFlags {
  std::vector<std::string> to;
  std::string type;
  std::string file;
  std::string key;
  std::string wait;
  std::string timeout = "60s";
  std::string original;  // id of the message that it is about
  bool dry_run = false;
};

// --dry-run, --idempotency-key, --wait and --timeout.
void AddSubmitFlags(CLI::App& command, SendFlags& flags);

// Makes the draft an answer to the exchange that `id` names, to its other side. Which that is the
// timeline says, because it reads no payload.
absl::Status Address(client::Client& daemon, const base::ExchangePrefix& id,
                     desk::v1::Draft& draft);

// Shows what would happen, with --dry-run; else submits and waits as the flags say.
Ending PreviewOrSubmit(Session& session, const SendFlags& flags, const desk::v1::Draft& draft);

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_MESSAGE_SEND_H_
