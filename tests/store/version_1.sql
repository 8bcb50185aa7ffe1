-- A database as version 1 left it: one message queued, one received. Never changed.
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

INSERT INTO log VALUES (1, 'exchange-log', 2, x'0000000000000002', 2, 7), (2, 'desk-log', 0, x'0000000000000000', 0, 7);
INSERT INTO exchange (sender, id, direction, partner, digest, state, type, urgency, tlp, created_ms, expires_ms,
    conversation, exercise, submitter, decided_under, bytes, recorded_ms, first_log, first_index) VALUES
  ('bgc', x'00000000000000010000000000000000', 1, 'nca-example', zeroblob(32), 3, 0, 3, 0, 1800000000000,
   1800086400000, x'00000000000000010000000000000000', 0, zeroblob(32), zeroblob(32), 1000, 1, 1, 0),
  ('nca-example', x'00000000000000020000000000000000', 2, 'nca-example', zeroblob(32), 8, 0, 3, 0, 1800000000000,
   1800086400000, x'00000000000000020000000000000000', 0, zeroblob(32), zeroblob(32), 1000, 2, 1, 1);
INSERT INTO body VALUES (1, x'01', 'message-202701', x'02', x'03', x'04');
INSERT INTO partner VALUES ('nca-example', 1, 1, 1000);
PRAGMA user_version = 1;
