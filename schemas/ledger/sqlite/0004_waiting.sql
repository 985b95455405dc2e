-- What waits for its receiver is told by how far it was carried, not by its station: a status that names a document by
-- its number moves the station of one that nobody has fetched.

DROP INDEX deliveries_waiting;
CREATE INDEX deliveries_waiting ON deliveries (receiver, seq) WHERE carriage < 2;
