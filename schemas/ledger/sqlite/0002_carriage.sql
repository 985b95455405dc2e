-- How far a delivery has been carried stands beside its station: a status that names its document only by name moves
-- the station of one that its receiver never got. 0 held by the hub, 1 in the inbox, 2 taken by the receiver.
ALTER TABLE deliveries ADD COLUMN carriage INTEGER NOT NULL DEFAULT 0;
UPDATE deliveries SET carriage = CASE WHEN station < 3 THEN 1 ELSE 2 END WHERE station <> 0;
DROP INDEX deliveries_due;
CREATE INDEX deliveries_due ON deliveries (seq) WHERE carriage = 0;
