// message list, show, wait, timeline.
#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/forwarded_view.h"
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

constexpr uint32_t kPageSize = 1000;
constexpr size_t kShortId = 12;

struct ListFlags {
  std::string box = "inbox";
  std::string partner;
  std::vector<std::string> states;
  std::vector<std::string> types;
  std::string since;
  uint32_t limit = 100;
  std::string page_token;
};

absl::StatusOr<desk::v1::ListRequest> RequestOf(const ListFlags& flags) {
  desk::v1::ListRequest request;
  request.set_box(flags.box == "inbox"    ? desk::v1::INBOX
                  : flags.box == "outbox" ? desk::v1::OUTBOX
                                          : desk::v1::HELD_BOX);
  request.set_partner(flags.partner);
  for (const std::string& name : flags.states) {
    const absl::StatusOr<desk::v1::State> state = ParseState(name);
    if (!state.ok()) return state.status();
    request.add_states(*state);
  }
  for (const std::string& name : flags.types) {
    const absl::StatusOr<payload::v1::MessageType> type = ParseType(name);
    if (!type.ok()) return type.status();
    request.add_types(*type);
  }
  if (!flags.since.empty()) {
    const absl::StatusOr<absl::Time> since = ParseMoment(flags.since, absl::Now());
    if (!since.ok()) return since.status();
    *request.mutable_since() = ToProto(*since);
  }
  request.set_page_token(flags.page_token);
  return request;
}

// Pages until `limit` messages are there or there are no more.
absl::StatusOr<desk::v1::ListResponse> ListPages(client::Client& daemon,
                                                 desk::v1::ListRequest request, uint32_t limit) {
  desk::v1::ListResponse all;
  while (true) {
    const uint32_t left = limit - static_cast<uint32_t>(all.messages_size());
    request.set_page_size(std::min(left, kPageSize));
    absl::StatusOr<desk::v1::ListResponse> page = daemon.List(request);
    if (!page.ok()) return page.status();
    all.mutable_messages()->MergeFrom(page->messages());
    all.set_next_page_token(page->next_page_token());
    const bool full = static_cast<uint32_t>(all.messages_size()) >= limit;
    if (full || page->next_page_token().empty() || page->messages().empty()) return all;
    request.set_page_token(page->next_page_token());
  }
}

Ending List(Session& session, const ListFlags& flags) {
  const absl::StatusOr<desk::v1::ListRequest> request = RequestOf(flags);
  if (!request.ok()) return request.status();
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  const absl::StatusOr<desk::v1::ListResponse> response =
      ListPages(**daemon, *request, flags.limit);
  if (!response.ok()) return response.status();

  // Of what is held the hold lapses; nobody is to respond to it.
  const bool held = flags.box == "held";
  View view;
  view.columns = {"id",      "from",    "to",
                  "type",    "urgency", "state",
                  "tlp",     "created", held ? "lapses" : "respond_by",
                  "recalled"};
  view.items.emplace();
  for (const desk::v1::Summary& one : response->messages()) {
    view.rows.push_back({one.id(), one.from(), one.to(), payload::v1::MessageType_Name(one.type()),
                         payload::v1::Urgency::Code_Name(one.urgency()),
                         desk::v1::State_Name(one.state()), payload::v1::Tlp::Code_Name(one.tlp()),
                         TimeText(one.created()), TimeText(held ? one.lapses() : one.respond_by()),
                         TimeText(one.recalled())});
    view.items->push_back(JsonOf(one));
    view.ids.push_back(one.id());
  }
  view.json = JsonOf(*response);
  session.Show(view);
  session.More(view.rows.size(), response->next_page_token());
  return Ending();
}

struct ShowFlags {
  std::string id;
  bool reveal = false;
  std::string reason;
};

Ending Show(Session& session, const ShowFlags& flags) {
  const absl::StatusOr<base::ExchangePrefix> id = ParseId(flags.id);
  if (!id.ok()) return id.status();
  if (flags.reveal == flags.reason.empty()) {
    return MakeError(Reason::kUsage, "--reveal and --reason go together",
                     "Say why you need the hidden values: --reveal --reason TEXT. It is recorded.");
  }
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  desk::v1::GetRequest request;
  request.set_id(id->text());
  request.set_reveal(flags.reveal);
  request.set_reason(flags.reason);
  const absl::StatusOr<desk::v1::ShownMessage> message = (*daemon)->Get(request);
  if (!message.ok()) return message.status();

  View view;
  view.columns = {"field", "value"};
  view.rows = MessageRows(*message, session.language());
  view.json = JsonOf(*message);
  view.ids = {message->id()};
  session.Show(view);
  return Ending();
}

struct WaitFlags {
  std::string id;
  std::vector<std::string> states;
  std::string timeout = "60s";
};

Ending Wait(Session& session, const WaitFlags& flags) {
  const absl::StatusOr<base::ExchangePrefix> id = ParseId(flags.id);
  if (!id.ok()) return id.status();
  desk::v1::WaitRequest request;
  request.set_id(id->text());
  for (const std::string& name : flags.states) {
    const absl::StatusOr<desk::v1::State> state = ParseState(name);
    if (!state.ok()) return state.status();
    request.add_states(*state);
  }
  const absl::StatusOr<absl::Duration> timeout = ParseSpan(flags.timeout);
  if (!timeout.ok()) return timeout.status();
  *request.mutable_timeout() = ToProto(*timeout);
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  const absl::StatusOr<desk::v1::WaitResponse> response = (*daemon)->Wait(request);
  if (!response.ok()) return response.status();

  View view;
  view.columns = {"id", "state"};
  view.rows = {{response->id(), desk::v1::State_Name(response->state())}};
  view.json = JsonOf(*response);
  view.ids = {response->id()};
  session.Show(view);
  return EndingOfWait(*response);
}

// All pages, oldest first.
absl::StatusOr<desk::v1::TimelineResponse> TimelinePages(client::Client& daemon,
                                                         const base::ExchangePrefix& id) {
  desk::v1::TimelineRequest request;
  request.set_id(id.text());
  request.set_page_size(kPageSize);
  desk::v1::TimelineResponse all;
  do {
    absl::StatusOr<desk::v1::TimelineResponse> page = daemon.Timeline(request);
    if (!page.ok()) return page.status();
    request.set_page_token(page->next_page_token());
    page->clear_next_page_token();
    all.MergeFrom(*page);
  } while (!request.page_token().empty());
  std::stable_sort(all.mutable_entries()->begin(), all.mutable_entries()->end(),
                   [](const desk::v1::TimelineEntry& a, const desk::v1::TimelineEntry& b) {
                     return FromProto(a.time()) < FromProto(b.time());
                   });
  return all;
}

Ending Timeline(Session& session, const std::string& text) {
  const absl::StatusOr<base::ExchangePrefix> id = ParseId(text);
  if (!id.ok()) return id.status();
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  const absl::StatusOr<desk::v1::TimelineResponse> response = TimelinePages(**daemon, *id);
  if (!response.ok()) return response.status();

  View view;
  view.columns = {"time", "id", "event", "state", "partner", "log", "index"};
  view.items.emplace();
  const bool people = session.flags().format == Format::kTable;
  for (const desk::v1::TimelineEntry& entry : response->entries()) {
    view.rows.push_back(
        {TimeText(entry.time()), people ? entry.id().substr(0, kShortId) : entry.id(),
         audit::v1::Event_Name(entry.event()), desk::v1::State_Name(entry.state()), entry.partner(),
         audit::v1::Log_Name(entry.log()), absl::StrCat(entry.index())});
    view.items->push_back(JsonOf(entry));
    if (view.ids.empty() || view.ids.back() != entry.id()) view.ids.push_back(entry.id());
  }
  view.json = JsonOf(*response);
  session.Show(view);
  return Ending();
}

void AddList(Tree& tree) {
  const auto flags = std::make_shared<ListFlags>();
  CLI::App& command =
      tree.Command("message list", [flags](Session& session) { return List(session, *flags); });
  command.add_option("--box", flags->box, "inbox, outbox or held (inbox)")
      ->check(CLI::IsMember({"inbox", "outbox", "held"}));
  command.add_option("--partner", flags->partner, "Only with this agency");
  MayRepeat(command.add_option("--state", flags->states, "Only in these states")->delimiter(','));
  MayRepeat(
      command.add_option("--type", flags->types, "Only of these message types")->delimiter(','));
  command.add_option("--since", flags->since, "Only newer: a time, a date, or a span like 24h");
  command.add_option("--limit", flags->limit, "How many at most (100)")
      ->check(CLI::Range(1U, 100'000U));
  command.add_option("--page-token", flags->page_token, "Go on where an earlier list ended");
}

}  // namespace

void AddMessageRead(Tree& tree) {
  AddList(tree);

  const auto show = std::make_shared<ShowFlags>();
  CLI::App& showing =
      tree.Command("message show", [show](Session& session) { return Show(session, *show); });
  showing.add_option("ID", show->id, kIdHelp)->required();
  showing.add_flag("--reveal", show->reveal, "Show values of class L3 and above too");
  AddReasonFlag(showing, show->reason, "Why; recorded for auditors");

  const auto wait = std::make_shared<WaitFlags>();
  CLI::App& waiting =
      tree.Command("message wait", [wait](Session& session) { return Wait(session, *wait); });
  waiting.add_option("ID", wait->id, kIdHelp)->required();
  MayRepeat(waiting.add_option("--for", wait->states, "States, e.g. delivered")
                ->required()
                ->delimiter(','));
  waiting.add_option("--timeout", wait->timeout, "How long to wait at most (60s)");

  const auto id = std::make_shared<std::string>();
  CLI::App& timeline =
      tree.Command("message timeline", [id](Session& session) { return Timeline(session, *id); });
  timeline.add_option("ID", *id, kIdHelp)->required();
}

}  // namespace liaison::cli
