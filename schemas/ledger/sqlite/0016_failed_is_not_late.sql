-- What a receiver could not store waits for an operator, not for the receiver: the column owes has 64 more for it, and the
-- questions for who is late pass it over.

UPDATE deliveries SET owes = owes | 64 WHERE station = 2 AND owes & 15 = 1;
