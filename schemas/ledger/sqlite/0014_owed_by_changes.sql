-- What recalls or updates another document is answered there (core/deadline.hpp): of itself nothing is owed but that it
-- is fetched. The column owes has 32 more for it.

UPDATE deliveries SET owes = (owes | 32) & iif(owes & 15 IN (2, 3), 48, 63),
        arrived_at = coalesce(arrived_at, retrieved_at), decided_at = coalesce(decided_at, arrived_at, retrieved_at)
    WHERE owes IS NOT NULL AND envelope IN (SELECT seq FROM envelopes WHERE kind < 2 AND business IN (1, 2));
