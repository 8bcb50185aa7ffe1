#include "daemon/inbox/mailbox.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "daemon/audit/states.h"
#include "daemon/base/error.h"
#include "daemon/crypto/digest.h"
#include "daemon/inbox/forwarded.h"
#include "daemon/inbox/masking.h"
#include "daemon/journal/bodies.h"
#include "daemon/journal/disclosures.h"
#include "daemon/journal/openings.h"
#include "daemon/journal/reason.h"
#include "daemon/journal/recalls.h"
#include "daemon/message/message.h"
#include "daemon/payload/validate.h"
#include "daemon/policy/report.h"

namespace liaison::inbox {
namespace {

using base::MakeError;
using base::Reason;

constexpr uint32_t kDefaultPage = 100;
constexpr uint32_t kMostPage = 1000;

void SetTime(absl::Time time, google::protobuf::Timestamp& stamp) {
  const int64_t millis = absl::ToUnixMillis(time);
  stamp.set_seconds(millis / 1000);
  stamp.set_nanos(static_cast<int32_t>(millis % 1000) * 1'000'000);
}

std::string HowShown(const desk::v1::GetRequest& request) {
  return request.reveal() ? "revealed" : "masked";
}

desk::v1::Summary SummaryOf(const store::Exchange& exchange, const std::string& own) {
  desk::v1::Summary summary;
  summary.set_id(exchange.name.id.hex());
  const bool out = exchange.direction == store::Direction::kOut;
  summary.set_from(out ? own : exchange.partner);
  summary.set_to(out ? exchange.partner : own);
  summary.set_type(exchange.type);
  summary.set_urgency(exchange.urgency);
  summary.set_state(exchange.state);
  summary.set_tlp(exchange.tlp);
  SetTime(exchange.created, *summary.mutable_created());
  SetTime(exchange.expires, *summary.mutable_expires());
  SetTime(exchange.recorded, *summary.mutable_recorded());
  // Of what was held the row keeps when it would have lapsed: that means nothing any more.
  const bool asks = !out && exchange.respond_by != absl::InfinitePast();
  if (asks) SetTime(exchange.respond_by, *summary.mutable_respond_by());
  summary.set_conversation(exchange.conversation.hex());
  if (exchange.in_reply_to) summary.set_in_reply_to(exchange.in_reply_to->id.hex());
  summary.set_exercise(exchange.exercise);
  return summary;
}

// What the row alone says of a message.
exchange::v1::Statement HeadOf(const store::Exchange& exchange, const std::string& own) {
  const bool out = exchange.direction == store::Direction::kOut;
  exchange::v1::Statement head;
  head.set_exchange_id(std::string(exchange.name.id.raw()));
  head.set_from(exchange.name.from);
  head.set_to(out ? exchange.partner : own);
  head.set_type(exchange.type);
  head.set_urgency(exchange.urgency);
  head.mutable_handling()->set_tlp(exchange.tlp);
  SetTime(exchange.created, *head.mutable_created());
  SetTime(exchange.expires, *head.mutable_expires());
  head.set_conversation(std::string(exchange.conversation.raw()));
  if (exchange.in_reply_to) {
    head.mutable_in_reply_to()->set_from(exchange.in_reply_to->from);
    head.mutable_in_reply_to()->set_exchange_id(std::string(exchange.in_reply_to->id.raw()));
  }
  head.set_exercise(exchange.exercise);
  return head;
}

uint32_t PageSize(uint32_t asked) { return std::min(asked == 0 ? kDefaultPage : asked, kMostPage); }

// Where the page before ended; 0: there is none.
absl::StatusOr<int64_t> RowIn(const std::string& page_token) {
  int64_t row = 0;
  if (page_token.empty() || (absl::SimpleAtoi(page_token, &row) && row > 0)) return row;
  return base::FieldError({"pageToken", "FORMAT", "write the nextPageToken of the page before"});
}

// The states of a box, narrowed by those that were asked for.
absl::StatusOr<store::ExchangeFilter> FilterOf(const desk::v1::ListRequest& request) {
  store::ExchangeFilter filter;
  std::vector<desk::v1::State> in_box;
  switch (request.box()) {
    case desk::v1::INBOX:
      filter.direction = store::Direction::kIn;
      in_box = {desk::v1::NEW, desk::v1::READ, desk::v1::ANSWERED};
      break;
    case desk::v1::OUTBOX:
      filter.direction = store::Direction::kOut;
      break;
    case desk::v1::HELD_BOX:
      filter.direction = store::Direction::kOut;
      in_box = {desk::v1::HELD};
      break;
    default:
      return base::FieldError({"box", "REQUIRED", "write INBOX, OUTBOX or HELD_BOX"});
  }
  for (int wanted : request.states()) {
    const auto state = static_cast<desk::v1::State>(wanted);
    const bool fits =
        in_box.empty() || std::find(in_box.begin(), in_box.end(), state) != in_box.end();
    if (fits) filter.states.push_back(state);
  }
  if (request.states().empty()) filter.states = in_box;
  for (int type : request.types()) {
    filter.types.push_back(static_cast<payload::v1::MessageType>(type));
  }
  filter.partner = request.partner();
  if (request.has_since()) filter.since = absl::FromUnixSeconds(request.since().seconds());
  filter.limit = PageSize(request.page_size());
  const absl::StatusOr<int64_t> row = RowIn(request.page_token());
  if (!row.ok()) return row.status();
  filter.before_row = *row;
  return filter;
}

// What the payload does not say of its leaves.
void FillLeaves(const exchange::v1::Envelope& envelope, const payload::Merged& merged,
                const journal::Disclosures& opened, desk::v1::ShownMessage& shown) {
  for (const exchange::v1::WithheldLeaf& withheld : envelope.withheld()) {
    if (opened.contains(withheld.path())) continue;
    desk::v1::WithheldField& field = *shown.add_withheld();
    field.set_path(withheld.path());
    field.set_commitment(withheld.commitment());
  }
  for (const payload::ChangedLeaf& changed : merged.changed) {
    desk::v1::ChangedField& field = *shown.add_changed();
    field.set_path(changed.path);
    field.set_kind(changed.kind);
  }
  for (const payload::UnknownRecord& unknown : merged.unknown) {
    desk::v1::UnknownField& field = *shown.add_unknown();
    field.set_path(unknown.path);
    field.set_bytes(unknown.bytes);
    field.set_shown(
        absl::StrCat(unknown.path, " (", unknown.bytes, " bytes, unknown to this version)"));
  }
}

// Whether what an opening in this state says is disclosed: it came, or it arrived.
bool Discloses(desk::v1::State state) {
  return state != desk::v1::DENIED && state != desk::v1::HELD && state != desk::v1::QUEUED &&
         state != desk::v1::REFUSED && state != desk::v1::EXPIRED;
}

// With its salt and its commitment a short value can be found by trying: who may not see the value
// does not see the salt.
void HideSalts(payload::v1::Payload& payload) {
  if (!payload.has_field_opening()) return;
  for (auto& field : *payload.mutable_field_opening()->mutable_fields()) field.clear_salt();
}

void FillMrz(desk::v1::ShownMessage& shown) {
  for (const payload::MrzReport& report : payload::CheckMrz(shown.payload())) {
    desk::v1::MrzResult& mrz = *shown.add_mrz();
    mrz.set_path(report.path);
    mrz.set_format(report.format);
    for (const auto& [name, verdict] : report.checks) (*mrz.mutable_checks())[name] = verdict;
  }
}

// Checks what must be checked on whole values, then hides those that were not asked for.
void Cover(bool reveal, desk::v1::ShownMessage& shown) {
  FillMrz(shown);
  if (reveal) return;
  HideSalts(*shown.mutable_payload());
  for (std::string& path : Mask(*shown.mutable_payload())) shown.add_masked(std::move(path));
}

}  // namespace

absl::StatusOr<desk::v1::ListResponse> Mailbox::List(const desk::v1::ListRequest& request) {
  const absl::StatusOr<store::ExchangeFilter> filter = FilterOf(request);
  if (!filter.ok()) return filter.status();
  desk::v1::ListResponse response;
  // States were asked for, and none of them is in this box.
  if (!request.states().empty() && filter->states.empty()) return response;
  const auto page = parts_.journal.reader().List(*filter);
  if (!page.ok()) return page.status();
  const std::string& own = parts_.snapshots.Current()->agency().id();
  for (const store::Exchange& exchange : page->first) {
    desk::v1::Summary& summary = *response.add_messages() = SummaryOf(exchange, own);
    if (exchange.state == desk::v1::HELD) {
      SetTime(parts_.releasable_until(exchange), *summary.mutable_lapses());
    }
    const absl::StatusOr<std::vector<store::Exchange>> recalls =
        journal::RecallsOf(exchange, parts_.journal.reader());
    if (!recalls.ok()) return recalls.status();
    if (!recalls->empty()) SetTime(recalls->front().recorded, *summary.mutable_recalled());
  }
  if (page->second != 0) response.set_next_page_token(absl::StrCat(page->second));
  return response;
}

absl::Status Mailbox::MaySee(const Viewer& viewer, const store::Exchange& exchange) {
  if (!viewer.own_only) return absl::OkStatus();
  const base::Digest own = crypto::HmacSha256(parts_.mac_key, {"caller", viewer.name});
  if (exchange.submitter == own) return absl::OkStatus();
  if (exchange.in_reply_to && exchange.direction == store::Direction::kIn) {
    const absl::StatusOr<store::Exchange> original =
        parts_.journal.reader().Find(*exchange.in_reply_to);
    // Only who was asked answers: anybody could name the id of our message.
    if (original.ok() && original->submitter == own && original->partner == exchange.partner) {
      return absl::OkStatus();
    }
  }
  // The same answer as for a message that does not exist.
  return MakeError(Reason::kNotFound, "no message with this id",
                   "check the id, or look it up with `liaison message list`");
}

absl::StatusOr<store::Exchange> Mailbox::Resolve(const Viewer& viewer, const std::string& text) {
  const absl::StatusOr<base::ExchangePrefix> prefix = base::ExchangePrefix::Parse(text);
  if (!prefix.ok()) {
    return base::FieldError(
        {"id", "FORMAT",
         "write 8 to 32 lower-case hex digits, or AGENCY/ID with the agency that sent it"});
  }
  // A partner may give its message the id of one of ours. What it hides so is its own.
  if (prefix->whole() && prefix->from().empty()) {
    const absl::StatusOr<store::Exchange> ours =
        parts_.journal.reader().Find({parts_.snapshots.Current()->agency().id(), *prefix->whole()});
    if (ours.ok() && MaySee(viewer, *ours).ok()) return ours;
  }
  const absl::StatusOr<std::vector<store::Exchange>> found =
      parts_.journal.reader().FindByPrefix(*prefix);
  if (!found.ok()) return found.status();
  if (found->size() > 1) {
    return MakeError(Reason::kWrongState, "the id fits more than one message",
                     "write more of its digits, or AGENCY/ID with the agency that sent it");
  }
  if (found->empty()) {
    return MakeError(Reason::kNotFound, "no message with this id",
                     "check the id, or look it up with `liaison message list`");
  }
  const absl::Status may = MaySee(viewer, found->front());
  if (!may.ok()) return may;
  return found->front();
}

absl::Status Mailbox::Record(const Viewer& viewer, const store::Exchange& exchange,
                             audit::v1::Event event, const Deed& deed) {
  store::Advance change;
  change.name = exchange.name;
  change.from = {desk::v1::DENIED,  desk::v1::QUEUED,  desk::v1::DELIVERED,
                 desk::v1::REFUSED, desk::v1::EXPIRED, desk::v1::ANSWERED,
                 desk::v1::NEW,     desk::v1::READ,    desk::v1::HELD};
  change.record.log = audit::v1::DESK;
  audit::v1::Record& record = change.record.record;
  record.set_event(event);
  record.set_exchange_from(exchange.name.from);
  record.set_exchange_id(std::string(exchange.name.id.raw()));
  record.set_partner(exchange.partner);
  journal::Openings openings;
  openings.actor.set_name(viewer.name);
  openings.actor.set_uri(viewer.uri);
  openings.actor.set_role(viewer.role);
  openings.actor.set_reason(deed.reason);
  openings.actor.set_detail(deed.detail);
  if (!deed.view.is_zero()) openings.actor.set_view_digest(deed.view.hex());
  const absl::Status attached =
      journal::Attach(openings, parts_.at_rest, parts_.clock.Now(), change.record);
  if (!attached.ok()) return attached;
  const auto outcomes = parts_.journal.Commit({std::move(change)});
  if (!outcomes.ok()) return outcomes.status();
  if (outcomes->front().kind == store::Outcome::Kind::kCommitted) return absl::OkStatus();
  return absl::InternalError("a reading or a search could not be recorded");
}

absl::StatusOr<desk::v1::ShownMessage> Mailbox::Show(const Viewer& viewer,
                                                     const desk::v1::GetRequest& request) {
  const std::optional<base::FieldFault> fault = request.reveal()
                                                    ? journal::NeededReasonFault(request.reason())
                                                    : journal::ReasonFault(request.reason());
  if (fault) return base::FieldError(*fault);
  const absl::StatusOr<store::Exchange> found = Resolve(viewer, request.id());
  if (!found.ok()) return found.status();
  if (viewer.own_only && request.reveal()) {
    return MakeError(Reason::kRoleMissing, "a system may not reveal values",
                     "an officer can, with a reason");
  }
  if (found->state == desk::v1::HELD) return ShowHeld(viewer, *found, request);
  absl::Status status =
      Record(viewer, *found, audit::v1::READ, {request.reason(), HowShown(request)});
  if (!status.ok()) return status;
  const absl::StatusOr<store::Exchange> exchange = parts_.journal.reader().Find(found->name);
  if (!exchange.ok()) return exchange.status();
  const absl::StatusOr<store::StoredBody> stored = parts_.journal.reader().Body(exchange->name);
  if (!stored.ok()) return stored.status();
  desk::v1::ShownMessage shown;
  shown.set_id(exchange->name.id.hex());
  shown.set_state(exchange->state);
  status = FillBody(*exchange, *stored, request.reveal(), shown);
  if (!status.ok()) return status;
  status = FillReceipts(*exchange, *stored, shown);
  if (!status.ok()) return status;
  status = FillStates(*exchange, shown);
  if (!status.ok()) return status;
  status = FillRecalled(*exchange, shown);
  if (!status.ok()) return status;
  status = FillPassedOn(*exchange, shown);
  if (!status.ok()) return status;
  return shown;
}

absl::StatusOr<Mailbox::Opened> Mailbox::OpenStored(const store::Exchange& exchange,
                                                    const store::StoredBody& stored) {
  absl::StatusOr<journal::OpenedBody> body =
      journal::OpenBody(exchange.name, stored, parts_.at_rest);
  if (!body.ok()) return body.status();
  absl::StatusOr<message::StoredBody> read = message::ReadStored(body->envelope);
  if (!read.ok()) return read.status();
  if (message::StatementDigest(body->envelope.type(), body->envelope.statement()) !=
      exchange.digest) {
    return MakeError(Reason::kVerificationFailed, "the stored statement is not the one recorded",
                     "run `liaison audit verify --full`");
  }
  return Opened{std::move(body->envelope), *std::move(read)};
}

// Puts what was opened since in its place, and says what is still withheld. What is kept of the
// message itself stays as it came.
absl::Status Mailbox::MergeDisclosed(const store::Exchange& exchange, Opened& opened,
                                     desk::v1::ShownMessage& shown) {
  journal::Disclosures disclosures;
  if (!opened.envelope.withheld().empty()) {
    absl::StatusOr<journal::Disclosures> found =
        journal::DisclosuresOf(exchange, parts_.journal.reader(), parts_.at_rest, Discloses);
    if (!found.ok()) return found.status();
    disclosures = *std::move(found);
  }
  if (!disclosures.empty()) {
    absl::StatusOr<payload::Merged> merged = message::MergeOpened(
        opened.read.statement, opened.envelope, journal::LeavesOf(disclosures));
    if (!merged.ok()) {
      return MakeError(Reason::kVerificationFailed, "what was opened does not fit the message",
                       "run `liaison audit verify --full`");
    }
    opened.read.merged = *std::move(merged);
  }
  FillLeaves(opened.envelope, opened.read.merged, disclosures, shown);
  for (const auto& [path, disclosure] : disclosures) {
    desk::v1::OpenedLater& later = *shown.add_opened();
    later.set_path(path);
    later.set_id(disclosure.opening.Text());
  }
  return absl::OkStatus();
}

absl::Status Mailbox::FillBody(const store::Exchange& exchange, const store::StoredBody& stored,
                               bool reveal, desk::v1::ShownMessage& shown) {
  if (!stored.body) {  // denied before it was sealed: there is a row and a decision, and no message
    *shown.mutable_statement() = HeadOf(exchange, parts_.snapshots.Current()->agency().id());
    return absl::OkStatus();
  }
  absl::StatusOr<Opened> opened = OpenStored(exchange, stored);
  if (!opened.ok()) return opened.status();
  absl::Status disclosed = MergeDisclosed(exchange, *opened, shown);
  if (!disclosed.ok()) return disclosed;
  *shown.mutable_statement() = std::move(opened->read.statement);
  *shown.mutable_payload() = std::move(opened->read.merged.payload);
  return Finish(reveal, shown);
}

absl::StatusOr<desk::v1::ShownMessage> Mailbox::ShowHeld(const Viewer& viewer,
                                                         const store::Exchange& held,
                                                         const desk::v1::GetRequest& request) {
  desk::v1::ShownMessage shown;
  shown.set_id(held.name.id.hex());
  shown.set_state(held.state);
  absl::Status status = parts_.show_held(held, shown);
  if (!status.ok()) return status;
  if (shown.has_payload()) status = Finish(request.reveal(), shown);
  if (!status.ok()) return status;
  const absl::StatusOr<base::Digest> view = base::ParseDigest(shown.held().view_digest());
  if (!view.ok()) return view.status();
  // Nobody releases what they saw a part of.
  const base::Digest whole = shown.masked().empty() ? *view : base::Digest();
  status = Record(viewer, held, audit::v1::READ, {request.reason(), HowShown(request), whole});
  if (status.ok()) status = FillReceipts(held, {}, shown);
  if (status.ok()) status = FillStates(held, shown);
  if (!status.ok()) return status;
  return shown;
}

absl::Status Mailbox::Finish(bool reveal, desk::v1::ShownMessage& shown) {
  const absl::Status item = ShowItem(*parts_.snapshots.Current(), reveal, shown);
  if (!item.ok()) return item;
  Cover(reveal, shown);
  return absl::OkStatus();
}

absl::Status Mailbox::FillReceipts(const store::Exchange& exchange, const store::StoredBody& stored,
                                   desk::v1::ShownMessage& shown) {
  absl::StatusOr<journal::Proofs> proofs =
      parts_.journal.Prove(exchange.first_log, {exchange.first_index});
  if (!proofs.ok()) return proofs.status();
  *shown.add_receipts() = std::move(proofs->receipts[0]);
  shown.mutable_receipts(0)->set_checkpoint(proofs->checkpoint);
  if (!stored.peer_receipt.empty() && !shown.add_receipts()->ParseFromString(stored.peer_receipt)) {
    return MakeError(Reason::kVerificationFailed, "the partner's kept receipt does not parse",
                     "run `liaison audit verify --full`");
  }
  exchange::v1::Envelope envelope;  // what came holds its sender's receipt
  if (!envelope.ParseFromString(stored.head)) {
    return MakeError(Reason::kVerificationFailed, "a kept envelope does not parse",
                     "run `liaison audit verify --full`");
  }
  if (envelope.has_sender_receipt()) *shown.add_receipts() = envelope.sender_receipt();
  return absl::OkStatus();
}

absl::Status Mailbox::FillStates(const store::Exchange& exchange, desk::v1::ShownMessage& shown) {
  const absl::StatusOr<std::vector<store::StoredRecord>> records =
      parts_.journal.reader().RecordsOf(exchange.name);
  if (!records.ok()) return records.status();
  desk::v1::State state = desk::v1::STATE_UNSPECIFIED;
  const bool decided = shown.has_decision();  // on what would go now
  for (const store::StoredRecord& stored : *records) {
    audit::v1::Record record;
    if (!record.ParseFromString(stored.bytes)) {
      return MakeError(Reason::kVerificationFailed, "a record does not parse",
                       "run `liaison audit verify --full`");
    }
    state = audit::StateAfter(state, record.event());
    desk::v1::TimelineEntry& entry = *shown.add_states();
    SetTime(absl::FromUnixMillis(static_cast<int64_t>(record.time_ms())), *entry.mutable_time());
    entry.set_id(exchange.name.id.hex());
    entry.set_from(exchange.name.from);
    if (exchange.in_reply_to) entry.set_in_reply_to(exchange.in_reply_to->Text());
    entry.set_event(record.event());
    entry.set_state(state);
    entry.set_partner(record.partner());
    entry.set_log(stored.log);
    entry.set_index(stored.index);
    // Of a release that was refused to whoever asked for it: it decided nothing on the message.
    const bool of_a_caller = record.event() == audit::v1::CALLER_REFUSED;
    if (!stored.opening || decided || of_a_caller) continue;
    const absl::StatusOr<journal::Openings> openings = journal::Open(stored, parts_.at_rest);
    if (!openings.ok()) return openings.status();
    if (!openings->decision.outcome().empty()) {
      *shown.mutable_decision() = policy::ToDesk(openings->decision);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<desk::v1::TimelineResponse> Mailbox::Timeline(
    const Viewer& viewer, const desk::v1::TimelineRequest& request) {
  const absl::StatusOr<int64_t> after = RowIn(request.page_token());
  if (!after.ok()) return after.status();
  const absl::StatusOr<store::Exchange> exchange = Resolve(viewer, request.id());
  if (!exchange.ok()) return exchange.status();
  const auto page = parts_.journal.reader().OfConversation(exchange->conversation, *after,
                                                           PageSize(request.page_size()));
  if (!page.ok()) return page.status();
  std::vector<desk::v1::TimelineEntry> entries;
  for (const store::Exchange& one : page->first) {
    if (!MaySee(viewer, one).ok()) continue;
    desk::v1::ShownMessage shown;
    const absl::Status status = FillStates(one, shown);
    if (!status.ok()) return status;
    entries.insert(entries.end(), shown.states().begin(), shown.states().end());
  }
  std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return std::pair(a.time().seconds(), a.time().nanos()) <
           std::pair(b.time().seconds(), b.time().nanos());
  });
  desk::v1::TimelineResponse response;
  for (desk::v1::TimelineEntry& entry : entries) *response.add_entries() = std::move(entry);
  if (page->second != 0) response.set_next_page_token(absl::StrCat(page->second));
  response.set_id(exchange->name.id.hex());
  response.set_from(exchange->name.from);
  response.set_partner(exchange->partner);
  return response;
}

}  // namespace liaison::inbox
