#include "daemon/journal/verify_rows.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/audit/states.h"
#include "daemon/audit/tree.h"
#include "daemon/base/error.h"
#include "daemon/crypto/digest.h"
#include "daemon/journal/kept_row.h"
#include "daemon/journal/log_sequencer.h"
#include "daemon/journal/verify_log.h"
#include "liaison/exchange/v1/statement.pb.h"

namespace liaison::journal {
namespace {

constexpr size_t kPage = 1000;

std::string KeyOf(const store::ExchangeName& name) {
  return absl::StrCat(name.from, std::string(1, '\0'), std::string(name.id.raw()));
}

base::Digest DigestIn(const audit::v1::Record& record) {
  const absl::StatusOr<base::Digest> digest = base::Digest::FromRaw(record.statement_digest());
  return digest.ok() ? *digest : base::Digest();
}

// Only what was sent or received answers; what was denied does not.
bool Answers(audit::v1::Event first) {
  return first == audit::v1::SENT || first == audit::v1::RECEIVED;
}

std::string Difference(const store::Exchange& row, const store::Exchange& told) {
  if (row.digest != told.digest) return "its digest is not the one recorded";
  if (row.partner != told.partner) return "its partner is not the one recorded";
  if (row.direction != told.direction) return "its direction is not the one recorded";
  if (row.first_log != told.first_log || row.first_index != told.first_index) {
    return "it names another record as its first";
  }
  if (row.recorded != told.recorded) return "its time is not the one recorded";
  if (row.respond_by != told.respond_by) return "its deadline is not the one recorded";
  if (row.state != told.state) {
    return absl::StrCat("its state is ", desk::v1::State_Name(row.state), ", its records lead to ",
                        desk::v1::State_Name(told.state));
  }
  return "";
}

// The partner's receipt: what it answered to ours, or what came in its envelope.
bool KeptReceipt(const store::Exchange& row, const store::StoredBody& body,
                 audit::v1::Receipt& receipt) {
  if (row.direction == store::Direction::kOut) return receipt.ParseFromString(body.peer_receipt);
  exchange::v1::Envelope envelope;
  if (!envelope.ParseFromString(body.head)) return false;
  receipt = std::move(*envelope.mutable_sender_receipt());
  return true;
}

bool Fits(const store::Exchange& row, const store::StoredBody& body,
          const audit::v1::PeerReceipt& recorded) {
  audit::v1::Receipt receipt;
  if (!KeptReceipt(row, body, receipt)) return false;
  return receipt.index() == recorded.index() &&
         audit::LeafHash(receipt.record()).raw() == recorded.leaf();
}

}  // namespace

void RowCheck::BadRow(const store::Exchange& row, std::string_view kind, std::string what) {
  faults_.Add(kind, row.first_log, row.first_index,
              absl::StrCat(std::string(kind), " exchange ", row.name.id.hex()), std::move(what));
}

absl::Status RowCheck::CheckExchanges() { return faults_.Absorb(CheckAll(), audit::v1::EXCHANGE); }

absl::Status RowCheck::CheckAll() {
  absl::Time newest = absl::InfinitePast();
  absl::Status status = reader_.ForEachExchange([&](const store::WholeRow& whole) {
    newest = std::max(newest, whole.exchange.recorded);
    return NoteReply(whole.exchange);
  });
  if (!status.ok()) return status;
  status = quotas_.Begin(newest);
  if (!status.ok()) return status;
  status = reader_.ForEachExchange([this](const store::WholeRow& whole) {
    const absl::Status noted = quotas_.Note(whole.exchange);
    return noted.ok() ? CheckExchange(whole) : noted;
  });
  if (!status.ok()) return status;
  quotas_.End();
  return CheckCounts();
}

absl::Status RowCheck::NoteReply(const store::Exchange& exchange) {
  if (!exchange.in_reply_to || !audit::IsAnswer(exchange.type)) return absl::OkStatus();
  const absl::StatusOr<store::StoredRecord> first =
      reader_.Record(exchange.first_log, exchange.first_index);
  if (first.status().code() == absl::StatusCode::kNotFound) return absl::OkStatus();
  if (!first.ok()) return first.status();
  if (!Answers(first->event)) return absl::OkStatus();
  replies_[KeyOf(*exchange.in_reply_to)].push_back(
      {exchange.direction, exchange.partner, exchange.first_index});
  return absl::OkStatus();
}

bool RowCheck::IsAnswered(const store::Exchange& row) const {
  const auto found = replies_.find(KeyOf(row.name));
  if (found == replies_.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(), [&](const Reply& reply) {
    return reply.direction != row.direction && reply.partner == row.partner &&
           reply.index > row.first_index;
  });
}

absl::StatusOr<RowCheck::Told> RowCheck::Tell(const store::Exchange& row) {
  const absl::StatusOr<std::vector<store::StoredRecord>> records = reader_.RecordsOf(row.name);
  if (!records.ok()) return records.status();
  Told told;
  told.exchange.state = desk::v1::STATE_UNSPECIFIED;
  for (const store::StoredRecord& stored : *records) {
    audit::v1::Record record;
    if (!record.ParseFromString(stored.bytes)) continue;  // a fault of the log
    TellNext(stored, record, told);
  }
  return told;
}

// The first record of the exchange log is what a row stands for; until there is one, HELD.
void RowCheck::TellNext(const store::StoredRecord& stored, const audit::v1::Record& record,
                        Told& told) {
  const bool begun = told.exchange.state != desk::v1::STATE_UNSPECIFIED;
  const bool was_held = told.exchange.state == desk::v1::HELD;
  told.exchange.state = audit::StateAfter(told.exchange.state, record.event());
  if (record.has_peer_receipt()) told.peer_receipt = record.peer_receipt();
  if (record.event() == audit::v1::ERASED) told.keeps_body = false;
  if (record.event() == audit::v1::RELEASED) told.agreements.push_back(stored);
  const bool holds = record.event() == audit::v1::HELD && !begun;
  const bool ends_hold = was_held && told.exchange.state != desk::v1::HELD;
  if (ends_hold) {
    told.keeps_body = false;
    told.exchange.respond_by = absl::InfinitePast();
  }
  const bool stands = stored.log == audit::v1::EXCHANGE && (!begun || ends_hold);
  if (!holds && !stands) return;
  if (!begun) told.first = stored;
  told.keeps_body = holds || Answers(record.event());
  told.exchange.digest = DigestIn(record);
  told.exchange.partner = record.partner();
  const bool in = record.event() == audit::v1::RECEIVED || record.event() == audit::v1::DENIED_IN;
  told.exchange.direction = in ? store::Direction::kIn : store::Direction::kOut;
  told.exchange.first_log = stored.log;
  told.exchange.first_index = stored.index;
  told.exchange.recorded = absl::FromUnixMillis(static_cast<int64_t>(record.time_ms()));
  if (record.respond_by_ms() == 0) return;
  told.exchange.respond_by = absl::FromUnixMillis(static_cast<int64_t>(record.respond_by_ms()));
}

// An opening that is gone, or does not open, is a fault of the log.
std::string RowCheck::CompareKept(const store::WholeRow& whole, const Told& told) {
  if (!options_.open || !told.first || !told.first->opening) return "";
  const absl::StatusOr<Openings> opened = options_.open(*told.first);
  return opened.ok() ? DifferenceOf(whole, opened->decision) : "";
}

bool RowCheck::IsPerson(const base::Digest& person, const store::StoredRecord& stored) {
  if (!options_.open || !stored.opening) return true;
  const absl::StatusOr<Openings> opened = options_.open(stored);
  return !opened.ok() || options_.mark(opened->actor.name()) == person;
}

absl::StatusOr<std::string> RowCheck::CompareAgreements(const store::Exchange& row,
                                                        const Told& told) {
  const absl::StatusOr<std::vector<store::Agreement>> agreements = reader_.Agreements(row.name);
  if (!agreements.ok()) return agreements.status();
  bool same = agreements->size() == told.agreements.size();
  for (size_t i = 0; same && i < agreements->size(); ++i) {
    same = (*agreements)[i].index == told.agreements[i].index &&
           IsPerson((*agreements)[i].person, told.agreements[i]);
  }
  return same ? "" : "who agreed that it goes is not who is recorded";
}

absl::StatusOr<std::string> RowCheck::Compare(const store::WholeRow& whole, Told& told) {
  const store::Exchange& row = whole.exchange;
  absl::StatusOr<Told> fresh = Tell(row);
  if (!fresh.ok()) return fresh.status();
  told = *std::move(fresh);
  if (told.exchange.state == desk::v1::STATE_UNSPECIFIED) return "no record made this row";
  const bool answered = IsAnswered(row);
  if (answered) told.exchange.state = audit::StateAfterReply(told.exchange.state);
  std::string difference = Difference(row, told.exchange);
  if (!difference.empty()) return difference;
  if (whole.answered != answered) return "its mark of an answer is not what the records say";
  if (!told.keeps_body && row.bytes != 0) return "it has a size, and nothing of it is kept";
  difference = CompareKept(whole, told);
  return difference.empty() ? CompareAgreements(row, told) : difference;
}

absl::Status RowCheck::CheckExchange(const store::WholeRow& whole) {
  ++rows_;
  Told told;
  const absl::StatusOr<std::string> difference = Compare(whole, told);
  if (!difference.ok()) return difference.status();
  if (!difference->empty()) BadRow(whole.exchange, "row", *difference);
  Count(whole.exchange, told);
  return CheckBody(whole.exchange, told);
}

absl::Status RowCheck::CheckBody(const store::Exchange& row, const Told& told) {
  const absl::StatusOr<store::StoredBody> body = reader_.Body(row.name);
  if (body.status().code() == absl::StatusCode::kNotFound) return absl::OkStatus();
  if (!body.ok()) return body.status();
  if (told.peer_receipt && !Fits(row, *body, *told.peer_receipt)) {
    BadRow(row, "receipt", "the partner's receipt is not the one recorded");
  }
  const bool whole = body->body && (row.state == desk::v1::HELD || !body->head.empty());
  if (told.keeps_body && !whole) {
    BadRow(row, "body", "the body is gone, and no record says that it was erased");
    return absl::OkStatus();
  }
  if (!body->body || !options_.check_body) return absl::OkStatus();
  ++bodies_;
  const absl::Status opened = options_.check_body(row, *body);
  if (!opened.ok()) BadRow(row, "body", std::string(opened.message()));
  return absl::OkStatus();
}

void RowCheck::Count(const store::Exchange& row, const Told& told) {
  store::PartnerCounts& counts = counts_[row.partner];
  counts.held += row.state == desk::v1::HELD ? 1 : 0;
  counts.queued += row.state == desk::v1::QUEUED ? 1 : 0;
  counts.unread += row.state == desk::v1::NEW ? 1 : 0;
  const bool stored = row.direction == store::Direction::kIn && told.keeps_body;
  counts.stored_bytes += stored ? row.bytes : 0;
}

absl::Status RowCheck::CheckCounts() {
  absl::StatusOr<std::map<std::string, store::PartnerCounts>> kept = reader_.CountsOfPartners();
  if (!kept.ok()) return kept.status();
  for (const auto& [partner, counts] : counts_) kept->try_emplace(partner);
  for (const auto& [partner, counts] : *kept) {
    if (counts == counts_[partner]) continue;
    faults_.Add("counts", audit::v1::EXCHANGE, 0, absl::StrCat("row partner ", partner),
                "what is counted of its messages is not what their rows say");
  }
  return absl::OkStatus();
}

std::string RowCheck::InForceFault(const store::InForceEntry& entry) {
  const absl::StatusOr<store::StoredRecord> stored = reader_.Record(entry.log, entry.index);
  audit::v1::Record record;
  if (!stored.ok() || !record.ParseFromString(stored->bytes)) return "its record is gone";
  if (record.subject_digest() != entry.digest.raw()) return "its digest is not the one recorded";
  return ContentFault(entry, *stored, record);
}

// The digest of a policy is that of its text. Other digests cover more than the text that is kept,
// which the opening of the record commits to.
std::string RowCheck::ContentFault(const store::InForceEntry& entry,
                                   const store::StoredRecord& stored,
                                   const audit::v1::Record& record) {
  const absl::StatusOr<std::string> content = reader_.Content(entry.kind, entry.digest);
  std::string digest;
  if (content.ok()) digest = crypto::Sha256(*content).raw();
  std::string told = digest;
  if (record.event() == audit::v1::POLICY) {
    told = entry.digest.raw();
  } else if (options_.open && stored.opening) {
    const absl::StatusOr<Openings> opened = options_.open(stored);
    if (opened.ok()) told = opened->decision.kept();
  }
  return digest == told ? "" : "its text is not the one whose digest was recorded";
}

absl::Status RowCheck::CheckInForce() {
  const absl::StatusOr<std::vector<store::InForceEntry>> history = reader_.InForceHistory();
  if (!history.ok()) return faults_.Absorb(history.status(), audit::v1::DESK);
  std::map<std::string, store::InForceEntry> newest;
  std::set<std::pair<audit::v1::Log, uint64_t>> listed;
  const auto bad = [this](const store::InForceEntry& entry, std::string what) {
    faults_.Add("in force", entry.log, entry.index, absl::StrCat("row in force ", entry.kind),
                std::move(what));
  };
  for (const store::InForceEntry& entry : *history) {
    if (std::string what = InForceFault(entry); !what.empty()) bad(entry, std::move(what));
    newest[entry.kind] = entry;
    listed.emplace(entry.log, entry.index);
  }
  for (const auto& [kind, entry] : newest) {
    const absl::StatusOr<store::InForce> row = reader_.FindInForce(kind);
    if (row.ok() && row->digest == entry.digest && row->log == entry.log &&
        row->index == entry.index) {
      continue;
    }
    bad(entry, "what is in force is not what was put in force last");
  }
  for (audit::v1::Log log : kLogs) {
    const absl::Status all = CheckAllListed(log, listed);
    if (absl::Status absorbed = faults_.Absorb(all, log); !absorbed.ok()) return absorbed;
  }
  return absl::OkStatus();
}

absl::Status RowCheck::CheckAllListed(audit::v1::Log log,
                                      const std::set<std::pair<audit::v1::Log, uint64_t>>& listed) {
  store::RecordFilter page;
  page.log = log;
  page.events = {audit::v1::POLICY, audit::v1::PARTNER, audit::v1::ROLE,
                 audit::v1::CONFIG, audit::v1::KEY,     audit::v1::DESK_HEAD};
  page.limit = kPage;
  bool more = true;
  while (more) {
    const auto records = reader_.Records(page);
    if (!records.ok()) return records.status();
    more = records->second;
    for (const store::StoredRecord& stored : records->first) {
      page.from_index = stored.index + 1;
      if (listed.contains({log, stored.index})) continue;
      faults_.Add("in force", log, stored.index,
                  absl::StrCat("record ", NameOf(log), "/", stored.index),
                  "what this record put in force is not in the history");
    }
  }
  return absl::OkStatus();
}

}  // namespace liaison::journal
