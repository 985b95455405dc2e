-- Large parts, legal holds and retention. The contents' bytes lie in the content store, a folder of its own.

CREATE TABLE contents (
    digest BLOB PRIMARY KEY,            -- SHA-256
    bytes INTEGER NOT NULL,
    copy INTEGER NOT NULL,              -- names the file
    state INTEGER NOT NULL,             -- 0 whole, 1 damaged, 2 removed: digest and size stay on record
    put_by INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX contents_kept ON contents (digest) WHERE state <> 2;

-- Who may name and fetch a content.
CREATE TABLE content_parties (
    digest BLOB NOT NULL,
    agency INTEGER NOT NULL,
    PRIMARY KEY (digest, agency)
) STRICT, WITHOUT ROWID;

-- Kept envelopes that name a content. Without any, and after a while, its file goes.
CREATE TABLE content_uses (
    digest BLOB NOT NULL,
    envelope INTEGER NOT NULL,
    PRIMARY KEY (digest, envelope)
) STRICT, WITHOUT ROWID;
CREATE INDEX content_uses_by_envelope ON content_uses (envelope);

ALTER TABLE envelopes ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
-- Retired: first marked, then the bytes are given back to the disk, then `position` becomes NULL.
ALTER TABLE envelopes ADD COLUMN retired_at INTEGER;
CREATE INDEX envelopes_kept ON envelopes (seq) WHERE retired_at IS NULL AND position IS NOT NULL;
CREATE INDEX envelopes_to_give_back ON envelopes (seq) WHERE retired_at IS NOT NULL AND position IS NOT NULL;
