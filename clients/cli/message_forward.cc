// message forward.
#include <memory>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/input.h"
#include "clients/cli/message_send.h"
#include "clients/cli/tree.h"
#include "daemon/base/error.h"

namespace liaison::cli {
namespace {

using base::MakeError;
using base::Reason;

struct ForwardFlags {
  SendFlags send;
  std::string grant;
  std::vector<std::string> fields;
  std::vector<std::string> bases;
};

// "GB:LAW_ENFORCEMENT_TASK".
absl::Status AddBasis(const std::string& text, desk::v1::Draft& draft) {
  const std::vector<std::string> parts = absl::StrSplit(text, ':');
  if (parts.size() != 2 || parts[0].empty()) {
    return MakeError(Reason::kUsage, "--legal-basis is not written so",
                     "Write COUNTRY:CODE, e.g. GB:LAW_ENFORCEMENT_TASK.");
  }
  const absl::StatusOr<payload::v1::LegalBasis::Code> code = ParseLegalBasis(parts[1]);
  if (!code.ok()) return code.status();
  payload::v1::LegalBasis& basis = *draft.add_legal_bases();
  basis.set_country(absl::AsciiStrToUpper(parts[0]));
  basis.set_code(*code);
  return absl::OkStatus();
}

// What the flags say, over what the file says. What neither says the daemon takes from the message.
absl::StatusOr<desk::v1::Draft> DraftOf(Session& session, const ForwardFlags& flags) {
  absl::StatusOr<desk::v1::Draft> draft = desk::v1::Draft();
  if (!flags.send.file.empty()) draft = ReadDraft(session.terminal(), flags.send.file);
  if (!draft.ok()) return draft.status();
  if (!flags.send.to.empty()) {
    draft->mutable_to()->Assign(flags.send.to.begin(), flags.send.to.end());
  }
  for (const std::string& basis : flags.bases) {
    if (absl::Status added = AddBasis(basis, *draft); !added.ok()) return added;
  }
  draft->mutable_forward()->mutable_paths()->Assign(flags.fields.begin(), flags.fields.end());
  return draft;
}

std::vector<FieldWord> WordsOf(const ForwardFlags& flags) {
  std::vector<FieldWord> words = {{"forward.message", "ID"},
                                  {"forward.grant", "--grant"},
                                  {"to", "--to"},
                                  {"legalBases", "--legal-basis"}};
  AddWords("forward.paths", "--field", flags.fields, words);
  return words;
}

Ending Forward(Session& session, const ForwardFlags& flags) {
  absl::StatusOr<desk::v1::Draft> draft = DraftOf(session, flags);
  if (!draft.ok()) return draft.status();
  if (draft->to().empty()) {
    return MakeError(Reason::kUsage, "no agency is named to pass it on to", "Add --to AGENCY.");
  }
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  const absl::StatusOr<std::string> message = WholeName(**daemon, flags.send.original);
  if (!message.ok()) return message.status();
  draft->mutable_forward()->set_message(*message);
  if (!flags.grant.empty()) {
    const absl::StatusOr<std::string> grant = WholeName(**daemon, flags.grant);
    if (!grant.ok()) return grant.status();
    draft->mutable_forward()->set_grant(*grant);
  }
  SendFlags send = flags.send;
  send.words = WordsOf(flags);
  return PreviewOrSubmit(session, send, *draft);
}

}  // namespace

void AddMessageForward(Tree& tree) {
  const auto flags = std::make_shared<ForwardFlags>();
  CLI::App& command = tree.Command("message forward",
                                   [flags](Session& session) { return Forward(session, *flags); });
  command.add_option("ID", flags->send.original, "The received message: as for message show")
      ->required();
  MayRepeat(command.add_option("--to", flags->send.to, "The third agency; overrides the file")
                ->delimiter(','));
  command.add_option("--grant", flags->grant,
                     "The originator's ONWARD_SHARING_DECISION: as for message show");
  MayRepeat(
      command.add_option("--field", flags->fields,
                         "Only this field and all below it, by its path; may be given again"));
  MayRepeat(command.add_option("--legal-basis", flags->bases,
                               "COUNTRY:CODE, e.g. GB:LAW_ENFORCEMENT_TASK; may be given again"));
  command.add_option("-f,--file", flags->send.file,
                     "Draft as JSON without a body, for what is not as in the message; - for "
                     "standard input");
  AddSubmitFlags(command, flags->send);
}

}  // namespace liaison::cli
