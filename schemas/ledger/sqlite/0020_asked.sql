-- By which envelope a change was asked of a receiver and how it stood before: to that it goes back when the envelope
-- cannot be delivered. And what was asked about documents that had not come yet, by the names under which they will come.

ALTER TABLE deliveries ADD COLUMN asked_by INTEGER;         -- envelopes.seq; NULL: not known, or none was asked.
ALTER TABLE deliveries ADD COLUMN kind_before INTEGER;      -- As change_kind and change_state.
ALTER TABLE deliveries ADD COLUMN state_before INTEGER;

CREATE INDEX envelopes_by_changes ON envelopes (changes, seq) WHERE changes IS NOT NULL;

CREATE TABLE early_questions (
    sender INTEGER NOT NULL,
    name TEXT NOT NULL,                                      -- "id <DocumentId>" or "number <day> <full number>".
    issuer TEXT NOT NULL,                                    -- Of senders outside the province; '' for others.
    envelope INTEGER NOT NULL,
    PRIMARY KEY (sender, name, issuer, envelope)
) WITHOUT ROWID;
