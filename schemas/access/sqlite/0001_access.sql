-- Who may use the operations API. Passwords, tokens and codes stand here as hashes only. Times are milliseconds since
-- 1970-01-01 UTC. What these people did is in the ledger.

CREATE TABLE users (
    name TEXT PRIMARY KEY,
    role INTEGER NOT NULL,
    agency TEXT,                        -- of a clerk
    password TEXT NOT NULL,             -- scrypt, with its parameters and salt
    disabled INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    signed_in_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    id BLOB PRIMARY KEY,                -- SHA-256 of what the caller shows
    user TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    idle INTEGER NOT NULL,              -- it ends when nothing was seen for so long
    ends_at INTEGER NOT NULL            -- at the latest
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user);
CREATE INDEX sessions_by_end ON sessions (ends_at);

CREATE TABLE tokens (
    name TEXT PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,            -- SHA-256 of the token
    role INTEGER NOT NULL,
    agency TEXT,
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE codes (
    id BLOB PRIMARY KEY,                -- SHA-256 of a one-time code
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
