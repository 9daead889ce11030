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
-- Fixes of the running minute that are in no record yet (core/store/track).
CREATE TABLE track_draft (
    n      INTEGER PRIMARY KEY, -- order of arrival
    walk   TEXT    NOT NULL,
    line   TEXT    NOT NULL,
    source TEXT    NOT NULL,    -- gnss | browser
    clock  TEXT    NOT NULL,
    at_ms  INTEGER NOT NULL,
    lat    INTEGER NOT NULL,
    lon    INTEGER NOT NULL,
    acc    INTEGER NOT NULL,    -- decimetres, -1 not known
    lost   INTEGER NOT NULL     -- 1 when there was no fix before this one
) STRICT;
CREATE INDEX track_draft_line ON track_draft (walk, line, n);

-- Lamps, addresses and places the user brought (core/store/local/place).
CREATE TABLE place_file (
    id       INTEGER PRIMARY KEY,
    name     TEXT    NOT NULL UNIQUE,
    added_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE place (
    id       TEXT    PRIMARY KEY, -- derived from kind and number, or kind and position
    file     INTEGER NOT NULL,
    kind     TEXT    NOT NULL,    -- lamp | address | place
    number   TEXT,                -- as it stands on the mast
    text     TEXT    NOT NULL,    -- what people call it
    street   TEXT,
    key      TEXT    NOT NULL,    -- text, number and street in lower case, for searching
    lat      INTEGER NOT NULL,
    lon      INTEGER NOT NULL,
    cell     INTEGER NOT NULL,
    off_from INTEGER,             -- minutes after midnight: off on purpose from, until
    off_to   INTEGER
) STRICT;
CREATE INDEX place_cell ON place (kind, cell);
CREATE INDEX place_number ON place (number);
CREATE INDEX place_file_of ON place (file);

-- Maps the user brought; the files lie in maps/ under their id (core/store/tiles).
CREATE TABLE map_file (
    id          TEXT    PRIMARY KEY, -- start of SHA-256 of the file
    name        TEXT    NOT NULL,
    type        TEXT    NOT NULL,    -- image/png | image/jpeg | image/webp
    bytes       INTEGER NOT NULL,
    min_zoom    INTEGER NOT NULL,
    max_zoom    INTEGER NOT NULL,
    west        INTEGER NOT NULL,    -- 1e-7 degrees
    south       INTEGER NOT NULL,
    east        INTEGER NOT NULL,
    north       INTEGER NOT NULL,
    attribution TEXT    NOT NULL,
    added_ms    INTEGER NOT NULL
) STRICT;

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

-- ---- the hub a tablet knows, beside its registry. The token is the file hub.token. ----
CREATE TABLE hub (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    url       TEXT    NOT NULL,
    id        TEXT    NOT NULL, -- SHA-256 of the hub's key
    epoch     TEXT    NOT NULL, -- its origin
    name      TEXT    NOT NULL,
    device    TEXT    NOT NULL,
    pin       TEXT    NOT NULL, -- sha256//BASE64 of its TLS key
    paired_ms INTEGER NOT NULL,
    pulled    TEXT    NOT NULL  -- cursor of the pull
) STRICT;

-- ---- on a hub: tablets that may send (as on a registry), and what it carries ----------
CREATE TABLE pair_code (
    hash       TEXT    PRIMARY KEY,
    expires_ms INTEGER NOT NULL,
    paired_key BLOB
) STRICT;
CREATE TABLE device (
    id         TEXT    PRIMARY KEY,
    origin     BLOB    NOT NULL,
    name       TEXT    NOT NULL,
    token      TEXT    NOT NULL,
    paired_ms  INTEGER NOT NULL,
    seen_ms    INTEGER,
    revoked_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX device_token ON device (token);
CREATE TABLE upload (
    id       TEXT    PRIMARY KEY,
    device   TEXT    NOT NULL,
    sha256   TEXT    NOT NULL,
    total    INTEGER NOT NULL,
    start    INTEGER NOT NULL,
    bytes    INTEGER NOT NULL,
    held     INTEGER NOT NULL,
    made_ms  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX upload_place ON upload (device, sha256, start);

-- Whose records are carried: the tablets' origins, retired ones too.
CREATE TABLE carried_origin (
    origin BLOB PRIMARY KEY
) STRICT;
-- Photos carried for tablets; own = 1 when these very bytes were here as ours before.
CREATE TABLE carried_photo (
    sha256 TEXT    PRIMARY KEY,
    own    INTEGER NOT NULL
) STRICT;
-- The registry's signed word on them, to hand on: about is an origin or a SHA-256, in hex.
CREATE TABLE carried_receipt (
    about  TEXT PRIMARY KEY,
    text   TEXT NOT NULL,
    origin BLOB NOT NULL, -- of the registry
    sig    BLOB NOT NULL
) STRICT;

-- ---- walk passes: the QR code, and the phones that came in by it ----------------------
CREATE TABLE walk_pass (
    id         TEXT    PRIMARY KEY,
    hash       TEXT    NOT NULL,  -- SHA-256 of what the QR code carries
    walk       TEXT    NOT NULL,
    made_ms    INTEGER NOT NULL,
    until_ms   INTEGER NOT NULL,
    boot       TEXT    NOT NULL,  -- while the machine runs on, its own clock decides
    until_mono INTEGER NOT NULL,
    revoked_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX walk_pass_hash ON walk_pass (hash);
CREATE TABLE pass_phone (
    hash    TEXT    PRIMARY KEY,  -- SHA-256 of the cookie
    pass    TEXT    NOT NULL,
    plain   INTEGER NOT NULL,     -- 1: came in by plain HTTP, and is good only there
    made_ms INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL,
    waiting INTEGER NOT NULL      -- what its outbox held when it was last heard
) STRICT;
