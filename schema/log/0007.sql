-- Version 7 of the log: what waits for a step of ticks is found by its tick.

-- Each record that is applied asks which of them it lets in; without the tick here it would
-- read all that wait.
DROP INDEX record_unapplied;
CREATE INDEX record_unapplied ON record (reason, tick) WHERE reason IS NOT NULL;
