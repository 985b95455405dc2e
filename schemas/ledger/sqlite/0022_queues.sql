-- What operators do with all that goes to one agency. A queue that is as any other has no row.
CREATE TABLE queue_controls (
    agency INTEGER PRIMARY KEY,         -- agencies.number
    paused_at INTEGER,                  -- NULL: it is not paused.
    paused_by TEXT,
    paused_reason TEXT,
    per_minute INTEGER,                 -- NULL: no limit.
    limited_at INTEGER,
    limited_by TEXT,
    limited_reason TEXT,
    refill_owed INTEGER NOT NULL        -- 1: the broker has lost what was in the inbox while it was paused.
) STRICT;

-- A walk through all that is due passes by what goes to such an agency without looking at its rows, and what it may have
-- is drawn by its own index, however much waits for others.
DROP INDEX deliveries_due;
CREATE INDEX deliveries_due ON deliveries (seq, coalesce(inbox, receiver)) WHERE carriage = 0;
CREATE INDEX deliveries_held ON deliveries (coalesce(inbox, receiver), seq) WHERE carriage = 0;
