-- Units as the national axis lists them: a view of what the axis participant has sent, page by page.

CREATE TABLE units (
    number INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,          -- present code
    old_code TEXT,                      -- other form; several units can have had it
    name TEXT NOT NULL,
    parent TEXT,
    closed INTEGER NOT NULL,
    version INTEGER NOT NULL,
    modified_at TEXT NOT NULL,          -- as the axis writes it
    named_by INTEGER NOT NULL           -- envelope that named it last
) STRICT;
CREATE INDEX units_by_old_code ON units (old_code, closed) WHERE old_code IS NOT NULL;

-- Folded words of name and codes.
CREATE VIRTUAL TABLE units_search USING fts5(
    words, content = '', columnsize = 0, detail = none, prefix = '2 3',
    tokenize = "unicode61 remove_diacritics 0 tokenchars '/.,-_'"
);

-- How far the pages have come: one row at most.
CREATE TABLE unit_pass (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id BLOB NOT NULL,
    pages INTEGER NOT NULL,
    is_full INTEGER NOT NULL,
    is_over INTEGER NOT NULL,
    first INTEGER NOT NULL,             -- envelope of its page 1
    ended_at INTEGER,                   -- of the newest pass that came to its last page
    full_ended_at INTEGER
) STRICT;
