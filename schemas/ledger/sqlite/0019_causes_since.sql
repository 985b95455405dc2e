-- Since when a cause has been failing without a break: a retry that fails again and what operators set aside and release
-- are no break.

ALTER TABLE causes ADD COLUMN since INTEGER;            -- Entry by which it began.
CREATE INDEX deliveries_failing ON deliveries (cause) WHERE carriage IN (4, 6);
UPDATE causes SET since = (SELECT min(d.turned_by) FROM deliveries d INDEXED BY deliveries_failing
    WHERE d.cause = causes.number AND d.carriage IN (4, 6));
