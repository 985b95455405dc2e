-- Recalls, updates and replacements: which document a packet changes, and what came of the last change that was asked
-- of a receiver.

ALTER TABLE envelopes ADD COLUMN changes INTEGER;           -- NULL: nothing that this ledger knows.
ALTER TABLE deliveries ADD COLUMN change_kind INTEGER;      -- As envelopes.business; NULL: none was asked.
ALTER TABLE deliveries ADD COLUMN change_state INTEGER;     -- 1 asked, 2 agreed, 3 declined.
