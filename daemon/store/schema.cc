#include "daemon/store/schema.h"

#include <array>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"

namespace liaison::store {
namespace {

// Rows have integer keys that grow, so that inserts append; what is random (ids, digests) stands in
// UNIQUE columns. Bodies and openings are in tables of their own: they are large, read seldom and
// erased earlier.
constexpr char kFirst[] = R"sql(
CREATE TABLE log (
  log INTEGER PRIMARY KEY,       -- audit.v1.Log
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  frontier BLOB NOT NULL,
  last_time_ms INTEGER NOT NULL,
  fence INTEGER NOT NULL
) STRICT;

CREATE TABLE exchange (
  row INTEGER PRIMARY KEY,
  sender TEXT NOT NULL,
  id BLOB NOT NULL,
  direction INTEGER NOT NULL,
  partner TEXT NOT NULL,
  digest BLOB NOT NULL,
  state INTEGER NOT NULL,
  answered INTEGER NOT NULL DEFAULT 0,  -- 1: a reply was sent or received
  type INTEGER NOT NULL,
  urgency INTEGER NOT NULL,
  tlp INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  respond_by_ms INTEGER,
  conversation BLOB NOT NULL,
  reply_sender TEXT,
  reply_id BLOB,
  exercise INTEGER NOT NULL,
  submitter BLOB NOT NULL,
  decided_under BLOB NOT NULL,
  bytes INTEGER NOT NULL,
  recorded_ms INTEGER NOT NULL,
  first_log INTEGER NOT NULL,
  first_index INTEGER NOT NULL,
  UNIQUE (id, sender)
) STRICT;
CREATE INDEX exchange_box ON exchange (direction, state, row);
CREATE INDEX exchange_conversation ON exchange (conversation, row);
CREATE INDEX exchange_due ON exchange (partner, urgency, row) WHERE state = 3;
CREATE INDEX exchange_expiring ON exchange (partner, expires_ms) WHERE state = 3;

CREATE TABLE body (
  row INTEGER PRIMARY KEY REFERENCES exchange (row),
  head BLOB NOT NULL,
  key_id TEXT,                   -- NULL: nothing but the head is kept
  wrapped BLOB,
  first BLOB,
  second BLOB
) STRICT;
CREATE TABLE peer_receipt (
  row INTEGER PRIMARY KEY REFERENCES exchange (row),
  receipt BLOB NOT NULL
) STRICT;
CREATE TABLE idempotency (
  row INTEGER PRIMARY KEY REFERENCES exchange (row),
  key BLOB NOT NULL UNIQUE,
  draft BLOB NOT NULL
) STRICT;
-- Counted as rows change, so that a quota costs the same whatever is queued.
CREATE TABLE partner (
  partner TEXT PRIMARY KEY,
  queued INTEGER NOT NULL DEFAULT 0,
  unread INTEGER NOT NULL DEFAULT 0,
  stored_bytes INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE exchange_record (
  idx INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL,
  leaf BLOB NOT NULL,
  time_ms INTEGER NOT NULL,
  event INTEGER NOT NULL,
  partner TEXT NOT NULL,
  exchange_from TEXT,
  exchange_id BLOB
) STRICT;
CREATE INDEX exchange_record_exchange ON exchange_record (exchange_id, idx)
  WHERE exchange_id IS NOT NULL;
CREATE TABLE exchange_opening (
  idx INTEGER PRIMARY KEY REFERENCES exchange_record (idx),
  name TEXT NOT NULL,
  key_id TEXT NOT NULL,
  wrapped BLOB NOT NULL,
  first BLOB NOT NULL,
  second BLOB NOT NULL
) STRICT;
CREATE TABLE desk_record (
  idx INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL,
  leaf BLOB NOT NULL,
  time_ms INTEGER NOT NULL,
  event INTEGER NOT NULL,
  partner TEXT NOT NULL,
  exchange_from TEXT,
  exchange_id BLOB
) STRICT;
CREATE INDEX desk_record_exchange ON desk_record (exchange_id, idx) WHERE exchange_id IS NOT NULL;
CREATE TABLE desk_opening (
  idx INTEGER PRIMARY KEY REFERENCES desk_record (idx),
  name TEXT NOT NULL,
  key_id TEXT NOT NULL,
  wrapped BLOB NOT NULL,
  first BLOB NOT NULL,
  second BLOB NOT NULL
) STRICT;

-- Complete tiles of 256 hashes. `root` stands before the large column: it is an entry of the level above.
CREATE TABLE tile (
  row INTEGER PRIMARY KEY,
  log INTEGER NOT NULL,
  level INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  root BLOB NOT NULL,
  hashes BLOB NOT NULL,
  UNIQUE (log, level, idx)
) STRICT;

CREATE TABLE in_force (
  kind TEXT PRIMARY KEY,
  digest BLOB NOT NULL,
  log INTEGER NOT NULL,
  idx INTEGER NOT NULL
) STRICT;
CREATE TABLE in_force_history (
  row INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  digest BLOB NOT NULL,
  log INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  UNIQUE (log, idx)
) STRICT;
CREATE TABLE content (
  row INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  digest BLOB NOT NULL,
  content BLOB NOT NULL,
  UNIQUE (kind, digest)
) STRICT;
)sql";

// What policies' quotas count, a day at a time. Days that are over go when the next one begins.
constexpr char kQuotas[] = R"sql(
CREATE TABLE quota_day (
  row INTEGER PRIMARY KEY,
  quota TEXT NOT NULL,
  caller BLOB NOT NULL,          -- zero: all together
  begin_ms INTEGER NOT NULL,
  end_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  subjects INTEGER NOT NULL DEFAULT 0,
  UNIQUE (quota, caller, begin_ms, end_ms)
) STRICT;
CREATE INDEX quota_day_end ON quota_day (end_ms);
-- `place`: 1 for the first person of the day, 2 for the second ...
CREATE TABLE quota_subject (
  row INTEGER PRIMARY KEY,
  day INTEGER NOT NULL REFERENCES quota_day (row),
  subject BLOB NOT NULL,
  place INTEGER NOT NULL,
  UNIQUE (day, subject)
) STRICT;
)sql";

// Drafts that a second person must let go. Who agreed stands under the record that says so.
constexpr char kHeld[] = R"sql(
CREATE TABLE agreement (
  idx INTEGER PRIMARY KEY,       -- of RELEASED in the desk log
  row INTEGER NOT NULL REFERENCES exchange (row),
  person BLOB NOT NULL,          -- as exchange.submitter
  UNIQUE (row, person)
) STRICT;
CREATE INDEX exchange_lapsing ON exchange (respond_by_ms) WHERE state = 1;
ALTER TABLE partner ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
)sql";

// What a FORWARDED_ITEM of ours passes on, so that a recall finds everybody who was given it.
constexpr char kPassedOn[] = R"sql(
CREATE TABLE passed_on (
  row INTEGER PRIMARY KEY REFERENCES exchange (row),
  sender TEXT NOT NULL,          -- with id: the name of the received message inside it
  id BLOB NOT NULL
) STRICT;
CREATE INDEX passed_on_original ON passed_on (id, sender, row);
)sql";

// Step n leads from version n to n + 1. Steps that were released are never changed.
constexpr std::array<const char*, 4> kSteps = {kFirst, kQuotas, kHeld, kPassedOn};

absl::StatusOr<int> Version(Connection& connection) {
  const absl::StatusOr<std::string> text = connection.Ask("PRAGMA user_version");
  if (!text.ok()) return text.status();
  int version = 0;
  if (!absl::SimpleAtoi(*text, &version)) return Damaged("its version is no number");
  return version;
}

absl::Status Newer(int version) {
  return base::MakeError(
      base::Reason::kWrongState,
      absl::StrCat("the database has version ", version, ", this program knows ", kSteps.size()),
      "run the program that wrote it, or a newer one");
}

absl::Status Take(Connection& connection, size_t step) {
  absl::StatusOr<Transaction> transaction = Transaction::Begin(connection);
  if (!transaction.ok()) return transaction.status();
  if (absl::Status made = connection.Execute(kSteps[step]); !made.ok()) return made;
  const std::string mark = absl::StrCat("PRAGMA user_version = ", step + 1);
  if (absl::Status marked = connection.Execute(mark); !marked.ok()) return marked;
  return transaction->Commit();
}

}  // namespace

absl::Status Migrate(Connection& connection) {
  const absl::StatusOr<int> version = Version(connection);
  if (!version.ok()) return version.status();
  if (*version < 0 || static_cast<size_t>(*version) > kSteps.size()) return Newer(*version);
  for (size_t step = static_cast<size_t>(*version); step < kSteps.size(); ++step) {
    if (absl::Status taken = Take(connection, step); !taken.ok()) return taken;
  }
  return absl::OkStatus();
}

absl::Status CheckVersion(Connection& connection) {
  const absl::StatusOr<int> version = Version(connection);
  if (!version.ok()) return version.status();
  if (static_cast<size_t>(*version) == kSteps.size()) return absl::OkStatus();
  if (static_cast<size_t>(*version) > kSteps.size()) return Newer(*version);
  return base::MakeError(base::Reason::kWrongState, "the database has an older version",
                         "let the daemon open it once");
}

}  // namespace liaison::store
