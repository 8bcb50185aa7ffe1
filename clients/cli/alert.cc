// alert push: JSON Lines in, one result line out for each, as the answers come.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/input.h"
#include "clients/cli/json.h"
#include "clients/cli/json_scan.h"
#include "clients/cli/line_source.h"
#include "clients/cli/push_ledger.h"
#include "clients/cli/tree.h"
#include "daemon/base/error.h"

namespace liaison::cli {
namespace {

using base::MakeError;
using base::Reason;

constexpr std::string_view kKeyMember = "idempotencyKey";

struct PushFlags {
  std::string file;
  std::vector<std::string> to;
  std::string key;
};

// The request of one line. USAGE without a key, which ends the command: sent again, such a line
// would be a second message. Any other error is of this line alone.
absl::StatusOr<desk::v1::SubmitRequest> ParseLine(const std::string& text, uint64_t line,
                                                  const PushFlags& flags) {
  const auto members = ScanJson(text);
  if (!members.ok()) return members.status();
  const TakenMember taken = TakeMember(text, *members, kKeyMember);
  desk::v1::SubmitRequest request;
  if (!taken.value.empty()) {
    const absl::StatusOr<std::string> key = DecodeJsonString(taken.value);
    if (!key.ok() || key->empty()) {
      return MakeError(Reason::kValidationFailed, "idempotencyKey must be a string and not empty");
    }
    request.set_idempotency_key(*key);
  } else if (!flags.key.empty()) {
    request.set_idempotency_key(absl::StrCat(flags.key, "/", line));
  } else {
    return MakeError(Reason::kUsage, absl::StrCat("line ", line, " has no idempotency key"),
                     "Put \"idempotencyKey\" into each line, or give --idempotency-key KEY.");
  }
  const absl::StatusOr<desk::v1::Draft> draft = ParseDraft(taken.rest);
  if (!draft.ok()) return draft.status();
  *request.mutable_draft() = *draft;
  if (!flags.to.empty()) {
    request.mutable_draft()->mutable_to()->Assign(flags.to.begin(), flags.to.end());
  }
  return request;
}

std::string FirstId(const LineResult& result) {
  return result.response.results().empty() ? "" : result.response.results(0).id();
}

desk::v1::State FirstState(const LineResult& result) {
  return result.response.results().empty() ? desk::v1::STATE_UNSPECIFIED
                                           : result.response.results(0).state();
}

std::string ErrorValue(const LineResult& result) {
  return result.ending.error.ok() ? "null" : ErrorJson(result.ending.error);
}

// {line, state, id, error}; a draft to several agencies has `results` beside them.
std::string JsonLine(const LineResult& result) {
  JsonObject object;
  object.Number("line", result.line)
      .Text("state",
            result.response.results().empty() ? "" : desk::v1::State_Name(FirstState(result)))
      .Text("id", FirstId(result))
      .Raw("error", ErrorValue(result));
  if (result.response.results_size() > 1) {
    std::vector<std::string> results;
    for (const auto& one : result.response.results()) results.push_back(JsonOf(one));
    object.Raw("results", JsonArray(results));
  }
  return object.Done();
}

// Writes the line of a result, in the format asked for: one line each, also with -o json and table.
void WriteResult(Session& session, const LineResult& result) {
  std::ostream& out = session.terminal().out;
  switch (session.flags().format) {
    case Format::kId:
      out << FirstId(result) << "\n";
      break;
    case Format::kCsv: {
      const Row row = {
          absl::StrCat(result.line),
          result.response.results().empty() ? "" : desk::v1::State_Name(FirstState(result)),
          FirstId(result), ErrorOf(result.ending.error).reason()};
      out << CsvLine(result.ending.error.ok() ? Row{row[0], row[1], row[2], ""} : row);
      break;
    }
    default:
      out << JsonLine(result) << "\n";
  }
  out.flush();
}

// Gives the drafts of good lines; writes down in the ledger what becomes of each line.
class PushedLines {
 public:
  PushedLines(int descriptor, const PushFlags& flags, PushLedger& ledger)
      : lines_(descriptor, kMaxDraftBytes), flags_(flags), ledger_(ledger) {}

  absl::StatusOr<std::optional<desk::v1::SubmitRequest>> Next(const std::stop_token& stop) {
    while (true) {
      const absl::StatusOr<std::optional<std::string>> text = lines_.Next(stop);
      if (base::GetReason(text.status()) == Reason::kTooLarge) {
        ledger_.Refused(lines_.line(), text.status());
        continue;
      }
      if (!text.ok()) return text.status();
      if (!*text) return std::optional<desk::v1::SubmitRequest>();
      if (absl::StripAsciiWhitespace(**text).empty()) continue;
      absl::StatusOr<desk::v1::SubmitRequest> request = ParseLine(**text, lines_.line(), flags_);
      if (request.ok()) {
        ledger_.Sent(lines_.line());
        return std::optional(*std::move(request));
      }
      if (base::GetReason(request.status()) == Reason::kUsage) return request.status();
      ledger_.Refused(lines_.line(), request.status());
    }
  }

 private:
  LineSource lines_;
  const PushFlags& flags_;
  PushLedger& ledger_;
};

Ending PushFrom(Session& session, const PushFlags& flags, int descriptor) {
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  PushLedger ledger([&session](const LineResult& result) { WriteResult(session, result); });
  PushedLines lines(descriptor, flags, ledger);
  if (session.flags().format == Format::kCsv) {
    session.terminal().out << CsvLine({"line", "state", "id", "error"});
  }
  const absl::Status status = (*daemon)->SubmitStream(
      [&lines](const std::stop_token& stop) { return lines.Next(stop); },
      [&ledger](const desk::v1::SubmitStreamResponse& answer) { ledger.Answered(answer); });
  if (!status.ok()) ledger.FailRest(status);
  Ending ending(status);
  if (ledger.exit_code() != 0) ending.exit_code = ledger.exit_code();
  return ending;
}

Ending Push(Session& session, const PushFlags& flags) {
  if (flags.file == "-") return PushFrom(session, flags, session.terminal().in);
  const int descriptor = open(flags.file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return CannotRead(flags.file);
  Ending ending = PushFrom(session, flags, descriptor);
  close(descriptor);
  return ending;
}

}  // namespace

void AddAlert(Tree& tree) {
  const auto flags = std::make_shared<PushFlags>();
  CLI::App& command =
      tree.Command("alert push", [flags](Session& session) { return Push(session, *flags); });
  command.add_option("-f,--file", flags->file, "JSON Lines, one draft each; - for standard input")
      ->required();
  MayRepeat(
      command.add_option("--to", flags->to, "Agencies; overrides every draft")->delimiter(','));
  command.add_option("--idempotency-key", flags->key, "Line n without a key of its own gets KEY/n");
}

}  // namespace liaison::cli
