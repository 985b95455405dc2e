-- A row for each receiver, also where several share an inbox: units below an agency that takes documents for them,
-- units outside the province. One message brings the envelope to all of them. The first one's row is what the broker
-- brings; those after it come with it, and their carriage is 2 from the beginning, for nothing is due for them.

ALTER TABLE deliveries ADD COLUMN inbox INTEGER;        -- Agency that takes it; NULL: the receiver itself.
ALTER TABLE deliveries ADD COLUMN receivers INTEGER;    -- How many one message brings it to; NULL: this one.
CREATE INDEX deliveries_by_inbox ON deliveries (inbox, seq) WHERE inbox IS NOT NULL;
DROP INDEX deliveries_waiting;
CREATE INDEX deliveries_waiting ON deliveries (coalesce(inbox, receiver), seq) WHERE carriage < 2;
