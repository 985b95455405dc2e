-- What a receiver of a document owes next and since when (core/deadline.hpp): 1 to take it, 2 status 01, 3 status 02 or
-- 03, 4 an answer to a change; 16 more when the document is urgent. NULL: no document. By when it is owed is not
-- written down: rules and holidays change.

ALTER TABLE deliveries ADD COLUMN owes INTEGER;
ALTER TABLE deliveries ADD COLUMN owed_since INTEGER;
UPDATE deliveries SET
    owes = CASE WHEN change_state = 1 THEN 4 WHEN station < 3 THEN 1 WHEN station = 3 THEN 2 WHEN station = 10 THEN 3
           ELSE 0 END
           + (SELECT CASE WHEN e.urgency > 0 THEN 16 ELSE 0 END FROM envelopes e WHERE e.seq = deliveries.envelope),
    owed_since = changed_at
    WHERE (SELECT e.kind FROM envelopes e WHERE e.seq = deliveries.envelope) = 1;
CREATE INDEX deliveries_owed ON deliveries (coalesce(inbox, receiver), owes, owed_since) WHERE owes & 15 > 0;
