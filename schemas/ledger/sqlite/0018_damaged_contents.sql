-- Damaged contents are few: those that deliveries wait for are counted each time somebody looks how the hub is.

CREATE INDEX contents_damaged ON contents (digest) WHERE state = 1;
