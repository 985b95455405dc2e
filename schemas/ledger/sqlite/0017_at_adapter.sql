-- What an adapter holds for a receiver that has not fetched it waits as well as what is in the broker.

CREATE INDEX deliveries_at_adapter ON deliveries (coalesce(inbox, receiver), seq) WHERE carriage = 5;
