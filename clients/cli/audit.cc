// audit list, head, verify. (audit prove is in audit_prove.cc.)
#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/input.h"
#include "clients/cli/json.h"
#include "clients/cli/log_choice.h"
#include "clients/cli/tree.h"
#include "daemon/base/error.h"

namespace liaison::cli {
namespace {

constexpr uint32_t kPageSize = 1000;

struct ListFlags {
  std::string log = "both";
  std::vector<std::string> events;
  std::string exchange;
  std::string partner;
  std::string since;
  std::string until;
  uint32_t limit = 100;
  std::string page_token;
};

absl::StatusOr<audit::v1::ListRequest> RequestOf(const ListFlags& flags) {
  audit::v1::ListRequest request;
  request.set_log(LogOf(flags.log));
  for (const std::string& name : flags.events) {
    const absl::StatusOr<audit::v1::Event> event = ParseEvent(name);
    if (!event.ok()) return event.status();
    request.add_events(*event);
  }
  if (!flags.exchange.empty()) {
    const absl::StatusOr<base::ExchangePrefix> id = ParseId(flags.exchange);
    if (!id.ok()) return id.status();
    request.set_exchange(id->text());
  }
  request.set_partner(flags.partner);
  if (!flags.since.empty()) {
    const absl::StatusOr<absl::Time> since = ParseMoment(flags.since, absl::Now());
    if (!since.ok()) return since.status();
    *request.mutable_since() = ToProto(*since);
  }
  if (!flags.until.empty()) {
    const absl::StatusOr<absl::Time> until = ParseMoment(flags.until, absl::Now());
    if (!until.ok()) return until.status();
    *request.mutable_until() = ToProto(*until);
  }
  request.set_page_token(flags.page_token);
  return request;
}

absl::StatusOr<audit::v1::ListResponse> ListPages(client::Client& daemon,
                                                  audit::v1::ListRequest request, uint32_t limit) {
  audit::v1::ListResponse all;
  while (true) {
    const uint32_t left = limit - static_cast<uint32_t>(all.entries_size());
    request.set_page_size(std::min(left, kPageSize));
    absl::StatusOr<audit::v1::ListResponse> page = daemon.ListRecords(request);
    if (!page.ok()) return page.status();
    all.mutable_entries()->MergeFrom(page->entries());
    all.set_next_page_token(page->next_page_token());
    const bool full = static_cast<uint32_t>(all.entries_size()) >= limit;
    if (full || page->next_page_token().empty() || page->entries().empty()) return all;
    request.set_page_token(page->next_page_token());
  }
}

Ending List(Session& session, const ListFlags& flags) {
  const absl::StatusOr<audit::v1::ListRequest> request = RequestOf(flags);
  if (!request.ok()) return request.status();
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  const absl::StatusOr<audit::v1::ListResponse> response =
      ListPages(**daemon, *request, flags.limit);
  if (!response.ok()) return response.status();
  View view;
  view.columns = {"log",     "index", "time",    "event", "exchange",
                  "partner", "actor", "outcome", "reason"};
  view.items.emplace();
  for (const audit::v1::Entry& one : response->entries()) {
    view.rows.push_back({audit::v1::Log_Name(one.log()), absl::StrCat(one.index()),
                         TimeText(one.time()), audit::v1::Event_Name(one.event()), one.exchange(),
                         one.partner(), one.actor().name(), one.decision().outcome(),
                         one.decision().reason()});
    view.items->push_back(JsonOf(one));
    view.ids.push_back(absl::StrCat(audit::v1::Log_Name(one.log()), "/", one.index()));
  }
  view.json = JsonOf(*response);
  session.Show(view);
  session.More(view.rows.size(), response->next_page_token());
  return Ending();
}

Ending Head(Session& session, const std::string& choice) {
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  View view;
  view.columns = {"origin", "size", "root"};
  view.items.emplace();
  for (const audit::v1::Log log : LogsOf(choice)) {
    const absl::StatusOr<audit::v1::HeadResponse> head = (*daemon)->Head(log);
    if (!head.ok()) return head.status();
    view.rows.push_back({head->origin(), absl::StrCat(head->size()), head->root()});
    view.items->push_back(JsonOf(*head));
    view.ids.push_back(head->root());
  }
  view.json = view.items->size() == 1 ? view.items->front() : JsonArray(*view.items);
  session.Show(view);
  return Ending();
}

struct VerifyFlags {
  bool full = false;
  std::string log = "both";
};

absl::Status FaultError(const audit::v1::VerifyResult& result) {
  base::ErrorText error;
  error.reason = base::Reason::kVerificationFailed;
  error.message = "the logs do not hold";
  for (const audit::v1::Fault& fault : result.faults()) {
    error.fields.push_back({fault.where(), "LOG", fault.what()});
    if (error.fix.empty()) error.fix = fault.fix();
  }
  if (!result.faults().empty()) {
    const audit::v1::Fault& first = result.faults(0);
    absl::StrAppend(&error.message, ": ", first.where(), ": ", first.what());
  }
  return base::MakeError(error);
}

Ending Verify(Session& session, const VerifyFlags& flags) {
  const absl::StatusOr<client::Client*> daemon = session.Daemon();
  if (!daemon.ok()) return daemon.status();
  audit::v1::VerifyRequest request;
  request.set_full(flags.full);
  request.set_log(LogOf(flags.log));
  const absl::StatusOr<audit::v1::VerifyResult> result =
      (*daemon)->Verify(request, [&session](const audit::v1::VerifyResponse& progress) {
        session.Report(progress.checked(), progress.total());
      });
  if (!result.ok()) return result.status();
  View view;
  view.columns = {"log", "origin", "size", "root", "checked", "result"};
  for (const audit::v1::LogResult& log : result->logs()) {
    view.rows.push_back({audit::v1::Log_Name(log.log()), log.origin(), absl::StrCat(log.size()),
                         log.root(), absl::StrCat(log.records_checked()),
                         result->ok() ? "ok" : "failed"});
    view.ids.push_back(log.root());
  }
  view.json = JsonOf(*result);
  session.Show(view);
  if (!result->ok()) return FaultError(*result);
  session.Note(Say(session.language(), Word::kLogsHold));
  return Ending();
}

}  // namespace

void AddAudit(Tree& tree) {
  const auto list = std::make_shared<ListFlags>();
  CLI::App& listing =
      tree.Command("audit list", [list](Session& session) { return List(session, *list); });
  AddLogFlag(listing, list->log);
  MayRepeat(listing.add_option("--event", list->events, "Only these events")->delimiter(','));
  listing.add_option("--exchange", list->exchange,
                     "Only this message: id or first digits, or AGENCY/ID");
  listing.add_option("--partner", list->partner, "Only with this agency");
  listing.add_option("--since", list->since, "Only newer: a time, a date, or a span like 24h");
  listing.add_option("--until", list->until, "Only older: likewise");
  listing.add_option("--limit", list->limit, "How many at most (100)")
      ->check(CLI::Range(1U, 1'000'000U));
  listing.add_option("--page-token", list->page_token, "Go on where an earlier list ended");

  const auto head = std::make_shared<std::string>("exchange");
  CLI::App& heading =
      tree.Command("audit head", [head](Session& session) { return Head(session, *head); });
  AddLogFlag(heading, *head);

  AddAuditProve(tree);

  const auto verify = std::make_shared<VerifyFlags>();
  CLI::App& verifying =
      tree.Command("audit verify", [verify](Session& session) { return Verify(session, *verify); });
  verifying.add_flag("--full", verify->full, "Every record, and every row rebuilt from records");
  AddLogFlag(verifying, verify->log);
}

}  // namespace liaison::cli
