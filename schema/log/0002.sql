-- Version 2 of the log. Append below; 0001.sql has landed and stays as it is.

-- The waiting room: signed records of origins that nobody has admitted yet, and the
-- photos they name. In no receipt, in no fold; bounded (core/store/local/stranger).
CREATE TABLE stranger (
    hash    BLOB    PRIMARY KEY,
    origin  BLOB    NOT NULL,
    seq     INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    line    TEXT    NOT NULL,    -- as on the wire
    courier TEXT    NOT NULL,    -- id of the device that brought it, "stick" for sticks
    came_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX stranger_place ON stranger (origin, seq);
CREATE TABLE stranger_photo (
    sha256  TEXT    PRIMARY KEY,
    origin  BLOB    NOT NULL,
    courier TEXT    NOT NULL,
    bytes   INTEGER NOT NULL     -- 0 until the photo itself is here
) STRICT;
CREATE TABLE stranger_room (
    courier TEXT    PRIMARY KEY,
    bytes   INTEGER NOT NULL
) STRICT;

-- Subjects whose records came by that part: read only here, never offered onward.
CREATE TABLE pulled (
    subject TEXT PRIMARY KEY
) STRICT;

-- Erasures that are not done yet: files still to go, and the write-ahead log still to be
-- emptied. '' stands for texts alone.
CREATE TABLE erasing (
    sha256   TEXT    PRIMARY KEY,
    since_ms INTEGER NOT NULL
) STRICT;

-- What a record carries (origin.carry): kind, hash and origin of the one inside it.
ALTER TABLE record ADD COLUMN carried TEXT;
ALTER TABLE record ADD COLUMN carried_hash BLOB;
ALTER TABLE record ADD COLUMN carried_origin BLOB;
CREATE INDEX record_carried ON record (carried_hash) WHERE carried_hash IS NOT NULL;

-- The origins a paired device writes by, or wrote by before.
CREATE TABLE device_origin (
    origin BLOB PRIMARY KEY,
    device TEXT NOT NULL
) STRICT;
