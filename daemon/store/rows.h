// What the store keeps and is asked to change. Plain values: the meaning of each is given by the
// rooms above. The store never sees plaintext: bodies, drafts, decisions and actors come sealed.
#ifndef LIAISON_DAEMON_STORE_ROWS_H_
#define LIAISON_DAEMON_STORE_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "daemon/base/ids.h"
#include "liaison/audit/v1/record.pb.h"
#include "liaison/desk/v1/desk.pb.h"

namespace liaison::store {

using base::Digest;
using base::ExchangeId;

enum class Direction { kOut = 1, kIn = 2 };

// An exchange is named by the agency that sent it and its id.
struct ExchangeName {
  std::string from;
  ExchangeId id;
  // "AGENCY/ID", as drafts and people write it.
  std::string Text() const { return from + "/" + id.hex(); }
  friend auto operator<=>(const ExchangeName&, const ExchangeName&) = default;
};

// Bytes sealed under a data key that is kept, wrapped, beside them.
struct Sealed {
  std::string key_id;   // names the wrapping key
  std::string wrapped;  // the data key
  std::string first;    // body, or decision
  std::string second;   // draft, or actor; may be empty
};

// Statement data of an exchange: no personal data.
struct Exchange {
  ExchangeName name;
  Direction direction = Direction::kOut;
  std::string partner;
  Digest digest;  // SHA-256(PAE); zero for a draft that is held, or was denied before it was sealed
  desk::v1::State state = desk::v1::STATE_UNSPECIFIED;
  liaison::payload::v1::MessageType type = liaison::payload::v1::MESSAGE_TYPE_UNSPECIFIED;
  liaison::payload::v1::Urgency::Code urgency = liaison::payload::v1::Urgency::URGENCY_UNSPECIFIED;
  liaison::payload::v1::Tlp::Code tlp = liaison::payload::v1::Tlp::TLP_UNSPECIFIED;
  absl::Time created;
  absl::Time expires;
  // Incoming: when an answer is due. HELD: when it lapses. InfinitePast: none.
  absl::Time respond_by = absl::InfinitePast();
  ExchangeId conversation;
  std::optional<ExchangeName> in_reply_to;
  bool exercise = false;
  Digest submitter;  // HMAC of the registered name of who submitted it; zero for incoming
  Digest
      decided_under;  // digest of kind "snapshot" that the last decision was made under; zero: none
  uint64_t bytes = 0;  // of the envelope, for quotas
  // Given by the store: of the record that the row stands for.
  absl::Time recorded;
  audit::v1::Log first_log = audit::v1::EXCHANGE;
  uint64_t first_index = 0;  // the first in the exchange log; until there is one, HELD in the desk
                             // log
};

// A record to be. The sequencer adds time, origin, index and `previous`.
struct RecordDraft {
  audit::v1::Log log = audit::v1::EXCHANGE;
  audit::v1::Record record;
  std::string opening_row;        // names the openings' place (associated data); empty: no openings
  std::optional<Sealed> opening;  // first = decision, second = actor
};

// --- Changes: each is one step of state with its one record
// ----------------------------------------------------------

// What an attempt counts against: one quota of a policy on one day.
struct QuotaUse {
  std::string quota;  // id
  // The day in the quota's time zone: begin <= time of the record < end.
  absl::Time begin;
  absl::Time end;
  Digest caller;         // HMAC of the caller, of a quota for each; zero: of one for all together
  uint64_t per_day = 0;  // attempts; 0: no limit
  uint64_t distinct_subjects_per_day = 0;  // 0: no limit
  std::vector<Digest> subjects;            // HMACs of the persons in the message, each once
};

// A new exchange, with the record SENT, HELD, RECEIVED, DENIED_IN or DENIED_OUT.
// Preconditions, in this order: the idempotency key is unused; (from, id) is unused;
// `decided_under` is in force; the partner's quota holds; each of `quotas` is on its day (else
// stale) and, unless this is a denial, not spent. The state is the one the event leads to
// (audit::StateAfter). When `in_reply_to` names an exchange with the same partner in the other
// direction, and this one is neither denied nor held, that one is answered (audit::StateAfterReply)
// in the same transaction. REQUIRES: the record names the exchange.
struct AddExchange {
  Exchange exchange;
  std::string head;  // Envelope without records, withheld and (outgoing) sender_receipt, serialised
  std::optional<Sealed> body;  // first = records and withheld, second = own draft; HELD: second
                               // alone, what is held; absent: nothing is kept
  // HMACs of caller and key, and of the draft; zero key: none.
  Digest idempotency_key;
  Digest idempotency_draft;
  // Outgoing: the received message that this one passes on (Reader::PassedOn). Not of a denied one.
  std::optional<ExchangeName> passes_on;
  uint64_t most_queued = 0;        // outgoing: QUEUED and HELD for this partner; 0: no limit
  uint64_t most_unread = 0;        // incoming: messages NEW from this partner; 0: no limit
  uint64_t most_stored_bytes = 0;  // incoming: bytes kept from this partner; 0: no limit
  std::vector<QuotaUse> quotas;    // counted when this commits, a denial too
  RecordDraft record;
  std::optional<RecordDraft> notice;  // NOTICE in the desk log, written with `record`
};

// A step of an exchange that exists: DELIVERED, REFUSED, EXPIRED, DENIED_OUT, READ, REJECTED_BY,
// LAPSED. Preconditions: its state is one of `from`; `decided_under`, when it is set, is in force;
// for LAPSED, its time has come when the record is made. What was held and ends without being sent
// leaves no draft behind. REQUIRES: the record names the exchange.
struct Advance {
  ExchangeName name;
  std::vector<desk::v1::State> from;
  std::string peer_receipt;  // liaison.audit.v1.Receipt of the partner, kept; empty: none
  std::optional<Digest> decided_under;  // set anew, when it was decided again
  RecordDraft record;
};

// A message as it is kept when it was sealed.
struct SealedMessage {
  Digest digest;
  uint64_t bytes = 0;  // of the envelope
  std::string head;    // as AddExchange
  Sealed body;
};

// A person agrees that a held draft goes. With `sending` it is the last who has to, and the draft
// becomes a message that is QUEUED: both records in one.
// Preconditions, in this order: it is HELD, and its time has not come when the record is made
// (kWrongState otherwise); the person neither submitted it nor has agreed before (kSamePerson);
// `others` persons have agreed before, and `decided_under` is in force (kStale). A held draft has
// its place in the queue already. REQUIRES: the records name the exchange.
struct Release {
  struct Sending {
    SealedMessage message;
    RecordDraft record;                 // SENT, in the exchange log
    std::optional<RecordDraft> notice;  // as AddExchange
  };
  ExchangeName name;
  Digest person;  // as Exchange::submitter
  size_t others = 0;
  Digest decided_under;
  RecordDraft record;  // RELEASED, in the desk log
  std::optional<Sending> sending;
};

// Something comes into force: POLICY, PARTNER, ROLE, CONFIG, KEY, DESK_HEAD. No precondition. There
// is no other way to write a record of these events.
struct PutInForce {
  std::string kind;     // "policy", "registry", "config", "snapshot", "desk_head"
  Digest digest;        // also in the record, as subject_digest; for POLICY SHA-256 of `content`
  std::string content;  // what it is, for replay; empty: not kept
  RecordDraft record;
};

// A record alone: GENESIS, REJECTED, CALLER_REFUSED, DESK_HEAD, SEARCHED, ADMIN,
// CLOCK ...
struct Append {
  RecordDraft record;
};

using Change = std::variant<AddExchange, Advance, Release, PutInForce, Append>;

// What became of a change. Only kCommitted wrote anything.
struct Outcome {
  enum class Kind {
    kCommitted,
    kSame,      // it is there already: `name`, `log` and `index` are of the record that stands
    kReusedId,  // (from, id) is used with another digest
    kIdempotencyConflict,  // the key is used with another draft
    kStale,                // decided under what is not in force any more: decide again
    kOverQuota,            // `what` names the limit
    kSpentQuota,           // `what` is the id of a policy's quota, `limit` which of its limits
    kWrongState,           // `state` is the one it is in; its time has come, or has not
    kNotFound,             // no such exchange
    kSamePerson,           // who agrees has submitted it, or has agreed before
  };
  Kind kind = Kind::kCommitted;
  ExchangeName name;
  audit::v1::Log log = audit::v1::EXCHANGE;
  uint64_t index = 0;
  desk::v1::State state = desk::v1::STATE_UNSPECIFIED;
  std::string what;
  std::string limit;  // "per_day" or "distinct_subjects_per_day"
};

// --- What is read
// ----------------------------------------------------------------------------------------------------

// The head row of a log.
struct LogHead {
  audit::v1::Log log = audit::v1::EXCHANGE;
  std::string origin;
  uint64_t size = 0;
  std::string frontier;  // audit::Frontier::Serialize
  uint64_t last_time_ms = 0;
  uint64_t fence = 0;
};

struct StoredRecord {
  audit::v1::Log log = audit::v1::EXCHANGE;
  uint64_t index = 0;
  std::string bytes;  // liaison.audit.v1.Record, verbatim
  Digest leaf;
  // The columns beside the bytes, by which records are found.
  absl::Time time;
  audit::v1::Event event = audit::v1::EVENT_UNSPECIFIED;
  std::string partner;
  std::string opening_row;
  std::optional<Sealed> opening;
};

// All that is kept in the rows of an exchange, but for its body.
struct WholeRow {
  Exchange exchange;
  bool answered = false;   // a reply was sent or received
  Digest idempotency_key;  // and the next: as AddExchange
  Digest idempotency_draft;
  std::optional<ExchangeName> passes_on;
};

// What is counted of a partner as rows change.
struct PartnerCounts {
  uint64_t held = 0;
  uint64_t queued = 0;
  uint64_t unread = 0;
  uint64_t stored_bytes = 0;
  friend bool operator==(const PartnerCounts&, const PartnerCounts&) = default;
};

// What an idempotency key was used for.
struct Submitted {
  Exchange exchange;
  Digest draft;  // AddExchange::idempotency_draft
};

// How a quota stands before an attempt.
struct QuotaStanding {
  uint64_t attempts = 0;
  uint64_t subjects = 0;  // distinct ones
  std::string spent;  // the limit that the attempt would be over, as Outcome::limit; empty: none
};

// One day of one quota, as it was counted, of all callers together.
struct QuotaCounter {
  std::string quota;
  absl::Time begin;
  absl::Time end;
  uint64_t attempts = 0;
};

// Somebody who agreed that a held draft goes.
struct Agreement {
  Digest person;       // Release::person
  uint64_t index = 0;  // of RELEASED in the desk log
  friend bool operator==(const Agreement&, const Agreement&) = default;
};

struct StoredBody {
  std::string head;  // Envelope, see AddExchange
  std::optional<Sealed> body;
  std::string peer_receipt;
};

struct InForce {
  Digest digest;
  std::string content;
  audit::v1::Log log = audit::v1::DESK;
  uint64_t index = 0;
};

// One line of the history of what was in force.
struct InForceEntry {
  std::string kind;
  Digest digest;
  audit::v1::Log log = audit::v1::DESK;
  uint64_t index = 0;
};

struct ExchangeFilter {
  std::optional<Direction> direction;
  std::string partner;
  std::vector<desk::v1::State> states;
  std::vector<liaison::payload::v1::MessageType> types;
  absl::Time since = absl::InfinitePast();
  int64_t before_row = 0;  // page: rows below this one; 0: from the newest
  size_t limit = 100;
};

struct RecordFilter {
  audit::v1::Log log = audit::v1::EXCHANGE;
  std::vector<audit::v1::Event> events;
  std::optional<ExchangeId> exchange;
  std::string exchange_from;  // with `exchange`: of this sender alone; empty: of any
  std::string partner;
  absl::Time since = absl::InfinitePast();
  absl::Time until = absl::InfiniteFuture();
  uint64_t from_index = 0;
  size_t limit = 100;
};

}  // namespace liaison::store

#endif  // LIAISON_DAEMON_STORE_ROWS_H_
