// message release, reject.
#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/input.h"
#include "clients/cli/json.h"
#include "clients/cli/message_view.h"
#include "clients/cli/outcome.h"
#include "clients/cli/reason_flag.h"
#include "clients/cli/tree.h"
#include "daemon/base/error.h"

namespace liaison::cli {
namespace {

using base::MakeError;
using base::Reason;

struct ReleaseFlags {
  std::string id;
  std::string view;
  std::string reason;
};

// More roles may look than may release: who may not even look is told of those that help.
absl::Status NeedsReleaser() {
  return MakeError(Reason::kRoleMissing, "this needs the role releaser",
                   "Ask a person with that role who did not write the message.");
}

absl::Status CannotShow() {
  return MakeError(Reason::kUsage, "what would go cannot be shown here, so it is not released",
                   "Show it with message show, and write its held.viewDigest as --view.");
}

absl::Status NotShown() {
  return MakeError(Reason::kInternal,
                   "what would go cannot be written to standard error, so it is not released",
                   "Let standard error go where you read it, or write held.viewDigest of message "
                   "show as --view.");
}

// What auditors read of a showing before a release without a reason.
constexpr char kForRelease[] = "shown to be released";

// Shows on standard error all that would go, and gives its digest.
absl::StatusOr<std::string> ShowWhatGoes(Session& session, client::Client& daemon,
                                         const base::ExchangePrefix& id,
                                         const std::string& reason) {
  desk::v1::GetRequest request;
  request.set_id(id.text());
  request.set_reveal(true);
  request.set_reason(reason.empty() ? kForRelease : reason);
  const absl::StatusOr<desk::v1::ShownMessage> message = daemon.Get(request);
  if (base::GetReason(message.status()) == Reason::kRoleMissing) return NeedsReleaser();
  if (!message.ok()) return message.status();
  if (!message->has_held()) {
    return MakeError(Reason::kWrongState,
                     absl::StrCat("message ", message->id(), " is not held: it is ",
                                  desk::v1::State_Name(message->state())),
                     "See what waits with `liaison message list --box held`.");
  }
  View view;
  view.columns = {"field", "value"};
  view.rows = MessageRows(*message, session.language());
  view.json = JsonObject().Raw("shown", JsonOf(*message)).Done();
  if (!session.Aside(view)) return NotShown();
  return message->held().view_digest();
}

Ending StillHeld() {
  Ending ending;
  ending.exit_code = kExitHeld;
  return ending;
}

View ViewOf(const desk::v1::ReleaseResponse& response) {
  View view;
  view.columns = {"id", "state", "agreed", "persons", "reason"};
  view.rows = {{response.id(), desk::v1::State_Name(response.state()),
                absl::StrCat(response.agreed()), absl::StrCat(response.persons()),
                response.error().reason()}};
  view.json = JsonOf(response);
  view.ids = {response.id()};
  return view;
}

Ending EndingOf(Session& session, const desk::v1::ReleaseResponse& response) {
  if (!response.error().reason().empty()) return Ending(StatusOf(response.error()));
  if (response.state() != desk::v1::HELD) return Ending();
  session.Note(Say(session.language(), Word::kMoreMustAgree));
  return StillHeld();
}

Ending Release(Session& session, const ReleaseFlags& flags) {
  const absl::StatusOr<base::ExchangePrefix> id = ParseId(flags.id);
  if (!id.ok()) return id.status();
  if (!flags.view.empty() && !base::ParseDigest(flags.view).ok()) {
    return MakeError(Reason::kUsage, "--view is no digest of what was shown",
                     "Write held.viewDigest of message show: 64 hex digits.");
  }
  if (flags.view.empty() && !session.HasAside()) return CannotShow();
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  desk::v1::ReleaseRequest request;
  request.set_id(id->text());
  request.set_view_digest(flags.view);
  request.set_reason(flags.reason);
  if (flags.view.empty()) {
    const absl::StatusOr<std::string> shown = ShowWhatGoes(session, **daemon, *id, flags.reason);
    if (!shown.ok()) return shown.status();
    if (!session.Confirm(Word::kReleaseThis)) return StillHeld();
    request.set_view_digest(*shown);
  }
  const absl::StatusOr<desk::v1::ReleaseResponse> response = (*daemon)->Release(request);
  if (!response.ok()) return response.status();
  session.Show(ViewOf(*response));
  return EndingOf(session, *response);
}

struct RejectFlags {
  std::string id;
  std::string reason;
};

Ending Reject(Session& session, const RejectFlags& flags) {
  const absl::StatusOr<base::ExchangePrefix> id = ParseId(flags.id);
  if (!id.ok()) return id.status();
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  desk::v1::RejectRequest request;
  request.set_id(id->text());
  request.set_reason(flags.reason);
  const absl::StatusOr<desk::v1::RejectResponse> response = (*daemon)->Reject(request);
  if (!response.ok()) return response.status();
  View view;
  view.columns = {"id", "state"};
  view.rows = {{response->id(), desk::v1::State_Name(response->state())}};
  view.json = JsonOf(*response);
  view.ids = {response->id()};
  session.Show(view);
  return Ending();
}

}  // namespace

void AddMessageRelease(Tree& tree) {
  const auto release = std::make_shared<ReleaseFlags>();
  CLI::App& releasing = tree.Command(
      "message release", [release](Session& session) { return Release(session, *release); });
  releasing.add_option("ID", release->id, kIdHelp)->required();
  releasing.add_option(
      "--view", release->view,
      "Digest of what message show --reveal showed; without it, all is shown first");
  AddReasonFlag(releasing, release->reason, "Why; recorded for auditors");

  const auto reject = std::make_shared<RejectFlags>();
  CLI::App& rejecting = tree.Command(
      "message reject", [reject](Session& session) { return Reject(session, *reject); });
  rejecting.add_option("ID", reject->id, kIdHelp)->required();
  AddReasonFlag(rejecting, reject->reason, "Why; recorded for auditors")->required();
}

}  // namespace liaison::cli
