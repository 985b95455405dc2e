#pragma once
// The tables of mailbox.db. Times are milliseconds since 1970-01-01 UTC; kinds and states as in the
// enumerations.

#include <array>
#include <cstdint>

namespace hub::gateway {

inline constexpr const char* mailbox_schema = R"sql(
BEGIN IMMEDIATE;
CREATE TABLE sent (
    doc_id      TEXT PRIMARY KEY,
    agency      TEXT NOT NULL,
    sender      TEXT NOT NULL,
    kind        INTEGER NOT NULL,
    title       TEXT NOT NULL,
    number      TEXT NOT NULL,
    issued_on   TEXT NOT NULL,              -- ISO date; empty: a status.
    document_id TEXT NOT NULL,              -- As the packet writes it.
    sent_at     INTEGER NOT NULL,
    bytes       INTEGER NOT NULL,
    content     TEXT,                       -- SHA-256; NULL: refused, and may be sent again.
    state       INTEGER NOT NULL,
    code        TEXT NOT NULL DEFAULT '',   -- Of the refusal.
    field       TEXT NOT NULL DEFAULT '',
    text        TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE UNIQUE INDEX sent_by_content ON sent (agency, content);
CREATE INDEX sent_unanswered ON sent (agency, sent_at) WHERE state = 0;
CREATE INDEX sent_by_time ON sent (agency, kind, sent_at, doc_id);
CREATE INDEX sent_over ON sent (sent_at) WHERE state <> 0;

CREATE TABLE sent_to (
    doc_id      TEXT NOT NULL,
    own_code    TEXT NOT NULL,
    code        TEXT NOT NULL,
    station     INTEGER NOT NULL,
    text        TEXT NOT NULL,
    changed_at  INTEGER NOT NULL,
    PRIMARY KEY (doc_id, own_code)
) WITHOUT ROWID;

CREATE TABLE received (
    doc_id      TEXT PRIMARY KEY,
    agency      TEXT NOT NULL,
    envelope    TEXT NOT NULL,
    sender      TEXT NOT NULL,
    receiver    TEXT NOT NULL,
    kind        INTEGER NOT NULL,
    title       TEXT NOT NULL,
    number      TEXT NOT NULL,
    at          INTEGER NOT NULL,
    changed_at  INTEGER NOT NULL,
    bytes       INTEGER NOT NULL,
    state       INTEGER NOT NULL,
    description TEXT NOT NULL,
    is_signed_by_gateway INTEGER NOT NULL,
    is_told     INTEGER NOT NULL DEFAULT 0  -- The hub knows what the agency has said.
) WITHOUT ROWID;
CREATE INDEX received_pending ON received (agency, kind, at, doc_id) WHERE state < 2;
CREATE INDEX received_untold ON received (agency) WHERE state >= 2 AND is_told = 0;
CREATE INDEX received_over ON received (changed_at) WHERE state >= 2 AND is_told = 1;

-- By what a caller knows a request of its own again.
CREATE TABLE request (
    agency      TEXT NOT NULL,
    key         TEXT NOT NULL,
    content     TEXT NOT NULL,              -- SHA-256 of what was asked.
    at          INTEGER NOT NULL,
    PRIMARY KEY (agency, key)
) WITHOUT ROWID;
CREATE INDEX request_over ON request (at);

-- What agencies are told by webhooks. Written with what is told, in one transaction.
CREATE TABLE webhook_agency (agency TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE webhook (
    seq         INTEGER PRIMARY KEY,
    id          TEXT NOT NULL DEFAULT (lower(hex(randomblob(16)))),
    agency      TEXT NOT NULL,
    type        TEXT NOT NULL,
    doc_id      TEXT NOT NULL,
    party       TEXT NOT NULL,              -- Sender of what was received, receiver of what was sent.
    station     INTEGER,
    code        TEXT NOT NULL DEFAULT '',   -- Of a refusal.
    at          INTEGER NOT NULL,
    tries       INTEGER NOT NULL DEFAULT 0,
    due_at      INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX webhook_due ON webhook (agency, due_at);
CREATE TRIGGER webhook_received AFTER INSERT ON received
WHEN EXISTS (SELECT 1 FROM webhook_agency WHERE agency = NEW.agency)
BEGIN
    INSERT INTO webhook (agency, type, doc_id, party, at)
    VALUES (NEW.agency, iif(NEW.kind = 2, 'status.received', 'document.received'), NEW.doc_id, NEW.sender, NEW.at);
END;
CREATE TRIGGER webhook_answered AFTER UPDATE OF state ON sent
WHEN NEW.state <> OLD.state AND EXISTS (SELECT 1 FROM webhook_agency WHERE agency = NEW.agency)
BEGIN
    INSERT INTO webhook (agency, type, doc_id, party, code, at)
    VALUES (NEW.agency, iif(NEW.kind = 2, 'status.', 'document.') || iif(NEW.state = 1, 'accepted', 'refused'),
            NEW.doc_id, '', NEW.code, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER));
END;
-- 1: in the receiver's queue, which `accepted` has promised already.
CREATE TRIGGER webhook_moved AFTER UPDATE OF station ON sent_to
WHEN NEW.station <> OLD.station AND NEW.station > 1
BEGIN
    INSERT INTO webhook (agency, type, doc_id, party, station, at)
    SELECT agency, 'receiver.changed', NEW.doc_id, NEW.own_code, NEW.station, NEW.changed_at
    FROM sent JOIN webhook_agency USING (agency) WHERE sent.doc_id = NEW.doc_id;
END;
CREATE TRIGGER webhook_joined AFTER INSERT ON sent_to
WHEN NEW.station > 1
BEGIN
    INSERT INTO webhook (agency, type, doc_id, party, station, at)
    SELECT agency, 'receiver.changed', NEW.doc_id, NEW.own_code, NEW.station, NEW.changed_at
    FROM sent JOIN webhook_agency USING (agency) WHERE sent.doc_id = NEW.doc_id;
END;
PRAGMA user_version = 1;
COMMIT;
)sql";

/// To version 2, from 1.
inline constexpr const char* mailbox_schema_2 = R"sql(
BEGIN IMMEDIATE;
ALTER TABLE received ADD COLUMN traceparent TEXT NOT NULL DEFAULT '';
ALTER TABLE sent ADD COLUMN traceparent TEXT NOT NULL DEFAULT '';
PRAGMA user_version = 2;
COMMIT;
)sql";

/// To version 3: `packet` is what `content` was at first, and stays. Of what is older and was sent anew nothing is known.
inline constexpr const char* mailbox_schema_3 = R"sql(
BEGIN IMMEDIATE;
ALTER TABLE sent ADD COLUMN packet TEXT;
UPDATE sent SET packet = content;
CREATE INDEX sent_by_packet ON sent (agency, packet);
PRAGMA user_version = 3;
COMMIT;
)sql";

/// To version 4: a receiver has its place in the packet (older ones none), and webhooks name it as the packet does.
inline constexpr const char* mailbox_schema_4 = R"sql(
BEGIN IMMEDIATE;
ALTER TABLE sent_to ADD COLUMN place INTEGER;
DROP TRIGGER webhook_moved;
CREATE TRIGGER webhook_moved AFTER UPDATE OF station ON sent_to
WHEN NEW.station <> OLD.station AND NEW.station > 1
BEGIN
    INSERT INTO webhook (agency, type, doc_id, party, station, at)
    SELECT agency, 'receiver.changed', NEW.doc_id, NEW.code, NEW.station, NEW.changed_at
    FROM sent JOIN webhook_agency USING (agency) WHERE sent.doc_id = NEW.doc_id;
END;
PRAGMA user_version = 4;
COMMIT;
)sql";

/// To version 5: what was received has a place in its list that no clock moves, and a new one when it is offered again.
inline constexpr const char* mailbox_schema_5 = R"sql(
BEGIN IMMEDIATE;
ALTER TABLE received ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
UPDATE received SET seq = ranked.seq
FROM (SELECT doc_id, row_number() OVER (ORDER BY at, doc_id) AS seq FROM received) AS ranked
WHERE ranked.doc_id = received.doc_id;
CREATE TABLE last_received (seq INTEGER NOT NULL);
INSERT INTO last_received SELECT count(*) FROM received;
DROP INDEX received_pending;
CREATE INDEX received_pending ON received (agency, kind, seq) WHERE state < 2;
CREATE TRIGGER webhook_offered AFTER UPDATE OF state ON received
WHEN OLD.state = 3 AND NEW.state = 0 AND EXISTS (SELECT 1 FROM webhook_agency WHERE agency = NEW.agency)
BEGIN
    INSERT INTO webhook (agency, type, doc_id, party, at)
    VALUES (NEW.agency, iif(NEW.kind = 2, 'status.received', 'document.received'), NEW.doc_id, NEW.sender,
            NEW.changed_at);
END;
PRAGMA user_version = 5;
COMMIT;
)sql";

/// To version 6: by which a packet that came is known again under another envelope. Empty: of what is older.
inline constexpr const char* mailbox_schema_6 = R"sql(
BEGIN IMMEDIATE;
ALTER TABLE received ADD COLUMN content TEXT NOT NULL DEFAULT '';
CREATE INDEX received_by_content ON received (agency, content) WHERE content <> '';
PRAGMA user_version = 6;
COMMIT;
)sql";

/// To version 7: which document's envelope a packet answers or asks back, where its sender has said so, and what came of
/// the last change that was asked of a receiver (Change; 0: none was).
inline constexpr const char* mailbox_schema_7 = R"sql(
BEGIN IMMEDIATE;
ALTER TABLE sent ADD COLUMN answers TEXT NOT NULL DEFAULT '';
ALTER TABLE sent_to ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sent_to ADD COLUMN asked_state INTEGER NOT NULL DEFAULT 0;
CREATE INDEX sent_by_document ON sent (agency, document_id) WHERE document_id <> '';
PRAGMA user_version = 7;
COMMIT;
)sql";

/// Each leads to the version of its place, from the one before.
inline constexpr std::array mailbox_schemas{mailbox_schema, mailbox_schema_2, mailbox_schema_3, mailbox_schema_4,
                                        mailbox_schema_5, mailbox_schema_6, mailbox_schema_7};
inline constexpr std::int64_t mailbox_version = mailbox_schemas.size();

}  // namespace hub::gateway
