-- Attempts at a delivery, why they failed, and what operators do with many deliveries at once. Deliveries that failed
-- or are parked are few beside all others: their indexes are small.

CREATE TABLE causes (
    number INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    code TEXT NOT NULL,
    detail TEXT NOT NULL                -- in a stable form
) STRICT;

ALTER TABLE deliveries ADD COLUMN attempt INTEGER;      -- NULL: the first.
ALTER TABLE deliveries ADD COLUMN turned_by INTEGER;    -- Entry by which it failed, was retried, parked or released.
ALTER TABLE deliveries ADD COLUMN cause INTEGER;        -- Why it failed last.
ALTER TABLE deliveries ADD COLUMN operation INTEGER;    -- Which operation moved it last.

-- What the receiver could not store is due to nobody: carriage 4, of the row that stands for the message. It has the
-- entry that says so, and until now no cause but its code.
UPDATE deliveries SET carriage = 4 WHERE station = 2 AND NOT EXISTS (SELECT 1 FROM deliveries b
    WHERE b.seq = deliveries.seq - 1 AND b.envelope = deliveries.envelope
    AND coalesce(b.inbox, b.receiver) = coalesce(deliveries.inbox, deliveries.receiver));
UPDATE deliveries SET turned_by = (SELECT max(n.seq) FROM entries n WHERE n.envelope = deliveries.envelope
    AND n.kind = 3 AND n.event = 2 AND n.receiver = deliveries.receiver) WHERE carriage = 4;
INSERT INTO causes (fingerprint, code, detail) SELECT DISTINCT 'earlier ' || coalesce(n.code, ''), coalesce(n.code, ''), ''
    FROM deliveries d JOIN entries n ON n.seq = d.turned_by WHERE d.carriage = 4;
UPDATE deliveries SET cause = (SELECT c.number FROM entries n JOIN causes c ON c.fingerprint = 'earlier ' || coalesce(n.code, '')
    WHERE n.seq = deliveries.turned_by) WHERE carriage = 4;
UPDATE causes SET fingerprint = printf('%016x', number);

CREATE INDEX deliveries_failed ON deliveries (cause, coalesce(inbox, receiver), turned_by) WHERE carriage = 4;
-- By carriage: 3 parked, 4 failed.
CREATE INDEX deliveries_aside ON deliveries (carriage, seq) WHERE carriage > 2;
CREATE INDEX deliveries_by_operation ON deliveries (operation, seq) WHERE operation IS NOT NULL;

CREATE TABLE operations (
    seq INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    act INTEGER NOT NULL,               -- 1 retry, 2 park, 3 release
    standing INTEGER NOT NULL,          -- of those it is about: 1 waiting, 2 failed, 3 parked
    cause TEXT,                         -- fingerprint
    sender INTEGER,
    receiver INTEGER,
    envelope BLOB,                      -- id
    number TEXT,
    since INTEGER,
    until INTEGER,
    seen_entry INTEGER NOT NULL,        -- What the operator saw: nothing later is touched.
    seen_delivery INTEGER NOT NULL,
    expected INTEGER NOT NULL,
    per_second INTEGER NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    state INTEGER NOT NULL,             -- 1 running, 2 stopped, 3 done
    done INTEGER NOT NULL,
    through INTEGER NOT NULL,           -- Delivery: everything up to here has been looked at.
    asked_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX operations_by_key ON operations (key);
CREATE INDEX operations_open ON operations (seq) WHERE state < 3;
