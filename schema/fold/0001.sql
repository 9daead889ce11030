-- Folded tables: a pure function of the set of applied records. No foreign keys and no
-- NOT NULL but the key: the first record that names a subject makes its row; it is
-- shown once founded is 1. Positions in 1e-7 degrees, times in ms, no REAL.

CREATE TABLE walk (
    id        TEXT PRIMARY KEY,
    founded   INTEGER,
    title     TEXT,
    area      TEXT,
    purpose   TEXT,
    mode      TEXT,    -- foot | bicycle | car
    starts_ms INTEGER,
    route     TEXT,    -- JSON [[lat_e7, lon_e7], ...]
    letter    TEXT,    -- for short numbers on the device
    state     TEXT,    -- planned | begun | ended | closed
    begun_ms  INTEGER,
    ended_ms  INTEGER,
    closed_ms INTEGER,
    manifest  TEXT,    -- JSON of walk.close
    origin    BLOB,    -- who founded it
    conflicts TEXT,
    paused    INTEGER,
    weather     TEXT,    -- words: dry rain snow fog wind frost
    light       TEXT,    -- daylight | dusk | dark
    walk_groups TEXT,    -- JSON [{letter, leader_role, note_role}]; roles, never names
    briefed     INTEGER, -- the safety lines were shown
    data_text   INTEGER, -- the text on data was shown
    attendance  TEXT,    -- JSON [{group, role, organisation, n}]
    votes       TEXT     -- JSON {stars, top, best}
) STRICT;

-- One row a closed round; what may be shown and nothing more (core/store/tally.h).
CREATE TABLE rating (
    id          TEXT PRIMARY KEY,
    walk        TEXT,
    round       TEXT,    -- before | after | spot
    observation TEXT,    -- of a spot
    answers     INTEGER,
    counts      TEXT,    -- JSON [{role, counts}]; NULL when under three answered
    paired      INTEGER,
    pairs       TEXT     -- JSON [[before, after, n]]
) STRICT;
CREATE INDEX rating_walk ON rating (walk, round);

-- Last time's point, seen again: still so, fixed or worse.
CREATE TABLE verdict (
    id          TEXT PRIMARY KEY,
    walk        TEXT,    -- the walk that looked
    observation TEXT,    -- of an earlier walk
    verdict     TEXT,    -- same | fixed | worse
    sha256      TEXT,    -- a photo of how it is now
    at_ms       INTEGER,
    by_role     TEXT,
    by_org      TEXT,
    origin      BLOB,
    tick        INTEGER
) STRICT;
CREATE INDEX verdict_observation ON verdict (observation);

-- The acute page was shown; what they said afterwards. No alarm is ever sent.
CREATE TABLE acute (
    id          TEXT PRIMARY KEY,
    walk        TEXT,
    observation TEXT,
    called      TEXT,    -- 112 | 114 | duty | none; NULL when nobody said
    at_ms       INTEGER, -- when it was first shown
    by_role     TEXT,
    by_org      TEXT,
    origin      BLOB
) STRICT;

-- A point only the police may read: a box, and what may be known of it.
CREATE TABLE sealed (
    id     TEXT PRIMARY KEY,
    walk   TEXT,
    at_ms  INTEGER,
    box    TEXT,    -- sealed to the police key, hex
    origin BLOB,
    tick   INTEGER
) STRICT;
CREATE INDEX sealed_walk ON sealed (walk);
-- Its photos, each a box of its own: a blob of type "sealed".
CREATE TABLE sealed_photo (
    id     TEXT, -- of the sealed point
    sha256 TEXT, -- of the box
    bytes  INTEGER,
    walk   TEXT,
    origin BLOB,
    tick   INTEGER,
    PRIMARY KEY (id, sha256)
) STRICT;
CREATE INDEX sealed_photo_sha256 ON sealed_photo (sha256);

CREATE TABLE observation (
    id           TEXT PRIMARY KEY,
    founded      INTEGER,
    walk         TEXT,
    number       INTEGER, -- running number on its device and walk
    category     TEXT,
    severity     INTEGER, -- 0 is a strength
    urgency      TEXT,
    note         TEXT,
    agree        INTEGER,
    agree_of     INTEGER,
    affected     TEXT,    -- words separated by spaces
    measure      TEXT,
    party        TEXT,    -- suggested by the group
    stood_lat    INTEGER,
    stood_lon    INTEGER,
    stood_acc    INTEGER, -- millimetres
    stood_source TEXT,
    stood_override INTEGER, -- 1: too inexact for the gate, used all the same
    thing_lat    INTEGER,
    thing_lon    INTEGER,
    thing_source TEXT,
    thing_ref    TEXT,    -- number of the lamp, or the address, the pin was put by
    cell         INTEGER, -- geo_cell of the thing, else of where the walker stood
    light        TEXT,    -- daylight | dusk | dark
    at_ms        INTEGER,
    clock        TEXT,
    by_role      TEXT,
    by_org       TEXT,
    witnesses    INTEGER,
    withdrawn    INTEGER,
    into_id      TEXT,    -- withdrawn into that observation
    origin       BLOB,
    tick         INTEGER, -- of the founding note
    changed      INTEGER, -- highest tick of its records
    conflicts    TEXT     -- JSON, NULL when none
) STRICT;
CREATE INDEX observation_walk ON observation (walk, origin, number);
CREATE INDEX observation_cell ON observation (cell);

-- Where a walk went, piece by piece (core/store/track). fixes: JSON integers, four a fix:
-- ms since the one before, 1e-7 degrees of latitude and longitude since the one before,
-- accuracy in decimetres (-1 not known).
CREATE TABLE track (
    id       TEXT PRIMARY KEY,
    founded  INTEGER,
    walk     TEXT,
    line     TEXT,    -- pieces of one receiver's unbroken recording share it
    source   TEXT,    -- gnss | browser | file
    clock    TEXT,
    first_ms INTEGER,
    last_ms  INTEGER,
    lat      INTEGER, -- of the first fix, as are lon and acc (decimetres)
    lon      INTEGER,
    acc      INTEGER,
    fixes    TEXT,    -- of the others
    breaks   TEXT,    -- JSON: numbers of fixes (0 the first) the fix was lost before
    origin   BLOB,
    tick     INTEGER
) STRICT;
CREATE INDEX track_walk ON track (walk);

-- One look at one lamp (core/store/lamp).
CREATE TABLE lamp_look (
    id        TEXT PRIMARY KEY,
    founded   INTEGER,
    walk      TEXT,
    number    TEXT,    -- as it stands on the mast; NULL when it has none
    lat       INTEGER, -- of the lamp
    lon       INTEGER,
    answer    TEXT,    -- lit | dead | flickering | covered | timetable | absent
    at_ms     INTEGER,
    clock     TEXT,
    light     TEXT,    -- daylight | dusk | dark, where and when it was looked at
    withdrawn INTEGER,
    point     TEXT,    -- the observation it was joined into
    origin    BLOB,
    tick      INTEGER  -- of the first look
) STRICT;
CREATE INDEX lamp_look_walk ON lamp_look (walk);

CREATE TABLE photo (
    observation TEXT,
    sha256      TEXT,
    founded     INTEGER,
    type        TEXT,
    bytes       INTEGER,
    width       INTEGER,
    height      INTEGER,
    lat         INTEGER,
    lon         INTEGER,
    acc         INTEGER,
    place_from  TEXT,    -- exif | capture | track | gnss | hand
    direction_c INTEGER,
    altitude_mm INTEGER,
    taken_ms    INTEGER,
    time_from   TEXT,
    tick        INTEGER,
    PRIMARY KEY (observation, sha256)
) STRICT;
CREATE INDEX photo_sha256 ON photo (sha256);

CREATE TABLE issue (
    id          TEXT PRIMARY KEY,
    founded     INTEGER,
    number      TEXT,
    observation TEXT,
    category    TEXT,
    party       TEXT,
    catalogue   INTEGER,
    state       TEXT,
    severity    INTEGER,
    urgency     TEXT,
    touched     INTEGER, -- 1 when a person has worked on it
    opened_ms   INTEGER,
    changed_ms  INTEGER,
    head        TEXT,    -- hash of its newest record, for If-Match
    tick        INTEGER,
    why         TEXT,    -- the reason given with its state, NULL when none was
    decided     INTEGER  -- 1 when a person, not the registry for its point, gave the state
) STRICT;
CREATE INDEX issue_observation ON issue (observation);
CREATE INDEX issue_party ON issue (party);

-- One row a merge; which issue is shown for a group is worked out at reading.
CREATE TABLE issue_merge (
    id     TEXT PRIMARY KEY, -- the merge's own
    kept   TEXT,
    joined TEXT,
    live   INTEGER,          -- 0 when undone
    tick   INTEGER,          -- of the record that last made it live
    origin BLOB
) STRICT;

CREATE TABLE party (
    code    TEXT PRIMARY KEY,
    founded INTEGER,
    da      TEXT,
    en      TEXT,
    kind    TEXT,
    mail    TEXT,
    phone   TEXT
) STRICT;

CREATE TABLE area (
    id         TEXT PRIMARY KEY,
    founded    INTEGER,
    name       TEXT,
    valid_from TEXT,
    valid_to   TEXT,
    shape      TEXT     -- JSON: polygons of rings of [lat_e7, lon_e7]
) STRICT;

CREATE TABLE catalogue (
    version INTEGER PRIMARY KEY,
    body    TEXT
) STRICT;

-- Who may write what (records.md 3). last_seq is NULL unless revoked.
CREATE TABLE admission (
    origin   BLOB PRIMARY KEY,
    role     TEXT,     -- device | registry
    scope    TEXT,
    name     TEXT,
    last_seq INTEGER
) STRICT;

-- Bodies an origin itself has let go, after they were verified elsewhere (wipe): heads,
-- hashes and seq stay, so no chain breaks.
CREATE TABLE gone (
    origin BLOB,
    first  INTEGER,
    last   INTEGER,
    PRIMARY KEY (origin, first)
) STRICT;

-- What an origin found out later about its clock: UTC of a boot is CLOCK_BOOTTIME plus
-- offset_ms. The fold dates what was recorded in it by that (core/store/fold).
CREATE TABLE clock_fix (
    origin    BLOB,
    boot      TEXT,
    source    TEXT,    -- gnss | ntp | set
    offset_ms INTEGER,
    PRIMARY KEY (origin, boot)
) STRICT;

-- What was erased, or refused to be, and why (records.md 6). erased_record says what the
-- fold uses in the place of a body; of several the highest (tick, origin, erasure).
CREATE TABLE erasure (
    id       TEXT PRIMARY KEY,
    reason   TEXT,
    role     TEXT,
    refused  INTEGER,
    about    TEXT,    -- an observation
    at_ms    INTEGER,
    origin   BLOB,
    tick     INTEGER
) STRICT;
CREATE TABLE erased_record (
    hash    BLOB,
    erasure TEXT,
    tick    INTEGER,
    origin  BLOB,
    body    TEXT,     -- NULL: nothing is left of it
    PRIMARY KEY (hash, erasure)
) STRICT;
CREATE INDEX erased_record_erasure ON erased_record (erasure);
-- Photos that are to be nowhere: named by an erasure, or by whatever else ends a photo.
CREATE TABLE erased_blob (
    sha256  TEXT,
    subject TEXT,     -- of the records that say so
    erasure INTEGER,  -- 1: an erasure says so; 0: a photo that covers it
    PRIMARY KEY (sha256, subject, erasure)
) STRICT;
CREATE INDEX erased_blob_subject ON erased_blob (subject);
