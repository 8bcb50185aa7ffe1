// message open: discloses fields that a message of ours withheld.
#include <memory>

#include "clients/cli/input.h"
#include "clients/cli/message_send.h"
#include "clients/cli/tree.h"

namespace liaison::cli {
namespace {

struct OpenFlags {
  SendFlags send;
  std::vector<std::string> paths;
  std::string urgency;
  std::vector<std::string> purposes;
};

// What is left out is the original's, and the daemon's to fill in.
absl::StatusOr<desk::v1::Draft> DraftOf(const OpenFlags& flags) {
  desk::v1::Draft draft;
  draft.mutable_open()->mutable_paths()->Assign(flags.paths.begin(), flags.paths.end());
  if (!flags.urgency.empty()) {
    const absl::StatusOr<payload::v1::Urgency::Code> urgency = ParseUrgency(flags.urgency);
    if (!urgency.ok()) return urgency.status();
    draft.set_urgency(*urgency);
  }
  for (const std::string& name : flags.purposes) {
    const absl::StatusOr<payload::v1::Purpose::Code> purpose = ParsePurpose(name);
    if (!purpose.ok()) return purpose.status();
    draft.add_purposes(*purpose);
  }
  return draft;
}

std::vector<FieldWord> WordsOf(const OpenFlags& flags) {
  std::vector<FieldWord> words = {{"inReplyTo", "ID"},
                                  {"open.paths", "FIELD"},
                                  {"urgency", "--urgency"},
                                  {"purposes", "--purpose"}};
  AddWords("open.paths", "FIELD", flags.paths, words);
  return words;
}

Ending Open(Session& session, const OpenFlags& flags) {
  const absl::StatusOr<base::ExchangePrefix> id = ParseId(flags.send.original);
  if (!id.ok()) return id.status();
  absl::StatusOr<desk::v1::Draft> draft = DraftOf(flags);
  if (!draft.ok()) return draft.status();
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  const absl::Status addressed = Address(**daemon, *id, *draft);
  if (!addressed.ok()) return addressed;
  SendFlags send = flags.send;
  send.words = WordsOf(flags);
  return PreviewOrSubmit(session, send, *draft);
}

}  // namespace

void AddMessageOpen(Tree& tree) {
  const auto flags = std::make_shared<OpenFlags>();
  CLI::App& command =
      tree.Command("message open", [flags](Session& session) { return Open(session, *flags); });
  command.add_option("ID", flags->send.original, kIdHelp)->required();
  command
      .add_option("FIELD", flags->paths,
                  "Paths as message show names them; a path opens all that is withheld below it")
      ->required()
      ->take_all();
  command.add_option("--urgency", flags->urgency, "U1, U2, U3 or U4 (that of the message)");
  MayRepeat(command.add_option("--purpose", flags->purposes, "Purposes (those of the message)")
                ->delimiter(','));
  AddSubmitFlags(command, flags->send);
}

}  // namespace liaison::cli
