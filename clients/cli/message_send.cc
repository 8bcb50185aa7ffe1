// message send, reply.
#include "clients/cli/message_send.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/input.h"
#include "clients/cli/json.h"
#include "clients/cli/outcome.h"
#include "clients/cli/preview_view.h"
#include "clients/cli/reason_flag.h"
#include "clients/cli/tree.h"
#include "daemon/base/error.h"
#include "daemon/payload/records.h"

namespace liaison::cli {
namespace {

using base::MakeError;
using base::Reason;

bool IsNoPlainWord(const std::string& field) {
  return !std::all_of(field.begin(), field.end(), absl::ascii_islower);
}

absl::Status CheckType(const desk::v1::Draft& draft, const std::string& wanted) {
  if (wanted.empty()) return absl::OkStatus();
  const absl::StatusOr<payload::v1::MessageType> type = ParseType(wanted);
  if (!type.ok()) return type.status();
  const payload::v1::MessageType found = payload::TypeOf(draft.payload());
  if (*type == found) return absl::OkStatus();
  return MakeError(Reason::kUsage,
                   absl::StrCat("the draft is not of type ", payload::v1::MessageType_Name(*type),
                                " but ", payload::v1::MessageType_Name(found)));
}

// The wanted state of --wait; unspecified without it.
absl::StatusOr<desk::v1::State> WantedState(const SendFlags& flags) {
  if (flags.wait.empty()) return desk::v1::STATE_UNSPECIFIED;
  return ParseState(flags.wait);
}

// Waits for what was queued. The ending says how it went; `result` then shows the state reached.
Ending WaitFor(client::Client& daemon, desk::v1::State wanted, absl::Duration timeout,
               desk::v1::SubmitResult& result) {
  desk::v1::WaitRequest request;
  request.set_id(result.id());
  request.add_states(wanted);
  *request.mutable_timeout() = ToProto(timeout);
  const absl::StatusOr<desk::v1::WaitResponse> response = daemon.Wait(request);
  if (!response.ok()) return response.status();
  result.set_state(response->state());
  return EndingOfWait(*response);
}

View ViewOf(const desk::v1::SubmitResponse& response) {
  View view;
  view.columns = {"to", "id", "state", "reason"};
  view.items.emplace();
  for (const desk::v1::SubmitResult& result : response.results()) {
    view.rows.push_back(
        {result.to(), result.id(), desk::v1::State_Name(result.state()), result.error().reason()});
    view.items->push_back(JsonOf(result));
    view.ids.push_back(result.id());
  }
  view.json = JsonOf(response);
  return view;
}

Ending Submit(Session& session, const SendFlags& flags, client::Client& daemon,
              const desk::v1::Draft& draft) {
  const absl::StatusOr<desk::v1::State> wanted = WantedState(flags);
  if (!wanted.ok()) return wanted.status();
  const absl::StatusOr<absl::Duration> timeout = ParseSpan(flags.timeout);
  if (!timeout.ok()) return timeout.status();
  desk::v1::SubmitRequest request;
  *request.mutable_draft() = draft;
  request.set_idempotency_key(flags.key);
  absl::StatusOr<desk::v1::SubmitResponse> response = daemon.Submit(request);
  if (!response.ok()) return InWords(flags.words, response.status());
  Ending ending;
  const absl::Time until = absl::Now() + *timeout;
  for (desk::v1::SubmitResult& result : *response->mutable_results()) {
    Ending one = EndingOfResult(result);
    if (one.exit_code == 0 && *wanted != desk::v1::STATE_UNSPECIFIED) {
      const absl::Duration left = std::max(until - absl::Now(), absl::Milliseconds(1));
      one = WaitFor(daemon, *wanted, left, result);
    }
    if (ending.exit_code == 0) ending = one;
  }
  session.Show(ViewOf(*response));
  if (ending.exit_code == kExitHeld) session.Note(Say(session.language(), Word::kHeldHint));
  return ending;
}

absl::StatusOr<desk::v1::Draft> DraftOf(Session& session, const SendFlags& flags) {
  absl::StatusOr<desk::v1::Draft> draft = ReadDraft(session.terminal(), flags.file);
  if (!draft.ok()) return draft;
  if (const absl::Status status = CheckType(*draft, flags.type); !status.ok()) return status;
  for (const std::string& rule : flags.set_aside) {
    desk::v1::Derogation& derogation = *draft->add_derogations();
    derogation.set_rule(rule);
    derogation.set_reason(flags.reason);
  }
  return draft;
}

Ending Send(Session& session, const SendFlags& flags) {
  absl::StatusOr<desk::v1::Draft> draft = DraftOf(session, flags);
  if (!draft.ok()) return draft.status();
  if (!flags.to.empty()) draft->mutable_to()->Assign(flags.to.begin(), flags.to.end());
  if (draft->to().empty()) {
    return MakeError(Reason::kUsage, "the draft names no recipient", "Add --to AGENCY.");
  }
  return PreviewOrSubmit(session, flags, *draft);
}

Ending Reply(Session& session, const SendFlags& flags) {
  const absl::StatusOr<base::ExchangePrefix> id = ParseId(flags.original);
  if (!id.ok()) return id.status();
  absl::StatusOr<desk::v1::Draft> draft = DraftOf(session, flags);
  if (!draft.ok()) return draft.status();
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  const absl::Status addressed = Address(**daemon, *id, *draft);
  if (!addressed.ok()) return addressed;
  return PreviewOrSubmit(session, flags, *draft);
}

void AddDraftFlags(CLI::App& command, SendFlags& flags) {
  command.add_option("--type", flags.type, "Refuse a draft of any other message type");
  command.add_option("-f,--file", flags.file, "Draft as JSON; - for standard input")->required();
  CLI::Option* const aside = MayRepeat(
      command
          .add_option("--set-aside", flags.set_aside, "A rule that a supervisor is to set aside")
          ->delimiter(','));
  CLI::Option* const reason = AddReasonFlag(
      command, flags.reason, "With --set-aside: why; for the supervisor and auditors");
  aside->needs(reason);
  reason->needs(aside);
  AddSubmitFlags(command, flags);
}

}  // namespace

Ending PreviewOrSubmit(Session& session, const SendFlags& flags, const desk::v1::Draft& draft) {
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  if (!flags.dry_run) return Submit(session, flags, **daemon, draft);
  const absl::StatusOr<desk::v1::PreviewResponse> response = (*daemon)->Preview(draft);
  if (!response.ok()) return InWords(flags.words, response.status());
  return ShowPreview(session, *response);
}

absl::Status Address(client::Client& daemon, const base::ExchangePrefix& id,
                     desk::v1::Draft& draft) {
  desk::v1::TimelineRequest request;
  request.set_id(id.text());
  request.set_page_size(1);
  const absl::StatusOr<desk::v1::TimelineResponse> original = daemon.Timeline(request);
  if (!original.ok()) return original.status();
  draft.clear_to();
  draft.add_to(original->partner());
  draft.set_in_reply_to(absl::StrCat(original->from(), "/", original->id()));
  return absl::OkStatus();
}

absl::StatusOr<std::string> WholeName(client::Client& daemon, std::string_view text) {
  const absl::StatusOr<base::ExchangePrefix> id = ParseId(text);
  if (!id.ok()) return id.status();
  desk::v1::TimelineRequest request;
  request.set_id(id->text());
  request.set_page_size(1);
  const absl::StatusOr<desk::v1::TimelineResponse> found = daemon.Timeline(request);
  if (!found.ok()) return found.status();
  return absl::StrCat(found->from(), "/", found->id());
}

absl::Status InWords(const std::vector<FieldWord>& words, const absl::Status& error) {
  std::optional<base::ErrorText> text = base::GetError(error);
  if (!text || words.empty()) return error;
  std::vector<std::pair<std::string, std::string>> inside;
  for (const FieldWord& one : words) {
    // "to" and "urgency" are words of every sentence, too.
    if (IsNoPlainWord(one.field)) {
      inside.emplace_back(one.field, one.word);
    } else if (text->message == absl::StrCat(one.field, " is at fault")) {
      text->message = absl::StrCat(one.word, " is at fault");
    }
    for (base::FieldFault& fault : text->fields) {
      if (fault.field == one.field) fault.field = one.word;
    }
  }
  text->message = absl::StrReplaceAll(text->message, inside);
  text->fix = absl::StrReplaceAll(text->fix, inside);
  for (base::FieldFault& fault : text->fields) {
    fault.description = absl::StrReplaceAll(fault.description, inside);
  }
  return base::MakeError(*text);
}

void AddWords(const std::string& field, const std::string& word,
              const std::vector<std::string>& values, std::vector<FieldWord>& words) {
  for (size_t i = 0; i < values.size(); ++i) {
    words.push_back({absl::StrCat(field, "[", i, "]"), absl::StrCat(word, " ", values[i])});
  }
}

void AddSubmitFlags(CLI::App& command, SendFlags& flags) {
  command.add_flag("--dry-run", flags.dry_run, "Show what would happen; store and send nothing");
  command.add_option("--idempotency-key", flags.key, "The same key and draft is one message");
  command.add_option("--wait", flags.wait, "Wait until delivered or answered")
      ->check(CLI::IsMember({"delivered", "answered"}, CLI::ignore_case));
  command.add_option("--timeout", flags.timeout, "How long to wait at most (60s)");
}

void AddMessageSend(Tree& tree) {
  const auto send = std::make_shared<SendFlags>();
  CLI::App& command =
      tree.Command("message send", [send](Session& session) { return Send(session, *send); });
  MayRepeat(command.add_option("--to", send->to, "Agencies; overrides the draft")->delimiter(','));
  AddDraftFlags(command, *send);

  const auto reply = std::make_shared<SendFlags>();
  CLI::App& answer =
      tree.Command("message reply", [reply](Session& session) { return Reply(session, *reply); });
  answer.add_option("ID", reply->original, "The message to answer: as for message show")
      ->required();
  AddDraftFlags(answer, *reply);
}

}  // namespace liaison::cli
