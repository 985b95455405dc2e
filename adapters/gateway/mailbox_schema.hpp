#pragma once
// The tables of mailbox.db. Times are milliseconds since 1970-01-01 UTC; kinds and states as in the
// enumerations.

namespace hub::gateway {

inline constexpr int mailbox_version = 1;

inline constexpr const char* mailbox_schema = R"sql(
BEGIN IMMEDIATE;
CREATE TABLE sent (
    doc_id      TEXT PRIMARY KEY,
    agency      TEXT NOT NULL,
    sender      TEXT NOT NULL,
    kind        INTEGER NOT NULL,
    title       TEXT NOT NULL,
    number      TEXT NOT NULL,
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
CREATE INDEX sent_by_time ON sent (agency, kind, sent_at);
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
CREATE INDEX received_pending ON received (agency, kind, at) WHERE state < 2;
CREATE INDEX received_untold ON received (agency) WHERE state >= 2 AND is_told = 0;
CREATE INDEX received_over ON received (changed_at) WHERE state >= 2 AND is_told = 1;
PRAGMA user_version = 1;
COMMIT;
)sql";

}  // namespace hub::gateway
