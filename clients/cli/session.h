// One run of one command: what every command needs beside its own flags.
#ifndef LIAISON_CLIENTS_CLI_SESSION_H_
#define LIAISON_CLIENTS_CLI_SESSION_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/table.h"
#include "clients/cli/terminal.h"
#include "clients/cli/words.h"
#include "clients/cpp/client.h"

namespace liaison::cli {

enum class Format { kTable, kJson, kJsonLines, kCsv, kId };
enum class Progress { kAuto, kPlain, kJson, kNone };

// The flags that every command takes, before or after its name.
struct GlobalFlags {
  std::string context;
  std::string config_file;
  Format format = Format::kTable;
  Progress progress = Progress::kAuto;
  Language language = Language::kEnglish;
};

// What a command gives to standard output, in every format at once.
struct View {
  std::string json;  // one value
  std::optional<std::vector<std::string>>
      items;              // -o jsonl of a list: a value a line; else `json` is the line
  Row columns;            // codes; csv has them as they are, people read headings
  std::vector<Row> rows;  // for table and csv
  std::vector<std::string> ids;
  std::string text;  // for people in place of the table, when not empty; made printable already
};

// How a command ended: the exit code, and the error that people and scripts are told.
struct Ending {
  int exit_code = 0;
  absl::Status error;

  Ending() = default;
  Ending(absl::Status status);  // NOLINT: a status is how most commands end
};

// Exit code of a failed call (1 when it has no Reason), 0 of an OK.
int ExitCode(const absl::Status& status);

// Not thread-safe; lives as long as the command.
class Session {
 public:
  Session(Terminal& terminal, GlobalFlags flags) : terminal_(terminal), flags_(std::move(flags)) {}

  const GlobalFlags& flags() const { return flags_; }
  Language language() const { return flags_.language; }
  Terminal& terminal() { return terminal_; }

  // The agency's daemon. Errors: USAGE, when there is no usable configuration.
  absl::StatusOr<client::Client*> Daemon();

  // Writes to standard output.
  void Show(const View& view);
  // The same to standard error, for what is no result: a table for people, a line of JSON with -o
  // json or jsonl. False when it was not written.
  bool Aside(const View& view);
  // Whether the format has room for more than the result.
  bool HasAside() const;
  // Asks a person at a terminal, who answers "y" or not; true where nobody is to be asked.
  bool Confirm(Word question);
  // Says on standard error that more match than the `shown`, and how to see them; nothing when
  // `page_token` is empty, and with -o json, where the token stands in the answer.
  void More(size_t shown, const std::string& page_token);
  // A line for people on standard error; nothing in any format but table.
  void Note(std::string_view text);
  // "done of total" on standard error, as --progress asks.
  void Report(uint64_t done, uint64_t total);
  // Tells of an error on standard error, as an object with -o json or jsonl.
  void Report(const absl::Status& error);

 private:
  Terminal& terminal_;
  const GlobalFlags flags_;
  std::unique_ptr<client::Client> client_;
};

// The object {"code", "reason", "message", "fix", "fields", "trace_id"} of `status`.
std::string ErrorJson(const absl::Status& status);
// The same as a value of ours.
desk::v1::Error ErrorOf(const absl::Status& status);
// Back to a status, for an error that came as a value.
absl::Status StatusOf(const desk::v1::Error& error);

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_SESSION_H_
