-- What only this registry knows. Survives a rebuild of the fold.

CREATE TABLE account (
    name     TEXT    PRIMARY KEY,
    role     TEXT    NOT NULL,  -- admin | coordinator | department | police | viewer
    party    TEXT,              -- for departments
    password TEXT    NOT NULL,  -- argon2id string of libsodium
    made_ms  INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
    hash       TEXT    PRIMARY KEY, -- SHA-256 of the cookie
    account    TEXT    NOT NULL,
    expires_ms INTEGER NOT NULL
) STRICT;

-- Pairing codes, hashed. paired_key is set when used; the same code with the same key
-- gives the same answer again.
CREATE TABLE pair_code (
    hash       TEXT    PRIMARY KEY,
    expires_ms INTEGER NOT NULL,
    paired_key BLOB
) STRICT;

-- A device's token belongs to one origin.
CREATE TABLE device (
    id         TEXT    PRIMARY KEY,
    origin     BLOB    NOT NULL,
    name       TEXT    NOT NULL,
    token      TEXT    NOT NULL,  -- SHA-256 of the token
    paired_ms  INTEGER NOT NULL,
    seen_ms    INTEGER,
    revoked_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX device_token ON device (token);

-- tus uploads under way: each is a range of one photo, [start, start + bytes) of total.
-- The first held bytes of the range are fsynced in uploads/SHA256.DEVICE.part, a file
-- that all ranges of the photo share.
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

-- Short numbers for paper and telephone: AAL-26-0417.
CREATE TABLE short_number (
    year INTEGER PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT;
