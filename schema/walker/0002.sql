-- Version 2 of what only this device knows. Append below; 0001.sql has landed and stays as it is.

-- What a page has handed over, by the id it gave each deed: the same id again is done.
CREATE TABLE operation (
    id      TEXT PRIMARY KEY,
    hash    BLOB,             -- of the record it became
    kept_ms INTEGER NOT NULL
) STRICT;

-- How much of the running sync's originals has gone, and what the last one found.
ALTER TABLE sync_state ADD COLUMN bytes_sent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_state ADD COLUMN bytes_of INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_state ADD COLUMN left_s INTEGER;                    -- NULL: not known
ALTER TABLE sync_state ADD COLUMN metered INTEGER NOT NULL DEFAULT 0; -- originals wait for Wi-Fi
ALTER TABLE sync_state ADD COLUMN change INTEGER NOT NULL DEFAULT 0;  -- newest of sync_item

-- How each photo of the running, or last, sync stands. What the registry holds is said by
-- receipt_photo alone.
CREATE TABLE sync_item (
    sha256 TEXT    PRIMARY KEY,
    state  TEXT    NOT NULL, -- waiting | sending | stored | verified | refused
    sent   INTEGER NOT NULL, -- bytes gone out
    bytes  INTEGER NOT NULL,
    change INTEGER NOT NULL  -- grows over all items and all runs
) STRICT;
CREATE INDEX sync_item_change ON sync_item (change);

-- Loose answers of a round of ratings until it is closed (core/store/local/answer.h).
-- They never leave the device.
CREATE TABLE answer (
    id          TEXT    PRIMARY KEY,
    walk        TEXT    NOT NULL,
    round       TEXT    NOT NULL, -- before | after | spot
    observation TEXT    NOT NULL, -- '' but for a spot
    role        TEXT,             -- NULL: the round is closed, only the pairing is left
    unsafe      INTEGER NOT NULL, -- 1 tryg .. 7 utryg
    slip        TEXT
) STRICT;
CREATE INDEX answer_round ON answer (walk, round, observation);
-- How far the part of the pull is that hangs on this device's walks (PROTOCOL 8).
ALTER TABLE peer ADD COLUMN pulled_set TEXT NOT NULL DEFAULT '';
