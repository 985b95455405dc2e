-- When a receiver of a document has done what it owes (core/deadline.hpp): taken it, status 01, status 02 or 03. NULL:
-- not yet. Whether that was in time is told by whoever counts: rules and holidays change.

ALTER TABLE deliveries ADD COLUMN retrieved_at INTEGER;
ALTER TABLE deliveries ADD COLUMN arrived_at INTEGER;
ALTER TABLE deliveries ADD COLUMN decided_at INTEGER;
-- Entries of kind 3 tell it; their events, by number: 1 stored, 3 to 8 statuses 01 to 06, 10 status 15.
UPDATE deliveries SET (retrieved_at, arrived_at, decided_at) = (
    SELECT min(n.at) FILTER (WHERE n.event IN (1, 3, 4, 5, 6, 7, 8, 10)),
           min(n.at) FILTER (WHERE n.event IN (3, 4, 5, 6, 7, 8, 10)),
           min(n.at) FILTER (WHERE n.event IN (4, 5, 6, 7, 8, 10))
    FROM entries n WHERE n.envelope = deliveries.envelope AND n.kind = 3 AND n.receiver = deliveries.receiver)
    WHERE owes IS NOT NULL AND station >= 3;

-- What a report counts, and nothing else of an envelope: documents and what could not be decoded, a small part of all
-- envelopes. Grows at its end.
CREATE INDEX envelopes_reported ON envelopes
    (accepted_at, kind, sender, urgency, business, refusal_code, first_delivery, receivers) WHERE kind < 2;
