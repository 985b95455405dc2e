-- What users are shown of their own sessions, so that they know which one to end. Of those from before nothing is known.

ALTER TABLE sessions ADD COLUMN began_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN bearer INTEGER NOT NULL DEFAULT 0;  -- of lgsp, not of a browser
