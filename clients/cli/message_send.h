// What commands that submit a draft have in common: their flags, the dry run, and how they end.
#ifndef LIAISON_CLIENTS_CLI_MESSAGE_SEND_H_
#define LIAISON_CLIENTS_CLI_MESSAGE_SEND_H_

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "clients/cli/session.h"
#include "daemon/base/ids.h"
#include "liaison/desk/v1/draft.pb.h"

namespace liaison::cli {

// What a field of a draft that a command builds is called on that command's line: {"inReplyTo",
// "ID"}.
struct FieldWord {
  std::string field;
  std::string word;
};

struct SendFlags {
  std::vector<std::string> to;
  std::string type;
  std::string file;
  std::string key;
  std::string wait;
  std::string timeout = "60s";
  std::string original;  // id of the message that it is about
  std::vector<std::string> set_aside;  // ids of rules
  std::string reason;  // why
  bool dry_run = false;
  std::vector<FieldWord> words;  // for errors; empty: the caller wrote the draft
};

// --dry-run, --idempotency-key, --wait and --timeout.
void AddSubmitFlags(CLI::App& command, SendFlags& flags);

// Makes the draft an answer to the exchange that `id` names, to its other side. Which that is the
// timeline says, because it reads no payload.
absl::Status Address(client::Client& daemon, const base::ExchangePrefix& id,
                     desk::v1::Draft& draft);

// AGENCY/ID of the message that `text` names, for a field that takes nothing shorter. The timeline
// says it, too.
absl::StatusOr<std::string> WholeName(client::Client& daemon, std::string_view text);

// `error` with the words of the command line in the place of fields of the draft.
absl::Status InWords(const std::vector<FieldWord>& words, const absl::Status& error);

// {"field[i]", "word value"} for each value of a flag that may be given again.
void AddWords(const std::string& field, const std::string& word,
              const std::vector<std::string>& values, std::vector<FieldWord>& words);

// Shows what would happen, with --dry-run; else submits and waits as the flags say.
Ending PreviewOrSubmit(Session& session, const SendFlags& flags, const desk::v1::Draft& draft);

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_MESSAGE_SEND_H_
