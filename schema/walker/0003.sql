-- Version 4 of what only this device knows: records a registry (or hub) holds but cannot
-- read, as it last told them.
CREATE TABLE receipt_aside (
    registry TEXT    NOT NULL,
    epoch    TEXT    NOT NULL,
    origin   BLOB    NOT NULL,
    seq      INTEGER NOT NULL,
    reason   TEXT    NOT NULL, -- large | form
    PRIMARY KEY (registry, epoch, origin, seq)
) STRICT;
