-- Envelopes whose signature is a gateway's, with a key that it holds for a sender who has none.

ALTER TABLE envelopes ADD COLUMN signed_by_gateway INTEGER;  -- 1: it is; NULL: the sender's own.
