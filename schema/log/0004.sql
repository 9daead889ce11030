-- Version 4 of the log: what its origin signed and this version cannot read.

-- Hash and signature are right, so it is held, told and carried; it is in no fold
-- (core/store/local/set_aside). Tried again whenever the fold's version changes.
CREATE TABLE aside (
    origin  BLOB    NOT NULL,
    seq     INTEGER NOT NULL,
    hash    BLOB    NOT NULL,
    prev    BLOB,             -- hash of seq - 1 as the head says it, NULL when it does not
    line    TEXT    NOT NULL, -- as on the wire, byte for byte
    reason  TEXT    NOT NULL, -- large | form
    came_ms INTEGER NOT NULL,
    PRIMARY KEY (origin, seq)
) STRICT;
CREATE INDEX aside_hash ON aside (hash);
