-- Of which contents senders are being told that they are damaged, or whole again, and how far that has come. A row goes
-- when all have been told.

CREATE TABLE content_tellings (
    digest BLOB PRIMARY KEY,
    kind INTEGER NOT NULL,              -- of the entries: 9 damaged, 10 restored
    through INTEGER NOT NULL,           -- envelope: told up to here
    until INTEGER NOT NULL,             -- envelope: the last one that can be concerned
    is_mixed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
