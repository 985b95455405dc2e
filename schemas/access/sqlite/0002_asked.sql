-- What was asked with an Idempotency-Key, for a day: so that it is done once.

CREATE TABLE asked (
    id BLOB PRIMARY KEY,                -- SHA-256 of caller and key
    caller TEXT NOT NULL,
    request TEXT NOT NULL,              -- SHA-256 of method, address and body; of one with a password, scrypt of that
    state INTEGER NOT NULL,
    status INTEGER NOT NULL,
    answer TEXT NOT NULL,               -- empty: not kept
    asked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX asked_by_caller ON asked (caller, asked_at);
CREATE INDEX asked_by_time ON asked (asked_at);
