#include "daemon/desk/audit_desk.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "daemon/base/error.h"
#include "daemon/desk/replay.h"
#include "daemon/journal/bodies.h"
#include "daemon/journal/openings.h"
#include "daemon/message/message.h"
#include "daemon/outbox/person.h"
#include "daemon/payload/records.h"

namespace liaison::desk {
namespace {

using base::MakeError;
using base::Reason;

constexpr uint32_t kDefaultPage = 100;
constexpr uint32_t kMostPage = 1000;
constexpr size_t kMostPartnerBytes = 63;
constexpr int kMostEvents = 64;
constexpr std::array<audit::v1::Log, 2> kLogs = {audit::v1::EXCHANGE, audit::v1::DESK};

// Where each log goes on: "<exchange index>,<desk index>".
struct Cursor {
  std::array<uint64_t, 2> next = {0, 0};
};

absl::StatusOr<Cursor> ParseCursor(const std::string& token) {
  Cursor cursor;
  if (token.empty()) return cursor;
  const std::vector<std::string> parts = absl::StrSplit(token, ',');
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &cursor.next[0]) ||
      !absl::SimpleAtoi(parts[1], &cursor.next[1])) {
    return base::FieldError({"pageToken", "FORMAT", "write the nextPageToken of the page before"});
  }
  return cursor;
}

absl::StatusOr<store::RecordFilter> FilterOf(const audit::v1::ListRequest& request) {
  store::RecordFilter filter;
  for (int event : request.events()) {
    filter.events.push_back(static_cast<audit::v1::Event>(event));
  }
  if (request.partner().size() > kMostPartnerBytes) {
    return base::FieldError({"partner", "LIMIT", "an agency id has at most 63 characters"});
  }
  if (request.events_size() > kMostEvents) {
    return base::FieldError({"events", "LIMIT", "name each event once"});
  }
  filter.partner = request.partner();
  if (request.has_since()) filter.since = absl::FromUnixSeconds(request.since().seconds());
  if (request.has_until()) filter.until = absl::FromUnixSeconds(request.until().seconds());
  filter.limit = std::min(request.page_size() == 0 ? kDefaultPage : request.page_size(), kMostPage);
  return filter;
}

bool Earlier(const audit::v1::Entry& a, const audit::v1::Entry& b) {
  return std::pair(a.time().seconds(), a.time().nanos()) <
         std::pair(b.time().seconds(), b.time().nanos());
}

void ToBytes(const store::StoredRecord& stored, const audit::v1::Record& record,
             audit::v1::Entry& entry) {
  entry.set_log(stored.log);
  entry.set_index(stored.index);
  const auto millis = static_cast<int64_t>(record.time_ms());
  entry.mutable_time()->set_seconds(millis / 1000);
  entry.mutable_time()->set_nanos(static_cast<int32_t>(millis % 1000) * 1'000'000);
  entry.set_event(record.event());
  if (const auto id = base::ExchangeId::FromRaw(record.exchange_id()); id.ok()) {
    entry.set_exchange(id->hex());
  }
  entry.set_exchange_from(record.exchange_from());
  entry.set_partner(record.partner());
  entry.set_outward(record.outward());
  if (record.has_peer_receipt()) *entry.mutable_peer_receipt() = record.peer_receipt();
  entry.set_leaf(stored.leaf.hex());
}

bool SameTime(absl::Time row, const google::protobuf::Timestamp& stamp) {
  return absl::ToUnixMillis(row) == stamp.seconds() * 1000 + stamp.nanos() / 1'000'000;
}

// What the row repeats of the statement, for listing and sorting.
bool RowFits(const store::Exchange& row, const exchange::v1::Statement& statement) {
  const bool out = row.direction == store::Direction::kOut;
  const bool replies = statement.has_in_reply_to();
  return row.name.from == statement.from() && row.name.id.raw() == statement.exchange_id() &&
         row.partner == (out ? statement.to() : statement.from()) && row.type == statement.type() &&
         row.urgency == statement.urgency() && row.tlp == statement.handling().tlp() &&
         row.exercise == statement.exercise() &&
         row.conversation.raw() == statement.conversation() &&
         SameTime(row.created, statement.created()) && SameTime(row.expires, statement.expires()) &&
         row.in_reply_to.has_value() == replies &&
         (!replies || (row.in_reply_to->from == statement.in_reply_to().from() &&
                       row.in_reply_to->id.raw() == statement.in_reply_to().exchange_id()));
}

absl::Status RowDiffers(std::string_view from) {
  return MakeError(Reason::kVerificationFailed,
                   absl::StrCat("the row says something else than the ", std::string(from),
                                " it was made from"));
}

absl::Status CheckHeld(const store::Exchange& row, const store::StoredBody& stored,
                       const message::AtRestKeys& at_rest) {
  const absl::StatusOr<store::v1::KeptHeld> held = journal::OpenHeld(row.name, stored, at_rest);
  if (!held.ok()) return held.status();
  const desk::v1::Draft& draft = held->draft();
  // The frame and the payload of an opening are made when it is looked at.
  if (draft.has_open()) {
    const bool opens = row.bytes == 0 && draft.to_size() == 1 && draft.to(0) == row.partner &&
                       row.type == payload::v1::FIELD_OPENING &&
                       held->conversation() == row.conversation.raw();
    return opens ? absl::OkStatus() : RowDiffers("draft");
  }
  const bool fits = row.bytes == 0 && draft.to_size() == 1 && draft.to(0) == row.partner &&
                    payload::TypeOf(draft.payload()) == row.type &&
                    draft.urgency() == row.urgency && draft.handling().tlp() == row.tlp &&
                    draft.exercise() == row.exercise &&
                    held->conversation() == row.conversation.raw();
  return fits ? absl::OkStatus() : RowDiffers("draft");
}

}  // namespace

absl::Status AuditDesk::RecordSearch(const inbox::Viewer& viewer, std::string what) {
  store::Append append;
  append.record.log = audit::v1::DESK;
  append.record.record.set_event(audit::v1::SEARCHED);
  journal::Openings openings;
  openings.actor.set_name(viewer.name);
  openings.actor.set_uri(viewer.uri);
  openings.actor.set_role(viewer.role);
  openings.actor.set_detail(std::move(what));
  const absl::Status attached =
      journal::Attach(openings, parts_.at_rest, parts_.clock.Now(), append.record);
  if (!attached.ok()) return attached;
  return parts_.journal.Commit({std::move(append)}).status();
}

absl::StatusOr<audit::v1::Entry> AuditDesk::EntryOf(const store::StoredRecord& stored) {
  audit::v1::Record record;
  if (!record.ParseFromString(stored.bytes)) {
    return MakeError(Reason::kVerificationFailed, "a record does not parse",
                     "run `liaison audit verify --full`");
  }
  audit::v1::Entry entry;
  ToBytes(stored, record, entry);
  if (!stored.opening) return entry;
  absl::StatusOr<journal::Openings> openings = journal::Open(stored, parts_.at_rest);
  if (!openings.ok()) return openings.status();
  *entry.mutable_decision() = std::move(openings->decision);
  // For deciding again and for checking, not for reading.
  entry.mutable_decision()->clear_decided_on();
  entry.mutable_decision()->clear_kept();
  *entry.mutable_actor() = std::move(openings->actor);
  return entry;
}

absl::Status AuditDesk::Narrow(const std::string& text, store::RecordFilter& filter) {
  const absl::StatusOr<base::ExchangePrefix> prefix = base::ExchangePrefix::Parse(text);
  if (!prefix.ok()) {
    return base::FieldError(
        {"exchange", "FORMAT",
         "write 8 to 32 lower-case hex digits, or AGENCY/ID with the agency that sent it"});
  }
  filter.exchange_from = prefix->from();
  filter.exchange = prefix->whole();
  if (filter.exchange) return absl::OkStatus();
  const absl::StatusOr<std::vector<store::Exchange>> found =
      parts_.journal.reader().FindByPrefix(*prefix);
  if (!found.ok()) return found.status();
  if (found->empty()) return MakeError(Reason::kNotFound, "no exchange with this id");
  if (found->size() > 1) {
    return MakeError(Reason::kWrongState, "the id fits more than one exchange",
                     "write more of its digits, or AGENCY/ID with the agency that sent it");
  }
  filter.exchange = found->front().name.id;
  return absl::OkStatus();
}

absl::StatusOr<audit::v1::ListResponse> AuditDesk::List(const inbox::Viewer& viewer,
                                                        const audit::v1::ListRequest& request) {
  absl::StatusOr<store::RecordFilter> filter = FilterOf(request);
  if (!filter.ok()) return filter.status();
  if (!request.exchange().empty()) {
    const absl::Status narrowed = Narrow(request.exchange(), *filter);
    if (!narrowed.ok()) return narrowed;
  }
  absl::StatusOr<Cursor> cursor = ParseCursor(request.page_token());
  if (!cursor.ok()) return cursor.status();
  const absl::Status recorded = RecordSearch(viewer, request.ShortDebugString());
  if (!recorded.ok()) return recorded;
  std::vector<audit::v1::Entry> entries;
  bool more = false;
  for (size_t i = 0; i < kLogs.size(); ++i) {
    if (request.log() != audit::v1::LOG_UNSPECIFIED && request.log() != kLogs[i]) continue;
    filter->log = kLogs[i];
    filter->from_index = cursor->next[i];
    const auto page = parts_.journal.reader().Records(*filter);
    if (!page.ok()) return page.status();
    more = more || page->second;
    for (const store::StoredRecord& stored : page->first) {
      absl::StatusOr<audit::v1::Entry> entry = EntryOf(stored);
      if (!entry.ok()) return entry.status();
      entries.push_back(*std::move(entry));
    }
  }
  std::stable_sort(entries.begin(), entries.end(), Earlier);
  if (entries.size() > filter->limit) {
    entries.resize(filter->limit);
    more = true;
  }
  audit::v1::ListResponse response;
  for (audit::v1::Entry& entry : entries) {
    cursor->next[entry.log() == audit::v1::EXCHANGE ? 0 : 1] = entry.index() + 1;
    *response.add_entries() = std::move(entry);
  }
  if (more) response.set_next_page_token(absl::StrCat(cursor->next[0], ",", cursor->next[1]));
  return response;
}

absl::StatusOr<audit::v1::HeadResponse> AuditDesk::Head(const audit::v1::HeadRequest& request) {
  const audit::v1::Log log =
      request.log() == audit::v1::DESK ? audit::v1::DESK : audit::v1::EXCHANGE;
  const std::string note = parts_.journal.SignedHead(log);
  const absl::StatusOr<audit::Checkpoint> head = audit::ParseUnverified(note);
  if (!head.ok()) return head.status();
  audit::v1::HeadResponse response;
  response.set_checkpoint(note);
  response.set_origin(head->origin);
  response.set_size(head->size);
  response.set_root(head->root.hex());
  return response;
}

absl::StatusOr<audit::v1::ProveResponse> AuditDesk::Prove(const inbox::Viewer& viewer,
                                                          inbox::Mailbox& mailbox,
                                                          const audit::v1::ProveRequest& request) {
  const absl::StatusOr<store::Exchange> exchange = mailbox.Resolve(viewer, request.exchange());
  if (!exchange.ok()) return exchange.status();
  const audit::v1::Log log =
      request.log() == audit::v1::DESK ? audit::v1::DESK : audit::v1::EXCHANGE;
  const absl::StatusOr<std::vector<store::StoredRecord>> records =
      parts_.journal.reader().RecordsOf(exchange->name);
  if (!records.ok()) return records.status();
  // A record can be read a moment before it is under a signed head.
  const uint64_t proved = parts_.journal.Head(log).size;
  std::vector<uint64_t> indexes;
  for (const store::StoredRecord& record : *records) {
    if (record.log == log && record.index < proved) indexes.push_back(record.index);
  }
  absl::StatusOr<journal::Proofs> proofs = parts_.journal.Prove(log, indexes);
  if (!proofs.ok()) return proofs.status();
  audit::v1::ProveResponse response;
  for (audit::v1::Receipt& receipt : proofs->receipts) {
    receipt.set_checkpoint(proofs->checkpoint);
    *response.add_receipts() = std::move(receipt);
  }
  response.set_verifier_key(log == audit::v1::DESK ? parts_.desk_key.Text()
                                                   : parts_.exchange_key.Text());
  return response;
}

absl::StatusOr<audit::v1::ReplayResponse> AuditDesk::Replay(
    const inbox::Viewer& viewer, inbox::Mailbox& mailbox, const audit::v1::ReplayRequest& request) {
  const absl::StatusOr<store::Exchange> exchange = mailbox.Resolve(viewer, request.exchange());
  if (!exchange.ok()) return exchange.status();
  const absl::Status recorded =
      RecordSearch(viewer, absl::StrCat("replay ", exchange->name.Text()));
  if (!recorded.ok()) return recorded;
  return desk::Replay(*exchange, parts_.journal.reader(), parts_.at_rest);
}

absl::StatusOr<audit::v1::VerifyResult> AuditDesk::Verify(
    const audit::v1::VerifyRequest& request,
    absl::FunctionRef<void(uint64_t checked, uint64_t total)> progress) {
  journal::VerifyOptions options = VerifyWith(parts_.at_rest, parts_.mac_key);
  options.full = request.full();
  if (request.log() != audit::v1::LOG_UNSPECIFIED) options.logs = {request.log()};
  options.guard_path = parts_.guard_path;
  options.keys = {parts_.exchange_key, parts_.desk_key};
  options.progress = progress;
  return journal::Verify(parts_.journal.reader(), options);
}

journal::VerifyOptions VerifyWith(const message::AtRestKeys& at_rest,
                                  const crypto::Secret& mac_key) {
  journal::VerifyOptions options;
  options.check_body = [&](const store::Exchange& exchange, const store::StoredBody& stored) {
    return CheckBody(exchange, stored, at_rest);
  };
  options.open = [&](const store::StoredRecord& stored) { return journal::Open(stored, at_rest); };
  options.mark = [&](std::string_view name) { return outbox::MarkOf(mac_key, name); };
  return options;
}

absl::Status CheckBody(const store::Exchange& exchange, const store::StoredBody& stored,
                       const message::AtRestKeys& at_rest) {
  if (!stored.body) return absl::OkStatus();
  if (exchange.state == desk::v1::HELD) return CheckHeld(exchange, stored, at_rest);
  const absl::StatusOr<journal::OpenedBody> body =
      journal::OpenBody(exchange.name, stored, at_rest);
  if (!body.ok()) return body.status();
  if (message::StatementDigest(body->envelope.type(), body->envelope.statement()) !=
      exchange.digest) {
    return MakeError(Reason::kVerificationFailed, "the statement is not the one recorded");
  }
  const absl::StatusOr<message::StoredBody> read = message::ReadStored(body->envelope);
  if (!read.ok()) return read.status();
  const bool fits =
      RowFits(exchange, read->statement) && exchange.bytes == body->envelope.ByteSizeLong();
  return fits ? absl::OkStatus() : RowDiffers("statement");
}

}  // namespace liaison::desk
