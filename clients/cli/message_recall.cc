// message recall, confirm: takes back what was sent, and says what was done with what a partner
// took back.
#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/input.h"
#include "clients/cli/message_send.h"
#include "clients/cli/tree.h"
#include "daemon/base/error.h"

namespace liaison::cli {
namespace {

using base::MakeError;
using base::Reason;

constexpr char kCannotReasons[] = "legal_hold, in_proceedings, not_found, acted_upon or other";

struct RecallFlags {
  SendFlags send;
  std::string reason;
  std::vector<std::string> fields;
  std::string replacement;
};

struct ConfirmFlags {
  SendFlags send;
  std::string action;
  std::string cannot_reason;
};

// Submits `draft` about the exchange that the command names; the daemon fills in the rest.
Ending SubmitAbout(Session& session, const SendFlags& flags, desk::v1::Draft draft) {
  const absl::StatusOr<base::ExchangePrefix> id = ParseId(flags.original);
  if (!id.ok()) return id.status();
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  const absl::Status addressed = Address(**daemon, *id, draft);
  if (!addressed.ok()) return addressed;
  return PreviewOrSubmit(session, flags, draft);
}

absl::StatusOr<std::string> WholeIdOfOurs(Session& session, const std::string& text) {
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  const absl::StatusOr<std::string> name = WholeName(**daemon, text);
  if (!name.ok()) return name.status();
  return name->substr(name->find('/') + 1);
}

Ending Recall(Session& session, const RecallFlags& flags) {
  desk::v1::Draft draft;
  payload::v1::Recall& recall = *draft.mutable_payload()->mutable_recall();
  const absl::StatusOr<payload::v1::RecallReason::Code> reason = ParseRecallReason(flags.reason);
  if (!reason.ok()) return reason.status();
  recall.set_reason(*reason);
  recall.mutable_fields()->Assign(flags.fields.begin(), flags.fields.end());
  if (!flags.replacement.empty()) {
    const absl::StatusOr<std::string> id = WholeIdOfOurs(session, flags.replacement);
    if (!id.ok()) return id.status();
    recall.set_replacement(*id);
  }
  SendFlags send = flags.send;
  send.words = {{"inReplyTo", "ID"}, {"payload.recall.replacement", "--replacement"}};
  AddWords("payload.recall.fields", "--field", flags.fields, send.words);
  return SubmitAbout(session, send, std::move(draft));
}

Ending Confirm(Session& session, const ConfirmFlags& flags) {
  desk::v1::Draft draft;
  payload::v1::RecallConfirmation& confirmation =
      *draft.mutable_payload()->mutable_recall_confirmation();
  const absl::StatusOr<payload::v1::RecallAction::Code> action = ParseRecallAction(flags.action);
  if (!action.ok()) return action.status();
  confirmation.set_action(*action);
  const bool cannot = *action == payload::v1::RecallAction::CANNOT;
  if (!cannot && !flags.cannot_reason.empty()) {
    return MakeError(Reason::kUsage, "--cannot-reason goes with --action cannot alone",
                     "Leave --cannot-reason out, or write --action cannot.");
  }
  if (cannot && flags.cannot_reason.empty()) {
    return MakeError(Reason::kUsage, "--action cannot needs a --cannot-reason",
                     absl::StrCat("Say why: --cannot-reason ", kCannotReasons, "."));
  }
  if (cannot) {
    const absl::StatusOr<payload::v1::CannotReason::Code> why =
        ParseCannotReason(flags.cannot_reason);
    if (!why.ok()) return why.status();
    confirmation.set_cannot_reason(*why);
  }
  SendFlags send = flags.send;
  send.words = {{"inReplyTo", "ID"}};
  return SubmitAbout(session, send, std::move(draft));
}

}  // namespace

void AddMessageRecall(Tree& tree) {
  const auto recall = std::make_shared<RecallFlags>();
  CLI::App& recalling = tree.Command(
      "message recall", [recall](Session& session) { return Recall(session, *recall); });
  recalling.add_option("ID", recall->send.original, kIdHelp)->required();
  recalling
      .add_option("--reason", recall->reason,
                  "inaccurate, wrong_person, wrong_recipient, unlawful, superseded or safety")
      ->required();
  MayRepeat(recalling.add_option("--field", recall->fields,
                                 "Take back this field alone; may be repeated"));
  recalling.add_option("--replacement", recall->replacement,
                       "Our message to the same agency that takes its place: as for message show");
  AddSubmitFlags(recalling, recall->send);

  const auto confirm = std::make_shared<ConfirmFlags>();
  CLI::App& confirming = tree.Command(
      "message confirm", [confirm](Session& session) { return Confirm(session, *confirm); });
  confirming.add_option("ID", confirm->send.original, "The recall: as for message show")
      ->required();
  confirming
      .add_option("--action", confirm->action,
                  "What you did: updated, quarantined, deleted or cannot; your word, the daemon "
                  "does none of it")
      ->required();
  confirming.add_option("--cannot-reason", confirm->cannot_reason, kCannotReasons);
  AddSubmitFlags(confirming, confirm->send);
}

}  // namespace liaison::cli
