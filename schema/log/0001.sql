-- The log: what happened, signed, in the order it arrived here. Never folded, never
-- rebuilt; everything under schema/fold can be made from it (records.md 1 and 2).

-- One row: who this program is, and its counters. seq, tick and arrival are stored,
-- never computed from the rows.
CREATE TABLE self (
    one          INTEGER PRIMARY KEY CHECK (one = 1),
    origin       BLOB    NOT NULL, -- 16 bytes: start of SHA-256 of the public key
    role         TEXT    NOT NULL, -- walker | registry
    seq          INTEGER NOT NULL, -- of the newest own record
    head         BLOB,             -- hash of the newest own record
    tick         INTEGER NOT NULL, -- highest applied Lamport tick
    arrival      INTEGER NOT NULL, -- of the newest record held
    registry     TEXT,             -- id of the registry we trust (hash of its root key)
    epoch        TEXT,             -- on a registry: its own epoch
    machine      TEXT    NOT NULL, -- what the origin is bound to (core/store/own)
    fold_version INTEGER NOT NULL
) STRICT;

-- Origins this folder wrote by before: a copied card, a restored backup.
CREATE TABLE own_origin (
    origin     BLOB    PRIMARY KEY,
    last       INTEGER NOT NULL, -- newest seq
    retired_ms INTEGER NOT NULL
) STRICT;

-- Public keys of every origin met.
CREATE TABLE origin (
    origin BLOB PRIMARY KEY,
    key    BLOB NOT NULL
) STRICT;

CREATE TABLE record (
    arrival INTEGER PRIMARY KEY, -- order in which records arrived here or took effect
    origin  BLOB    NOT NULL,
    seq     INTEGER NOT NULL,
    hash    BLOB    NOT NULL,  -- SHA-256 of head
    tick    INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    head    TEXT    NOT NULL,  -- exact bytes
    body    TEXT,              -- exact bytes; NULL when erased
    sig     BLOB    NOT NULL,  -- Ed25519 over hash
    reason  TEXT               -- NULL when applied, else why it is held unapplied
) STRICT;
CREATE UNIQUE INDEX record_place ON record (origin, seq);
CREATE UNIQUE INDEX record_hash ON record (hash);
CREATE INDEX record_subject ON record (subject);
CREATE INDEX record_unapplied ON record (reason) WHERE reason IS NOT NULL;

-- Which seq of other origins are held, as runs without holes.
CREATE TABLE held_run (
    origin BLOB    NOT NULL,
    first  INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    PRIMARY KEY (origin, first)
) STRICT;

-- Files named by the SHA-256 of their bytes, kept beside the database.
CREATE TABLE blob (
    sha256  TEXT    PRIMARY KEY,
    bytes   INTEGER NOT NULL,
    type    TEXT    NOT NULL,  -- image/jpeg | image/png
    state   TEXT    NOT NULL,  -- stored (fsynced under its name) | verified (read again)
    cleared INTEGER NOT NULL,  -- 1 when looked through for faces and plates
    made_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX blob_state ON blob (state);

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
