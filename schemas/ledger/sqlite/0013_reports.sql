-- When a receiver of a document has done what it owes (core/deadline.hpp): taken it, status 01, status 02 or 03. NULL:
-- not yet. Whether that was in time is told by whoever counts: rules and holidays change.

ALTER TABLE deliveries ADD COLUMN retrieved_at INTEGER;
ALTER TABLE deliveries ADD COLUMN arrived_at INTEGER;
ALTER TABLE deliveries ADD COLUMN decided_at INTEGER;
-- Entries of kind 3 tell it; their events, by number: 1 stored, 3 to 8 statuses 01 to 06, 10 status 15.
-- Gathered once: a broadcast has thousands of receivers, each with entries of its own.
CREATE TEMP TABLE duties_done AS
    SELECT envelope, receiver,
           min(at) FILTER (WHERE event IN (1, 3, 4, 5, 6, 7, 8, 10)) AS retrieved_at,
           min(at) FILTER (WHERE event IN (3, 4, 5, 6, 7, 8, 10)) AS arrived_at,
           min(at) FILTER (WHERE event IN (4, 5, 6, 7, 8, 10)) AS decided_at
    FROM entries WHERE kind = 3 AND receiver IS NOT NULL GROUP BY envelope, receiver;
CREATE INDEX temp.duties_done_of ON duties_done (envelope, receiver);
UPDATE deliveries SET retrieved_at = d.retrieved_at, arrived_at = d.arrived_at, decided_at = d.decided_at
    FROM temp.duties_done d
    WHERE d.envelope = deliveries.envelope AND d.receiver = deliveries.receiver AND deliveries.owes IS NOT NULL
          AND deliveries.station >= 3;
DROP TABLE temp.duties_done;

-- What a report counts, and nothing else of an envelope: documents and what could not be decoded, a small part of all
-- envelopes. Grows at its end.
CREATE INDEX envelopes_reported ON envelopes
    (accepted_at, kind, sender, urgency, business, refusal_code, first_delivery, receivers) WHERE kind < 2;
