-- What users look at often: the filter of a page under a name of their own.

CREATE TABLE views (
    user TEXT NOT NULL,                 -- as the audit calls whoever asks: a token has its own
    page TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,                -- as it stands in the page's link
    kept_at INTEGER NOT NULL,
    PRIMARY KEY (user, page, name)
) STRICT, WITHOUT ROWID;
