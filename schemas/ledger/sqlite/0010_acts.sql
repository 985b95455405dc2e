-- Whose doing an entry was: a row for each entry that was somebody's. Never changed, never removed.

CREATE TABLE acts (
    entry INTEGER PRIMARY KEY,
    actor TEXT NOT NULL,
    role INTEGER,                       -- NULL: nobody who is known
    address TEXT NOT NULL,
    verb INTEGER NOT NULL,
    object TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX acts_by_actor ON acts (actor, entry);
CREATE INDEX acts_by_verb ON acts (verb, entry);
CREATE INDEX acts_by_object ON acts (object, entry);
CREATE TRIGGER acts_never_change BEFORE UPDATE ON acts
BEGIN
    SELECT RAISE(ABORT, 'acts are append-only');
END;
CREATE TRIGGER acts_never_go BEFORE DELETE ON acts
BEGIN
    SELECT RAISE(ABORT, 'acts are append-only');
END;
