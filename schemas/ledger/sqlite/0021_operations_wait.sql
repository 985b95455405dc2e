-- Operations that wait to be undone or for a second person, and who decided. States: 4 waiting, 5 needs approval,
-- 6 cancelled, 7 lapsed.

ALTER TABLE operations ADD COLUMN starts_at INTEGER;
ALTER TABLE operations ADD COLUMN decided_by TEXT NOT NULL DEFAULT '';
ALTER TABLE operations ADD COLUMN decision TEXT NOT NULL DEFAULT '';
ALTER TABLE operations ADD COLUMN decided_at INTEGER;

DROP INDEX operations_open;
CREATE INDEX operations_open ON operations (seq) WHERE state IN (1, 2, 4, 5);
