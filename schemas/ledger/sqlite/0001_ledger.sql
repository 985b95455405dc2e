-- The ledger on one machine. Rows are numbered by the hub from 1 without gaps, in the order of acceptance, so
-- number order is time order. Times are milliseconds since 1970-01-01 UTC. The envelopes' bytes lie in
-- segments/. Why it looks like this: docs/decisions/0002-ledger-layout.md.

CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Rows of the other tables name an agency by its number; a number is never given to another code.
CREATE TABLE agencies (
    number INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    receipts_confirmed INTEGER,
    receipts_acknowledged INTEGER,
    last_retrieved_at INTEGER
) STRICT;

-- Accepted and refused envelopes.
CREATE TABLE envelopes (
    seq INTEGER PRIMARY KEY,
    id BLOB,
    sender INTEGER NOT NULL,
    kind INTEGER NOT NULL,              -- 0: could not be decoded
    urgency INTEGER NOT NULL,
    business INTEGER NOT NULL,
    accepted_at INTEGER NOT NULL,       -- or refused at
    first_delivery INTEGER NOT NULL,
    receivers INTEGER NOT NULL,         -- how many deliveries
    position INTEGER,                   -- in segments/; NULL when nothing was kept
    bytes INTEGER,
    checksum INTEGER,                   -- CRC-32 of the bytes
    header_digest BLOB NOT NULL,
    issuer TEXT,
    number TEXT,
    notation TEXT,
    promulgated_on TEXT,
    document_id TEXT,
    axis_doc_id TEXT,                   -- given by the national axis
    subject TEXT,
    type_name TEXT,
    status_code TEXT,
    parts TEXT,                         -- one line each: size, digest, media type, content id, name, by tabs
    refusal_code TEXT,
    refusal_field TEXT,
    refusal_text TEXT
) STRICT;
-- Ids are UUIDv7: new ones stand beside each other, so these indexes grow at their end.
CREATE UNIQUE INDEX envelopes_accepted ON envelopes (id, sender) WHERE refusal_code IS NULL;
CREATE INDEX envelopes_refused ON envelopes (id) WHERE refusal_code IS NOT NULL;
CREATE INDEX envelopes_by_sender ON envelopes (sender, seq);
CREATE INDEX envelopes_by_axis_doc_id ON envelopes (axis_doc_id) WHERE axis_doc_id IS NOT NULL;

-- What people search by, folded: words of number, notation, full number, DocumentId, issuer and subject. An FTS
-- index takes new rows in runs that it merges later: random keys cost far less here than in a B-tree each.
CREATE VIRTUAL TABLE search USING fts5(
    number, notation, document_id, issuer, subject,
    content = '', columnsize = 0, detail = column, prefix = '2 3',
    tokenize = "unicode61 remove_diacritics 0 tokenchars '/.,-_'"
);

-- The deliveries of an envelope are numbered from envelopes.first_delivery on, in the order of its receivers.
CREATE TABLE deliveries (
    seq INTEGER PRIMARY KEY,
    envelope INTEGER NOT NULL,
    receiver INTEGER NOT NULL,
    station INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX deliveries_by_receiver ON deliveries (receiver, seq);
-- Station accepted (0): the broker never confirmed them.
CREATE INDEX deliveries_due ON deliveries (seq) WHERE station = 0;
-- Not yet with the receiver: accepted, queued, failed.
CREATE INDEX deliveries_waiting ON deliveries (receiver, seq) WHERE station < 3;

-- What happened; the leaves of the ledger's Merkle tree. Never changed, never removed.
CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    envelope INTEGER NOT NULL,
    event INTEGER,
    receiver INTEGER,
    addressee INTEGER,
    code TEXT,
    field TEXT,
    text TEXT
) STRICT;
CREATE INDEX entries_by_envelope ON entries (envelope);
CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries
BEGIN
    SELECT RAISE(ABORT, 'entries are append-only');
END;
CREATE TRIGGER entries_never_go BEFORE DELETE ON entries
BEGIN
    SELECT RAISE(ABORT, 'entries are append-only');
END;
