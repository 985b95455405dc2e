-- What a user's authenticator counts with (RFC 6238). Unlike passwords it cannot be kept as a hash: each code is computed
-- from it.

CREATE TABLE second_factors (
    user TEXT PRIMARY KEY,
    secret BLOB NOT NULL,
    confirmed INTEGER NOT NULL,         -- 0: shown, and no code of it has come yet
    last_step INTEGER NOT NULL          -- of 30 seconds each; a code is good once
) STRICT, WITHOUT ROWID;
